#include "keeper/word_key.h"

#include "base/hash.h"
#include "keeper/keys_inner.h"

enum { PLAIN = 2 * sizeof(struct keeper_id), SELF = sizeof(struct keeper_id) + 8 };

_Static_assert(PLAIN + KEEPER_CIPHER_MORE == KEEPER_ENTRY, "as keeper.h says");

void
keeper_word_key_wipe(struct keeper_word_key *key)
{
    keeper_key_wipe(&key->naming);
    keeper_key_wipe(&key->sealing);
}

static void
word_subkey(struct keeper_key *out, const struct keeper_key *index, const char *use, uint32_t kind,
            sk_str word)
{
    char text[KEEPER_WORD_MAX + 1];

    if (word.n > KEEPER_WORD_MAX) word.n = KEEPER_WORD_MAX; /* the wire has no longer one */
    text[0] = (char)kind;
    if (word.n) memcpy(text + 1, word.p, word.n);
    keeper_subkey(out, index, use, (sk_str){ text, word.n + 1 });
    explicit_bzero(text, sizeof text);
}

void
keeper_word_key(struct keeper_word_key *out, const struct keeper_key *index, uint32_t kind,
                sk_str word)
{
    DEFER(keeper_key_wipe) struct keeper_key key;

    word_subkey(&key, index, "word", kind, word);
    keeper_subkey(&out->naming, &key, "naming", (sk_str){ 0 });
    keeper_subkey(&out->sealing, &key, "sealing", (sk_str){ 0 });
}

sk_err
keeper_entry_seal(unsigned char entry[KEEPER_ENTRY], const struct keeper_word_key *key,
                  const struct keeper_id *person_id, const struct keeper_id *value_id)
{
    struct keeper_id plain[2] = { *person_id, *value_id };

    return keeper_cipher_seal(entry, &key->sealing, (sk_str){ 0 },
                              (sk_str){ (const char *)plain, sizeof plain });
}

bool
keeper_entry_open(struct keeper_found_value *value, const struct keeper_word_key *key,
                  const unsigned char entry[KEEPER_ENTRY])
{
    struct keeper_id plain[2];

    if (sk_failed(keeper_cipher_open((unsigned char *)plain, &key->sealing, (sk_str){ 0 },
                                     (sk_str){ (const char *)entry, KEEPER_ENTRY })))
        return false;
    *value = (struct keeper_found_value){ plain[0], plain[1] };
    return true;
}

void
keeper_word_token(unsigned char token[KEEPER_TOKEN], const struct keeper_key *index, uint32_t kind,
                  sk_str word)
{
    DEFER(keeper_key_wipe) struct keeper_key key;

    word_subkey(&key, index, "token", kind, word);
    memcpy(token, key.byte, KEEPER_TOKEN);
}

/* ── self ── */

static struct keeper_bound
self_bound(sk_str tenant, sk_str site)
{
    return keeper_bound_of("self|%.*s|%.*s", SK_ARG(tenant), SK_ARG(site));
}

sk_err
keeper_self_write(sk_str *self, sk_arena *mem, const struct keeper_key *index, sk_str tenant,
                  sk_str site, const struct keeper_id *person_id, sk_when now)
{
    DEFER(keeper_key_wipe) struct keeper_key key;
    struct keeper_bound bound = self_bound(tenant, site);
    uint64_t until = (uint64_t)(now + KEEPER_SELF_LIFE);
    unsigned char plain[SELF], sealed[SELF + KEEPER_CIPHER_MORE];

    memcpy(plain, person_id, sizeof *person_id);
    for (size_t i = 0; i < 8; i++)
        plain[sizeof *person_id + i] = (unsigned char)(until >> 8 * (7 - i));
    keeper_subkey(&key, index, "self", (sk_str){ 0 });
    TRY(keeper_cipher_seal(sealed, &key, keeper_bound_str(&bound),
                           (sk_str){ (const char *)plain, sizeof plain }));
    *self = sk_str_printf(
        mem, "v1.%.*s", SK_ARG(sk_base64url(mem, (sk_str){ (const char *)sealed, sizeof sealed })));
    return sk_ok();
}

bool
keeper_self_read(struct keeper_id *person_id, sk_arena *mem, const struct keeper_key *index,
                 sk_str tenant, sk_str site, sk_str self, sk_when now)
{
    DEFER(keeper_key_wipe) struct keeper_key key;
    struct keeper_bound bound = self_bound(tenant, site);
    unsigned char plain[SELF];
    uint64_t until = 0;
    sk_str sealed;

    if (!sk_str_starts(self, SK_STR("v1.")) ||
        !sk_unbase64url(mem, &sealed, sk_str_from(self, 3)) ||
        sealed.n != SELF + KEEPER_CIPHER_MORE)
        return false;
    keeper_subkey(&key, index, "self", (sk_str){ 0 });
    if (sk_failed(keeper_cipher_open(plain, &key, keeper_bound_str(&bound), sealed))) return false;
    for (size_t i = 0; i < 8; i++)
        until = until << 8 | plain[sizeof *person_id + i];
    if (until < (uint64_t)now) return false;
    memcpy(person_id, plain, sizeof *person_id);
    return true;
}
