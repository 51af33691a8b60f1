/* Passkeys: a row each, found by their credential's id. `secret` is "ALGORITHM SYNCED KEY RP",
 * sealed and bound to the account: who can write to the store still cannot put a key of his own
 * there. */
#include "accounts/challenge.h"
#include "accounts/factor_row.h"
#include "accounts/id.h"
#include "base/hash.h"

static struct accounts_bound
secret_bound(sk_str account)
{
    return (struct accounts_bound){ .kind = SK_STR("passkey"), .account = account };
}

static sk_err
id_read(sk_str *bytes, sk_arena *mem, sk_str id)
{
    if (!id.n || id.n > ACCOUNTS_PASSKEY_ID_MAX * 2 || !sk_unbase64url(mem, bytes, id))
        return sk_fail(SK_MISSING, "no such passkey");
    return sk_ok();
}

static sk_err
is_known(bool *known, struct part_store *store, sk_str credential)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "SELECT 1 FROM factor WHERE credential = ?1"));
    part_query_blob(q, 1, credential);
    TRY(part_query_step(known, q));
    part_query_done(q);
    return sk_ok();
}

sk_err
accounts_factor_passkey_add(sk_str *id, const struct accounts_owner *owner,
                            const struct accounts_passkey *passkey, sk_str rp, sk_str label)
{
    struct accounts_factor_row row = {
        .kind = "passkey", .state = "active", .label = label, .counter = passkey->count
    };
    struct accounts_bound bound = secret_bound(owner->account->id);
    int64_t count;
    bool known;
    TRY(id_read(&row.credential, owner->mem, passkey->id));
    TRY(is_known(&known, owner->store, row.credential));
    if (known) return sk_fail(SK_DENIED, "a passkey that is known already");
    TRY(accounts_factor_row_count(&count, owner, "passkey"));
    if (count >= ACCOUNTS_PASSKEYS_MAX) return sk_fail(SK_FULL, "no more passkeys for one account");
    sk_str secret = sk_str_printf(owner->mem, "%d %d %.*s %.*s", passkey->algorithm,
                                  passkey->synced, SK_ARG(passkey->key), SK_ARG(rp));
    TRY(accounts_seal(&row.secret, owner->mem, owner->keys, &bound, secret));
    return accounts_factor_row_add(id, owner, &row);
}

/* False: for another rp, or not of that form. */
static bool
secret_read(struct accounts_passkey *passkey, sk_str secret, sk_str rp)
{
    sk_str algorithm, synced;
    int64_t number;
    if (!sk_str_cut(&algorithm, &secret, ' ') || !sk_str_cut(&synced, &secret, ' ') ||
        !sk_str_cut(&passkey->key, &secret, ' ') || !sk_str_to_i64(&number, algorithm))
        return false;
    passkey->algorithm = (int)number;
    passkey->synced = sk_str_eq(synced, SK_STR("1"));
    return sk_str_eq(secret, rp);
}

sk_err
accounts_factor_passkey_ids(sk_str ids[ACCOUNTS_PASSKEYS_MAX], size_t *count, sk_arena *mem,
                            struct part_store *store, const struct accounts_keys *keys,
                            sk_str account, sk_str rp)
{
    struct accounts_bound bound = secret_bound(account);
    struct part_query *q;
    bool row;
    *count = 0;
    TRY(part_store_query(&q, store,
                         "SELECT credential, secret FROM factor WHERE account = ?1"
                         " AND kind = 'passkey' AND state = 'active' ORDER BY made, id LIMIT ?2"));
    part_query_text(q, 1, account);
    part_query_int(q, 2, ACCOUNTS_PASSKEYS_MAX);
    TRY(part_query_step(&row, q));
    while (row) {
        struct accounts_passkey passkey;
        sk_str secret;
        TRY(accounts_unseal(&secret, mem, keys, &bound, part_query_get_text(mem, q, 1)));
        if (secret_read(&passkey, secret, rp))
            ids[(*count)++] = sk_base64url(mem, part_query_get_blob(mem, q, 0));
        TRY(part_query_step(&row, q));
    }
    return sk_ok();
}

sk_err
accounts_factor_passkey_find(struct accounts_passkey *passkey, sk_str *factor, sk_str *account,
                             sk_arena *mem, struct part_store *store,
                             const struct accounts_keys *keys, sk_str rp, sk_str id)
{
    struct part_query *q;
    sk_str credential;
    bool row;
    TRY(id_read(&credential, mem, id));
    TRY(part_store_query(&q, store,
                         "SELECT id, account, secret, counter FROM factor WHERE credential = ?1"
                         " AND kind = 'passkey' AND state = 'active'"));
    part_query_blob(q, 1, credential);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such passkey");
    *factor = part_query_get_text(mem, q, 0);
    *account = part_query_get_text(mem, q, 1);
    *passkey = (struct accounts_passkey){ .id = id, .count = (uint32_t)part_query_get_int(q, 3) };
    sk_str secret = part_query_get_text(mem, q, 2);
    part_query_done(q);
    struct accounts_bound bound = secret_bound(*account);
    TRY(accounts_unseal(&secret, mem, keys, &bound, secret));
    return secret_read(passkey, secret, rp) ? sk_ok() : sk_fail(SK_MISSING, "no such passkey");
}

/* Its keyed hash among the links, used already; it goes with the others that are over. */
sk_err
accounts_factor_challenge_spend(sk_arena *mem, struct part_store *store,
                                const struct accounts_keys *keys, sk_str challenge, sk_when now)
{
    sk_str parts[] = { SK_STR("spent"), challenge }, hash;
    struct part_query *q;
    TRY(accounts_keyed_text(&hash, mem, keys, ACCOUNTS_USE_LINK, accounts_keys_newest(keys), parts,
                            sizeof parts / sizeof *parts));
    TRY(part_store_query(&q, store,
                         "INSERT OR IGNORE INTO link (token, id, purpose, data, made, ends, used)"
                         " VALUES (?1, ?2, 'spent', '', ?3, ?4, ?3)"));
    part_query_text(q, 1, hash);
    part_query_text(q, 2, accounts_id_new(mem, "lnk"));
    part_query_int(q, 3, now);
    part_query_int(q, 4, now + 2 * ACCOUNTS_CHALLENGE_LIFE);
    TRY(part_query_run(q));
    return part_store_changed(store) ? sk_ok() : sk_fail(SK_DENIED, "a challenge used twice");
}

sk_err
accounts_factor_passkey_used(sk_arena *mem, struct part_store *store,
                             const struct accounts_keys *keys, sk_str factor, uint32_t count,
                             sk_str challenge, sk_when now)
{
    TRY(accounts_factor_challenge_spend(mem, store, keys, challenge, now));
    return accounts_factor_row_use(store, factor, count, now);
}
