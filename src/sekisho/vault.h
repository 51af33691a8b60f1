/* sekisho vault: the words of it, a row each in vault.c. */
#ifndef SEKISHO_VAULT_H
#define SEKISHO_VAULT_H

#include "sekisho/house.h"

struct vault_word {
    const char *name;     /* "scope" */
    unsigned least, most; /* arguments behind it */
    const char *usage;    /* with the name */
    sk_err (*run)(const struct verb_args *args, const struct house *house);
};
extern const struct vault_word vault_words[]; /* ends with name NULL */

/* vault_scope.c: who has been seen; a breach report's tables. */
sk_err vault_word_scope(const struct verb_args *args, const struct house *house) SK_CHECKED;

#endif
