#include "keeper/value.h"

#include "keeper/keys_inner.h"

#include <inttypes.h>

enum { FORM = 2, HEAD = 1 + 4, LENGTH = 2 };

_Static_assert(HEAD + KEEPER_CIPHER_MORE == KEEPER_SEALED_MORE, "as keeper.h says");

/* Sizes that nearly all values of a kind fit into (a character of Japanese has three bytes), so
 * that they do not differ; the kind itself is no secret. Longer ones double: of all texts up to
 * 4,096 bytes there are at most nine sizes. Padmé (Nikitin et al., "Reducing Metadata Leakage from
 * Encrypted Files and Communication with PURBs", PETS 2019) wastes less, at most an eighth, but
 * tells nearly all of a short text's length, and ours are short. */
static const size_t sizes[PERSONAL_KINDS] = {
    [PERSONAL_NAME] = 64,  [PERSONAL_READING] = 64,  [PERSONAL_PHONE] = 32,
    [PERSONAL_EMAIL] = 64, [PERSONAL_ADDRESS] = 256, [PERSONAL_BIRTHDAY] = 32,
    [PERSONAL_BANK] = 128, [PERSONAL_NOTE] = 256,
};

size_t
keeper_value_padded(uint32_t kind, size_t text)
{
    size_t size = kind < PERSONAL_KINDS && sizes[kind] ? sizes[kind] : 256;

    while (size < text + LENGTH)
        size *= 2;
    return size < KEEPER_PADDED_MAX ? size : KEEPER_PADDED_MAX;
}

static struct keeper_bound
bound_of(const struct keeper_place *p)
{
    sk_str file = keeper_id_str(p->case_id);

    return keeper_bound_of("value|%.*s|%.24s|%.*s|%.24s|%" PRIu32 "|%" PRIu32, SK_ARG(p->tenant),
                           p->person_id->text, SK_ARG(file), p->value_id->text, p->kind,
                           p->version);
}

/* Length, text, zeros. */
static sk_str
pad(sk_arena *mem, uint32_t kind, sk_str text)
{
    size_t n = keeper_value_padded(kind, text.n);
    char *out = sk_zalloc(mem, n);

    out[0] = (char)(text.n >> 8);
    out[1] = (char)text.n;
    if (text.n) memcpy(out + LENGTH, text.p, text.n);
    return (sk_str){ out, n };
}

sk_err
keeper_value_seal(sk_str *sealed, sk_arena *mem, const struct keeper_place *place, uint32_t number,
                  const struct keeper_key *key, sk_str text)
{
    struct keeper_bound bound = bound_of(place);
    unsigned char *out;
    sk_str padded;

    if (text.n > KEEPER_TEXT_MAX) return sk_fail(SK_FULL, "a value is longer than may be");
    padded = pad(mem, place->kind, text);
    out = sk_alloc(mem, padded.n + KEEPER_SEALED_MORE);
    out[0] = FORM;
    for (int i = 0; i < 4; i++)
        out[1 + i] = (unsigned char)(number >> 8 * (3 - i));
    *sealed = (sk_str){ (const char *)out, padded.n + KEEPER_SEALED_MORE };
    return keeper_cipher_seal(out + HEAD, key, keeper_bound_str(&bound), padded);
}

uint32_t
keeper_value_number(sk_str sealed)
{
    uint32_t number = 0;

    if (sealed.n < KEEPER_SEALED_MORE + LENGTH || sealed.p[0] != FORM) return 0;
    for (int i = 1; i < HEAD; i++)
        number = number << 8 | (unsigned char)sealed.p[i];
    return number;
}

/* Of what this key has sealed, so its length is ours. */
static sk_err
unpad(sk_str *text, sk_str padded)
{
    size_t n = (size_t)(unsigned char)padded.p[0] << 8 | (unsigned char)padded.p[1];

    if (n > padded.n - LENGTH) return sk_fail(SK_BROKEN, "a sealed value's length is none");
    *text = (sk_str){ padded.p + LENGTH, n };
    return sk_ok();
}

sk_err
keeper_value_open(sk_str *text, sk_arena *mem, const struct keeper_place *place,
                  const struct keeper_key *key, sk_str sealed)
{
    struct keeper_bound bound = bound_of(place);
    unsigned char *out;

    if (!keeper_value_number(sealed)) return sk_fail(SK_BAD, "it is no sealed value");
    out = sk_alloc(mem, sealed.n);
    TRY(keeper_cipher_open(out, key, keeper_bound_str(&bound), sk_str_from(sealed, HEAD)));
    return unpad(text, (sk_str){ (const char *)out, sealed.n - KEEPER_SEALED_MORE });
}

struct keeper_id
keeper_value_mark(sk_str sealed)
{
    struct keeper_id mark = { { 0 } };

    if (sealed.n >= sizeof mark.text)
        memcpy(mark.text, sealed.p + sealed.n - sizeof mark.text, sizeof mark.text);
    return mark;
}
