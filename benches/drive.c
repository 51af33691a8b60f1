#include "drive.h"

#include "clock.h"
#include "pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WORKLOADS_MOST = 32 };

static const double LUMP_US = 1000;  /* the clock is asked about once in that time */
static const double WARM_SHARE = .1; /* of a slice, before it: other programs had the caches */

struct workload {
    struct seclang_replay *request, *response;
    size_t count, response_count, next;
};

struct drive {
    const struct drive_engine *engine;
    sk_arena *mem;
    struct workload workload[WORKLOADS_MOST];
    size_t count;
};

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

/* ── messages ── */

static sk_err
read_requests(struct workload *w, sk_arena *mem, const char *path)
{
    struct pack pack;

    TRY(pack_read(&pack, mem, path));
    w->request = sk_array(mem, pack.count, sizeof(*w->request));
    w->count = pack.count;
    for (size_t i = 0; i < pack.count; i++)
        TRY(seclang_replay_read_request(&w->request[i], pack.at[i]));
    return sk_ok();
}

static void
answer(struct seclang_replay *r, sk_arena *mem, sk_str body)
{
    r->protocol = SK_STR("HTTP/1.1");
    r->status = 200;
    r->header[0] = (struct seclang_replay_header){ SK_STR("Content-Type"), SK_STR("text/html") };
    r->header[1] = (struct seclang_replay_header){ SK_STR("Content-Length"),
                                                   sk_str_printf(mem, "%zu", body.n) };
    r->header_count = 2;
    r->body = body;
}

static sk_err
read_responses(struct workload *w, sk_arena *mem, const char *path)
{
    struct pack pack = { .count = 1 };

    if (path) TRY(pack_read(&pack, mem, path));
    w->response = sk_array(mem, pack.count, sizeof(*w->response));
    w->response_count = pack.count;
    for (size_t i = 0; i < pack.count; i++)
        answer(&w->response[i], mem, path ? pack.at[i] : (sk_str){ 0 });
    return sk_ok();
}

static sk_err
read_workload(struct drive *d, sk_str argument)
{
    struct workload *w = &d->workload[d->count];
    sk_str pack;

    if (d->count++ == WORKLOADS_MOST) return sk_fail(SK_FULL, "more than %d packs", WORKLOADS_MOST);
    sk_str_cut(&pack, &argument, '=');
    TRY(read_requests(w, d->mem, sk_str_zcopy(d->mem, pack)));
    return read_responses(w, d->mem, argument.n > 0 ? sk_str_zcopy(d->mem, argument) : NULL);
}

/* ── slices ── */

struct slice {
    size_t tx, refused, bytes;
    double us;
};

static size_t
size_of(const struct seclang_replay *m)
{
    size_t n = m->line.n + m->body.n + 4;

    for (unsigned i = 0; i < m->header_count; i++)
        n += m->header[i].name.n + m->header[i].value.n + 4;
    return n;
}

/* Whole lumps of requests: asking for the CPU time costs as much as the smallest request. */
static struct slice
work(struct drive *d, struct workload *w, double us)
{
    struct slice s = { 0 };
    double begun = clock_cpu_us(), last = begun;
    size_t lump = 1;

    do {
        double now;

        for (size_t i = 0; i < lump; i++) {
            size_t at = w->next++;
            const struct seclang_replay *request = &w->request[at % w->count];

            s.refused += d->engine->one(request, &w->response[at % w->response_count]);
            s.bytes += size_of(request);
        }
        s.tx += lump;
        now = clock_cpu_us();
        if (now - last < LUMP_US) lump *= 2;
        last = now;
    } while (last - begun < us);
    s.us = (last - begun) / (double)s.tx;
    return s;
}

static void
obey(struct drive *d)
{
    char line[64], *end;

    while (fgets(line, sizeof(line), stdin)) {
        unsigned long n = strtoul(line, &end, 10);
        double us = strtod(end, NULL) * 1e6;
        struct slice s;

        if (n >= d->count) return;
        work(d, &d->workload[n], us * WARM_SHARE);
        s = work(d, &d->workload[n], us);
        printf("{\"tx\":%zu,\"us\":%.3f,\"bytes\":%zu,\"refused\":%zu}\n", s.tx, s.us, s.bytes,
               s.refused);
        fflush(stdout);
    }
}

static sk_err
drive(struct drive *d, int argc, char **argv)
{
    double before = resident_mb(), begun = clock_cpu_us(), load_us, rules_mb;

    TRY(d->engine->load(argv[1]));
    load_us = clock_cpu_us() - begun;
    rules_mb = resident_mb() - before;
    for (int i = 2; i < argc; i++)
        TRY(read_workload(d, sk_str_of(argv[i])));
    printf("{\"load_ms\":%.1f,\"rules_mb\":%.1f}\n", load_us / 1e3, rules_mb);
    fflush(stdout);
    obey(d);
    d->engine->unload();
    return sk_ok();
}

int
drive_main(int argc, char **argv, const struct drive_engine *engine)
{
    static struct drive d;
    sk_err e;

    if (argc < 3) {
        fprintf(stderr, "usage: %s RULES PACK[=RESPONSES] ...\n", argv[0]);
        return sk_kind_rows[SK_BAD].exit_code;
    }
    d.engine = engine;
    d.mem = sk_arena_new(0);
    e = drive(&d, argc, argv);
    if (sk_failed(e)) fprintf(stderr, "%s: %s\n", argv[0], e.why);
    sk_arena_free(d.mem);
    return sk_kind_rows[e.kind].exit_code;
}
