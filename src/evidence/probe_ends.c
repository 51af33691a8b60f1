/* VAULT-03, VAULT-04, VAULT-05. When what is told to have ended is erased. Of people whom the probe
 * has made up the end is told as of now, and the answer compared with a calendar of the probe's
 * own; and as of long ago, whereupon rows and keys must be gone within seconds, by the same clock
 * that serves everybody. And of real people: nothing that is due lies there still, no copy of the
 * keys is older than a week, nobody who was erased has a row or a key. */
#include "evidence/vault.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <time.h>

enum {
    DAY = 24 * 3600 * 1000,
    JST = 9 * 3600,
    LATE = 3600 * 1000, /* ms that something may be due, for the clock may have been away */
    AGO_DAYS = 70,      /* more than any of the three */
    STEP = 50,          /* ms */
    COPY_DAYS = 7,      /* that copies of keys live */
    CONTRACT_DAYS = 60,
    SAMPLE = 500,
};

/* ── the calendar ── */

/* The same day of the next month in Japan, or its last. */
static sk_when
month_later(sk_when when)
{
    time_t seconds = (time_t)(when / 1000) + JST;
    struct tm t, last;

    gmtime_r(&seconds, &t);
    last = (struct tm){ .tm_year = t.tm_year, .tm_mon = t.tm_mon + 2, .tm_mday = 0 };
    (void)timegm(&last);
    t.tm_mon++;
    if (t.tm_mday > last.tm_mday) t.tm_mday = last.tm_mday;
    return (sk_when)(timegm(&t) - JST) * 1000 + when % 1000;
}

/* ── telling ── */

struct ending {
    const char *event, *key; /* "trade_completed", "case" or "person" */
    const char *kind;        /* of a value that is about it */
    sk_str text;
    sk_when (*latest)(sk_when when);
};

static sk_err
ending_put(struct evidence_person *p, struct evidence_vault *v, const struct ending *ending)
{
    struct evidence_person account = { .count = 0 };

    evidence_person_add(&account, "name", SK_STR("探針 期限"));
    TRY(evidence_vault_put(&account, v, false));
    *p = (struct evidence_person){ .person = account.person };
    evidence_person_add(p, ending->kind, ending->text);
    return evidence_vault_put(p, v, strcmp(ending->key, "case") == 0);
}

static sk_str
subject_of(const struct ending *ending, const struct evidence_person *p)
{
    return strcmp(ending->key, "case") == 0 ? p->in_case : p->person;
}

static sk_err
ending_tell(sk_when *erases, struct evidence_vault *v, const struct ending *ending, sk_str subject,
            sk_when at)
{
    const char *const pairs[] = { "event",
                                  ending->event,
                                  ending->key,
                                  sk_str_zcopy(v->report->mem, subject),
                                  at ? "at" : NULL,
                                  sk_str_zcopy(v->report->mem, sk_when_utc(v->report->mem, at)),
                                  NULL };
    struct evidence_said said;

    TRY(evidence_vault_do(&said, v, "event", pairs));
    if (sk_when_read(erases, sk_json_get_str(said.json, "erases"))) return sk_ok();
    return sk_fail(SK_BROKEN, "the end was told, and not when it will be erased");
}

/* As of now: noted, and not later than is promised. */
static sk_err
promise_check(struct evidence_vault *v, const struct ending *ending)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    struct evidence_person p;
    sk_when erases;
    int64_t noted;
    sk_str subject;

    TRY(ending_put(&p, v, ending));
    subject = subject_of(ending, &p);
    TRY(ending_tell(&erases, v, ending, subject, 0));
    evidence_saw(v->report, "%s now: erased by %.*s", ending->event,
                 SK_ARG(sk_when_jst(v->report->mem, erases)));
    if (erases > ending->latest(sk_now()))
        evidence_failed(v->report, "%s: it would be erased too late", ending->event);
    TRY(evidence_vault_store(&store, v, "vault/values.db"));
    TRY(evidence_vault_number(&noted, store,
                              "SELECT at FROM due WHERE ?1 IN (person, part) AND event = ?2",
                              subject, sk_str_of(ending->event), false));
    if (noted != erases)
        evidence_failed(v->report, "%s: the end is told and not noted", ending->event);
    return sk_ok();
}

/* ── erasing ── */

