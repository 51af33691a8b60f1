#include "part/ask.h"
#include "vault/vault.h"

static void
text_put(struct sk_json_writer *w, const char *key, sk_str text)
{
    if (text.n) sk_json_str(w, key, text);
}

void
vault_put_write(struct sk_buf *out, const struct vault_put_ask *ask)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    text_put(&w, "tenant", ask->tenant);
    text_put(&w, "person", ask->person);
    text_put(&w, "case", ask->in_case);
    text_put(&w, "earns", ask->earns);
    sk_json_array(&w, "values");
    for (size_t i = 0; i < ask->count; i++) {
        sk_json_object(&w, NULL);
        sk_json_text(&w, "kind", personal_kind_rows[ask->value[i].kind].name);
        sk_json_str(&w, "text", ask->value[i].text);
        sk_json_end_object(&w);
    }
    sk_json_end_array(&w);
    sk_json_end_object(&w);
}

void
vault_read_write(struct sk_buf *out, const struct vault_read_ask *ask)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    text_put(&w, "tenant", ask->tenant);
    sk_json_str(&w, "purpose", ask->purpose);
    sk_json_array(&w, "tokens");
    for (size_t i = 0; i < ask->count; i++)
        sk_json_str(&w, NULL, ask->token[i]);
    sk_json_end_array(&w);
    sk_json_end_object(&w);
}

void
vault_find_write(struct sk_buf *out, const struct vault_find_ask *ask)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    text_put(&w, "tenant", ask->tenant);
    sk_json_str(&w, "purpose", ask->purpose);
    sk_json_text(&w, "kind", personal_kind_rows[ask->kind].name);
    text_put(&w, "text", ask->text);
    text_put(&w, "prefix", ask->prefix);
    sk_json_end_object(&w);
}

void
vault_receipt_write(struct sk_buf *out, const struct vault_receipt_ask *ask)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    text_put(&w, "tenant", ask->tenant);
    sk_json_str(&w, "purpose", ask->purpose);
    text_put(&w, "person", ask->person);
    text_put(&w, "token", ask->token);
    if (ask->before) sk_json_int(&w, "before", ask->before);
    sk_json_end_object(&w);
}

/* ── answers ── */

static enum sk_kind
kind_of(int status)
{
    static const struct {
        int status;
        enum sk_kind kind;
    } rows[] = {
        { 400, SK_BAD },  { 403, SK_DENIED }, { 404, SK_MISSING }, { 410, SK_MISSING },
        { 429, SK_FULL }, { 503, SK_BUSY },   { 507, SK_FULL },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].status == status) return rows[i].kind;
    return SK_BROKEN;
}

sk_err
vault_answer_read(sk_json **answer, int status, sk_str body)
{
    sk_str word;

    *answer = NULL;
    TRY(sk_json_read(answer, body));
    if (status == 200) return sk_ok();
    word = sk_json_get_str(*answer, "error");
    return sk_fail(kind_of(status), "%.*s", SK_ARG(word));
}

sk_str
vault_answer_text(sk_str *why, const sk_json *answer, const char *token)
{
    const sk_json *value = sk_json_get(sk_json_get(answer, "values"), token);

    *why = sk_json_get_str(value, "why");
    return sk_json_get_str(value, "text");
}

sk_err
vault_post(sk_json **answer, sk_str *text, sk_arena *mem, const char *state, const char *verb,
           sk_str ticket, sk_str body)
{
    struct part_answer got;
    struct part_ask ask = { .path = sk_str_printf(mem, "%s/run/vault.sock", state).p,
                            .target = sk_str_printf(mem, "/v1/%s", verb),
                            .body = body,
                            .header = { { "X-Sekisho-Ticket", ticket } },
                            .headers = ticket.n ? 1 : 0,
                            .patience = VAULT_PATIENCE };

    *answer = NULL;
    TRY(part_ask(&got, mem, &ask));
    if (text) *text = got.body;
    return vault_answer_read(answer, got.status, got.body);
}
