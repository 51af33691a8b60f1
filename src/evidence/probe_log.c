/* LOG-01, LOG-02, LOG-03: what is recorded, how it is kept, what is handed out. The first two look
 * at the files alone; the third really hands records out, those of a tenant of its own, which has
 * no others than these exports. */
#include "base/file.h"
#include "base/json.h"
#include "evidence/probe.h"
#include "ledger/export.h"
#include "ledger/reader.h"
#include "ledger/verify.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONF_MAX = 64 * 1024, LOOKED_AT = 5000, DAY_MS = 24 * 3600 * 1000, SIX_MONTHS = 183 };

#define TENANT "sekisho-probe"

/* ── LOG-01 ── */

struct newest {
    bool decided, started; /* the newest of sekisho.start and sekisho.stop is the former */
    uint64_t looked_at, nameless;
    bool by_somebody;
};

static bool
newest_take(void *ctx, const struct ledger_record *r)
{
    struct newest *n = ctx;
    sk_str action = r->event.action;

    n->looked_at++;
    if (r->event.principal.n == 0) n->nameless++;
    if (!n->decided &&
        (sk_str_eq(action, SK_STR("sekisho.start")) || sk_str_eq(action, SK_STR("sekisho.stop")))) {
        n->decided = true;
        n->started = sk_str_eq(action, SK_STR("sekisho.start"));
        n->by_somebody = sk_str_starts(r->event.principal, SK_STR("local:"));
    }
    return n->looked_at < LOOKED_AT || !n->decided;
}

sk_err
evidence_probe_log_recorded(struct evidence_report *report,
                            const struct evidence_instance *instance)
{
    const struct ledger_filter all = { .newest_first = true };
    struct newest newest = { 0 };

    TRY(ledger_read(sk_str_zcopy(report->mem, instance->state), &all, newest_take, &newest));
    evidence_saw(report, "%" PRIu64 " newest records, %" PRIu64 " without who acted",
                 newest.looked_at, newest.nameless);
    if (newest.nameless)
        evidence_failed(report, "%" PRIu64 " records do not say who acted", newest.nameless);
    if (!newest.decided || !newest.started)
        evidence_failed(report, "the start of what runs, with its configuration, is not on record");
    else if (!newest.by_somebody)
        evidence_failed(report, "the start of what runs does not say who started it");
    return sk_ok();
}

/* ── LOG-02 ── */

static void
damage_take(void *ctx, const char *text)
{
    evidence_failed(ctx, "%s", text);
}

static void
keeping_check(struct evidence_report *report, int64_t keep_days)
{
    evidence_saw(report, "kept %" PRId64 " days", keep_days);
    if (keep_days < SIX_MONTHS)
        evidence_failed(report, "records are kept %" PRId64 " days, less than %d", keep_days,
                        SIX_MONTHS);
}

static int64_t
keep_days_of(struct evidence_report *report, const char *state)
{
    DEFER(sk_json_close) sk_json *conf = NULL;
    sk_str text;

    if (sk_failed(sk_file_read(&text, report->mem,
                               sk_str_printf(report->mem, "%s/conf/ledger/ledger.json", state).p,
                               CONF_MAX)) ||
        sk_failed(sk_json_read(&conf, text)))
        return 0;
    return sk_json_get_int(conf, "keep_days", 0);
}

struct oldest {
    sk_when when;
    bool held; /* a hold may keep what is past its time */
};

static bool
oldest_take(void *ctx, const struct ledger_record *r)
{
    struct oldest *oldest = ctx;

    return !ledger_time_read(&oldest->when, r->time);
}

static bool
hold_take(void *ctx, const struct ledger_record *r)
{
    struct oldest *oldest = ctx;

    oldest->held =
        sk_str_eq(r->event.action, SK_STR("ledger.hold")) ||
        (r->event.details.n && sk_str_find(r->event.details, SK_STR("\"holds\":[{")) != SIZE_MAX);
    return !oldest->held;
}

/* What is older than its keeping by more than two days should be gone. */
static sk_err
removal_check(struct evidence_report *report, const char *state, int64_t keep_days)
{
    const struct ledger_filter all = { 0 }, own = { .action = SK_STR("ledger.*") };
    struct oldest oldest = { .when = sk_now() };

    TRY(ledger_read(state, &all, oldest_take, &oldest));
    TRY(ledger_read(state, &own, hold_take, &oldest));
    evidence_saw(report, "the oldest record is %" PRId64 " days old",
                 (sk_now() - oldest.when) / DAY_MS);
    if (!oldest.held && sk_now() - oldest.when > (keep_days + 2) * DAY_MS)
        evidence_failed(report, "records past their keeping were not removed");
    return sk_ok();
}

sk_err
evidence_probe_log_kept(struct evidence_report *report, const struct evidence_instance *instance)
{
    const struct ledger_watcher watcher = { .damage = damage_take, .ctx = report };
    const char *state = sk_str_zcopy(report->mem, instance->state);
    const char *folder = sk_str_printf(report->mem, "%s/ledger", state).p;
    int64_t keep_days = keep_days_of(report, state);
    struct ledger_verdict verdict;

    TRY(ledger_verify(&verdict, folder, &watcher));
    evidence_saw(report,
                 "%" PRIu64 " records and %" PRIu64 " tiles lead to the root that %s has signed",
                 verdict.records, verdict.tiles, verdict.origin);
    keeping_check(report, keep_days);
    return removal_check(report, state, keep_days);
}

/* ── LOG-03 ── */

static bool
count_take(void *ctx, const struct ledger_record *r)
{
    (void)r;
    ++*(uint64_t *)ctx;
    return true;
}

static sk_err
export_compare(struct evidence_report *report, const char *state, const char *folder)
{
    const struct ledger_filter own = { .tenant = SK_STR(TENANT) };
    struct ledger_exported made;
    uint64_t there = 0;

    TRY(ledger_export_tenant(&made, state, SK_STR(TENANT), folder));
    TRY(ledger_export_check(&made, folder, (sk_str){ 0 }));
    TRY(ledger_read(state, &own, count_take, &there));
    evidence_saw(report,
                 "%" PRIu64 " records of one tenant were handed out, each proven, none missing to "
                 "record %" PRIu64,
                 made.records, made.last);
    if (made.records < there)
        evidence_failed(report,
                        "the ledger has %" PRIu64 " records of the tenant, the export %" PRIu64,
                        there, made.records);
    return sk_ok();
}

sk_err
evidence_probe_log_export(struct evidence_report *report, const struct evidence_instance *instance)
{
    char folder[] = "/tmp/sekisho-probe-XXXXXX";
    sk_err e;

    if (!mkdtemp(folder)) return sk_fail(SK_BROKEN, "no folder for an export");
    e = export_compare(report, sk_str_zcopy(report->mem, instance->state), folder);
    if (sk_failed(e)) evidence_failed(report, "%s", e.why);
    if (!sk_file_remove_tree(folder)) return sk_fail(SK_BROKEN, "%s is left over", folder);
    return sk_ok();
}
