/* Names of fields: see exchange_field.h. */
#include "gate/exchange_field.h"

static bool
separates(char c, bool flat)
{
    return c == '.' || c == '[' || c == ']' || (flat && (c == '_' || c == ' '));
}

/* Takes the next part off *rest; false: there is none. `flat`: as PHP writes it in one word. */
static bool
part_take(sk_str *part, sk_str *rest, bool flat)
{
    size_t from = 0, to;

    while (from < rest->n && separates(rest->p[from], flat))
        from++;
    for (to = from; to < rest->n && !separates(rest->p[to], flat);)
        to++;
    *part = (sk_str){ rest->n ? rest->p + from : NULL, to - from };
    *rest = sk_str_from(*rest, to);
    return part->n > 0;
}

static bool
is_number(sk_str part)
{
    for (size_t i = 0; i < part.n; i++)
        if (part.p[i] < '0' || part.p[i] > '9') return false;
    return true;
}

/* customer.name, customer[name], customer_name, "customer name": the same words in a row. */
static bool
same_words(sk_str field, sk_str name)
{
    sk_str a, b;

    for (;;) {
        bool more = part_take(&a, &field, true);

        if (part_take(&b, &name, true) != more) return false;
        if (!more) return true;
        if (!sk_str_eq_nocase(a, b)) return false;
    }
}

/* The name is the field's place in a tree, or lies below it; numbers are places in lists. */
static bool
below(sk_str field, sk_str name)
{
    sk_str a, b;

    while (part_take(&a, &field, false)) {
        do {
            if (!part_take(&b, &name, false)) return false;
        } while (is_number(b) && !sk_str_eq(a, b));
        if (!sk_str_eq_nocase(a, b)) return false;
    }
    return true;
}

bool
gate_exchange_field_is_name(sk_str name)
{
    sk_str rest = name, part;

    return name.n <= GATE_EXCHANGE_NAME && part_take(&part, &rest, true);
}

bool
gate_exchange_field_joins(enum personal_kind kind)
{
    return kind == PERSONAL_PHONE || kind == PERSONAL_BIRTHDAY;
}

const struct gate_exchange_field *
gate_exchange_field_find(const struct gate_exchange_field *fields, size_t count, sk_str name)
{
    for (size_t i = 0; i < count; i++)
        if (same_words(fields[i].name, name)) return &fields[i];
    for (size_t i = 0; i < count; i++)
        if (below(fields[i].name, name)) return &fields[i];
    return NULL;
}
