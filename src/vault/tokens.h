/* Tokens that are asked for: which values they stand for, and what the keeper says about them. */
#ifndef SK_VAULT_TOKENS_H
#define SK_VAULT_TOKENS_H

#include "vault/api.h"

enum { VAULT_TOKENS_MAX = KEEPER_VALUES_MAX };

struct vault_token {
    sk_str asked;      /* as it was spelled */
    bool found, again; /* there is a value; the same was asked before in this list */
    size_t place;      /* in the keeper's list */
    struct vault_row row;
};

struct vault_tokens {
    struct vault_token *token;
    size_t count;
    size_t found; /* different values */
};

/* From a list of texts. Words: bad, too_long. */
sk_err vault_tokens_read(struct vault_tokens *tokens, const struct vault_ask *ask,
                         const sk_json *list) SK_CHECKED;
/* From an array, at most VAULT_TOKENS_MAX of them; those that are none are not `found`. */
sk_err vault_tokens_of(struct vault_tokens *tokens, const struct vault_ask *ask,
                       const sk_str *asked, size_t count) SK_CHECKED;
/* Makes them values of one person: of an address that several have, the one of the person whom the
 * others are about. Words: several_people. */
sk_err vault_tokens_of_one(struct vault_tokens *tokens, const struct vault_ask *ask) SK_CHECKED;
/* Of an address that several have, the one of whose browser it is; `self` may be empty, or
 * nobody's. */
sk_err vault_tokens_of_self(struct vault_tokens *tokens, const struct vault_ask *ask,
                            sk_str self) SK_CHECKED;
/* Has them opened for the question's purpose. `self`: the browser's cookie, or empty. */
sk_err vault_tokens_open(struct keeper_shown *shown, const struct vault_tokens *tokens,
                         const struct vault_ask *ask, sk_str self, enum keeper_use use) SK_CHECKED;
#endif
