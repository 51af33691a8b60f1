/* keys.db on a real folder: taking keys, full disks, kill -9. */
#include "keeper/keys_test.h"

static void
keys__are_the_same_after_a_restart(void **state)
{
    struct who account, order;

    (void)state;
    who_new(&account, "tea", false);
    who_new(&order, "tea", true);
    assert_memory_not_equal(&account.sealing.key, &order.sealing.key, sizeof order.sealing.key);
    assert_memory_equal(&account.sealing.index, &order.sealing.index, sizeof order.sealing.index);
    keys_close();
    keys_open();
    assert_int_equal(key_word(&account), KEEPER_OK);
    assert_int_equal(key_word(&order), KEEPER_OK);
}

static void
keys__one_key_a_person_and_case(void **state)
{
    struct who who;
    struct keeper_sealing again = { 0 }, other = { 0 };
    struct keeper_id case_id = keeper_id_new("cas");
    struct keeper_whose whose = { SK_STR("tea"), &who.person_id, &case_id };

    (void)state;
    who_new(&who, "tea", false);
    assert_int_equal(keeper_keys_take(&again, keys, &who.whose, false, 1), KEEPER_OK);
    assert_int_equal(again.number, who.sealing.number);
    assert_memory_equal(&again.key, &who.sealing.key, sizeof again.key);
    assert_int_equal(keeper_keys_take(&other, keys, &whose, false, 1), KEEPER_OK);
    assert_memory_not_equal(&other.key, &who.sealing.key, sizeof other.key);
}

static void
keys__a_person_is_of_one_tenant(void **state)
{
    struct who who;
    struct keeper_sealing sealing = { 0 };

    (void)state;
    who_new(&who, "tea", false);
    who.whose.tenant = SK_STR("coffee");
    assert_int_equal(key_word(&who), KEEPER_WRONG_TENANT);
    assert_int_equal(keeper_keys_take(&sealing, keys, &who.whose, false, 1), KEEPER_WRONG_TENANT);
}

static void
keys__are_not_on_disk_as_they_are(void **state)
{
    struct who who;

    (void)state;
    who_new(&who, "tea", true);
    assert_true(lies_anywhere(wrapped_of(&who).byte, KEEPER_WRAPPED)); /* the search finds */
    assert_false(lies_anywhere(who.sealing.key.byte, 8));
    assert_false(lies_anywhere(who.sealing.index.byte, 8));
}

static void
keys__rest_after_so_many_uses(void **state)
{
    struct who who;
    struct keeper_sealing sealing = { 0 };

    (void)state;
    who_new(&who, "tea", false);
    assert_int_equal(
        keeper_keys_take(&sealing, keys, &who.whose, false, (uint32_t)KEEPER_USES_MAX - 1),
        KEEPER_OK);
    assert_int_equal(sealing.number, who.sealing.number);
    assert_int_equal(keeper_keys_take(&sealing, keys, &who.whose, false, 1), KEEPER_OK);
    assert_int_not_equal(sealing.number, who.sealing.number);
    assert_int_equal(key_word(&who), KEEPER_OK); /* the older one still opens */
    struct keeper_status status = { 0 };
    assert_false(sk_failed(keeper_keys_count(&status, reader)));
    assert_int_equal(status.most_uses, KEEPER_USES_MAX);
}

/* No file grows any more: nothing is taken, nothing is half there, and it goes on afterwards. */
static void
disk__that_is_full_changes_nothing(void **state)
{
    struct rlimit had, small = { 4096, RLIM_INFINITY };
    struct who who, other = { .person_id = keeper_id_new("per"), .case_id = keeper_id_new("cas") };
    struct keeper_erased erased = { 1, 2 };

    (void)state;
    other.whose = (struct keeper_whose){ SK_STR("tea"), &other.person_id, &other.case_id };
    who_new(&who, "tea", true);
    getrlimit(RLIMIT_FSIZE, &had);
    small.rlim_max = had.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum keeper_word word = keeper_keys_take(&other.sealing, keys, &other.whose, false, 1);
    enum keeper_word read = key_word(&who);
    struct rlimit nothing = { 0, had.rlim_max };
    setrlimit(RLIMIT_FSIZE, &nothing);
    enum keeper_word erase = keeper_keys_erase(keys, &who.whose, &erased);
    setrlimit(RLIMIT_FSIZE, &had);
    assert_true(word == KEEPER_FULL || word == KEEPER_BROKEN);
    assert_int_equal(erase, KEEPER_FULL);
    assert_int_equal(read, KEEPER_OK);
    assert_int_equal(key_word(&who), KEEPER_OK);
    assert_int_equal(key_word(&other), KEEPER_MISSING);
    assert_int_equal(keeper_keys_take(&other.sealing, keys, &other.whose, false, 1), KEEPER_OK);
    erase_well(&who, &who.case_id);
    assert_int_equal(key_word(&who), KEEPER_ERASED);
}

struct crowd {
    struct who who[40];
    int turn;
};

static void *
crowd_take(void *ctx)
{
    struct crowd *crowd = ctx;

    for (int i = 0; i < 40; i++)
        who_new(&crowd->who[i], crowd->turn % 2 ? "odd" : "even", i % 2);
    return NULL;
}

static void
writers__share_transactions(void **state)
{
    enum { THREADS = 8 };
    static struct crowd crowd[THREADS];
    pthread_t thread[THREADS];

    (void)state;
    for (int i = 0; i < THREADS; i++) {
        crowd[i].turn = i;
        assert_int_equal(pthread_create(&thread[i], NULL, crowd_take, &crowd[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    keys_close();
    keys_open();
    for (int i = 0; i < THREADS; i++)
        for (int n = 0; n < 40; n++)
            assert_int_equal(key_word(&crowd[i].who[n]), KEEPER_OK);
}

/* A writer that is killed at any moment: each key that it has told is there. */
static void
kill_9__loses_no_key_that_was_told(void **state)
{
    static struct who who[4096];
    int told[2];

    (void)state;
    for (size_t turn = 0; turn < 5; turn++) {
        size_t count = 0;

        assert_int_equal(pipe(told), 0);
        keys_close();
        pid_t child = fork();
        if (child == 0) {
            keys_open();
            for (;;) {
                who_new(&who[0], "killed", true);
                if (write(told[1], &who[0], sizeof *who) != sizeof *who) _exit(1);
            }
        }
        close(told[1]);
        while (count < 4096 && read(told[0], &who[count], sizeof *who) == sizeof *who)
            if (++count == 3 + 7 * turn) kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        close(told[0]);
        assert_true(count >= 3 + 7 * turn);
        keys_open();
        for (size_t i = 0; i < count; i++) {
            who[i].whose =
                (struct keeper_whose){ SK_STR("killed"), &who[i].person_id, &who[i].case_id };
            assert_int_equal(key_word(&who[i]), KEEPER_OK);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys__are_the_same_after_a_restart),
        cmocka_unit_test(keys__one_key_a_person_and_case),
        cmocka_unit_test(keys__a_person_is_of_one_tenant),
        cmocka_unit_test(keys__are_not_on_disk_as_they_are),
        cmocka_unit_test(keys__rest_after_so_many_uses),
        cmocka_unit_test(disk__that_is_full_changes_nothing),
        cmocka_unit_test(writers__share_transactions),
        cmocka_unit_test(kill_9__loses_no_key_that_was_told),
    };
    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
