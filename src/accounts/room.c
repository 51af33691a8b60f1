#include "accounts/accounts.h"
#include "accounts/carrier.h"
#include "accounts/routes.h"
#include "accounts/worker.h"
#include "part/log.h"
#include "part/stop.h"

#include <signal.h>

static const char *const reads[] = { "share:src/accounts", "share:src/look", "state:conf/accounts",
                                     NULL };
static const char *const writes[] = { "state:accounts", "state:run/ledger.sock",
                                      "state:run/post.sock", NULL };

const struct part_card accounts_card = {
    .name = "accounts",
    .user = "sekisho-accounts",
    .read = reads,
    .write = writes,
    .may = PART_MAY_ASK,
    .open_files = 2048,
};

sk_err
accounts_conf_check(sk_str json)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct accounts_conf conf;
    return accounts_conf_read(&conf, mem, json);
}

struct serving {
    struct accounts *house;
    struct accounts_carrier *carrier;
    struct accounts_worker *worker;
    struct part_http *pages, *questions;
};

static sk_err
serve(struct serving *s, const struct part_place *place)
{
    TRY(accounts_open(&s->house, place->state, place->share));
    TRY(accounts_carrier_start(&s->carrier, s->house));
    TRY(accounts_worker_start(&s->worker, s->house));
    struct part_service pages = accounts_pages_service(s->house, place->listen_fd);
    struct part_service questions = accounts_api_service(s->house, place->second_fd);
    TRY(part_http_start(&s->pages, &pages));
    return part_http_start(&s->questions, &questions);
}

static void
end(struct serving *s)
{
    part_http_stop(s->pages);
    part_http_stop(s->questions);
    accounts_worker_stop(s->worker);
    accounts_carrier_stop(s->carrier);
    accounts_close(s->house);
}

int
accounts_main(const struct part_place *place)
{
    struct serving s = { 0 };
    sigset_t stop;
    int signal;
    part_stop_block(&stop);
    sk_err e = serve(&s, place);
    if (sk_failed(e)) {
        part_log(PART_ERROR, "accounts: %s", e.why);
        end(&s);
        return sk_kind_rows[e.kind].exit_code;
    }
    part_log(PART_INFO, "accounts serves");
    sigwait(&stop, &signal);
    end(&s);
    part_log(PART_INFO, "accounts ended");
    return 0;
}
