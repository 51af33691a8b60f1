/* The front and a keeper of its own, both whole: verb, who asks, and body, a line each. Who asks is
 * "owner", "buyer" or "console", for whom a good ticket is made, or the ticket's text. In the body
 * $P, $C, $S stand for a person, a case and a cookie that are there, $0 to $3 for the person's
 * tokens. The verb "row" writes the body into a column of values.db first, named by the second
 * line, and reads all that there is. Nobody without a good ticket ever sees the name. */
#include "base/file.h"
#include "keeper/serve.h"
#include "part/control.h"
#include "part/log.h"
#include "vault/store.h"
#include "vault_answer.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TOKENS = 4, ROUNDS = 2000 };

static const char secret[] = "\xe7\xa7\x98 \xe5\xaf\x86\xe5\xad\x90"; /* 秘 密子 */

#define WIDE  "{\"principal\":1000000,\"tenant\":1000000,\"purpose\":1000000}"
#define KINDS "\"name\",\"phone\",\"email\",\"address\",\"birthday\",\"bank\",\"note\",\"reading\""
#define PURPOSE(name, site, realm, kinds, show, days)                                              \
    "{\"name\":\"" name "\",\"sites\":[\"" site "\"],\"kinds\":[" kinds "],\"realms\":[\"" realm   \
    "\"],\"roles\":[],\"routes\":[],\"level\":0,\"show\":\"" show                                  \
    "\",\"on_overrun\":\"refuse\",\"earned_days\":" days ",\"ticket\":500,\"second\":" WIDE        \
    ",\"hour\":" WIDE ",\"day\":" WIDE "}"
/* clang-format off */
static const char conf[] = "{\"purposes\":["
    PURPOSE("orders", "shop", "merchant", KINDS, "plain", "1") ","
    PURPOSE("pages", "shop", "buyer", KINDS, "masked", "1") ","
    PURPOSE("shipping", "shop", "merchant", KINDS, "render", "1") ","
    PURPOSE("closing", "shop", "merchant", "", "erase", "0") ","
    PURPOSE("handing", "console", "operator", KINDS, "plain", "1") "]}";
/* clang-format on */

static struct {
    char folder[64];
    struct keeper_house keeper;
    struct vault *front;
    struct part_peers peers;
    int listener;
    pthread_t thread;
    sk_str token[TOKENS], person, case_id, self; /* on `mem` */
    sk_arena *mem;
    unsigned rounds;
} f = { .listener = -1 };

static sk_str ticket;

static void
must(bool so)
{
    if (!so) abort();
}

/* ── the house ── */

static sk_err
told(void *ctx, uint64_t *sequence, const struct ledger_event *event)
{
    static uint64_t last;

    (void)ctx;
    must(event->details.n <= LEDGER_DETAILS_MAX);
    *sequence = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
    return sk_ok();
}

static const char *
below(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", f.folder, name);
    return path;
}

static void *
serve(void *ctx)
{
    int never[2]; /* nobody writes */

    (void)ctx;
    must(pipe(never) == 0);
    keeper_serve(&f.keeper, &f.peers, f.listener, never[0]);
    return NULL;
}

static void
keeper_make(void)
{
    static char folder[128];
    static sk_arena *mem;
    struct keeper_root_setting root = { .folder = folder };
    struct keeper_keys_setting keys = { .folder = folder, .sql = "src/keeper/sql", .now = sk_now };
    struct keeper_budget_found found;
    uint64_t damaged;

    snprintf(folder, sizeof folder, "%s", below("keeper"));
    pthread_mutex_init(&f.keeper.lock, NULL);
    f.keeper.now = sk_now;
    f.keeper.tell = told;
    mem = sk_arena_new(0);
    must(!sk_failed(keeper_purposes_read(&f.keeper.purposes, mem, sk_str_of(conf))));
    must(!sk_failed(keeper_root_open(&f.keeper.root, &root)));
    keys.root = f.keeper.root;
    must(!sk_failed(keeper_keys_open(&f.keeper.keys, &keys)));
    must(!sk_failed(keeper_budget_open(&f.keeper.budget, &found, NULL, false, sk_now())));
    must(!sk_failed(keeper_earned_open(&f.keeper.earned, &damaged, NULL, sk_now())));
    must(!sk_failed(part_socket_listen(&f.listener, below("run/keeper.sock"), 0600)));
    f.peers = (struct part_peers){ .uid = { getuid() }, .count = 1 };
    must(pthread_create(&f.thread, NULL, serve, NULL) == 0);
}

static void
folder_remove(void)
{
    (void)sk_file_remove_tree(f.folder);
}

/* What the front itself records: refusals. */
static sk_err
heard(void *ctx, const struct ledger_event *event)
{
    (void)ctx;
    must(event->action.n);
    return sk_ok();
}

