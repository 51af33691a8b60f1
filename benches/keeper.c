/* What `./bench keeper` measures with: a keeper and a ledger of their own below a new folder;
 * clients that have batches of people opened, each batch on record before it is answered. JSON
 * lines.
 *
 *     sekisho_bench_keeper SHARE FOLDER CLIENTS SECONDS PEOPLE */
#include "keeper/keeper.h"
#include "base/file.h"
#include "base/hash.h"
#include "keeper/cipher.h"
#include "ledger/ledger.h"
#include "part/control.h"
#include "played.h"
#include "ticket/ticket.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 20, CLIENTS_MAX = 64, SAMPLES_MAX = 1 << 20 };

#define SCOPE "{\"principal\":1000000,\"tenant\":1000000,\"purpose\":1000000}"
static const char conf[] =
    "{\"purposes\":[{\"name\":\"orders\",\"sites\":[\"shop\"],\"kinds\":[\"name\",\"phone\","
    "\"address\"],\"realms\":[\"merchant\"],\"roles\":[],\"routes\":[],\"level\":2,"
    "\"show\":\"plain\",\"on_overrun\":\"refuse\",\"earned_days\":0,\"ticket\":1000000,"
    "\"second\":" SCOPE ",\"hour\":" SCOPE ",\"day\":" SCOPE "}]}";

struct person {
    struct keeper_id id, value_id;
    char sealed[KEEPER_SEALED_MORE + 256];
    size_t n;
};

static struct {
    const char *share, *folder;
    char state[4096];
    struct ticket_key key;
    struct person *person;
    size_t people;
    struct keeper_link *link;
    volatile bool stops;
} bench;

static _Noreturn void
die(const char *what, const char *why)
{
    fprintf(stderr, "sekisho_bench_keeper: %s: %s\n", what, why);
    exit(1);
}

static int64_t
now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ── the stage ── */

static char *
below(const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s", bench.state, name) < 0) abort();
    return path;
}

static void
file_put(const char *name, const void *bytes, size_t n)
{
    char *path = below(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, bytes, n) != (ssize_t)n) die(path, strerror(errno));
    close(fd);
    free(path);
}

static void
stage_make(void)
{
    static const char *const folders[] = { "run",         "conf",   "conf/keeper",
                                           "conf/ledger", "keeper", "ledger" };

    snprintf(bench.state, sizeof bench.state, "%s/keeper-bench-XXXXXX", bench.folder);
    if (!mkdtemp(bench.state)) die(bench.state, strerror(errno));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *path = below(folders[i]);

        if (mkdir(path, 0700) != 0) die(path, strerror(errno));
        free(path);
    }
    sk_random(bench.key.byte, TICKET_KEY);
    file_put("conf/keeper/ticket.key", bench.key.byte, TICKET_KEY);
    file_put("conf/keeper/keeper.json", conf, sizeof conf - 1);
}

static pid_t
started(const char *name, int (*run)(const struct part_place *))
{
    struct part_place place = { .state = bench.state, .share = bench.share, .second_fd = -1 };
    char file[64], *path;
    pid_t child;

    snprintf(file, sizeof file, "run/%s.sock", name);
    path = below(file);
    sk_err e = part_socket_listen(&place.listen_fd, path, 0600);
    if (sk_failed(e)) die(path, e.why);
    child = fork();
    if (child == 0) _exit(run(&place));
    close(place.listen_fd);
    free(path);
    return child;
}

static void
ended(pid_t child)
{
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
}

static int
played_main(const struct part_place *place)
{
    played_ledger(place->listen_fd);
}

/* ── work ── */

struct client {
    pthread_t thread;
    unsigned first;   /* whose turn it is */
    unsigned of;      /* so many */
    unsigned pace_us; /* from one question to the next; 0: as fast as it goes */
    unsigned *sample;
    size_t samples;
};

static void
person_put(struct person *p, sk_arena *mem)
{
    struct keeper_put_value value = { .kind = PERSONAL_ADDRESS,
                                      .version = 1,
                                      .text = SK_STR("100-0001 東京都千代田区千代田1-1") };
    struct keeper_put ask = { .tenant = SK_STR("shop"), .value = &value, .count = 1 };
    struct keeper_kept kept;
    enum keeper_word word;

    p->id = ask.person_id = keeper_id_new("per");
    p->value_id = value.value_id = keeper_id_new("val");
    word = keeper_put(&kept, mem, bench.link, &ask);
    if (word != KEEPER_OK) die("put", keeper_word_rows[word].name);
    p->n = kept.value[0].sealed.n;
    if (p->n > sizeof p->sealed) die("put", "too long");
    memcpy(p->sealed, kept.value[0].sealed.p, p->n);
}

