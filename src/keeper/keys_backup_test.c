/* Copies of the keys, and taking one back. */
#include "keeper/keys_test.h"

static void
backup__is_one_a_day_for_seven_days(void **state)
{
    char name[KEEPER_NAME_MAX], first[KEEPER_NAME_MAX], path[192];
    struct who who;

    (void)state;
    for (int day = 0; day < 9; day++) {
        who_new(&who, "tea", false);
        sk_err e = keeper_keys_backup(name, keys, false);
        if (sk_failed(e)) fail_msg("%s", e.why);
        if (day == 0) snprintf(first, sizeof first, "%s", name);
        if (day == 6) {
            snprintf(path, sizeof path, "%s/backup/%s", folder, first);
            assert_int_equal(access(path, F_OK), 0);
        }
        clock_now += (sk_when)24 * 60 * 60 * 1000;
    }
    assert_string_equal(first, "keys-20251126.db");
    assert_int_not_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/backup/%s", folder, name);
    assert_int_equal(access(path, F_OK), 0);
    struct keeper_status status = { 0 };
    assert_false(sk_failed(keeper_keys_count(&status, reader)));
    assert_true(status.backed_up > 0);
}

static void
copy_back(const char *name)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char from[192], to[192];
    sk_str bytes;

    snprintf(from, sizeof from, "%s/backup/%s", folder, name);
    snprintf(to, sizeof to, "%s/restore.db", folder);
    assert_false(sk_failed(sk_file_read(&bytes, mem, from, 1 << 28)));
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
    close(fd);
}

static void
store_lose(void)
{
    static const char *const names[] = { "keys.db", "keys.db-wal", "keys.db-shm" };
    char path[192];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
}

static void
restore__takes_back_what_was_lost_and_nothing_that_was_erased(void **state)
{
    struct who lost, erased, by_ledger, later;
    struct keeper_restored restored;
    struct keeper_erased told;
    char name[KEEPER_NAME_MAX], path[192];
    sk_err e;

    (void)state;
    who_new(&lost, "lost", true);
    who_new(&erased, "lost", true);
    who_new(&by_ledger, "lost", true);
    struct keeper_wrapped wrapped = wrapped_of(&erased);
    assert_false(sk_failed(keeper_keys_backup(name, keys, true)));
    erase_well(&erased, &erased.case_id);
    keys_close();
    store_lose();
    keys_open();
    assert_int_equal(key_word(&lost), KEEPER_MISSING);
    assert_int_equal(key_word(&erased), KEEPER_ERASED); /* by the file */
    who_new(&later, "lost", true);
    copy_back(name);
    snprintf(path, sizeof path, "%s/restore.erased", folder);
    FILE *ids = fopen(path, "w");
    assert_non_null(ids);
    fprintf(ids, "%.24s lost 1764140400000 99\n", by_ledger.case_id.text);
    fclose(ids);
    e = keeper_keys_restore(&restored, keys);
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_true(restored.keys > 0 && restored.erased >= 2);
    assert_int_equal(key_word(&lost), KEEPER_OK);
    assert_int_equal(key_word(&later), KEEPER_OK);
    assert_int_equal(key_word(&erased), KEEPER_ERASED);
    assert_int_equal(key_word(&by_ledger), KEEPER_ERASED); /* known from now on */
    assert_int_equal(keeper_keys_erased(&told, reader, &by_ledger.whose), KEEPER_OK);
    assert_int_equal(told.sequence, 99);
    assert_false(lies_anywhere(wrapped.byte, 16));
    assert_int_equal(keeper_keys_restore(&restored, keys).kind, SK_MISSING);
}

/* Else whatever is taken back could never be opened, and no root key be changed any more. */
static void
restore__refuses_a_copy_of_a_root_key_that_is_gone(void **state)
{
    const struct keeper_rotate rotate = { .level = KEEPER_ROTATE_ROOT };
    struct keeper_restored restored;
    struct who who, now;
    char name[KEEPER_NAME_MAX], path[192];

    (void)state;
    who_new(&who, "older", true);
    assert_false(sk_failed(keeper_keys_backup(name, keys, true)));
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    copy_back(name);
    sk_err e = keeper_keys_restore(&restored, keys);
    if (sk_failed(e)) fail_msg("nothing was lacking: %s", e.why);
    keys_close();
    store_lose();
    keys_open();
    copy_back(name);
    assert_int_equal(keeper_keys_restore(&restored, keys).kind, SK_DENIED);
    snprintf(path, sizeof path, "%s/restore.db", folder);
    assert_int_equal(unlink(path), 0);
    who_new(&now, "older", true);
    assert_int_equal(keeper_keys_rotate(keys, &rotate), KEEPER_OK);
    assert_int_equal(key_word(&now), KEEPER_OK);
}

static void
index_of(struct keeper_key *index, const char *tenant)
{
    assert_int_equal(keeper_keys_index(index, keys, reader, sk_str_of(tenant)), KEEPER_OK);
}

/* Somebody comes before the copy is taken back: the index is the one by which all others are found,
 * and stays so when the keys of then are exchanged for newer ones. */
static void
restore__brings_the_index_key_back_by_which_people_are_found(void **state)
{
    struct keeper_key before, between, after;
    struct keeper_restored restored;
    char name[KEEPER_NAME_MAX];
    struct who first, second;
    uint64_t left;
    bool lost;

    (void)state;
    who_new(&first, "found", true);
    index_of(&before, "found");
    assert_false(sk_failed(keeper_keys_backup(name, keys, true)));
    assert_false(sk_failed(keeper_keys_lost(&lost, reader)));
    assert_false(lost);
    keys_close();
    store_lose();
    keys_open();
    assert_false(sk_failed(keeper_keys_lost(&lost, reader)));
    assert_true(lost);
    clock_now += 1000;
    who_new(&second, "found", true);
    index_of(&between, "found");
    assert_memory_not_equal(&before, &between, sizeof before);
    copy_back(name);
    assert_false(sk_failed(keeper_keys_restore(&restored, keys)));
    index_of(&after, "found");
    assert_memory_equal(&before, &after, sizeof before);
    assert_false(sk_failed(keeper_keys_lost(&lost, reader)));
    assert_false(lost);
    for (int i = 0; i < 100; i++) { /* the tenant's older key is exchanged, and destroyed */
        sk_err e = keeper_keys_tend(&left, keys);
        if (sk_failed(e)) fail_msg("%s", e.why);
    }
    assert_int_equal(left, 0);
    index_of(&after, "found");
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(key_word(&first), KEEPER_OK);
    assert_int_equal(key_word(&second), KEEPER_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backup__is_one_a_day_for_seven_days),
        cmocka_unit_test(restore__brings_the_index_key_back_by_which_people_are_found),
        cmocka_unit_test(restore__takes_back_what_was_lost_and_nothing_that_was_erased),
        cmocka_unit_test(restore__refuses_a_copy_of_a_root_key_that_is_gone),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
