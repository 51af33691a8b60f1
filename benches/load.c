/* A closed loop of HTTP/1.1 requests over kept-alive connections to 127.0.0.1.
 *
 *     sekisho_load PORT PACK SECONDS CONNECTIONS [FROM]
 *
 * PACK holds the bytes of requests (see pack.h), sent as they are, in turn, from the FROM-th on.
 * At the deadline nothing new is begun, but every answer still due is waited for: what is counted
 * is what the server has served, so its CPU time divided by the count is honest also where one
 * request costs milliseconds. Prints one line of JSON. Exit 1 when an answer was lost. */
#include "answer.h"
#include "pack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 512,
    TIMES_MAX = 4 << 20,     /* answer times kept; later ones are only counted */
    DRAIN_US = 60 * 1000000, /* an answer that takes longer is lost */
    EVENTS = 64,
};

struct peer {
    int fd;            /* -1: to be opened */
    const sk_str *ask; /* NULL: idle */
    size_t sent;
    uint64_t began;
    struct answer answer;
};

struct load {
    uint16_t port;
    int epoll;
    uint64_t deadline; /* microseconds, monotonic */
    struct pack pack;
    size_t turn;
    struct peer *peers;
    size_t peer_count, busy;
    uint64_t by_class[6]; /* answers by the first digit of their status */
    uint64_t lost, bytes;
    uint32_t *times;
    size_t time_count;
};

static uint64_t
now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void
peer_watch(struct load *l, struct peer *p, int op, bool writing)
{
    struct epoll_event event = { .events = EPOLLIN | (writing ? (uint32_t)EPOLLOUT : 0),
                                 .data.ptr = p };

    (void)epoll_ctl(l->epoll, op, p->fd, &event);
}

static bool
peer_open(struct load *l, struct peer *p)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(l->port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1;

    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (p->fd < 0) return false;
    if (connect(p->fd, (struct sockaddr *)&to, sizeof to) != 0 ||
        setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0 ||
        fcntl(p->fd, F_SETFL, O_NONBLOCK) != 0) {
        close(p->fd);
        p->fd = -1;
        return false;
    }
    peer_watch(l, p, EPOLL_CTL_ADD, false);
    return true;
}

static void
peer_close(struct peer *p)
{
    if (p->fd >= 0) close(p->fd);
    p->fd = -1;
}

/* An error while sending is not the end: a server may refuse a body that it has not read, and its
 * answer is then still to be read. */
static void
peer_send(struct load *l, struct peer *p)
{
    while (p->sent < p->ask->n) {
        ssize_t n = send(p->fd, p->ask->p + p->sent, p->ask->n - p->sent, MSG_NOSIGNAL);

        if (n < 0 && errno == EAGAIN) {
            peer_watch(l, p, EPOLL_CTL_MOD, true);
            return;
        }
        if (n < 0) break;
        p->sent += (size_t)n;
    }
    peer_watch(l, p, EPOLL_CTL_MOD, false);
}

static void
peer_begin(struct load *l, struct peer *p)
{
    p->ask = NULL;
    if (now_us() >= l->deadline) return;
    if (p->fd < 0 && !peer_open(l, p)) {
        l->lost++;
        return;
    }
    p->ask = &l->pack.at[l->turn++ % l->pack.count];
    p->sent = 0;
    p->began = now_us();
    answer_reset(&p->answer, sk_str_starts(*p->ask, SK_STR("HEAD ")));
    l->busy++;
    peer_send(l, p);
}

static void
peer_end(struct load *l, struct peer *p, bool whole)
{
    uint64_t took = now_us() - p->began;
    int class = p->answer.status / 100;

    l->busy--;
    if (!whole) {
        l->lost++;
    } else {
        l->by_class[class > 0 && class < 6 ? class : 0]++;
        if (l->time_count < TIMES_MAX) l->times[l->time_count++] = (uint32_t)took;
    }
    if (!whole || p->answer.closes || p->sent < p->ask->n) peer_close(p);
    peer_begin(l, p);
}

