#include "accounts/page.h"

#include "accounts/device.h"
#include "part/form.h"

/* A path that a browser takes for no other host: "//a" and "/\a" are others. */
sk_str
accounts_to_read(sk_str to)
{
    bool path = to.n >= 1 && to.n <= ACCOUNTS_TO_MAX && to.p[0] == '/';
    if (!path || !part_text_clean(to, false)) return (sk_str){ 0 };
    if (to.n > 1 && (to.p[1] == '/' || to.p[1] == '\\')) return (sk_str){ 0 };
    return sk_str_find_byte(to, '\\') == SIZE_MAX ? to : (sk_str){ 0 };
}

sk_str
accounts_words(const struct accounts_page *page, const char *key)
{
    return look_words(&page->view, key);
}

sk_str
accounts_page_field(const struct accounts_page *page, const char *name)
{
    sk_str value = sk_str_trim(part_form_get(&page->request->form, name));
    return part_text_clean(value, false) ? value : (sk_str){ 0 };
}

/* From the form, else from the query. */
static sk_str
field_or_query(const struct accounts_page *page, const char *name)
{
    sk_str value = accounts_page_field(page, name);
    return value.n ? value : sk_str_trim(part_form_get(&page->request->query, name));
}

static void
query_add(struct sk_buf *out, char *mark, const char *name, sk_str value)
{
    if (!value.n) return;
    sk_buf_byte(out, *mark);
    sk_buf_add(out, sk_str_of(name));
    sk_buf_byte(out, '=');
    part_url_escape(out, value);
    *mark = '&';
}

sk_str
accounts_page_path_with(const struct accounts_page *page, const char *name, const char *key,
                        sk_str value)
{
    struct sk_buf out = { .mem = page->mem };
    char mark = '?';
    sk_buf_printf(&out, "/.sekisho/%s/%s", accounts_realms[page->visitor.realm].name, name);
    query_add(&out, &mark, key, value);
    query_add(&out, &mark, "shop", field_or_query(page, "shop"));
    query_add(&out, &mark, "to", page->to);
    return sk_buf_str(&out);
}

sk_str
accounts_page_path(const struct accounts_page *page, const char *name)
{
    return accounts_page_path_with(page, name, "", (sk_str){ 0 });
}

void
accounts_page_title(struct accounts_page *page, const char *key)
{
    page->title = accounts_words(page, key);
}

/* --- forms --- */

void
accounts_page_form(struct accounts_page *page)
{
    struct part_value *v = page->view.values;
    part_set_text(v, "token",
                  part_csrf_token(page->response, page->request, &page->house->form_key,
                                  page->request->path, page->visitor.now));
    part_set_text(v, "action", page->request->path);
    part_set_text(v, "to", page->to);
    part_set_text(v, "shop", field_or_query(page, "shop"));
}

bool
accounts_page_posted(struct accounts_page *page)
{
    sk_err e = part_csrf_check(page->request, &page->house->form_key, page->request->path,
                               part_form_get(&page->request->form, "token"), page->visitor.now);
    if (!sk_failed(e)) return true;
    page->response->status = 403;
    look_notice(&page->view, LOOK_HERE, "look.stale", NULL);
    return false;
}

/* --- answers --- */

/* A path was decoded once, so what cannot stand in a header as it is is encoded again. */
void
accounts_page_go(struct accounts_page *page, sk_str path)
{
    struct sk_buf out = { .mem = page->mem };
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c > ' ' && c < 0x7f && !strchr("\"<>^`{|}", c))
            sk_buf_byte(&out, (char)c);
        else
            sk_buf_printf(&out, "%%%02X", c);
    }
    part_response_see(page->response, sk_buf_str(&out));
}

bool
accounts_page_signed(struct accounts_page *page, const struct accounts_signed *s)
{
    static const char *const next[ACCOUNTS_STEPS] = {
        [ACCOUNTS_STEP_FACTOR] = "second", [ACCOUNTS_STEP_ENROL] = "factors"
    };
    if (s->step > ACCOUNTS_STEP_ENROL) return false;
    accounts_session_cookie_set(page->response, page->mem, &page->house->conf, page->visitor.realm,
                                s->cookie);
    if (s->device.n) accounts_device_cookie_set(page->response, page->mem, s->device);
    if (next[s->step])
        accounts_page_go(page, accounts_page_path(page, next[s->step]));
    else
        accounts_page_go(page, page->to.n ? page->to : accounts_page_path(page, "account"));
    return true;
}

