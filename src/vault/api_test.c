/* The API against a keeper that is played: what the front does by itself. */
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

static sk_err
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

static int
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

static int
end(void **state)
{
    vault_house_close(house);
    sk_arena_free(mem);
    return played_end(state);
}

/* ── asking ── */

static const char *ticket_now;

static sk_str
header(const struct part_request *request, const char *name)
{
    (void)request;
    return strcmp(name, "X-Sekisho-Ticket") == 0 ? sk_str_of(ticket_now) : (sk_str){ 0 };
}

static struct part_response
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
static sk_json *
ask(const char *ticket, const char *verb, const char *body)
{
    struct part_response r = ask_as(ticket, 4711, verb, sk_str_of(body));
    sk_json *answer = NULL;

    if (r.status != 200) fail_msg("%s %s: %u %.*s", verb, body, r.status, SK_ARG(r.body));
    assert_false(sk_failed(sk_json_read(&answer, r.body)));
    return answer;
}

static void
refused(const char *ticket, unsigned uid, const char *verb, const char *body, unsigned status,
        const char *word)
{
    struct part_response r = ask_as(ticket, uid, verb, sk_str_of(body));
    sk_str wanted = sk_str_printf(mem, "{\"error\":\"%s\"", word);

    if (r.status != status || !sk_str_starts(r.body, wanted))
        fail_msg("%s %s: %u %.*s in place of %s", verb, body, r.status, SK_ARG(r.body), word);
}

static sk_str
token_of(const sk_json *answer, size_t i)
{
    return sk_str_copy(mem, sk_json_as_str(sk_json_at(sk_json_get(answer, "tokens"), i)));
}

#define NAME_PHONE                                                                                 \
    "{\"case\":\"new\",\"values\":[{\"kind\":\"name\",\"text\":\"関 所子\"},"                   \
    "{\"kind\":\"phone\",\"text\":\"090-1234-5678\"}]}"

/* ── putting and reading ── */

static void
put__gives_tokens_that_read_gives_back(void **state)
{
    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    sk_str name = token_of(kept, 0), phone = token_of(kept, 1), why;

    assert_true(sk_str_starts(name, SK_STR("skn")));
    assert_int_equal(phone.n, 13);
    DEFER(sk_json_close)
    sk_json *shown = ask(tea, "read",
                         sk_str_printf(mem,
                                       "{\"purpose\":\"orders\",\"tokens\":[\"%.*s\",\"%.*s\","
                                       "\"%.*s\",\"skn0000000000000000\"]}",
                                       SK_ARG(name), SK_ARG(phone), SK_ARG(name))
                             .p);
    assert_true(sk_str_eq(vault_answer_text(&why, shown, name.p), SK_STR("関 所子")));
    assert_true(sk_str_eq(vault_answer_text(&why, shown, phone.p), SK_STR("090-1234-5678")));
    vault_answer_text(&why, shown, "skn0000000000000000");
    assert_true(sk_str_eq(why, SK_STR("unknown_token")));
    assert_int_equal(sk_json_count(sk_json_get(shown, "values")), 3);
}

static void
put__into_a_person_and_case_that_are_there(void **state)
{
    (void)state;
    DEFER(sk_json_close) sk_json *first = ask(tea, "put", NAME_PHONE);
    sk_str body = sk_str_printf(
        mem,
        "{\"person\":\"%.*s\",\"case\":\"%.*s\",\"values\":[{\"kind\":\"note\",\"text\":\"x\"}]}",
        SK_ARG(sk_json_get_str(first, "person")), SK_ARG(sk_json_get_str(first, "case")));
    DEFER(sk_json_close) sk_json *second = ask(tea, "put", body.p);

    assert_true(sk_str_eq(sk_json_get_str(first, "person"), sk_json_get_str(second, "person")));
    assert_true(sk_str_eq(sk_json_get_str(first, "case"), sk_json_get_str(second, "case")));
    refused(cloth, 4711, "put", body.p, 403, "wrong_tenant");
}

static void
tokens__of_another_tenant_stand_for_nothing(void **state)
{
    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    sk_str name = token_of(kept, 0), why;
    DEFER(sk_json_close)
    sk_json *shown =
        ask(cloth, "read",
            sk_str_printf(mem, "{\"purpose\":\"orders\",\"tokens\":[\"%.*s\"]}", SK_ARG(name)).p);

    assert_int_equal(vault_answer_text(&why, shown, name.p).n, 0);
    assert_true(sk_str_eq(why, SK_STR("unknown_token")));
}

