/* VAULT-06, VAULT-08. Somebody whom the probe has made up is asked for in every way in which nobody
 * must be shown, then in the one in which somebody is, and the ledger must have both; and by a
 * ticket of another tenant. */
#include "evidence/vault.h"

#include <inttypes.h>

enum { OLD = 11000 }; /* ms; tickets live ten seconds */

/* ── VAULT-06: purpose and record ── */

/* A reading that must be refused by this word. */
struct refusal {
    const char *what, *purpose, *error;
    void (*spoil)(struct ticket *ticket, const struct evidence_instance *instance);
    bool has_ticket, is_recorded;
};

static void
spoil_nothing(struct ticket *ticket, const struct evidence_instance *instance)
{
    (void)ticket;
    (void)instance;
}

static void
spoil_age(struct ticket *ticket, const struct evidence_instance *instance)
{
    (void)instance;
    ticket->at -= OLD;
}

/* As an application's pages have it. */
static void
spoil_site(struct ticket *ticket, const struct evidence_instance *instance)
{
    ticket->site = instance->site[0].name;
}

static void
spoil_role(struct ticket *ticket, const struct evidence_instance *instance)
{
    (void)instance;
    ticket->role = SK_STR("owner");
    ticket->realm = SK_STR("merchant");
}

static void
spoil_nobody(struct ticket *ticket, const struct evidence_instance *instance)
{
    (void)instance;
    ticket->realm = ticket->role = ticket->principal = (sk_str){ 0 };
    ticket->level = 0;
}

static const struct refusal refusals[] = {
    { "without a ticket", EVIDENCE_VAULT_PURPOSE, "ticket_missing", spoil_nothing, false, false },
    { "by an old ticket", EVIDENCE_VAULT_PURPOSE, "ticket_expired", spoil_age, true, false },
    { "without a purpose", NULL, "bad", spoil_nothing, true, false },
    { "for a purpose that is not declared", "sekisho.probe-none", "purpose_unknown", spoil_nothing,
      true, true },
    { "from a page of the site", EVIDENCE_VAULT_PURPOSE, "ticket_foreign", spoil_site, true, true },
    { "by another role", EVIDENCE_VAULT_PURPOSE, "role_denied", spoil_role, true, true },
    { "by nobody", EVIDENCE_VAULT_PURPOSE, "role_denied", spoil_nobody, true, true },
};

static sk_err
refusal_check(struct evidence_vault *v, const struct evidence_person *p,
              const struct refusal *refusal)
{
    struct ticket ticket = evidence_vault_ticket(v);
    struct evidence_said said;
    uint64_t records;
    sk_str signed_text = { 0 };

    refusal->spoil(&ticket, v->instance);
    if (refusal->has_ticket) signed_text = evidence_vault_sign(v, &ticket);
    TRY(evidence_vault_read(&said, v, signed_text, refusal->purpose, &p->value[0].token, 1));
    if (!sk_str_eq(said.error, sk_str_of(refusal->error)) ||
        evidence_said_text(&said, v->report->mem, p->value[0].token).n)
        evidence_failed(v->report, "somebody's name %s was answered %d %.*s", refusal->what,
                        said.status, SK_ARG(said.error));
    if (!refusal->is_recorded) return sk_ok();
    TRY(evidence_vault_records(&records, NULL, v, "vault.refused", ticket.id, (sk_str){ 0 }));
    if (records != 1)
        evidence_failed(v->report, "a refusal (%s) has %" PRIu64 " records", refusal->what,
                        records);
    return sk_ok();
}

static sk_err
forged_check(struct evidence_vault *v, const struct evidence_person *p)
{
    struct ticket ticket = evidence_vault_ticket(v);
    struct evidence_said said;
    char *text = sk_str_zcopy(v->report->mem, evidence_vault_sign(v, &ticket));
    size_t last = strlen(text) - 2; /* the very last sign has bits that must be zero */

    text[last] = text[last] == 'A' ? 'B' : 'A';
    TRY(evidence_vault_read(&said, v, sk_str_of(text), EVIDENCE_VAULT_PURPOSE, &p->value[0].token,
                            1));
    if (!sk_str_eq(said.error, SK_STR("ticket_forged")))
        evidence_failed(v->report, "a ticket that nobody signed was answered %d %.*s", said.status,
                        SK_ARG(said.error));
    return sk_ok();
}

/* What may be shown is, and the record says to whom, for what, and who it was. */
static sk_err
shown_check(struct evidence_vault *v, const struct evidence_person *p)
{
    DEFER(sk_json_close) sk_json *details = NULL;
    struct ticket ticket = evidence_vault_ticket(v);
    uint64_t records;
    bool shown;
    sk_str text;

    TRY(evidence_vault_shows(&shown, v, p, evidence_vault_sign(v, &ticket)));
    if (!shown) return sk_fail(SK_BROKEN, "a reading that is allowed was not answered");
    TRY(evidence_vault_records(&records, &text, v, "vault.read", ticket.id, (sk_str){ 0 }));
    evidence_saw(v->report, "one name was shown, and has %" PRIu64 " record%s", records,
                 records == 1 ? "" : "s");
    if (records != 1) {
        evidence_failed(v->report, "what was shown is not on record");
        return sk_ok();
    }
    TRY(sk_json_read(&details, text));
    if (!sk_str_eq(sk_json_get_str(details, "purpose"), SK_STR(EVIDENCE_VAULT_PURPOSE)) ||
        sk_str_find(text, p->person) == SIZE_MAX)
        evidence_failed(v->report, "the record lacks the purpose, or who was shown");
    return sk_ok();
}

