#include "evidence/privilege.h"

#include "base/json.h"
#include "ledger/reader.h"

#include <inttypes.h>

enum { HOUR = 3600 * 1000 };

struct work {
    struct evidence_report *report;
    struct evidence_privileges *held;
};

static sk_err
store_read(struct evidence_privileges *held, sk_arena *mem, struct part_store *store,
           const char *name)
{
    struct part_query *q;
    bool row;
    held->item = sk_array(mem, EVIDENCE_PRIVILEGES_MAX, sizeof *held->item);
    TRY(part_store_query(
        &q, store,
        "SELECT h.account, h.name, h.given_by, h.made, coalesce(h.ends, 0), coalesce(r.id, ''),"
        " coalesce(r.hours, 0), coalesce(r.decided_by, '') FROM held_right AS h"
        " LEFT JOIN right_request AS r ON r.account = h.account AND r.name = h.name"
        " AND r.state = 'approved' AND r.decided = h.made"
        " WHERE h.name GLOB 'privilege.*' AND ?1 IN ('', h.name)"
        " AND (h.ends IS NULL OR h.ends > ?2) ORDER BY h.account, h.name"));
    part_query_text(q, 1, sk_str_of(name));
    part_query_int(q, 2, sk_now());
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        if (held->count == EVIDENCE_PRIVILEGES_MAX)
            return sk_fail(SK_FULL, "more than %d privileges are held", EVIDENCE_PRIVILEGES_MAX);
        held->item[held->count++] = (struct evidence_privilege){
            .account = part_query_get_text(mem, q, 0),
            .name = part_query_get_text(mem, q, 1),
            .given_by = part_query_get_text(mem, q, 2),
            .made = part_query_get_int(q, 3),
            .ends = part_query_get_int(q, 4),
            .request = part_query_get_text(mem, q, 5),
            .hours = part_query_get_int(q, 6),
            .decided_by = part_query_get_text(mem, q, 7),
        };
    }
}

/* ── what the ledger says ── */

static void
ask_take(struct work *w, const struct ledger_record *r, sk_str what, sk_str request)
{
    for (size_t i = 0; i < w->held->count; i++) {
        struct evidence_privilege *p = &w->held->item[i];
        if (p->request.n && sk_str_eq(p->request, request) &&
            sk_str_eq(p->account, r->event.object) && sk_str_eq(p->name, what))
            p->asked = true;
    }
}

static void
give_take(struct work *w, const struct ledger_record *r, sk_str what, sk_str request)
{
    w->held->approvals++;
    if (sk_str_eq(r->event.principal, r->event.object))
        evidence_failed(w->report, "record %" PRIu64 ": somebody has approved an own request",
                        r->sequence);
    for (size_t i = 0; i < w->held->count; i++) {
        struct evidence_privilege *p = &w->held->item[i];
        if (!p->request.n || !sk_str_eq(p->request, request) || !sk_str_eq(p->name, what)) continue;
        p->given = p->asked && sk_str_eq(p->account, r->event.object) &&
                   sk_str_eq(p->given_by, r->event.principal);
        p->over = false;
    }
}

static void
end_take(struct work *w, const struct ledger_record *r, sk_str what, sk_str request)
{
    (void)request;
    for (size_t i = 0; i < w->held->count; i++) {
        struct evidence_privilege *p = &w->held->item[i];
        if (sk_str_eq(p->account, r->event.object) && sk_str_eq(p->name, what)) p->over = true;
    }
}

static const struct {
    const char *action;
    void (*take)(struct work *w, const struct ledger_record *r, sk_str what, sk_str request);
} actions[] = {
    { "accounts.right_ask", ask_take },
    { "accounts.right_give", give_take },
    { "accounts.right_take", end_take },
    { "accounts.right_end", end_take },
};

static bool
record_take(void *ctx, const struct ledger_record *r)
{
    DEFER(sk_json_close) sk_json *details = NULL;
    if (sk_failed(sk_json_read(&details, r->event.details))) return true;
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (sk_str_eq(r->event.action, sk_str_of(actions[i].action)))
            actions[i].take(ctx, r, sk_json_get_str(details, "what"),
                            sk_json_get_str(details, "reason"));
    return true;
}

/* ── the judgement ── */

static const char *
fault_of(const struct evidence_privilege *p)
{
    if (!p->ends || p->ends <= p->made) return "has no end";
    if (p->ends - p->made > (sk_when)EVIDENCE_PRIVILEGE_HOURS * HOUR) return "is held for too long";
    if (sk_str_eq(p->given_by, p->account)) return "was given by whoever holds it";
    if (!p->request.n) return "was not asked for, or not approved";
    if (!sk_str_eq(p->decided_by, p->given_by)) return "was approved by somebody else than is said";
    if (p->ends - p->made != p->hours * HOUR) return "ends at another time than was approved";
    if (!p->asked) return "has no request on record";
    if (!p->given) return "has no approval on record, or by another person";
    return p->over ? "has ended by the record" : NULL;
}

sk_err
evidence_privileges_check(struct evidence_privileges *held, struct evidence_report *report,
                          const struct evidence_instance *instance, const char *name)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    const struct ledger_filter rights = { .action = SK_STR("accounts.right_*") };
    struct work w = { report, held };
    *held = (struct evidence_privileges){ .count = 0 };
    TRY(evidence_people_open(&store, report->mem, instance));
    TRY(store_read(held, report->mem, store, name)); /* what is there is on record already */
    TRY(ledger_read(sk_str_zcopy(report->mem, instance->state), &rights, record_take, &w));
    for (size_t i = 0; i < held->count; i++) {
        const struct evidence_privilege *p = &held->item[i];
        const char *fault = fault_of(p);
        if (fault)
            evidence_failed(report, "%.*s of %.*s %s", SK_ARG(p->name), SK_ARG(p->account), fault);
        else
            evidence_saw(report, "%.*s of %.*s: approved by %.*s for %" PRId64 " hours (%.*s)",
                         SK_ARG(p->name), SK_ARG(p->account), SK_ARG(p->given_by), p->hours,
                         SK_ARG(p->request));
    }
    return sk_ok();
}