static sk_err
erased_wait(bool *erased, struct evidence_vault *v, const char *subject)
{
    const struct timespec step = { .tv_nsec = STEP * 1000000L };
    sk_when until = sk_monotonic() + EVIDENCE_VAULT_WAIT;
    struct part_query *q;
    DEFER(part_store_close) struct part_store *store = NULL;

    TRY(evidence_vault_store(&store, v, "vault/values.db"));
    for (;;) {
        TRY(part_store_query(&q, store, "SELECT 1 FROM gone WHERE id = ?1"));
        part_query_text(q, 1, sk_str_of(subject));
        TRY(part_query_step(erased, q));
        if (*erased) part_query_done(q);
        if (*erased || sk_monotonic() > until) return sk_ok();
        nanosleep(&step, NULL);
    }
}

static const char rows_left[] =
    "SELECT count(*) FROM value WHERE person = ?1 AND ?2 IN (person, part)";
static const char keys_left[] =
    "SELECT count(*) FROM key WHERE person = ?1 AND ?2 IN (person, file)";

static sk_err
left_check(struct evidence_vault *v, const struct evidence_person *p, sk_str subject)
{
    static const struct {
        const char *file, *sql, *what;
        bool is_blob;
    } places[] = { { "vault/values.db", rows_left, "rows", false },
                   { "keeper/keys.db", keys_left, "keys", true } };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        DEFER(part_store_close) struct part_store *store = NULL;
        int64_t left;

        TRY(evidence_vault_store(&store, v, places[i].file));
        TRY(evidence_vault_number(&left, store, places[i].sql, p->person, subject,
                                  places[i].is_blob));
        if (left)
            evidence_failed(v->report, "%" PRId64 " %s of what was erased are left", left,
                            places[i].what);
    }
    return sk_ok();
}

static sk_err
proof_check(struct evidence_vault *v, const char *subject)
{
    const char *const pairs[] = { "id", subject, NULL };
    struct evidence_said said;
    uint64_t records;

    TRY(evidence_vault_do(&said, v, "erased", pairs));
    TRY(evidence_vault_records(&records, NULL, v, "vault.erased", (sk_str){ 0 },
                               sk_str_of(subject)));
    if (records != 1 || sk_json_get_int(said.json, "record", 0) <= 0)
        evidence_failed(v->report, "an erasure has %" PRIu64 " records", records);
    return sk_ok();
}

/* As of long ago: gone at once, with a receipt. */
static sk_err
erasing_check(struct evidence_vault *v, const struct ending *ending)
{
    struct evidence_person p;
    sk_when erases, began = sk_monotonic();
    const char *subject;
    bool erased, shown;

    TRY(ending_put(&p, v, ending));
    TRY(evidence_vault_shows(&shown, v, &p, (sk_str){ 0 }));
    if (!shown) return sk_fail(SK_BROKEN, "what was put is not shown");
    subject = sk_str_zcopy(v->report->mem, subject_of(ending, &p));
    TRY(ending_tell(&erases, v, ending, sk_str_of(subject), sk_now() - (sk_when)AGO_DAYS * DAY));
    TRY(erased_wait(&erased, v, subject));
    if (!erased) {
        evidence_failed(v->report, "%s %d days ago: still there after %d s", ending->event,
                        AGO_DAYS, EVIDENCE_VAULT_WAIT / 1000);
        return sk_ok();
    }
    evidence_saw(v->report, "%s %d days ago: erased within %" PRId64 " ms", ending->event, AGO_DAYS,
                 sk_monotonic() - began);
    TRY(evidence_vault_shows(&shown, v, &p, (sk_str){ 0 }));
    if (shown) evidence_failed(v->report, "what was erased is still shown");
    TRY(left_check(v, &p, sk_str_of(subject)));
    return proof_check(v, subject);
}

/* Of everybody. */
static sk_err
overdue_check(struct evidence_vault *v, const char *event)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    int64_t waiting, overdue;
    sk_str late = sk_str_of_i64(v->report->mem, sk_now() - LATE);

    TRY(evidence_vault_store(&store, v, "vault/values.db"));
    TRY(evidence_vault_number(&waiting, store, "SELECT count(*) FROM due WHERE event = ?1",
                              sk_str_of(event), (sk_str){ 0 }, false));
    TRY(evidence_vault_number(&overdue, store,
                              "SELECT count(*) FROM due AS d WHERE d.event = ?1"
                              " AND d.at < CAST(?2 AS INTEGER) AND NOT EXISTS"
                              " (SELECT 1 FROM held AS h WHERE h.person = d.person"
                              "  AND (h.part = '' OR d.part = '' OR h.part = d.part))",
                              sk_str_of(event), late, false));
    evidence_saw(v->report, "%" PRId64 " wait for their time (%s), %" PRId64 " are past it",
                 waiting, event, overdue);
    if (overdue)
        evidence_failed(v->report, "%" PRId64 " should have been erased (%s)", overdue, event);
    return sk_ok();
}

