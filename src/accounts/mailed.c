#include "accounts/mailed.h"

#include "accounts/id.h"

sk_err
accounts_mailed_end(struct part_store *store, const char *purpose, sk_str account)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM link WHERE account = ?1 AND ?2 IN ('', purpose)"));
    part_query_text(q, 1, account);
    part_query_text(q, 2, sk_str_of(purpose));
    return part_query_run(q);
}

sk_err
accounts_mailed_make(sk_str *token, sk_arena *mem, struct part_store *store,
                     const struct accounts_keys *keys, const char *purpose,
                     const struct accounts_mailed *link)
{
    struct part_query *q;
    sk_str hash, text = accounts_link_new(mem);
    TRY(accounts_link_hash(&hash, mem, keys, accounts_keys_newest(keys), sk_str_of(purpose), text));
    if (link->account.n && !link->beside) TRY(accounts_mailed_end(store, purpose, link->account));
    TRY(part_store_query(&q, store,
                         "INSERT INTO link (token, id, purpose, account, data, made, ends)"
                         " VALUES (?1, ?2, ?3, nullif(?4, ''), ?5, ?6, ?7)"));
    part_query_text(q, 1, hash);
    part_query_text(q, 2, link->id.n ? link->id : accounts_id_new(mem, "lnk"));
    part_query_text(q, 3, sk_str_of(purpose));
    part_query_text(q, 4, link->account);
    part_query_text(q, 5, link->data);
    part_query_int(q, 6, link->made);
    part_query_int(q, 7, link->ends);
    TRY(part_query_run(q));
    *token = text;
    return sk_ok();
}

static sk_err
look_by_hash(struct accounts_mailed *link, sk_arena *mem, struct part_store *store,
             const char *purpose, sk_str hash, sk_when now)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT id, coalesce(account, ''), data, made, ends, used IS NOT NULL"
                         " FROM link WHERE token = ?1 AND purpose = ?2"));
    part_query_text(q, 1, hash);
    part_query_text(q, 2, sk_str_of(purpose));
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such link");
    *link = (struct accounts_mailed){ .id = part_query_get_text(mem, q, 0),
                                      .account = part_query_get_text(mem, q, 1),
                                      .data = part_query_get_text(mem, q, 2),
                                      .made = part_query_get_int(q, 3),
                                      .ends = part_query_get_int(q, 4) };
    struct accounts_link state = { .until = link->ends, .used = part_query_get_int(q, 5) != 0 };
    part_query_done(q);
    return accounts_link_alive(&state, now) ? sk_ok() : sk_fail(SK_MISSING, "no such link");
}

sk_err
accounts_mailed_look(struct accounts_mailed *link, sk_arena *mem, struct part_store *store,
                     const struct accounts_keys *keys, const char *purpose, sk_str token,
                     sk_when now)
{
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    size_t count = accounts_keys_numbers(numbers, keys);
    for (size_t i = 0; i < count; i++) {
        sk_str hash;
        sk_err e = accounts_link_hash(&hash, mem, keys, numbers[i], sk_str_of(purpose), token);
        if (e.kind == SK_BAD) return sk_fail(SK_MISSING, "no such link");
        TRY(e);
        e = look_by_hash(link, mem, store, purpose, hash, now);
        if (e.kind != SK_MISSING) return e;
    }
    return sk_fail(SK_MISSING, "no such link");
}

sk_err
accounts_mailed_take(struct accounts_mailed *link, sk_arena *mem, struct part_store *store,
                     const struct accounts_keys *keys, const char *purpose, sk_str token,
                     sk_when now)
{
    struct part_query *q;
    TRY(accounts_mailed_look(link, mem, store, keys, purpose, token, now));
    TRY(part_store_query(&q, store, "UPDATE link SET used = ?2 WHERE id = ?1 AND used IS NULL"));
    part_query_text(q, 1, link->id);
    part_query_int(q, 2, now);
    TRY(part_query_run(q));
    return part_store_changed(store) ? sk_ok() : sk_fail(SK_MISSING, "no such link");
}

sk_err
accounts_mailed_drop(struct part_store *store, sk_str id)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM link WHERE id = ?1"));
    part_query_text(q, 1, id);
    return part_query_run(q);
}

sk_err
accounts_mailed_sweep(struct part_store *store, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM link WHERE ends <= ?1"));
    part_query_int(q, 1, now);
    return part_query_run(q);
}
