/* What is erased leaves nothing behind. */
#include "keeper/keys_test.h"

static void
erase__leaves_no_byte_of_the_key(void **state)
{
    struct who who, other;

    (void)state;
    who_new(&who, "tea", true);
    who_new(&other, "tea", true);
    struct keeper_wrapped wrapped = wrapped_of(&who), kept = wrapped_of(&other);
    assert_true(lies_anywhere(wrapped.byte, 16));
    erase_well(&who, &who.case_id);
    for (size_t at = 0; at + 8 <= sizeof wrapped.byte; at += 4)
        assert_false(lies_anywhere(wrapped.byte + at, 8));
    assert_true(lies_anywhere(kept.byte, KEEPER_WRAPPED));
    assert_int_equal(key_word(&who), KEEPER_ERASED);
    assert_int_equal(key_word(&other), KEEPER_OK);
}

static void
erase__of_a_case_leaves_the_person(void **state)
{
    struct who who;
    struct keeper_sealing account = { 0 }, again = { 0 };
    struct keeper_whose whose = { SK_STR("tea"), &who.person_id, &none };

    (void)state;
    who_new(&who, "tea", true);
    assert_int_equal(keeper_keys_take(&account, keys, &whose, false, 1), KEEPER_OK);
    erase_well(&who, &who.case_id);
    assert_int_equal(keeper_keys_take(&again, keys, &whose, false, 1), KEEPER_OK);
    assert_memory_equal(&again.key, &account.key, sizeof again.key);
    assert_int_equal(keeper_keys_take(&again, keys, &who.whose, false, 1), KEEPER_ERASED);
}

static void
erase__of_a_person_is_of_all_cases_and_for_ever(void **state)
{
    struct who who;
    struct keeper_sealing sealing = { 0 };
    struct keeper_id case_id = keeper_id_new("cas");
    struct keeper_whose next = { SK_STR("tea"), &who.person_id, &case_id };
    struct keeper_erased erased;

    (void)state;
    who_new(&who, "tea", true);
    assert_int_equal(keeper_keys_erased(&erased, reader, &who.whose), KEEPER_MISSING);
    erase_well(&who, &none);
    assert_int_equal(key_word(&who), KEEPER_ERASED);
    assert_int_equal(keeper_keys_take(&sealing, keys, &next, false, 1), KEEPER_ERASED);
    assert_int_equal(keeper_keys_erased(&erased, reader, &next), KEEPER_OK);
    assert_int_equal(erased.sequence, 7);
    keys_close();
    keys_open();
    assert_int_equal(keeper_keys_take(&sealing, keys, &next, false, 1), KEEPER_ERASED);
}

/* Killed between the line and the rows: the start ends what was begun. A torn line is nothing. */
static void
erase__goes_on_from_the_line_after_a_kill(void **state)
{
    struct who who, other;
    char path[128];
    int fd;

    (void)state;
    who_new(&who, "tea", true);
    who_new(&other, "tea", true);
    struct keeper_wrapped wrapped = wrapped_of(&who);
    keys_close();
    snprintf(path, sizeof path, "%s/tombstones", folder);
    fd = open(path, O_WRONLY | O_APPEND);
    assert_true(
        dprintf(fd, "%.24s %.24s tea 1764140400000 9\n", who.person_id.text, who.case_id.text) > 0);
    assert_true(dprintf(fd, "%.24s %.24s tea 17641404", other.person_id.text, other.case_id.text) >
                0);
    close(fd);
    keys_open();
    assert_int_equal(key_word(&who), KEEPER_ERASED);
    assert_int_equal(key_word(&other), KEEPER_OK);
    assert_false(lies_anywhere(wrapped.byte, 16));
    erase_well(&other, &other.case_id); /* its line stands by itself, not behind the torn one */
    keys_close();
    keys_open();
    assert_int_equal(key_word(&other), KEEPER_ERASED);
}

static void
tombstones__that_are_not_ours_stop_the_start(void **state)
{
    char path[128];
    struct stat info;
    int fd;

    (void)state;
    keys_close();
    snprintf(path, sizeof path, "%s/tombstones", folder);
    assert_int_equal(stat(path, &info), 0);
    fd = open(path, O_WRONLY | O_APPEND);
    assert_true(dprintf(fd, "what is this\n") > 0);
    sk_err e = keys_try();
    assert_int_equal(e.kind, SK_BROKEN);
    keeper_root_close(&root);
    assert_int_equal(ftruncate(fd, info.st_size), 0);
    close(fd);
    keys_open();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(erase__leaves_no_byte_of_the_key),
        cmocka_unit_test(erase__of_a_case_leaves_the_person),
        cmocka_unit_test(erase__of_a_person_is_of_all_cases_and_for_ever),
        cmocka_unit_test(erase__goes_on_from_the_line_after_a_kill),
        cmocka_unit_test(tombstones__that_are_not_ours_stop_the_start),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