static void
peer_receive(struct load *l, struct peer *p)
{
    static char buffer[65536];
    size_t used;
    ssize_t n = recv(p->fd, buffer, sizeof buffer, 0);
    enum answer_end end;

    if (n < 0 && errno == EAGAIN) return;
    if (!p->ask) { /* idle and closed by the server */
        peer_close(p);
        return;
    }
    if (n <= 0) {
        bool whole = n == 0 && answer_closed(&p->answer) == ANSWER_DONE;
        peer_close(p);
        peer_end(l, p, whole);
        return;
    }
    l->bytes += (uint64_t)n;
    end = answer_feed(&p->answer, buffer, (size_t)n, &used);
    if (end != ANSWER_MORE) peer_end(l, p, end == ANSWER_DONE && used == (size_t)n);
}

static void
load_run(struct load *l)
{
    struct epoll_event events[EVENTS];

    for (size_t i = 0; i < l->peer_count; i++)
        peer_begin(l, &l->peers[i]);
    while (l->busy > 0 && now_us() < l->deadline + DRAIN_US) {
        int n = epoll_wait(l->epoll, events, EVENTS, 1000);

        for (int i = 0; i < n; i++) {
            struct peer *p = events[i].data.ptr;

            if (p->fd >= 0 && p->ask && (events[i].events & EPOLLOUT)) peer_send(l, p);
            if (p->fd >= 0 && (events[i].events & ~(uint32_t)EPOLLOUT)) peer_receive(l, p);
        }
    }
    l->lost += l->busy;
}

static int
time_compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void
load_print(struct load *l, uint64_t took)
{
    uint64_t served = 0;
    size_t n = l->time_count;

    for (size_t i = 0; i < 6; i++)
        served += l->by_class[i];
    qsort(l->times, n, sizeof *l->times, time_compare);
    printf("{\"turn\":%zu,\"served\":%" PRIu64 ",\"lost\":%" PRIu64
           ",\"seconds\":%.6f,\"bytes\":%" PRIu64 ",\"2xx\":%" PRIu64 ",\"3xx\":%" PRIu64
           ",\"4xx\":%" PRIu64 ",\"5xx\":%" PRIu64 ",\"p50_us\":%" PRIu32 ",\"p99_us\":%" PRIu32
           "}\n",
           l->turn, served, l->lost, (double)took / 1e6, l->bytes, l->by_class[2], l->by_class[3],
           l->by_class[4], l->by_class[5], n ? l->times[n / 2] : 0, n ? l->times[n * 99 / 100] : 0);
}

static sk_err
load_new(struct load *l, sk_arena *mem, char **argv)
{
    double seconds = strtod(argv[3], NULL);

    l->port = (uint16_t)strtol(argv[1], NULL, 10);
    l->peer_count = (size_t)strtol(argv[4], NULL, 10);
    if (l->port == 0 || seconds <= 0 || l->peer_count < 1 || l->peer_count > CONNECTIONS_MAX) {
        return sk_fail(SK_BAD, "usage: sekisho_load PORT PACK SECONDS CONNECTIONS (1..%d)",
                       CONNECTIONS_MAX);
    }
    TRY(pack_read(&l->pack, mem, argv[2]));
    if (argv[5]) l->turn = (size_t)strtoul(argv[5], NULL, 10);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->peers = calloc(l->peer_count, sizeof *l->peers);
    l->times = malloc(TIMES_MAX * sizeof *l->times);
    if (l->epoll < 0 || !l->peers || !l->times) return sk_fail(SK_FULL, "no memory");
    for (size_t i = 0; i < l->peer_count; i++)
        l->peers[i].fd = -1;
    l->deadline = now_us() + (uint64_t)(seconds * 1e6);
    return sk_ok();
}

int
main(int argc, char **argv)
{
    static struct load load;
    uint64_t began;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_err err = argc == 5 || argc == 6
                     ? load_new(&load, mem, argv)
                     : sk_fail(SK_BAD, "usage: sekisho_load PORT PACK SECONDS CONNECTIONS [FROM]");

    if (sk_failed(err)) {
        fprintf(stderr, "%s\n", err.why);
        return sk_kind_rows[err.kind].exit_code;
    }
    began = now_us();
    load_run(&load);
    load_print(&load, now_us() - began);
    return load.lost > 0;
}
