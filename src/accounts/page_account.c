/* My account: where I am signed in, who tried, and what I can do about it (ACC-05, ACC-06). */
#include "accounts/fresh.h"
#include "accounts/history.h"
#include "accounts/owner.h"
#include "accounts/pages.h"

enum { SHOWN = 50 }; /* lines of the history */

struct lists {
    struct accounts_page *page;
    struct accounts_session session[ACCOUNTS_SESSIONS_MAX];
    struct accounts_event event[SHOWN];
    size_t sessions, events;
    struct account account;
};

static sk_err
lists_read(void *ctx, struct part_store *store)
{
    struct lists *l = ctx;
    const struct accounts_page *page = l->page;
    TRY(accounts_account_get(&l->account, page->mem, store, page->session.account));
    TRY(accounts_session_list(l->session, &l->sessions, page->mem, store, &page->house->conf,
                              page->session.account, page->visitor.now));
    return accounts_history_list(l->event, &l->events, SHOWN, page->mem, store,
                                 page->session.account);
}

static sk_str
device_words(const struct accounts_page *page, sk_str device)
{
    return device.n ? device : accounts_words(page, "device.unknown");
}

static void
sessions_show(struct lists *l)
{
    const struct look_view *view = &l->page->view;
    struct part_value *list = part_set_list(view->values, "sessions");
    for (size_t i = 0; i < l->sessions; i++) {
        const struct accounts_session *s = &l->session[i];
        struct part_value *row = part_list_add(list);
        part_set_text(row, "id", s->id);
        part_set_text(row, "device", device_words(l->page, s->device));
        part_set_text(row, "where", s->place);
        part_set_text(row, "site_name", s->site);
        part_set_flag(row, "this", sk_str_eq(s->id, l->page->session.id));
        look_time(view, row, "made", s->made);
        look_time(view, row, "used", s->used);
    }
    part_set_flag(view->values, "others", l->sessions > 1);
}

/* "2 times · new device · 203.0.113.0/24 · password" */
static sk_str
event_text(const struct accounts_page *page, const struct accounts_event *e)
{
    struct sk_buf out = { .mem = page->mem };
    if (e->count > 1)
        sk_buf_printf(&out, "%.*s · ",
                      SK_ARG(look_words_n(&page->view, "history.count", e->count)));
    if (e->fresh) sk_buf_printf(&out, "%.*s · ", SK_ARG(accounts_words(page, "account.fresh")));
    sk_buf_printf(&out, "%.*s · %.*s", SK_ARG(e->place), SK_ARG(e->method));
    return sk_buf_str(&out);
}

static void
event_show(struct accounts_page *page, struct part_value *row, const struct accounts_event *e)
{
    bool ok = sk_str_eq(e->outcome, SK_STR("ok"));
    const char *word = sk_str_printf(page->mem, "history.%.*s", SK_ARG(e->outcome)).p;
    look_time(&page->view, row, "time", e->at);
    look_chip(&page->view, row, ok ? LOOK_WELL : LOOK_HERE, word);
    part_set_text(row, "what",
                  sk_str_printf(page->mem, "%.*s · %.*s", SK_ARG(accounts_words(page, word)),
                                SK_ARG(device_words(page, e->device))));
    part_set_text(row, "text", event_text(page, e));
}

static sk_err
account_build(const char **template, struct accounts_page *page)
{
    struct lists *l = SK_NEW(page->mem, struct lists);
    struct part_value *v = page->view.values;
    sk_str email;
    l->page = page;
    TRY(accounts_read(page->house, lists_read, l));
    TRY(accounts_account_email(&email, page->mem, page->house->keys, &l->account));
    sessions_show(l);
    struct part_value *list = part_set_list(v, "timeline");
    for (size_t i = 0; i < l->events; i++)
        event_show(page, part_list_add(list), &l->event[i]);
    part_set_text(v, "email", email);
    part_set_text(v, "end_path", accounts_page_path(page, "account/end"));
    part_set_text(v, "password_path", accounts_page_path(page, "password"));
    part_set_text(v, "factors_path", accounts_page_path(page, "factors"));
    part_set_text(v, "out_path", accounts_page_path(page, "sign-out"));
    part_set_text(v, "leave_path", accounts_page_path(page, "leave"));
    part_set_text(v, "token",
                  part_csrf_token(page->response, page->request, &page->house->form_key,
                                  accounts_page_path(page, "account/end"), page->visitor.now));
    if (part_form_count(&page->request->query, "ended"))
        look_notice(&page->view, LOOK_WELL, "account.ended", "account.ended.cure");
    accounts_page_title(page, "account.title");
    *template = "account";
    return sk_ok();
}

sk_err
accounts_mine_get(struct part_response *response, struct part_request *request)
{
    return accounts_page_own(response, request, account_build);
}

static sk_err
end_build(const char **template, struct accounts_page *page)
{
    sk_str what = accounts_page_field(page, "what");
    bool others = sk_str_eq(what, SK_STR("others")), all = sk_str_eq(what, SK_STR("all"));
    struct accounts_ending ending = { .account = page->session.account,
                                      .tenant = page->session.tenant,
                                      .id = others ? page->session.id : what,
                                      .others = others,
                                      .by = page->session.account,
                                      .role = page->session.role,
                                      .reason = "owner" };
    int64_t count;
    if (all) ending.id = (sk_str){ 0 };
    *template = NULL;
    if (!accounts_page_posted(page)) return sk_fail(SK_DENIED, "the form is not ours, or too old");
    /* Who stole a cookie must not be able to put its owner out (OWASP ASVS 5.0 V7.5.2). */
    if (!accounts_page_fresh(template, page, "account")) return sk_ok();
    if (!all && !what.n) return sk_fail(SK_BAD, "end what?");
    sk_err e = accounts_end(&count, page->mem, page->house, &page->visitor, &ending);
    if (sk_failed(e) && e.kind != SK_MISSING) return e; /* ended already: as it should be */
    if (all) accounts_session_cookie_clear(page->response, page->mem, page->visitor.realm);
    accounts_page_go(page, all ? accounts_page_path(page, "sign-in")
                               : accounts_page_path_with(page, "account", "ended", SK_STR("1")));
    return sk_ok();
}

sk_err
accounts_end_post(struct part_response *response, struct part_request *request)
{
    return accounts_page_own(response, request, end_build);
}
