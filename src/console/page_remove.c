/* Removing an account: what it means is said, and its name is to be typed. */
#include "console/pages.h"
#include "console/people.h"

static const struct part_field rows[] = { { "typed", PART_FIELD_LINE, 254, true } };

static sk_str
account_id(const struct console_visit *visit)
{
    return part_request_param(visit->view.request, "id");
}

/* Whom it is about: by name where one may see it, else by id. */
static sk_err
account_ask(sk_str *name, struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    if (!people_is_id(account_id(visit), "acc_")) return sk_fail(SK_MISSING, "not an account's id");
    TRY(people_ask_texts(
        &root, visit, "accounts/get",
        (const struct people_text[]){ { "account", account_id(visit) }, { NULL, { 0 } } }));
    struct part_value *account = part_set_object(visit->view.values, "account");
    people_show(visit, account, sk_json_get(root, "account"));
    *name = sk_str_copy(visit->mem, sk_json_get_str(sk_json_get(root, "account"), "name"));
    if (!name->n) *name = account_id(visit);
    return sk_ok();
}

static sk_err
remove_show(struct console_visit *visit, sk_str name, const struct part_field_answer *answer,
            sk_str fault)
{
    static const char *const means[] = { "remove.data", "remove.sessions", "remove.ledger",
                                         "remove.never" };
    static const struct look_field shown[] = { { "remove.type", NULL, NULL, NULL, NULL } };
    struct part_value *list = part_set_list(visit->view.values, "means");
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        part_list_add_text(list, look_words(&visit->view, means[i]));
    look_form(&visit->view, rows, shown, answer, &fault, 1);
    part_set_text(visit->view.values, "type_this", name);
    part_set_flag(visit->view.values, "in_people", true);
    return console_show(visit, "remove", "remove.title");
}

static sk_err
remove_build(struct console_visit *visit)
{
    sk_str name;
    TRY(account_ask(&name, visit));
    return remove_show(visit, name, NULL, (sk_str){ 0 });
}

sk_err
console_remove_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, remove_build);
}

static sk_err
remove_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct part_field_answer answer[1];
    sk_str name, fault = { 0 };
    TRY(account_ask(&name, visit));
    size_t faults = part_form_check(answer, visit->mem, &visit->view.request->form, rows, 1);
    if (!faults && !sk_str_eq(answer[0].value, name))
        fault = look_words(&visit->view, "remove.other");
    if (faults || fault.n) {
        visit->view.response->status = 422;
        return remove_show(visit, name, answer, fault);
    }
    sk_err e = people_ask_texts(
        &root, visit, "accounts/remove",
        (const struct people_text[]){ { "account", account_id(visit) }, { NULL, { 0 } } });
    if (sk_failed(e) && e.kind != SK_MISSING) return e; /* removed meanwhile is removed */
    console_done(visit, "/accounts", "removed");
    return sk_ok();
}

sk_err
console_remove_post(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, remove_act);
}