void
accounts_page_say(const char **template, struct accounts_page *page, enum look_state state,
                  const char *what, const char *cure, sk_str path, const char *press)
{
    struct part_value *v = page->view.values;
    accounts_page_title(page, what);
    part_set_text(v, "state", sk_str_of(look_state_names[state]));
    part_set_text(v, "what", accounts_words(page, what));
    part_set_text(v, "cure", accounts_words(page, cure));
    part_set_text(v, "path", press ? path : (sk_str){ 0 });
    part_set_text(v, "press", press ? accounts_words(page, press) : (sk_str){ 0 });
    *template = "message";
}

/* --- making a page --- */

static sk_err
find_session(void *ctx, struct part_store *store)
{
    struct accounts_page *page = ctx;
    sk_str cookie = accounts_session_cookie(page->request, page->visitor.realm);
    sk_err e = accounts_session_find(&page->session, page->mem, store, &page->house->conf,
                                     page->visitor.realm, page->visitor.site->name, cookie,
                                     page->visitor.now);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    page->half = page->session.wait.n > 0;
    page->signed_in = !page->half;
    accounts_touches_note(page->house->touches, &page->house->conf, &page->session, cookie,
                          page->visitor.now);
    return sk_ok();
}

static sk_err
begin(struct accounts_page *page, struct part_response *response, struct part_request *request)
{
    enum accounts_realm realm;
    *page = (struct accounts_page){
        .house = request->ctx, .request = request, .response = response, .mem = request->mem
    };
    look_view_begin(&page->view, page->house->look, response, request, sk_now());
    look_view_place(&page->view, accounts_words(page, "accounts.place"), SK_STR("/"));
    if (!accounts_realm_find(&realm, part_request_param(request, "realm")) ||
        !accounts_realms[realm].pages)
        return sk_fail(SK_MISSING, "no such realm");
    TRY(accounts_visitor_read(&page->visitor, page->house, request, realm, page->view.now));
    part_set_text(
        page->view.values, "realm",
        accounts_words(page, sk_str_printf(page->mem, "realm.%s", accounts_realms[realm].name).p));
    page->to = accounts_to_read(field_or_query(page, "to"));
    return accounts_read(page->house, find_session, page);
}

static sk_err
make(struct accounts_page *page, accounts_build *build)
{
    const char *template = NULL;
    TRY(build(&template, page));
    if (!template) return sk_ok(); /* the build answered by itself */
    return look_view_show(&page->view, template, page->title);
}

sk_err
accounts_page_open(struct part_response *response, struct part_request *request,
                   accounts_build *build)
{
    struct accounts_page page;
    TRY(begin(&page, response, request));
    return make(&page, build);
}

/* To sign in and back: to this page if it was asked for by GET. */
static sk_err
sign_in_first(struct accounts_page *page)
{
    bool get = page->request->method == PART_GET;
    page->to = get ? accounts_to_read(page->request->target) : (sk_str){ 0 };
    accounts_page_go(page, accounts_page_path(page, "sign-in"));
    return sk_ok();
}

sk_err
accounts_page_own(struct part_response *response, struct part_request *request,
                  accounts_build *build)
{
    struct accounts_page page;
    TRY(begin(&page, response, request));
    return page.signed_in ? make(&page, build) : sign_in_first(&page);
}

sk_err
accounts_page_half(struct part_response *response, struct part_request *request,
                   accounts_build *build)
{
    struct accounts_page page;
    TRY(begin(&page, response, request));
    return page.signed_in || page.half ? make(&page, build) : sign_in_first(&page);
}

void
accounts_page_error(struct part_response *response, struct part_request *request, sk_err why)
{
    struct accounts *house = request->ctx;
    struct look_view view;
    (void)why; /* logged by the service; not for readers */
    look_view_begin(&view, house->look, response, request, sk_now());
    look_view_place(&view, look_words(&view, "accounts.place"), SK_STR("/"));
    sk_err e = look_view_error(&view); /* when it fails, the plain line stays */
    (void)e;
}
