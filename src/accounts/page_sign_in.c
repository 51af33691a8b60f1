/* Address and password; a mailed code in place of the password; signing out. */
#include "accounts/address.h"
#include "accounts/pages.h"
#include "accounts/sent.h"
#include "accounts/sign_up.h"
#include "accounts/tell.h"
#include "accounts/work.h"
#include "part/log.h"

enum { EMAIL, PASSWORD, SHOP, ROWS };

static const struct part_field rows[ROWS] = {
    [EMAIL] = { "email", PART_FIELD_LINE, 254, true },
    [PASSWORD] = { "password", PART_FIELD_LINE, 512, true },
    [SHOP] = { "shop", PART_FIELD_LINE, 32, false },
};
static const struct look_field shown[ROWS] = {
    [EMAIL] = { "sign_in.email", NULL, "email", "username", NULL },
    [PASSWORD] = { "sign_in.password", NULL, "password", "current-password", NULL },
    [SHOP] = { "sign_in.shop", "sign_in.shop.help", "text", "organization", NULL },
};

/* What the form was filled with, as far as it is shown again. */
static sk_err
form_show(struct accounts_page *page, const struct part_field_answer *answers, bool work)
{
    struct part_value *v = page->view.values;
    const struct accounts_realm_row *realm = &accounts_realms[page->visitor.realm];
    look_form(&page->view, rows, shown, answers, NULL, ROWS);
    part_set_flag(v, "by_shop", page->visitor.realm == ACCOUNTS_MERCHANT);
    part_set_flag(v, "by_code", realm->mailed_code);
    accounts_page_form(page);
    part_set_text(v, "passkey_path", accounts_page_path(page, "passkey"));
    part_set_text(v, "code_path", accounts_page_path(page, "code"));
    part_set_text(v, "forgot_path", accounts_page_path(page, "forgot"));
    part_set_flag(v, "open", accounts_sign_up_open(page->house, page->visitor.realm));
    part_set_text(v, "open_path", accounts_page_path(page, "sign-up"));
    accounts_page_title(page, "sign_in.title");
    return accounts_work_ask(page, work);
}

/* --- address and password --- */

static sk_err
get_build(const char **template, struct accounts_page *page)
{
    *template = NULL;
    if (page->signed_in) {
        accounts_page_go(page, page->to.n ? page->to : accounts_page_path(page, "account"));
        return sk_ok();
    }
    if (page->half) {
        bool factor = sk_str_eq(page->session.wait, ACCOUNTS_WAIT_FACTOR);
        accounts_page_go(page, accounts_page_path(page, factor ? "second" : "factors"));
        return sk_ok();
    }
    *template = "sign_in";
    return form_show(page, NULL, false);
}

sk_err
accounts_sign_in_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, get_build);
}

static const struct {
    unsigned status;
    enum look_state state;
    const char *what, *cure;
} answers_of[ACCOUNTS_STEPS] = {
    [ACCOUNTS_STEP_RESET] = { 403, LOOK_HERE, "sign_in.reset", "sign_in.reset.cure" },
    [ACCOUNTS_STEP_WRONG] = { 422, LOOK_ACT, "sign_in.wrong", "sign_in.wrong.cure" },
    [ACCOUNTS_STEP_OVER] = { 422, LOOK_ACT, "code.over", "code.over.cure" },
    [ACCOUNTS_STEP_WAIT] = { 429, LOOK_ACT, "sign_in.wait", "sign_in.wait.cure" },
    [ACCOUNTS_STEP_WORK] = { 429, LOOK_HERE, "sign_in.work", "sign_in.work.cure" },
};

void
accounts_page_refuse(struct accounts_page *page, const struct accounts_signed *s)
{
    page->response->status = answers_of[s->step].status;
    look_notice(&page->view, answers_of[s->step].state, answers_of[s->step].what,
                answers_of[s->step].cure);
    if (s->step != ACCOUNTS_STEP_WAIT) return;
    sk_when seconds = (s->until - page->visitor.now) / 1000 + 1;
    part_response_header(page->response, "Retry-After", sk_str_of_i64(page->mem, seconds));
}

static sk_err
post_build(const char **template, struct accounts_page *page)
{
    struct part_field_answer answers[ROWS];
    struct accounts_signed s = { .step = ACCOUNTS_STEP_WRONG };
    /* As it was typed: blanks at its ends belong to a password. */
    struct accounts_given given = { .password = part_form_get(&page->request->form, "password") };
    size_t faults = part_form_check(answers, page->mem, &page->request->form, rows, ROWS);
    *template = "sign_in";
    if (!accounts_page_posted(page)) return form_show(page, answers, false);
    if (faults) page->response->status = 422;
    if (faults) return form_show(page, answers, false);
    given.email = answers[EMAIL].value;
    given.tenant = answers[SHOP].value;
    TRY(accounts_work_done(&given.worked, page));
    TRY(accounts_sign_in(&s, page->mem, page->house, &page->visitor, &given));
    *template = NULL;
    if (accounts_page_signed(page, &s)) return sk_ok();
    accounts_page_refuse(page, &s);
    *template = "sign_in";
    return form_show(page, answers, s.step == ACCOUNTS_STEP_WORK);
}

sk_err
accounts_sign_in_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, post_build);
}

/* --- a mailed code --- */

static const struct part_field ask_rows[] = { { "email", PART_FIELD_LINE, 254, true } };
static const struct look_field ask_shown[] = { { "sign_in.email", "code.email.help", "email",
                                                 "username", NULL } };
