/* Blocking conversation with the writer. Each question has a connection to itself while it lasts;
 * connections are kept for the next one. */
#include "base/file.h"
#include "base/json.h"
#include "base/when.h"
#include "ledger/ledger.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 20, ASKED_MAX = 256 * 1024 };

struct ledger_link {
    struct sockaddr_un address;
    pthread_mutex_t lock;
    pthread_cond_t given; /* a connection came back, or one may be made */
    int idle[LEDGER_LINKS_MAX];
    unsigned idle_count, used; /* `used`: out with a thread */
};

/* One question's way: what it holds and until when it may last. */
struct talk {
    struct ledger_link *link;
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
ledger_link_open(struct ledger_link **made, const char *state)
{
    struct ledger_link *link = calloc(1, sizeof *link);
    pthread_condattr_t clock;
    int n;

    if (!link) return sk_fail(SK_FULL, "no memory");
    link->address.sun_family = AF_UNIX;
    n = snprintf(link->address.sun_path, sizeof link->address.sun_path, "%s/run/ledger.sock",
                 state);
    if (n < 0 || (size_t)n >= sizeof link->address.sun_path) {
        free(link);
        return sk_fail(SK_FULL, "%s/run/ledger.sock is too long for a socket", state);
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
ledger_link_close(struct ledger_link *link)
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
    return sk_fail(SK_BUSY, "the ledger did not answer in time: the record may or may not be kept");
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
        return sk_fail(SK_BROKEN, "no patience for the ledger: %s", strerror(errno));
    return sk_ok();
}

static sk_err
connect_to(struct talk *talk)
{
    const struct sockaddr_un *address = &talk->link->address;

    talk->kept = false;
    talk->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (talk->fd < 0) return sk_fail(SK_BROKEN, "no socket for the ledger: %s", strerror(errno));
    TRY(patience_set(talk));
    if (connect(talk->fd, (const struct sockaddr *)address, sizeof *address) == 0) return sk_ok();
    if (errno == EAGAIN || errno == EINPROGRESS) return late();
    return sk_fail(errno == EACCES || errno == EPERM ? SK_DENIED : SK_MISSING,
                   "the ledger does not listen at %s: %s", address->sun_path, strerror(errno));
}

static bool
take_idle(struct talk *talk)
{
    struct ledger_link *link = talk->link;

    if (!link->idle_count) return false;
    talk->fd = link->idle[--link->idle_count];
    talk->kept = true;
    return true;
}

/* Holds one of the link's places; takes a connection that is kept where there is one. */
static sk_err
place_take(struct talk *talk)
{
    struct ledger_link *link = talk->link;
    struct timespec until = { .tv_sec = talk->until / 1000,
                              .tv_nsec = talk->until % 1000 * 1000000 };
    LOCKED(link);

    while (link->used == LEDGER_LINKS_MAX)
        if (pthread_cond_timedwait(&link->given, &link->lock, &until) == ETIMEDOUT)
            return sk_fail(SK_BUSY, "%d questions to the ledger wait already", LEDGER_LINKS_MAX);
    link->used++;
    take_idle(talk);
    return sk_ok();
}

/* A connection in which an answer may still come must not be used again. */
static void
place_give(struct talk *talk, bool whole)
{
    struct ledger_link *link = talk->link;
    LOCKED(link);

    link->used--;
    if (talk->fd >= 0 && whole && link->idle_count < LEDGER_LINKS_MAX)
        link->idle[link->idle_count++] = talk->fd;
    else
        sk_fd_close(&talk->fd);
    pthread_cond_signal(&link->given);
}

static sk_err
lost(const struct talk *talk, ssize_t n)
{
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return late();
    return sk_fail(SK_MISSING, "the ledger ended the connection at %s",
                   talk->link->address.sun_path);
}

static sk_err
send_all(const struct talk *talk, sk_str text)
{
    while (text.n) {
        ssize_t n = send(talk->fd, text.p, text.n, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return lost(talk, n);
        text = sk_str_from(text, (size_t)n);
    }
    return sk_ok();
}

static sk_err
answer_take(sk_str *answer, sk_arena *mem, const struct talk *talk)
{
    struct sk_buf in = { .mem = mem };

    while (in.n < ASKED_MAX) {
        char *to = sk_buf_room(&in, LEDGER_ANSWER_MAX);
        ssize_t n = recv(talk->fd, to, LEDGER_ANSWER_MAX, 0);

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return lost(talk, n);
        in.n += (size_t)n;
        if (in.p[in.n - 1] != '\n') continue;
        *answer = (sk_str){ in.p, in.n - 1 };
        return sk_ok();
    }
    return sk_fail(SK_BROKEN, "the ledger's answer has no end");
}

static sk_err
once(sk_str *answer, sk_arena *mem, struct talk *talk, sk_str question)
{
    if (talk->fd < 0) TRY(connect_to(talk));
    TRY(patience_set(talk));
    TRY(send_all(talk, question));
    return answer_take(answer, mem, talk);
}

static void
pause_short(void)
{
    struct timespec t = { 0, PAUSE_MS * 1000000L };

    nanosleep(&t, NULL);
}

/* As long as there is time: a writer that is started again closes what it had, and its socket file
 * may be missing for a moment. */
static sk_err
converse(sk_str *answer, sk_arena *mem, struct talk *talk, sk_str question)
{
    for (;;) {
        sk_err e = once(answer, mem, talk, question);

        if (e.kind != SK_MISSING) return e;
        sk_fd_close(&talk->fd);
        talk->fd = -1;
        if (talk->kept) {
            talk->kept = false;
            continue;
        }
        pause_short();
        if (talk->until <= sk_monotonic()) return e;
    }
}

/* `question` ends with its line end. */
static sk_err
ask_line(sk_str *answer, sk_arena *mem, struct ledger_link *link, sk_str question)
{
    struct talk talk = { .link = link, .fd = -1, .until = sk_monotonic() + LEDGER_PATIENCE_MS };
    sk_err e;

    TRY(place_take(&talk));
    e = converse(answer, mem, &talk, question);
    place_give(&talk, !sk_failed(e));
    return e;
}

sk_err
ledger_tell(struct ledger_link *link, const struct ledger_event *event)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf line = { .mem = mem };
    uint64_t sequence;
    sk_str answer;

    ledger_event_write(&line, event);
    TRY(ask_line(&answer, mem, link, sk_buf_str(&line)));
    return ledger_answer_read(&sequence, answer);
}

sk_err
ledger_ask(sk_str *answer, sk_arena *mem, struct ledger_link *link, sk_str question)
{
    DEFER(sk_json_close) sk_json *read = NULL;
    struct sk_buf line = { .mem = mem };
    uint64_t none;

    sk_buf_add(&line, question);
    sk_buf_byte(&line, '\n');
    TRY(ask_line(answer, mem, link, sk_buf_str(&line)));
    if (sk_failed(sk_json_read(&read, *answer)) || sk_json_get(read, "error"))
        return ledger_answer_read(&none, *answer);
    return sk_ok();
}
