/* Signing up: a buyer gives an address; a merchant proves a phone number, then names the shop and
 * gives an address. The mailed link's page ("join") sets the password, or leaves it out where codes
 * by mail sign in. */
#include "accounts/judge.h"
#include "accounts/page_link.h"
#include "accounts/pages.h"
#include "accounts/sign_up.h"
#include "accounts/work.h"

static bool
is_merchant(const struct accounts_page *page)
{
    return page->visitor.realm == ACCOUNTS_MERCHANT;
}

/* A realm that is not open has no such page. */
static sk_err
check_open(const struct accounts_page *page)
{
    if (accounts_sign_up_open(page->house, page->visitor.realm)) return sk_ok();
    return sk_fail(SK_MISSING, "nobody signs up here");
}

/* Errors of which the reader can do something; the rest is ours. */
static bool
for_reader(sk_err e)
{
    return e.kind == SK_BAD || e.kind == SK_BUSY;
}

/* Too many came from there: for today, or without a proof of work. *work: one is due. */
static void
refuse_busy(bool *work, struct accounts_page *page, sk_err e)
{
    *work = sk_str_eq(sk_str_of(e.why), SK_STR("work"));
    page->response->status = 429;
    look_notice(&page->view, LOOK_HERE, *work ? "sign_in.work" : "sign_up.busy",
                *work ? "sign_up.work.cure" : "sign_up.busy.cure");
}

/* --- the address --- */

enum { EMAIL, NAME, SHOP, ADDRESS_ROWS };

static const struct part_field address_rows[ADDRESS_ROWS] = {
    [EMAIL] = { "email", PART_FIELD_LINE, 254, true },
    [NAME] = { "name", PART_FIELD_LINE, 60, false },
    [SHOP] = { "id", PART_FIELD_LINE, 32, false },
};
static const struct look_field address_shown[ADDRESS_ROWS] = {
    [EMAIL] = { "sign_in.email", "sign_up.email.help", "email", "email", NULL },
    [NAME] = { "sign_up.name", NULL, "text", "name", NULL },
    [SHOP] = { "sign_up.shop", "sign_up.shop.help", "text", "off", NULL },
};

static sk_str
proof_of(const struct accounts_page *page)
{
    sk_str proof = accounts_page_field(page, "p");
    return proof.n ? proof : part_form_get(&page->request->query, "p");
}

static sk_err
address_show(const char **template, struct accounts_page *page,
             const struct part_field_answer *answers, const sk_str *found, bool work)
{
    look_form(&page->view, address_rows, address_shown, answers, found, ADDRESS_ROWS);
    accounts_page_form(page);
    part_set_flag(page->view.values, "opens_shop", is_merchant(page));
    part_set_text(page->view.values, "p", proof_of(page));
    part_set_text(page->view.values, "back", accounts_page_path(page, "sign-in"));
    accounts_page_title(page, is_merchant(page) ? "sign_up.shop.title" : "sign_up.title");
    *template = "sign_up";
    return accounts_work_ask(page, work);
}

static sk_err
address_again(const char **template, struct accounts_page *page,
              const struct part_field_answer *answers, sk_err e)
{
    bool shop = sk_str_starts(sk_str_of(e.why), SK_STR("shop."));
    bool name = sk_str_starts(sk_str_of(e.why), SK_STR("name.")), work = false;
    sk_str found[ADDRESS_ROWS] = { 0 };
    if (e.kind == SK_MISSING) return accounts_link_over(template, page);
    if (!for_reader(e)) return e;
    page->response->status = 422;
    if (e.kind == SK_BUSY)
        refuse_busy(&work, page, e);
    else
        found[shop ? SHOP : name ? NAME : EMAIL] = accounts_words(page, e.why);
    return address_show(template, page, answers, found, work);
}

static sk_err
address_take(const char **template, struct accounts_page *page,
             const struct part_field_answer *answers)
{
    struct accounts_sign_up ask = { .email = answers[EMAIL].value,
                                    .name = answers[NAME].value,
                                    .tenant = is_merchant(page) ? answers[SHOP].value
                                                                : accounts_page_field(page, "shop"),
                                    .proof = proof_of(page),
                                    .lang = page->view.lang };
    TRY(accounts_work_done(&ask.worked, page));
    sk_err e = accounts_sign_up_ask(page->mem, page->house, &page->visitor, &ask);
    if (sk_failed(e)) return address_again(template, page, answers, e);
    accounts_page_say(template, page, LOOK_WELL, "forgot.sent", "sign_up.sent.cure",
                      accounts_page_path(page, "sign-in"), "sign_in.title");
    return sk_ok();
}

