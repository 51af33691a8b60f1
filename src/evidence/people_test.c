#include "base/file.h"
#include "evidence/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

static void
ids__are_found_by_their_24_bytes_in_whatever_stands_around(void **unused)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct evidence_ids ids = { 0 };
    (void)unused;
    assert_null(evidence_ids_find(&ids, "acc_0000000000000000000A"));
    for (int i = 999; i >= 0; i--)
        assert_true(
            evidence_ids_add(&ids, mem, sk_str_printf(mem, "acc_00000000000000000%03d", i)));
    assert_false(evidence_ids_add(&ids, mem, SK_STR("local:0")));
    evidence_ids_sort(&ids);
    assert_int_equal(ids.count, 1000);
    struct evidence_id *found = evidence_ids_find(&ids, "acc_00000000000000000512 and more");
    assert_non_null(found);
    assert_memory_equal(found->text, "acc_00000000000000000512", EVIDENCE_ID);
    assert_false(found->seen);
    assert_null(evidence_ids_find(&ids, "acc_0000000000000000051X"));
}

static void
store__is_only_looked_at(void **unused)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char folder[] = "/tmp/sekisho-people-XXXXXX";
    (void)unused;
    assert_non_null(mkdtemp(folder));
    struct evidence_instance instance = { .state = sk_str_of(folder) };
    struct part_store *store = NULL;
    struct evidence_ids ids = { 0 };
    int64_t count = 0;
    assert_int_equal(evidence_people_open(&store, mem, &instance).kind, SK_MISSING);
    const char *below = sk_str_printf(mem, "%s/accounts", folder).p;
    assert_int_equal(mkdir(below, 0700), 0);
    assert_false(sk_failed(part_store_open(&store, sk_str_printf(mem, "%s/accounts.db", below).p)));
    assert_false(
        sk_failed(part_store_exec(store, "CREATE TABLE account (id TEXT);"
                                         "INSERT INTO account VALUES ('acc_00000000000000000002'),"
                                         " ('acc_00000000000000000001'), ('x'), (NULL)")));
    part_store_close(&store);
    assert_false(sk_failed(evidence_people_open(&store, mem, &instance)));
    assert_false(sk_failed(evidence_people_number(&count, store, "SELECT count(*) FROM account")));
    assert_int_equal(count, 4);
    assert_false(sk_failed(evidence_ids_read(&ids, mem, store, "SELECT id FROM account")));
    assert_int_equal(ids.count, 2);
    assert_non_null(evidence_ids_find(&ids, "acc_00000000000000000001"));
    assert_true(sk_failed(part_store_exec(store, "DELETE FROM account")));
    part_store_close(&store);
    assert_true(sk_file_remove_tree(folder));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids__are_found_by_their_24_bytes_in_whatever_stands_around),
        cmocka_unit_test(store__is_only_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
