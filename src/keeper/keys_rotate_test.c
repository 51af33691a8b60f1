/* New keys of every level. */
#include "keeper/keys_test.h"

static void
rotate__of_the_root_leaves_all_readable_and_the_old_root_gone(void **state)
{
    struct keeper_rotate rotate = { .level = KEEPER_ROTATE_ROOT };
    struct who who;
    char before[128], after[128], path[128];
    int fd;

    (void)state;
    who_new(&who, "tea", true);
    snprintf(path, sizeof path, "%s/root.key", folder);
    fd = open(path, O_RDONLY);
    ssize_t n = read(fd, before, sizeof before - 1);
    assert_true(n > 60);
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    assert_int_equal(pread(fd, after, (size_t)n, 0), n); /* the file that was: overwritten */
    for (ssize_t i = 0; i < n; i++)
        assert_int_equal(after[i], 0);
    close(fd);
    assert_int_equal(key_word(&who), KEEPER_OK);
    keys_close();
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_OK);
}

/* Killed after the new root was made: the next tending ends it. */
static void
rotate__of_the_root_goes_on_after_a_kill(void **state)
{
    struct keeper_root_setting setting = { .folder = folder };
    struct who who;

    (void)state;
    who_new(&who, "tea", true);
    keys_close();
    assert_false(sk_failed(keeper_root_open(&root, &setting)));
    assert_false(sk_failed(keeper_root_add(root, (sk_str){ 0 })));
    keeper_root_close(&root);
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_OK);
    assert_int_equal(tended(), 0);
    keys_close();
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_OK);
    struct keeper_key key;
    struct keeper_wrapped wrapped = { { 0 } };
    assert_int_equal(
        keeper_root_unwrap(&key, root, keeper_root_newest(root) - 1, SK_STR(""), &wrapped).kind,
        SK_MISSING);
}

enum { ROOTS = 25 };

static void *
roots_change(void *ctx)
{
    const struct keeper_rotate rotate = { .level = KEEPER_ROTATE_ROOT };
    bool *well = ctx;

    for (int i = 0; i < ROOTS; i++)
        *well &= keeper_keys_rotate(keys, &rotate) == KEEPER_OK;
    return NULL;
}

/* Nobody takes away a root key that another has just made, or still needs. */
static void
rotate__of_the_root_by_two_and_the_tender_loses_no_key(void **state)
{
    pthread_t thread[2];
    bool well[2] = { true, true };
    struct who who;
    uint64_t left;

    (void)state;
    who_new(&who, "tea", true);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, roots_change, &well[i]), 0);
    for (int i = 0; i < ROOTS; i++)
        assert_false(sk_failed(keeper_keys_tend(&left, keys)));
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    assert_true(well[0] && well[1]);
    keys_close();
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_OK);
}

static void
rotate__of_a_tenant_follows_in_small_steps(void **state)
{
    enum { PEOPLE = 450 };
    struct keeper_rotate rotate = { .level = KEEPER_ROTATE_TENANT, .tenant = SK_STR("steps") };
    static struct who who[PEOPLE];
    struct who later;
    struct keeper_key index;

    (void)state;
    for (int i = 0; i < PEOPLE; i++)
        who_new(&who[i], "steps", i % 2);
    struct keeper_wrapped before = wrapped_of(&who[7]);
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    who_new(&later, "steps", false);
    assert_int_equal(tended(), 250);
    keys_close(); /* kill -9: the rows say what is left */
    keys_open();
    for (int i = 0; i < PEOPLE; i++)
        assert_int_equal(key_word(&who[i]), KEEPER_OK);
    assert_int_equal(tended(), 50);
    while (tended() > 0)
        continue;
    assert_int_equal(tended(), 0);
    for (int i = 0; i < PEOPLE; i++)
        assert_int_equal(key_word(&who[i]), KEEPER_OK);
    assert_int_equal(key_word(&later), KEEPER_OK);
    assert_false(lies_anywhere(before.byte, KEEPER_WRAPPED));
    assert_int_equal(keeper_keys_index(&index, keys, reader, SK_STR("steps")), KEEPER_OK);
    assert_memory_equal(&index, &later.sealing.index, sizeof index);
    rotate.tenant = SK_STR("nobody");
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_MISSING);
}

static void
rotate__of_a_person_keeps_the_older_key_until_it_is_dropped(void **state)
{
    struct who who;
    struct keeper_sealing newer = { 0 };
    uint32_t number;

    (void)state;
    who_new(&who, "tea", true);
    struct keeper_rotate rotate = { .level = KEEPER_ROTATE_PERSON,
                                    .tenant = SK_STR("tea"),
                                    .person_id = who.person_id,
                                    .case_id = who.case_id };
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    assert_int_equal(keeper_keys_take(&newer, keys, &who.whose, false, 1), KEEPER_OK);
    assert_int_not_equal(newer.number, who.sealing.number);
    assert_int_equal(keeper_keys_newest(&number, reader, &who.whose), KEEPER_OK);
    assert_int_equal(number, newer.number);
    assert_int_equal(key_word(&who), KEEPER_OK);
    struct keeper_wrapped wrapped = wrapped_of(&who);
    rotate.level = KEEPER_ROTATE_DROP;
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    assert_int_equal(key_word(&who), KEEPER_MISSING);
    assert_false(lies_anywhere(wrapped.byte, 16));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rotate__of_the_root_leaves_all_readable_and_the_old_root_gone),
        cmocka_unit_test(rotate__of_the_root_goes_on_after_a_kill),
        cmocka_unit_test(rotate__of_the_root_by_two_and_the_tender_loses_no_key),
        cmocka_unit_test(rotate__of_a_tenant_follows_in_small_steps),
        cmocka_unit_test(rotate__of_a_person_keeps_the_older_key_until_it_is_dropped),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
