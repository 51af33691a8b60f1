/* The API against a keeper that is played: what the front does by itself. */
#ifndef VAULT_API_TEST_H
#define VAULT_API_TEST_H

#include "part/log.h"
#include "vault/api.h"
#include "vault/clock.h"
#include "vault/keeper_test.h"
#include "vault/replay.h"
#include "vault/vault.h"

#include <fcntl.h>

/* {"tenant":"tea","site":"shop"}, as a ticket has it; nobody here looks at its signature. */
static const char tea[] = "v1.eyJ0ZW5hbnQiOiJ0ZWEiLCJzaXRlIjoic2hvcCJ9.x";
static const char cloth[] = "v1.eyJ0ZW5hbnQiOiJjbG90aCIsInNpdGUiOiJzaG9wIn0.x";

static struct vault *house;
static sk_arena *mem;

static struct {
    unsigned count;
    bool away;
    char action[32], details[256], principal[64];
} heard; /* the last one that the ledger was told */

static inline sk_err
played_tell(void *ctx, const struct ledger_event *event)
{
    (void)ctx;
    if (heard.away) return sk_fail(SK_MISSING, "played: away");
    heard.count++;
    snprintf(heard.action, sizeof heard.action, "%.*s", SK_ARG(event->action));
    snprintf(heard.details, sizeof heard.details, "%.*s", SK_ARG(event->details));
    snprintf(heard.principal, sizeof heard.principal, "%.*s", SK_ARG(event->principal));
    return sk_ok();
}

static inline int
begin(void **state)
{
    char path[160];
    FILE *conf;

    if (played_begin(state)) return -1;
    part_log_open(open("/dev/null", O_WRONLY | O_CLOEXEC), "vault", PART_ERROR);
    snprintf(path, sizeof path, "%s/conf/vault/vault.json", played.folder);
    conf = fopen(path, "w");
    if (!conf || fputs("{}", conf) < 0 || fclose(conf)) return -1;
    mem = sk_arena_new(0);
    heard.count = 0;
    if (sk_failed(vault_house_open(&house, played.folder, SOURCE_DIR))) return -1;
    house->tell = played_tell;
    return 0;
}

static inline int
end(void **state)
{
    vault_house_close(house);
    sk_arena_free(mem);
    return played_end(state);
}

/* ── asking ── */

static const char *ticket_now;

static inline sk_str
header(const struct part_request *request, const char *name)
{
    (void)request;
    return strcmp(name, "X-Sekisho-Ticket") == 0 ? sk_str_of(ticket_now) : (sk_str){ 0 };
}

static inline struct part_response
ask_as(const char *ticket, unsigned uid, const char *verb, sk_str body)
{
    struct part_response response = { .status = 200 };
    struct part_request request = { .mem = mem,
                                    .path = sk_str_printf(mem, "/v1/%s", verb),
                                    .body = body,
                                    .uid = uid,
                                    .id = SK_STR("REQ1"),
                                    .ctx = house,
                                    .header = header };

    ticket_now = ticket;
    assert_false(sk_failed(vault_api_post(&response, &request)));
    return response;
}

/* The answer to a question that is taken. */
static inline sk_json *
ask(const char *ticket, const char *verb, const char *body)
{
    struct part_response r = ask_as(ticket, 4711, verb, sk_str_of(body));
    sk_json *answer = NULL;

    if (r.status != 200) fail_msg("%s %s: %u %.*s", verb, body, r.status, SK_ARG(r.body));
    assert_false(sk_failed(sk_json_read(&answer, r.body)));
    return answer;
}

static inline void
refused(const char *ticket, unsigned uid, const char *verb, const char *body, unsigned status,
        const char *word)
{
    struct part_response r = ask_as(ticket, uid, verb, sk_str_of(body));
    sk_str wanted = sk_str_printf(mem, "{\"error\":\"%s\"", word);

    if (r.status != status || !sk_str_starts(r.body, wanted))
        fail_msg("%s %s: %u %.*s in place of %s", verb, body, r.status, SK_ARG(r.body), word);
}

static inline sk_str
token_of(const sk_json *answer, size_t i)
{
    return sk_str_copy(mem, sk_json_as_str(sk_json_at(sk_json_get(answer, "tokens"), i)));
}

#define NAME_PHONE                                                                                 \
    "{\"case\":\"new\",\"values\":[{\"kind\":\"name\",\"text\":\"関 所子\"},"                   \
    "{\"kind\":\"phone\",\"text\":\"090-1234-5678\"}]}"

static inline size_t
found(const char *ticket, const char *body)
{
    DEFER(sk_json_close) sk_json *answer = ask(ticket, "find", body);

    return sk_json_count(sk_json_get(answer, "tokens"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