static void
begin(void)
{
    static const char *const folders[] = { "run", "keeper", "conf", "conf/vault" };
    FILE *file;

    part_log_open(open("/dev/null", O_WRONLY | O_CLOEXEC), "vault", PART_ERROR);
    snprintf(f.folder, sizeof f.folder, "/dev/shm/vault-fuzz-XXXXXX");
    must(mkdtemp(f.folder) != NULL);
    (void)atexit(folder_remove);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        must(mkdir(below(folders[i]), 0700) == 0);
    file = fopen(below("conf/vault/vault.json"), "w");
    must(file && fputs("{}", file) >= 0 && fclose(file) == 0);
    keeper_make();
    must(!sk_failed(vault_house_open(&f.front, f.folder, "."))); /* from the checkout's top */
    f.front->tell = heard;
}

/* ── asking ── */

static sk_str
header(const struct part_request *request, const char *name)
{
    (void)request;
    return strcmp(name, "X-Sekisho-Ticket") == 0 ? ticket : (sk_str){ 0 };
}

static void
ask(struct part_response *response, sk_arena *mem, sk_str verb, sk_str body)
{
    struct part_request request = {
        .mem = mem, .uid = getuid(), .header = header, .id = SK_STR("REQ"), .ctx = f.front
    };

    *response = (struct part_response){ 0 };
    request.path = sk_str_printf(mem, "/v1/%.*s", SK_ARG(verb));
    request.body = body;
    must(!sk_failed(vault_api_post(response, &request)));
}

/* False: `who` is none whom we know, and the text itself is the ticket. */
static bool
ticket_set(sk_arena *mem, sk_str who)
{
    struct ticket t = { .id = SK_STR("R1"),
                        .site = SK_STR("shop"),
                        .tenant = SK_STR("tea"),
                        .realm = SK_STR("merchant"),
                        .principal = SK_STR("acc_1"),
                        .role = SK_STR("owner"),
                        .level = 2,
                        .at = sk_now() };
    struct sk_buf text = { .mem = mem };

    ticket = who;
    if (sk_str_eq(who, SK_STR("buyer")))
        t.realm = who, t.role = (sk_str){ 0 };
    else if (sk_str_eq(who, SK_STR("console")))
        t.site = who, t.realm = SK_STR("operator"), t.tenant = t.session = (sk_str){ 0 };
    else if (!sk_str_eq(who, SK_STR("owner")))
        return false;
    must(ticket_make(&text, &f.keeper.ticket_key, &t));
    ticket = sk_buf_str(&text);
    return true;
}

/* The person whom $P and $0 name, anew. */
static void
person_put(void)
{
    static const char body[] =
        "{\"fields\":[{\"name\":\"a\",\"kind\":\"name\",\"text\":\"%s\"},{\"name\":\"b\","
        "\"kind\":\"phone\",\"text\":\"090-1234-5678\"},{\"name\":\"c\",\"kind\":\"email\","
        "\"text\":\"m@example.jp\"},{\"name\":\"d\",\"kind\":\"address\",\"text\":\"\xe3\x80\x92"
        "150-8512 \xe6\x9d\xb1\xe4\xba\xac\"}]}";
    DEFER(sk_json_close) sk_json *answer = NULL;
    struct part_response response;
    struct vault_row row;
    struct part_store *store;
    bool found;

    sk_arena_free(f.mem);
    f.mem = sk_arena_new(0);
    must(ticket_set(f.mem, SK_STR("owner")));
    ask(&response, f.mem, SK_STR("exchange/in"), sk_str_printf(f.mem, body, secret));
    must(!sk_failed(sk_json_read(&answer, response.body)));
    f.self = sk_str_copy(f.mem, sk_json_get_str(answer, "self"));
    for (size_t i = 0; i < TOKENS; i++) {
        const sk_json *field = sk_json_at(sk_json_get(answer, "fields"), i);

        f.token[i] = sk_str_copy(f.mem, sk_json_get_str(field, "token"));
        must(f.token[i].n > 0);
    }
    must(!sk_failed(part_store_take(&store, f.front->stores)));
    must(!sk_failed(vault_store_by_token(&found, &row, f.mem, store, SK_STR("tea"), f.token[0])));
    part_store_give(f.front->stores, store);
    must(found);
    f.person = sk_str_copy(f.mem, keeper_id_str(&row.person_id));
    f.case_id = sk_str_copy(f.mem, keeper_id_str(&row.case_id));
}

/* Everything out of the store: what is there was put by inputs before, and says nothing. */
static void
store_clear(void)
{
    struct part_store *store;

    must(!sk_failed(part_store_take(&store, f.front->stores)));
    must(!sk_failed(part_store_exec(store, "DELETE FROM value; DELETE FROM word; DELETE FROM due;"
                                           "DELETE FROM held; DELETE FROM gone;"
                                           "DELETE FROM answered")));
    part_store_give(f.front->stores, store);
    person_put();
}

