#include "accounts/challenge.h"

#include "base/hash.h"

enum { RANDOM = 24, TIME = 8, MAC = 16, BYTES = TIME + RANDOM + MAC };

static sk_err
mac_of(unsigned char mac[ACCOUNTS_KEYED], const struct accounts_keys *keys, uint32_t number,
       const char *purpose, sk_str binding, const unsigned char *bytes)
{
    sk_str parts[] = {
        SK_STR("challenge"), sk_str_of(purpose), binding, { (const char *)bytes, TIME + RANDOM }
    };

    return accounts_keyed(mac, keys, ACCOUNTS_USE_LINK, number, parts,
                          sizeof parts / sizeof *parts);
}

sk_err
accounts_challenge_new(sk_str *text, sk_arena *mem, const struct accounts_keys *keys,
                       const char *purpose, sk_str binding, sk_when now)
{
    unsigned char bytes[BYTES], mac[ACCOUNTS_KEYED];

    for (int i = 0; i < TIME; i++)
        bytes[i] = (unsigned char)((uint64_t)now >> (56 - 8 * i));
    sk_random(bytes + TIME, RANDOM);
    TRY(mac_of(mac, keys, accounts_keys_newest(keys), purpose, binding, bytes));
    memcpy(bytes + TIME + RANDOM, mac, MAC);
    *text = sk_base64url(mem, (sk_str){ (const char *)bytes, BYTES });
    return sk_ok();
}

static sk_when
time_of(const unsigned char *bytes)
{
    uint64_t time = 0;

    for (int i = 0; i < TIME; i++)
        time = time << 8 | bytes[i];
    return (sk_when)time;
}

/* It lives minutes, so the newest key and the one before are all that can have made it; all are
 * tried. */
static bool
is_ours(const struct accounts_keys *keys, const char *purpose, sk_str binding,
        const unsigned char *bytes)
{
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    unsigned char mac[ACCOUNTS_KEYED];
    size_t count = accounts_keys_numbers(numbers, keys);

    for (size_t i = 0; i < count; i++)
        if (!sk_failed(mac_of(mac, keys, numbers[i], purpose, binding, bytes)) &&
            sk_str_eq_secret((sk_str){ (const char *)mac, MAC },
                             (sk_str){ (const char *)bytes + TIME + RANDOM, MAC }))
            return true;
    return false;
}

sk_err
accounts_challenge_check(const struct accounts_keys *keys, const char *purpose, sk_str binding,
                         sk_str text, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str bytes;

    if (text.n != ACCOUNTS_CHALLENGE_TEXT || !sk_unbase64url(mem, &bytes, text))
        return sk_fail(SK_DENIED, "not of the form of a challenge");
    const unsigned char *p = (const unsigned char *)bytes.p;
    if (!is_ours(keys, purpose, binding, p)) return sk_fail(SK_DENIED, "not a challenge of ours");
    sk_when age = now - time_of(p);
    return age >= 0 && age < ACCOUNTS_CHALLENGE_LIFE ? sk_ok()
                                                     : sk_fail(SK_DENIED, "a challenge too old");
}
