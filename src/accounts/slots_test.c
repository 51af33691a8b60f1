#include "accounts/slots.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static struct accounts_slots *slots;

static void *
take_in_a_thread(void *out)
{
    *(enum sk_kind *)out = accounts_slots_take(slots).kind;
    return NULL;
}

static size_t
take_all(void)
{
    size_t count = 0;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    for (; count < (size_t)cores && count < ACCOUNTS_SLOTS_MAX; count++)
        assert_int_equal(accounts_slots_take(slots).kind, SK_OK);
    return count;
}

static void
slots__are_waited_for_until_one_is_given_back(void **state)
{
    enum sk_kind kind = SK_BROKEN;
    pthread_t thread;
    (void)state;
    slots = accounts_slots_new();
    size_t count = take_all();
    assert_int_equal(pthread_create(&thread, NULL, take_in_a_thread, &kind), 0);
    accounts_slots_give(slots);
    pthread_join(thread, NULL);
    assert_int_equal(kind, SK_OK);
    for (size_t i = 0; i < count; i++)
        accounts_slots_give(slots);
    accounts_slots_free(slots);
}

static void
slots__are_waited_for_by_a_few_only(void **state)
{
    enum { CROWD = ACCOUNTS_SLOTS_WAITING + 4 };
    enum sk_kind kind[CROWD];
    pthread_t thread[CROWD];
    size_t busy = 0;
    (void)state;
    slots = accounts_slots_new();
    size_t count = take_all();
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, take_in_a_thread, &kind[i]), 0);
    for (int i = 0; i < CROWD; i++) {
        pthread_join(thread[i], NULL);
        busy += kind[i] == SK_BUSY;
    }
    /* None was given back: all are sent away, some at once and the others after a while. */
    assert_int_equal(busy, CROWD);
    for (size_t i = 0; i < count; i++)
        accounts_slots_give(slots);
    accounts_slots_free(slots);
}

static void
slots__make_their_threads_give_way(void **state)
{
    (void)state;
    slots = accounts_slots_new();
    assert_int_equal(accounts_slots_take(slots).kind, SK_OK);
    assert_int_equal(getpriority(PRIO_PROCESS, (id_t)gettid()) >= 5, 1);
    accounts_slots_give(slots);
    accounts_slots_free(slots);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots__are_waited_for_until_one_is_given_back),
        cmocka_unit_test(slots__are_waited_for_by_a_few_only),
        cmocka_unit_test(slots__make_their_threads_give_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
