#include "keeper/serve.h"

#include "base/file.h"
#include "keeper/wire.h"
#include "part/log.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    LENGTH = 4,
    STACK = 1 << 20,
    TEND_MS = 60 * 1000,
    SYNC_MS = 1000,
    STEP_MS = 20,
    ANSWER_SIZE = 256
};

struct seat {
    struct serve *serve;
    pthread_t thread;
    int fd;        /* -1: free */
    bool has_left; /* the thread waits to be joined */
    unsigned uid;
};

struct serve {
    struct keeper_house *house;
    pthread_mutex_t lock;
    pthread_cond_t stop_told;
    bool stops;
    struct seat seat[KEEPER_CONNECTIONS_MAX];
};

/* ── one connection ── */

/* False: it has ended, or is too slow within a frame. Between frames it may wait for ever. */
static bool
take(int fd, char *to, size_t n, bool patient)
{
    while (n) {
        ssize_t got = recv(fd, to, n, 0);

        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN && patient) continue;
        if (got <= 0) return false;
        to += got, n -= (size_t)got;
        patient = false;
    }
    return true;
}

static bool
send_all(int fd, sk_str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes = sk_str_from(bytes, (size_t)n);
    }
    return true;
}

/* The answer to a question's bytes. False: it was not of the form, and nothing more is heard. */
static bool
answer_make(struct sk_buf *out, struct keeper_desk *desk, sk_str bytes)
{
    void *answer = sk_zalloc(desk->mem, ANSWER_SIZE);
    enum keeper_verb verb = KEEPER_STATUS;
    enum keeper_word word;
    void *question;
    sk_err e = keeper_question_read(&verb, &question, desk->mem, bytes);
    bool is_read = !sk_failed(e);

    if (is_read)
        word = keeper_answer(answer, desk, verb, question);
    else
        word = e.kind == SK_FULL ? KEEPER_TOO_LONG : KEEPER_BAD;
    if (sk_failed(keeper_answer_write(out, verb, word, answer)) &&
        sk_failed(keeper_answer_write(out, verb, KEEPER_BROKEN, NULL)))
        return false;
    return is_read;
}

static bool
question_take(struct keeper_desk *desk, int fd, size_t n)
{
    struct sk_buf out = { .mem = desk->mem };
    char *bytes;
    bool goes_on;

    if (n > KEEPER_FRAME_MAX) {
        sk_err e = keeper_answer_write(&out, KEEPER_STATUS, KEEPER_TOO_LONG, NULL);

        if (!sk_failed(e)) (void)send_all(fd, sk_buf_str(&out));
        return false;
    }
    bytes = sk_alloc(desk->mem, n + 1);
    if (!take(fd, bytes, n, false)) return false;
    goes_on = answer_make(&out, desk, (sk_str){ bytes, n });
    goes_on = send_all(fd, sk_buf_str(&out)) && goes_on;
    return goes_on;
}

static void
converse(struct keeper_desk *desk, int fd, struct keeper_scratch *scratch)
{
    bool goes_on = true;

    while (goes_on) {
        unsigned char length[LENGTH];
        size_t n = 0;

        if (!take(fd, (char *)length, LENGTH, true)) return;
        for (int i = 0; i < LENGTH; i++)
            n = n << 8 | length[i];
        desk->mem = keeper_scratch_begin(scratch);
        goes_on = question_take(desk, fd, n);
        part_store_rest(desk->reader);
        sk_arena_free(desk->mem);
    }
}

