/* Who sends this request? Asked by the gate for every request of an area, so it reads one row (two
 * for those with rights by name), writes nothing and waits for nobody. Whatever is not certain is
 * 401. */
#include "accounts/api.h"

enum { RIGHTS_MOST = 64 };

struct work {
    struct accounts *house;
    const struct part_request *request;
    enum accounts_realm realm;
    struct accounts_session session;
    struct sk_buf screens;
    sk_when now;
};

/* A name of ours, which may stand in a header among commas. */
static bool
is_name(sk_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = (char)sk_lower_byte((unsigned char)name.p[i]);
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || strchr("._-", c))) return false;
    }
    return name.n > 0;
}

static sk_err
rights_read(struct work *w, struct part_store *store)
{
    struct part_query *q;
    bool row;
    if (accounts_role_has_all_screens(w->session.role)) sk_buf_byte(&w->screens, '*');
    TRY(part_store_query(&q, store,
                         "SELECT name FROM held_right WHERE account = ?1"
                         " AND (ends IS NULL OR ends > ?2) ORDER BY name LIMIT ?3"));
    part_query_text(q, 1, w->session.account);
    part_query_int(q, 2, w->now);
    part_query_int(q, 3, RIGHTS_MOST);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        sk_str name = part_query_get_text(w->screens.mem, q, 0);
        if (!is_name(name)) continue;
        if (w->screens.n) sk_buf_byte(&w->screens, ',');
        sk_buf_add(&w->screens, name);
    }
}

static sk_err
work(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    sk_str cookie = accounts_session_cookie(w->request, w->realm);
    sk_str site = part_request_header(w->request, "X-Sekisho-Site");
    TRY(accounts_session_find(&w->session, w->request->mem, store, &w->house->conf, w->realm, site,
                              cookie, w->now));
    accounts_touches_note(w->house->touches, &w->house->conf, &w->session, cookie, w->now);
    return rights_read(w, store);
}

/* 401 sends to sign in, where a half-made sign-in is gone on with. */
static unsigned
status_of(const struct work *w)
{
    const struct accounts_session *s = &w->session;
    if (s->wait.n) return 401;
    return w->house->conf.realm[s->realm].second && s->level < 2 ? 403 : 204;
}

sk_err
accounts_api_session(struct part_response *response, struct part_request *request)
{
    struct work w = { .house = request->ctx,
                      .request = request,
                      .screens = { .mem = request->mem },
                      .now = sk_now() };
    response->status = 401;
    if (!accounts_realm_find(&w.realm, part_request_header(request, "X-Sekisho-Realm")) ||
        !accounts_realms[w.realm].pages)
        return sk_ok();
    sk_err e = accounts_read(w.house, work, &w);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    const struct accounts_session *s = &w.session;
    response->status = status_of(&w);
    if (response->status != 204) return sk_ok();
    part_response_header(response, "X-Sekisho-Principal", s->account);
    part_response_header(response, "X-Sekisho-Role", s->role);
    part_response_header(response, "X-Sekisho-Tenant", s->tenant);
    part_response_header(response, "X-Sekisho-Session", s->id);
    part_response_header(response, "X-Sekisho-Level", sk_str_of_i64(request->mem, s->level));
    part_response_header(response, "X-Sekisho-Screens", sk_buf_str(&w.screens));
    return sk_ok();
}
