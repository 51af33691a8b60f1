/* Variables that rules set: TX, and the persistent collections (IP, GLOBAL, SESSION, USER,
 * RESOURCE). Names are compared without regard to ASCII case.
 *
 * TX names that are known when the rules are loaded have slots; others (captures in names) lie in
 * a table with a key of the process, so that a client cannot choose colliding names. */
#ifndef SECLANG_VAR_MEMBER_H
#define SECLANG_VAR_MEMBER_H

#include "seclang/tx.h"

/* The slot of a name; -1: none. */
int seclang_tx_slot(const struct seclang_tx *tx, sk_str name);
/* What a slot holds; .set tells whether it is set. The first look makes it. */
struct seclang_member *seclang_tx_slot_make(const struct seclang_tx *tx, size_t slot);
static inline struct seclang_member *
seclang_tx_slot_at(const struct seclang_tx *tx, size_t slot)
{
    if (!tx->tx_slot[slot]) tx->tx_slot[slot] = seclang_tx_slot_make(tx, slot);
    return tx->tx_slot[slot];
}
/* The slot is no longer what it was as the transaction began: rules that wait for that are walked
 * from now on. seclang_tx_member_set and _unset say so themselves. */
void seclang_tx_wake(struct seclang_tx *tx, size_t slot);
/* slot -1: by name. NULL when unset. */
struct seclang_member *seclang_tx_member(struct seclang_tx *tx, int slot, sk_str name);
/* The same for who only reads it: nothing is made. */
const struct seclang_member *seclang_tx_look(const struct seclang_tx *tx, int slot, sk_str name);
/* The same, made (unset) where there is none; the name is borrowed. */
struct seclang_member *seclang_tx_member_make(struct seclang_tx *tx, int slot, sk_str name);
/* Sets it; the text is borrowed. */
void seclang_tx_member_put(struct seclang_tx *tx, struct seclang_member *m, sk_str text);
/* Both. name and text are borrowed: from rules or from the transaction's arena. */
void seclang_tx_member_set(struct seclang_tx *tx, int slot, sk_str name, sk_str text);
/* A new one (unset) of a name that has no slot and is not there yet; the name is borrowed. */
struct seclang_member *seclang_tx_member_add(struct seclang_tx *tx, sk_str name);
void seclang_tx_member_unset(struct seclang_tx *tx, int slot, sk_str name);

/* The collection of a variable, its values loaded from the host's store; NULL: not open. */
struct seclang_collection *seclang_collection_of(struct seclang_tx *tx, enum seclang_var var);
/* Opens a persistent collection by its key (initcol). Most are never looked at: its values are
 * loaded when they are. Once a transaction; later calls change nothing. */
void seclang_collection_open(struct seclang_tx *tx, enum seclang_var var, sk_str stored,
                             sk_str key);
/* Another one, open, not loaded; stored and key are borrowed. Only where there is none yet. */
struct seclang_collection *seclang_collection_add(struct seclang_tx *tx, enum seclang_var var,
                                                  sk_str stored, sk_str key);
/* NULL: not open, or no such value, or expired. */
struct seclang_member *seclang_collection_member(struct seclang_tx *tx, enum seclang_var var,
                                                 sk_str name);
/* The same; made (unset) where it is missing. NULL: not open, or SECLANG_COLLECTION_MOST reached.
 */
struct seclang_member *seclang_collection_make(struct seclang_tx *tx, enum seclang_var var,
                                               sk_str name);
/* Gives what has changed to the host's store. */
void seclang_collections_save(struct seclang_tx *tx);

#endif
