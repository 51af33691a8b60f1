/* The root key in a file that a passphrase opens: root.sealed is
 *
 *     1 | rounds (4) | salt (16) | nonce (12) | ciphertext of the ring's lines | tag (16)
 *
 * under AES-256-GCM with a key by PBKDF2-HMAC-SHA-512 (NIST SP 800-132; on the CRYPTREC list are
 * its HMAC and SHA-512). That key stays in memory, like the root key that it opens, so that the
 * root can be changed without asking for the passphrase. */
#include "base/hash.h"
#include "keeper/keeper.h"
#include "keeper/root.h"
#include "keeper/secret.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum { VERSION = 1, SALT = 16, HEAD = 1 + 4 + SALT };

struct phrase_root {
    struct keeper_ring *ring;
    struct keeper_key *by; /* from the passphrase; pages of its own */
    unsigned char head[HEAD];
    uint32_t rounds; /* of a new one */
    char path[PATH_MAX];
};

static void
scratch_close(struct keeper_scratch **scratch)
{
    keeper_scratch_free(*scratch);
}

static sk_str
head_of(const struct phrase_root *root)
{
    return (sk_str){ (const char *)root->head, HEAD };
}

static void
head_new(struct phrase_root *root)
{
    root->head[0] = VERSION;
    for (int i = 0; i < 4; i++)
        root->head[1 + i] = (unsigned char)(root->rounds >> 8 * (3 - i));
    sk_random(root->head + 5, SALT);
}

static sk_err
stretch(struct phrase_root *root, sk_str phrase)
{
    uint32_t rounds = 0;

    for (int i = 0; i < 4; i++)
        rounds = rounds << 8 | root->head[1 + i];
    if (root->head[0] != VERSION || rounds < KEEPER_ROOT_ROUNDS_LEAST || rounds > INT32_MAX)
        return sk_fail(SK_BAD, "%s is not of its form", root->path);
    if (PKCS5_PBKDF2_HMAC(phrase.p, (int)phrase.n, root->head + 5, SALT, (int)rounds, EVP_sha512(),
                          KEEPER_KEY, root->by->byte) != 1)
        return sk_fail(SK_BROKEN, "PBKDF2 fails");
    return sk_ok();
}

static sk_err
save(const struct phrase_root *root)
{
    DEFER(scratch_close) struct keeper_scratch *scratch = keeper_scratch_new();
    DEFER(sk_arena_close) sk_arena *mem = keeper_scratch_begin(scratch);
    sk_str lines = keeper_ring_write(mem, root->ring);
    size_t n = HEAD + lines.n + KEEPER_CIPHER_MORE;
    unsigned char *file = sk_alloc(mem, n);

    memcpy(file, root->head, HEAD);
    TRY(keeper_cipher_seal(file + HEAD, root->by, head_of(root), lines));
    return keeper_root_file_put(root->path, (sk_str){ (const char *)file, n });
}

static void
forget(struct phrase_root *root)
{
    keeper_key_wipe(root->by);
    explicit_bzero(root->ring, sizeof *root->ring);
}

static sk_err
phrase_check(sk_str phrase)
{
    if (phrase.n >= KEEPER_PHRASE_LEAST && phrase.n <= KEEPER_PHRASE_MAX) return sk_ok();
    return sk_fail(SK_BAD, "a passphrase has %d to %d bytes", KEEPER_PHRASE_LEAST,
                   KEEPER_PHRASE_MAX);
}

static sk_err
first(struct phrase_root *root, sk_str phrase)
{
    TRY(phrase_check(phrase));
    head_new(root);
    TRY(stretch(root, phrase));
    TRY(keeper_ring_add(root->ring));
    return save(root);
}

static sk_err
file_open(struct phrase_root *root, sk_arena *mem, sk_str file, sk_str phrase)
{
    if (file.n < HEAD + KEEPER_CIPHER_MORE) return sk_fail(SK_BAD, "%s is cut", root->path);
    memcpy(root->head, file.p, HEAD);
    TRY(stretch(root, phrase));
    size_t n = file.n - HEAD - KEEPER_CIPHER_MORE;
    unsigned char *lines = sk_alloc(mem, n + 1);
    if (sk_failed(keeper_cipher_open(lines, root->by, head_of(root), sk_str_from(file, HEAD))))
        return sk_fail(SK_DENIED, "this is not the passphrase");
    return keeper_ring_read(root->ring, (sk_str){ (const char *)lines, n });
}