static const struct part_field code_rows[] = { { "code", PART_FIELD_LINE, 32, true } };
static const struct look_field code_shown[] = { { "code.code", "code.code.help", "text",
                                                  "one-time-code", NULL } };

static sk_err
ask_show(struct accounts_page *page, const struct part_field_answer *answers, bool work)
{
    look_form(&page->view, ask_rows, ask_shown, answers, NULL, 1);
    accounts_page_form(page);
    part_set_text(page->view.values, "back", accounts_page_path(page, "sign-in"));
    accounts_page_title(page, "code.title");
    return accounts_work_ask(page, work);
}

static sk_err
realm_has_codes(const struct accounts_page *page)
{
    return accounts_realms[page->visitor.realm].mailed_code
               ? sk_ok()
               : sk_fail(SK_MISSING, "no mailed codes in this realm");
}

static sk_err
ask_get_build(const char **template, struct accounts_page *page)
{
    TRY(realm_has_codes(page));
    *template = "code_ask";
    return ask_show(page, NULL, false);
}

sk_err
accounts_code_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, ask_get_build);
}

static sk_err
ask_post_build(const char **template, struct accounts_page *page)
{
    struct part_field_answer answer;
    struct accounts_given given = { .tenant = accounts_page_field(page, "shop") };
    struct accounts_signed s;
    sk_str flow = { 0 };
    TRY(realm_has_codes(page));
    size_t faults = part_form_check(&answer, page->mem, &page->request->form, ask_rows, 1);
    *template = "code_ask";
    if (!accounts_page_posted(page)) return ask_show(page, &answer, false);
    if (faults) page->response->status = 422;
    if (faults) return ask_show(page, &answer, false);
    given.email = answer.value;
    TRY(accounts_work_done(&given.worked, page));
    TRY(accounts_sign_in_code_ask(&s, &flow, page->mem, page->house, &page->visitor, &given,
                                  page->to));
    if (s.step != ACCOUNTS_STEP_IN) {
        accounts_page_refuse(page, &s);
        return ask_show(page, &answer, s.step == ACCOUNTS_STEP_WORK);
    }
    *template = NULL;
    accounts_flow_cookie_set(page->response, page->mem, flow);
    accounts_page_go(page, accounts_page_path(page, "code/enter"));
    return sk_ok();
}

sk_err
accounts_code_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, ask_post_build);
}

static void
enter_show(struct accounts_page *page)
{
    look_form(&page->view, code_rows, code_shown, NULL, NULL, 1);
    accounts_page_form(page);
    part_set_text(page->view.values, "again", accounts_page_path(page, "code"));
    accounts_page_title(page, "code.enter");
}

static sk_err
enter_get_build(const char **template, struct accounts_page *page)
{
    TRY(realm_has_codes(page));
    enter_show(page);
    *template = "code_enter";
    return sk_ok();
}

sk_err
accounts_code_enter_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, enter_get_build);
}

static sk_err
enter_post_build(const char **template, struct accounts_page *page)
{
    struct accounts_signed s;
    TRY(realm_has_codes(page));
    *template = "code_enter";
    if (!accounts_page_posted(page)) {
        enter_show(page);
        return sk_ok();
    }
    TRY(accounts_sign_in_code(&s, page->mem, page->house, &page->visitor,
                              part_request_cookie(page->request, ACCOUNTS_FLOW_COOKIE),
                              accounts_page_field(page, "code")));
    if (!page->to.n) page->to = accounts_to_read(s.data);
    *template = NULL;
    if (accounts_page_signed(page, &s)) return sk_ok();
    if (s.step == ACCOUNTS_STEP_WRONG) {
        page->response->status = 422;
        look_notice(&page->view, LOOK_ACT, "code.wrong", "code.wrong.cure");
    } else {
        accounts_page_refuse(page, &s);
    }
    enter_show(page);
    *template = "code_enter";
    return sk_ok();
}

sk_err
accounts_code_enter_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, enter_post_build);
}

/* --- out --- */

/* Ended whether or not it can be told: who signs out must not stay signed in. */
static sk_err
out_work(void *ctx, struct part_store *store)
{
    const struct accounts_page *page = ctx;
    sk_err e = accounts_session_end(store, page->session.account, page->session.id);
    return e.kind == SK_MISSING ? sk_ok() : e; /* twice at once */
}

static sk_err
sign_out(struct accounts_page *page)
{
    struct accounts_fact fact = { .action = "accounts.sign_out",
                                  .outcome = "ok",
                                  .principal = page->session.account,
                                  .role = page->session.role,
                                  .tenant = page->session.tenant,
                                  .object = page->session.id };
    TRY(accounts_write(page->house, out_work, page));
    sk_err told = accounts_tell(page->house, page->mem, &page->visitor, &fact);
    if (sk_failed(told)) part_log(PART_ERROR, "sign-out: %s", told.why);
    return sk_ok();
}

static sk_err
out_build(const char **template, struct accounts_page *page)
{
    bool posted = page->request->method == PART_POST && accounts_page_posted(page);
    if (!posted && (page->signed_in || page->half)) {
        accounts_page_form(page);
        accounts_page_title(page, "sign_out.title");
        *template = "sign_out";
        return sk_ok();
    }
    if (page->signed_in || page->half) TRY(sign_out(page));
    accounts_session_cookie_clear(page->response, page->mem, page->visitor.realm);
    accounts_page_say(template, page, LOOK_WELL, "sign_out.done", "sign_out.done.cure",
                      accounts_page_path(page, "sign-in"), "sign_in.title");
    return sk_ok();
}

sk_err
accounts_sign_out(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, out_build);
}
