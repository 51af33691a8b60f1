/* Who is signed in: everybody's sessions, for operators. Those that last longest come first, which
 * is the order of an index, so a page costs what it shows. */
#include "accounts/api_people.h"
#include "accounts/session.h"

struct page {
    struct accounts_ask *ask;
    sk_str realm;
    int64_t before, most;
};

static void
session_put(struct sk_json_writer *j, sk_arena *mem, const struct part_query *q)
{
    static const char *const texts[] = { "id", "account", "realm", "site", "device", "place" };
    static const char *const numbers[] = { "level", "made", "used", "ends" };
    sk_json_object(j, NULL);
    for (int i = 0; i < 6; i++)
        sk_json_str(j, texts[i], part_query_get_text(mem, q, i));
    for (int i = 0; i < 4; i++)
        sk_json_int(j, numbers[i], part_query_get_int(q, 6 + i));
    sk_json_end_object(j);
}

static sk_err
page_read(void *ctx, struct part_store *store)
{
    struct page *p = ctx;
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT id, account, realm, site, device, place, level, made, used, ends"
                         " FROM session WHERE ends > ?1 AND (?2 = 0 OR ends < ?2) AND wait = ''"
                         " AND (?3 = '' OR realm = ?3) ORDER BY ends DESC LIMIT ?4"));
    part_query_int(q, 1, p->ask->visitor.now);
    part_query_int(q, 2, p->before);
    part_query_text(q, 3, p->realm);
    part_query_int(q, 4, p->most);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        session_put(p->ask->answer, p->ask->mem, q);
    }
}

sk_err
accounts_verb_signed_in(struct accounts_ask *ask)
{
    struct page page = { .ask = ask,
                         .realm = sk_json_get_str(ask->body, "realm"),
                         .before = sk_json_get_int(ask->body, "before", 0),
                         .most = sk_json_get_int(ask->body, "most", 50) };
    enum accounts_realm realm;
    if (page.realm.n && !accounts_realm_find(&realm, page.realm)) return sk_fail(SK_BAD, "realm");
    if (page.most < 1 || page.most > ACCOUNTS_API_LIST_MAX) page.most = ACCOUNTS_API_LIST_MAX;
    sk_json_array(ask->answer, "sessions");
    TRY(accounts_read(ask->house, page_read, &page));
    sk_json_end_array(ask->answer);
    return sk_ok();
}
