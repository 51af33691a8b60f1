/* Which fields of a form or a JSON document hold personal data, by the names that the operator
 * gives.
 *
 * Frameworks read one name in many ways: PHP makes customer_name of "customer.name" and of
 * "customer name", others a tree of "customer[name]", Rails and qs as well. A field is ours if any
 * of these readings is: a value too many that is swapped costs nothing, one too few lies in the
 * application's database. Letters' case is ignored for the same reason. */
#ifndef SEKISHO_GATE_EXCHANGE_FIELD_H
#define SEKISHO_GATE_EXCHANGE_FIELD_H

#include "personal/personal.h"

enum {
    GATE_EXCHANGE_FIELDS = 128, /* of a route */
    GATE_EXCHANGE_NAME = 512,   /* bytes of a name in a body; a longer one is refused */
    GATE_EXCHANGE_JOINED = 3,   /* fields that are one value: tel1, tel2, tel3; year, month, day */
};

struct gate_exchange_field {
    sk_str name; /* "phone", "customer[name]", "customer.address" */
    enum personal_kind kind;
    unsigned part; /* 1 to GATE_EXCHANGE_JOINED: of a value that is in parts, which stand side by
                      side in the list; 0: it is the whole of one */
};
/* Whether values of the kind can be in parts: their tokens have as many. */
bool gate_exchange_field_joins(enum personal_kind kind);

/* Whether a name can be a field's: it has a part, and is no longer than a body's may be. */
bool gate_exchange_field_is_name(sk_str name);
/* The field that `name` is, or lies below; NULL: none. Of a JSON value the name is the keys that
 * lead to it, with dots between. */
const struct gate_exchange_field *gate_exchange_field_find(const struct gate_exchange_field *fields,
                                                           size_t count, sk_str name);

#endif
