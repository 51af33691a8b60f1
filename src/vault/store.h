/* values.db: ciphertexts, the index over them, and their ends. Each function is one transaction or
 * one question. Errors are part/store.h's, and the words of vault/word.h. */
#ifndef SK_VAULT_STORE_H
#define SK_VAULT_STORE_H

#include "keeper/keeper.h"
#include "part/store.h"
#include "personal/token.h"
#include "vault/hint.h"

enum { VAULT_DAY = 24 * 3600 * 1000 };

/* Opens or makes STATE/vault/values.db and gives its stores, whose commits are on disk when they
 * return. */
sk_err vault_store_open(struct part_store_pool **pool, sk_arena *mem, const char *state,
                        const char *share) SK_CHECKED;
/* A person, or one case of it. */
struct vault_subject {
    sk_str tenant;
    struct keeper_id person_id, case_id;
};

struct vault_row {
    struct keeper_id value_id, person_id, case_id;
    enum personal_kind kind;
    uint32_t version;
    sk_str token; /* canonical */
    sk_str sealed;
};

/* ── putting ── */

struct vault_put_value {
    struct vault_row row; /* its token is set here */
    const struct keeper_row *word;
    size_t words;
    unsigned char random[KEEPER_TOKEN];
    struct personal_token token; /* as it was stored */
};
/* All or nothing. A token that is taken already is made anew (but that of an e-mail address, which
 * is its own). */
sk_err vault_store_put(struct part_store_pool *pool, struct vault_hints *hints, sk_str tenant,
                       struct vault_put_value *value, size_t count) SK_CHECKED;

/* ── looking ── */

/* The newest value of that token; false: there is none. Texts on `mem`. */
sk_err vault_store_by_token(bool *found, struct vault_row *row, sk_arena *mem,
                            struct part_store *store, sk_str tenant, sk_str token) SK_CHECKED;
/* The same of this person: an e-mail address may be that of several, under one token. */
sk_err vault_store_by_owner(bool *found, struct vault_row *row, sk_arena *mem,
                            struct part_store *store, sk_str tenant, sk_str token,
                            const struct keeper_id *person) SK_CHECKED;
/* The token of a value; empty: there is none of this tenant. */
sk_err vault_store_token_of(sk_str *token, sk_arena *mem, struct part_store *store, sk_str tenant,
                            const struct keeper_id *value_id) SK_CHECKED;
/* Whose the person or case is; false: there is none (any more). */
sk_err vault_store_subject(bool *found, struct vault_subject *subject, sk_arena *mem,
                           struct part_store *store, const struct keeper_id *person_id,
                           const struct keeper_id *case_id) SK_CHECKED;
/* The first person and case behind `after` (its ids; none at first), in the order of their ids;
 * false: there is none. */
sk_err vault_store_next(bool *found, struct vault_subject *subject, sk_arena *mem,
                        struct part_store *store, const struct vault_subject *after) SK_CHECKED;
/* All values of a person, or of one case; at most `most`, from the id behind `after` on. */
sk_err vault_store_of(struct vault_row **row, size_t *count, sk_arena *mem,
                      struct part_store *store, const struct vault_subject *subject, size_t most,
                      const struct keeper_id *after) SK_CHECKED;
/* The entries of a word, those that were erased left out; `more`: there are more than `most`. */
sk_err vault_store_word(struct keeper_entry **entry, size_t *count, bool *more, sk_arena *mem,
                        struct part_store *store, const unsigned char naming[KEEPER_NAMING],
                        size_t most) SK_CHECKED;

struct vault_counts {
    int64_t values, people, cases, due, held, gone;
    int64_t erasures; /* of which `gone` came: with a person go all cases */
    int64_t last;     /* the ledger's record of the newest */
};
sk_err vault_store_counts(struct vault_counts *counts, struct part_store *store) SK_CHECKED;

/* ── ends ── */

struct vault_gone {
    struct keeper_id id;
    sk_str tenant;
    int64_t rows;
    sk_when at;
    uint64_t record;
};
/* Removes rows, index entries and dues, and leaves the receipt (kept as it was if there is one).
 */
sk_err vault_store_erase(struct vault_gone *gone, struct part_store_pool *pool,
                         const struct vault_subject *subject, sk_when at,
                         uint64_t record) SK_CHECKED;
sk_err vault_store_gone(bool *found, struct vault_gone *gone, sk_arena *mem,
                        struct part_store *store, const struct keeper_id *id) SK_CHECKED;

#endif
