/* The root key wraps the tenants' keys and nothing else. Where it lies is a row of a table: a file,
 * a file sealed by a passphrase, or a token that never gives it away (PKCS#11). There may be
 * several at a time, by numbers, while one is exchanged for the next: the newest wraps, all unwrap.
 */
#ifndef SK_KEEPER_ROOT_H
#define SK_KEEPER_ROOT_H

#include "keeper/cipher.h"

enum { KEEPER_ROOTS_MAX = 4 };

/* Borrowed strings. */
struct keeper_root_setting {
    sk_str kind;        /* "file", "passphrase", "pkcs11"; empty: file */
    const char *folder; /* STATE/keeper */
    sk_str file;     /* somebody else's key file, which we do not write; empty: folder/root.key */
    sk_str module;   /* PKCS#11: path of the library */
    sk_str token;    /* ... label */
    sk_str pin;      /* ... a file with the user's PIN */
    uint32_t rounds; /* of a new passphrase's PBKDF2; 0: KEEPER_ROOT_ROUNDS */
};
/* OWASP's figure for PBKDF2-HMAC-SHA-512 is 210,000; this is about 0.4 s on our machine. */
enum { KEEPER_ROOT_ROUNDS = 600000, KEEPER_ROOT_ROUNDS_LEAST = 1000 };

struct keeper_root;

/* Makes the key where there is none. A passphrase is not yet there, and a token may be away:
 * keeper_root_is_sealed. SK_DENIED: others may read the file; SK_BAD: not of its form. Yours:
 * keeper_root_close. */
sk_err keeper_root_open(struct keeper_root **root,
                        const struct keeper_root_setting *setting) SK_CHECKED;
void keeper_root_close(struct keeper_root **root); /* NULL is allowed; wipes */

const char *keeper_root_kind(const struct keeper_root *root);
/* A token that is away is looked for again, once a second at most. */
bool keeper_root_is_sealed(struct keeper_root *root);
/* Why it is sealed and what opens it, in one sentence; on `mem`. Empty: it is open. */
sk_str keeper_root_why(sk_arena *mem, struct keeper_root *root);
/* The first passphrase of all makes the key. SK_DENIED: it is another; takes half a second. */
sk_err keeper_root_unseal(struct keeper_root *root, sk_str phrase) SK_CHECKED;

/* With the newest, whose number is told. */
sk_err keeper_root_wrap(struct keeper_wrapped *out, uint32_t *number, struct keeper_root *root,
                        sk_str bound, const struct keeper_key *key) SK_CHECKED;
/* SK_MISSING: the root of this number is gone. */
sk_err keeper_root_unwrap(struct keeper_key *key, struct keeper_root *root, uint32_t number,
                          sk_str bound, const struct keeper_wrapped *wrapped) SK_CHECKED;

uint32_t keeper_root_newest(struct keeper_root *root);
/* A new key, on disk, and the newest from now on. `phrase`: for a passphrase, a new one; empty: the
 * same. SK_BAD: the file is somebody else's, who must add it. */
sk_err keeper_root_add(struct keeper_root *root, sk_str phrase) SK_CHECKED;
/* Forgets all but the newest, on disk too. */
sk_err keeper_root_drop_older(struct keeper_root *root) SK_CHECKED;

/* ── for the rows ── */

struct keeper_root_row {
    const char *name;
    /* `self` is the row's own. */
    sk_err (*open)(void **self, const struct keeper_root_setting *setting);
    void (*close)(void *self);
    bool (*is_sealed)(void *self);                  /* NULL: never */
    sk_str (*why)(sk_arena *mem, const void *self); /* with is_sealed */
    sk_err (*unseal)(void *self, sk_str phrase);
    sk_err (*wrap)(struct keeper_wrapped *out, uint32_t *number, void *self, sk_str bound,
                   const struct keeper_key *key);
    sk_err (*unwrap)(struct keeper_key *key, void *self, uint32_t number, sk_str bound,
                     const struct keeper_wrapped *wrapped);
    uint32_t (*newest)(const void *self);
    sk_err (*add)(void *self, sk_str phrase);
    sk_err (*drop_older)(void *self);
};
extern const struct keeper_root_row keeper_root_file, keeper_root_phrase, keeper_root_pkcs11;

/* Keys by number, newest last, in pages of their own; what file and passphrase keep. */
struct keeper_ring {
    struct {
        uint32_t number;
        struct keeper_key key;
    } row[KEEPER_ROOTS_MAX];
    size_t count;
};
struct keeper_ring *keeper_ring_new(void);
void keeper_ring_free(struct keeper_ring *ring);
/* Lines "NUMBER 64-HEX-DIGITS\n". SK_BAD with the line's number. */
sk_err keeper_ring_read(struct keeper_ring *ring, sk_str text) SK_CHECKED;
/* On `mem`, which the caller wipes. */
sk_str keeper_ring_write(sk_arena *mem, const struct keeper_ring *ring);
sk_err keeper_ring_add(struct keeper_ring *ring) SK_CHECKED;
void keeper_ring_drop_older(struct keeper_ring *ring);
sk_err keeper_ring_wrap(struct keeper_wrapped *out, uint32_t *number,
                        const struct keeper_ring *ring, sk_str bound,
                        const struct keeper_key *key) SK_CHECKED;
sk_err keeper_ring_unwrap(struct keeper_key *key, const struct keeper_ring *ring, uint32_t number,
                          sk_str bound, const struct keeper_wrapped *wrapped) SK_CHECKED;

/* The whole file anew, beside its place and then there, mode 0400; the old bytes are overwritten.
 */
sk_err keeper_root_file_put(const char *path, sk_str text) SK_CHECKED;
/* SK_DENIED where others may read it. */
sk_err keeper_root_file_get(sk_str *text, sk_arena *mem, const char *path) SK_CHECKED;

#endif
