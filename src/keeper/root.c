#include "keeper/root.h"

#include <pthread.h>
#include <stdlib.h>

struct keeper_root {
    const struct keeper_root_row *row;
    void *self;
    pthread_mutex_t lock;
};

static const struct keeper_root_row *const rows[] = { &keeper_root_file, &keeper_root_phrase,
                                                      &keeper_root_pkcs11 };

static void
unlock(pthread_mutex_t **lock)
{
    pthread_mutex_unlock(*lock);
}

#define LOCKED(root)                                                                               \
    DEFER(unlock) pthread_mutex_t *locked_ = &(root)->lock;                                        \
    pthread_mutex_lock(locked_)

static const struct keeper_root_row *
row_find(sk_str kind)
{
    if (kind.n == 0) return rows[0];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sk_str_eq(kind, sk_str_of(rows[i]->name))) return rows[i];
    return NULL;
}

sk_err
keeper_root_open(struct keeper_root **made, const struct keeper_root_setting *setting)
{
    const struct keeper_root_row *row = row_find(setting->kind);
    struct keeper_root *root;
    sk_err e;

    if (!row) return sk_fail(SK_BAD, "root_key is none of file, passphrase, pkcs11");
    root = calloc(1, sizeof *root);
    if (!root) return sk_fail(SK_FULL, "no memory");
    root->row = row;
    pthread_mutex_init(&root->lock, NULL);
    e = row->open(&root->self, setting);
    if (sk_failed(e)) {
        pthread_mutex_destroy(&root->lock);
        free(root);
        return e;
    }
    *made = root;
    return sk_ok();
}

void
keeper_root_close(struct keeper_root **root)
{
    if (!*root) return;
    (*root)->row->close((*root)->self);
    pthread_mutex_destroy(&(*root)->lock);
    free(*root);
    *root = NULL;
}

const char *
keeper_root_kind(const struct keeper_root *root)
{
    return root->row->name;
}

static bool
is_sealed(const struct keeper_root *root)
{
    return root->row->is_sealed && root->row->is_sealed(root->self);
}

static sk_err
open_check(const struct keeper_root *root)
{
    return is_sealed(root) ? sk_fail(SK_BUSY, "the keeper waits for its root key") : sk_ok();
}

bool
keeper_root_is_sealed(struct keeper_root *root)
{
    LOCKED(root);
    return is_sealed(root);
}

sk_err
keeper_root_unseal(struct keeper_root *root, sk_str phrase)
{
    LOCKED(root);
    if (!root->row->unseal) return sk_fail(SK_BAD, "this root key has no passphrase");
    return root->row->unseal(root->self, phrase);
}

sk_err
keeper_root_wrap(struct keeper_wrapped *out, uint32_t *number, struct keeper_root *root,
                 sk_str bound, const struct keeper_key *key)
{
    LOCKED(root);
    TRY(open_check(root));
    return root->row->wrap(out, number, root->self, bound, key);
}

sk_err
keeper_root_unwrap(struct keeper_key *key, struct keeper_root *root, uint32_t number, sk_str bound,
                   const struct keeper_wrapped *wrapped)
{
    LOCKED(root);
    TRY(open_check(root));
    return root->row->unwrap(key, root->self, number, bound, wrapped);
}

sk_str
keeper_root_why(sk_arena *mem, struct keeper_root *root)
{
    LOCKED(root);
    return is_sealed(root) ? root->row->why(mem, root->self) : (sk_str){ 0 };
}

uint32_t
keeper_root_newest(struct keeper_root *root)
{
    LOCKED(root);
    return is_sealed(root) ? 0 : root->row->newest(root->self);
}

sk_err
keeper_root_add(struct keeper_root *root, sk_str phrase)
{
    LOCKED(root);
    TRY(open_check(root));
    return root->row->add(root->self, phrase);
}

sk_err
keeper_root_drop_older(struct keeper_root *root)
{
    LOCKED(root);
    TRY(open_check(root));
    return root->row->drop_older(root->self);
}
