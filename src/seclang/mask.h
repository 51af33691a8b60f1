/* What no log may show, and how it is shown instead: "[masked 12]", where 12 is its length in
 * bytes.
 *
 * Secret are the values of headers that carry credentials, of cookies, of arguments whose names
 * look like passwords, tokens or card data, whatever sanitise actions name, and runs of digits that
 * are card numbers by their check digit. mask.c knows texts and names, mask_tx.c transactions.
 *
 * All texts returned lie in `mem`, or are (the beginning of) the given text where nothing had to be
 * masked. */
#ifndef SECLANG_MASK_H
#define SECLANG_MASK_H

#include "base/str.h"

enum {
    SECLANG_CARD_LEAST = 13, /* digits of a card number, ISO/IEC 7812-1 */
    SECLANG_CARD_MOST = 19,
    SECLANG_MASK_SECRETS = 16, /* secret values looked for elsewhere; with more, all is masked */
    SECLANG_MASK_MOST = 8192   /* bytes of a value or text about a request: the rest is left out */
};

/* ── mask.c: texts ── */

/* "[masked n]" */
sk_str seclang_mask_all(sk_arena *mem, sk_str s);
/* Whether an argument, a JSON path or a header of this name holds a secret: userPassword, card_no,
 * login.pin, パスワード, ｐａｓｓｗｏｒｄ; not passenger, shipping, discard. Not url-encoded. */
bool seclang_mask_name(sk_str name);
/* Whether the header's whole value is secret. Cookies are not: see below. */
bool seclang_mask_header_name(sk_str name);
/* Card numbers in any text: 13 to 19 digits with a valid check digit (Luhn, ISO/IEC 7812-1), also
 * full-width, url-encoded, or in groups. */
sk_str seclang_mask_cards(sk_arena *mem, sk_str s);
/* Arguments of secret names, and cards, in a=b&c=d, also of an address that is such an argument.
 * `also` may be NULL; it names further ones. */
sk_str seclang_mask_query(sk_arena *mem, sk_str query, bool (*also)(const void *ctx, sk_str name),
                          const void *ctx);
/* The same behind the first '?' of a URI, request line or Referer; cards before it. */
sk_str seclang_mask_uri(sk_arena *mem, sk_str uri, bool (*also)(const void *ctx, sk_str name),
                        const void *ctx);
/* Cookie: names stay, values are masked. */
sk_str seclang_mask_cookies(sk_arena *mem, sk_str header);
/* Set-Cookie: the value goes; its name and attributes stay. */
sk_str seclang_mask_set_cookie(sk_arena *mem, sk_str header);
/* Every place in s where `secret` stands. */
sk_str seclang_mask_places(sk_arena *mem, sk_str s, sk_str secret);

/* ── mask_tx.c: what belongs to a transaction ── */

struct seclang_tx;
struct seclang_match;

/* A header as a log may show it. */
sk_str seclang_mask_request_header(const struct seclang_tx *tx, sk_str name, sk_str value);
sk_str seclang_mask_response_header(const struct seclang_tx *tx, sk_str name, sk_str value);
/* An argument's value, or a value of any other variable, as "ARGS:q" or "REQUEST_URI". */
sk_str seclang_mask_argument(const struct seclang_tx *tx, sk_str name, sk_str value);
sk_str seclang_mask_variable(const struct seclang_tx *tx, sk_str variable, sk_str value);
/* The request's URI, or its first line. */
sk_str seclang_mask_target(const struct seclang_tx *tx, sk_str uri);
/* Any text about a request: cards and the values of secret arguments are taken out. */
sk_str seclang_mask_text(const struct seclang_tx *tx, sk_str s);
/* The same without an end at SECLANG_MASK_MOST. */
sk_str seclang_mask_body(const struct seclang_tx *tx, sk_str s);
/* True when nothing of this variable's value may be shown. */
bool seclang_mask_secret(const struct seclang_tx *tx, sk_str variable);
/* A log line about a match ("Warning. Pattern match ... [data "..."] ..."), for part H: its msg and
 * data come anew from the match, and where the variable is secret the operator's words go. */
sk_str seclang_mask_message(const struct seclang_tx *tx, sk_str message,
                            const struct seclang_match *match);

#endif
