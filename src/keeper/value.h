/* One sealed value: 2 | key number (4) | nonce (12) | ciphertext | tag (16), bound to whose it is,
 * its kind, version and id. What is sealed is the text's length (2), the text, and zeros up to one
 * of a few sizes, so that a copy does not show how long a name is. */
#ifndef SK_KEEPER_VALUE_H
#define SK_KEEPER_VALUE_H

#include "keeper/cipher.h"
#include "keeper/keeper.h"

struct keeper_place {
    sk_str tenant;
    const struct keeper_id *person_id, *case_id, *value_id;
    uint32_t kind, version;
};

/* Bytes that a text of this length has when it is sealed: of one size for nearly all of its kind,
 * then doubled. At most KEEPER_PADDED_MAX. */
size_t keeper_value_padded(uint32_t kind, size_t text);

/* SK_FULL: the text is longer than KEEPER_TEXT_MAX. */
sk_err keeper_value_seal(sk_str *sealed, sk_arena *mem, const struct keeper_place *place,
                         uint32_t number, const struct keeper_key *key, sk_str text) SK_CHECKED;
/* The number of the key; 0: it is no sealed value. */
uint32_t keeper_value_number(sk_str sealed);
sk_err keeper_value_open(sk_str *text, sk_arena *mem, const struct keeper_place *place,
                         const struct keeper_key *key, sk_str sealed) SK_CHECKED;
/* What an earning names: this ciphertext and no other of the same value. */
struct keeper_id keeper_value_mark(sk_str sealed);

#endif
