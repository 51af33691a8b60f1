/* The link against a keeper that this file plays. */
#include "base/file.h"
#include "keeper/keeper.h"
#include "part/control.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static int listener;

static int
folder_make(void **state)
{
    char path[128];

    (void)state;
    snprintf(folder, sizeof folder, "/tmp/keeper-link-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/run", folder);
    if (mkdir(path, 0755) != 0) return -1;
    snprintf(path, sizeof path, "%s/run/keeper.sock", folder);
    return sk_failed(part_socket_listen(&listener, path, 0600)) ? -1 : 0;
}

static int
folder_remove(void **state)
{
    (void)state;
    if (listener >= 0) close(listener);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

/* Answers one question of each of two connections, then ends them. */
static void *
keeper_played(void *ctx)
{
    (void)ctx;
    for (int turn = 0; turn < 2; turn++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        struct sk_buf out = { .mem = mem };
        struct keeper_erased erased = { .at = 5, .sequence = (uint64_t)turn + 1 };
        char bytes[512];
        int fd = accept(listener, NULL, NULL);
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        enum keeper_verb verb;
        void *question;

        assert_true(n > 4);
        assert_false(sk_failed(
            keeper_question_read(&verb, &question, mem, (sk_str){ bytes + 4, (size_t)n - 4 })));
        assert_int_equal(verb, KEEPER_ERASE);
        assert_false(sk_failed(keeper_answer_write(&out, verb, KEEPER_OK, &erased)));
        assert_int_equal(send(fd, out.p, out.n, 0), out.n);
        close(fd);
    }
    return NULL;
}

static void
link__asks_again_where_a_kept_connection_has_ended(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_erase erase = { .tenant = SK_STR("tea"), .person_id = keeper_id_new("per") };
    struct keeper_erased erased;
    struct keeper_link *link;
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, keeper_played, NULL), 0);
    assert_false(sk_failed(keeper_link_open(&link, folder)));
    for (uint64_t turn = 1; turn <= 2; turn++) {
        assert_int_equal(keeper_erase(&erased, mem, link, &erase), KEEPER_OK);
        assert_int_equal(erased.sequence, turn);
    }
    pthread_join(thread, NULL);
    keeper_link_close(link);
}

static void
link__says_so_where_nobody_listens(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_status status;
    struct keeper_none none = { 0 };
    struct keeper_link *link;

    (void)state;
    close(listener);
    listener = -1;
    assert_false(sk_failed(keeper_link_open(&link, folder)));
    assert_int_equal(keeper_status(&status, mem, link, &none), KEEPER_NO_KEEPER);
    keeper_link_close(link);
}

static void
link__a_question_that_is_too_long_is_not_sent(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    static char phrase[KEEPER_PHRASE_MAX + 1];
    struct keeper_unseal unseal = { .phrase = { phrase, sizeof phrase } };
    struct keeper_none none;
    struct keeper_link *link;

    (void)state;
    assert_false(sk_failed(keeper_link_open(&link, folder)));
    assert_int_equal(keeper_unseal(&none, mem, link, &unseal), KEEPER_TOO_LONG);
    keeper_link_close(link);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(link__asks_again_where_a_kept_connection_has_ended),
        cmocka_unit_test(link__says_so_where_nobody_listens),
        cmocka_unit_test(link__a_question_that_is_too_long_is_not_sent),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
