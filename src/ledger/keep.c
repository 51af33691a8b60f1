/* How long records are kept, and what stops their removal. Both are records themselves, so that the
 * newest segment always says what is gone and why, and what must stay. */
#include "base/json.h"
#include "ledger/store.h"
#include "part/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { DAY_MS = 24 * 3600 * 1000 };

/* ── holds ── */

static struct ledger_hold *
hold_find(struct ledger_store *s, sk_str name)
{
    for (size_t i = 0; i < s->hold_count; i++)
        if (sk_str_eq(sk_str_of(s->hold[i].name), name)) return &s->hold[i];
    return NULL;
}

static void
text_keep(char *to, size_t size, sk_str text)
{
    snprintf(to, size, "%.*s", SK_ARG(text));
}

static void
hold_keep(struct ledger_store *s, sk_str name, const sk_json *details, sk_str since)
{
    struct ledger_hold *hold;

    if (s->hold_count == LEDGER_HOLDS_MAX || hold_find(s, name)) return;
    hold = &s->hold[s->hold_count++];
    text_keep(hold->name, sizeof hold->name, name);
    text_keep(hold->tenant, sizeof hold->tenant, sk_json_get_str(details, "tenant"));
    text_keep(hold->reason, sizeof hold->reason, sk_json_get_str(details, "reason"));
    text_keep(hold->since, sizeof hold->since, since);
}

static void
hold_drop(struct ledger_store *s, sk_str name)
{
    struct ledger_hold *hold = hold_find(s, name);

    if (hold) *hold = s->hold[--s->hold_count];
}

static sk_str
principal(sk_arena *mem, int64_t uid)
{
    return sk_str_printf(mem, "local:%" PRId64, uid);
}

sk_err
ledger_store_hold(uint64_t *sequence, struct ledger_store *s, sk_str name, sk_str tenant,
                  sk_str reason, int64_t uid)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *read = NULL;
    struct sk_buf details = { .mem = mem };
    struct sk_json_writer w = { .out = &details };

    TRY(ledger_name_check("name", name, true));
    TRY(ledger_name_check("tenant", tenant, false));
    if (reason.n > LEDGER_REASON_MAX)
        return sk_fail(SK_BAD, "reason has more than %d bytes", LEDGER_REASON_MAX);
    if (hold_find(s, name)) return sk_fail(SK_BAD, "there is a hold of this name");
    if (s->hold_count == LEDGER_HOLDS_MAX)
        return sk_fail(SK_FULL, "there are %d holds already", LEDGER_HOLDS_MAX);
    sk_json_object(&w, NULL);
    if (tenant.n) sk_json_str(&w, "tenant", tenant);
    if (reason.n) sk_json_str(&w, "reason", reason);
    sk_json_end_object(&w);
    TRY(ledger_store_note(sequence, s,
                          &(struct ledger_event){ .principal = principal(mem, uid),
                                                  .action = SK_STR("ledger.hold"),
                                                  .object = name,
                                                  .outcome = SK_STR("ok"),
                                                  .details = sk_buf_str(&details) },
                          uid));
    TRY(sk_json_read(&read, sk_buf_str(&details)));
    hold_keep(s, name, read, (sk_str){ s->stamp, LEDGER_TIME });
    return sk_ok();
}

sk_err
ledger_store_release(uint64_t *sequence, struct ledger_store *s, sk_str name, int64_t uid)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    if (!hold_find(s, name)) return sk_fail(SK_MISSING, "there is no hold of this name");
    TRY(ledger_store_note(sequence, s,
                          &(struct ledger_event){ .principal = principal(mem, uid),
                                                  .action = SK_STR("ledger.release"),
                                                  .object = name,
                                                  .outcome = SK_STR("ok") },
                          uid));
    hold_drop(s, name);
    return sk_ok();
}

/* ── what the records say about themselves ── */

static void
holds_write(struct sk_json_writer *w, const struct ledger_store *s)
{
    sk_json_array(w, "holds");
    for (size_t i = 0; i < s->hold_count; i++) {
        sk_json_object(w, NULL);
        sk_json_text(w, "name", s->hold[i].name);
        sk_json_text(w, "since", s->hold[i].since);
        if (s->hold[i].tenant[0]) sk_json_text(w, "tenant", s->hold[i].tenant);
        if (s->hold[i].reason[0]) sk_json_text(w, "reason", s->hold[i].reason);
        sk_json_end_object(w);
    }
    sk_json_end_array(w);
}

void
ledger_store_holds_write(struct sk_buf *out, const struct ledger_store *s)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    holds_write(&w, s);
    sk_json_end_object(&w);
}

