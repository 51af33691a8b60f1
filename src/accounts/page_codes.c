/* Recovery codes: made when asked for, shown once. */
#include "accounts/notice.h"
#include "accounts/page_factor.h"
#include "accounts/pages.h"

struct work {
    struct accounts_setting setting;
    int64_t left;
    sk_str codes[ACCOUNTS_RECOVERY_CODES];
};

static sk_err
left_work(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    return accounts_factor_codes_left(&w->left, store, w->setting.account.id);
}

static void
show(const char **template, struct accounts_page *page, const struct work *w)
{
    struct part_value *v = page->view.values;
    struct part_value *list = part_set_list(v, "codes");
    for (int i = 0; i < ACCOUNTS_RECOVERY_CODES && w->codes[i].n; i++)
        part_list_add_text(list, w->codes[i]);
    accounts_page_form(page);
    part_set_flag(v, "some", w->left > 0);
    part_set_text(v, "codes_left", look_words_n(&page->view, "codes.left", w->left));
    part_set_text(v, "next", page->to.n ? page->to : accounts_page_path(page, "account"));
    accounts_page_title(page, "codes.title");
    *template = "codes";
}

/* They are for who has a second factor: without one there is nothing to recover. */
static sk_err
begin(const char **template, bool *may, struct work *w)
{
    struct accounts_page *page = w->setting.page;
    *may = accounts_setting_may(template, page, "factors/codes");
    if (!*may) return sk_ok();
    TRY(accounts_setting_read(&w->setting));
    *may = w->setting.any && page->signed_in;
    if (!*may) accounts_page_go(page, accounts_page_path(page, "factors"));
    return sk_ok();
}

static sk_err
get_build(const char **template, struct accounts_page *page)
{
    struct work w = { .setting = { .page = page } };
    bool may;
    TRY(begin(template, &may, &w));
    if (!may) return sk_ok();
    TRY(accounts_read(page->house, left_work, &w));
    show(template, page, &w);
    return sk_ok();
}

sk_err
accounts_codes_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_half(response, request, get_build);
}

static sk_err
make_work(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct accounts_owner owner = accounts_setting_owner(&w->setting, store);
    TRY(accounts_factor_codes_make(w->codes, &owner));
    w->left = ACCOUNTS_RECOVERY_CODES;
    return accounts_setting_tell(&w->setting);
}

static sk_err
post_build(const char **template, struct accounts_page *page)
{
    struct work w = { .setting = { .page = page, .action = "accounts.codes_make" } };
    bool may;
    TRY(begin(template, &may, &w));
    if (!may) return sk_ok();
    w.setting.factor = w.setting.account.id;
    if (accounts_page_posted(page)) {
        TRY(accounts_write(page->house, make_work, &w));
        TRY(accounts_notice_changed(page->house, page->mem, &page->visitor, w.setting.account.id,
                                    "codes_made"));
    }
    show(template, page, &w);
    return sk_ok();
}

sk_err
accounts_codes_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_half(response, request, post_build);
}
