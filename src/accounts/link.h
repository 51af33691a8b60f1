/* Tokens that nobody guesses: of links that work once and expire (invitation, reset, unlock) and of
 * challenges. 256 random bits; stored as a keyed hash bound to the purpose, so that a token of one
 * kind is none of another. Its row (whose, until when, used) is the store's. */
#ifndef SK_ACCOUNTS_LINK_H
#define SK_ACCOUNTS_LINK_H

#include "accounts/seal.h"
#include "base/when.h"

/* The field of a mailed address and of its page's form that carries one. Logs mask what has "token"
 * in its name, in addresses and Referers of any request. */
#define ACCOUNTS_LINK_FIELD "link_token"

enum { ACCOUNTS_LINK_BYTES = 32, ACCOUNTS_LINK_TEXT = 43 /* characters of base64url */ };

/* What the store keeps of a link. */
struct accounts_link {
    sk_when until;
    bool used;
};

/* A new token, for the address that is mailed. */
sk_str accounts_link_new(sk_arena *mem);

/* What is stored, and what a token that came back is looked up by: "NUMBER.base64url". SK_BAD when
 * it has not the form of a token. `purpose` is static text of ours: "invite", "reset", "unlock". */
sk_err accounts_link_hash(sk_str *hash, sk_arena *mem, const struct accounts_keys *keys,
                          uint32_t number, sk_str purpose, sk_str token) SK_CHECKED;

/* Whether a link that was found may still be used; the caller marks it used in the same
 * transaction. */
bool accounts_link_alive(const struct accounts_link *link, sk_when now);

#endif
