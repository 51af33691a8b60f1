#include "accounts/id.h"

sk_str
accounts_id_new(sk_arena *mem, const char *kind)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned char bytes[ACCOUNTS_ID_DIGITS];
    char text[ACCOUNTS_ID_DIGITS];
    sk_random(bytes, sizeof bytes);
    for (int i = 0; i < ACCOUNTS_ID_DIGITS; i++)
        text[i] = digits[bytes[i] & 31];
    return sk_str_printf(mem, "%s_%.*s", kind, ACCOUNTS_ID_DIGITS, text);
}

bool
accounts_id_is(sk_str id, const char *kind)
{
    sk_str prefix = sk_str_of(kind);
    if (!sk_str_starts(id, prefix) || id.n != prefix.n + 1 + ACCOUNTS_ID_DIGITS ||
        id.p[prefix.n] != '_')
        return false;
    for (size_t i = prefix.n + 1; i < id.n; i++)
        if (!memchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", id.p[i], 32)) return false;
    return true;
}

static sk_str
digest_of(sk_arena *mem, sk_str text)
{
    unsigned char digest[SK_SHA256];
    sk_sha256(digest, text);
    return sk_str_copy(mem, (sk_str){ (const char *)digest, sizeof digest });
}

struct accounts_secret
accounts_secret_new(sk_arena *mem)
{
    unsigned char bytes[ACCOUNTS_SECRET];
    sk_random(bytes, sizeof bytes);
    sk_str text = sk_hex(mem, (sk_str){ (const char *)bytes, sizeof bytes });
    explicit_bzero(bytes, sizeof bytes);
    return (struct accounts_secret){ text, digest_of(mem, text) };
}

bool
accounts_secret_read(sk_str *digest, sk_arena *mem, sk_str text)
{
    if (text.n != ACCOUNTS_SECRET * 2) return false;
    for (size_t i = 0; i < text.n; i++)
        if (!memchr("0123456789abcdef", text.p[i], 16)) return false;
    *digest = digest_of(mem, text);
    return true;
}
