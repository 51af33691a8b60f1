/* What `./bench ledger` measures with: clients that wait for each acknowledgement, the Merkle tree
 * by itself, and the disk's own rate of syncs. One JSON line each.
 *
 *     sekisho_bench_ledger append SOCKET CLIENTS SECONDS
 *     sekisho_bench_ledger tree SECONDS
 *     sekisho_bench_ledger sync FOLDER SECONDS BYTES */
#include "ledger/ledger.h"
#include "base/file.h"
#include "base/when.h"
#include "ledger/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 256, SAMPLES_MAX = 20 * 1000 * 1000 };

static _Noreturn void
die(const char *what)
{
    fprintf(stderr, "sekisho_bench_ledger: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ── clients ── */

struct load {
    int epoll, fd[CLIENTS_MAX];
    int64_t asked[CLIENTS_MAX]; /* ns */
    unsigned *sample;           /* us */
    size_t samples;
    uint64_t turn;
};

static int
connected(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%.107s", path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die(path);
    return fd;
}

/* An event as a shop has it: 64 tenants, 1,000 people. */
static void
ask(struct load *load, unsigned client)
{
    char line[512];
    uint64_t turn = load->turn++;
    int n = snprintf(line, sizeof line,
                     "{\"do\":\"append\",\"tenant\":\"shop-%02u\",\"site\":\"shop\","
                     "\"request\":\"01KAT0P5Z7Q8W9X2Y3Z4%06" PRIu64 "\",\"principal\":\"acc_"
                     "5Z7Q8W9X2Y3Z4A5B%04u\",\"role\":\"staff\",\"action\":\"orders.show\","
                     "\"object\":\"ord_%016" PRIu64 "\",\"outcome\":\"ok\","
                     "\"details\":{\"purpose\":\"ship\",\"fields\":3}}\n",
                     (unsigned)(turn % 64), turn % 1000000, (unsigned)(turn % 1000), turn);

    load->asked[client] = now_ns();
    if (send(load->fd[client], line, (size_t)n, MSG_NOSIGNAL) != n) die("send");
}

static void
hear(struct load *load, unsigned client)
{
    char answer[1024];
    ssize_t n = recv(load->fd[client], answer, sizeof answer, 0);
    uint64_t sequence;

    if (n <= 0 || answer[n - 1] != '\n') die("recv");
    sk_err e = ledger_answer_read(&sequence, (sk_str){ answer, (size_t)n - 1 });
    if (sk_failed(e)) {
        fprintf(stderr, "sekisho_bench_ledger: %s\n", e.why);
        exit(1);
    }
    if (load->samples < SAMPLES_MAX)
        load->sample[load->samples++] = (unsigned)((now_ns() - load->asked[client]) / 1000);
    ask(load, client);
}

static int
by_size(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return (x > y) - (x < y);
}

static int
append(char **argv)
{
    static struct load load;
    unsigned clients = (unsigned)strtoul(argv[1], NULL, 10);
    int64_t begun = now_ns(), end = begun + (int64_t)(strtod(argv[2], NULL) * 1e9);

    if (clients == 0 || clients > CLIENTS_MAX) die("1 to 256 clients");
    load.sample = malloc(SAMPLES_MAX * sizeof *load.sample);
    load.epoll = epoll_create1(0);
    if (!load.sample || load.epoll < 0) die("no memory");
    for (unsigned i = 0; i < clients; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.u32 = i };

        load.fd[i] = connected(argv[0]);
        if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, load.fd[i], &event) != 0) die("epoll");
        ask(&load, i);
    }
    while (now_ns() < end) {
        struct epoll_event event[CLIENTS_MAX];
        int n = epoll_wait(load.epoll, event, CLIENTS_MAX, 1000);

        for (int i = 0; i < n; i++)
            hear(&load, event[i].data.u32);
    }
    double seconds = (double)(now_ns() - begun) / 1e9;
    if (load.samples == 0) die("no answer");
    qsort(load.sample, load.samples, sizeof *load.sample, by_size);
    printf("{\"clients\":%u,\"records\":%zu,\"seconds\":%.3f,\"per_second\":%.0f,\"p50_us\":%u,"
           "\"p99_us\":%u,\"max_us\":%u}\n",
           clients, load.samples, seconds, (double)load.samples / seconds,
           load.sample[load.samples / 2], load.sample[load.samples * 99 / 100],
           load.sample[load.samples - 1]);
    return 0;
}

/* ── the tree ── */

static int
tree(char **argv)
{
    static struct ledger_tree grown;
    struct ledger_hash leaf, up[LEDGER_LEVELS], root;
    char record[330];
    int64_t begun = now_ns(), end = begun + (int64_t)(strtod(argv[0], NULL) * 1e9);

    memset(record, 'x', sizeof record);
    while (grown.size % 1024 || now_ns() < end) {
        memcpy(record, &grown.size, sizeof grown.size);
        ledger_leaf(&leaf, (sk_str){ record, sizeof record });
        ledger_tree_add(up, &grown, &leaf);
    }
    ledger_tree_root(&root, &grown);
    double seconds = (double)(now_ns() - begun) / 1e9;
    printf("{\"leaves\":%" PRIu64 ",\"bytes_each\":%zu,\"seconds\":%.3f,\"per_second\":%.0f}\n",
           grown.size, sizeof record, seconds, (double)grown.size / seconds);
    return 0;
}

/* ── the disk ── */

static int
disk(char **argv)
{
    char path[4096];
    size_t bytes = strtoul(argv[2], NULL, 10);
    char *block = calloc(1, bytes);
    int64_t begun, end;
    uint64_t count = 0;

    snprintf(path, sizeof path, "%s/sync-XXXXXX", argv[0]);
    DEFER(sk_fd_close) int fd = mkstemp(path);
    if (fd < 0 || !block) die(path);
    begun = now_ns();
    end = begun + (int64_t)(strtod(argv[1], NULL) * 1e9);
    for (; now_ns() < end; count++)
        if (write(fd, block, bytes) != (ssize_t)bytes || fdatasync(fd) != 0) die(path);
    double seconds = (double)(now_ns() - begun) / 1e9;
    unlink(path);
    free(block);
    printf("{\"syncs\":%" PRIu64 ",\"bytes_each\":%zu,\"seconds\":%.3f,\"per_second\":%.0f}\n",
           count, bytes, seconds, (double)count / seconds);
    return 0;
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *word;
        int arguments;
        int (*run)(char **argv);
    } words[] = { { "append", 3, append }, { "tree", 1, tree }, { "sync", 3, disk } };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (argc == 2 + words[i].arguments && strcmp(argv[1], words[i].word) == 0)
            return words[i].run(argv + 2);
    fputs("usage: append SOCKET CLIENTS SECONDS | tree SECONDS | sync FOLDER SECONDS BYTES\n",
          stderr);
    return 2;
}
