#include "accounts/device.h"

#include "accounts/id.h"

static const sk_when day = 24 * 3600 * 1000;

sk_err
accounts_device_find(sk_str *id, sk_arena *mem, struct part_store *store, sk_str account,
                     sk_str cookie)
{
    struct part_query *q;
    sk_str digest = { 0 };
    bool row;
    *id = (sk_str){ 0 };
    (void)accounts_secret_read(&digest, mem, cookie); /* none of ours fits nothing */
    TRY(part_store_query(&q, store, "SELECT id FROM device WHERE token = ?1 AND account = ?2"));
    part_query_blob(q, 1, digest);
    part_query_text(q, 2, account);
    TRY(part_query_step(&row, q));
    if (row) *id = part_query_get_text(mem, q, 0);
    part_query_done(q);
    return sk_ok();
}

static sk_err
make_room(struct part_store *store, sk_str account)
{
    struct part_query *q;
    TRY(part_store_query(
        &q, store,
        "DELETE FROM device WHERE account = ?1 AND id NOT IN"
        " (SELECT id FROM device WHERE account = ?1 ORDER BY used DESC LIMIT ?2)"));
    part_query_text(q, 1, account);
    part_query_int(q, 2, ACCOUNTS_DEVICES_MAX - 1);
    return part_query_run(q);
}

static sk_err
insert(struct part_store *store, sk_str token, sk_str account, sk_str id, sk_str family,
       sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "INSERT INTO device (token, account, id, family, made, used)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?5)"));
    part_query_blob(q, 1, token);
    part_query_text(q, 2, account);
    part_query_text(q, 3, id);
    part_query_text(q, 4, family);
    part_query_int(q, 5, now);
    return part_query_run(q);
}

/* All accounts of this browser go on with the new cookie. */
static sk_err
move(struct part_store *store, sk_str old, sk_str token)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE device SET token = ?2 WHERE token = ?1"));
    part_query_blob(q, 1, old);
    part_query_blob(q, 2, token);
    return part_query_run(q);
}

static sk_err
saw(struct part_store *store, sk_str id, sk_str family, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE device SET used = ?2, family = ?3 WHERE id = ?1"));
    part_query_text(q, 1, id);
    part_query_int(q, 2, now);
    part_query_text(q, 3, family);
    return part_query_run(q);
}

sk_err
accounts_device_keep(sk_str *id, bool *fresh, sk_str *cookie, sk_arena *mem,
                     struct part_store *store, sk_str account, sk_str family, sk_when now)
{
    struct accounts_secret secret = accounts_secret_new(mem);
    sk_str old;
    TRY(accounts_device_find(id, mem, store, account, *cookie));
    *fresh = id->n == 0;
    if (accounts_secret_read(&old, mem, *cookie)) TRY(move(store, old, secret.digest));
    *cookie = secret.text;
    if (!*fresh) return saw(store, *id, family, now);
    *id = accounts_id_new(mem, "dev");
    TRY(make_room(store, account));
    return insert(store, secret.digest, account, *id, family, now);
}

sk_err
accounts_device_forget(struct part_store *store, sk_str account)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM device WHERE account = ?1"));
    part_query_text(q, 1, account);
    return part_query_run(q);
}

sk_err
accounts_device_sweep(struct part_store *store, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM device WHERE used < ?1"));
    part_query_int(q, 1, now - ACCOUNTS_DEVICE_DAYS * day);
    return part_query_run(q);
}

void
accounts_device_cookie_set(struct part_response *response, sk_arena *mem, sk_str cookie)
{
    part_response_header(
        response, "Set-Cookie",
        sk_str_printf(mem,
                      ACCOUNTS_DEVICE_COOKIE
                      "=%.*s; Path=/; Max-Age=%lld; Secure; HttpOnly; SameSite=Lax",
                      SK_ARG(cookie), (long long)(ACCOUNTS_DEVICE_DAYS * day / 1000)));
}