static sk_err
ending_check(struct evidence_report *report, const struct evidence_instance *instance,
             const struct ending *ending)
{
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };

    TRY(evidence_vault_open(&v, report, instance));
    TRY(promise_check(&v, ending));
    if (!report->failure_count) TRY(erasing_check(&v, ending));
    return overdue_check(&v, ending->event);
}

sk_err
evidence_probe_vault_transfers(struct evidence_report *report,
                               const struct evidence_instance *instance)
{
    const struct ending ending = { "transfer_completed", "case", "bank",
                                   SK_STR("0001-001-1-7654321 タンシン"), month_later };

    return ending_check(report, instance, &ending);
}

sk_err
evidence_probe_vault_trades(struct evidence_report *report,
                            const struct evidence_instance *instance)
{
    const struct ending ending = { "trade_completed", "case", "address",
                                   SK_STR("〒150-0001 東京都渋谷区探針1-2-3"), month_later };

    return ending_check(report, instance, &ending);
}

/* ── the end of a contract, copies included ── */

/* With the copies of keys it is over in time. */
static sk_when
contract_latest(sk_when when)
{
    return when + (sk_when)(CONTRACT_DAYS - COPY_DAYS) * DAY;
}

static void
folder_close(DIR **folder)
{
    if (*folder) closedir(*folder);
}

static sk_err
copies_check(struct evidence_report *report, const struct evidence_instance *instance)
{
    const char *path = sk_str_printf(report->mem, "%.*s/keeper/backup", SK_ARG(instance->state)).p;
    DEFER(folder_close) DIR *folder = opendir(path);
    time_t oldest = (time_t)(sk_now() / 1000) + JST - COPY_DAYS * (DAY / 1000);
    char least[32];
    struct tm t;
    unsigned copies = 0;

    if (!folder && errno == ENOENT) return sk_ok(); /* none was made yet */
    if (!folder) return sk_fail(SK_DENIED, "%s: %s", path, strerror(errno));
    gmtime_r(&oldest, &t);
    (void)strftime(least, sizeof least, "keys-%Y%m%d.db", &t);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        copies++;
        if (strcmp(entry->d_name, least) < 0)
            evidence_failed(report, "a copy of the keys is older than %d days: %s", COPY_DAYS,
                            entry->d_name);
    }
    evidence_saw(report, "%u copies of the keys, none older than %d days", copies, COPY_DAYS);
    return sk_ok();
}

/* Some of those who were erased, picked at random. */
static sk_err
gone_check(struct evidence_vault *v)
{
    DEFER(part_store_close) struct part_store *values = NULL;
    DEFER(part_store_close) struct part_store *keys = NULL;
    unsigned looked_at = 0;
    int64_t rows, left;
    struct part_query *q;
    bool more;

    TRY(evidence_vault_store(&values, v, "vault/values.db"));
    TRY(evidence_vault_store(&keys, v, "keeper/keys.db"));
    TRY(part_store_query(&q, values,
                         "SELECT person, id FROM gone WHERE id >= ?1 ORDER BY id LIMIT ?2"));
    part_query_text(q, 1,
                    sk_str_printf(v->report->mem, "%s_%.*s",
                                  evidence_random_below(2) ? "per" : "cas",
                                  SK_ARG(evidence_random_letters(v->report->mem, 2))));
    part_query_int(q, 2, SAMPLE);
    for (;; looked_at++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        sk_str person, id;

        TRY(part_query_step(&more, q));
        if (!more) break;
        person = part_query_get_text(mem, q, 0);
        id = part_query_get_text(mem, q, 1);
        TRY(evidence_vault_number(&rows, values, rows_left, person, id, false));
        TRY(evidence_vault_number(&left, keys, keys_left, person, id, true));
        if (rows || left)
            evidence_failed(v->report, "%.*s was erased and has %" PRId64 " rows, %" PRId64 " keys",
                            SK_ARG(id), rows, left);
    }
    evidence_saw(v->report, "%u who were erased, picked at random, have neither rows nor keys",
                 looked_at);
    return sk_ok();
}

sk_err
evidence_probe_vault_contracts(struct evidence_report *report,
                               const struct evidence_instance *instance)
{
    const struct ending ending = { "contract_ended", "person", "name", SK_STR("探針 契約"),
                                   contract_latest };
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };

    TRY(evidence_vault_open(&v, report, instance));
    TRY(promise_check(&v, &ending));
    if (!report->failure_count) TRY(erasing_check(&v, &ending));
    TRY(overdue_check(&v, ending.event));
    TRY(copies_check(report, instance));
    return gone_check(&v);
}
