#include "accounts/page_link.h"

#include "accounts/device.h"
#include "accounts/factor.h"
#include "accounts/invite.h"
#include "accounts/notice.h"
#include "accounts/owner.h"
#include "accounts/pages.h"
#include "accounts/tell.h"

sk_str
accounts_link_token(const struct accounts_page *page)
{
    sk_str token = accounts_page_field(page, ACCOUNTS_LINK_FIELD);
    return token.n ? token : part_form_get(&page->request->query, ACCOUNTS_LINK_FIELD);
}

struct link_work {
    struct accounts_linked *linked;
    struct accounts_page *page;
    const char *purpose;
    bool take;
};

/* A link is of one account, and so of its realm and of its tenant's site. */
static sk_err
account_fits(bool *fits, struct link_work *w, struct part_store *store)
{
    struct accounts_linked *l = w->linked;
    *fits = false;
    sk_err e = accounts_account_get(&l->account, w->page->mem, store, l->link.account);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    TRY(accounts_factor_any(&l->factor, store, l->account.id));
    TRY(accounts_tenant_of_site(fits, store, l->account.tenant, w->page->visitor.site->name));
    bool invited = strcmp(w->purpose, ACCOUNTS_LINK_INVITE) == 0;
    *fits &= l->account.realm == w->page->visitor.realm &&
             l->account.state == (invited ? ACCOUNTS_INVITED : ACCOUNTS_ACTIVE);
    return sk_ok();
}

static sk_err
link_work(void *ctx, struct part_store *store)
{
    struct link_work *w = ctx;
    struct accounts_page *page = w->page;
    sk_str token = accounts_link_token(page);
    w->linked->alive = false;
    sk_err e = accounts_mailed_look(&w->linked->link, page->mem, store, page->house->keys,
                                    w->purpose, token, page->visitor.now);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    TRY(account_fits(&w->linked->alive, w, store));
    if (!w->linked->alive || !w->take) return sk_ok();
    return accounts_mailed_take(&w->linked->link, page->mem, store, page->house->keys, w->purpose,
                                token, page->visitor.now);
}

sk_err
accounts_link_open(struct accounts_linked *linked, struct accounts_page *page, const char *purpose)
{
    struct link_work w = { linked, page, purpose, false };
    return accounts_read(page->house, link_work, &w);
}

sk_err
accounts_link_take(struct accounts_linked *linked, struct accounts_page *page, const char *purpose)
{
    struct link_work w = { linked, page, purpose, true };
    return accounts_write(page->house, link_work, &w);
}

sk_err
accounts_link_over(const char **template, struct accounts_page *page)
{
    page->response->status = 410;
    accounts_page_say(template, page, LOOK_HERE, "link.over", "link.over.cure",
                      accounts_page_path(page, "sign-in"), "sign_in.title");
    return sk_ok();
}

/* --- a page with one button --- */

static sk_err
ask(const char **template, struct accounts_page *page, const char *what, const char *cure,
    const char *press)
{
    struct part_value *v = page->view.values;
    accounts_page_form(page);
    accounts_page_title(page, what);
    part_set_text(v, "cure", accounts_words(page, cure));
    part_set_text(v, "press", accounts_words(page, press));
    part_set_text(v, ACCOUNTS_LINK_FIELD, accounts_link_token(page));
    *template = "link";
    return sk_ok();
}

/* Whether the link may be used now; else the page is made already. */
static sk_err
begin(bool *go, const char **template, struct accounts_page *page, const char *purpose)
{
    struct accounts_linked linked = { .alive = false };
    *go = false;
    TRY(accounts_link_open(&linked, page, purpose));
    if (!linked.alive) return accounts_link_over(template, page);
    *go = true;
    return sk_ok();
}

/* --- unlock: this browser is the owner's --- */

static sk_err
unlock_get_build(const char **template, struct accounts_page *page)
{
    bool go;
    TRY(begin(&go, template, page, ACCOUNTS_LINK_UNLOCK));
    return go ? ask(template, page, "unlock.title", "unlock.cure", "unlock.press") : sk_ok();
}

sk_err
accounts_unlock_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, unlock_get_build);
}

struct unlock_work {
    struct accounts_page *page;
    const struct account *account;
    sk_str cookie;
};

static sk_err
unlock_work(void *ctx, struct part_store *store)
{
    struct unlock_work *w = ctx;
    struct accounts_page *page = w->page;
    bool fresh;
    struct accounts_fact fact = { .action = "accounts.device_known",
                                  .outcome = "ok",
                                  .tenant = w->account->tenant,
                                  .object = w->account->id };
    sk_str id;
    w->cookie = page->visitor.device;
    TRY(accounts_device_keep(&id, &fresh, &w->cookie, page->mem, store, w->account->id,
                             page->visitor.family, page->visitor.now));
    return accounts_tell(page->house, page->mem, &page->visitor, &fact);
}

static sk_err
unlock_post_build(const char **template, struct accounts_page *page)
{
    struct accounts_linked linked = { .alive = false };
    bool go;
    TRY(begin(&go, template, page, ACCOUNTS_LINK_UNLOCK));
    if (!go) return sk_ok();
    if (!accounts_page_posted(page))
        return ask(template, page, "unlock.title", "unlock.cure", "unlock.press");
    TRY(accounts_link_take(&linked, page, ACCOUNTS_LINK_UNLOCK));
    if (!linked.alive) return accounts_link_over(template, page);
    struct unlock_work w = { .page = page, .account = &linked.account };
    TRY(accounts_write(page->house, unlock_work, &w));
    accounts_device_cookie_set(page->response, page->mem, w.cookie);
    accounts_page_say(template, page, LOOK_WELL, "unlock.done", "unlock.done.cure",
                      accounts_page_path(page, "sign-in"), "sign_in.title");
    return sk_ok();
}

sk_err
accounts_unlock_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, unlock_post_build);
}

/* --- stop: that was not me --- */

static sk_err
stop_get_build(const char **template, struct accounts_page *page)
{
    bool go;
    TRY(begin(&go, template, page, ACCOUNTS_LINK_STOP));
    return go ? ask(template, page, "stop.title", "stop.cure", "stop.press") : sk_ok();
}

sk_err
accounts_stop_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, stop_get_build);
}

static sk_err
stop_post_build(const char **template, struct accounts_page *page)
{
    struct accounts_linked linked = { .alive = false };
    bool go;
    TRY(begin(&go, template, page, ACCOUNTS_LINK_STOP));
    if (!go) return sk_ok();
    if (!accounts_page_posted(page))
        return ask(template, page, "stop.title", "stop.cure", "stop.press");
    TRY(accounts_link_take(&linked, page, ACCOUNTS_LINK_STOP));
    if (!linked.alive) return accounts_link_over(template, page);
    TRY(accounts_stop_all(page->mem, page->house, &page->visitor, &linked.account, "owner"));
    accounts_page_say(template, page, LOOK_WELL, "stop.done", "stop.done.cure",
                      accounts_page_path(page, "sign-in"), "sign_in.title");
    return sk_ok();
}

sk_err
accounts_stop_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_open(response, request, stop_post_build);
}
