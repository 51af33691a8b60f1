/* Keys of tenants, which wrap those of people, and of their indexes. */
#include "keeper/keys_inner.h"

#include "keeper/secret.h"

#include <inttypes.h>

static struct keeper_cache_row *
cache_row(const struct keeper_keys *keys, int64_t number)
{
    return &keys->cache[(uint64_t)number % KEEPER_CACHE];
}

static bool
cache_get(struct keeper_cache_row *got, struct keeper_keys *keys, int64_t number)
{
    const struct keeper_cache_row *row = cache_row(keys, number);
    bool had;

    pthread_mutex_lock(&keys->cache_lock);
    had = row->number == number;
    if (had) *got = *row;
    pthread_mutex_unlock(&keys->cache_lock);
    return had;
}

static void
cache_put(struct keeper_keys *keys, const struct keeper_cache_row *row)
{
    pthread_mutex_lock(&keys->cache_lock);
    *cache_row(keys, row->number) = *row;
    pthread_mutex_unlock(&keys->cache_lock);
}

static void
cache_row_wipe(struct keeper_cache_row *row)
{
    keeper_key_wipe(&row->key);
}

void
keeper_cache_forget(struct keeper_keys *keys)
{
    pthread_mutex_lock(&keys->cache_lock);
    explicit_bzero(keys->cache, KEEPER_CACHE * sizeof *keys->cache);
    pthread_mutex_unlock(&keys->cache_lock);
}

static struct keeper_bound
tenant_bound(int64_t number, sk_str tenant)
{
    return keeper_bound_of("tenant key|%.*s|%" PRId64, SK_ARG(tenant), number);
}

/* Its key is what proves whose it is: it opens with its tenant's name only. */
static sk_err
tenant_key_read(struct keeper_cache_row *row, struct keeper_keys *keys, struct part_store *store,
                int64_t number)
{
    struct keeper_wrapped wrapped;
    struct keeper_bound bound;
    struct part_query *q;
    uint32_t root;
    bool there;

    TRY(part_store_query(&q, store,
                         "SELECT tenant, root, wrapped FROM tenant_key WHERE number = ?1"));
    part_query_int(q, 1, number);
    TRY(part_query_step(&there, q));
    if (!there) return sk_fail(SK_BROKEN, "a tenant's key is not there");
    sk_err e = part_query_text_into(&row->n, row->tenant, sizeof row->tenant, q, 0);
    root = (uint32_t)part_query_get_int(q, 1);
    if (!sk_failed(e)) e = keeper_wrapped_get(&wrapped, q, 2);
    part_query_done(q);
    TRY(e);
    row->number = number;
    bound = tenant_bound(number, (sk_str){ row->tenant, row->n });
    e = keeper_root_unwrap(&row->key, keys->setting.root, root, keeper_bound_str(&bound), &wrapped);
    if (e.kind == SK_DENIED || e.kind == SK_MISSING)
        return sk_fail(SK_BROKEN, "a tenant's key does not open with the root key: %s", e.why);
    return e;
}

static sk_err
tenant_row(struct keeper_cache_row *row, struct keeper_keys *keys, struct part_store *store,
           int64_t number)
{
    if (cache_get(row, keys, number)) return sk_ok();
    TRY(tenant_key_read(row, keys, store, number));
    cache_put(keys, row);
    return sk_ok();
}

sk_err
keeper_tenant_key(struct keeper_key *key, struct keeper_keys *keys, struct part_store *store,
                  int64_t number)
{
    DEFER(cache_row_wipe) struct keeper_cache_row row = { .number = 0 };

    TRY(tenant_row(&row, keys, store, number));
    *key = row.key;
    return sk_ok();
}

sk_err
keeper_tenant_key_of(struct keeper_key *key, struct keeper_keys *keys, struct part_store *store,
                     int64_t number, sk_str tenant)
{
    DEFER(cache_row_wipe) struct keeper_cache_row row = { .number = 0 };

    TRY(tenant_row(&row, keys, store, number));
    if (!sk_str_eq((sk_str){ row.tenant, row.n }, tenant))
        return sk_fail(SK_DENIED, "the key is another tenant's");
    *key = row.key;
    return sk_ok();
}

sk_err
keeper_tenant_key_newest(int64_t *number, struct part_store *store, sk_str tenant)
{
    struct part_query *q;
    bool row;

    TRY(part_store_query(&q, store,
                         "SELECT number FROM tenant_key WHERE tenant = ?1 "
                         "ORDER BY made DESC LIMIT 1"));
    part_query_text(q, 1, tenant);
    TRY(part_query_step(&row, q));
    *number = row ? part_query_get_int(q, 0) : 0;
    part_query_done(q);
    return sk_ok();
}