static sk_str
filled(sk_arena *mem, sk_str text)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < text.n; i++) {
        char next = i + 1 < text.n ? text.p[i + 1] : 0;
        sk_str with = { 0 };

        if (text.p[i] == '$' && next >= '0' && next < '0' + TOKENS) with = f.token[next - '0'];
        if (text.p[i] == '$' && next == 'P') with = f.person;
        if (text.p[i] == '$' && next == 'C') with = f.case_id;
        if (text.p[i] == '$' && next == 'S') with = f.self;
        if (with.n) {
            sk_buf_add(&out, with);
            i++;
        } else {
            sk_buf_byte(&out, text.p[i]);
        }
    }
    return sk_buf_str(&out);
}

static bool
has_secret(sk_str text)
{
    return text.n && memmem(text.p, text.n, secret, sizeof secret - 1);
}

static void
answer_check(const struct part_response *response, bool may_see)
{
    must(may_see || !has_secret(response->body));
    vault_answer_check(response);
}

/* ── rows that somebody else has written ── */

static void
column_set(sk_str name, sk_str bytes)
{
    static const char *const sql[][2] = {
        { "id", "UPDATE value SET id = CAST(?1 AS TEXT) WHERE token = ?2" },
        { "person", "UPDATE value SET person = CAST(?1 AS TEXT) WHERE token = ?2" },
        { "part", "UPDATE value SET part = CAST(?1 AS TEXT) WHERE token = ?2" },
        { "token", "UPDATE value SET token = CAST(?1 AS TEXT) WHERE token = ?2" },
        { "sealed", "UPDATE value SET sealed = ?1 WHERE token = ?2" },
        { "names", "UPDATE value SET names = ?1 WHERE token = ?2" },
        { "kind", "UPDATE value SET kind = length(?1) WHERE token = ?2" },
        { "version", "UPDATE value SET version = length(?1) - 9 WHERE token = ?2" },
        { "entry", "UPDATE word SET entry = ?1 WHERE ?2 <> ''" },
    };
    struct part_store *store;
    struct part_query *q;

    must(!sk_failed(part_store_take(&store, f.front->stores)));
    must(!sk_failed(part_store_exec(store, "PRAGMA ignore_check_constraints = ON")));
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        if (!sk_str_eq(name, sk_str_of(sql[i][0]))) continue;
        must(!sk_failed(part_store_query(&q, store, sql[i][1])));
        part_query_blob(q, 1, bytes);
        part_query_text(q, 2, f.token[0]);
        sk_err e = part_query_run(q);
        if (sk_failed(e)) break; /* it is no value of this column */
    }
    part_store_give(f.front->stores, store);
}

static void
row_try(sk_arena *mem, sk_str column, sk_str bytes)
{
    static const char *const asks[][2] = {
        { "read", "{\"purpose\":\"orders\",\"tokens\":[\"$0\",\"$1\"]}" },
        { "find", "{\"purpose\":\"orders\",\"kind\":\"phone\",\"text\":\"090-1234-5678\"}" },
        { "exchange/out", "{\"purpose\":\"orders\",\"self\":\"$S\",\"tokens\":[\"$0\",\"$2\"]}" },
        { "erased", "{\"id\":\"$P\"}" },
        { "event", "{\"event\":\"account_closed\",\"person\":\"$P\"}" },
        { "erase", "{\"purpose\":\"closing\",\"person\":\"$P\"}" },
    };

    column_set(column, bytes);
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        struct part_response response;

        must(ticket_set(mem, SK_STR("owner")));
        ask(&response, mem, sk_str_of(asks[i][0]), filled(mem, sk_str_of(asks[i][1])));
        if (response.status == 500) continue; /* a store that is broken may be called so */
        answer_check(&response, true);
    }
    store_clear();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str verb, who, rest = { (const char *)data, size };
    struct part_response response;

    if (!f.front) begin();
    if (!f.rounds++) store_clear();
    f.rounds %= ROUNDS;
    if (!sk_str_cut(&verb, &rest, '\n') || !sk_str_cut(&who, &rest, '\n')) return 0;
    if (sk_str_eq(verb, SK_STR("row"))) {
        row_try(mem, who, rest);
        return 0;
    }
    bool is_good = ticket_set(mem, who) && !sk_str_eq(who, SK_STR("buyer"));
    sk_str body = filled(mem, rest);
    /* whoever names the cookie is the browser whose name it is */
    bool may_see = is_good || (f.self.n && body.n && memmem(body.p, body.n, f.self.p, f.self.n));
    ask(&response, mem, verb, body);
    answer_check(&response, may_see || has_secret(body));
    if (sk_str_starts(verb, SK_STR("erase")) || sk_str_eq(verb, SK_STR("rotate"))) person_put();
    return 0;
}
