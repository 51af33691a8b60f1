#include "accounts/page_factor.h"

#include "accounts/notice.h"
#include "accounts/tell.h"
#include "base/utf8.h"

struct accounts_owner
accounts_setting_owner(const struct accounts_setting *setting, struct part_store *store)
{
    return (struct accounts_owner){ setting->page->mem, store, setting->page->house->keys,
                                    &setting->account, setting->page->visitor.now };
}

bool
accounts_setting_may(const char **template, struct accounts_page *page, const char *name)
{
    *template = NULL;
    part_set_text(page->view.values, "out_path", accounts_page_plain(page, "sign-out"));
    if (page->half && sk_str_eq(page->session.wait, ACCOUNTS_WAIT_FACTOR)) {
        accounts_page_go(page, accounts_page_path(page, "second"));
        return false;
    }
    return page->half || accounts_page_fresh(template, page, name);
}

static sk_err
setting_read(void *ctx, struct part_store *store)
{
    struct accounts_setting *s = ctx;
    TRY(accounts_account_get(&s->account, s->page->mem, store, s->page->session.account));
    return accounts_factor_any(&s->any, store, s->account.id);
}

sk_err
accounts_setting_read(struct accounts_setting *setting)
{
    return accounts_read(setting->page->house, setting_read, setting);
}

sk_err
accounts_setting_tell(const struct accounts_setting *setting)
{
    const struct accounts_page *page = setting->page;
    struct accounts_fact fact = { .action = setting->action,
                                  .outcome = "ok",
                                  .principal = setting->account.id,
                                  .role = setting->account.role,
                                  .tenant = setting->account.tenant,
                                  .object = setting->factor,
                                  .method = sk_str_of(setting->method) };
    return accounts_tell(page->house, page->mem, &page->visitor, &fact);
}

sk_err
accounts_setting_added(const char **template, struct accounts_setting *setting)
{
    struct accounts_page *page = setting->page;
    struct accounts_signed s;
    *template = NULL;
    TRY(accounts_notice_changed(page->house, page->mem, &page->visitor, setting->account.id,
                                "factor_added"));
    if (setting->any && page->signed_in) {
        accounts_page_go(page, accounts_page_path_with(page, "factors", "done", SK_STR("added")));
        return sk_ok();
    }
    TRY(accounts_second_passed(&s, page->mem, page->house, &page->visitor, &page->session,
                               setting->method));
    page->to = accounts_page_path(page, "factors/codes");
    if (accounts_page_signed(page, &s)) return sk_ok();
    return sk_fail(SK_DENIED, "the account is closed");
}

sk_str
accounts_setting_label(const struct accounts_page *page, const char *otherwise)
{
    sk_str label = accounts_page_field(page, "label"), rest = label;
    uint32_t code;
    for (int i = 0; i < ACCOUNTS_LABEL_MAX && rest.n; i++)
        rest = sk_str_from(rest, sk_utf8_decode(&code, rest));
    label = sk_str_first(label, label.n - rest.n);
    return label.n ? label : accounts_words(page, otherwise);
}
