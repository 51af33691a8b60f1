/* An answer's body on its way out: tokens are found, and values are written in their places. The
 * text comes in pieces of any size and what is written does not depend on how it was cut.
 *
 *     gate_out_add ─▶ window: text and places of tokens ─▶ (the vault is asked) ─▶ gate_out_write
 *
 * Pure: who asks the vault, and when, is up to the caller. Memory is the window: GATE_OUT_WINDOW,
 * and what one piece adds. */
#ifndef SEKISHO_GATE_EXCHANGE_OUT_H
#define SEKISHO_GATE_EXCHANGE_OUT_H

#include "gate/exchange_charset.h"
#include "gate/exchange_spot.h"
#include "personal/token.h"

enum {
    GATE_OUT_WINDOW = 65536, /* bytes that are collected before they are written */
    GATE_OUT_PIECE = 2048,   /* bytes that are added at a time at most */
    GATE_OUT_TOKENS = 500,   /* of a window at most: so many the vault is asked for at a time */
};

enum gate_page_type {
    GATE_PAGE_NONE,
    GATE_PAGE_HTML,
    GATE_PAGE_JSON,
    GATE_PAGE_CSV,
    GATE_PAGE_PLAIN
};
/* Of a Content-Type, with its charset; NONE: no tokens are looked for. */
enum gate_page_type gate_page_type_of(sk_str content_type, enum gate_charset *charset);

struct gate_out;

/* Yours: gate_out_free. */
struct gate_out *gate_out_new(enum gate_page_type type, enum gate_charset charset);
void gate_out_free(struct gate_out *out); /* NULL is allowed */
/* At most GATE_OUT_PIECE bytes, while the window is not full. */
void gate_out_add(struct gate_out *out, sk_str piece);
/* The text has ended. */
void gate_out_end(struct gate_out *out);
bool gate_out_is_full(const struct gate_out *out);
/* Whether there is something to write; whether tokens are among it. */
bool gate_out_has_some(const struct gate_out *out);
bool gate_out_has_tokens(const struct gate_out *out);

/* The window's token number `i`, from 0, of those in whose place a value may stand; false: there
 * are fewer. */
bool gate_out_token(const struct gate_out *out, size_t i, const struct personal_token **token);

enum gate_fate {
    GATE_FATE_MASK,  /* the vault is away, or says no more than no */
    GATE_FATE_LEAVE, /* it is no token: it stays */
    GATE_FATE_SHOW,  /* *text */
    GATE_FATE_HALF   /* *text, which is a mask */
};
typedef enum gate_fate gate_out_tell(void *ctx, const struct personal_token *token, sk_str *text);

/* Gives the window's text to `put`, piece by piece, with what `tell` says of each token; the window
 * is empty then, but for what cannot be told before more has come. */
void gate_out_write(struct gate_out *out, gate_out_tell *tell, void (*put)(void *ctx, sk_str text),
                    void *ctx);

#endif
