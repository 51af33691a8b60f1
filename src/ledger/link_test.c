/* The link against a writer that is played by a thread: answers, silence, restarts. */
#include "base/file.h"
#include "base/when.h"
#include "ledger/ledger.h"
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

enum { THREADS = 40, EACH = 5 };

static char folder[] = "/tmp/sekisho-link-XXXXXX";
static char path[100];

/* How the played writer behaves. */
struct play {
    int listener;
    const char *answer; /* to each line; NULL: silence */
    unsigned each;      /* answers before it closes the connection; 0: never closes */
    unsigned connections;
    pthread_t thread;
};

struct peer {
    struct play play;
    int fd;
};

static void *
peer_run(void *arg)
{
    struct peer *peer = arg;
    char byte;
    unsigned said = 0;

    while (read(peer->fd, &byte, 1) == 1) {
        if (byte != '\n' || !peer->play.answer) continue;
        if (send(peer->fd, peer->play.answer, strlen(peer->play.answer), MSG_NOSIGNAL) < 0) break;
        if (++said == peer->play.each) break;
    }
    close(peer->fd);
    free(peer);
    return NULL;
}

static void *
play_run(void *arg)
{
    struct play *play = arg;
    int fd;

    while ((fd = accept(play->listener, NULL, NULL)) >= 0) {
        struct peer *peer = malloc(sizeof *peer);
        pthread_t thread;

        if (!peer) abort();
        *peer = (struct peer){ *play, fd };
        play->connections++;
        if (pthread_create(&thread, NULL, peer_run, peer) != 0) abort();
        pthread_detach(thread);
    }
    return NULL;
}

static void
play_begin(struct play *play)
{
    assert_false(sk_failed(part_socket_listen(&play->listener, path, 0600)));
    assert_int_equal(pthread_create(&play->thread, NULL, play_run, play), 0);
}

static void
play_end(struct play *play)
{
    shutdown(play->listener, SHUT_RDWR);
    pthread_join(play->thread, NULL);
    close(play->listener);
    unlink(path);
}

static const struct ledger_event event = { .principal = SK_STR("acc_1"),
                                           .action = SK_STR("accounts.sign_in"),
                                           .outcome = SK_STR("ok") };

static void
link__tells_over_one_connection_again_and_again(void **state)
{
    struct play play = { .answer = "{\"seq\":7,\"time\":\"2026-11-26T16:00:00.000Z\"}\n" };
    struct ledger_link *link;

    (void)state;
    play_begin(&play);
    assert_false(sk_failed(ledger_link_open(&link, folder)));
    for (int i = 0; i < 10; i++)
        assert_false(sk_failed(ledger_tell(link, &event)));
    assert_int_equal(play.connections, 1);
    ledger_link_close(link);
    play_end(&play);
}

static void
link__goes_on_when_the_writer_closed_meanwhile(void **state)
{
    struct play play = { .answer = "{\"seq\":7}\n", .each = 1 };
    struct ledger_link *link;

    (void)state;
    play_begin(&play);
    assert_false(sk_failed(ledger_link_open(&link, folder)));
    for (int i = 0; i < 5; i++)
        assert_false(sk_failed(ledger_tell(link, &event)));
    assert_int_equal(play.connections, 5);
    ledger_link_close(link);
    play_end(&play);
}

static void
link__says_why_the_writer_refused(void **state)
{
    struct play play = { .answer = "{\"error\":\"full\",\"why\":\"no room on the disk\"}\n" };
    struct ledger_link *link;
    sk_err e;

    (void)state;
    play_begin(&play);
    assert_false(sk_failed(ledger_link_open(&link, folder)));
    e = ledger_tell(link, &event);
    assert_int_equal(e.kind, SK_FULL);
    assert_non_null(strstr(e.why, "no room on the disk"));
    ledger_link_close(link);
    play_end(&play);
}

static void
link__does_not_wait_for_ever(void **state)
{
    struct play play = { .answer = NULL };
    struct ledger_link *link;
    sk_when begun = sk_monotonic(), spent;

    (void)state;
    assert_false(sk_failed(ledger_link_open(&link, folder)));
    assert_int_equal(ledger_tell(link, &event).kind, SK_MISSING); /* nobody listens */
    play_begin(&play);
    assert_int_equal(ledger_tell(link, &event).kind, SK_BUSY); /* nobody answers */
    spent = sk_monotonic() - begun;
    assert_in_range(spent, LEDGER_PATIENCE_MS, 3 * LEDGER_PATIENCE_MS);
    ledger_link_close(link);
    play_end(&play);
}

