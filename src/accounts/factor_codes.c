/* Recovery codes: a row each, found by their keyed hash. */
#include "accounts/factor_row.h"

static struct accounts_bound
codes_bound(const struct accounts_owner *owner)
{
    return accounts_account_bound(owner->account, "recovery");
}

static sk_err
codes_end(const struct accounts_owner *owner)
{
    struct part_query *q;
    TRY(part_store_query(&q, owner->store,
                         "DELETE FROM factor WHERE account = ?1 AND kind = 'recovery'"));
    part_query_text(q, 1, owner->account->id);
    return part_query_run(q);
}

sk_err
accounts_factor_codes_make(sk_str codes[ACCOUNTS_RECOVERY_CODES],
                           const struct accounts_owner *owner)
{
    struct accounts_bound bound = codes_bound(owner);
    uint32_t newest = accounts_keys_newest(owner->keys);
    sk_str id;
    TRY(codes_end(owner));
    for (int i = 0; i < ACCOUNTS_RECOVERY_CODES; i++) {
        struct accounts_factor_row row = { .kind = "recovery", .state = "active" };
        codes[i] = accounts_recovery_new(owner->mem);
        TRY(accounts_recovery_hash(&row.secret, owner->mem, owner->keys, newest, &bound, codes[i]));
        TRY(accounts_factor_row_add(&id, owner, &row));
    }
    return sk_ok();
}

sk_err
accounts_factor_codes_left(int64_t *left, struct part_store *store, sk_str account)
{
    struct accounts_owner owner = { .store = store, .account = &(struct account){ .id = account } };
    return accounts_factor_row_count(left, &owner, "recovery");
}

/* Used, not removed: so that the list of how many are left is true, and a second use is none. */
static sk_err
hash_use(bool *right, const struct accounts_owner *owner, sk_str hash)
{
    struct part_query *q;
    TRY(part_store_query(&q, owner->store,
                         "UPDATE factor SET state = 'used', used = ?3 WHERE account = ?1"
                         " AND kind = 'recovery' AND state = 'active' AND secret = ?2"));
    part_query_text(q, 1, owner->account->id);
    part_query_text(q, 2, hash);
    part_query_int(q, 3, owner->now);
    TRY(part_query_run(q));
    *right = part_store_changed(owner->store) > 0;
    return sk_ok();
}

sk_err
accounts_factor_codes_try(bool *right, const struct accounts_owner *owner, sk_str code)
{
    struct accounts_bound bound = codes_bound(owner);
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    size_t count = accounts_keys_numbers(numbers, owner->keys);
    *right = false;
    for (size_t i = 0; i < count && !*right; i++) {
        sk_str hash;
        sk_err e = accounts_recovery_hash(&hash, owner->mem, owner->keys, numbers[i], &bound, code);
        if (e.kind == SK_BAD) return sk_ok(); /* not of the form: as wrong as any other */
        TRY(e);
        TRY(hash_use(right, owner, hash));
    }
    return sk_ok();
}