static void *
fill_run(void *ctx)
{
    struct client *client = ctx;

    for (size_t i = client->first; i < bench.people; i += CLIENTS_MAX / 4) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

        person_put(&bench.person[i], mem);
    }
    return NULL;
}

static sk_str
ticket_now(sk_arena *mem)
{
    struct ticket ticket = { .id = SK_STR("01KAT0P5Z7Q8W9X2Y3Z4A5B6C7"),
                             .site = SK_STR("shop"),
                             .tenant = SK_STR("shop"),
                             .realm = SK_STR("merchant"),
                             .principal = SK_STR("acc_5Z7Q8W9X2Y3Z4A5B6C7D"),
                             .role = SK_STR("owner"),
                             .route = SK_STR("/admin"),
                             .level = 2,
                             .at = sk_now() };
    struct sk_buf text = { .mem = mem };

    if (!ticket_make(&text, &bench.key, &ticket)) die("ticket", "too long");
    return sk_buf_str(&text);
}

static void
batch_open(size_t first)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(16 * 1024);
    struct keeper_sealed_value value[BATCH] = { { .kind = PERSONAL_ADDRESS } };
    struct keeper_open ask = {
        .ticket = ticket_now(mem), .purpose = SK_STR("orders"), .value = value, .count = BATCH
    };
    struct keeper_shown shown;
    enum keeper_word word;

    for (size_t i = 0; i < BATCH; i++) {
        const struct person *p = &bench.person[(first + i) % bench.people];

        value[i] = (struct keeper_sealed_value){ .person_id = p->id,
                                                 .value_id = p->value_id,
                                                 .kind = PERSONAL_ADDRESS,
                                                 .version = 1,
                                                 .sealed = { p->sealed, p->n } };
    }
    word = keeper_open(&shown, mem, bench.link, &ask);
    if (word == KEEPER_OK) word = (enum keeper_word)shown.value[BATCH - 1].word;
    if (word != KEEPER_OK) die("open", keeper_word_rows[word].name);
}

static void *
open_run(void *ctx)
{
    struct client *client = ctx;
    size_t at = (size_t)client->first * 977;
    int64_t due = now_us() + client->first * (client->pace_us / client->of);

    while (!bench.stops && client->samples < SAMPLES_MAX) {
        int64_t begun = now_us();

        /* whoever is late is measured from when it was due */
        if (client->pace_us && begun < due) usleep((useconds_t)(due - begun));
        if (client->pace_us) begun = due, due += client->pace_us;

        batch_open(at);
        at += BATCH;
        client->sample[client->samples++] = (unsigned)(now_us() - begun);
    }
    return NULL;
}

static int
by_size(const void *a, const void *b)
{
    unsigned left = *(const unsigned *)a, right = *(const unsigned *)b;

    return left < right ? -1 : left > right;
}

static void
told(const char *what, struct client *client, unsigned clients, double seconds)
{
    size_t n = 0, total = 0;
    unsigned *all;

    for (unsigned i = 0; i < clients; i++)
        total += client[i].samples;
    all = calloc(total ? total : 1, sizeof *all);
    if (!all || !total) die(what, "nothing was measured");
    for (unsigned i = 0; i < clients; i++) {
        memcpy(all + n, client[i].sample, client[i].samples * sizeof *all);
        n += client[i].samples;
    }
    qsort(all, n, sizeof *all, by_size);
    printf("{\"what\":\"%s\",\"clients\":%u,\"batch\":%d,\"people_per_second\":%.0f,"
           "\"p50_us\":%u,\"p99_us\":%u}\n",
           what, clients, BATCH, (double)n * BATCH / seconds, all[n / 2], all[n * 99 / 100]);
    fflush(stdout);
    free(all);
}