static void *
play_late(void *arg)
{
    usleep(300 * 1000);
    play_begin(arg);
    return NULL;
}

static void
link__waits_for_a_writer_that_starts(void **state)
{
    struct play play = { .answer = "{\"seq\":1}\n" };
    struct ledger_link *link;
    pthread_t later;

    (void)state;
    assert_false(sk_failed(ledger_link_open(&link, folder)));
    assert_int_equal(pthread_create(&later, NULL, play_late, &play), 0);
    assert_false(sk_failed(ledger_tell(link, &event)));
    pthread_join(later, NULL);
    ledger_link_close(link);
    play_end(&play);
}

struct teller {
    struct ledger_link *link;
    unsigned good;
    pthread_t thread;
};

static void *
tell_some(void *arg)
{
    struct teller *teller = arg;

    for (int i = 0; i < EACH; i++)
        teller->good += !sk_failed(ledger_tell(teller->link, &event));
    return NULL;
}

static void
link__serves_more_threads_than_it_has_connections(void **state)
{
    struct play play = { .answer = "{\"seq\":1}\n" };
    struct ledger_link *link;
    struct teller teller[THREADS];

    (void)state;
    play_begin(&play);
    assert_false(sk_failed(ledger_link_open(&link, folder)));
    for (int i = 0; i < THREADS; i++) {
        teller[i] = (struct teller){ .link = link };
        assert_int_equal(pthread_create(&teller[i].thread, NULL, tell_some, &teller[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(teller[i].thread, NULL);
        assert_int_equal(teller[i].good, EACH);
    }
    assert_true(play.connections <= LEDGER_LINKS_MAX);
    ledger_link_close(link);
    play_end(&play);
}

static void
link__refuses_a_path_that_no_socket_can_have(void **state)
{
    char state_path[200];
    struct ledger_link *link;

    (void)state;
    memset(state_path, 'x', sizeof state_path - 1);
    state_path[sizeof state_path - 1] = 0;
    assert_int_equal(ledger_link_open(&link, state_path).kind, SK_FULL);
}

static int
folder_make(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/run", folder);
    if (mkdir(path, 0700) != 0) return -1;
    snprintf(path, sizeof path, "%s/run/ledger.sock", folder);
    return 0;
}

static int
folder_remove(void **state)
{
    (void)state;
    return sk_file_remove_tree(folder) ? 0 : -1;
}

static void
link__tells_several_in_one_go_and_hears_all_answers(void **state)
{
    struct play play = { .answer = "{\"seq\":7,\"time\":\"2026-11-27T00:00:00.000Z\"}\n" };
    struct ledger_event all[] = { event, event, event };
    struct ledger_link *link;
    uint64_t sequence = 0;

    (void)state;
    play_begin(&play);
    assert_false(sk_failed(ledger_link_open(&link, folder)));
    for (int i = 0; i < 2; i++) { /* nothing of the first answers is left for the second */
        assert_false(sk_failed(ledger_tell_all(&sequence, link, all, 3)));
        assert_int_equal(sequence, 7);
    }
    assert_int_equal(play.connections, 1);
    ledger_link_close(link);
    play_end(&play);
}

static void
link__of_several_one_that_is_refused_is_a_failure(void **state)
{
    struct play play = { .answer = "{\"error\":\"full\",\"why\":\"no room\"}\n" };
    struct ledger_event all[] = { event, event };
    struct ledger_link *link;
    uint64_t sequence;

    (void)state;
    play_begin(&play);
    assert_false(sk_failed(ledger_link_open(&link, folder)));
    assert_int_equal(ledger_tell_all(&sequence, link, all, 2).kind, SK_FULL);
    ledger_link_close(link);
    play_end(&play);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(link__tells_over_one_connection_again_and_again),
        cmocka_unit_test(link__goes_on_when_the_writer_closed_meanwhile),
        cmocka_unit_test(link__says_why_the_writer_refused),
        cmocka_unit_test(link__does_not_wait_for_ever),
        cmocka_unit_test(link__waits_for_a_writer_that_starts),
        cmocka_unit_test(link__serves_more_threads_than_it_has_connections),
        cmocka_unit_test(link__tells_several_in_one_go_and_hears_all_answers),
        cmocka_unit_test(link__of_several_one_that_is_refused_is_a_failure),
        cmocka_unit_test(link__refuses_a_path_that_no_socket_can_have),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
