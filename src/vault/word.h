/* The stable words of refusals. An error whose text is one of them is answered as it; any other is
 * answered by its kind, and logged where it is ours. */
#ifndef SK_VAULT_WORD_H
#define SK_VAULT_WORD_H

#include "keeper/keeper.h"

/* Beside the keeper's. */
enum vault_word {
    VAULT_UNKNOWN_TOKEN = KEEPER_WORDS,
    VAULT_HELD,
    VAULT_ANSWERED,
    VAULT_SEVERAL_PEOPLE,
    VAULT_CONTACT_DENIED,
    VAULT_TOO_OFTEN,
    VAULT_WORDS,
};

struct vault_word_row {
    const char *name, *why;
    unsigned status; /* HTTP */
};

/* The row of a keeper_word or vault_word. */
struct vault_word_row vault_word_row(unsigned word);
/* The error of that word; success for KEEPER_OK. */
sk_err vault_no(unsigned word) SK_CHECKED;
/* The word of an error. */
unsigned vault_word_of(sk_err e);

#endif
