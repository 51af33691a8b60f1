/* Blocking conversation with the keeper. Each question has a connection to itself while it lasts;
 * connections are kept for the next one. */
#include "base/file.h"
#include "keeper/keeper.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LENGTH = 4 };

struct keeper_link {
    struct sockaddr_un address;
    pthread_mutex_t lock;
    pthread_cond_t given; /* a place was given back */
    int idle[KEEPER_LINKS_MAX];
    unsigned idle_count, used; /* `used`: out with a thread */
};

/* One question's way. */
struct talk {
    struct keeper_link *link;
    int fd;
    bool kept; /* the connection was used before, so its other end may be gone */
    sk_when until;
};

static void
unlock(pthread_mutex_t **lock)
{
    pthread_mutex_unlock(*lock);
}

#define LOCKED(link)                                                                               \
    DEFER(unlock) pthread_mutex_t *locked_ = &(link)->lock;                                        \
    pthread_mutex_lock(locked_)

sk_err
keeper_link_open(struct keeper_link **made, const char *state)
{
    struct keeper_link *link = calloc(1, sizeof *link);
    pthread_condattr_t clock;
    int n;

    if (!link) return sk_fail(SK_FULL, "no memory");
    link->address.sun_family = AF_UNIX;
    n = snprintf(link->address.sun_path, sizeof link->address.sun_path, "%s/run/keeper.sock",
                 state);
    if (n < 0 || (size_t)n >= sizeof link->address.sun_path) {
        free(link);
        return sk_fail(SK_FULL, "%s/run/keeper.sock is too long for a socket", state);
    }
    pthread_mutex_init(&link->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&link->given, &clock);
    pthread_condattr_destroy(&clock);
    *made = link;
    return sk_ok();
}

void
keeper_link_close(struct keeper_link *link)
{
    if (!link) return;
    for (unsigned i = 0; i < link->idle_count; i++)
        close(link->idle[i]);
    pthread_cond_destroy(&link->given);
    pthread_mutex_destroy(&link->lock);
    free(link);
}

static sk_err
late(void)
{
    return sk_fail(SK_BUSY, "the keeper did not answer in time");
}

/* The socket's own patience is what is left of ours. */
static sk_err
patience_set(const struct talk *talk)
{
    sk_when left = talk->until - sk_monotonic();
    struct timeval t = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };

    if (left <= 0) return late();
    if (setsockopt(talk->fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) != 0 ||
        setsockopt(talk->fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t) != 0)
        return sk_fail(SK_BROKEN, "no patience for the keeper: %s", strerror(errno));
    return sk_ok();
}

static sk_err
connect_to(struct talk *talk)
{
    const struct sockaddr_un *address = &talk->link->address;

    talk->kept = false;
    talk->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (talk->fd < 0) return sk_fail(SK_BROKEN, "no socket for the keeper: %s", strerror(errno));
    TRY(patience_set(talk));
    if (connect(talk->fd, (const struct sockaddr *)address, sizeof *address) == 0) return sk_ok();
    if (errno == EAGAIN || errno == EINPROGRESS) return late();
    return sk_fail(SK_MISSING, "the keeper does not listen: %s", strerror(errno));
}

/* Holds one of the link's places; takes a connection that is kept where there is one. */
static sk_err
place_take(struct talk *talk)
{
    struct keeper_link *link = talk->link;
    struct timespec until = { .tv_sec = talk->until / 1000,
                              .tv_nsec = talk->until % 1000 * 1000000 };
    LOCKED(link);

    while (link->used == KEEPER_LINKS_MAX)
        if (pthread_cond_timedwait(&link->given, &link->lock, &until) == ETIMEDOUT) return late();
    link->used++;
    if (link->idle_count) {
        talk->fd = link->idle[--link->idle_count];
        talk->kept = true;
    }
    return sk_ok();
}

/* A connection in which an answer may still come must not be used again. */
static void
place_give(struct talk *talk, bool whole)
{
    struct keeper_link *link = talk->link;
    LOCKED(link);

    link->used--;
    if (talk->fd >= 0 && whole && link->idle_count < KEEPER_LINKS_MAX)
        link->idle[link->idle_count++] = talk->fd;
    else
        sk_fd_close(&talk->fd);
    pthread_cond_signal(&link->given);
}

static sk_err
lost(ssize_t n)
{
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return late();
    return sk_fail(SK_MISSING, "the keeper ended the connection");
}

static sk_err
send_all(const struct talk *talk, sk_str bytes)
{
    while (bytes.n) {
        ssize_t n = send(talk->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return lost(n);
        bytes = sk_str_from(bytes, (size_t)n);
    }
    return sk_ok();
}

static sk_err
take(const struct talk *talk, char *to, size_t n)
{
    while (n) {
        ssize_t got = recv(talk->fd, to, n, 0);

        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return lost(got);
        to += got, n -= (size_t)got;
    }
    return sk_ok();
}

static sk_err
answer_take(sk_str *answer, sk_arena *mem, const struct talk *talk)
{
    unsigned char length[LENGTH];
    size_t n = 0;
    char *bytes;

    TRY(take(talk, (char *)length, LENGTH));
    for (int i = 0; i < LENGTH; i++)
        n = n << 8 | length[i];
    if (n > KEEPER_FRAME_MAX) return sk_fail(SK_BROKEN, "the keeper's answer has no end");
    bytes = sk_alloc(mem, n);
    *answer = (sk_str){ bytes, n };
    return take(talk, bytes, n);
}

static sk_err
once(sk_str *answer, sk_arena *mem, struct talk *talk, sk_str question)
{
    if (talk->fd < 0) TRY(connect_to(talk));
    TRY(patience_set(talk));
    TRY(send_all(talk, question));
    return answer_take(answer, mem, talk);
}

/* A connection that was kept may have ended since: that one is made anew, once. */
static sk_err
converse(sk_str *answer, sk_arena *mem, struct talk *talk, sk_str question)
{
    sk_err e = once(answer, mem, talk, question);

    if (e.kind != SK_MISSING || !talk->kept) return e;
    sk_fd_close(&talk->fd);
    talk->fd = -1;
    return once(answer, mem, talk, question);
}

static sk_err
ask(sk_str *answer, sk_arena *mem, struct keeper_link *link, sk_str question)
{
    struct talk talk = { .link = link, .fd = -1, .until = sk_monotonic() + KEEPER_PATIENCE };
    sk_err e;

    TRY(place_take(&talk));
    e = converse(answer, mem, &talk, question);
    place_give(&talk, !sk_failed(e));
    return e;
}

enum keeper_word
keeper_ask(void *answer, sk_arena *mem, struct keeper_link *link, enum keeper_verb verb,
           const void *question)
{
    struct sk_buf out = { .mem = mem };
    enum keeper_word word;
    sk_str bytes;
    sk_err e = keeper_question_write(&out, verb, question);

    if (sk_failed(e)) return e.kind == SK_FULL ? KEEPER_TOO_LONG : KEEPER_BAD;
    if (sk_failed(ask(&bytes, mem, link, sk_buf_str(&out)))) return KEEPER_NO_KEEPER;
    e = keeper_answer_read(&word, answer, mem, verb, bytes);
    return sk_failed(e) ? KEEPER_BROKEN : word;
}
