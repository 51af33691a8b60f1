/* Setting a new password: with the old one, or with a mailed link. */
#include "accounts/factor.h"
#include "accounts/judge.h"
#include "accounts/mailed.h"
#include "accounts/notice.h"
#include "accounts/owner.h"
#include "accounts/page_link.h"
#include "accounts/pages.h"
#include "accounts/work.h"

enum { OLD, NEW, CHANGE_ROWS };

static const struct part_field rows[CHANGE_ROWS] = {
    [OLD] = { "old", PART_FIELD_LINE, 512, true },
    [NEW] = { "new", PART_FIELD_LINE, 512, true },
};
static const struct look_field shown[CHANGE_ROWS] = {
    [OLD] = { "password.old", NULL, "password", "current-password", NULL },
    [NEW] = { "password.new", "password.new.help", "password", "new-password", NULL },
};

/* --- with the old one --- */

struct facts {
    struct accounts_page *page;
    struct account account;
    bool factor;
};

static sk_err
facts_read(void *ctx, struct part_store *store)
{
    struct facts *f = ctx;
    TRY(accounts_account_get(&f->account, f->page->mem, store, f->page->session.account));
    return accounts_factor_any(&f->factor, store, f->account.id);
}

static void
change_show(struct accounts_page *page, const struct part_field_answer *answers,
            const sk_str *found)
{
    look_form(&page->view, rows, shown, answers, found, CHANGE_ROWS);
    accounts_page_form(page);
    part_set_text(page->view.values, "back", accounts_page_path(page, "account"));
    accounts_page_title(page, "password.title");
}

/* Who signs in by mailed codes may set a password, too: by a mailed link. */
static bool
without_password(const char **template, struct accounts_page *page, const struct facts *f)
{
    if (f->account.password.n) return false;
    accounts_page_say(template, page, LOOK_NONE, "password.none", "password.none.cure",
                      accounts_page_path(page, "forgot"), "forgot.title");
    return true;
}

static sk_err
change_get_build(const char **template, struct accounts_page *page)
{
    struct facts f = { .page = page };
    TRY(accounts_read(page->house, facts_read, &f));
    if (without_password(template, page, &f)) return sk_ok();
    change_show(page, NULL, NULL);
    *template = "password";
    return sk_ok();
}

sk_err
accounts_password_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_own(response, request, change_get_build);
}

sk_err
accounts_page_password(bool *right, struct accounts_page *page, const struct account *account,
                       sk_str typed)
{
    struct accounts_bound bound = accounts_account_bound(account, "password");
    bool locked, again;
    TRY(accounts_second_locked(&locked, page->mem, page->house, &page->visitor, &page->session));
    TRY(accounts_slots_take(page->house->slots));
    *right = accounts_password_matches(&again, page->house->keys, &page->house->cost, &bound,
                                       account->password, typed) &&
             !locked;
    accounts_slots_give(page->house->slots);
    if (*right) return sk_ok();
    return accounts_second_failed(page->mem, page->house, &page->visitor, &page->session,
                                  "password change");
}

static sk_err
change_post_build(const char **template, struct accounts_page *page)
{
    struct part_field_answer answers[CHANGE_ROWS];
    struct facts f = { .page = page };
    sk_str found[CHANGE_ROWS] = { 0 };
    sk_str fresh = part_form_get(&page->request->form, "new");
    bool right = false;
    TRY(accounts_read(page->house, facts_read, &f));
    if (without_password(template, page, &f)) return sk_ok();
    size_t faults = part_form_check(answers, page->mem, &page->request->form, rows, CHANGE_ROWS);
    bool posted = accounts_page_posted(page);
    if (posted && !faults)
        TRY(accounts_page_password(&right, page, &f.account,
                                   part_form_get(&page->request->form, "old")));
    if (posted && !faults && !right) found[OLD] = accounts_words(page, "password.old.wrong");
    if (right) TRY(accounts_judge(&found[NEW], page, &f.account, fresh, !f.factor));
    if (!right || found[NEW].n) {
        if (posted) page->response->status = 422;
        change_show(page, answers, found);
        *template = "password";
        return sk_ok();
    }
    struct accounts_new_password set = { .password = fresh, .keep = page->session.id };
    TRY(accounts_set_password(page->mem, page->house, &page->visitor, &f.account, &set));
    TRY(accounts_notice_changed(page->house, page->mem, &page->visitor, f.account.id,
                                "password_changed"));
    accounts_page_say(template, page, LOOK_WELL, "password.done", "password.done.cure",
                      accounts_page_path(page, "account"), "account.title");
    return sk_ok();
}

sk_err
accounts_password_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_own(response, request, change_post_build);
}

