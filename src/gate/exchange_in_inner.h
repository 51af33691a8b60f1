/* What the readers of the three types of bodies share. */
#ifndef SEKISHO_GATE_EXCHANGE_IN_INNER_H
#define SEKISHO_GATE_EXCHANGE_IN_INNER_H

#include "gate/exchange_in.h"

struct gate_exchange_in;

struct gate_exchange_type {
    sk_err (*begin)(struct gate_exchange_in *in, sk_str parameters);
    sk_err (*add)(struct gate_exchange_in *in, sk_str bytes);
    sk_err (*end)(struct gate_exchange_in *in);
    void (*write)(struct sk_buf *out, sk_str token);
};

struct gate_exchange_in {
    const struct gate_exchange_type *type;
    sk_arena *mem;
    const struct gate_exchange_field *fields;
    size_t field_count;
    enum gate_charset charset;
    struct gate_exchange_place place[GATE_EXCHANGE_PLACES];
    size_t places;
    struct gate_exchange_place value[GATE_EXCHANGE_PLACES];
    size_t values;
    struct sk_buf body; /* of the types that are read as a whole */
    void *reader;       /* of the others */
};

extern const struct gate_exchange_type gate_exchange_form, gate_exchange_json,
    gate_exchange_multipart;

/* Collects the body; SK_FULL where it is too long. */
sk_err gate_exchange_in_keep(struct gate_exchange_in *in, sk_str bytes) SK_CHECKED;
/* A value was read. It becomes a place unless it is empty; SK_BAD where it is not of the charset.
 */
sk_err gate_exchange_in_place(struct gate_exchange_in *in,
                              const struct gate_exchange_place *place) SK_CHECKED;
/* Makes the values of the places. SK_BAD: a part stands there twice. */
sk_err gate_exchange_in_join(struct gate_exchange_in *in) SK_CHECKED;
/* Looks at the parameters of a Content-Type of which only the charset matters. */
sk_err gate_exchange_in_charset(struct gate_exchange_in *in, sk_str parameters) SK_CHECKED;
/* The field of that name, or NULL; SK_FULL for names that are too long. */
sk_err gate_exchange_in_field(const struct gate_exchange_field **field,
                              const struct gate_exchange_in *in, sk_str name) SK_CHECKED;

/* "; name=value; ..." of a header: takes one off *rest. The value is without its quotes, within
 * which nothing may be escaped. False: there is none left, or it is malformed (*rest is not empty).
 */
bool gate_exchange_parameter(sk_str *name, sk_str *value, sk_str *rest);

#endif