void
ledger_store_segment_details(struct sk_buf *out, const struct ledger_store *s, sk_str heads)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    sk_json_str(&w, "heads", heads);
    sk_json_int(&w, "pruned", (int64_t)s->pruned);
    if (s->segment_count > 1) {
        sk_json_object(&w, "previous");
        sk_json_int(&w, "first", (int64_t)s->segment[s->segment_count - 2].first);
        sk_json_int(&w, "bytes", s->segment_seen[s->segment_count - 2].size);
        sk_json_end_object(&w);
    }
    holds_write(&w, s);
    sk_json_end_object(&w);
}

static void
segment_recall(struct ledger_store *s, const struct ledger_record *record, const sk_json *details)
{
    const sk_json *holds = sk_json_get(details, "holds");

    (void)record;
    s->pruned = (uint64_t)sk_json_get_int(details, "pruned", 0);
    s->hold_count = 0;
    for (size_t i = 0; i < sk_json_count(holds); i++)
        hold_keep(s, sk_json_get_str(sk_json_at(holds, i), "name"), sk_json_at(holds, i),
                  sk_json_get_str(sk_json_at(holds, i), "since"));
}

static void
hold_recall(struct ledger_store *s, const struct ledger_record *record, const sk_json *details)
{
    hold_keep(s, record->event.object, details, record->time);
}

static void
release_recall(struct ledger_store *s, const struct ledger_record *record, const sk_json *details)
{
    (void)details;
    hold_drop(s, record->event.object);
}

static void
prune_recall(struct ledger_store *s, const struct ledger_record *record, const sk_json *details)
{
    (void)record;
    s->pruned = (uint64_t)sk_json_get_int(details, "last", (int64_t)s->pruned);
}

sk_err
ledger_store_recall(struct ledger_store *s, const struct ledger_record *record)
{
    static const struct {
        const char *action;
        void (*recall)(struct ledger_store *, const struct ledger_record *, const sk_json *);
    } rows[] = {
        { "ledger.segment", segment_recall },
        { "ledger.hold", hold_recall },
        { "ledger.release", release_recall },
        { "ledger.prune", prune_recall },
    };
    DEFER(sk_json_close) sk_json *details = NULL;

    if (!sk_str_starts(record->event.action, SK_STR("ledger."))) return sk_ok();
    if (record->event.details.n) TRY(sk_json_read(&details, record->event.details));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sk_str_eq(record->event.action, sk_str_of(rows[i].action)))
            rows[i].recall(s, record, details);
    return sk_ok();
}

/* ── removal ── */

static void
segment_remove(struct ledger_store *s)
{
    char heads[64];

    if (unlinkat(s->dir, ledger_segment_path(&s->segment[0]), 0) != 0)
        part_log(PART_ERROR, "%s could not be removed", ledger_segment_path(&s->segment[0]));
    snprintf(heads, sizeof heads, "heads/%020" PRIu64 ".jsonl", s->segment[0].first);
    unlinkat(s->dir, heads, 0);
    s->segment_count--;
    memmove(s->segment, s->segment + 1, s->segment_count * sizeof *s->segment);
    memmove(s->segment_seen, s->segment_seen + 1, s->segment_count * sizeof *s->segment_seen);
}

/* The record comes first: a crash between leaves a file too much, which the next start removes. */
static bool
oldest_prune(struct ledger_store *s)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ledger_segment oldest = s->segment[0];
    uint64_t last = s->segment[1].first - 1, sequence;
    sk_err e = ledger_store_note(
        &sequence, s,
        &(struct ledger_event){
            .principal = SK_STR("ledger"),
            .action = SK_STR("ledger.prune"),
            .object = sk_str_of(oldest.name),
            .outcome = SK_STR("ok"),
            .details = sk_str_printf(mem, "{\"first\":%" PRIu64 ",\"last\":%" PRIu64 "}",
                                     oldest.first, last) },
        geteuid());

    if (sk_failed(e)) return false;
    s->pruned = last;
    segment_remove(s);
    part_log(PART_INFO, "records %" PRIu64 " to %" PRIu64 " are past their keeping: removed",
             oldest.first, last);
    return true;
}

void
ledger_store_prune(struct ledger_store *s)
{
    sk_when keep = s->options.keep_days * DAY_MS;

    while (s->state == LEDGER_WELL && s->hold_count == 0 && s->segment_count > 1 &&
           s->options.now() > ledger_segment_day_end(&s->segment[0]) + keep)
        if (!oldest_prune(s)) return;
}
