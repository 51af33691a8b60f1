#include "keeper/record.h"

#include "base/json.h"

#include <stdlib.h>

static int
by_person(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct keeper_id));
}

static int
by_kinds(const void *a, const void *b)
{
    const struct keeper_seen *left = a, *right = b;

    if (left->kinds != right->kinds) return left->kinds < right->kinds ? -1 : 1;
    return by_person(a, b);
}

size_t
keeper_seen_group(struct keeper_seen *seen, size_t count)
{
    size_t people = 0;

    if (count == 0) return 0;
    qsort(seen, count, sizeof *seen, by_person);
    for (size_t i = 0; i < count; i++) {
        if (people && by_person(&seen[people - 1], &seen[i]) == 0) {
            seen[people - 1].kinds |= seen[i].kinds;
            seen[people - 1].values += seen[i].values;
        } else {
            seen[people++] = seen[i];
        }
    }
    qsort(seen, people, sizeof *seen, by_kinds);
    return people;
}

/* "name+phone", in the order of the kinds. */
static const char *
kinds_name(sk_arena *mem, unsigned kinds)
{
    struct sk_buf out = { .mem = mem };

    for (enum personal_kind kind = PERSONAL_NONE + 1; kind < PERSONAL_KINDS; kind++) {
        if (!(kinds & personal_kind_bit(kind))) continue;
        if (out.n) sk_buf_byte(&out, '+');
        sk_buf_add(&out, sk_str_of(personal_kind_rows[kind].name));
    }
    sk_buf_byte(&out, 0);
    return out.p;
}

sk_str
keeper_seen_text(sk_arena *mem, sk_str purpose, const char *show, sk_str route,
                 const struct keeper_seen *seen, size_t count)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    int64_t values = 0;

    for (size_t i = 0; i < count; i++)
        values += seen[i].values;
    sk_json_object(&w, NULL);
    sk_json_str(&w, "purpose", purpose);
    sk_json_text(&w, "show", show);
    if (route.n) sk_json_str(&w, "route", route);
    sk_json_int(&w, "values", values);
    sk_json_object(&w, "seen");
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || seen[i].kinds != seen[i - 1].kinds) {
            if (i) sk_json_end_array(&w);
            sk_json_array(&w, kinds_name(mem, seen[i].kinds));
        }
        sk_json_str(&w, NULL, keeper_id_str(&seen[i].person_id));
    }
    if (count) sk_json_end_array(&w);
    sk_json_end_object(&w);
    sk_json_end_object(&w);
    return sk_buf_str(&out);
}

enum keeper_word
keeper_seen_tell(const struct keeper_judged *judged, struct keeper_desk *desk, const char *action,
                 sk_str purpose, const char *show, const struct keeper_seen *seen, size_t count)
{
    size_t records = (count + KEEPER_RECORD_PEOPLE - 1) / KEEPER_RECORD_PEOPLE;
    struct ledger_event *event = sk_array(desk->mem, records + 1, sizeof *event);
    uint64_t sequence;

    if (!records) return KEEPER_OK;
    for (size_t i = 0; i < records; i++) {
        size_t at = i * KEEPER_RECORD_PEOPLE;
        size_t n = count - at < KEEPER_RECORD_PEOPLE ? count - at : KEEPER_RECORD_PEOPLE;

        event[i] = keeper_event(action, &judged->ticket, judged->tenant);
        event[i].details =
            keeper_seen_text(desk->mem, purpose, show, judged->ticket.route, seen + at, n);
    }
    return keeper_tell_all(&sequence, desk, event, records);
}