static void
patience_set(int fd)
{
    struct timeval t = { .tv_sec = KEEPER_PATIENCE / 1000 };

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

static void *
seat_run(void *ctx)
{
    struct seat *seat = ctx;
    struct serve *s = seat->serve;
    struct keeper_desk desk = { .house = s->house,
                                .uid = seat->uid,
                                .is_admin = seat->uid == 0 || seat->uid == geteuid(),
                                .is_console = part_peers_have(&s->house->console, seat->uid) };
    sk_err e = keeper_keys_reader(&desk.reader, s->house->keys);

    if (sk_failed(e)) {
        part_log(PART_ERROR, "no reader of the keys: %s", e.why);
    } else {
        struct keeper_scratch *scratch = keeper_scratch_new();

        patience_set(seat->fd);
        converse(&desk, seat->fd, scratch);
        keeper_scratch_free(scratch);
        part_store_close(&desk.reader);
    }
    pthread_mutex_lock(&s->lock);
    close(seat->fd);
    seat->fd = -1;
    seat->has_left = true;
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ── who comes ── */

static void
left_join(struct seat *seat)
{
    if (!seat->has_left) return;
    pthread_join(seat->thread, NULL);
    seat->has_left = false;
}

static struct seat *
seat_free(struct serve *s)
{
    for (size_t i = 0; i < KEEPER_CONNECTIONS_MAX; i++) {
        if (s->seat[i].fd >= 0) continue;
        left_join(&s->seat[i]);
        return &s->seat[i];
    }
    return NULL;
}

/* A short answer where there is no room: who asks then asks again. */
static void
turn_away(int fd, enum keeper_word word)
{
    const char bytes[] = { 0, 0, 0, 1, (char)word };

    (void)send(fd, bytes, sizeof bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(fd);
}

static bool
seat_begin(struct seat *seat)
{
    pthread_attr_t attr;
    bool begun;

    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    begun = pthread_create(&seat->thread, &attr, seat_run, seat) == 0;
    pthread_attr_destroy(&attr);
    return begun;
}

static void
take_in(struct serve *s, const struct part_peers *peers, int listen_fd)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    unsigned uid;
    struct seat *seat;

    if (fd < 0) return;
    uid = part_peer_uid(fd);
    if (!part_peers_have(peers, uid)) {
        part_log(PART_INFO, "user %u is not heard", uid);
        turn_away(fd, KEEPER_DENIED);
        return;
    }
    pthread_mutex_lock(&s->lock);
    seat = seat_free(s);
    if (seat) {
        seat->fd = fd;
        seat->uid = uid;
        if (!seat_begin(seat)) {
            seat->fd = -1;
            seat = NULL;
        }
    }
    pthread_mutex_unlock(&s->lock);
    if (!seat) turn_away(fd, KEEPER_BUSY);
}

/* ── what is to be done from time to time ── */

static void
trouble_note(struct keeper_house *house, const char *what, sk_err e)
{
    if (!sk_failed(e)) return;
    part_log(PART_ERROR, "%s: %s", what, e.why);
    pthread_mutex_lock(&house->lock);
    snprintf(house->trouble, sizeof house->trouble, "%s: %.200s", what, e.why);
    pthread_mutex_unlock(&house->lock);
}

static uint64_t
tend(struct keeper_house *house)
{
    char name[KEEPER_NAME_MAX];
    uint64_t left = 0;

    pthread_mutex_lock(&house->lock);
    house->trouble[0] = 0;
    pthread_mutex_unlock(&house->lock);
    trouble_note(house, "the budgets' journal", keeper_budget_tend(house->budget, house->now()));
    trouble_note(house, "the journal of what is earned",
                 keeper_earned_tend(house->earned, house->now()));
    trouble_note(house, "a copy of the keys", keeper_keys_backup(name, house->keys, false));
    trouble_note(house, "keys that are old", keeper_age_tend(house));
    trouble_note(house, "rotation", keeper_keys_tend(&left, house->keys));
    pthread_mutex_lock(&house->lock);
    house->left = left;
    pthread_mutex_unlock(&house->lock);
    return left;
}

static void
journals_sync(struct keeper_house *house)
{
    trouble_note(house, "the budgets' journal", keeper_budget_sync(house->budget));
    trouble_note(house, "the journal of what is earned", keeper_earned_sync(house->earned));
}

/* Waits unless it is time to stop. */
static bool
pause_for(struct serve *s, long ms)
{
    struct timespec until;
    bool goes_on;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    pthread_mutex_lock(&s->lock);
    while (!s->stops)
        if (pthread_cond_timedwait(&s->stop_told, &s->lock, &until) == ETIMEDOUT) break;
    goes_on = !s->stops;
    pthread_mutex_unlock(&s->lock);
    return goes_on;
}

static void *
tender_run(void *ctx)
{
    struct serve *s = ctx;
    sk_when next = 0;
    uint64_t left = 0;

    do {
        sk_when now = sk_monotonic();

        if (left || now >= next) {
            left = tend(s->house);
            next = now + TEND_MS;
        } else {
            journals_sync(s->house);
        }
    } while (pause_for(s, left ? STEP_MS : SYNC_MS));
    return NULL;
}

/* ── begin and end ── */

static void
stop_all(struct serve *s)
{
    pthread_mutex_lock(&s->lock);
    s->stops = true;
    pthread_cond_broadcast(&s->stop_told);
    for (size_t i = 0; i < KEEPER_CONNECTIONS_MAX; i++)
        if (s->seat[i].fd >= 0) (void)shutdown(s->seat[i].fd, SHUT_RD);
    pthread_mutex_unlock(&s->lock);
    for (size_t i = 0; i < KEEPER_CONNECTIONS_MAX; i++) {
        pthread_mutex_lock(&s->lock);
        bool joins = s->seat[i].fd >= 0 || s->seat[i].has_left;
        pthread_mutex_unlock(&s->lock);
        if (joins) pthread_join(s->seat[i].thread, NULL);
    }
}

void
keeper_serve(struct keeper_house *house, const struct part_peers *peers, int listen_fd, int stop_fd)
{
    struct serve *s = calloc(1, sizeof *s);
    struct pollfd ears[] = { { listen_fd, POLLIN, 0 }, { stop_fd, POLLIN, 0 } };
    pthread_t tender;
    bool tends;

    if (!s) abort();
    s->house = house;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->stop_told, NULL);
    for (size_t i = 0; i < KEEPER_CONNECTIONS_MAX; i++)
        s->seat[i] = (struct seat){ .serve = s, .fd = -1 };
    tends = pthread_create(&tender, NULL, tender_run, s) == 0;
    if (!tends) part_log(PART_ERROR, "no thread: journals grow, and no copies are made");
    while (!ears[1].revents) {
        if (poll(ears, 2, -1) < 0 && errno != EINTR) break;
        if (ears[0].revents) take_in(s, peers, listen_fd);
    }
    stop_all(s);
    if (tends) pthread_join(tender, NULL);
    pthread_cond_destroy(&s->stop_told);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
