/* The index's keys of one word, all from the tenant's index key. */
#ifndef SK_KEEPER_WORD_KEY_H
#define SK_KEEPER_WORD_KEY_H

#include "keeper/cipher.h"
#include "keeper/keeper.h"

struct keeper_word_key {
    struct keeper_key naming, sealing;
};
void keeper_word_key_wipe(struct keeper_word_key *key); /* for DEFER */
void keeper_word_key(struct keeper_word_key *out, const struct keeper_key *index, uint32_t kind,
                     sk_str word);
sk_err keeper_entry_seal(unsigned char entry[KEEPER_ENTRY], const struct keeper_word_key *key,
                         const struct keeper_id *person_id,
                         const struct keeper_id *value_id) SK_CHECKED;
/* False: it is none of this word's. */
bool keeper_entry_open(struct keeper_found_value *value, const struct keeper_word_key *key,
                       const unsigned char entry[KEEPER_ENTRY]);
/* Bytes for the token of a value of this word. */
void keeper_word_token(unsigned char token[KEEPER_TOKEN], const struct keeper_key *index,
                       uint32_t kind, sk_str word);

/* What names a browser's own person: v1.BASE64URL, sealed, until KEEPER_SELF_LIFE from `now`. */
sk_err keeper_self_write(sk_str *self, sk_arena *mem, const struct keeper_key *index, sk_str tenant,
                         sk_str site, const struct keeper_id *person_id, sk_when now) SK_CHECKED;
/* False: of another site or tenant, forged, expired. */
bool keeper_self_read(struct keeper_id *person_id, sk_arena *mem, const struct keeper_key *index,
                      sk_str tenant, sk_str site, sk_str self, sk_when now);

#endif