static sk_err
address_post(const char **template, struct accounts_page *page)
{
    struct part_field_answer answers[ADDRESS_ROWS];
    size_t faults =
        part_form_check(answers, page->mem, &page->request->form, address_rows, ADDRESS_ROWS);
    if (!accounts_page_posted(page) || faults) {
        if (!page->response->status) page->response->status = 422;
        return address_show(template, page, answers, NULL, false);
    }
    return address_take(template, page, answers);
}

/* --- the phone number --- */

static const struct part_field phone_rows[] = { { "phone", PART_FIELD_LINE, 40, true } };
static const struct look_field phone_shown[] = { { "sign_up.phone", "sign_up.phone.help", "tel",
                                                   "tel", NULL } };

static sk_err
phone_show(const char **template, struct accounts_page *page,
           const struct part_field_answer *answers, const sk_str *found, bool work)
{
    look_form(&page->view, phone_rows, phone_shown, answers, found, 1);
    accounts_page_form(page);
    part_set_text(page->view.values, "back", accounts_page_path(page, "sign-in"));
    accounts_page_title(page, "sign_up.phone.title");
    *template = "sign_up_phone";
    return accounts_work_ask(page, work);
}

static sk_err
phone_again(const char **template, struct accounts_page *page,
            const struct part_field_answer *answer, sk_err e)
{
    sk_str found = { 0 };
    bool work = false;
    if (!for_reader(e)) return e;
    page->response->status = 422;
    if (e.kind == SK_BUSY)
        refuse_busy(&work, page, e);
    else
        found = accounts_words(page, e.why);
    return phone_show(template, page, answer, &found, work);
}

static sk_err
phone_post(const char **template, struct accounts_page *page)
{
    struct part_field_answer answer;
    sk_str flow;
    size_t faults = part_form_check(&answer, page->mem, &page->request->form, phone_rows, 1);
    bool voice = sk_str_eq(accounts_page_field(page, "way"), SK_STR("voice"));
    struct accounts_phone_ask ask = { .number = answer.value,
                                      .way = voice ? ACCOUNTS_WAY_VOICE : ACCOUNTS_WAY_SMS,
                                      .lang = page->view.lang };
    if (!accounts_page_posted(page) || faults) {
        if (!page->response->status) page->response->status = 422;
        return phone_show(template, page, &answer, NULL, false);
    }
    TRY(accounts_work_done(&ask.worked, page));
    sk_err e = accounts_phone_send(&flow, page->mem, page->house, &page->visitor, &ask);
    if (sk_failed(e)) return phone_again(template, page, &answer, e);
    accounts_flow_cookie_set(page->response, page->mem, flow);
    accounts_page_go(page, accounts_page_path(page, "sign-up/code"));
    return sk_ok();
}

/* Whoever comes with a proof is asked for the address, a merchant without one for the number. */
static bool
wants_phone(const struct accounts_page *page)
{
    return is_merchant(page) && !proof_of(page).n;
}

static sk_err
get_build(const char **template, struct accounts_page *page)
{
    TRY(check_open(page));
    return wants_phone(page) ? phone_show(template, page, NULL, NULL, false)
                             : address_show(template, page, NULL, NULL, false);
}

static sk_err
post_build(const char **template, struct accounts_page *page)
{
    TRY(check_open(page));
    return wants_phone(page) ? phone_post(template, page) : address_post(template, page);
}

sk_err
accounts_sign_up_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, get_build);
}

sk_err
accounts_sign_up_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, post_build);
}

/* --- the code --- */

static const struct part_field code_rows[] = { { "code", PART_FIELD_LINE, 20, true } };
static const struct look_field code_shown[] = { { "code.code", "code.code.help", "text",
                                                  "one-time-code", NULL } };

static void
code_show(const char **template, struct accounts_page *page)
{
    look_form(&page->view, code_rows, code_shown, NULL, NULL, 1);
    accounts_page_form(page);
    part_set_text(page->view.values, "back", accounts_page_path(page, "sign-up"));
    accounts_page_title(page, "sign_up.code.title");
    *template = "sign_up_code";
}

static sk_err
code_get_build(const char **template, struct accounts_page *page)
{
    TRY(check_open(page));
    code_show(template, page);
    return sk_ok();
}

