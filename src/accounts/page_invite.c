/* Accepting an invitation (ACC-09): the link's page sets the password, and goes on as after a right
 * one; where a second factor is mandatory it is set up next. */
#include "accounts/invite.h"
#include "accounts/judge.h"
#include "accounts/owner.h"
#include "accounts/page_link.h"
#include "accounts/pages.h"

static const struct part_field rows[] = { { "new", PART_FIELD_LINE, 512, true } };
static const struct look_field shown[] = { { "invite.password", "password.new.help", "password",
                                             "new-password", NULL } };

static sk_err
show(struct accounts_page *page, const struct account *account,
     const struct part_field_answer *answers, const sk_str *found)
{
    sk_str email;
    TRY(accounts_account_email(&email, page->mem, page->house->keys, account));
    look_form(&page->view, rows, shown, answers, found, 1);
    accounts_page_form(page);
    part_set_text(page->view.values, ACCOUNTS_LINK_FIELD, accounts_link_token(page));
    part_set_text(page->view.values, "email", email);
    accounts_page_title(page, "invite.title");
    return sk_ok();
}

static sk_err
get_build(const char **template, struct accounts_page *page)
{
    struct accounts_linked link = { 0 };
    TRY(accounts_link_open(&link, page, ACCOUNTS_LINK_INVITE));
    if (!link.alive) return accounts_link_over(template, page);
    *template = "invite";
    return show(page, &link.account, NULL, NULL);
}

sk_err
accounts_invite_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, get_build);
}

static sk_err
accept(const char **template, struct accounts_page *page, struct accounts_linked *link,
       sk_str password)
{
    struct accounts_new_password set = { .password = password, .activate = true };
    struct accounts_signed s;
    TRY(accounts_link_take(link, page, ACCOUNTS_LINK_INVITE));
    if (!link->alive) return accounts_link_over(template, page);
    TRY(accounts_set_password(page->mem, page->house, &page->visitor, &link->account, &set));
    TRY(accounts_sign_in_as(&s, page->mem, page->house, &page->visitor, &link->account,
                            "invitation"));
    if (accounts_page_signed(page, &s)) return sk_ok();
    accounts_page_say(template, page, LOOK_WELL, "invite.done", "reset.done.cure",
                      accounts_page_path(page, "sign-in"), "sign_in.title");
    return sk_ok();
}

static sk_err
post_build(const char **template, struct accounts_page *page)
{
    struct part_field_answer answer;
    struct accounts_linked link = { 0 };
    sk_str found = { 0 }, fresh = part_form_get(&page->request->form, "new");
    TRY(accounts_link_open(&link, page, ACCOUNTS_LINK_INVITE));
    if (!link.alive) return accounts_link_over(template, page);
    bool alone = !page->house->conf.realm[link.account.realm].second;
    size_t faults = part_form_check(&answer, page->mem, &page->request->form, rows, 1);
    bool posted = accounts_page_posted(page);
    if (posted && !faults) TRY(accounts_judge(&found, page, &link.account, fresh, alone));
    if (posted && !faults && !found.n) return accept(template, page, &link, fresh);
    if (posted) page->response->status = 422;
    *template = "invite";
    return show(page, &link.account, &answer, &found);
}

sk_err
accounts_invite_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, post_build);
}
