/* sekisho log records: what the ledger has, for people. */
#include "explain/explain.h"
#include "ledger/action.h"
#include "ledger/reader.h"
#include "sekisho/log.h"
#include "sekisho/tongue.h"

#include <inttypes.h>
#include <stdio.h>

enum { FOLLOW_MS = 1000, DETAILS_SHOWN = 2000 };

struct shown {
    const struct verb_args *args;
    unsigned count;
    uint64_t next; /* behind the newest that was looked at */
};

static void
pair_say(struct sk_buf *out, const char *label, sk_str value)
{
    if (value.n == 0) return;
    sk_buf_printf(out, "  %s ", label);
    explain_text(out, value, 200);
}

static void
head_say(struct sk_buf *out, const struct verb_args *args, const struct ledger_record *r)
{
    const struct ledger_action *action = ledger_action_find(r->event.action);
    sk_when when = 0;

    if (ledger_time_read(&when, r->time))
        sk_buf_add(out, args->utc ? sk_when_utc(out->mem, when) : sk_when_jst(out->mem, when));
    sk_buf_printf(out, "  %-6.*s  ", SK_ARG(r->event.outcome));
    explain_text(out, r->event.action, 200);
    if (action) sk_buf_printf(out, "  %s", tongue(action->en, action->ja));
    sk_buf_byte(out, '\n');
}

static void
record_say(struct sk_buf *out, const struct verb_args *args, const struct ledger_record *r)
{
    const struct ledger_event *e = &r->event;

    head_say(out, args, r);
    sk_buf_printf(out, "  %s %" PRIu64, tongue("record", "記録"), r->sequence);
    pair_say(out, tongue("who", "誰が"), e->principal);
    pair_say(out, tongue("as", "役割"), e->role);
    pair_say(out, tongue("what", "対象"), e->object);
    pair_say(out, tongue("tenant", "テナント"), e->tenant);
    pair_say(out, tongue("site", "サイト"), e->site);
    pair_say(out, tongue("request", "要求"), e->request);
    sk_buf_byte(out, '\n');
    if (e->details.n == 0) return;
    sk_buf_add(out, SK_STR("  "));
    explain_text(out, e->details, DETAILS_SHOWN);
    sk_buf_byte(out, '\n');
}

static bool
record_show(void *ctx, const struct ledger_record *r)
{
    struct shown *shown = ctx;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };

    if (shown->args->json) {
        sk_buf_add(&out, r->line);
        sk_buf_byte(&out, '\n');
    } else {
        record_say(&out, shown->args, r);
    }
    fwrite(out.p, 1, out.n, stdout);
    shown->count++;
    shown->next = r->sequence + 1;
    return !ferror(stdout);
}

static struct ledger_filter
filter_of(const struct verb_args *args, const struct log_times *times)
{
    return (struct ledger_filter){
        .tenant = sk_str_of(args->tenant),
        .request = sk_str_of(args->id),
        .principal = sk_str_of(args->principal),
        .action = sk_str_of(args->action),
        .object = sk_str_of(args->object),
        .outcome = sk_str_of(args->outcome),
        .since = times->since,
        .until = times->until,
    };
}

sk_err
log_records(unsigned *count, const struct verb_args *args, const struct log_times *times,
            const struct house *house)
{
    struct ledger_filter filter = filter_of(args, times);
    struct shown shown = { .args = args };

    for (;;) {
        TRY(ledger_read(house->state, &filter, record_show, &shown));
        *count = shown.count;
        fflush(stdout);
        if (!args->follow || ferror(stdout)) return sk_ok();
        if (shown.next > filter.from) filter.from = shown.next;
        while (!ledger_wait(house->state, filter.from ? filter.from : 1, FOLLOW_MS))
            ;
    }
}