/* --- asking for a link --- */

static const struct part_field forgot_rows[] = { { "email", PART_FIELD_LINE, 254, true } };
static const struct look_field forgot_shown[] = { { "sign_in.email", "forgot.email.help", "email",
                                                    "username", NULL } };

static sk_err
forgot_show(struct accounts_page *page, const struct part_field_answer *answers, bool work)
{
    look_form(&page->view, forgot_rows, forgot_shown, answers, NULL, 1);
    accounts_page_form(page);
    part_set_text(page->view.values, "back", accounts_page_path(page, "sign-in"));
    accounts_page_title(page, "forgot.title");
    return accounts_work_ask(page, work);
}

static sk_err
forgot_get_build(const char **template, struct accounts_page *page)
{
    *template = "forgot";
    return forgot_show(page, NULL, false);
}

sk_err
accounts_forgot_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, forgot_get_build);
}

static sk_err
forgot_post_build(const char **template, struct accounts_page *page)
{
    struct part_field_answer answer;
    struct accounts_given given = { .tenant = accounts_page_field(page, "shop") };
    struct accounts_signed s;
    size_t faults = part_form_check(&answer, page->mem, &page->request->form, forgot_rows, 1);
    *template = "forgot";
    if (!accounts_page_posted(page)) return forgot_show(page, &answer, false);
    if (faults) page->response->status = 422;
    if (faults) return forgot_show(page, &answer, false);
    given.email = answer.value;
    TRY(accounts_work_done(&given.worked, page));
    TRY(accounts_reset_ask(&s, page->mem, page->house, &page->visitor, &given));
    if (s.step != ACCOUNTS_STEP_IN) {
        accounts_page_refuse(page, &s);
        return forgot_show(page, &answer, s.step == ACCOUNTS_STEP_WORK);
    }
    accounts_page_say(template, page, LOOK_WELL, "forgot.sent", "forgot.sent.cure",
                      accounts_page_path(page, "sign-in"), "sign_in.title");
    return sk_ok();
}

sk_err
accounts_forgot_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, forgot_post_build);
}

/* --- with the link --- */

static const struct part_field reset_rows[] = { { "new", PART_FIELD_LINE, 512, true } };
static const struct look_field reset_shown[] = { { "password.new", "password.new.help", "password",
                                                   "new-password", NULL } };

static void
reset_show(struct accounts_page *page, const struct part_field_answer *answers, const sk_str *found)
{
    look_form(&page->view, reset_rows, reset_shown, answers, found, 1);
    accounts_page_form(page);
    part_set_text(page->view.values, ACCOUNTS_LINK_FIELD, accounts_link_token(page));
    accounts_page_title(page, "reset.title");
}

static sk_err
reset_get_build(const char **template, struct accounts_page *page)
{
    struct accounts_linked link = { .alive = false };
    TRY(accounts_link_open(&link, page, ACCOUNTS_LINK_RESET));
    if (!link.alive) return accounts_link_over(template, page);
    reset_show(page, NULL, NULL);
    *template = "reset";
    return sk_ok();
}

sk_err
accounts_reset_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, reset_get_build);
}

static sk_err
reset_post_build(const char **template, struct accounts_page *page)
{
    struct part_field_answer answer;
    struct accounts_linked link = { .alive = false };
    sk_str found = { 0 }, fresh = part_form_get(&page->request->form, "new");
    TRY(accounts_link_open(&link, page, ACCOUNTS_LINK_RESET));
    if (!link.alive) return accounts_link_over(template, page);
    size_t faults = part_form_check(&answer, page->mem, &page->request->form, reset_rows, 1);
    bool posted = accounts_page_posted(page);
    if (posted && !faults) TRY(accounts_judge(&found, page, &link.account, fresh, !link.factor));
    if (!posted || faults || found.n) {
        if (posted) page->response->status = 422;
        reset_show(page, &answer, &found);
        *template = "reset";
        return sk_ok();
    }
    TRY(accounts_link_take(&link, page, ACCOUNTS_LINK_RESET));
    if (!link.alive) return accounts_link_over(template, page);
    struct accounts_new_password set = { .password = fresh, .forget = true };
    TRY(accounts_set_password(page->mem, page->house, &page->visitor, &link.account, &set));
    TRY(accounts_notice_changed(page->house, page->mem, &page->visitor, link.account.id,
                                "password_changed"));
    accounts_page_say(template, page, LOOK_WELL, "reset.done", "reset.done.cure",
                      accounts_page_path(page, "sign-in"), "sign_in.title");
    return sk_ok();
}

sk_err
accounts_reset_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, reset_post_build);
}
