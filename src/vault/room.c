#include "part/http.h"
#include "part/log.h"
#include "part/stop.h"
#include "vault/api.h"
#include "vault/clock.h"
#include "vault/pen.h"
#include "vault/vault.h"

static const char *const reads[] = { "share:src/vault", "state:conf/vault", VAULT_FONT_FOLDER,
                                     NULL };
static const char *const writes[] = { "state:vault", "state:run/keeper.sock",
                                      "state:run/ledger.sock", "state:run/post.sock", NULL };

const struct part_card vault_card = {
    .name = "vault",
    .user = "sekisho-vault",
    .read = reads,
    .write = writes,
    .may = PART_MAY_ASK,
    .open_files = 2048,
};

/* Each waits for the keeper, and the keeper for the ledger, which writes many records at a time. */
enum { THREADS = 48 };

static const struct part_route routes[] = {
    { PART_GET, "/v1/status", vault_api_status, 0, NULL },
    { PART_POST, "/v1/{verb}", vault_api_post, VAULT_BODY_MAX, "application/json" },
    { PART_POST, "/v1/{room}/{verb}", vault_api_post, VAULT_BODY_MAX, "application/json" },
};

struct serving {
    struct vault *house;
    struct vault_clock *clock;
    struct part_http *http;
};

static sk_err
serve(struct serving *s, const struct part_place *place)
{
    TRY(vault_house_open(&s->house, place->state, place->share));
    TRY(vault_clock_start(&s->clock, s->house));
    const struct part_service service = {
        .listen_fd = place->listen_fd,
        .threads = THREADS,
        .waits = true,
        .routes = routes,
        .count = sizeof routes / sizeof *routes,
        .ctx = s->house,
        .error_page = vault_api_error,
    };
    return part_http_start(&s->http, &service);
}

static void
end(struct serving *s)
{
    part_http_stop(s->http);
    vault_clock_stop(s->clock);
    vault_house_close(s->house);
}

int
vault_main(const struct part_place *place)
{
    struct serving s = { 0 };
    sigset_t stop;
    int ended;
    sk_err e;

    part_stop_block(&stop);
    sk_arena_wipe_all();
    sk_json_wipe_all();
    signal(SIGXFSZ, SIG_IGN); /* a limit of file sizes is one more way to be full */
    e = serve(&s, place);
    if (sk_failed(e)) {
        part_log(PART_ERROR, "vault: %s", e.why);
        end(&s);
        return sk_kind_rows[e.kind].exit_code;
    }
    part_log(PART_INFO, "vault serves");
    sigwait(&stop, &ended);
    end(&s);
    part_log(PART_INFO, "vault ended");
    return 0;
}
