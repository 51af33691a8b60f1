/* Somebody has lost all second factors: what a reset means is said, and a reason is asked for.
 * Another operator decides, on the page of rights. */
#include "console/pages.h"
#include "console/people.h"

static const struct part_field rows[] = { { "reason", PART_FIELD_LINES, 160, true } };
static const struct look_field shown[] = {
    { "factors.reason", "factors.reason.help", NULL, NULL, NULL },
};

static sk_str
account_id(const struct console_visit *visit)
{
    return part_request_param(visit->view.request, "id");
}

static sk_err
factors_show(struct console_visit *visit, const struct part_field_answer *answer, sk_str fault)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    if (!people_is_id(account_id(visit), "acc_")) return sk_fail(SK_MISSING, "not an account's id");
    TRY(people_ask_texts(
        &root, visit, "accounts/get",
        (const struct people_text[]){ { "account", account_id(visit) }, { NULL, { 0 } } }));
    struct part_value *account = part_set_object(visit->view.values, "account");
    people_show(visit, account, sk_json_get(root, "account"));
    look_form(&visit->view, rows, shown, answer, &fault, 1);
    part_set_flag(visit->view.values, "in_people", true);
    return console_show(visit, "factors", "factors.title");
}

static sk_err
factors_build(struct console_visit *visit)
{
    return factors_show(visit, NULL, (sk_str){ 0 });
}

sk_err
console_factors_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, factors_build);
}

static sk_err
factors_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct part_field_answer answer[1];
    sk_str fault = { 0 };
    bool faulty = part_form_check(answer, visit->mem, &visit->view.request->form, rows, 1) > 0;
    sk_err e = faulty ? sk_ok()
                      : people_ask_texts(&root, visit, "factors/reset",
                                         (const struct people_text[]){
                                             { "account", account_id(visit) },
                                             { "reason", answer[0].value },
                                             { NULL, { 0 } },
                                         });
    if (e.kind == SK_MISSING || e.kind == SK_BUSY) {
        fault = look_words(&visit->view, "factors.none");
        e = sk_ok();
    }
    TRY(e);
    if (faulty || fault.n) {
        visit->view.response->status = 422;
        return factors_show(visit, answer, fault);
    }
    console_done(visit, "/accounts/rights", "factors");
    return sk_ok();
}

sk_err
console_factors_post(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, factors_act);
}
