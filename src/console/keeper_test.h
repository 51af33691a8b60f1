/* A keeper for tests of pages: it speaks the keeper's bytes, says what the test set, and remembers
 * what it was asked. Included by tests only. */
#ifndef SK_CONSOLE_KEEPER_TEST_H
#define SK_CONSOLE_KEEPER_TEST_H

#include "console/stage_test.h"
#include "keeper/keeper.h"

struct played {
    enum keeper_word word[KEEPER_VERBS]; /* what is answered; OK with `answer` */
    const void *answer[KEEPER_VERBS];    /* the verb's struct; NULL: empty */
    char asked[4096];                    /* "freeze orders\n" */
    int fd;
    pthread_t thread;
};
static struct played played;

static inline void
played_note(enum keeper_verb verb, const void *question)
{
    size_t n = strlen(played.asked);
    char *to = played.asked + n;
    size_t most = sizeof played.asked - n;

    if (verb == KEEPER_FREEZE || verb == KEEPER_THAW) {
        const struct keeper_purpose_ask *ask = question;
        assert_true(ask->ticket.n > 0);
        snprintf(to, most, "%s %.*s\n", keeper_verb_rows[verb].name, SK_ARG(ask->purpose));
    } else if (verb == KEEPER_RESERVE_ASK) {
        const struct keeper_reserve_ask *ask = question;
        assert_true(ask->ticket.n > 0);
        snprintf(to, most, "reserve_ask %.*s %.*s %u %u %.*s\n", SK_ARG(ask->purpose),
                 SK_ARG(ask->tenant), ask->people, ask->minutes, SK_ARG(ask->reason));
    } else if (verb == KEEPER_RESERVE_OPEN) {
        const struct keeper_reserve_open *ask = question;
        assert_true(ask->ticket.n > 0);
        snprintf(to, most, "reserve_open %.*s\n", SK_ARG(keeper_id_str(&ask->reserve_id)));
    }
}

static inline bool
played_take(int fd, void *to, size_t n)
{
    return recv(fd, to, n, MSG_WAITALL) == (ssize_t)n;
}

static inline bool
played_answer(int fd)
{
    static const char nothing[256];
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    unsigned char length[4];
    enum keeper_verb verb;
    void *question;

    if (!played_take(fd, length, 4)) return false;
    size_t n =
        (size_t)length[0] << 24 | (size_t)length[1] << 16 | (size_t)length[2] << 8 | length[3];
    char *bytes = sk_alloc(mem, n + 1);
    if (!played_take(fd, bytes, n)) return false;
    assert_false(sk_failed(keeper_question_read(&verb, &question, mem, (sk_str){ bytes, n })));
    played_note(verb, question);
    assert_false(sk_failed(keeper_answer_write(
        &out, verb, played.word[verb], played.answer[verb] ? played.answer[verb] : nothing)));
    return send(fd, out.p, out.n, MSG_NOSIGNAL) == (ssize_t)out.n;
}

static inline void *
played_run(void *unused)
{
    for (;;) {
        int fd = accept(played.fd, NULL, NULL);
        if (fd < 0) return unused;
        while (played_answer(fd)) {
        }
        close(fd);
    }
}

static inline void
played_begin(void)
{
    sk_str path = sk_str_printf(stage.mem, "%s/run/keeper.sock", stage.state);
    memset(&played, 0, sizeof played);
    assert_false(sk_failed(part_socket_listen(&played.fd, path.p, 0600)));
    assert_int_equal(pthread_create(&played.thread, NULL, played_run, NULL), 0);
}

/* After stage_close, which ends the console's connections. */
static inline void
played_end(void)
{
    if (!played.fd) return;
    shutdown(played.fd, SHUT_RDWR);
    pthread_join(played.thread, NULL);
    close(played.fd);
    played.fd = 0;
}

/* Ends a test that began with stage_open and played_begin. */
static inline int
played_close(void **state)
{
    int closed = stage_close(state);
    played_end();
    return closed;
}

#endif
