#include "accounts/recovery.h"

#include "accounts/digits.h"

enum { GROUP = 4 /* letters between hyphens */ };

sk_str
accounts_recovery_new(sk_arena *mem)
{
    sk_str c = accounts_base32_new(mem, ACCOUNTS_RECOVERY_LETTERS);
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < c.n; i += GROUP)
        sk_buf_printf(&out, "%s%.*s", i ? "-" : "", GROUP, c.p + i);
    explicit_bzero((void *)c.p, c.n);
    return sk_buf_str(&out);
}

sk_err
accounts_recovery_hash(sk_str *hash, sk_arena *mem, const struct accounts_keys *keys,
                       uint32_t number, const struct accounts_bound *bound, sk_str code)
{
    sk_str plain = accounts_base32_read(mem, code);

    if (plain.n != ACCOUNTS_RECOVERY_LETTERS) return sk_fail(SK_BAD, "recovery.form");
    sk_str parts[] = { bound->realm, bound->tenant, bound->account, plain };
    return accounts_keyed_text(hash, mem, keys, ACCOUNTS_USE_RECOVERY, number, parts,
                               sizeof parts / sizeof *parts);
}
