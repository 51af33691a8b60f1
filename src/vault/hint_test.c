#include "vault/hint.h"

#include "base/file.h"
#include "base/hash.h"
#include "vault/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

static char folder[64];
static sk_arena *mem;
static struct part_store_pool *pool;

static int
setup(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    snprintf(folder, sizeof folder, "/tmp/vault-hint-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    return sk_failed(vault_store_open(&pool, mem, folder, SOURCE_DIR)) ? -1 : 0;
}

static int
teardown(void **state)
{
    (void)state;
    part_store_pool_free(pool);
    sk_arena_free(mem);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

/* One more value that is found by the word. */
static void
put(struct vault_hints *hints, const struct keeper_row *word)
{
    struct vault_put_value value = { .row = { .value_id = keeper_id_new("val"),
                                              .person_id = keeper_id_new("per"),
                                              .kind = PERSONAL_NAME,
                                              .version = 1,
                                              .sealed = SK_STR("sealed") },
                                     .word = word,
                                     .words = 1 };

    sk_random(value.random, sizeof value.random);
    assert_false(sk_failed(vault_store_put(pool, hints, SK_STR("tea"), &value, 1)));
}

static size_t
found(const struct keeper_row *word)
{
    struct keeper_entry *entry;
    struct part_store *store;
    size_t count;
    bool more;

    assert_false(sk_failed(part_store_take(&store, pool)));
    assert_false(sk_failed(vault_store_word(&entry, &count, &more, mem, store, word->naming, 100)));
    part_store_give(pool, store);
    return count;
}

/* Rows without a gap, whatever the hint says: too little, too much, another's, or the truth. */
static void
hint__is_never_believed(void **state)
{
    static const uint32_t wrong[] = { 1, 3, 1000, UINT32_MAX, 0 };
    struct vault_hints *hints = vault_hints_new(mem);
    struct keeper_row word;

    (void)state;
    sk_random(&word, sizeof word);
    for (size_t i = 0; i < 20; i++) {
        put(hints, &word);
        assert_int_equal(found(&word), i + 1);
        assert_int_equal(vault_hint_get(hints, word.naming), i + 1);
        if (i % 2) vault_hint_set(hints, word.naming, wrong[i / 2 % 5]);
    }
    hints = vault_hints_new(mem); /* it was started again */
    put(hints, &word);
    assert_int_equal(found(&word), 21);
}

static void
hint__of_another_word_is_none(void **state)
{
    struct vault_hints *hints = vault_hints_new(mem);
    unsigned char one[KEEPER_NAMING] = { 1 }, other[KEEPER_NAMING] = { 1 };

    (void)state;
    other[5] = 7; /* the same place */
    vault_hint_set(hints, one, 9);
    assert_int_equal(vault_hint_get(hints, other), 0);
    vault_hint_set(hints, other, 4);
    assert_int_equal(vault_hint_get(hints, one), 0);
    assert_int_equal(vault_hint_get(hints, other), 4);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(hint__is_never_believed),
        CASE(hint__of_another_word_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
