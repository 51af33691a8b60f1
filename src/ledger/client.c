/* The bytes of one question and of its answer; no I/O. */
#include "base/json.h"
#include "ledger/ledger.h"

/* A line must stay one line: inside JSON text a raw line end can only be white space. */
static void
details_add(struct sk_buf *line, sk_str details)
{
    char *to = sk_buf_room(line, details.n);

    for (size_t i = 0; i < details.n; i++)
        to[i] = details.p[i] == '\n' || details.p[i] == '\r' ? ' ' : details.p[i];
    line->n += details.n;
}

void
ledger_event_write(struct sk_buf *line, const struct ledger_event *event)
{
    struct sk_json_writer w = { .out = line };
    const struct {
        const char *name;
        sk_str value;
    } names[] = {
        { "tenant", event->tenant },   { "site", event->site },
        { "request", event->request }, { "principal", event->principal },
        { "role", event->role },       { "action", event->action },
        { "object", event->object },   { "outcome", event->outcome },
    };

    sk_json_object(&w, NULL);
    sk_json_text(&w, "do", "append");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].value.n) sk_json_str(&w, names[i].name, names[i].value);
    if (event->details.n) {
        sk_buf_add(line, SK_STR(",\"details\":"));
        details_add(line, event->details);
    }
    sk_json_end_object(&w);
    sk_buf_byte(line, '\n');
}

static enum sk_kind
kind_named(sk_str name)
{
    for (size_t kind = SK_OK + 1; kind < SK_KINDS; kind++)
        if (sk_str_eq(name, sk_str_of(sk_kind_rows[kind].name))) return (enum sk_kind)kind;
    return SK_BROKEN;
}

void
ledger_mentions_write(struct sk_buf *question, sk_str tenant, sk_str name, uint64_t before)
{
    struct sk_json_writer w = { .out = question };

    sk_json_object(&w, NULL);
    sk_json_text(&w, "do", "mentions");
    sk_json_str(&w, "tenant", tenant);
    sk_json_str(&w, "name", name);
    if (before) sk_json_int(&w, "before", (int64_t)before);
    sk_json_end_object(&w);
}

sk_err
ledger_answer_read(uint64_t *sequence, sk_str line)
{
    DEFER(sk_json_close) sk_json *answer = NULL;
    int64_t number;

    if (sk_failed(sk_json_read(&answer, line)))
        return sk_fail(SK_BROKEN, "the ledger's answer cannot be read");
    if (sk_json_get(answer, "error")) {
        sk_str why = sk_json_get_str(answer, "why");
        return sk_fail(kind_named(sk_json_get_str(answer, "error")), "ledger: %.*s", SK_ARG(why));
    }
    number = sk_json_get_int(answer, "seq", 0);
    if (number <= 0) return sk_fail(SK_BROKEN, "the ledger's answer has no sequence number");
    *sequence = (uint64_t)number;
    return sk_ok();
}
