/* This engine, driven: see drive.h. */
#include "drive.h"

enum { CHUNK = 256 << 10 /* of the arena that every transaction reuses */ };

static struct {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
    sk_arena *mem;
} engine;

static sk_err
load(const char *rules)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_file(source, rules);
    e = seclang_rules_new(&engine.rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) return e;
    engine.mem = sk_arena_new(CHUNK);
    return seclang_worker_new(&engine.worker, engine.rules);
}

/* As the gate does with nginx's own level of error log (error): lines about what refuses are made,
 * warnings are not. */
static void
log_nowhere(void *ctx, sk_str line)
{
    (void)ctx, (void)line;
}

static bool
one(const struct seclang_replay *request, const struct seclang_replay *response)
{
    static const struct seclang_host host = { .log = log_nowhere, .log_refusals_only = true };
    struct seclang_tx *tx = seclang_tx_new(engine.worker, engine.rules, engine.mem, &host);
    struct seclang_verdict verdict;

    seclang_tx_conn(tx, SK_STR("127.0.0.1"), 40000, SK_STR("127.0.0.1"), 443);
    verdict = seclang_replay_request(tx, request);
    if (verdict.act == SECLANG_PASS) verdict = seclang_replay_response(tx, response);
    seclang_tx_logging(tx);
    seclang_tx_free(tx);
    sk_arena_reset(engine.mem);
    return verdict.act != SECLANG_PASS;
}

static void
unload(void)
{
    seclang_worker_free(engine.worker);
    seclang_rules_free(engine.rules);
    sk_arena_free(engine.mem);
}

int
main(int argc, char **argv)
{
    static const struct drive_engine ours = { load, one, unload };

    return drive_main(argc, argv, &ours);
}
