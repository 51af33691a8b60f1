#include "accounts/code.h"

#include "accounts/digits.h"

sk_str
accounts_code_new(sk_arena *mem, size_t digits)
{
    if (digits < ACCOUNTS_CODE_DIGITS_LEAST) digits = ACCOUNTS_CODE_DIGITS_LEAST;
    if (digits > ACCOUNTS_CODE_DIGITS_MOST) digits = ACCOUNTS_CODE_DIGITS_MOST;
    return accounts_digits_new(mem, digits);
}

static sk_err
hash_by(sk_str *hash, sk_arena *mem, const struct accounts_keys *keys, uint32_t number,
        const struct accounts_bound *bound, sk_str code)
{
    sk_str parts[] = { bound->kind, bound->realm, bound->tenant, bound->account, code };

    return accounts_keyed_text(hash, mem, keys, ACCOUNTS_USE_CODE, number, parts,
                               sizeof parts / sizeof *parts);
}

sk_err
accounts_code_hash(sk_str *hash, sk_arena *mem, const struct accounts_keys *keys,
                   const struct accounts_bound *bound, sk_str code)
{
    return hash_by(hash, mem, keys, accounts_keys_newest(keys), bound, code);
}

static bool
is_over(const struct accounts_code *row, sk_when now)
{
    return row->used || row->tries >= ACCOUNTS_CODE_TRIES || now < row->made ||
           now - row->made >= ACCOUNTS_CODE_AGE;
}

enum accounts_code_verdict
accounts_code_try(struct accounts_code *row, const struct accounts_keys *keys,
                  const struct accounts_bound *bound, sk_str typed, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str digits = accounts_digits_read(mem, typed), hash;

    if (is_over(row, now)) return ACCOUNTS_CODE_OVER;
    sk_err e = hash_by(&hash, mem, keys, accounts_keyed_by(row->hash), bound, digits);
    if (!sk_failed(e) && sk_str_eq_secret(hash, row->hash)) {
        row->used = true;
        return ACCOUNTS_CODE_RIGHT;
    }
    row->tries++;
    return row->tries >= ACCOUNTS_CODE_TRIES ? ACCOUNTS_CODE_OVER : ACCOUNTS_CODE_WRONG;
}
