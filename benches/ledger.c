/* What `./bench ledger` measures with: clients that wait for each acknowledgement, the Merkle tree
 * by itself, and the disk's own rate of syncs. One JSON line each.
 *
 *     sekisho_bench_ledger append SOCKET CLIENTS SECONDS
 *     sekisho_bench_ledger tree SECONDS
 *     sekisho_bench_ledger sync FOLDER SECONDS BYTES
 *     sekisho_bench_ledger fill STATE RECORDS DAYS */
#include "ledger/ledger.h"
#include "base/file.h"
#include "base/when.h"
#include "ledger/store.h"
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

/* ── many records ── */

/* Days of them in minutes: the writer's own store, told another time. What `search` looks for is
 * rare or frequent by its name: a request is one record, a person 100, a tenant one in 64, an
 * action one in 8. */
static sk_when fill_time;

static sk_when
fill_now(void)
{
    return fill_time;
}

static void
fill_event(struct ledger_event *event, sk_arena *mem, uint64_t turn, uint64_t people)
{
    static const char *const actions[] = { "accounts.sign_in",     "accounts.sign_out",
                                           "accounts.sign_up",     "accounts.invite",
                                           "accounts.right_ask",   "accounts.screens_set",
                                           "accounts.session_end", "accounts.remove" };

    *event = (struct ledger_event){
        .tenant = sk_str_printf(mem, "shop-%02" PRIu64, turn % 64),
        .site = SK_STR("shop"),
        .request = sk_str_printf(mem, "01KAT0P5Z7Q8W9X2%010" PRIu64, turn),
        .principal = sk_str_printf(mem, "acc_5Z7Q8W9X2Y%010" PRIu64, turn % people),
        .role = SK_STR("staff"),
        .action = sk_str_of(actions[turn / 64 % 8]),
        .object = sk_str_printf(mem, "ord_%016" PRIu64, turn),
        .outcome = SK_STR("ok"),
        .details = SK_STR("{\"purpose\":\"ship\",\"fields\":3}"),
    };
}

static void
must(sk_err e)
{
    if (!sk_failed(e)) return;
    fprintf(stderr, "sekisho_bench_ledger: %s\n", e.why);
    exit(1);
}

static uint64_t
fill_batch(struct ledger_store *store, uint64_t turn, uint64_t records, sk_when step_us)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1024 * 1024);
    uint64_t people = records / 100 + 1, begun = turn, sequence;
    struct ledger_event event;

    must(ledger_store_begin(store));
    for (; turn < records && ledger_store_room(store); turn++) {
        fill_event(&event, mem, turn, people);
        must(ledger_store_put(&sequence, store, &event, 0));
    }
    fill_time += step_us * (sk_when)(turn - begun) / 1000;
    must(ledger_store_commit(store));
    ledger_store_grow(store);
    return turn;
}

static int
fill(char **argv)
{
    uint64_t records = strtoull(argv[1], NULL, 10), turn = 0;
    sk_when days = strtoll(argv[2], NULL, 10), day_us = 86400LL * 1000000;
    sk_when step_us = records ? days * day_us / (sk_when)records : 0;
    struct ledger_options options = { .now = fill_now };
    struct ledger_store *store;
    int64_t begun = now_ns();

    fill_time = sk_now() - days * day_us / 1000;
    must(ledger_store_open(&store, argv[0], &options));
    for (unsigned batch = 1; turn < records; batch++) {
        turn = fill_batch(store, turn, records, step_us);
        if (batch % 64 == 0) must(ledger_store_publish(store));
    }
    ledger_store_close(store);
    double seconds = (double)(now_ns() - begun) / 1e9;
    printf("{\"records\":%" PRIu64 ",\"seconds\":%.3f,\"per_second\":%.0f}\n", turn, seconds,
           (double)turn / seconds);
    return 0;
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *word;
        int arguments;
        int (*run)(char **argv);
    } words[] = {
        { "append", 3, append }, { "tree", 1, tree }, { "sync", 3, disk }, { "fill", 3, fill }
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (argc == 2 + words[i].arguments && strcmp(argv[1], words[i].word) == 0)
            return words[i].run(argv + 2);
    fputs("usage: append SOCKET CLIENTS SECONDS | tree SECONDS | sync FOLDER SECONDS BYTES |"
          " fill STATE RECORDS DAYS\n",
          stderr);
    return 2;
}
