/* keys.db: the wrapped keys of tenants and of people and their cases, and what was erased. Any
 * thread; readers have a store each, writing is one transaction for all who wait (group commit), on
 * disk before anybody is answered. Keys leave this file's memory only unwrapped and only to whoever
 * wipes them. */
#ifndef SK_KEEPER_KEYS_H
#define SK_KEEPER_KEYS_H

#include "keeper/keeper.h"
#include "keeper/root.h"
#include "part/store.h"

struct keeper_keys;

struct keeper_keys_setting {
    const char *folder; /* STATE/keeper; borrowed until the close */
    const char *sql;    /* the folder of migrations */
    struct keeper_root *root;
    sk_when (*now)(void);
};
/* Replays what the file of tombstones has beyond the store. Yours: keeper_keys_close. */
sk_err keeper_keys_open(struct keeper_keys **keys,
                        const struct keeper_keys_setting *setting) SK_CHECKED;
void keeper_keys_close(struct keeper_keys **keys); /* NULL is allowed; wipes */

/* What an error means to whoever asked. */
enum keeper_word keeper_word_of(sk_err e);

/* A reader, for one thread. Yours: part_store_close. */
sk_err keeper_keys_reader(struct part_store **store, const struct keeper_keys *keys) SK_CHECKED;

/* Whose key: the tenant as it was asked, the person, the case or none. */
struct keeper_whose {
    sk_str tenant;
    const struct keeper_id *person_id, *case_id;
};
struct keeper_sealing {
    uint32_t number;
    struct keeper_key key, index;
};
void keeper_sealing_wipe(struct keeper_sealing *sealing);

/* The key that seals `uses` more values; person, case and tenant are made where they are new. On
 * disk when this returns. ERASED, WRONG_TENANT, SEALED, FULL, BROKEN. */
enum keeper_word keeper_keys_take(struct keeper_sealing *sealing, struct keeper_keys *keys,
                                  const struct keeper_whose *whose, bool is_honey,
                                  uint32_t uses) SK_CHECKED;
/* The key of this number. ERASED, MISSING, WRONG_TENANT, SEALED, BROKEN. */
enum keeper_word keeper_keys_get(struct keeper_key *key, struct keeper_keys *keys,
                                 struct part_store *reader, const struct keeper_whose *whose,
                                 uint32_t number) SK_CHECKED;
/* The tenant's key of the index. MISSING: it has nobody yet. */
enum keeper_word keeper_keys_index(struct keeper_key *key, struct keeper_keys *keys,
                                   struct part_store *reader, sk_str tenant) SK_CHECKED;
/* Of whom there is nobody: WRONG_TENANT, MISSING, ERASED. */
enum keeper_word keeper_keys_person(bool *is_honey, struct part_store *reader,
                                    const struct keeper_whose *whose) SK_CHECKED;

/* ── erasing (keys_erase.c) ── */

/* OK and when: it is erased already; MISSING: it is not. */
enum keeper_word keeper_keys_erased(struct keeper_erased *erased, struct part_store *reader,
                                    const struct keeper_whose *whose) SK_CHECKED;
/* The ledger has it under erased->sequence. The line of the tombstone, then the keys; afterwards no
 * byte of them is in keys.db or its log. */
enum keeper_word keeper_keys_erase(struct keeper_keys *keys, const struct keeper_whose *whose,
                                   const struct keeper_erased *erased) SK_CHECKED;

/* ── rotating (keys_rotate.c) ── */

/* ROOT: at once. TENANT, PERSON: a new key; a tenant's people follow by keeper_keys_tend. */
enum keeper_word keeper_keys_rotate(struct keeper_keys *keys,
                                    const struct keeper_rotate *rotate) SK_CHECKED;
/* The tenant whose newest key is the oldest, if it was made before `when` or is used up
 * (KEEPER_USES_MAX, of which `why` tells); empty: there is none. */
sk_err keeper_keys_older(sk_str *tenant, const char **why, sk_arena *mem, struct part_store *reader,
                         sk_when when) SK_CHECKED;
/* Wraps a few keys anew, if any lag behind, and destroys older tenants' keys that wrap none.
 * *left: how many still lag. */
sk_err keeper_keys_tend(uint64_t *left, struct keeper_keys *keys) SK_CHECKED;
/* After the front has resealed all of a case: keys older than the newest go. */
enum keeper_word keeper_keys_drop_older(struct keeper_keys *keys,
                                        const struct keeper_whose *whose) SK_CHECKED;
/* The newest key's number, for whoever reseals. */
enum keeper_word keeper_keys_newest(uint32_t *number, struct part_store *reader,
                                    const struct keeper_whose *whose) SK_CHECKED;

/* ── copies (keys_backup.c) ── */

enum { KEEPER_BACKUP_DAYS = 7 };
/* Today's copy, if there is none yet (`again`: anew), and the end of those that are too old. `name`
 * has room for KEEPER_NAME_MAX. */
sk_err keeper_keys_backup(char *name, struct keeper_keys *keys, bool again) SK_CHECKED;
/* Takes the keys of folder/restore.db that are missing here and were not erased; what was is erased
 * in it first: by the tombstones, and by folder/restore.erased, the ledger's lines
 * "ID TENANT MS SEQUENCE", which become tombstones where they are none. SK_DENIED: the copy was
 * made under a root key that is gone. */
sk_err keeper_keys_restore(struct keeper_restored *restored, struct keeper_keys *keys) SK_CHECKED;

/* Whether the store was begun anew although there are copies, and none was taken back since. */
sk_err keeper_keys_lost(bool *lost, struct part_store *reader) SK_CHECKED;

/* How many people each tenant has; of one, or all (empty). On `mem`. */
struct keeper_crowd;
sk_err keeper_keys_crowd(struct keeper_crowd **crowd, size_t *count, sk_arena *mem,
                         struct part_store *reader, sk_str tenant) SK_CHECKED;
/* Counts, backed_up, most_uses, tenant_made, key_made. */
sk_err keeper_keys_count(struct keeper_status *status, struct part_store *reader) SK_CHECKED;

#endif
