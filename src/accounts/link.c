#include "accounts/link.h"

#include "base/hash.h"

sk_str
accounts_link_new(sk_arena *mem)
{
    char bytes[ACCOUNTS_LINK_BYTES];

    sk_random(bytes, sizeof bytes);
    sk_str token = sk_base64url(mem, (sk_str){ bytes, sizeof bytes });
    explicit_bzero(bytes, sizeof bytes);
    return token;
}

sk_err
accounts_link_hash(sk_str *hash, sk_arena *mem, const struct accounts_keys *keys, uint32_t number,
                   sk_str purpose, sk_str token)
{
    sk_str bytes;

    if (token.n != ACCOUNTS_LINK_TEXT || !sk_unbase64url(mem, &bytes, token))
        return sk_fail(SK_BAD, "not of the form of a link");
    sk_str parts[] = { purpose, bytes };
    return accounts_keyed_text(hash, mem, keys, ACCOUNTS_USE_LINK, number, parts,
                               sizeof parts / sizeof *parts);
}

bool
accounts_link_alive(const struct accounts_link *link, sk_when now)
{
    return !link->used && now < link->until;
}
