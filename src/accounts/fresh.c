#include "accounts/fresh.h"

#include "accounts/owner.h"
#include "accounts/pages.h"

sk_str
accounts_page_plain(const struct accounts_page *page, const char *name)
{
    return sk_str_printf(page->mem, "/.sekisho/%s/%s", accounts_realms[page->visitor.realm].name,
                         name);
}

sk_str
accounts_page_token(struct accounts_page *page, const char *name)
{
    return part_csrf_token(page->response, page->request, &page->house->form_key,
                           accounts_page_plain(page, name), page->visitor.now);
}

/* The form that ends this session and leads to the next. */
static void
again_show(const char **template, struct accounts_page *page, sk_str to)
{
    struct part_value *v = page->view.values;
    part_set_text(v, "action", accounts_page_plain(page, "again"));
    part_set_text(v, "token", accounts_page_token(page, "again"));
    part_set_text(v, "to", to);
    accounts_page_title(page, "again.title");
    *template = "again";
}

bool
accounts_page_fresh(const char **template, struct accounts_page *page, const char *name)
{
    if (page->visitor.now - page->session.made < ACCOUNTS_FRESH) return true;
    again_show(template, page, accounts_page_plain(page, name));
    return false;
}

static sk_err
again_get_build(const char **template, struct accounts_page *page)
{
    again_show(template, page, page->to);
    return sk_ok();
}

sk_err
accounts_again_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_own(response, request, again_get_build);
}

static sk_err
again_post_build(const char **template, struct accounts_page *page)
{
    struct accounts_ending ending = { .account = page->session.account,
                                      .tenant = page->session.tenant,
                                      .id = page->session.id,
                                      .by = page->session.account,
                                      .role = page->session.role,
                                      .reason = "again" };
    int64_t count;
    if (!accounts_page_posted(page)) return again_get_build(template, page);
    sk_err e = accounts_end(&count, page->mem, page->house, &page->visitor, &ending);
    if (sk_failed(e) && e.kind != SK_MISSING) return e; /* ended already: as it should be */
    accounts_session_cookie_clear(page->response, page->mem, page->visitor.realm);
    accounts_page_go(page, accounts_page_path(page, "sign-in"));
    *template = NULL;
    return sk_ok();
}

sk_err
accounts_again_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_own(response, request, again_post_build);
}