static void
opens_measure(const char *what, unsigned clients, unsigned seconds, unsigned people_a_second)
{
    unsigned pace_us = people_a_second ? 1000000u * BATCH * clients / people_a_second : 0;
    static struct client client[CLIENTS_MAX];
    int64_t begun = now_us();

    bench.stops = false;
    for (unsigned i = 0; i < clients; i++) {
        unsigned *sample = calloc(SAMPLES_MAX, sizeof *sample);

        if (!sample) die("memory", "none");
        client[i] =
            (struct client){ .first = i, .of = clients, .pace_us = pace_us, .sample = sample };
        if (pthread_create(&client[i].thread, NULL, open_run, &client[i]) != 0)
            die("thread", "none");
    }
    sleep(seconds);
    bench.stops = true;
    for (unsigned i = 0; i < clients; i++)
        pthread_join(client[i].thread, NULL);
    told(what, client, clients, (double)(now_us() - begun) / 1e6);
    for (unsigned i = 0; i < clients; i++)
        free(client[i].sample);
}

static void
fill(void)
{
    static struct client client[CLIENTS_MAX / 4];
    int64_t begun = now_us();

    for (unsigned i = 0; i < CLIENTS_MAX / 4; i++) {
        client[i].first = i;
        if (pthread_create(&client[i].thread, NULL, fill_run, &client[i]) != 0)
            die("thread", "none");
    }
    for (unsigned i = 0; i < CLIENTS_MAX / 4; i++)
        pthread_join(client[i].thread, NULL);
    printf("{\"what\":\"put\",\"clients\":%d,\"new_people_per_second\":%.0f}\n", CLIENTS_MAX / 4,
           (double)bench.people * 1e6 / (double)(now_us() - begun));
    fflush(stdout);
}

/* AES-256-GCM as a value is opened: a new key each time. */
static void
cipher_measure(void)
{
    enum { TURNS = 1000000 };
    unsigned char sealed[64 + KEEPER_CIPHER_MORE], opened[64];
    const sk_str text = { (const char *)opened, sizeof opened };
    struct keeper_key key;
    int64_t begun;

    memset(opened, 0, sizeof opened);
    keeper_key_new(&key);
    begun = now_us();
    for (int i = 0; i < TURNS; i++)
        if (sk_failed(keeper_cipher_seal(sealed, &key, SK_STR("value|tea|per|cas|val|3|1"), text)))
            die("seal", "failed");
    double seal = (double)(now_us() - begun) * 1000 / TURNS;
    begun = now_us();
    for (int i = 0; i < TURNS; i++)
        if (sk_failed(keeper_cipher_open(opened, &key, SK_STR("value|tea|per|cas|val|3|1"),
                                         (sk_str){ (const char *)sealed, sizeof sealed })))
            die("open", "failed");
    printf("{\"what\":\"cipher\",\"bytes\":64,\"seal_ns\":%.0f,\"open_ns\":%.0f}\n", seal,
           (double)(now_us() - begun) * 1000 / TURNS);
    fflush(stdout);
}

static unsigned
number_of(const char *text)
{
    int64_t number;

    if (!sk_str_to_i64(&number, sk_str_of(text)) || number < 1 || number > 1000000)
        die("no number from 1 to 1000000", text);
    return (unsigned)number;
}

int
main(int argc, char **argv)
{
    if (argc != 6) die("usage", "SHARE FOLDER CLIENTS SECONDS PEOPLE");
    unsigned clients = number_of(argv[3]), seconds = number_of(argv[4]);
    bench.share = argv[1];
    bench.folder = argv[2];
    bench.people = number_of(argv[5]);
    if (clients < 1 || clients > KEEPER_LINKS_MAX || !seconds || bench.people < BATCH)
        die("usage", "1 to 32 clients, 1 second and 20 people at least");
    bench.person = calloc(bench.people, sizeof *bench.person);
    if (!bench.person) die("memory", "none");
    cipher_measure();
    stage_make();
    pid_t ledger = started("ledger", ledger_main), keeper = started("keeper", keeper_main);
    sk_err e = keeper_link_open(&bench.link, bench.state);
    if (sk_failed(e)) die("link", e.why);
    fill();
    opens_measure("open, recorded", 1, seconds, 0);
    opens_measure("open, recorded, 20000 people a second", clients, seconds, 20000);
    opens_measure("open, recorded, as fast as it goes", clients, seconds, 0);
    ended(ledger);
    ledger = started("ledger", played_main);
    opens_measure("open, not recorded", clients, seconds, 0);
    keeper_link_close(bench.link);
    ended(keeper);
    kill(ledger, SIGKILL);
    waitpid(ledger, NULL, 0);
    free(bench.person);
    return sk_file_remove_tree(bench.state) ? 0 : 1;
}
