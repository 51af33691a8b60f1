/* What `./bench vault` measures with: clients that ask the vault and wait for each answer, with a
 * ticket of its own for each question, as the gate makes them. One JSON line.
 *
 *     sekisho_bench_vault put SOCKET KEYFILE CLIENTS SECONDS        a customer of four values each
 *     sekisho_bench_vault read SOCKET KEYFILE CLIENTS SECONDS BATCH [PACE] < tokens, a line each
 *     sekisho_bench_vault ledger SOCKET        stands in for the ledger, and records nothing
 *
 * PACE: questions a second of all clients together, each client's at equal distances and none at
 * the time of another's; left out, as many as are answered. A question's time counts from when it
 * was due, not from when it could be asked. */
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "played.h"
#include "ticket/ticket.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 256, SAMPLES_MAX = 1000 * 1000, TOKENS_MAX = 1000 * 1000, BATCH_MAX = 500 };
enum { ANSWER_MAX = 1 << 20, TOKEN_TEXT = 64 };

struct load {
    const char *socket;
    struct ticket_key key;
    double seconds;
    double pace; /* questions a second of one client; 0: at once */
    size_t clients;
    int64_t begun; /* us */
    size_t batch;  /* 0: puts */
    char (*token)[TOKEN_TEXT];
    size_t tokens;
};

struct client {
    const struct load *load;
    pthread_t thread;
    unsigned number;
    unsigned *sample; /* us */
    size_t samples, refused;
};

