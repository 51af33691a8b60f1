/* What the gate asks the vault, and what it answers: docs/protocol/vault.md, exchange. Pure. */
#ifndef SEKISHO_GATE_EXCHANGE_WIRE_H
#define SEKISHO_GATE_EXCHANGE_WIRE_H

#include "base/json.h"
#include "gate/exchange_in.h"
#include "gate/exchange_out.h"

enum {
    GATE_WIRE_QUESTION = 1 << 20, /* bytes: more the vault does not take */
    GATE_WIRE_SELF = 1024         /* bytes of the cookie that names the browser's person */
};

/* What both questions say besides; empty texts are left out. */
struct gate_wire_about {
    sk_str self;    /* the cookie's value, as the vault made it */
    sk_str tenant;  /* of requests whose ticket names none */
    sk_str purpose; /* on the way out */
    unsigned kinds; /* bits; of others nothing is asked. 0: all */
    sk_str earns;   /* on the way in */
};

void gate_wire_in(struct sk_buf *out, const struct gate_wire_about *about,
                  const struct gate_exchange_place *places, size_t count);
/* On mem: a token for each place, which is empty where the value fits its kind in no way; the
 * cookie's new value and its age in seconds, or empty. SK_BROKEN: this is no such answer. */
sk_err gate_wire_in_read(sk_str *tokens, sk_str *self, int64_t *age, sk_arena *mem, size_t count,
                         sk_str answer) SK_CHECKED;

/* Each token of the window once. */
void gate_wire_out(struct sk_buf *out, sk_arena *mem, const struct gate_wire_about *about,
                   const struct gate_out *window);
/* What an answer (the parsed `values`; NULL: there is none) says of a token. Borrowed. */
enum gate_fate gate_wire_fate(sk_str *text, const sk_json *values,
                              const struct personal_token *token);

#endif
