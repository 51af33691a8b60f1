/* VAULT-11, VAULT-12. What was shown is what the breach report's tables say, to the person; and
 * more than a purpose needs is not shown, and wakes somebody. */
#include "evidence/vault.h"

#include "vault/scope.h"

#include <inttypes.h>
#include <time.h>

enum { ALARM_WAIT = 900 /* ms; within a second */, ALARM_PAUSE = 60000, STEP = 20 };

/* ── VAULT-11: who has been seen ── */

/* Three people, of whom different kinds are shown, one of them twice. */
static sk_err
showings_make(struct evidence_vault *v)
{
    struct evidence_person p[EVIDENCE_VAULT_PEOPLE];

    for (size_t i = 0; i < EVIDENCE_VAULT_PEOPLE; i++) {
        sk_str token[2];
        struct evidence_said said;
        struct ticket ticket = evidence_vault_ticket(v);
        size_t count = i == 0 ? 2 : 1;

        p[i] = (struct evidence_person){ .count = 0 };
        evidence_person_add(&p[i], "email",
                            sk_str_printf(v->report->mem, "%.*s@example.jp",
                                          SK_ARG(evidence_random_letters(v->report->mem, 12))));
        evidence_person_add(&p[i], "birthday", SK_STR("1980-01-31"));
        TRY(evidence_vault_put(&p[i], v, false));
        token[0] = p[i].value[0].token;
        token[1] = p[i].value[1].token;
        TRY(evidence_vault_read(&said, v, evidence_vault_sign(v, &ticket), EVIDENCE_VAULT_PURPOSE,
                                token, count));
        if (said.status != 200)
            return sk_fail(SK_BROKEN, "a reading was answered %d %.*s", said.status,
                           SK_ARG(said.error));
    }
    bool again;
    return evidence_vault_shows(&again, v, &p[1], (sk_str){ 0 });
}

struct expected {
    unsigned kinds;
    uint64_t people, showings;
};

static bool
row_is(const struct vault_scope_row *row, const struct expected *expected)
{
    return row && row->shown == VAULT_PLAIN && row->kinds == expected->kinds &&
           row->people == expected->people && row->showings == expected->showings;
}

static bool
table_is(const struct vault_scope *scope)
{
    const unsigned email = 1u << PERSONAL_EMAIL, both = email | 1u << PERSONAL_BIRTHDAY;
    const struct expected rows[] = { { email, 2, 3 }, { both, 1, 1 } };
    const struct vault_scope_tenant *tenant = vault_scope_tenant(scope, 0);
    const struct vault_scope_row *row = tenant ? tenant->rows : NULL;

    if (!tenant || !sk_str_eq(tenant->name, SK_STR(EVIDENCE_VAULT_TENANT)) ||
        vault_scope_tenant(scope, 1))
        return false;
    return row_is(row, &rows[0]) && row_is(row->next, &rows[1]) && !row->next->next;
}

sk_err
evidence_probe_vault_scope(struct evidence_report *report, const struct evidence_instance *instance)
{
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };
    DEFER(vault_scope_close) struct vault_scope *scope = NULL;
    struct vault_scope_sum sum;

    TRY(evidence_vault_open(&v, report, instance));
    TRY(showings_make(&v));
    const struct vault_scope_ask ask = { .principal = v.principal, .since = v.began };
    TRY(vault_scope_read(&scope, sk_str_zcopy(report->mem, instance->state), &ask));
    sum = vault_scope_sum(scope);
    evidence_saw(report,
                 "3 people were shown in 4 records, 5 values; the tables say %" PRIu64
                 " people, %" PRIu64 " records, %" PRIu64 " values",
                 sum.people, sum.records, sum.values);
    if (sum.people != 3 || sum.records != 4 || sum.values != 5 || sum.unreadable ||
        !table_is(scope))
        evidence_failed(report, "the tables are not what was shown");
    return sk_ok();
}

/* ── VAULT-12: the rate ── */

/* Until there is an alarm of this purpose, now or in the pause between two. */
static sk_err
alarm_wait(bool *raised, struct evidence_vault *v)
{
    const struct timespec step = { .tv_nsec = STEP * 1000000L };
    sk_when began = v->began, until = sk_monotonic() + ALARM_WAIT;
    uint64_t records = 0;

    v->began = began - ALARM_PAUSE;
    for (;;) {
        sk_err e = evidence_vault_records(&records, NULL, v, "vault.alarm", (sk_str){ 0 },
                                          SK_STR(EVIDENCE_VAULT_PURPOSE));

        if (sk_failed(e) || records || sk_monotonic() > until) {
            v->began = began;
            *raised = records > 0;
            return e;
        }
        nanosleep(&step, NULL);
    }
}

/* Each by a ticket of its own, so that it is the account's hour that is full. */
static sk_err
mass_read(struct evidence_said *last, size_t *shown, struct evidence_vault *v,
          const struct evidence_person *p, size_t count)
{
    *shown = 0;
    for (size_t i = 0; i < count; i++) {
        struct ticket ticket = evidence_vault_ticket(v);

        TRY(evidence_vault_read(last, v, evidence_vault_sign(v, &ticket), EVIDENCE_VAULT_PURPOSE,
                                &p[i].value[0].token, 1));
        *shown += evidence_said_text(last, v->report->mem, p[i].value[0].token).n > 0;
    }
    return sk_ok();
}

sk_err
evidence_probe_vault_rate(struct evidence_report *report, const struct evidence_instance *instance)
{
    enum { PEOPLE = EVIDENCE_VAULT_PEOPLE + 2 };
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };
    struct evidence_person p[PEOPLE];
    struct evidence_said last;
    size_t shown;
    bool raised;

    TRY(evidence_vault_open(&v, report, instance));
    for (size_t i = 0; i < PEOPLE; i++)
        TRY(evidence_vault_somebody(&p[i], &v));
    TRY(mass_read(&last, &shown, &v, p, PEOPLE));
    TRY(alarm_wait(&raised, &v));
    evidence_saw(report, "of %d people %zu were shown, then %.*s; an alarm: %s", PEOPLE, shown,
                 SK_ARG(last.error), raised ? "yes" : "no");
    if (shown != EVIDENCE_VAULT_PEOPLE || last.status != 429)
        evidence_failed(report, "a purpose for %d people showed %zu (%d)", EVIDENCE_VAULT_PEOPLE,
                        shown, last.status);
    if (!raised) evidence_failed(report, "nobody was alarmed");
    return sk_ok();
}
