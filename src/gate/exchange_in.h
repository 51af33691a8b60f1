/* A request's body, read for the values that are to be swapped: where they lie and what they say.
 * The body itself is not kept, but for forms and JSON, which are read as a whole.
 *
 *     name=%E5%B1%B1&tel=090-1234-5678        name=skn0123456789abcdef&tel=090-0123-4567
 *          └─ place ┘    └── place ──┘    ─▶       └ gate_exchange_in_write ┘
 *
 * The application must not read another value than the one that was swapped. So what can be read in
 * two ways is SK_BAD: a boundary that is none, a part with two names, a key that stands twice, a
 * charset that is another than that of the site's pages, a type that is none of the three. */
#ifndef SEKISHO_GATE_EXCHANGE_IN_H
#define SEKISHO_GATE_EXCHANGE_IN_H

#include "gate/exchange_charset.h"
#include "gate/exchange_field.h"

enum {
    GATE_EXCHANGE_BODY = 1 << 20,   /* bytes of a form or a JSON document */
    GATE_EXCHANGE_PLACES = 64,      /* of a body: so many the vault takes at once */
    GATE_EXCHANGE_DEPTH = 32,       /* of a JSON document */
    GATE_EXCHANGE_BOUNDARY = 70,    /* bytes: RFC 2046, 5.1.1 */
    GATE_EXCHANGE_PART_HEAD = 4096, /* bytes of a part's headers together */
    GATE_EXCHANGE_PARTS = 1000,
};

struct gate_exchange_place {
    const struct gate_exchange_field *field;
    sk_str name;  /* as in the body, decoded */
    sk_str text;  /* decoded, UTF-8, not empty */
    size_t at, n; /* the bytes of the body that are to be replaced */
    size_t value; /* which of gate_exchange_in_values it is, or is a part of; SIZE_MAX: of one of
                     which a part is missing */
};

struct gate_exchange_in;

/* `content_type` is the header's value, or empty; `charset` that of the pages whose forms come
 * here, since browsers do not say it. All lies on `mem`, which the fields outlive. SK_BAD: a type
 * whose fields nobody can tell. */
sk_err gate_exchange_in_new(struct gate_exchange_in **in, sk_arena *mem,
                            const struct gate_exchange_field *fields, size_t count,
                            enum gate_charset charset, sk_str content_type) SK_CHECKED;
/* The body in pieces of any size. SK_FULL: more than one of the limits above. */
sk_err gate_exchange_in_add(struct gate_exchange_in *in, sk_str bytes) SK_CHECKED;
/* Once, at its end. */
sk_err gate_exchange_in_end(struct gate_exchange_in *in) SK_CHECKED;
/* In the order of the body; they do not overlap. What is a token already is a place too: the vault
 * knows it. */
const struct gate_exchange_place *gate_exchange_in_places(const struct gate_exchange_in *in,
                                                          size_t *count);
/* What the vault is asked for: a place each, but for those in parts, which are one with hyphens
 * between. */
const struct gate_exchange_place *gate_exchange_in_values(const struct gate_exchange_in *in,
                                                          size_t *count);
/* Of the values' tokens, what is that place's: one, a part of one, or nothing. */
sk_str gate_exchange_in_token(const struct gate_exchange_place *place, const sk_str *tokens);
/* Adds what stands in a place's stead: `token`, which may be empty, as this type of body writes it.
 */
void gate_exchange_in_write(struct sk_buf *out, const struct gate_exchange_in *in, sk_str token);

#endif
