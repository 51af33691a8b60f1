/* ACC-11. Each privilege that is held was asked for, approved by somebody else for so many hours,
 * ends then, and is on record so; the list that accounts shows is the store's; a made-up ticket can
 * neither ask nor decide. */
#include "base/json.h"
#include "evidence/privilege.h"

#include <inttypes.h>

static bool
is_listed(const sk_json *list, const struct evidence_privilege *p)
{
    for (size_t i = 0; i < sk_json_count(list); i++) {
        const sk_json *entry = sk_json_at(list, i);
        if (sk_str_eq(sk_json_get_str(entry, "account"), p->account) &&
            sk_str_eq(sk_json_get_str(entry, "name"), p->name))
            return true;
    }
    return false;
}

static sk_err
list_check(struct evidence_report *report, const struct evidence_instance *instance,
           const struct evidence_privileges *held)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_str answer;
    size_t lacking = 0;
    int status;
    TRY(evidence_people_ask(&status, &answer, report->mem, instance, "rights/list", (sk_str){ 0 }));
    if (status != 200) return sk_fail(SK_BROKEN, "the list of privileges was answered %d", status);
    TRY(sk_json_read(&root, answer));
    const sk_json *list = sk_json_get(root, "held");
    for (size_t i = 0; i < held->count; i++)
        if (held->item[i].ends > sk_now() && !is_listed(list, &held->item[i])) lacking++;
    if (lacking || sk_json_count(list) > held->count)
        evidence_failed(report, "%zu privileges are held, %zu are listed", held->count,
                        sk_json_count(list));
    else
        evidence_saw(report, "%zu privileges are held, and all of them are listed", held->count);
    return sk_ok();
}

sk_err
evidence_probe_privileges(struct evidence_report *report, const struct evidence_instance *instance)
{
    static const char *const verbs[] = { "rights/ask", "rights/decide", "rights/take" };
    struct evidence_privileges held = { 0 };
    TRY(evidence_privileges_check(&held, report, instance, ""));
    evidence_saw(report, "%" PRIu64 " approvals are on record, each by somebody else than asked",
                 held.approvals);
    TRY(list_check(report, instance, &held));
    return evidence_people_refuses(report, instance, verbs, sizeof verbs / sizeof *verbs);
}
