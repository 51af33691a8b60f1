#include "evidence/vault.h"

#include "base/file.h"
#include "base/hash.h"
#include "ledger/reader.h"
#include "part/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PRINCIPAL = 12, PATIENCE = 10000, DAY = 24 * 3600 * 1000, LEFTOVERS_MAX = 20 };

/* ── randomness ── */

unsigned
evidence_random_below(unsigned most)
{
    uint32_t n;

    sk_random(&n, sizeof n);
    return n % most; /* a little uneven, which no one minds here */
}

/* `size` bytes a sign. */
static sk_str
random_of(sk_arena *mem, const char *signs, size_t size, size_t count)
{
    char *p = sk_alloc(mem, count * size + 1);
    unsigned many = (unsigned)(strlen(signs) / size);

    for (size_t i = 0; i < count; i++)
        memcpy(p + i * size, signs + evidence_random_below(many) * size, size);
    p[count * size] = 0;
    return (sk_str){ p, count * size };
}

sk_str
evidence_random_letters(sk_arena *mem, size_t count)
{
    return random_of(mem, "abcdefghijklmnopqrstuvwxyz", 1, count);
}

sk_str
evidence_random_kana(sk_arena *mem, size_t count)
{
    return random_of(mem, "アイウエオカキクケコサシスセソタチツテトナニヌネノマミムメモヤユヨ", 3,
                     count);
}

sk_str
evidence_random_kanji(sk_arena *mem, size_t count)
{
    return random_of(mem, "春夏秋冬山川海空雨雪風月花鳥石竹松梅桜菊東西南北金銀紙布糸針", 3, count);
}

/* ── begin and end ── */

static sk_err
person_erase(struct evidence_vault *v, sk_str person)
{
    const char *const pairs[] = { "person", sk_str_zcopy(v->report->mem, person), NULL };
    struct evidence_said said;

    return evidence_vault_do(&said, v, "erase", pairs);
}

/* Of runs that were killed, or could not erase; not of today, when another run may be at work. */
static sk_err
leftovers_erase(struct evidence_vault *v)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    struct part_query *q;
    bool more;

    TRY(evidence_vault_store(&store, v, "vault/values.db"));
    TRY(part_store_query(&q, store,
                         "SELECT DISTINCT person FROM value WHERE tenant = '" EVIDENCE_VAULT_TENANT
                         "' AND day < ?1 LIMIT ?2"));
    part_query_int(q, 1, sk_now() / DAY);
    part_query_int(q, 2, LEFTOVERS_MAX);
    for (;;) {
        TRY(part_query_step(&more, q));
        if (!more) return sk_ok();
        TRY(person_erase(v, part_query_get_text(v->report->mem, q, 0)));
    }
}

