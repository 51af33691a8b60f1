/* Checkpoints: the tree's size and root as a signed note. Pure.
 * https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H

#include "base/sign.h"
#include "ledger/tree.h"

enum { LEDGER_ORIGIN_MAX = 200, LEDGER_NOTE_MAX = 64 * 1024 };

/* Who signs. The origin is the log's name and the key's, too. */
struct ledger_key {
    char origin[LEDGER_ORIGIN_MAX + 1];
    unsigned char public[SK_SIGN_PUBLIC];
    unsigned char id[4];
};

struct ledger_checkpoint {
    uint64_t size;
    struct ledger_hash root;
};

/* An origin may not be empty, nor have blanks, control characters or '+'. SK_BAD otherwise. */
sk_err ledger_key_set(struct ledger_key *key, sk_str origin,
                      const unsigned char public[SK_SIGN_PUBLIC]) SK_CHECKED;
/* "origin+id+base64", without line end; and back. SK_BAD when it is no Ed25519 key of that form or
 * its id is not the one that it must have. */
void ledger_vkey_write(struct sk_buf *out, const struct ledger_key *key);
sk_err ledger_vkey_read(struct ledger_key *key, sk_str text) SK_CHECKED;

/* Appends the note. */
sk_err ledger_checkpoint_write(struct sk_buf *out, const struct ledger_checkpoint *checkpoint,
                               const struct ledger_key *key,
                               const unsigned char seed[SK_SIGN_SEED]) SK_CHECKED;
/* Takes only a checkpoint of this origin that this key has signed; other signatures beside it are
 * passed over. SK_BAD with what is wrong. */
sk_err ledger_checkpoint_read(struct ledger_checkpoint *checkpoint, sk_str note,
                              const struct ledger_key *key) SK_CHECKED;

#endif