static sk_err
phrase_unseal(void *self, sk_str phrase)
{
    DEFER(scratch_close) struct keeper_scratch *scratch = keeper_scratch_new();
    DEFER(sk_arena_close) sk_arena *mem = keeper_scratch_begin(scratch);
    struct phrase_root *root = self;
    sk_str file;
    sk_err e;

    if (root->ring->count) return sk_ok();
    e = keeper_root_file_get(&file, mem, root->path);
    if (e.kind == SK_MISSING)
        e = first(root, phrase);
    else if (!sk_failed(e))
        e = file_open(root, mem, file, phrase);
    if (sk_failed(e)) forget(root);
    return e;
}

static void
phrase_close(void *self)
{
    struct phrase_root *root = self;

    keeper_ring_free(root->ring);
    keeper_pages_free(root->by, sizeof *root->by);
    free(root);
}

static sk_err
phrase_open(void **self, const struct keeper_root_setting *setting)
{
    struct phrase_root *root = calloc(1, sizeof *root);

    if (!root) return sk_fail(SK_FULL, "no memory");
    root->rounds = setting->rounds ? setting->rounds : KEEPER_ROOT_ROUNDS;
    if (snprintf(root->path, sizeof root->path, "%s/root.sealed", setting->folder) >=
        (int)sizeof root->path) {
        free(root);
        return sk_fail(SK_FULL, "too long a path");
    }
    root->ring = keeper_ring_new();
    root->by = keeper_pages_new(sizeof *root->by);
    *self = root;
    return sk_ok();
}

static bool
phrase_is_sealed(void *self)
{
    return ((const struct phrase_root *)self)->ring->count == 0;
}

static sk_str
phrase_why(sk_arena *mem, const void *self)
{
    (void)mem, (void)self;
    return SK_STR("the root key's passphrase is awaited: sekisho vault unseal");
}

static sk_err
phrase_wrap(struct keeper_wrapped *out, uint32_t *number, void *self, sk_str bound,
            const struct keeper_key *key)
{
    return keeper_ring_wrap(out, number, ((struct phrase_root *)self)->ring, bound, key);
}

static sk_err
phrase_unwrap(struct keeper_key *key, void *self, uint32_t number, sk_str bound,
              const struct keeper_wrapped *wrapped)
{
    return keeper_ring_unwrap(key, ((struct phrase_root *)self)->ring, number, bound, wrapped);
}

static uint32_t
phrase_newest(const void *self)
{
    const struct keeper_ring *ring = ((const struct phrase_root *)self)->ring;

    return ring->row[ring->count - 1].number;
}

static sk_err
phrase_add(void *self, sk_str phrase)
{
    struct phrase_root *root = self;
    sk_err e;

    if (phrase.n) TRY(phrase_check(phrase));
    TRY(keeper_ring_add(root->ring));
    DEFER(keeper_key_wipe) struct keeper_key had = *root->by;
    unsigned char had_head[HEAD];
    memcpy(had_head, root->head, HEAD);
    if (phrase.n) head_new(root);
    e = phrase.n ? stretch(root, phrase) : sk_ok();
    if (!sk_failed(e)) e = save(root);
    if (!sk_failed(e)) return e;
    keeper_key_wipe(&root->ring->row[--root->ring->count].key);
    memcpy(root->head, had_head, HEAD);
    *root->by = had;
    return e;
}

static sk_err
phrase_drop_older(void *self)
{
    struct phrase_root *root = self;

    if (root->ring->count < 2) return sk_ok();
    keeper_ring_drop_older(root->ring);
    return save(root);
}

const struct keeper_root_row keeper_root_phrase = {
    .name = "passphrase",
    .open = phrase_open,
    .close = phrase_close,
    .is_sealed = phrase_is_sealed,
    .why = phrase_why,
    .unseal = phrase_unseal,
    .wrap = phrase_wrap,
    .unwrap = phrase_unwrap,
    .newest = phrase_newest,
    .add = phrase_add,
    .drop_older = phrase_drop_older,
};
