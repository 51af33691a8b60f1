#include "console/ask.h"

#include "part/ask.h"

enum { PATIENCE = 4000 };

static const struct {
    const char *socket, *name;
    bool bare; /* asked without the ticket */
} peers[PEERS] = {
    [PEER_ACCOUNTS] = { "run/accounts-api.sock", "accounts", false },
    [PEER_GATE] = { "run/status.sock", "gate", false },
    [PEER_POST] = { "run/post.sock", "post", false },
    [PEER_VAULT] = { "run/vault.sock", "vault", true },
};

static const struct {
    int status;
    enum sk_kind kind;
} kinds[] = {
    { 400, SK_BAD },  { 401, SK_DENIED }, { 403, SK_DENIED }, { 404, SK_MISSING }, { 409, SK_BAD },
    { 413, SK_FULL }, { 422, SK_BAD },    { 429, SK_BUSY },   { 503, SK_BUSY },    { 507, SK_FULL },
};

static sk_err
refusal(const sk_json *root, const char *name, int status)
{
    enum sk_kind kind = SK_BROKEN;
    sk_str why = sk_json_get_str(root, "why");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].status == status) kind = kinds[i].kind;
    return sk_fail(kind, "%s answers %d: %.*s", name, status, SK_ARG(why));
}

sk_err
console_ask(sk_json **root, struct console_visit *visit, enum console_peer peer, sk_str target,
            sk_str body)
{
    const char *name = peers[peer].name;
    struct part_answer answer;
    struct part_ask ask = {
        .path = sk_str_printf(visit->mem, "%s/%s", visit->console->state, peers[peer].socket).p,
        .target = target,
        .body = body,
        .header = { { "X-Request-Id", visit->view.request->id },
                    { "X-Real-IP", part_request_header(visit->view.request, "X-Real-IP") },
                    { "X-Sekisho-Ticket", visit->ticket_text } },
        .headers = peers[peer].bare ? 2 : 3,
        .patience = PATIENCE,
    };
    sk_err e = part_ask(&answer, visit->mem, &ask);
    /* Away, not "no such thing": nobody may take it for an answer. */
    if (e.kind == SK_MISSING) return sk_fail(SK_BROKEN, "%s is away: %s", name, e.why);
    TRY(e);
    sk_str text = sk_str_trim(answer.body);
    *root = NULL;
    e = sk_json_read(root, text.n ? text : SK_STR("{}"));
    if (answer.status >= 200 && answer.status < 300)
        return sk_failed(e) ? sk_fail(SK_BROKEN, "%s: %s", name, e.why) : sk_ok();
    e = refusal(*root, name, answer.status);
    sk_json_free(*root);
    *root = NULL;
    return e;
}