static _Noreturn void
die(const char *what)
{
    fprintf(stderr, "sekisho_bench_vault: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t
now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int
connected(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%.107s", path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) die(path);
    return fd;
}

/* ── questions ── */

static void
ticket_put(struct sk_buf *out, const struct client *c, size_t turn)
{
    const struct ticket ticket = {
        .id = sk_str_printf(out->mem, "BENCH%d.%u.%zu", (int)getpid(), c->number, turn),
        .site = SK_STR("shop"),
        .tenant = SK_STR("tea"),
        .realm = SK_STR("merchant"),
        .principal = sk_str_printf(out->mem, "acc_%020u", c->number),
        .role = SK_STR("owner"),
        .session = SK_STR("ses_00000000000000000001"),
        .route = SK_STR("/admin"),
        .level = 2,
        .at = sk_now(),
    };

    if (!ticket_make(out, &c->load->key, &ticket)) die("ticket");
}

static void
put_body(struct sk_buf *out, const struct client *c, size_t turn)
{
    unsigned number = c->number * 100000 + (unsigned)turn;

    sk_buf_printf(out,
                  "{\"case\":\"new\",\"values\":[{\"kind\":\"name\",\"text\":\"関 所子%u\"},"
                  "{\"kind\":\"phone\",\"text\":\"090-%04u-%04u\"},"
                  "{\"kind\":\"email\",\"text\":\"bench%u@example.jp\"},"
                  "{\"kind\":\"address\",\"text\":\"〒150-%04u 東京都渋谷区桜丘町%u\"}]}",
                  number, 1000 + number % 9000, number / 9000 % 10000, number, number % 10000,
                  number);
}

static void
read_body(struct sk_buf *out, const struct client *c, size_t turn)
{
    const struct load *load = c->load;
    size_t at = (turn * CLIENTS_MAX + c->number) * load->batch;

    sk_buf_add(out, SK_STR("{\"purpose\":\"orders\",\"tokens\":["));
    for (size_t i = 0; i < load->batch; i++)
        sk_buf_printf(out, "%s\"%s\"", i ? "," : "", load->token[(at + i) % load->tokens]);
    sk_buf_add(out, SK_STR("]}"));
}

static void
question(struct sk_buf *out, const struct client *c, size_t turn)
{
    struct sk_buf body = { .mem = out->mem };

    (c->load->batch ? read_body : put_body)(&body, c, turn);
    sk_buf_printf(out, "POST /v1/%s HTTP/1.1\r\nHost: vault\r\nContent-Type: application/json\r\n",
                  c->load->batch ? "read" : "put");
    sk_buf_add(out, SK_STR("X-Sekisho-Ticket: "));
    ticket_put(out, c, turn);
    sk_buf_printf(out, "\r\nContent-Length: %zu\r\n\r\n", body.n);
    sk_buf_add(out, sk_buf_str(&body));
}

/* ── answers ── */

/* A whole answer into `bytes`; whether it is a 200. */
static bool
answer_take(int fd, char *bytes)
{
    size_t n = 0, head = SIZE_MAX, length = 0;

    while (head == SIZE_MAX || n < head + length) {
        ssize_t got = recv(fd, bytes + n, ANSWER_MAX - n, 0);
        sk_str text;

        if (got <= 0) die("the vault has ended the connection");
        n += (size_t)got;
        text = (sk_str){ bytes, n };
        if (head != SIZE_MAX || (head = sk_str_find(text, SK_STR("\r\n\r\n"))) == SIZE_MAX)
            continue;
        head += 4;
        length = sk_str_find_nocase(text, SK_STR("content-length: "));
        if (length == SIZE_MAX) die("an answer without its length");
        length = strtoul(bytes + length + 16, NULL, 10);
    }
    return sk_str_starts((sk_str){ bytes, n }, SK_STR("HTTP/1.1 200"));
}

/* When the question is due: waits until then. */
static int64_t
due_wait(const struct client *c, size_t turn)
{
    const struct load *load = c->load;
    double share = (double)c->number / (double)load->clients;
    struct timespec until;
    int64_t due;

    if (load->pace <= 0) return now_us();
    due = load->begun + (int64_t)(((double)turn + share) / load->pace * 1e6);
    until = (struct timespec){ due / 1000000, due % 1000000 * 1000 };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        ;
    return due;
}

static void *
client_run(void *ctx)
{
    struct client *c = ctx;
    sk_arena *mem = sk_arena_new(1 << 16);
    char *bytes = malloc(ANSWER_MAX);
    int fd = connected(c->load->socket);
    int64_t end = c->load->begun + (int64_t)(c->load->seconds * 1e6);

    if (!bytes) die("memory");
    (void)prctl(PR_SET_TIMERSLACK, 1L); /* or the waiting itself would be late by 50 us */
    for (size_t turn = 0; now_us() < end && c->samples < SAMPLES_MAX; turn++) {
        struct sk_buf out = { .mem = mem };
        int64_t asked;

        sk_arena_reset(mem);
        asked = due_wait(c, turn);
        question(&out, c, turn);
        if (send(fd, out.p, out.n, MSG_NOSIGNAL) != (ssize_t)out.n) die("send");
        if (!answer_take(fd, bytes)) c->refused++;
        c->sample[c->samples++] = (unsigned)(now_us() - asked);
    }
    close(fd);
    free(bytes);
    sk_arena_free(mem);
    return NULL;
}

/* ── sums ── */

static int
compare(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return x < y ? -1 : x > y;
}

/* Of our own: it is taken from the same processors. */
static double
cpu_us(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void
sums_print(const struct client *client, size_t clients, const struct load *load)
{
    size_t count = 0, refused = 0, at = 0, middle, late;
    unsigned *all;

    for (size_t i = 0; i < clients; i++) {
        count += client[i].samples;
        refused += client[i].refused;
    }
    all = calloc(count + 1, sizeof *all);
    if (!all || !count) die("no answers");
    for (size_t i = 0; i < clients; at += client[i++].samples)
        memcpy(all + at, client[i].sample, client[i].samples * sizeof *all);
    qsort(all, count, sizeof *all, compare);
    middle = count / 2;
    late = count * 99 / 100;
    printf("{\"questions\":%zu,\"refused\":%zu,\"per_second\":%.0f,\"values_per_second\":%.0f,"
           "\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"most_ms\":%.2f,\"client_us\":%.0f}\n",
           count, refused, (double)count / load->seconds,
           (double)count * (double)(load->batch ? load->batch : 4) / load->seconds,
           all[middle] / 1000.0, all[late] / 1000.0, all[count - 1] / 1000.0,
           cpu_us() / (double)count);
    free(all);
}

static void
tokens_read(struct load *load)
{
    load->token = calloc(TOKENS_MAX, sizeof *load->token);
    if (!load->token) die("memory");
    while (load->tokens < TOKENS_MAX && fgets(load->token[load->tokens], TOKEN_TEXT, stdin)) {
        char *line = load->token[load->tokens];

        line[strcspn(line, "\n")] = 0;
        if (*line) load->tokens++;
    }
    if (!load->tokens) die("no tokens");
}

/* Where the ledger's socket was: for whoever could open that. */
static _Noreturn void
ledger_play(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%.107s", path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        chmod(path, 0666) != 0 || listen(fd, CLIENTS_MAX) != 0)
        die(path);
    played_ledger(fd);
}

static void
clients_run(struct client *client, struct load *load)
{
    load->begun = now_us() + (load->pace > 0 ? 20000 : 0); /* when all are there */
    for (size_t i = 0; i < load->clients; i++) {
        client[i] = (struct client){ .load = load,
                                     .number = (unsigned)i,
                                     .sample = calloc(SAMPLES_MAX, sizeof(unsigned)) };
        if (!client[i].sample || pthread_create(&client[i].thread, NULL, client_run, &client[i]))
            die("thread");
    }
    for (size_t i = 0; i < load->clients; i++)
        pthread_join(client[i].thread, NULL);
}

int
main(int argc, char **argv)
{
    static struct client client[CLIENTS_MAX];
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct load load = { 0 };
    size_t clients = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
    sk_str key;

    if (argc == 3 && strcmp(argv[1], "ledger") == 0) ledger_play(argv[2]);
    if (argc < 6 || !clients || clients > CLIENTS_MAX) {
        fprintf(stderr, "usage: sekisho_bench_vault put|read SOCKET KEYFILE CLIENTS SECONDS "
                        "[BATCH [PACE]]\n"
                        "       sekisho_bench_vault ledger SOCKET\n");
        return 2;
    }
    load.socket = argv[2];
    load.clients = clients;
    load.seconds = strtod(argv[5], NULL);
    if (sk_failed(sk_file_read(&key, mem, argv[3], TICKET_KEY)) ||
        sk_failed(ticket_key_read(&load.key, key)))
        die(argv[3]);
    if (strcmp(argv[1], "read") == 0) {
        load.batch = argc > 6 ? strtoul(argv[6], NULL, 10) : 1;
        if (!load.batch || load.batch > BATCH_MAX) die("batch");
        load.pace = argc > 7 ? strtod(argv[7], NULL) / (double)clients : 0;
        tokens_read(&load);
    }
    clients_run(client, &load);
    sums_print(client, clients, &load);
    free(load.token);
    return 0;
}
