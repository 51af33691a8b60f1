/* From the gate's events to the ledger's: see scribe.h. */
#include "scribe/scribe.h"

sk_str
scribe_place_text(sk_arena *mem, const struct scribe_place *place)
{
    return sk_str_printf(mem, "%s %lld %lld %lld %lld\n", place->list, (long long)place->number,
                         (long long)place->seen, (long long)place->lost,
                         (long long)place->lost_ever);
}

void
scribe_place_read(struct scribe_place *place, sk_str text)
{
    sk_str list, number, rest = sk_str_trim(text);
    struct scribe_place read = { 0 };
    int64_t *numbers[] = { &read.number, &read.seen, &read.lost, &read.lost_ever };

    *place = read;
    if (!sk_str_cut(&list, &rest, ' ') || list.n >= SCRIBE_LIST_MAX || list.n == 0) return;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!sk_str_cut(&number, &rest, ' ') || !sk_str_to_i64(numbers[i], number) ||
            *numbers[i] < 0)
            return;
    if (rest.n) return;
    memcpy(read.list, list.p, list.n);
    *place = read;
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

static void
lose(struct scribe_place *place, int64_t count)
{
    place->lost += count;
    place->lost_ever += count;
}

/* A new list, or one whose numbers begin again, is told from its first event on. Of the old one
 * what was seen and not told is lost. */
static void
place_fit(struct scribe_place *place, const sk_json *answer)
{
    sk_str list = sk_json_get_str(answer, "list");
    struct scribe_place fresh = { .lost = place->lost, .lost_ever = place->lost_ever };

    if (list.n >= SCRIBE_LIST_MAX || sk_str_eq(list, sk_str_of(place->list))) return;
    if (place->seen > place->number) lose(&fresh, place->seen - place->number);
    if (list.n > 0) memcpy(fresh.list, list.p, list.n);
    *place = fresh;
}

/* Events are numbered without gaps: what the gate does not have any more is known by its number. */
static void
gap_find(struct scribe_place *place, const sk_json *events)
{
    size_t count = sk_json_count(events);
    int64_t first = sk_json_get_int(sk_json_at(events, 0), "number", 0);

    if (!count) return;
    place->seen = sk_json_get_int(sk_json_at(events, count - 1), "number", place->seen);
    if (first <= place->number + 1) return;
    lose(place, first - place->number - 1);
    place->number = first - 1;
}

static sk_err
lost_tell(struct scribe_place *place, sk_err (*tell)(void *ctx, const struct ledger_event *event),
          void *ctx)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ledger_event lost = {
        .principal = SK_STR("gate"),
        .action = SK_STR("gate.lost"),
        .outcome = SK_STR("failed"),
        .details = sk_str_printf(mem, "{\"lost\":%lld}", (long long)place->lost),
    };

    if (!place->lost) return sk_ok();
    TRY(tell(ctx, &lost));
    place->lost = 0;
    return sk_ok();
}

sk_err
scribe_carry(struct scribe_place *place, const sk_json *answer,
             sk_err (*tell)(void *ctx, const struct ledger_event *event), void *ctx)
{
    const sk_json *events = sk_json_get(answer, "events");

    place_fit(place, answer);
    gap_find(place, events);
    TRY(lost_tell(place, tell, ctx));
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
