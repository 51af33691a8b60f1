#include "keeper/value.h"

#include "keeper/keys_inner.h"

#include <inttypes.h>

enum { FORM = 1, HEAD = 1 + 4 };

_Static_assert(HEAD + KEEPER_CIPHER_MORE == KEEPER_SEALED_MORE, "as keeper.h says");

static struct keeper_bound
bound_of(const struct keeper_place *p)
{
    sk_str file = keeper_id_str(p->case_id);

    return keeper_bound_of("value|%.*s|%.24s|%.*s|%.24s|%" PRIu32 "|%" PRIu32, SK_ARG(p->tenant),
                           p->person_id->text, SK_ARG(file), p->value_id->text, p->kind,
                           p->version);
}

sk_err
keeper_value_seal(sk_str *sealed, sk_arena *mem, const struct keeper_place *place, uint32_t number,
                  const struct keeper_key *key, sk_str text)
{
    struct keeper_bound bound = bound_of(place);
    unsigned char *out = sk_alloc(mem, text.n + KEEPER_SEALED_MORE);

    out[0] = FORM;
    for (int i = 0; i < 4; i++)
        out[1 + i] = (unsigned char)(number >> 8 * (3 - i));
    *sealed = (sk_str){ (const char *)out, text.n + KEEPER_SEALED_MORE };
    return keeper_cipher_seal(out + HEAD, key, keeper_bound_str(&bound), text);
}

uint32_t
keeper_value_number(sk_str sealed)
{
    uint32_t number = 0;

    if (sealed.n < KEEPER_SEALED_MORE || sealed.p[0] != FORM) return 0;
    for (int i = 1; i < HEAD; i++)
        number = number << 8 | (unsigned char)sealed.p[i];
    return number;
}

sk_err
keeper_value_open(sk_str *text, sk_arena *mem, const struct keeper_place *place,
                  const struct keeper_key *key, sk_str sealed)
{
    struct keeper_bound bound = bound_of(place);
    unsigned char *out;

    if (!keeper_value_number(sealed)) return sk_fail(SK_BAD, "it is no sealed value");
    out = sk_alloc(mem, sealed.n);
    *text = (sk_str){ (const char *)out, sealed.n - KEEPER_SEALED_MORE };
    return keeper_cipher_open(out, key, keeper_bound_str(&bound), sk_str_from(sealed, HEAD));
}

struct keeper_id
keeper_value_mark(sk_str sealed)
{
    struct keeper_id mark = { { 0 } };

    if (sealed.n >= sizeof mark.text)
        memcpy(mark.text, sealed.p + sealed.n - sizeof mark.text, sizeof mark.text);
    return mark;
}
