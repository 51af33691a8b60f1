/* Values of a body's places: see exchange_in.h. A phone number in three fields, or a date in three
 * choices, is one value; its token has as many parts as it:
 *
 *     tel1=03&tel2=1234&tel3=5678  ─▶  03-1234-5678  ─▶  090-0123-4567  ─▶  tel1=090&tel2=0123&...
 */
#include "gate/exchange_in_inner.h"

/* The value's first row in the list of fields. */
static const struct gate_exchange_field *
first_of(const struct gate_exchange_place *place)
{
    return place->field - (place->field->part - 1);
}

static bool
is_part_of(const struct gate_exchange_place *place, const struct gate_exchange_field *first)
{
    return place->field->part && first_of(place) == first;
}

static struct gate_exchange_place *
value_add(struct gate_exchange_in *in, const struct gate_exchange_place *of)
{
    struct gate_exchange_place *value = &in->value[in->values++];

    *value = *of;
    return value;
}

/* Takes the places of one value, of which `from` is the first in the body. */
static sk_err
parts_join(struct gate_exchange_in *in, size_t from)
{
    const struct gate_exchange_field *first = first_of(&in->place[from]);
    struct gate_exchange_place *part[GATE_EXCHANGE_JOINED] = { NULL };
    struct sk_buf text = { .mem = in->mem };
    size_t found = 0, value = SIZE_MAX;

    for (size_t i = from; i < in->places; i++) {
        struct gate_exchange_place **one;

        if (!is_part_of(&in->place[i], first)) continue;
        one = &part[in->place[i].field->part - 1];
        if (*one) return sk_fail(SK_BAD, "a part of a field stands there twice");
        *one = &in->place[i];
        found++;
    }
    if (found == GATE_EXCHANGE_JOINED) value = in->values;
    for (size_t i = 0; i < GATE_EXCHANGE_JOINED; i++) {
        if (!part[i]) continue;
        if (text.n) sk_buf_byte(&text, '-');
        sk_buf_add(&text, part[i]->text);
        part[i]->value = value;
    }
    if (value != SIZE_MAX) value_add(in, part[0])->text = sk_buf_str(&text);
    return sk_ok();
}

static bool
was_joined(const struct gate_exchange_in *in, size_t place)
{
    for (size_t i = 0; i < place; i++)
        if (is_part_of(&in->place[i], first_of(&in->place[place]))) return true;
    return false;
}

sk_err
gate_exchange_in_join(struct gate_exchange_in *in)
{
    for (size_t i = 0; i < in->places; i++) {
        if (!in->place[i].field->part) {
            in->place[i].value = in->values;
            (void)value_add(in, &in->place[i]);
        } else if (!was_joined(in, i)) {
            TRY(parts_join(in, i));
        }
    }
    return sk_ok();
}

const struct gate_exchange_place *
gate_exchange_in_values(const struct gate_exchange_in *in, size_t *count)
{
    *count = in->values;
    return in->value;
}

sk_str
gate_exchange_in_token(const struct gate_exchange_place *place, const sk_str *tokens)
{
    sk_str rest, part = { 0 };

    if (place->value == SIZE_MAX) return (sk_str){ 0 };
    rest = tokens[place->value];
    for (unsigned i = 0; i < place->field->part; i++)
        if (!sk_str_cut(&part, &rest, '-')) return (sk_str){ 0 };
    return place->field->part ? part : rest;
}
