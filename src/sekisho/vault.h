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
/* vault_receipt.c: who has read one person's data. */
sk_err vault_word_receipt(const struct verb_args *args, const struct house *house) SK_CHECKED;

/* strong_room.c: what may be read, and stopping it. */
sk_err vault_word_exposure(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_purposes(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_freeze(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_thaw(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_reserve(const struct verb_args *args, const struct house *house) SK_CHECKED;

/* vault_ask.c: what the front is asked. */
sk_err vault_word_put(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_honey(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_read(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_find(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_erase(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_erased(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_hold(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_export(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_rotate(const struct verb_args *args, const struct house *house) SK_CHECKED;

/* vault_keeper.c: what the keeper is asked. */
sk_err vault_word_status(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_unseal(const struct verb_args *args, const struct house *house) SK_CHECKED;
sk_err vault_word_backup(const struct verb_args *args, const struct house *house) SK_CHECKED;
/* vault_restore.c: keys out of a backup. */
sk_err vault_word_restore_keys(const struct verb_args *args, const struct house *house) SK_CHECKED;

#endif
