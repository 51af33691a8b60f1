/* My second factors: which there are, renaming and removing them. */
#include "accounts/notice.h"
#include "accounts/page_factor.h"
#include "accounts/pages.h"

struct list {
    struct accounts_setting setting;
    struct accounts_factor factor[ACCOUNTS_FACTORS_MAX];
    size_t count;
    int64_t codes;
};

static sk_err
list_read(void *ctx, struct part_store *store)
{
    struct list *l = ctx;
    struct accounts_owner owner = accounts_setting_owner(&l->setting, store);
    TRY(accounts_factor_codes_left(&l->codes, store, l->setting.account.id));
    return accounts_factor_list(l->factor, &l->count, &owner);
}

static void
factor_show(struct accounts_page *page, struct part_value *row, const struct accounts_factor *f)
{
    part_set_text(row, "id", f->id);
    part_set_text(row, "label", f->label);
    part_set_text(row, "kind", accounts_words(page, f->passkey ? "factor.passkey" : "factor.app"));
    look_time(&page->view, row, "made", f->made);
    look_time(&page->view, row, "used", f->used);
}

static const struct {
    const char *done, *what, *cure;
} dones[] = {
    { "added", "factors.added", "factors.changed.cure" },
    { "removed", "factors.removed", "factors.changed.cure" },
    { "renamed", "factors.renamed", NULL },
};

static void
done_show(struct accounts_page *page)
{
    sk_str done = part_form_get(&page->request->query, "done");
    for (size_t i = 0; i < sizeof dones / sizeof *dones; i++)
        if (sk_str_eq(done, sk_str_of(dones[i].done)))
            look_notice(&page->view, LOOK_WELL, dones[i].what, dones[i].cure);
}

static sk_err
list_build(const char **template, struct accounts_page *page)
{
    struct list l = { .setting = { .page = page } };
    struct part_value *v = page->view.values;
    if (!accounts_setting_may(template, page, "factors")) return sk_ok();
    TRY(accounts_setting_read(&l.setting));
    TRY(accounts_read(page->house, list_read, &l));
    struct part_value *rows = part_set_list(v, "factors");
    for (size_t i = 0; i < l.count; i++)
        factor_show(page, part_list_add(rows), &l.factor[i]);
    part_set_flag(v, "must", page->half);
    part_set_text(v, "codes_left", look_words_n(&page->view, "codes.left", l.codes));
    part_set_text(v, "app_path", accounts_page_path(page, "factors/app"));
    part_set_text(v, "passkey_path", accounts_page_path(page, "factors/passkey"));
    part_set_text(v, "codes_path", accounts_page_path(page, "factors/codes"));
    part_set_text(v, "back", accounts_page_path(page, "account"));
    part_set_text(v, "change_path", accounts_page_plain(page, "factors/change"));
    part_set_text(v, "token", accounts_page_token(page, "factors/change"));
    part_set_int(v, "most", ACCOUNTS_LABEL_MAX);
    done_show(page);
    accounts_page_title(page, "factors.title");
    *template = "factors";
    return sk_ok();
}

sk_err
accounts_factors_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_half(response, request, list_build);
}

/* --- changes --- */

struct change {
    struct accounts_setting setting;
    sk_str id, label;
    bool last; /* the mandatory factor would be gone */
};

static sk_err
rename_work(void *ctx, struct part_store *store)
{
    struct change *c = ctx;
    struct accounts_owner owner = accounts_setting_owner(&c->setting, store);
    return accounts_factor_rename(&owner, c->id, c->label);
}

/* Looked at again within the transaction: two browsers may remove two factors at once. */
static sk_err
remove_work(void *ctx, struct part_store *store)
{
    struct change *c = ctx;
    const struct accounts_page *page = c->setting.page;
    struct accounts_owner owner = accounts_setting_owner(&c->setting, store);
    bool any;
    TRY(accounts_factor_remove(&owner, c->id));
    TRY(accounts_factor_any(&any, store, c->setting.account.id));
    c->last = !any && page->house->conf.realm[page->visitor.realm].second;
    if (c->last) return sk_fail(SK_DENIED, "the last factor stays");
    return accounts_setting_tell(&c->setting);
}

static sk_err
remove_it(const char **template, struct change *c)
{
    struct accounts_page *page = c->setting.page;
    sk_err e = accounts_write(page->house, remove_work, c);
    if (c->last) {
        page->response->status = 422;
        accounts_page_say(template, page, LOOK_HERE, "factors.last", "factors.last.cure",
                          accounts_page_path(page, "factors"), "factors.title");
        return sk_ok();
    }
    TRY(e);
    TRY(accounts_notice_changed(page->house, page->mem, &page->visitor, c->setting.account.id,
                                "factor_removed"));
    accounts_page_go(page, accounts_page_path_with(page, "factors", "done", SK_STR("removed")));
    return sk_ok();
}

static sk_err
change_build(const char **template, struct accounts_page *page)
{
    sk_str what = accounts_page_field(page, "what");
    struct change c = { .setting = { .page = page, .action = "accounts.factor_remove" },
                        .id = accounts_page_field(page, "id"),
                        .label = accounts_setting_label(page, "factor.unnamed") };
    c.setting.factor = c.id;
    if (!accounts_setting_may(template, page, "factors")) return sk_ok();
    if (!accounts_page_posted(page)) return sk_fail(SK_DENIED, "the form is not ours, or too old");
    TRY(accounts_setting_read(&c.setting));
    if (sk_str_eq(what, SK_STR("remove"))) return remove_it(template, &c);
    if (!sk_str_eq(what, SK_STR("rename"))) return sk_fail(SK_BAD, "change what?");
    TRY(accounts_write(page->house, rename_work, &c));
    accounts_page_go(page, accounts_page_path_with(page, "factors", "done", SK_STR("renamed")));
    return sk_ok();
}

sk_err
accounts_factors_change_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_own(response, request, change_build);
}
