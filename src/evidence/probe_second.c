/* ACC-03. Nobody of the operators and merchants is in with one factor: not now, by the store; and
 * not of late, by the ledger, which has each sign-in with its last factor. Each session in the
 * store must have come about by a sign-in on record, else somebody has made it by other means. What
 * the pages offer is asked of the pages. Who has a password and no second factor yet is no fault:
 * at the next sign-in no page opens but the one that sets it up, which is the case's to show. */
#include "base/json.h"
#include "evidence/people.h"
#include "ledger/reader.h"

#include <inttypes.h>

enum { LOOKED_AT = 200000, DAY = 24 * 3600 * 1000, DAYS = 30 };

#define STRICT "realm IN ('operator', 'merchant')"

struct second {
    struct evidence_report *report;
    struct evidence_ids sessions; /* whole ones, of operators and merchants */
    uint64_t looked_at, sign_ins, single;
};

/* The factor that a sign-in was completed by. */
static bool
is_second(sk_str method)
{
    static const char *const second[] = { "totp", "passkey", "recovery" };
    for (size_t i = 0; i < sizeof second / sizeof *second; i++)
        if (sk_str_eq(method, sk_str_of(second[i]))) return true;
    return false;
}

static bool
sign_in_take(void *ctx, const struct ledger_record *r)
{
    DEFER(sk_json_close) sk_json *details = NULL;
    struct second *s = ctx;
    if (sk_failed(sk_json_read(&details, r->event.details))) return true;
    sk_str realm = sk_json_get_str(details, "realm");
    if (!sk_str_eq(realm, SK_STR("operator")) && !sk_str_eq(realm, SK_STR("merchant"))) return true;
    s->sign_ins++;
    if (!is_second(sk_json_get_str(details, "method"))) {
        s->single++;
        evidence_failed(s->report, "record %" PRIu64 ": a sign-in (%.*s) by %.*s alone",
                        r->sequence, SK_ARG(realm), SK_ARG(sk_json_get_str(details, "method")));
    } else if (r->event.object.n == EVIDENCE_ID) {
        struct evidence_id *id = evidence_ids_find(&s->sessions, r->event.object.p);
        if (id) id->seen = true;
    }
    return ++s->looked_at < LOOKED_AT;
}

static sk_err
sessions_check(struct second *s, const struct evidence_instance *instance)
{
    const struct ledger_filter newest = { .action = SK_STR("accounts.sign_in"),
                                          .outcome = SK_STR("ok"),
                                          .since = sk_now() - (sk_when)DAYS * DAY,
                                          .newest_first = true };
    size_t unknown = 0;
    TRY(ledger_read(sk_str_zcopy(s->report->mem, instance->state), &newest, sign_in_take, s));
    for (size_t i = 0; i < s->sessions.count; i++)
        if (!s->sessions.id[i].seen && unknown++ < 10)
            evidence_failed(s->report, "%.*s: no sign-in by a second factor is on record for it",
                            EVIDENCE_ID, s->sessions.id[i].text);
    evidence_saw(s->report,
                 "%" PRIu64 " sign-ins of operators and merchants in %d days, %" PRIu64
                 " by one factor; %zu sessions, %zu without a sign-in on record",
                 s->sign_ins, DAYS, s->single, s->sessions.count, unknown);
    return sk_ok();
}

static sk_err
store_check(struct second *s, struct part_store *store)
{
    int64_t single, people, without;
    TRY(evidence_people_number(&single, store,
                               "SELECT count(*) FROM session WHERE " STRICT
                               " AND wait = '' AND level < 2"));
    TRY(evidence_people_number(
        &people, store, "SELECT count(*) FROM account WHERE " STRICT " AND state = 'active'"));
    TRY(evidence_people_number(&without, store,
                               "SELECT count(*) FROM account AS a WHERE " STRICT
                               " AND state = 'active' AND NOT EXISTS"
                               " (SELECT 1 FROM factor WHERE account = a.id AND state = 'active'"
                               " AND kind IN ('totp', 'passkey'))"));
    evidence_saw(s->report,
                 "%" PRId64 " operators and merchants; %" PRId64
                 " have to set up a second factor at the next sign-in",
                 people, without);
    if (single)
        evidence_failed(s->report, "%" PRId64 " sessions of theirs are open with one factor",
                        single);
    return evidence_ids_read(&s->sessions, s->report->mem, store,
                             "SELECT id FROM session WHERE " STRICT " AND wait = ''");
}

/* What is offered to all, and what is not offered to those. */
static sk_err
pages_check(struct evidence_report *report, const struct evidence_instance *instance)
{
    static const struct {
        const char *path;
        int status;
        const char *is;
    } pages[] = {
        { "/.sekisho/buyer/factors", 303, "buyers may set up a second factor" },
        { "/.sekisho/merchant/factors", 303, "merchants set up a second factor" },
        { "/.sekisho/merchant/second", 303, "merchants are asked for it" },
        { "/.sekisho/merchant/code", 404, "a mailed code is no way in for merchants" },
    };
    sk_str host = evidence_host(instance);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct evidence_answer answer;
        TRY(evidence_ask(&answer, report->mem, instance, host,
                         evidence_request(report->mem, "GET", sk_str_of(pages[i].path), host, "",
                                          (sk_str){ 0 })));
        if (answer.status != pages[i].status)
            evidence_failed(report, "%s was answered %d: not so that %s", pages[i].path,
                            answer.status, pages[i].is);
        else
            evidence_saw(report, "%s", pages[i].is);
    }
    return sk_ok();
}

sk_err
evidence_probe_second(struct evidence_report *report, const struct evidence_instance *instance)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    struct second s = { .report = report };
    TRY(evidence_people_open(&store, report->mem, instance));
    TRY(store_check(&s, store)); /* before the ledger: what is in the store is on record already */
    TRY(sessions_check(&s, instance));
    return pages_check(report, instance);
}