static sk_err
code_post_build(const char **template, struct accounts_page *page)
{
    enum accounts_code_verdict verdict;
    sk_str proof;
    TRY(check_open(page));
    if (!accounts_page_posted(page)) {
        code_show(template, page);
        return sk_ok();
    }
    TRY(accounts_phone_try(&verdict, &proof, page->mem, page->house, &page->visitor,
                           part_request_cookie(page->request, ACCOUNTS_FLOW_COOKIE),
                           accounts_page_field(page, "code")));
    if (verdict == ACCOUNTS_CODE_RIGHT) {
        accounts_page_go(page, accounts_page_path_with(page, "sign-up", "p", proof));
        return sk_ok();
    }
    bool over = verdict == ACCOUNTS_CODE_OVER;
    page->response->status = 422;
    look_notice(&page->view, LOOK_HERE, over ? "code.over" : "code.wrong",
                over ? "code.over.cure" : "sign_up.code.wrong.cure");
    code_show(template, page);
    return sk_ok();
}

sk_err
accounts_sign_up_code_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, code_get_build);
}

sk_err
accounts_sign_up_code_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, code_post_build);
}

/* --- the mailed link --- */

static const struct part_field join_rows[] = { { "new", PART_FIELD_LINE, 512, false } };
static const struct look_field join_shown[] = { { "invite.password", "password.new.help",
                                                  "password", "new-password", NULL } };

static void
join_show(const char **template, struct accounts_page *page, const struct accounts_joining *joining,
          const sk_str *found)
{
    look_form(&page->view, join_rows, join_shown, NULL, found, 1);
    accounts_page_form(page);
    part_set_text(page->view.values, ACCOUNTS_LINK_FIELD, accounts_link_token(page));
    part_set_text(page->view.values, "email", joining->email);
    part_set_flag(page->view.values, "may_skip", accounts_realms[page->visitor.realm].mailed_code);
    accounts_page_title(page, "invite.title");
    *template = "join";
}

static sk_err
join_get_build(const char **template, struct accounts_page *page)
{
    struct accounts_joining joining;
    sk_err e = accounts_sign_up_look(&joining, page->mem, page->house, &page->visitor,
                                     accounts_link_token(page));
    if (e.kind == SK_MISSING) return accounts_link_over(template, page);
    TRY(e);
    join_show(template, page, &joining, NULL);
    return sk_ok();
}

/* Nobody is there yet whose name it could be made of but the address. */
static void
judge(sk_str *found, struct accounts_page *page, const struct accounts_joining *joining,
      sk_str password)
{
    bool skip =
        accounts_realms[page->visitor.realm].mailed_code && accounts_page_field(page, "how").n > 0;
    bool alone = !page->house->conf.realm[page->visitor.realm].second;
    *found = (sk_str){ 0 };
    if (!skip) accounts_judge_new(found, page, joining->email, password, alone);
}

static sk_err
join_post_build(const char **template, struct accounts_page *page)
{
    struct accounts_joining joining;
    struct account account;
    struct accounts_signed s;
    sk_str found = { 0 }, fresh = { 0 }, token = accounts_link_token(page);
    bool skip = accounts_page_field(page, "how").n > 0;
    if (!skip) fresh = part_form_get(&page->request->form, "new");
    sk_err e = accounts_sign_up_look(&joining, page->mem, page->house, &page->visitor, token);
    if (e.kind == SK_MISSING) return accounts_link_over(template, page);
    TRY(e);
    bool posted = accounts_page_posted(page);
    if (posted) judge(&found, page, &joining, fresh);
    if (!posted || found.n) {
        if (posted) page->response->status = 422;
        join_show(template, page, &joining, &found);
        return sk_ok();
    }
    e = accounts_sign_up_join(&account, page->mem, page->house, &page->visitor, token, fresh);
    if (e.kind == SK_MISSING || e.kind == SK_DENIED) return accounts_link_over(template, page);
    TRY(e);
    TRY(accounts_sign_in_as(&s, page->mem, page->house, &page->visitor, &account, "sign-up"));
    if (accounts_page_signed(page, &s)) return sk_ok();
    accounts_page_say(template, page, LOOK_WELL, "invite.done", "reset.done.cure",
                      accounts_page_path(page, "sign-in"), "sign_in.title");
    return sk_ok();
}

sk_err
accounts_join_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, join_get_build);
}

sk_err
accounts_join_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, join_post_build);
}
