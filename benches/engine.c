/* The engine alone, in process: whole transactions, all phases, CPU time.
 *
 *     sekisho_engine_bench RULES LIST SECONDS [RESPONSE_BODY]
 *
 * LIST names files with one raw request each. They are gone through again and again, whole rounds
 * only, until SECONDS of CPU time are used, after one round to warm up. With 0 SECONDS every
 * request goes through once and nothing is timed. RESPONSE_BODY is what every request is answered
 * with, as text/html.
 *
 * Prints one line: ENGINE {"requests":...,"tx":...,"us":...,"best_us":...,"blocked":...,
 * "load_ms":...,"rules_mb":...,"rss_mb":...} */
#include "base/file.h"
#include "seclang/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    REQUESTS_MOST = 10000,
    FILE_MOST = 64 << 20,
    CHUNK = 256 << 10 /* of the arena that every transaction reuses */
};

struct bench {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
    sk_arena *mem;    /* requests */
    sk_arena *tx_mem; /* one transaction at a time */
    struct seclang_replay *request;
    size_t count;
    struct seclang_replay response;
};

static double
cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double
resident_mb(void)
{
    char line[128] = "";
    const char *space; /* behind the first number, which is the size with what lies elsewhere */
    long pages;
    FILE *f = fopen("/proc/self/statm", "r");

    if (!f) return 0;
    space = fgets(line, sizeof(line), f) ? strchr(line, ' ') : NULL;
    fclose(f);
    pages = space ? strtol(space, NULL, 10) : 0;
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

static sk_err
load_rules(struct bench *b, const char *path)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_file(source, path);
    e = seclang_rules_new(&b->rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) return e;
    return seclang_worker_new(&b->worker, b->rules);
}

static sk_err
load_requests(struct bench *b, const char *path)
{
    sk_str list, name, raw;

    b->request = sk_array(b->mem, REQUESTS_MOST, sizeof(*b->request));
    TRY(sk_file_read(&list, b->mem, path, FILE_MOST));
    while (sk_str_cut(&name, &list, '\n')) {
        if (name.n == 0) continue;
        if (b->count == REQUESTS_MOST)
            return sk_fail(SK_FULL, "%s: more than %d requests", path, REQUESTS_MOST);
        TRY(sk_file_read(&raw, b->mem, sk_str_zcopy(b->mem, name), FILE_MOST));
        TRY(seclang_replay_read_request(&b->request[b->count++], raw));
    }
    return b->count > 0 ? sk_ok() : sk_fail(SK_BAD, "%s names no request", path);
}

static sk_err
load_response(struct bench *b, const char *path)
{
    sk_str body = { 0 };
    struct seclang_replay *r = &b->response;

    if (path) TRY(sk_file_read(&body, b->mem, path, FILE_MOST));
    r->protocol = SK_STR("HTTP/1.1");
    r->status = 200;
    r->header[0] = (struct seclang_replay_header){ SK_STR("Content-Type"), SK_STR("text/html") };
    r->header[1] = (struct seclang_replay_header){ SK_STR("Content-Length"),
                                                   sk_str_printf(b->mem, "%zu", body.n) };
    r->header_count = 2;
    r->body = body;
    return sk_ok();
}

/* One transaction; true when it was refused. */
static bool
one(struct bench *b, const struct seclang_replay *request)
{
    static const struct seclang_host host; /* logs nowhere, stores nothing */
    struct seclang_tx *tx = seclang_tx_new(b->worker, b->rules, b->tx_mem, &host);
    struct seclang_verdict verdict;

    seclang_tx_conn(tx, SK_STR("127.0.0.1"), 40000, SK_STR("127.0.0.1"), 443);
    verdict = seclang_replay_request(tx, request);
    if (verdict.act == SECLANG_PASS) verdict = seclang_replay_response(tx, &b->response);
    seclang_tx_logging(tx);
    seclang_tx_free(tx);
    sk_arena_reset(b->tx_mem);
    return verdict.act != SECLANG_PASS;
}

static unsigned
round_of(struct bench *b)
{
    unsigned blocked = 0;

    for (size_t i = 0; i < b->count; i++)
        blocked += one(b, &b->request[i]);
    return blocked;
}

static sk_err
measure(int argc, char **argv)
{
    struct bench b = { .mem = sk_arena_new(0), .tx_mem = sk_arena_new(CHUNK) };
    double budget = strtod(argv[3], NULL) * 1e6, before = resident_mb(), start = cpu_us(), used = 0;
    double best = 0, load, rules_mb;
    unsigned blocked, rounds = 0;

    TRY(load_rules(&b, argv[1]));
    load = cpu_us() - start;
    rules_mb = resident_mb() - before;
    TRY(load_requests(&b, argv[2]));
    TRY(load_response(&b, argc > 4 ? argv[4] : NULL));
    blocked = round_of(&b);
    while (used < budget) {
        double t;

        start = cpu_us();
        round_of(&b);
        t = cpu_us() - start;
        used += t;
        if (rounds++ == 0 || t < best) best = t;
    }
    printf("ENGINE {\"requests\":%zu,\"tx\":%zu,\"us\":%.2f,\"best_us\":%.2f,\"blocked\":%u,"
           "\"load_ms\":%.1f,\"rules_mb\":%.1f,\"rss_mb\":%.1f}\n",
           b.count, b.count * rounds, rounds ? used / (double)(b.count * rounds) : 0,
           best / (double)b.count, blocked, load / 1e3, rules_mb, resident_mb());
    seclang_worker_free(b.worker);
    seclang_rules_free(b.rules);
    sk_arena_free(b.tx_mem);
    sk_arena_free(b.mem);
    return sk_ok();
}

int
main(int argc, char **argv)
{
    sk_err e;

    if (argc < 4) {
        fprintf(stderr, "usage: %s RULES LIST SECONDS [RESPONSE_BODY]\n", argv[0]);
        return sk_kind_rows[SK_BAD].exit_code;
    }
    e = measure(argc, argv);
    if (sk_failed(e)) fprintf(stderr, "%s: %s\n", argv[0], e.why);
    return sk_kind_rows[e.kind].exit_code;
}
