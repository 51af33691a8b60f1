/* keys.db on a real folder, and people in it. */
#ifndef KEEPER_KEYS_TEST_H
#define KEEPER_KEYS_TEST_H

#include "base/file.h"
#include "base/hash.h"
#include "keeper/keys.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static sk_when clock_now = 1764140400000; /* 2025-11-26 16:00 JST */

static inline sk_when
test_now(void)
{
    return clock_now;
}

static struct keeper_root *root;
static struct keeper_keys *keys;
static struct part_store *reader;

static inline sk_err
keys_try(void)
{
    struct keeper_root_setting setting = { .folder = folder };
    struct keeper_keys_setting with = { .folder = folder,
                                        .sql = SOURCE_DIR "/src/keeper/sql",
                                        .now = test_now };

    TRY(keeper_root_open(&root, &setting));
    with.root = root;
    TRY(keeper_keys_open(&keys, &with));
    return keeper_keys_reader(&reader, keys);
}

static inline void
keys_open(void)
{
    sk_err e = keys_try();

    if (sk_failed(e)) fail_msg("%s", e.why);
}

static inline void
keys_close(void)
{
    part_store_close(&reader);
    keeper_keys_close(&keys);
    keeper_root_close(&root);
}

static inline int
folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/keeper-keys-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    keys_open();
    return 0;
}

static inline int
folder_remove(void **state)
{
    (void)state;
    keys_close();
    return sk_file_remove_tree(folder) ? 0 : -1;
}

static const struct keeper_id none;

struct who {
    struct keeper_id person_id, case_id;
    struct keeper_whose whose;
    struct keeper_sealing sealing;
};

/* A person of the tenant with a key; with a case where `has_case`. */
static inline void
who_new(struct who *who, const char *tenant, bool has_case)
{
    *who = (struct who){ .person_id = keeper_id_new("per") };
    who->case_id = has_case ? keeper_id_new("cas") : none;
    who->whose = (struct keeper_whose){ sk_str_of(tenant), &who->person_id, &who->case_id };
    assert_int_equal(keeper_keys_take(&who->sealing, keys, &who->whose, false, 1), KEEPER_OK);
}

static inline enum keeper_word
key_word(const struct who *who)
{
    struct keeper_key key = { { 0 } };
    enum keeper_word word = keeper_keys_get(&key, keys, reader, &who->whose, who->sealing.number);

    if (word == KEEPER_OK) assert_memory_equal(&key, &who->sealing.key, sizeof key);
    return word;
}

static inline uint64_t
tended(void)
{
    uint64_t left;
    sk_err e = keeper_keys_tend(&left, keys);

    if (sk_failed(e)) fail_msg("%s", e.why);
    return left;
}

/* Whether the bytes are anywhere in a file of the folder. */
static inline bool
lies_in(const char *name, const void *bytes, size_t n)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char path[192];
    sk_str text;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (sk_failed(sk_file_read(&text, mem, path, 1 << 28))) return false;
    return text.n && memmem(text.p, text.n, bytes, n);
}

static inline bool
lies_anywhere(const void *bytes, size_t n)
{
    return lies_in("keys.db", bytes, n) || lies_in("keys.db-wal", bytes, n);
}

/* The wrapped key as it lies on disk. */
static inline struct keeper_wrapped
wrapped_of(const struct who *who)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_wrapped wrapped;
    struct part_query *q;
    bool row;

    assert_false(sk_failed(part_store_query(&q, reader,
                                            "SELECT wrapped FROM key WHERE person = ?1 AND "
                                            "file = ?2 AND number = ?3")));
    part_query_blob(q, 1, (sk_str){ who->person_id.text, 24 });
    part_query_blob(q, 2, (sk_str){ who->case_id.text, 24 });
    part_query_int(q, 3, who->sealing.number);
    assert_false(sk_failed(part_query_step(&row, q)) || !row);
    sk_str blob = part_query_get_blob(mem, q, 0);
    assert_int_equal(blob.n, sizeof wrapped);
    memcpy(&wrapped, blob.p, blob.n);
    part_query_done(q);
    return wrapped;
}

static inline void
erase_well(const struct who *who, const struct keeper_id *case_id)
{
    struct keeper_whose whose = { who->whose.tenant, &who->person_id, case_id };
    struct keeper_erased erased = { (uint64_t)clock_now, 7 };

    assert_int_equal(keeper_keys_erase(keys, &whose, &erased), KEEPER_OK);
}

#endif
