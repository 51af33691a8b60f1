/* The ledger's process: its card, its configuration, its begin and end. */
#include "base/file.h"
#include "base/json.h"
#include "ledger/ledger.h"
#include "ledger/serve.h"
#include "part/log.h"
#include "part/stop.h"

#include <errno.h>
#include <stdio.h>

enum { CONF_MAX = 64 * 1024 };

static const char *const reads[] = { "state:conf/ledger", NULL };
static const char *const writes[] = { "state:ledger", NULL };

/* All parts may tell; which one it was stands in each record (`uid`). */
static const char *const tellers[] = { "sekisho-gate",
                                       "sekisho-shop",
                                       "sekisho-accounts",
                                       "sekisho-console",
                                       "sekisho-post",
                                       "sekisho-scribe",
                                       "sekisho-keeper",
                                       "sekisho-vault",
                                       "sekisho-watch",
                                       "sekisho-backup",
                                       NULL };

/* Whose name stands in what the keeper has told: for receipts. */
static const char *const seekers[] = { "sekisho-vault", NULL };

const struct part_card ledger_card = {
    .name = "ledger",
    .user = "sekisho-ledger",
    .read = reads,
    .write = writes,
    .may = 0,
    .open_files = LEDGER_CLIENTS_MAX + 64,
};

/* STATE/conf/ledger/ledger.json: {"keep_days":366,"origin":"shop.example/ledger"}, both optional.
 * Tests have smaller segments by "segment_bytes". */
static sk_err
conf_read(struct ledger_options *options, sk_arena *mem, const char *state)
{
    DEFER(sk_json_close) sk_json *conf = NULL;
    char path[4096];
    sk_str text;
    sk_err e;

    if (snprintf(path, sizeof path, "%s/conf/ledger/ledger.json", state) >= (int)sizeof path)
        return sk_fail(SK_FULL, "%s is too long a path", state);
    e = sk_file_read(&text, mem, path, CONF_MAX);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    e = sk_json_read(&conf, text);
    if (sk_failed(e)) return sk_fail(SK_BAD, "%s: %s", path, e.why);
    options->origin = sk_str_copy(mem, sk_json_get_str(conf, "origin"));
    options->segment_bytes = sk_json_get_int(conf, "segment_bytes", 0);
    options->keep_days = sk_json_get_int(conf, "keep_days", LEDGER_KEEP_DAYS);
    if (options->keep_days >= LEDGER_KEEP_DAYS_LEAST) return sk_ok();
    part_log(PART_ERROR, "%s: keep_days is %lld; records are kept %d days at least", path,
             (long long)options->keep_days, LEDGER_KEEP_DAYS_LEAST);
    options->keep_days = LEDGER_KEEP_DAYS_LEAST;
    return sk_ok();
}

static sk_err
run(const struct part_place *place)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_fd_close) int stop = part_stop_open();
    struct ledger_options options = { .now = sk_now };
    struct ledger_seeker seeker = { .action = SK_STR("vault.*") };
    struct part_peers peers;
    struct ledger_store *store;

    if (stop < 0) return sk_fail(SK_BROKEN, "no signals: %s", strerror(errno));
    TRY(part_peers_find(&peers, tellers));
    TRY(part_peers_find(&seeker.peers, seekers));
    TRY(conf_read(&options, mem, place->state));
    TRY(ledger_store_open(&store, place->state, &options));
    part_log(PART_INFO, "the ledger takes records: %s", store->key.origin);
    ledger_serve(store, &peers, &seeker, place->state, place->listen_fd, stop);
    ledger_store_close(store);
    part_log(PART_INFO, "the ledger ended");
    return sk_ok();
}

int
ledger_main(const struct part_place *place)
{
    sk_err e = run(place);

    if (!sk_failed(e)) return 0;
    part_log(PART_ERROR, "ledger: %s", e.why);
    return sk_kind_rows[e.kind].exit_code;
}
