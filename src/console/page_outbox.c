/* What post has to send; in the demo, the messages themselves. */
#include "console/ask.h"
#include "console/pages.h"

enum { ROWS = 20 };

static const char *const kind_words[][2] = { { "mail", "outbox.mail" },
                                             { "sms", "outbox.sms" },
                                             { "voice", "outbox.voice" } };

static sk_str
kind_word(const struct console_visit *visit, sk_str kind)
{
    for (size_t i = 0; i < sizeof kind_words / sizeof *kind_words; i++)
        if (sk_str_eq(kind, sk_str_of(kind_words[i][0])))
            return look_words(&visit->view, kind_words[i][1]);
    return kind;
}

static void
ways_show(struct console_visit *visit, const sk_json *status)
{
    const sk_json *kinds = sk_json_get(status, "kinds");
    struct part_value *list = part_set_list(visit->view.values, "kinds");
    for (size_t i = 0; i < sk_json_count(kinds); i++) {
        const sk_json *kind = sk_json_at(kinds, i);
        struct part_value *row = part_list_add(list);
        sk_str fault = sk_json_get_str(kind, "fault");
        bool none = sk_str_eq(sk_json_get_str(kind, "way"), SK_STR("none"));
        part_set_text(row, "name", kind_word(visit, sk_json_get_str(kind, "kind")));
        look_chip(&visit->view, row,
                  fault.n ? LOOK_ACT
                  : none  ? LOOK_NONE
                          : LOOK_WELL,
                  fault.n ? "outbox.stuck"
                  : none  ? "outbox.noway"
                          : "outbox.way");
        static const char *const counts[] = { "waiting", "sent_day", "failed_day", "expired_day" };
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
            part_set_text(row, counts[k],
                          look_number(visit->mem, sk_json_get_int(kind, counts[k], 0)));
        part_set_text(row, "fault", fault);
    }
}

static void
messages_show(struct console_visit *visit, const sk_json *root)
{
    const sk_json *messages = sk_json_get(root, "messages");
    struct part_value *list = part_set_list(visit->view.values, "messages");
    size_t count = sk_json_count(messages);
    for (size_t i = 0; i < count; i++) {
        const sk_json *message = sk_json_at(messages, i);
        struct part_value *row = part_list_add(list);
        sk_when at = 0;
        (void)sk_when_read(&at, sk_json_get_str(message, "time"));
        look_time(&visit->view, row, "at", at);
        static const char *const texts[] = { "id", "to", "subject", "text", "purpose" };
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            part_set_text(row, texts[k],
                          sk_str_copy(visit->mem, sk_json_get_str(message, texts[k])));
        part_set_text(row, "kind", kind_word(visit, sk_json_get_str(message, "kind")));
    }
    struct part_value *pager = part_set_object(visit->view.values, "pager");
    int64_t last = sk_json_get_int(sk_json_at(messages, count - 1), "number", 0);
    part_set_text(pager, "range", look_words_n(&visit->view, "outbox.shown", (int64_t)count));
    part_set_text(pager, "newer", (sk_str){ 0 });
    part_set_text(pager, "older",
                  count == ROWS ? sk_str_printf(visit->mem, "?before=%lld", (long long)last)
                                : (sk_str){ 0 });
}

static sk_err
messages_read(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    int64_t before = 0;
    if (!sk_str_to_i64(&before, console_asked(visit, "before")) || before < 0) before = 0;
    TRY(console_ask(
        &root, visit, PEER_POST,
        sk_str_printf(visit->mem, "/v1/outbox?limit=%d&before=%lld", ROWS, (long long)before),
        (sk_str){ 0 }));
    messages_show(visit, root);
    return sk_ok();
}

static sk_err
outbox_build(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *status = NULL;
    TRY(console_ask(&status, visit, PEER_POST, SK_STR("/v1/status"), (sk_str){ 0 }));
    bool demo = sk_str_eq(sk_json_get_str(status, "mode"), SK_STR("outbox"));
    part_set_flag(visit->view.values, "demo", demo);
    ways_show(visit, status);
    if (demo) TRY(messages_read(visit));
    look_empty(&visit->view, LOOK_NONE, "outbox.none", "outbox.none.cure", "/accounts/invite",
               "outbox.none.press");
    return console_show(visit, "outbox", "outbox.title");
}

sk_err
console_outbox_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, outbox_build);
}
