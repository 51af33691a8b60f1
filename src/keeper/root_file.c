/* The root key as a file that the keeper alone may read. */
#include "keeper/root.h"
#include "keeper/secret.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct file_root {
    struct keeper_ring *ring;
    char path[PATH_MAX];
    bool is_ours; /* we made it, and may write it */
};

static void
scratch_close(struct keeper_scratch **scratch)
{
    keeper_scratch_free(*scratch);
}

static sk_err
save(const struct file_root *root)
{
    DEFER(scratch_close) struct keeper_scratch *scratch = keeper_scratch_new();
    DEFER(sk_arena_close) sk_arena *mem = keeper_scratch_begin(scratch);

    return keeper_root_file_put(root->path, keeper_ring_write(mem, root->ring));
}

static sk_err
load(struct file_root *root)
{
    DEFER(scratch_close) struct keeper_scratch *scratch = keeper_scratch_new();
    DEFER(sk_arena_close) sk_arena *mem = keeper_scratch_begin(scratch);
    sk_str text;
    sk_err e = keeper_root_file_get(&text, mem, root->path);

    if (e.kind == SK_MISSING && root->is_ours) {
        TRY(keeper_ring_add(root->ring));
        return save(root);
    }
    TRY(e);
    e = keeper_ring_read(root->ring, text);
    return sk_failed(e) ? sk_fail(e.kind, "%s: %s", root->path, e.why) : sk_ok();
}

static void
file_close(void *self)
{
    struct file_root *root = self;

    keeper_ring_free(root->ring);
    free(root);
}

static sk_err
file_open(void **self, const struct keeper_root_setting *setting)
{
    struct file_root *root = calloc(1, sizeof *root);
    int n;
    sk_err e;

    if (!root) return sk_fail(SK_FULL, "no memory");
    root->ring = keeper_ring_new();
    root->is_ours = setting->file.n == 0;
    n = root->is_ours ? snprintf(root->path, sizeof root->path, "%s/root.key", setting->folder)
                      : snprintf(root->path, sizeof root->path, "%.*s", SK_ARG(setting->file));
    e = n < (int)sizeof root->path ? load(root) : sk_fail(SK_FULL, "too long a path");
    if (sk_failed(e)) {
        file_close(root);
        return e;
    }
    *self = root;
    return sk_ok();
}

static sk_err
file_wrap(struct keeper_wrapped *out, uint32_t *number, void *self, sk_str bound,
          const struct keeper_key *key)
{
    return keeper_ring_wrap(out, number, ((struct file_root *)self)->ring, bound, key);
}

static sk_err
file_unwrap(struct keeper_key *key, void *self, uint32_t number, sk_str bound,
            const struct keeper_wrapped *wrapped)
{
    return keeper_ring_unwrap(key, ((struct file_root *)self)->ring, number, bound, wrapped);
}

static uint32_t
file_newest(const void *self)
{
    const struct keeper_ring *ring = ((const struct file_root *)self)->ring;

    return ring->row[ring->count - 1].number;
}

static sk_err
file_add(void *self, sk_str phrase)
{
    struct file_root *root = self;
    sk_err e;

    if (phrase.n) return sk_fail(SK_BAD, "this root key has no passphrase");
    if (!root->is_ours)
        return root->ring->count > 1
                   ? sk_ok() /* they have added a line: the newest is to be taken */
                   : sk_fail(SK_BAD, "add a line to the file that sekisho.conf names, and reload");
    TRY(keeper_ring_add(root->ring));
    e = save(root);
    if (sk_failed(e)) keeper_key_wipe(&root->ring->row[--root->ring->count].key);
    return e;
}

static sk_err
file_drop_older(void *self)
{
    struct file_root *root = self;

    if (!root->is_ours || root->ring->count < 2) return sk_ok(); /* theirs to remove */
    keeper_ring_drop_older(root->ring);
    return save(root);
}

const struct keeper_root_row keeper_root_file = {
    .name = "file",
    .open = file_open,
    .close = file_close,
    .wrap = file_wrap,
    .unwrap = file_unwrap,
    .newest = file_newest,
    .add = file_add,
    .drop_older = file_drop_older,
};
