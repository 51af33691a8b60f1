#include "part/talk.h"

#include "base/file.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct part_talks {
    const char *name;
    unsigned most;
    struct sockaddr_un address;
    pthread_mutex_t lock;
    pthread_cond_t given; /* a place was given back */
    int idle[PART_TALKS_MAX];
    unsigned idle_count, used; /* `used`: out with a thread */
};

static void
unlock(pthread_mutex_t **lock)
{
    pthread_mutex_unlock(*lock);
}

#define LOCKED(talks)                                                                              \
    DEFER(unlock) pthread_mutex_t *locked_ = &(talks)->lock;                                       \
    pthread_mutex_lock(locked_)

sk_err
part_talks_open(struct part_talks **made, const char *state, const char *name, unsigned most)
{
    struct part_talks *talks = calloc(1, sizeof *talks);
    pthread_condattr_t clock;
    int n;

    if (!talks) return sk_fail(SK_FULL, "no memory");
    talks->name = name;
    talks->most = most < PART_TALKS_MAX ? most : PART_TALKS_MAX;
    talks->address.sun_family = AF_UNIX;
    n = snprintf(talks->address.sun_path, sizeof talks->address.sun_path, "%s/run/%s.sock", state,
                 name);
    if (n < 0 || (size_t)n >= sizeof talks->address.sun_path) {
        free(talks);
        return sk_fail(SK_FULL, "%s/run/%s.sock is too long for a socket", state, name);
    }
    pthread_mutex_init(&talks->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&talks->given, &clock);
    pthread_condattr_destroy(&clock);
    *made = talks;
    return sk_ok();
}

void
part_talks_close(struct part_talks *talks)
{
    if (!talks) return;
    for (unsigned i = 0; i < talks->idle_count; i++)
        close(talks->idle[i]);
    pthread_cond_destroy(&talks->given);
    pthread_mutex_destroy(&talks->lock);
    free(talks);
}

/* ── a place ── */

sk_err
part_talk_begin(struct part_talk *talk, struct part_talks *talks, int patience)
{
    struct timespec until;

    *talk = (struct part_talk){ .talks = talks, .fd = -1, .until = sk_monotonic() + patience };
    until =
        (struct timespec){ .tv_sec = talk->until / 1000, .tv_nsec = talk->until % 1000 * 1000000 };
    LOCKED(talks);
    while (talks->used == talks->most)
        if (pthread_cond_timedwait(&talks->given, &talks->lock, &until) == ETIMEDOUT)
            return sk_fail(SK_BUSY, "%u questions to the %s wait already", talks->most,
                           talks->name);
    talks->used++;
    if (talks->idle_count) {
        talk->fd = talks->idle[--talks->idle_count];
        talk->kept = true;
    }
    return sk_ok();
}

void
part_talk_end(struct part_talk *talk, bool whole)
{
    struct part_talks *talks = talk->talks;
    LOCKED(talks);

    talks->used--;
    if (talk->fd >= 0 && whole && talks->idle_count < talks->most)
        talks->idle[talks->idle_count++] = talk->fd;
    else
        sk_fd_close(&talk->fd);
    pthread_cond_signal(&talks->given);
}

/* ── a connection ── */

static sk_err
late(const struct part_talk *talk)
{
    return sk_fail(SK_BUSY, "the %s did not answer in time: what was asked may or may not be done",
                   talk->talks->name);
}

/* The socket's own patience is what is left of ours. */
static sk_err
patience_set(const struct part_talk *talk)
{
    sk_when left = talk->until - sk_monotonic();
    struct timeval t = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };

    if (left <= 0) return late(talk);
    if (setsockopt(talk->fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) != 0 ||
        setsockopt(talk->fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t) != 0)
        return sk_fail(SK_BROKEN, "no patience for the %s: %s", talk->talks->name, strerror(errno));
    return sk_ok();
}

sk_err
part_talk_connect(struct part_talk *talk)
{
    const struct part_talks *talks = talk->talks;
    const struct sockaddr_un *address = &talks->address;

    if (talk->fd >= 0) return patience_set(talk);
    talk->kept = false;
    talk->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (talk->fd < 0)
        return sk_fail(SK_BROKEN, "no socket for the %s: %s", talks->name, strerror(errno));
    TRY(patience_set(talk));
    if (connect(talk->fd, (const struct sockaddr *)address, sizeof *address) == 0)
        return patience_set(talk);
    if (errno == EAGAIN || errno == EINPROGRESS) return late(talk);
    return sk_fail(errno == EACCES || errno == EPERM ? SK_DENIED : SK_MISSING,
                   "the %s does not listen at %s: %s", talks->name, address->sun_path,
                   strerror(errno));
}

void
part_talk_drop(struct part_talk *talk)
{
    sk_fd_close(&talk->fd);
    talk->fd = -1;
    talk->kept = false;
}

static sk_err
lost(const struct part_talk *talk, ssize_t n)
{
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return late(talk);
    return sk_fail(SK_MISSING, "the %s ended the connection at %s", talk->talks->name,
                   talk->talks->address.sun_path);
}

sk_err
part_talk_send(const struct part_talk *talk, sk_str bytes)
{
    while (bytes.n) {
        ssize_t n = send(talk->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return lost(talk, n);
        bytes = sk_str_from(bytes, (size_t)n);
    }
    return sk_ok();
}

sk_err
part_talk_take(size_t *n, char *to, size_t room, const struct part_talk *talk)
{
    ssize_t got;

    do
        got = recv(talk->fd, to, room, 0);
    while (got < 0 && errno == EINTR);
    if (got <= 0) return lost(talk, got);
    *n = (size_t)got;
    return sk_ok();
}
