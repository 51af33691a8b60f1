/* The keeper's process: its card, its configuration, its begin and end. */
#include "base/file.h"
#include "base/json.h"
#include "keeper/house.h"
#include "keeper/serve.h"
#include "part/log.h"
#include "part/stop.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CONF_MAX = 1024 * 1024, DAY = 24 * 60 * 60 * 1000, KEY_DAYS = 365 };

static const char *const reads[] = { "share:src/keeper/sql", "state:conf/keeper", NULL };
static const char *const writes[] = { "state:keeper", NULL };

static const char *const askers[] = { "sekisho-vault", "sekisho-console", NULL };
static const char *const console_users[] = { "sekisho-console", NULL };

const struct part_card keeper_card = {
    .name = "keeper",
    .user = "sekisho-keeper",
    .read = reads,
    .write = writes,
    .conf_write = "pkcs11_paths",
    .may = PART_MAY_ASK,
    .open_files = 6 * KEEPER_CONNECTIONS_MAX + 64, /* a reader has three files */
    .locks_memory = true,
};

/* ── the ledger ── */

static sk_err
ledger_append(void *ctx, uint64_t *sequence, const struct ledger_event *event, size_t count)
{
    return ledger_tell_all(sequence, ctx, event, count);
}

/* ── configuration ── */

static sk_err
path_of(char path[PATH_MAX], const char *folder, const char *name)
{
    if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
        return sk_fail(SK_FULL, "%s is too long a path", folder);
    return sk_ok();
}

static sk_err
conf_text(sk_str *text, sk_arena *mem, const char *state)
{
    char path[PATH_MAX];
    sk_err e;

    TRY(path_of(path, state, "conf/keeper/keeper.json"));
    e = sk_file_read(text, mem, path, CONF_MAX);
    if (e.kind != SK_MISSING) return e;
    *text = SK_STR("{}"); /* no purposes: nothing is shown */
    return sk_ok();
}

/* The root key, and how long those below it serve. */
static sk_err
root_open(struct keeper_house *house, sk_arena *mem, sk_str text, const char *folder)
{
    DEFER(sk_json_close) sk_json *conf = NULL;
    struct keeper_root_setting setting = { .folder = folder };

    TRY(sk_json_read(&conf, text));
    house->key_age = (sk_when)sk_json_get_int(conf, "rotate_days", KEY_DAYS) * DAY;
    setting.kind = sk_str_copy(mem, sk_json_get_str(conf, "root_key"));
    setting.file = sk_str_copy(mem, sk_json_get_str(conf, "root_file"));
    setting.module = sk_str_copy(mem, sk_json_get_str(conf, "pkcs11_module"));
    setting.token = sk_str_copy(mem, sk_json_get_str(conf, "pkcs11_token"));
    setting.pin = sk_str_copy(mem, sk_json_get_str(conf, "pkcs11_pin"));
    return keeper_root_open(&house->root, &setting);
}

static sk_err
ticket_key_read_file(struct ticket_key *key, sk_arena *mem, const char *state)
{
    char path[PATH_MAX];
    sk_str bytes;

    TRY(path_of(path, state, "conf/keeper/ticket.key"));
    TRY(sk_file_read(&bytes, mem, path, TICKET_KEY + 1));
    sk_err e = ticket_key_read(key, bytes);
    explicit_bzero((void *)bytes.p, bytes.n);
    return e;
}

/* ── parts of the house ── */

static sk_err
budgets_open(struct keeper_house *house, const char *folder, bool expected)
{
    struct keeper_budget_found found;
    uint64_t damaged;

    TRY(keeper_budget_open(&house->budget, &found, folder, expected, sk_now()));
    if (found.missing)
        part_log(PART_ERROR, "the budgets' journal is missing: windows count as full for an hour");
    if (found.damaged)
        part_log(PART_ERROR, "the budgets' journal: %llu records passed over",
                 (unsigned long long)found.damaged);
    TRY(keeper_earned_open(&house->earned, &damaged, folder, sk_now()));
    if (damaged)
        part_log(PART_ERROR, "the journal of what is earned: %llu records passed over",
                 (unsigned long long)damaged);
    return sk_ok();
}

static sk_err
keys_open(struct keeper_house *house, const struct part_place *place, const char *folder)
{
    char sql[PATH_MAX];
    struct keeper_keys_setting setting = {
        .folder = folder, .sql = sql, .root = house->root, .now = sk_now
    };

    TRY(path_of(sql, place->share, "src/keeper/sql"));
    return keeper_keys_open(&house->keys, &setting);
}

static void
house_close(struct keeper_house *house)
{
    keeper_earned_close(&house->earned);
    keeper_budget_close(&house->budget);
    keeper_keys_close(&house->keys);
    keeper_root_close(&house->root);
    ledger_link_close(house->tell_ctx);
    ticket_key_wipe(&house->ticket_key);
    pthread_mutex_destroy(&house->lock);
}

static bool
memory_is_locked(void)
{
    struct rlimit limit;

    return getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}

static sk_err
house_open(struct keeper_house *house, sk_arena *mem, const struct part_place *place)
{
    char *folder = sk_alloc(mem, PATH_MAX), keys[PATH_MAX];
    struct ledger_link *ledger;
    sk_str conf;

    pthread_mutex_init(&house->lock, NULL);
    house->now = sk_now;
    house->tell = ledger_append;
    house->memory_locked = memory_is_locked();
    TRY(part_peers_find(&house->console, console_users));
    TRY(ledger_link_open(&ledger, place->state));
    house->tell_ctx = ledger;
    TRY(path_of(folder, place->state, "keeper"));
    TRY(path_of(keys, folder, "keys.db"));
    bool has_run = sk_file_exists(keys);
    TRY(ticket_key_read_file(&house->ticket_key, mem, place->state));
    TRY(conf_text(&conf, mem, place->state));
    TRY(keeper_purposes_read(&house->purposes, mem, conf));
    TRY(root_open(house, mem, conf, folder));
    TRY(keys_open(house, place, folder));
    return budgets_open(house, folder, has_run);
}

static sk_err
run(const struct part_place *place)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_fd_close) int stop = part_stop_open();
    struct keeper_house house = { .root = NULL };
    struct part_peers peers;
    sk_err e;

    if (stop < 0) return sk_fail(SK_BROKEN, "no signals: %s", strerror(errno));
    TRY(part_peers_find(&peers, askers));
    e = house_open(&house, mem, place);
    if (!sk_failed(e)) {
        if (!house.memory_locked)
            part_log(PART_INFO, "this user may not lock all memory: swap could hold keys");
        sk_str why = keeper_root_why(mem, house.root);
        part_log(why.n ? PART_ERROR : PART_INFO, "the keeper has %zu purposes; root key: %s%s%.*s",
                 house.purposes.count, keeper_root_kind(house.root), why.n ? "; sealed: " : "",
                 SK_ARG(why));
        keeper_serve(&house, &peers, place->listen_fd, stop);
        part_log(PART_INFO, "the keeper ended");
    }
    sk_err kept = sk_failed(e) ? sk_fail(e.kind, "%s", e.why) : e;
    house_close(&house);
    return kept;
}

int
keeper_main(const struct part_place *place)
{
    sk_err e = run(place);

    if (!sk_failed(e)) return 0;
    part_log(PART_ERROR, "keeper: %s", e.why);
    return sk_kind_rows[e.kind].exit_code;
}
