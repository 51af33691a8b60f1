/* From the gate's events to the ledger's: see scribe.h. */
#include "scribe/scribe.h"

sk_str
scribe_place_text(sk_arena *mem, const struct scribe_place *place)
{
    return sk_str_printf(mem, "%s %lld\n", place->list, (long long)place->number);
}

void
scribe_place_read(struct scribe_place *place, sk_str text)
{
    sk_str list, rest = sk_str_trim(text);

    *place = (struct scribe_place){ 0 };
    if (!sk_str_cut(&list, &rest, ' ') || !rest.p || list.n >= SCRIBE_LIST_MAX || list.n == 0 ||
        !sk_str_to_i64(&place->number, rest) || place->number < 0) {
        place->number = 0;
        return;
    }
    memcpy(place->list, list.p, list.n);
}

static const struct {
    const char *what, *action;
} actions[] = {
    { "shut_out", "gate.shut_out" },
    { "added", "gate.shut_out_by_hand" },
    { "released", "gate.release" },
};

static const char *
action_of(sk_str what)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (sk_str_eq(what, sk_str_of(actions[i].what))) return actions[i].action;
    return NULL;
}

static sk_str
details_of(sk_arena *mem, const sk_json *event)
{
    int64_t at = sk_json_get_int(event, "at", 0), until = sk_json_get_int(event, "until", 0);
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    sk_json_int(&w, "number", sk_json_get_int(event, "number", 0));
    sk_json_str(&w, "why", sk_json_get_str(event, "why"));
    if (until > at) sk_json_int(&w, "seconds", until - at);
    sk_json_int(&w, "times", sk_json_get_int(event, "times", 0));
    sk_json_end_object(&w);
    return sk_buf_str(&out);
}

sk_err
scribe_event(struct ledger_event *told, sk_arena *mem, const sk_json *event)
{
    const char *action = action_of(sk_json_get_str(event, "what"));

    if (!action) return sk_fail(SK_BAD, "the gate tells of something that is not known here");
    *told = (struct ledger_event){
        .request = sk_json_get_str(event, "id"),
        .principal = SK_STR("gate"),
        .action = sk_str_of(action),
        .object = sk_json_get_str(event, "id"),
        .outcome = SK_STR("ok"),
        .details = details_of(mem, event),
    };
    return sk_ok();
}

/* A new list, or one whose numbers begin again, is told from its first event on. */
static void
place_fit(struct scribe_place *place, const sk_json *answer)
{
    sk_str list = sk_json_get_str(answer, "list");

    if (list.n >= SCRIBE_LIST_MAX || sk_str_eq(list, sk_str_of(place->list))) return;
    *place = (struct scribe_place){ 0 };
    if (list.n > 0) memcpy(place->list, list.p, list.n);
}

sk_err
scribe_carry(struct scribe_place *place, const sk_json *answer,
             sk_err (*tell)(void *ctx, const struct ledger_event *event), void *ctx)
{
    const sk_json *events = sk_json_get(answer, "events");

    place_fit(place, answer);
    for (size_t i = 0; i < sk_json_count(events); i++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        const sk_json *event = sk_json_at(events, i);
        int64_t number = sk_json_get_int(event, "number", 0);
        struct ledger_event told;

        if (number <= place->number) continue;
        TRY(scribe_event(&told, mem, event));
        TRY(tell(ctx, &told));
        place->number = number;
    }
    return sk_ok();
}