static void
tokens__of_an_address_are_the_same_and_of_all_else_new(void **state)
{
    static const char body[] = "{\"values\":[{\"kind\":\"email\",\"text\":\"a@example.jp\"},"
                               "{\"kind\":\"name\",\"text\":\"関\"}]}";

    (void)state;
    DEFER(sk_json_close) sk_json *one = ask(tea, "put", body);
    DEFER(sk_json_close) sk_json *two = ask(tea, "put", body);
    assert_true(sk_str_eq(token_of(one, 0), token_of(two, 0)));
    assert_false(sk_str_eq(token_of(one, 1), token_of(two, 1)));
}

static void
put__is_all_or_nothing(void **state)
{
    struct vault_counts counts;
    struct part_store *store;

    (void)state;
    refused(
        tea, 4711, "put",
        "{\"values\":[{\"kind\":\"name\",\"text\":\"関\"},{\"kind\":\"phone\",\"text\":\"x\"}]}",
        400, "unfit_value");
    assert_false(sk_failed(part_store_take(&store, house->stores)));
    assert_false(sk_failed(vault_store_counts(&counts, store)));
    part_store_give(house->stores, store);
    assert_int_equal(counts.values, 0);
}

/* ── what is refused ── */

static void
questions__that_are_bad_have_stable_words(void **state)
{
    static const struct {
        const char *verb, *body;
        unsigned status;
        const char *word;
    } rows[] = {
        { "put", "", 400, "bad" },
        { "put", "[]", 400, "bad" },
        { "put", "{\"values\":[]}", 400, "bad" },
        { "put", "{\"values\":[{\"kind\":\"shoe\",\"text\":\"1\"}]}", 400, "unknown_kind" },
        { "put", "{\"values\":[{\"kind\":\"name\"}]}", 400, "bad" },
        { "put", "{\"person\":\"per_1\",\"values\":[{\"kind\":\"name\",\"text\":\"関\"}]}", 404,
          "missing" },
        { "read", "{\"tokens\":[]}", 400, "bad" },
        { "read", "{\"purpose\":\"orders\"}", 400, "bad" },
        { "read", "{\"purpose\":\"orders\",\"tokens\":[1]}", 400, "bad" },
        { "find", "{\"purpose\":\"orders\",\"kind\":\"phone\"}", 400, "bad" },
        { "find", "{\"purpose\":\"orders\",\"kind\":\"phone\",\"text\":\"x\"}", 400,
          "unfit_value" },
        { "event", "{\"event\":\"moon_landed\"}", 400, "bad" },
        { "erase", "{}", 400, "bad" },
        { "erase", "{\"person\":\"per_00000000000000000000\"}", 404, "missing" },
        { "erased", "{\"id\":\"x\"}", 404, "missing" },
        { "render", "{\"purpose\":\"p\",\"what\":\"statue\"}", 400, "bad" },
        { "render", "{\"purpose\":\"p\",\"what\":\"label\",\"name\":\"skn0000000000000000\"}", 404,
          "unknown_token" },
        { "dance", "{}", 400, "bad" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refused(tea, 4711, rows[i].verb, rows[i].body, rows[i].status, rows[i].word);
}

static void
questions__are_for_those_whom_they_are_for(void **state)
{
    (void)state;
    refused(NULL, 4711, "put", NAME_PHONE, 403, "ticket_missing");
    refused(NULL, 4711, "read", "{}", 403, "ticket_missing");
    refused(NULL, getuid(), "read", "{}", 403, "ticket_missing");
    refused(tea, 4711, "exchange/in", "{\"fields\":[]}", 403, "denied");
    refused(tea, 4711, "exchange/out", "{\"tokens\":[]}", 403, "denied");
    refused(tea, 4711, "hold", "{}", 403, "denied");
    refused("", 4711, "export", "{}", 403, "ticket_missing");
    refused("", 4711, "receipt", "{}", 403, "ticket_missing");
    refused(tea, 4711, "rotate", "{}", 403, "denied");
}

static void
names__of_a_megabyte_are_refused(void **state)
{
    enum { MEGABYTE = 1 << 20 };
    struct sk_buf body = { .mem = mem };
    struct part_response r;

    (void)state;
    sk_buf_add(&body, SK_STR("{\"values\":[{\"kind\":\"name\",\"text\":\""));
    memset(sk_buf_room(&body, MEGABYTE), 'x', MEGABYTE);
    body.n += MEGABYTE;
    sk_buf_add(&body, SK_STR("\"}]}"));
    r = ask_as(tea, 4711, "put", sk_buf_str(&body));
    assert_int_equal(r.status, 400);
    assert_true(sk_str_starts(r.body, SK_STR("{\"error\":\"too_long\"")));
}

static void
words__of_the_keeper_are_handed_on(void **state)
{
    static const struct {
        enum keeper_word word;
        unsigned status;
        const char *name;
    } rows[] = {
        { KEEPER_TICKET_EXPIRED, 403, "ticket_expired" },
        { KEEPER_NO_LEDGER, 503, "no_ledger" },
        { KEEPER_SEALED, 503, "sealed" },
        { KEEPER_BUDGET_HOUR, 429, "budget_hour" },
        { KEEPER_FULL, 507, "full" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        played.answer = rows[i].word;
        refused(tea, 4711, "put", NAME_PHONE, rows[i].status, rows[i].name);
        refused(tea, 4711, "read", "{\"purpose\":\"orders\",\"tokens\":[]}", rows[i].status,
                rows[i].name);
    }
    played.answer = KEEPER_OK;
    played.refused = KEEPER_PURPOSE_FROZEN;
    refused(tea, 4711, "read", "{\"purpose\":\"orders\",\"tokens\":[]}", 403, "purpose_frozen");
}

/* ── exchange ── */

static void
exchange__takes_what_fits_and_says_what_does_not(void **state)
{
    static const char body[] =
        "{\"fields\":[{\"name\":\"tel\",\"kind\":\"phone\",\"text\":\"0312345678\"},"
        "{\"name\":\"memo\",\"kind\":\"note\",\"text\":\" \"},"
        "{\"name\":\"birth\",\"kind\":\"birthday\",\"text\":\"昨日\"}]}";
    struct part_response r;
    sk_json *answer = NULL;
    const sk_json *fields;

    (void)state;
    r = ask_as(tea, getuid(), "exchange/in", sk_str_of(body));
    assert_int_equal(r.status, 200);
    assert_false(sk_failed(sk_json_read(&answer, r.body)));
    fields = sk_json_get(answer, "fields");
    assert_int_equal(sk_json_get_str(sk_json_at(fields, 0), "token").n, 11); /* no hyphens */
    assert_non_null(sk_json_get(sk_json_at(fields, 1), "token"));
    assert_int_equal(sk_json_get_str(sk_json_at(fields, 1), "token").n, 0);
    assert_true(sk_str_eq(sk_json_get_str(sk_json_at(fields, 2), "why"), SK_STR("unfit_value")));
    assert_true(sk_str_starts(sk_json_get_str(answer, "self"), SK_STR("self:per_")));
    sk_json_free(answer);
}

static sk_str
typed(const char *self, sk_str text)
{
    sk_str body =
        sk_str_printf(mem,
                      "{%s%s%s\"fields\":[{\"name\":\"n\",\"kind\":\"name\","
                      "\"text\":\"%.*s\"}]}",
                      self ? "\"self\":\"" : "", self ? self : "", self ? "\"," : "", SK_ARG(text));
    struct part_response r = ask_as(tea, getuid(), "exchange/in", body);

    assert_int_equal(r.status, 200);
    return r.body;
}

static void
exchange__leaves_tokens_as_they_are_and_knows_the_browser_again(void **state)
{
    sk_json *one = NULL, *two = NULL, *three = NULL, *shown = NULL;
    sk_str token, why;

    (void)state;
    assert_false(sk_failed(sk_json_read(&one, typed(NULL, SK_STR("関 所子")))));
    token = sk_str_copy(mem, sk_json_get_str(sk_json_at(sk_json_get(one, "fields"), 0), "token"));
    assert_false(sk_failed(sk_json_read(&two, typed(NULL, token))));
    assert_true(
        sk_str_eq(sk_json_get_str(sk_json_at(sk_json_get(two, "fields"), 0), "token"), token));
    assert_null(sk_json_get(two, "self"));
    assert_false(
        sk_failed(sk_json_read(&three, typed(sk_json_get_str(one, "self").p, SK_STR("二 番")))));
    assert_true(sk_str_eq(sk_json_get_str(one, "self"), sk_json_get_str(three, "self")));
    /* shown whole to its own browser, though the purpose refuses */
    played.refused = KEEPER_BUDGET_SECOND;
    assert_false(sk_failed(sk_json_read(
        &shown, ask_as(tea, getuid(), "exchange/out",
                       sk_str_printf(mem, "{\"self\":\"%.*s\",\"tokens\":[\"%.*s\"]}",
                                     SK_ARG(sk_json_get_str(one, "self")), SK_ARG(token)))
                    .body)));
    assert_true(sk_str_eq(vault_answer_text(&why, shown, token.p), SK_STR("関 所子")));
    sk_json_free(one), sk_json_free(two), sk_json_free(three), sk_json_free(shown);
}

static void
exchange__shows_an_address_to_each_browser_that_has_typed_it(void **state)
{
    static const char question[] =
        "{\"fields\":[{\"name\":\"m\",\"kind\":\"email\",\"text\":\"two@example.jp\"}]}";
    const char *token = NULL;
    sk_str self[4], why;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        sk_json *one = NULL;

        assert_false(sk_failed(
            sk_json_read(&one, ask_as(tea, getuid(), "exchange/in", sk_str_of(question)).body)));
        self[i] = sk_str_copy(mem, sk_json_get_str(one, "self"));
        token =
            sk_str_copy(mem, sk_json_get_str(sk_json_at(sk_json_get(one, "fields"), 0), "token")).p;
        sk_json_free(one);
    }
    played.refused = KEEPER_BUDGET_SECOND;
    for (size_t i = 0; i < 4; i++) {
        sk_json *shown = NULL;
        sk_str asked =
            sk_str_printf(mem, "{\"self\":\"%.*s\",\"tokens\":[\"%s\"]}", SK_ARG(self[i]), token);

        assert_false(
            sk_failed(sk_json_read(&shown, ask_as(tea, getuid(), "exchange/out", asked).body)));
        assert_true(sk_str_eq(vault_answer_text(&why, shown, token), SK_STR("two@example.jp")));
        sk_json_free(shown);
    }
}

static void
exchange__takes_a_note_that_is_too_long_for_a_word(void **state)
{
    char text[4000];
    sk_json *one = NULL;
    struct part_response r;

    (void)state;
    memset(text, 'x', sizeof text);
    r = ask_as(tea, getuid(), "exchange/in",
               sk_str_printf(mem,
                             "{\"fields\":[{\"name\":\"n\",\"kind\":\"note\",\"text\":\"%.*s\"}]}",
                             (int)sizeof text, text));
    assert_int_equal(r.status, 200);
    assert_false(sk_failed(sk_json_read(&one, r.body)));
    assert_true(sk_json_get_str(sk_json_at(sk_json_get(one, "fields"), 0), "token").n > 0);
    sk_json_free(one);
}

static void
exchange__says_why_of_each_token_that_is_not_shown(void **state)
{
    sk_json *shown = NULL;
    sk_str why;

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    played.refused = KEEPER_BUDGET_HOUR;
    assert_false(sk_failed(sk_json_read(
        &shown, ask_as(tea, getuid(), "exchange/out",
                       sk_str_printf(mem, "{\"purpose\":\"pages\",\"tokens\":[\"%.*s\"]}",
                                     SK_ARG(token_of(kept, 0))))
                    .body)));
    assert_int_equal(vault_answer_text(&why, shown, token_of(kept, 0).p).n, 0);
    assert_true(sk_str_eq(why, SK_STR("budget_hour")));
    sk_json_free(shown);
}

/* ── finding ── */

static size_t
found(const char *ticket, const char *body)
{
    DEFER(sk_json_close) sk_json *answer = ask(ticket, "find", body);

    return sk_json_count(sk_json_get(answer, "tokens"));
}

static void
find__finds_whole_values_and_beginnings_within_the_tenant(void **state)
{
    static const char whole[] = "{\"purpose\":\"o\",\"kind\":\"phone\",\"text\":\"09012345678\"}";
    static const char begins[] = "{\"purpose\":\"o\",\"kind\":\"phone\",\"prefix\":\"090-12\"}";

    (void)state;
    for (int i = 0; i < 20; i++) {
        DEFER(sk_json_close)
        sk_json *kept = ask(tea, "put",
                            sk_str_printf(mem,
                                          "{\"values\":[{\"kind\":\"phone\","
                                          "\"text\":\"090-12%02d-5678\"}]}",
                                          i + 30)
                                .p);
        assert_non_null(kept);
    }
    assert_int_equal(found(tea, whole), 1);
    assert_int_equal(found(tea, begins), 20);
    assert_int_equal(found(cloth, begins), 0);
}

/* ── ends ── */

static void
erase__takes_the_index_with_it_and_leaves_a_receipt(void **state)
{
    static const char whole[] = "{\"purpose\":\"o\",\"kind\":\"phone\",\"text\":\"09012345678\"}";

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    DEFER(sk_json_close) sk_json *other = ask(tea, "put", NAME_PHONE);
    sk_str person = sk_json_get_str(kept, "person"), in_case = sk_json_get_str(kept, "case");
    sk_str body = sk_str_printf(mem, "{\"person\":\"%.*s\"}", SK_ARG(person));
    DEFER(sk_json_close) sk_json *first = ask(tea, "erase", body.p);
    DEFER(sk_json_close) sk_json *again = ask(tea, "erase", body.p);
    DEFER(sk_json_close)
    sk_json *proof = ask(tea, "erased", sk_str_printf(mem, "{\"id\":\"%.*s\"}", SK_ARG(in_case)).p);

    assert_non_null(other);
    assert_int_equal(sk_json_get_int(first, "values", 0), 2);
    assert_int_equal(sk_json_get_int(again, "record", 0), sk_json_get_int(first, "record", -1));
    assert_int_equal(sk_json_get_int(proof, "record", 0), sk_json_get_int(first, "record", -1));
    assert_int_equal(found(tea, whole), 1); /* the other one, behind it in the index */
    refused(cloth, 4711, "erased", sk_str_printf(mem, "{\"id\":\"%.*s\"}", SK_ARG(person)).p, 403,
            "wrong_tenant");
}

/* There are few birthdays that nobody has: an application may still have the token. */
static void
erase__leaves_its_token_to_nobody_else(void **state)
{
    static const char born[] =
        "{\"case\":\"new\",\"values\":[{\"kind\":\"birthday\",\"text\":\"1980-01-31\"}]}";

    (void)state;
    played.same_token = true;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", born);
    sk_str person = sk_json_get_str(kept, "person");
    DEFER(sk_json_close)
    sk_json *gone =
        ask(tea, "erase", sk_str_printf(mem, "{\"person\":\"%.*s\"}", SK_ARG(person)).p);
    DEFER(sk_json_close) sk_json *next = ask(tea, "put", born);

    played.same_token = false;
    assert_int_equal(sk_json_get_int(gone, "values", 0), 1);
    assert_false(sk_str_eq(token_of(kept, 0), token_of(next, 0)));
}

/* As after a restore: the keeper has erased whom the rows still have. */
static void
replay__removes_what_older_data_has_again(void **state)
{
    unsigned erased = 9;
    bool needed = true;
    sk_str why;

    (void)state;
    DEFER(sk_json_close) sk_json *gone = ask(tea, "put", NAME_PHONE);
    DEFER(sk_json_close) sk_json *part = ask(tea, "put", NAME_PHONE);
    DEFER(sk_json_close) sk_json *stays = ask(tea, "put", NAME_PHONE);
    assert_false(sk_failed(vault_replay_needed(&needed, house)));
    assert_false(needed);
    assert_true(keeper_id_read(&played.erased[0], "per", sk_json_get_str(gone, "person")) &&
                keeper_id_read(&played.erased[1], "cas", sk_json_get_str(part, "case")));
    played.erasures = 2;
    assert_false(sk_failed(vault_replay_needed(&needed, house)));
    assert_true(needed);
    DEFER(sk_json_close)
    sk_json *proof =
        ask(tea, "erased",
            sk_str_printf(mem, "{\"id\":\"%.*s\"}", SK_ARG(sk_json_get_str(part, "case"))).p);
    assert_int_equal(sk_json_get_int(proof, "record", 0), 77);
    assert_false(sk_failed(vault_replay(&erased, house)));
    assert_int_equal(erased, 1); /* the other was asked for already */
    DEFER(sk_json_close)
    sk_json *shown = ask(tea, "read",
                         sk_str_printf(mem, "{\"purpose\":\"o\",\"tokens\":[\"%.*s\",\"%.*s\"]}",
                                       SK_ARG(token_of(gone, 0)), SK_ARG(token_of(stays, 0)))
                             .p);
    assert_int_equal(vault_answer_text(&why, shown, token_of(gone, 0).p).n, 0);
    assert_true(sk_str_eq(vault_answer_text(&why, shown, token_of(stays, 0).p), SK_STR("関 所子")));
}

static void
clock__erases_what_is_due_and_not_what_is_held(void **state)
{
    struct vault_hold hold = { .name = SK_STR("case-7") };
    sk_when due = sk_now() + (sk_when)40 * VAULT_DAY;
    unsigned erased;

    (void)state;
    DEFER(sk_json_close) sk_json *one = ask(tea, "put", NAME_PHONE);
    DEFER(sk_json_close) sk_json *two = ask(tea, "put", NAME_PHONE);
    for (int i = 0; i < 2; i++) {
        DEFER(sk_json_close)
        sk_json *told = ask(tea, "event",
                            sk_str_printf(mem, "{\"event\":\"trade_completed\",\"case\":\"%.*s\"}",
                                          SK_ARG(sk_json_get_str(i ? two : one, "case")))
                                .p);
        assert_non_null(told);
    }
    hold.subject.tenant = SK_STR("tea");
    assert_true(keeper_id_read(&hold.subject.person_id, "per", sk_json_get_str(one, "person")));
    assert_false(sk_failed(vault_hold_put(house->stores, &hold)));
    assert_false(sk_failed(vault_clock_round(&erased, house, sk_now())));
    assert_int_equal(erased, 0);
    assert_false(sk_failed(vault_clock_round(&erased, house, due)));
    assert_int_equal(erased, 1);
    refused(tea, 4711, "erase",
            sk_str_printf(mem, "{\"person\":\"%.*s\"}", SK_ARG(sk_json_get_str(one, "person"))).p,
            403, "held");
    assert_false(sk_failed(vault_hold_end(house->stores, hold.name)));
    assert_false(sk_failed(vault_clock_round(&erased, house, due)));
    assert_int_equal(erased, 1);
}

#define LATE_EVENT "{\"event\":\"trade_completed\",\"case\":\"%s\",\"at\":\"%s\"}"

/* What an application tells late would be erased at once. */
static void
event__of_the_past_is_the_command_lines_to_tell(void **state)
{
    unsigned erased;

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    const char *in_case = sk_json_get_str(kept, "case").p;
    const char *now = sk_str_zcopy(mem, sk_when_utc(mem, sk_now() + VAULT_DAY));
    const char *past = sk_str_printf(mem, LATE_EVENT, in_case, "2026-01-01T00:00:00Z").p;

    refused(tea, 4711, "event", past, 403, "denied");
    refused(NULL, getuid(), "event", sk_str_printf(mem, LATE_EVENT, in_case, now).p, 400, "bad");
    refused(NULL, getuid(), "event", sk_str_printf(mem, LATE_EVENT, in_case, "1 May").p, 400,
            "bad");
    assert_false(sk_failed(vault_clock_round(&erased, house, sk_now())));
    assert_int_equal(erased, 0);
    assert_int_equal(ask_as(NULL, getuid(), "event", sk_str_of(past)).status, 200);
    assert_false(sk_failed(vault_clock_round(&erased, house, sk_now())));
    assert_int_equal(erased, 1);
}

static void
event__told_again_changes_nothing_and_can_be_undone(void **state)
{
    unsigned erased;

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    const char *who = sk_json_get_str(kept, "person").p;
    const char *body =
        sk_str_printf(mem, "{\"event\":\"contract_ended\",\"person\":\"%s\"}", who).p;
    DEFER(sk_json_close) sk_json *one = ask(tea, "event", body);
    DEFER(sk_json_close) sk_json *two = ask(tea, "event", body);
    assert_true(sk_str_eq(sk_json_get_str(one, "erases"), sk_json_get_str(two, "erases")));
    DEFER(sk_json_close)
    sk_json *undone = ask(
        tea, "event",
        sk_str_printf(mem, "{\"event\":\"contract_ended\",\"person\":\"%s\",\"undo\":true}", who)
            .p);
    assert_non_null(undone);
    assert_false(sk_failed(vault_clock_round(&erased, house, sk_now() + (sk_when)400 * VAULT_DAY)));
    assert_int_equal(erased, 0);
    refused(tea, 4711, "event",
            sk_str_printf(mem, "{\"event\":\"trade_completed\",\"person\":\"%s\"}", who).p, 400,
            "bad"); /* that is a case's */
}

static void
event__that_erases_soon_asks_for_the_right(void **state)
{
    static const char *const events[] = { "account_closed", "contract_ended" };

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    const char *who = sk_json_get_str(kept, "person").p;
    for (unsigned i = 0; i < 2; i++) { /* at once; in a month */
        DEFER(sk_json_close)
        sk_json *told = ask(tea, "event",
                            sk_str_printf(mem,
                                          "{\"event\":\"%s\",\"person\":\"%s\","
                                          "\"purpose\":\"closing\"}",
                                          events[i], who)
                                .p);
        assert_non_null(told);
        assert_int_equal(played.later, 1);
    }
    assert_string_equal(played.purpose, "closing");
    assert_int_equal(played.erasures, 0);
}

static void
event__that_may_not_erase_soon_notes_nothing(void **state)
{
    struct vault_counts counts;
    struct part_store *store;

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    sk_str body = sk_str_printf(mem, "{\"event\":\"account_closed\",\"person\":\"%.*s\"}",
                                SK_ARG(sk_json_get_str(kept, "person")));
    played.erases = KEEPER_PURPOSE_UNKNOWN;
    refused(tea, 4711, "event", body.p, 403, "purpose_unknown");
    refused(tea, 4711, "erase", body.p, 403, "purpose_unknown");
    assert_false(sk_failed(part_store_take(&store, house->stores)));
    assert_false(sk_failed(vault_store_counts(&counts, store)));
    part_store_give(house->stores, store);
    assert_int_equal(counts.due, 0);
    assert_int_equal(counts.values, 2);
}

static void
rotate__seals_what_a_person_has_anew(void **state)
{
    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    sk_str why;
    struct part_response r = ask_as(NULL, getuid(), "rotate",
                                    sk_str_printf(mem, "{\"level\":\"person\",\"case\":\"%.*s\"}",
                                                  SK_ARG(sk_json_get_str(kept, "case"))));
    DEFER(sk_json_close)
    sk_json *shown = ask(
        tea, "read",
        sk_str_printf(mem, "{\"purpose\":\"o\",\"tokens\":[\"%.*s\"]}", SK_ARG(token_of(kept, 0)))
            .p);

    assert_true(sk_str_eq(r.body, SK_STR("{\"resealed\":2,\"left\":0}")));
    assert_int_equal(ask_as(NULL, getuid(), "rotate", SK_STR("{\"level\":\"\"}")).status, 400);
    assert_int_equal(ask_as(NULL, getuid(), "rotate", SK_STR("{\"level\":\"all\"}")).status, 400);
    assert_true(sk_str_eq(vault_answer_text(&why, shown, token_of(kept, 0).p), SK_STR("関 所子")));
}

static void
render__makes_a_label_without_showing_anything(void **state)
{
    (void)state;
    sk_str why;

    played.show = KEEPER_SHOW_RENDER;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    const char *body =
        sk_str_printf(mem,
                      "{\"purpose\":\"shipping\",\"what\":\"label\",\"name\":\"%.*s\","
                      "\"phone\":\"%.*s\",\"code\":\"SK-1\",\"from\":\"店\"}",
                      SK_ARG(token_of(kept, 0)), SK_ARG(token_of(kept, 1)))
            .p;
    DEFER(sk_json_close) sk_json *made = ask(tea, "render", body);
    assert_true(sk_str_starts(sk_json_get_str(made, "pdf"), SK_STR("JVBERi0")));
    assert_int_equal(sk_json_count(made), 1);
    DEFER(sk_json_close)
    sk_json *shown = ask(tea, "read",
                         sk_str_printf(mem, "{\"purpose\":\"shipping\",\"tokens\":[\"%.*s\"]}",
                                       SK_ARG(token_of(kept, 0)))
                             .p);
    assert_int_equal(vault_answer_text(&why, shown, token_of(kept, 0).p).n, 0);
    assert_true(sk_str_eq(why, SK_STR("kind_denied")));
    played.show = KEEPER_SHOW_MASKED;
    refused(tea, 4711, "render", body, 403, "kind_denied");
}

/* ── refusals ── */

static void
refusal__is_recorded_with_its_word_before_it_is_answered(void **state)
{
    static const struct {
        const char *ticket, *verb, *body;
        unsigned status;
        const char *word, *details;
    } rows[] = {
        { tea, "put", "{\"values\":[{\"kind\":\"shoe\",\"text\":\"x\"}]}", 400, "unknown_kind",
          "{\"why\":\"unknown_kind\",\"verb\":\"put\"}" },
        { "", "read", "{}", 403, "ticket_missing",
          "{\"why\":\"ticket_missing\",\"verb\":\"read\"}" },
        { tea, "dance", "{}", 400, "bad", "{\"why\":\"bad\"}" },
        { tea, "hold", "{}", 403, "denied", "{\"why\":\"denied\",\"verb\":\"hold\"}" },
    };

    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        refused(rows[i].ticket, 4711, rows[i].verb, rows[i].body, rows[i].status, rows[i].word);
        assert_int_equal(heard.count, i + 1);
        assert_string_equal(heard.action, "vault.refused");
        assert_string_equal(heard.details, rows[i].details);
    }
    heard.away = true;
    refused(tea, 4711, "put", rows[0].body, 503, "no_ledger");
    heard.away = false;
    /* what the keeper refuses it records itself */
    played.refused = KEEPER_ROLE_DENIED;
    refused(tea, 4711, "read", "{\"purpose\":\"x\",\"tokens\":[]}", 403, "role_denied");
    assert_int_equal(heard.count, sizeof rows / sizeof *rows);
    assert_string_equal(heard.principal, "nobody");
}

static void
error__of_what_never_was_a_question_has_a_word_too(void **state)
{
    struct part_request request = { .mem = mem, .uid = 4711, .id = SK_STR("REQ1"), .ctx = house };
    static const struct {
        unsigned status;
        const char *body;
    } rows[] = { { 413, "{\"error\":\"too_long\"" }, { 404, "{\"error\":\"bad\"" } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct part_response response = { .status = rows[i].status };

        vault_api_error(&response, &request, sk_ok());
        assert_int_equal(response.status, rows[i].status);
        assert_true(sk_str_starts(response.body, sk_str_of(rows[i].body)));
        assert_string_equal(heard.action, "vault.refused");
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(put__gives_tokens_that_read_gives_back),
        CASE(put__into_a_person_and_case_that_are_there),
        CASE(tokens__of_another_tenant_stand_for_nothing),
        CASE(tokens__of_an_address_are_the_same_and_of_all_else_new),
        CASE(put__is_all_or_nothing),
        CASE(questions__that_are_bad_have_stable_words),
        CASE(questions__are_for_those_whom_they_are_for),
        CASE(names__of_a_megabyte_are_refused),
        CASE(words__of_the_keeper_are_handed_on),
        CASE(exchange__takes_what_fits_and_says_what_does_not),
        CASE(exchange__leaves_tokens_as_they_are_and_knows_the_browser_again),
        CASE(exchange__shows_an_address_to_each_browser_that_has_typed_it),
        CASE(exchange__takes_a_note_that_is_too_long_for_a_word),
        CASE(exchange__says_why_of_each_token_that_is_not_shown),
        CASE(find__finds_whole_values_and_beginnings_within_the_tenant),
        CASE(erase__takes_the_index_with_it_and_leaves_a_receipt),
        CASE(erase__leaves_its_token_to_nobody_else),
        CASE(replay__removes_what_older_data_has_again),
        CASE(clock__erases_what_is_due_and_not_what_is_held),
        CASE(event__of_the_past_is_the_command_lines_to_tell),
        CASE(event__told_again_changes_nothing_and_can_be_undone),
        CASE(event__that_erases_soon_asks_for_the_right),
        CASE(event__that_may_not_erase_soon_notes_nothing),
        CASE(rotate__seals_what_a_person_has_anew),
        CASE(render__makes_a_label_without_showing_anything),
        CASE(refusal__is_recorded_with_its_word_before_it_is_answered),
        CASE(error__of_what_never_was_a_question_has_a_word_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
