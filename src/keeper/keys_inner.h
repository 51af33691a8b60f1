/* What keys.c, keys_tenant.c, keys_erase.c, keys_rotate.c and keys_backup.c share. */
#ifndef SK_KEEPER_KEYS_INNER_H
#define SK_KEEPER_KEYS_INNER_H

#include "keeper/keys.h"
#include "part/writer.h"

#include <pthread.h>

enum { KEEPER_CACHE = 1024, KEEPER_BOUND_MAX = 512 };

/* Tenants' keys, unwrapped: a token would take 20 µs for each. In pages of their own. */
struct keeper_cache_row {
    int64_t number; /* 0: free */
    struct keeper_key key;
    char tenant[KEEPER_NAME_MAX];
    size_t n; /* of its bytes */
};

struct keeper_keys {
    struct keeper_keys_setting setting;
    char *path;
    struct part_writer *write; /* the one writer */
    struct keeper_cache_row *cache;
    pthread_mutex_t cache_lock;
    pthread_mutex_t root_lock; /* from a new root key until the older ones are gone */
    int tombstones;            /* the file */
};

/* Text of a key's place, which its wrapping is bound to. */
struct keeper_bound {
    char text[KEEPER_BOUND_MAX];
    size_t n;
};
struct keeper_bound keeper_bound_of(const char *fmt, ...) SK_PRINTF(1, 2);
/* The same piece by piece, each behind a '|': for what is made twice for each value that is read.
 */
void keeper_bound_text(struct keeper_bound *bound, sk_str text);
void keeper_bound_number(struct keeper_bound *bound, uint64_t number);
static inline sk_str
keeper_bound_str(const struct keeper_bound *bound)
{
    return (sk_str){ bound->text, bound->n };
}

static inline sk_str
keeper_id_blob(const struct keeper_id *id)
{
    return (sk_str){ id->text, sizeof id->text };
}

/* Through the cache. */
sk_err keeper_tenant_key(struct keeper_key *key, struct keeper_keys *keys, struct part_store *store,
                         int64_t number) SK_CHECKED;
/* The same if it is this tenant's; SK_DENIED: it is another's. */
sk_err keeper_tenant_key_of(struct keeper_key *key, struct keeper_keys *keys,
                            struct part_store *store, int64_t number, sk_str tenant) SK_CHECKED;
/* A new one, in the writer's transaction. */
sk_err keeper_tenant_key_new(int64_t *number, struct keeper_keys *keys, struct part_store *store,
                             sk_str tenant) SK_CHECKED;
/* The tenant's newest; 0: none. */
sk_err keeper_tenant_key_newest(int64_t *number, struct part_store *store,
                                sk_str tenant) SK_CHECKED;
/* The tenant's newest key and its index, made where they are new; in the writer's transaction. */
sk_err keeper_tenant_take(int64_t *number, struct keeper_key *index, struct keeper_keys *keys,
                          struct part_store *store, sk_str tenant) SK_CHECKED;
/* At random: 1 to `most`. */
int64_t keeper_number_new(uint64_t most);
/* A key of person and case, wrapped by the tenant's newest. */
sk_err keeper_key_new_row(uint32_t *number, struct keeper_key *key, struct keeper_keys *keys,
                          struct part_store *store, const struct keeper_whose *whose) SK_CHECKED;
struct keeper_bound keeper_key_bound(int64_t tenant_key, sk_str person, sk_str file,
                                     uint32_t number);
struct keeper_bound keeper_index_bound(int64_t tenant_key, sk_str tenant);
sk_err keeper_uses_add(struct part_store *store, int64_t tenant_key) SK_CHECKED;
void keeper_cache_forget(struct keeper_keys *keys);

/* Names a store that is new; one that is, although there are copies of another, has lost its keys.
 */
sk_err keeper_keys_begin(const struct keeper_keys *keys, struct part_store *store) SK_CHECKED;

/* A row's wrapped key. */
sk_err keeper_wrapped_get(struct keeper_wrapped *wrapped, const struct part_query *query,
                          int column) SK_CHECKED;
static inline sk_str
keeper_wrapped_str(const struct keeper_wrapped *wrapped)
{
    return (sk_str){ (const char *)wrapped->byte, sizeof wrapped->byte };
}

/* Whether this root key, or an older one that is still there, opens what the copy has of tenants
 * whom this store lacks: else whatever is taken back could never be read. */
sk_err keeper_root_opens(struct keeper_keys *keys, struct part_store *copy) SK_CHECKED;
/* Replays the file from what the store's note says; at the start, and into a copy. */
sk_err keeper_tombstones_replay(struct part_store *store, int fd) SK_CHECKED;
/* One number of table note; 0 where there is none. */
sk_err keeper_note_get(int64_t *value, struct part_store *store, const char *name) SK_CHECKED;
sk_err keeper_note_put(struct part_store *store, const char *name, int64_t value) SK_CHECKED;
/* No byte that was deleted stays in the store's files. */
sk_err keeper_store_scrub(void *ctx, struct part_store *store) SK_CHECKED;

#endif