/* Without it nobody is shown or erased, and each question waits for it in vain. */
static sk_err
ledger_check(const struct evidence_instance *instance)
{
    DEFER(sk_fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    int n = snprintf(name.sun_path, sizeof name.sun_path, "%.*s/run/ledger.sock",
                     SK_ARG(instance->state));

    if (fd < 0 || n >= (int)sizeof name.sun_path ||
        connect(fd, (const struct sockaddr *)&name, sizeof name) != 0)
        return sk_fail(SK_MISSING, "the ledger does not listen, so that nobody is shown");
    return sk_ok();
}

sk_err
evidence_vault_open(struct evidence_vault *v, struct evidence_report *report,
                    const struct evidence_instance *instance)
{
    sk_str path, bytes;

    *v = (struct evidence_vault){ .report = report, .instance = instance, .began = sk_now() };
    v->principal = sk_str_printf(report->mem, "probe:%.*s",
                                 SK_ARG(evidence_random_letters(report->mem, PRINCIPAL)));
    TRY(ledger_check(instance));
    path = sk_str_printf(report->mem, "%.*s/keys/ticket.key", SK_ARG(instance->state));
    TRY(sk_file_read(&bytes, report->mem, path.p, TICKET_KEY + 1));
    sk_err e = ticket_key_read(&v->key, bytes);
    explicit_bzero((void *)bytes.p, bytes.n);
    return sk_failed(e) ? e : leftovers_erase(v);
}

void
evidence_vault_close(struct evidence_vault *v)
{
    for (size_t i = 0; i < v->people; i++) {
        sk_err e = person_erase(v, v->person[i]);

        if (sk_failed(e)) evidence_failed(v->report, "somebody made up is left over: %s", e.why);
    }
    for (size_t i = 0; i < v->answers; i++)
        sk_json_free(v->answer[i]);
    ticket_key_wipe(&v->key);
    *v = (struct evidence_vault){ .report = NULL };
}

/* ── asking ── */

struct ticket
evidence_vault_ticket(struct evidence_vault *v)
{
    return (struct ticket){
        .id = sk_str_printf(v->report->mem, "%.*s-%u", SK_ARG(v->principal), ++v->requests),
        .site = SK_STR("console"),
        .realm = SK_STR("operator"),
        .principal = v->principal,
        .role = SK_STR("local"),
        .level = 2,
        .at = sk_now(),
    };
}

sk_str
evidence_vault_sign(const struct evidence_vault *v, const struct ticket *ticket)
{
    struct sk_buf out = { .mem = v->report->mem };

    return ticket_make(&out, &v->key, ticket) ? sk_buf_str(&out) : (sk_str){ 0 };
}

sk_err
evidence_vault_ask(struct evidence_said *said, struct evidence_vault *v, const char *verb,
                   sk_str ticket, sk_str body)
{
    sk_arena *mem = v->report->mem;
    sk_json *json = NULL;
    struct part_answer got;
    struct part_ask ask = {
        .path = sk_str_printf(mem, "%.*s/run/vault.sock", SK_ARG(v->instance->state)).p,
        .method = "POST",
        .target = sk_str_printf(mem, "/v1/%s", verb),
        .body = body,
        .header = { { "X-Sekisho-Ticket", ticket } },
        .headers = ticket.n ? 1 : 0,
        .patience = PATIENCE,
    };

    if (v->answers == EVIDENCE_VAULT_ANSWERS_MAX) return sk_fail(SK_FULL, "too many questions");
    TRY(part_ask(&got, mem, &ask));
    sk_err e = sk_json_read(&json, got.body);
    if (sk_failed(e))
        return sk_fail(SK_BROKEN, "%s was answered %d without JSON", verb, got.status);
    v->answer[v->answers++] = json;
    *said = (struct evidence_said){ got.status, sk_json_get_str(json, "error"), json };
    return sk_ok();
}

static void
body_begin(struct sk_json_writer *w)
{
    sk_json_object(w, NULL);
    sk_json_text(w, "tenant", EVIDENCE_VAULT_TENANT);
}

sk_err
evidence_vault_do(struct evidence_said *said, struct evidence_vault *v, const char *verb,
                  const char *const *pairs)
{
    struct sk_buf body = { .mem = v->report->mem };
    struct sk_json_writer w = { .out = &body };

    body_begin(&w);
    for (; *pairs; pairs += 2)
        sk_json_text(&w, pairs[0], pairs[1]);
    sk_json_end_object(&w);
    TRY(evidence_vault_ask(said, v, verb, (sk_str){ 0 }, sk_buf_str(&body)));
    if (said->status == 200) return sk_ok();
    return sk_fail(SK_BROKEN, "%s was answered %d %.*s", verb, said->status, SK_ARG(said->error));
}

/* ── people ── */

void
evidence_person_add(struct evidence_person *p, const char *kind, sk_str text)
{
    if (p->count < EVIDENCE_VAULT_VALUES_MAX)
        p->value[p->count++] = (struct evidence_value){ .kind = kind, .text = text };
}

static sk_str
put_body(sk_arena *mem, const struct evidence_person *p, bool has_case)
{
    struct sk_buf body = { .mem = mem };
    struct sk_json_writer w = { .out = &body };

    body_begin(&w);
    if (p->person.n) sk_json_str(&w, "person", p->person);
    if (has_case) sk_json_text(&w, "case", "new");
    sk_json_array(&w, "values");
    for (size_t i = 0; i < p->count; i++) {
        sk_json_object(&w, NULL);
        sk_json_text(&w, "kind", p->value[i].kind);
        sk_json_str(&w, "text", p->value[i].text);
        sk_json_end_object(&w);
    }
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    return sk_buf_str(&body);
}

sk_err
evidence_vault_put(struct evidence_person *p, struct evidence_vault *v, bool has_case)
{
    struct evidence_said said;
    const sk_json *tokens;
    bool is_new = p->person.n == 0;

    if (v->people == EVIDENCE_VAULT_MADE_MAX) return sk_fail(SK_FULL, "too many people");
    TRY(evidence_vault_ask(&said, v, "put", (sk_str){ 0 }, put_body(v->report->mem, p, has_case)));
    p->person = sk_json_get_str(said.json, "person");
    p->in_case = sk_json_get_str(said.json, "case");
    tokens = sk_json_get(said.json, "tokens");
    if (said.status != 200 || !p->person.n || sk_json_count(tokens) != p->count)
        return sk_fail(SK_BROKEN, "put was answered %d %.*s", said.status, SK_ARG(said.error));
    if (is_new) v->person[v->people++] = p->person;
    for (size_t i = 0; i < p->count; i++)
        p->value[i].token = sk_json_as_str(sk_json_at(tokens, i));
    return sk_ok();
}

sk_err
evidence_vault_somebody(struct evidence_person *p, struct evidence_vault *v)
{
    sk_arena *mem = v->report->mem;

    *p = (struct evidence_person){ .count = 0 };
    evidence_person_add(p, "name",
                        sk_str_printf(mem, "探針 %.*s", SK_ARG(evidence_random_kanji(mem, 6))));
    return evidence_vault_put(p, v, false);
}

sk_err
evidence_vault_read(struct evidence_said *said, struct evidence_vault *v, sk_str ticket,
                    const char *purpose, const sk_str *token, size_t count)
{
    struct sk_buf body = { .mem = v->report->mem };
    struct sk_json_writer w = { .out = &body };

    body_begin(&w);
    if (purpose) sk_json_text(&w, "purpose", purpose);
    sk_json_array(&w, "tokens");
    for (size_t i = 0; i < count; i++)
        sk_json_str(&w, NULL, token[i]);
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    return evidence_vault_ask(said, v, "read", ticket, sk_buf_str(&body));
}

sk_str
evidence_said_text(const struct evidence_said *said, sk_arena *mem, sk_str token)
{
    const sk_json *values = sk_json_get(said->json, "values");

    return sk_json_get_str(sk_json_get(values, sk_str_zcopy(mem, token)), "text");
}

sk_err
evidence_vault_shows(bool *shown, struct evidence_vault *v, const struct evidence_person *p,
                     sk_str ticket)
{
    struct ticket ours = evidence_vault_ticket(v);
    struct evidence_said said;

    if (!ticket.n) ticket = evidence_vault_sign(v, &ours);
    TRY(evidence_vault_read(&said, v, ticket, EVIDENCE_VAULT_PURPOSE, &p->value[0].token, 1));
    *shown = evidence_said_text(&said, v->report->mem, p->value[0].token).n > 0;
    return sk_ok();
}

/* ── stores ── */

sk_err
evidence_vault_store(struct part_store **store, const struct evidence_vault *v, const char *file)
{
    const char *path = sk_str_printf(v->report->mem, "%.*s/%s", SK_ARG(v->instance->state), file).p;

    if (access(path, R_OK) != 0) return sk_fail(SK_MISSING, "%s cannot be read", path);
    TRY(part_store_open(store, path));
    return part_store_exec(*store, "PRAGMA query_only = ON");
}

sk_err
evidence_vault_number(int64_t *number, struct part_store *store, const char *sql, sk_str one,
                      sk_str two, bool is_blob)
{
    void (*put)(struct part_query *, int, sk_str) = is_blob ? part_query_blob : part_query_text;
    struct part_query *q;
    bool row;

    TRY(part_store_query(&q, store, sql));
    if (one.p) put(q, 1, one);
    if (two.p) put(q, 2, two);
    TRY(part_query_step(&row, q));
    *number = row ? part_query_get_int(q, 0) : 0;
    if (row) part_query_done(q);
    return sk_ok();
}

/* ── the ledger ── */

struct counting {
    sk_arena *mem;
    uint64_t count;
    sk_str details;
};

static bool
record_take(void *ctx, const struct ledger_record *r)
{
    struct counting *c = ctx;

    c->count++;
    c->details = sk_str_copy(c->mem, r->event.details);
    return true;
}

sk_err
evidence_vault_records(uint64_t *count, sk_str *details, const struct evidence_vault *v,
                       const char *action, sk_str request, sk_str object)
{
    struct counting c = { .mem = v->report->mem };
    const struct ledger_filter filter = {
        .action = sk_str_of(action), .request = request, .object = object, .since = v->began
    };

    TRY(ledger_read(sk_str_zcopy(c.mem, v->instance->state), &filter, record_take, &c));
    *count = c.count;
    if (details) *details = c.details;
    return sk_ok();
}
