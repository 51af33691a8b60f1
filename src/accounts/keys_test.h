/* An accounts key in a folder of its own, for the tests of this room. */
#ifndef SK_ACCOUNTS_KEYS_TEST_H
#define SK_ACCOUNTS_KEYS_TEST_H

#include "accounts/seal.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>

struct test_keys {
    sk_arena *mem;
    char folder[64], path[80];
    struct accounts_keys *keys;
};

static inline int
test_keys_open(void **state)
{
    struct test_keys *s = calloc(1, sizeof *s);
    snprintf(s->folder, sizeof s->folder, "/tmp/accounts_test.XXXXXX");
    *state = s;
    s->mem = sk_arena_new(0);
    if (!mkdtemp(s->folder)) return -1;
    snprintf(s->path, sizeof s->path, "%s/key", s->folder);
    return sk_failed(accounts_keys_open(&s->keys, s->path)) ? -1 : 0;
}

/* The keys as they are after one more was added. */
static inline sk_err
test_keys_add(struct test_keys *s)
{
    TRY(accounts_keys_add(s->path));
    accounts_keys_close(&s->keys);
    return accounts_keys_open(&s->keys, s->path);
}

static inline int
test_keys_close(void **state)
{
    struct test_keys *s = *state;
    accounts_keys_free(s->keys);
    sk_arena_free(s->mem);
    sk_file_remove_tree(s->folder);
    free(s);
    return 0;
}

#endif