sk_err
keeper_tenant_key_new(int64_t *number, struct keeper_keys *keys, struct part_store *store,
                      sk_str tenant)
{
    DEFER(keeper_key_wipe) struct keeper_key key;
    struct keeper_wrapped wrapped;
    struct keeper_bound bound;
    struct part_query *q;
    uint32_t root;

    *number = keeper_number_new(INT64_MAX);
    bound = tenant_bound(*number, tenant);
    keeper_key_new(&key);
    TRY(keeper_root_wrap(&wrapped, &root, keys->setting.root, keeper_bound_str(&bound), &key));
    TRY(part_store_query(&q, store,
                         "INSERT INTO tenant_key (number, tenant, made, root, wrapped, uses) "
                         "VALUES (?1, ?2, max(?3, ifnull((SELECT max(made) + 1 FROM tenant_key "
                         "WHERE tenant = ?2), 0)), ?4, ?5, 0)"));
    part_query_int(q, 1, *number);
    part_query_text(q, 2, tenant);
    part_query_int(q, 3, keys->setting.now());
    part_query_int(q, 4, root);
    part_query_blob(q, 5, keeper_wrapped_str(&wrapped));
    return part_query_run(q);
}

sk_err
keeper_uses_add(struct part_store *store, int64_t tenant_key)
{
    struct part_query *q;

    TRY(part_store_query(&q, store, "UPDATE tenant_key SET uses = uses + 1 WHERE number = ?1"));
    part_query_int(q, 1, tenant_key);
    return part_query_run(q);
}

/* ── the tenant's index ── */

struct keeper_bound
keeper_index_bound(int64_t tenant_key, sk_str tenant)
{
    return keeper_bound_of("index key|%.*s|%" PRId64, SK_ARG(tenant), tenant_key);
}

static sk_err
index_read(bool *there, struct keeper_key *key, struct keeper_keys *keys, struct part_store *store,
           sk_str tenant)
{
    DEFER(keeper_key_wipe) struct keeper_key by;
    struct keeper_wrapped wrapped;
    struct keeper_bound bound;
    struct part_query *q;

    TRY(part_store_query(&q, store, "SELECT tenant_key, wrapped FROM index_key WHERE tenant = ?1"));
    part_query_text(q, 1, tenant);
    TRY(part_query_step(there, q));
    if (!*there) return sk_ok();
    int64_t number = part_query_get_int(q, 0);
    sk_err e = keeper_wrapped_get(&wrapped, q, 1);
    part_query_done(q);
    TRY(e);
    TRY(keeper_tenant_key(&by, keys, store, number));
    bound = keeper_index_bound(number, tenant);
    return keeper_key_unwrap(key, &by, keeper_bound_str(&bound), &wrapped);
}

sk_err
keeper_tenant_take(int64_t *number, struct keeper_key *index, struct keeper_keys *keys,
                   struct part_store *store, sk_str tenant)
{
    DEFER(keeper_key_wipe) struct keeper_key by;
    struct keeper_wrapped wrapped;
    struct keeper_bound bound;
    struct part_query *q;
    bool there;

    TRY(keeper_tenant_key_newest(number, store, tenant));
    if (!*number) TRY(keeper_tenant_key_new(number, keys, store, tenant));
    TRY(index_read(&there, index, keys, store, tenant));
    if (there) return sk_ok();
    TRY(keeper_tenant_key(&by, keys, store, *number));
    keeper_key_new(index);
    bound = keeper_index_bound(*number, tenant);
    TRY(keeper_key_wrap(&wrapped, &by, keeper_bound_str(&bound), index));
    TRY(keeper_uses_add(store, *number));
    TRY(part_store_query(&q, store,
                         "INSERT INTO index_key (tenant, tenant_key, wrapped) "
                         "VALUES (?1, ?2, ?3)"));
    part_query_text(q, 1, tenant);
    part_query_int(q, 2, *number);
    part_query_blob(q, 3, keeper_wrapped_str(&wrapped));
    return part_query_run(q);
}

enum keeper_word
keeper_keys_index(struct keeper_key *key, struct keeper_keys *keys, struct part_store *reader,
                  sk_str tenant)
{
    bool there;
    sk_err e = index_read(&there, key, keys, reader, tenant);

    if (e.kind == SK_BUSY && keeper_root_is_sealed(keys->setting.root)) return KEEPER_SEALED;
    if (sk_failed(e)) return e.kind == SK_BUSY ? KEEPER_BUSY : KEEPER_BROKEN;
    return there ? KEEPER_OK : KEEPER_MISSING;
}
