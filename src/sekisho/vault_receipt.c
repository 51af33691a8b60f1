/* sekisho vault receipt: who has read one person's data, when, and for what; out of the ledger. */
#include "base/json.h"
#include "ledger/export.h"
#include "ledger/reader.h"
#include "sekisho/log.h"
#include "sekisho/tongue.h"
#include "sekisho/vault.h"
#include "vault/scope.h"

#include <inttypes.h>
#include <stdio.h>

struct receipt {
    const struct verb_args *args;
    sk_str person;
    unsigned kinds;       /* that the record at hand shows of the person */
    char tenant[128 + 1]; /* whose records they are */
    uint64_t records;
};

static void
person_match(void *ctx, sk_str person, unsigned kinds)
{
    struct receipt *r = ctx;

    if (sk_str_eq(person, r->person)) r->kinds |= kinds;
}

static void
kinds_say(struct sk_buf *out, unsigned kinds, bool people)
{
    size_t begin = out->n;

    for (unsigned k = 1; k < PERSONAL_KINDS; k++) {
        const struct personal_kind_row *row = &personal_kind_rows[k];

        if (!(kinds & personal_kind_bit((enum personal_kind)k))) continue;
        if (out->n > begin) sk_buf_add(out, people ? sk_str_of(tongue(", ", "・")) : SK_STR("+"));
        sk_buf_add(out, sk_str_of(people ? tongue(row->en, row->ja) : row->name));
    }
}

static void
line_say(struct sk_buf *out, const struct receipt *r, const struct ledger_record *record,
         const struct vault_seen *seen)
{
    sk_when when = 0;

    (void)ledger_time_read(&when, record->time);
    sk_buf_add(out, r->args->utc ? sk_when_utc(out->mem, when) : sk_when_jst(out->mem, when));
    sk_buf_printf(out, "  %.*s  %.*s  %s  ", SK_ARG(record->event.principal), SK_ARG(seen->purpose),
                  vault_shown_names[seen->shown]);
    kinds_say(out, r->kinds, true);
    sk_buf_printf(out, "  %s %" PRIu64 "\n", tongue("record", "記録"), record->sequence);
}

static void
line_json(struct sk_buf *out, const struct receipt *r, const struct ledger_record *record,
          const struct vault_seen *seen)
{
    struct sk_json_writer w = { .out = out };
    struct sk_buf kinds = { .mem = out->mem };

    kinds_say(&kinds, r->kinds, false);
    sk_json_object(&w, NULL);
    sk_json_str(&w, "time", record->time);
    sk_json_str(&w, "principal", record->event.principal);
    sk_json_str(&w, "role", record->event.role);
    sk_json_str(&w, "purpose", seen->purpose);
    sk_json_text(&w, "show", vault_shown_names[seen->shown]);
    sk_json_str(&w, "kinds", sk_buf_str(&kinds));
    sk_json_int(&w, "record", (int64_t)record->sequence);
    sk_json_end_object(&w);
    sk_buf_byte(out, '\n');
}

static bool
record_visit(void *ctx, const struct ledger_record *record)
{
    struct receipt *r = ctx;
    struct vault_seen seen;

    if (sk_str_find(record->event.details, r->person) == SIZE_MAX) return true;
    r->kinds = 0;
    if (sk_failed(vault_seen_read(&seen, record->event.details)) ||
        sk_failed(vault_seen_each(&seen, person_match, r)) || !r->kinds)
        return true;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1024);
    struct sk_buf out = { .mem = mem };

    (r->args->json ? line_json : line_say)(&out, r, record, &seen);
    fwrite(out.p, 1, out.n, stdout);
    snprintf(r->tenant, sizeof r->tenant, "%.*s", SK_ARG(record->event.tenant));
    r->records++;
    return !ferror(stdout);
}

sk_err
vault_word_receipt(const struct verb_args *args, const struct house *house)
{
    struct receipt r = { .args = args, .person = sk_str_of(args->arg[1]) };
    struct ledger_filter filter = { .tenant = sk_str_of(args->tenant),
                                    .action = SK_STR("vault.read"),
                                    .outcome = SK_STR("ok") };
    struct ledger_exported x;

    if (args->since) TRY(log_time_read(&filter.since, "--since", args->since));
    if (args->until) TRY(log_time_read(&filter.until, "--until", args->until));
    TRY(ledger_read(house->state, &filter, record_visit, &r));
    if (!args->json) printf(tongue("%" PRIu64 " records\n", "記録 %" PRIu64 " 件\n"), r.records);
    if (!args->out || !r.records) return sk_ok();
    return ledger_export_tenant(&x, house->state, sk_str_of(r.tenant), args->out);
}