sk_err
evidence_probe_vault_purpose(struct evidence_report *report,
                             const struct evidence_instance *instance)
{
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };
    const size_t count = sizeof refusals / sizeof *refusals;
    struct evidence_person p;

    TRY(evidence_vault_open(&v, report, instance));
    TRY(evidence_vault_somebody(&p, &v));
    for (size_t i = 0; i < count; i++)
        TRY(refusal_check(&v, &p, &refusals[i]));
    TRY(forged_check(&v, &p));
    evidence_saw(report, "%zu ways to ask for somebody are tried that must be refused", count + 1);
    return shown_check(&v, &p);
}

/* ── VAULT-08: tenants ── */

static struct ticket
foreign_ticket(struct evidence_vault *v)
{
    struct ticket ticket = evidence_vault_ticket(v);

    ticket.tenant = SK_STR(EVIDENCE_VAULT_OTHER);
    return ticket;
}

static sk_err
foreign_read(struct evidence_vault *v, const struct evidence_person *p)
{
    struct ticket ticket = foreign_ticket(v);
    struct evidence_said said;
    const sk_json *value;

    TRY(evidence_vault_read(&said, v, evidence_vault_sign(v, &ticket), EVIDENCE_VAULT_PURPOSE,
                            &p->value[0].token, 1));
    value = sk_json_get(sk_json_get(said.json, "values"),
                        sk_str_zcopy(v->report->mem, p->value[0].token));
    if (said.status != 200 || !sk_str_eq(sk_json_get_str(value, "why"), SK_STR("unknown_token")) ||
        sk_json_get_str(value, "text").n)
        evidence_failed(v->report, "another tenant's token was answered %d %.*s %.*s", said.status,
                        SK_ARG(said.error), SK_ARG(sk_json_get_str(value, "why")));
    return sk_ok();
}

/* The question may name any tenant: what counts is the ticket's. */
static sk_err
foreign_verbs(struct evidence_vault *v, const struct evidence_person *p)
{
    sk_arena *mem = v->report->mem;
    const struct {
        const char *verb;
        sk_str body, error;
    } tries[] = {
        { "erase",
          sk_str_printf(mem, "{\"tenant\":\"" EVIDENCE_VAULT_TENANT "\",\"person\":\"%.*s\"}",
                        SK_ARG(p->person)),
          SK_STR("wrong_tenant") },
        { "event",
          sk_str_printf(mem, "{\"event\":\"account_closed\",\"person\":\"%.*s\"}",
                        SK_ARG(p->person)),
          SK_STR("wrong_tenant") },
        { "put",
          sk_str_printf(mem,
                        "{\"person\":\"%.*s\",\"values\":[{\"kind\":\"name\",\"text\":\"探針\"}]}",
                        SK_ARG(p->person)),
          SK_STR("wrong_tenant") },
        { "find",
          sk_str_printf(mem,
                        "{\"purpose\":\"" EVIDENCE_VAULT_PURPOSE
                        "\",\"kind\":\"name\",\"text\":\"%.*s\"}",
                        SK_ARG(p->value[0].text)),
          { 0 } },
    };

    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct ticket ticket = foreign_ticket(v);
        struct evidence_said said;

        TRY(evidence_vault_ask(&said, v, tries[i].verb, evidence_vault_sign(v, &ticket),
                               tries[i].body));
        if (!sk_str_eq(said.error, tries[i].error) ||
            sk_json_count(sk_json_get(said.json, "tokens")))
            evidence_failed(v->report, "another tenant's %s was answered %d %.*s", tries[i].verb,
                            said.status, SK_ARG(said.error));
    }
    evidence_saw(v->report, "a ticket of another tenant: reading, finding, adding, erasing fail");
    return sk_ok();
}

/* Of everybody: whose rows are of two tenants, by the people's own index. */
static sk_err
border_check(struct evidence_vault *v)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    int64_t people;

    TRY(evidence_vault_store(&store, v, "vault/values.db"));
    TRY(evidence_vault_number(&people, store,
                              "SELECT count(*) FROM (SELECT 1 FROM value GROUP BY person"
                              " HAVING min(tenant) <> max(tenant))",
                              (sk_str){ 0 }, (sk_str){ 0 }, false));
    evidence_saw(v->report, "%" PRId64 " people have rows of two tenants", people);
    if (people) evidence_failed(v->report, "%" PRId64 " people have rows of two tenants", people);
    return sk_ok();
}

sk_err
evidence_probe_vault_tenants(struct evidence_report *report,
                             const struct evidence_instance *instance)
{
    DEFER(evidence_vault_close) struct evidence_vault v = { .report = report };
    struct evidence_person p;
    bool shown;

    TRY(evidence_vault_open(&v, report, instance));
    TRY(evidence_vault_somebody(&p, &v));
    TRY(evidence_vault_shows(&shown, &v, &p, (sk_str){ 0 }));
    if (!shown) return sk_fail(SK_BROKEN, "its own tenant is not shown it");
    TRY(foreign_read(&v, &p));
    TRY(foreign_verbs(&v, &p));
    TRY(border_check(&v));
    TRY(evidence_vault_shows(&shown, &v, &p, (sk_str){ 0 }));
    if (!shown) evidence_failed(report, "another tenant has erased it");
    return sk_ok();
}
