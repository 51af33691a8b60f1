/* Leaving (ACC-14). What cannot be undone asks for the name: the account's address is typed, and
 * the password where there is one, so that a session left open is no way to destroy somebody's
 * account. */
#include "accounts/address.h"
#include "accounts/pages.h"
#include "accounts/removal.h"

enum { EMAIL, PASSWORD, ROWS };

static const struct part_field rows[ROWS] = {
    [EMAIL] = { "email", PART_FIELD_LINE, 254, true },
    [PASSWORD] = { "password", PART_FIELD_LINE, 512, false },
};
static const struct look_field shown[ROWS] = {
    [EMAIL] = { "sign_in.email", "leave.email.help", "email", "username", NULL },
    [PASSWORD] = { "sign_in.password", NULL, "password", "current-password", NULL },
};

struct facts {
    struct accounts_page *page;
    struct account account;
};

static sk_err
facts_read(void *ctx, struct part_store *store)
{
    struct facts *f = ctx;
    return accounts_account_get(&f->account, f->page->mem, store, f->page->session.account);
}

static void
show(struct accounts_page *page, const struct facts *f, const struct part_field_answer *answers,
     const sk_str *found)
{
    look_form(&page->view, rows, shown, answers, found, ROWS);
    accounts_page_form(page);
    part_set_flag(page->view.values, "by_password", f->account.password.n > 0);
    part_set_text(page->view.values, "back", accounts_page_path(page, "account"));
    accounts_page_title(page, "leave.title");
}

static sk_err
get_build(const char **template, struct accounts_page *page)
{
    struct facts f = { .page = page };
    TRY(accounts_read(page->house, facts_read, &f));
    show(page, &f, NULL, NULL);
    *template = "leave";
    return sk_ok();
}

sk_err
accounts_leave_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_own(response, request, get_build);
}

static sk_err
check(sk_str found[ROWS], struct accounts_page *page, const struct facts *f, sk_str typed)
{
    struct accounts_email email = { .same = SK_STR("") }, own;
    bool right = true;
    sk_str address;
    TRY(accounts_account_email(&address, page->mem, page->house->keys, &f->account));
    TRY(accounts_email_read(&own, page->mem, address));
    sk_err e = accounts_email_read(&email, page->mem, typed);
    if (sk_failed(e) || !sk_str_eq(email.same, own.same))
        found[EMAIL] = accounts_words(page, "leave.email.wrong");
    if (f->account.password.n)
        TRY(accounts_page_password(&right, page, &f->account,
                                   part_form_get(&page->request->form, "password")));
    if (!right) found[PASSWORD] = accounts_words(page, "password.old.wrong");
    return sk_ok();
}

static sk_err
leave(const char **template, struct accounts_page *page, const struct facts *f)
{
    struct accounts_actor actor = { .id = f->account.id,
                                    .role = f->account.role,
                                    .realm = f->account.realm,
                                    .tenant = f->account.tenant };
    sk_err e = accounts_remove(page->mem, page->house, &page->visitor, &actor, f->account.id);
    if (e.kind == SK_DENIED) {
        accounts_page_say(template, page, LOOK_HERE, "leave.last", "leave.last.cure",
                          accounts_page_path(page, "account"), "account.title");
        return sk_ok();
    }
    TRY(e);
    accounts_session_cookie_clear(page->response, page->mem, page->visitor.realm);
    accounts_page_say(template, page, LOOK_WELL, "leave.done", "leave.done.cure", (sk_str){ 0 },
                      NULL);
    return sk_ok();
}

static sk_err
post_build(const char **template, struct accounts_page *page)
{
    struct part_field_answer answers[ROWS];
    struct facts f = { .page = page };
    sk_str found[ROWS] = { 0 };
    TRY(accounts_read(page->house, facts_read, &f));
    size_t faults = part_form_check(answers, page->mem, &page->request->form, rows, ROWS);
    bool posted = accounts_page_posted(page);
    if (posted && !faults) TRY(check(found, page, &f, answers[EMAIL].value));
    if (posted && !faults && !found[EMAIL].n && !found[PASSWORD].n)
        return leave(template, page, &f);
    if (posted) page->response->status = 422;
    show(page, &f, answers, found);
    *template = "leave";
    return sk_ok();
}

sk_err
accounts_leave_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_own(response, request, post_build);
}
