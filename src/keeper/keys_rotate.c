/* New keys for old, on every level, while all can be read. Root: the tenants' keys are wrapped anew
 * in one transaction. Tenant: its people's keys follow a few at a time, so that nobody waits; what
 * a kill -9 interrupts goes on from where it stands, for the rows say what is left. */
#include "keeper/keys_inner.h"

#include <inttypes.h>

enum { STEP = 200 }; /* keys of one transaction: a few ms */

/* ── root ── */

struct tenant_row {
    int64_t number;
    uint32_t root;
    sk_str tenant;
    struct keeper_wrapped wrapped;
};

static sk_err
tenant_row_next(bool *there, struct tenant_row *row, sk_arena *mem, struct part_store *store,
                int64_t after)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT number, tenant, root, wrapped FROM tenant_key "
                         "WHERE number > ?1 ORDER BY number LIMIT 1"));
    part_query_int(q, 1, after);
    TRY(part_query_step(there, q));
    if (!*there) return sk_ok();
    row->number = part_query_get_int(q, 0);
    row->tenant = part_query_get_text(mem, q, 1);
    row->root = (uint32_t)part_query_get_int(q, 2);
    sk_err e = keeper_wrapped_get(&row->wrapped, q, 3);
    part_query_done(q);
    return e;
}

static struct keeper_bound
tenant_row_bound(const struct tenant_row *row)
{
    return keeper_bound_of("tenant key|%.*s|%" PRId64, SK_ARG(row->tenant), row->number);
}

static sk_err
tenant_row_rewrap(struct keeper_keys *keys, struct part_store *store, struct tenant_row *row)
{
    DEFER(keeper_key_wipe) struct keeper_key key = { { 0 } };
    struct keeper_bound bound = tenant_row_bound(row);
    struct part_query *q;

    TRY(keeper_root_unwrap(&key, keys->setting.root, row->root, keeper_bound_str(&bound),
                           &row->wrapped));
    TRY(keeper_root_wrap(&row->wrapped, &row->root, keys->setting.root, keeper_bound_str(&bound),
                         &key));
    TRY(part_store_query(&q, store,
                         "UPDATE tenant_key SET root = ?2, wrapped = ?3 WHERE number = ?1"));
    part_query_int(q, 1, row->number);
    part_query_int(q, 2, row->root);
    part_query_blob(q, 3, keeper_wrapped_str(&row->wrapped));
    return part_query_run(q);
}

static sk_err
tenant_row_opens(struct keeper_keys *keys, struct part_store *reader, const struct tenant_row *row)
{
    DEFER(keeper_key_wipe) struct keeper_key key = { { 0 } };
    struct keeper_bound bound = tenant_row_bound(row);
    struct part_query *q;
    bool here;

    TRY(part_store_query(&q, reader, "SELECT 1 FROM tenant_key WHERE number = ?1"));
    part_query_int(q, 1, row->number);
    TRY(part_query_step(&here, q));
    part_query_done(q);
    if (here) return sk_ok(); /* ours is taken, not the copy's */
    sk_err e = keeper_root_unwrap(&key, keys->setting.root, row->root, keeper_bound_str(&bound),
                                  &row->wrapped);
    return sk_failed(e) ? sk_fail(SK_DENIED, "the copy is of another root key: %s", e.why) : e;
}

sk_err
keeper_root_opens(struct keeper_keys *keys, struct part_store *copy)
{
    DEFER(part_store_close) struct part_store *reader = NULL;
    struct tenant_row row = { .number = 0 };

    TRY(keeper_keys_reader(&reader, keys));
    for (;;) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        bool there;

        TRY(tenant_row_next(&there, &row, mem, copy, row.number));
        if (!there) return sk_ok();
        TRY(tenant_row_opens(keys, reader, &row));
    }
}

static sk_err
root_work(void *ctx, struct part_store *store)
{
    struct keeper_keys *keys = ctx;
    uint32_t newest = keeper_root_newest(keys->setting.root);
    struct tenant_row row = { .number = 0 };

    for (;;) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        bool there;

        TRY(tenant_row_next(&there, &row, mem, store, row.number));
        if (!there) return sk_ok();
        if (row.root != newest) TRY(tenant_row_rewrap(keys, store, &row));
    }
}

/* Under root_lock: an older root goes only when nothing is wrapped by it. */
static sk_err
root_follow(struct keeper_keys *keys)
{
    TRY(part_writer_run(keys->write, root_work, keys));
    TRY(part_writer_alone(keys->write, keeper_store_scrub, NULL));
    return keeper_root_drop_older(keys->setting.root);
}

static sk_err
root_is_behind(bool *behind, const struct keeper_keys *keys, struct part_store *store)
{
    struct part_query *q;

    TRY(part_store_query(&q, store, "SELECT 1 FROM tenant_key WHERE root <> ?1 LIMIT 1"));
    part_query_int(q, 1, keeper_root_newest(keys->setting.root));
    TRY(part_query_step(behind, q));
    part_query_done(q);
    return sk_ok();
}

static sk_err
root_rotate(struct keeper_keys *keys, sk_str phrase)
{
    sk_err e;

    pthread_mutex_lock(&keys->root_lock);
    e = keeper_root_add(keys->setting.root, phrase);
    if (!sk_failed(e)) e = root_follow(keys);
    pthread_mutex_unlock(&keys->root_lock);
    return e;
}

/* What a kill has left. */
static sk_err
root_end(struct keeper_keys *keys, struct part_store *reader)
{
    bool behind = false;
    sk_err e;

    pthread_mutex_lock(&keys->root_lock);
    e = root_is_behind(&behind, keys, reader);
    if (!sk_failed(e)) e = behind ? root_follow(keys) : keeper_root_drop_older(keys->setting.root);
    pthread_mutex_unlock(&keys->root_lock);
    return e;
}

/* ── tenant ── */

struct rotation {
    struct keeper_keys *keys;
    const struct keeper_whose *whose;
    enum keeper_word word;
    uint64_t left;
    bool is_done; /* a tenant's key was destroyed */
};

static sk_err
index_rewrap(struct keeper_keys *keys, struct part_store *store, sk_str tenant, int64_t to)
{
    DEFER(keeper_key_wipe) struct keeper_key index = { { 0 } }, by = { { 0 } };
    struct keeper_bound bound = keeper_index_bound(to, tenant);
    struct keeper_wrapped wrapped;
    struct part_query *q;
    enum keeper_word word = keeper_keys_index(&index, keys, store, tenant);

    if (word == KEEPER_MISSING) return sk_ok();
    if (word != KEEPER_OK) return sk_fail(SK_BROKEN, "the index key does not open");
    TRY(keeper_tenant_key(&by, keys, store, to));
    sk_err e = keeper_key_wrap(&wrapped, &by, keeper_bound_str(&bound), &index);
    keeper_key_wipe(&by);
    TRY(e);
    TRY(keeper_uses_add(store, to));
    TRY(part_store_query(&q, store,
                         "UPDATE index_key SET tenant_key = ?2, wrapped = ?3 WHERE tenant = ?1"));
    part_query_text(q, 1, tenant);
    part_query_int(q, 2, to);
    part_query_blob(q, 3, keeper_wrapped_str(&wrapped));
    return part_query_run(q);
}

static sk_err
tenant_work(void *ctx, struct part_store *store)
{
    struct rotation *r = ctx;
    int64_t number;

    TRY(keeper_tenant_key_newest(&number, store, r->whose->tenant));
    r->word = number ? KEEPER_OK : KEEPER_MISSING;
    if (!number) return sk_ok();
    TRY(keeper_tenant_key_new(&number, r->keys, store, r->whose->tenant));
    return index_rewrap(r->keys, store, r->whose->tenant, number);
}

/* A tenant's key that is not its newest, and the newest. */
static sk_err
older_find(bool *there, int64_t *older, int64_t *newest, struct part_store *store)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT o.number, n.number FROM tenant_key o JOIN tenant_key n "
                         "ON n.tenant = o.tenant AND n.made > o.made "
                         "ORDER BY n.made DESC LIMIT 1"));
    TRY(part_query_step(there, q));
    if (!*there) return sk_ok();
    *older = part_query_get_int(q, 0);
    *newest = part_query_get_int(q, 1);
    part_query_done(q);
    return sk_ok();
}

struct key_row {
    sk_str person, file;
    uint32_t number;
    struct keeper_wrapped wrapped;
};

static sk_err
key_row_of(bool *there, struct key_row *row, sk_arena *mem, struct part_store *store, int64_t older)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT person, file, number, wrapped FROM key "
                         "WHERE tenant_key = ?1 LIMIT 1"));
    part_query_int(q, 1, older);
    TRY(part_query_step(there, q));
    if (!*there) return sk_ok();
    row->person = part_query_get_blob(mem, q, 0);
    row->file = part_query_get_blob(mem, q, 1);
    row->number = (uint32_t)part_query_get_int(q, 2);
    sk_err e = keeper_wrapped_get(&row->wrapped, q, 3);
    part_query_done(q);
    if (row->person.n != sizeof(struct keeper_id) || row->file.n != sizeof(struct keeper_id))
        return sk_fail(SK_BROKEN, "a key's ids are not of their length");
    return e;
}

static sk_err
key_row_put(struct part_store *store, const struct key_row *row, int64_t newest)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "UPDATE key SET tenant_key = ?4, wrapped = ?5 "
                         "WHERE person = ?1 AND file = ?2 AND number = ?3"));
    part_query_blob(q, 1, row->person);
    part_query_blob(q, 2, row->file);
    part_query_int(q, 3, row->number);
    part_query_int(q, 4, newest);
    part_query_blob(q, 5, keeper_wrapped_str(&row->wrapped));
    TRY(part_query_run(q));
    return keeper_uses_add(store, newest);
}

/* `from` and `to` are the two tenants' keys. */
static sk_err
key_row_rewrap(struct key_row *row, int64_t older, int64_t newest, const struct keeper_key *from,
               const struct keeper_key *to)
{
    DEFER(keeper_key_wipe) struct keeper_key key = { { 0 } };
    struct keeper_bound had = keeper_key_bound(older, row->person, row->file, row->number);
    struct keeper_bound has = keeper_key_bound(newest, row->person, row->file, row->number);

    TRY(keeper_key_unwrap(&key, from, keeper_bound_str(&had), &row->wrapped));
    return keeper_key_wrap(&row->wrapped, to, keeper_bound_str(&has), &key);
}

static sk_err
some_rewrap(bool *any, const struct rotation *r, struct part_store *store, int64_t older,
            int64_t newest)
{
    DEFER(keeper_key_wipe) struct keeper_key from = { { 0 } };
    DEFER(keeper_key_wipe) struct keeper_key to = { { 0 } };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    TRY(keeper_tenant_key(&from, r->keys, store, older));
    TRY(keeper_tenant_key(&to, r->keys, store, newest));
    for (int i = 0; i < STEP; i++) {
        struct key_row row;

        TRY(key_row_of(any, &row, mem, store, older));
        if (!*any) return sk_ok();
        TRY(key_row_rewrap(&row, older, newest, &from, &to));
        TRY(key_row_put(store, &row, newest));
    }
    return sk_ok();
}

/* A copy that was taken back has brought the index key, wrapped by a tenant's key of then. */
static sk_err
index_follow(struct keeper_keys *keys, struct part_store *store, int64_t older, int64_t newest)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct part_query *q;
    bool row;

    TRY(part_store_query(&q, store, "SELECT tenant FROM index_key WHERE tenant_key = ?1"));
    part_query_int(q, 1, older);
    TRY(part_query_step(&row, q));
    if (!row) return sk_ok();
    sk_str tenant = part_query_get_text(mem, q, 0);
    part_query_done(q);
    return index_rewrap(keys, store, tenant, newest);
}

static sk_err
older_destroy(struct part_store *store, int64_t older)
{
    struct part_query *q;

    TRY(part_store_query(&q, store, "DELETE FROM tenant_key WHERE number = ?1"));
    part_query_int(q, 1, older);
    return part_query_run(q);
}

static sk_err
left_count(uint64_t *left, struct part_store *store)
{
    struct part_query *q;
    bool row;

    TRY(part_store_query(&q, store,
                         "SELECT count(*) FROM key WHERE tenant_key IN "
                         "(SELECT o.number FROM tenant_key o JOIN tenant_key n "
                         "ON n.tenant = o.tenant AND n.made > o.made)"));
    TRY(part_query_step(&row, q));
    *left = (uint64_t)part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}

static sk_err
tend_work(void *ctx, struct part_store *store)
{
    struct rotation *r = ctx;
    int64_t older, newest;
    bool there, any;

    r->is_done = false;
    TRY(older_find(&there, &older, &newest, store));
    if (there) {
        TRY(some_rewrap(&any, r, store, older, newest));
        if (!any) {
            TRY(index_follow(r->keys, store, older, newest));
            TRY(older_destroy(store, older));
            r->is_done = true;
        }
    }
    return left_count(&r->left, store);
}

sk_err
keeper_keys_tend(uint64_t *left, struct keeper_keys *keys)
{
    struct rotation r = { .keys = keys };
    DEFER(part_store_close) struct part_store *reader = NULL;

    *left = 0;
    if (keeper_root_is_sealed(keys->setting.root)) return sk_ok();
    TRY(keeper_keys_reader(&reader, keys));
    TRY(root_end(keys, reader));
    TRY(part_writer_run(keys->write, tend_work, &r));
    *left = r.left;
    if (!r.is_done) return sk_ok();
    keeper_cache_forget(keys);
    return part_writer_alone(keys->write, keeper_store_scrub, NULL);
}

sk_err
keeper_keys_older(sk_str *tenant, const char **why, sk_arena *mem, struct part_store *reader,
                  sk_when when)
{
    struct part_query *q;
    bool row;

    *tenant = (sk_str){ 0 };
    TRY(part_store_query(&q, reader,
                         "SELECT tenant, uses >= ?2 FROM (SELECT tenant, uses, max(made) AS made "
                         "FROM tenant_key GROUP BY tenant) WHERE made < ?1 OR uses >= ?2 "
                         "ORDER BY uses >= ?2 DESC, made LIMIT 1"));
    part_query_int(q, 1, when);
    part_query_int(q, 2, (int64_t)KEEPER_USES_MAX);
    TRY(part_query_step(&row, q));
    if (!row) return sk_ok();
    *tenant = part_query_get_text(mem, q, 0);
    *why = part_query_get_int(q, 1) ? "uses" : "age";
    part_query_done(q);
    return sk_ok();
}

/* ── person and case ── */

static sk_err
person_work(void *ctx, struct part_store *store)
{
    DEFER(keeper_key_wipe) struct keeper_key key = { { 0 } };
    struct rotation *r = ctx;
    uint32_t number;

    r->word = keeper_keys_newest(&number, store, r->whose);
    if (r->word != KEEPER_OK) return sk_ok();
    return keeper_key_new_row(&number, &key, r->keys, store, r->whose);
}

enum keeper_word
keeper_keys_newest(uint32_t *number, struct part_store *reader, const struct keeper_whose *whose)
{
    struct part_query *q;
    bool row, is_honey;
    enum keeper_word word = keeper_keys_person(&is_honey, reader, whose);

    if (word != KEEPER_OK) return word;
    if (sk_failed(part_store_query(&q, reader,
                                   "SELECT number FROM key WHERE person = ?1 AND file = ?2 "
                                   "ORDER BY made DESC LIMIT 1")))
        return KEEPER_BROKEN;
    part_query_blob(q, 1, keeper_id_blob(whose->person_id));
    part_query_blob(q, 2, keeper_id_blob(whose->case_id));
    sk_err e = part_query_step(&row, q);
    if (sk_failed(e)) return keeper_word_of(e);
    if (!row) return KEEPER_MISSING;
    *number = (uint32_t)part_query_get_int(q, 0);
    part_query_done(q);
    return KEEPER_OK;
}

static sk_err
drop_work(void *ctx, struct part_store *store)
{
    struct rotation *r = ctx;
    struct part_query *q;
    uint32_t number = 0;

    r->word = keeper_keys_newest(&number, store, r->whose);
    if (r->word != KEEPER_OK) return sk_ok();
    TRY(part_store_query(&q, store,
                         "DELETE FROM key WHERE person = ?1 AND file = ?2 AND number <> ?3"));
    part_query_blob(q, 1, keeper_id_blob(r->whose->person_id));
    part_query_blob(q, 2, keeper_id_blob(r->whose->case_id));
    part_query_int(q, 3, number);
    return part_query_run(q);
}

enum keeper_word
keeper_keys_drop_older(struct keeper_keys *keys, const struct keeper_whose *whose)
{
    struct rotation r = { .keys = keys, .whose = whose };
    sk_err e = part_writer_run(keys->write, drop_work, &r);

    if (!sk_failed(e) && r.word == KEEPER_OK)
        e = part_writer_alone(keys->write, keeper_store_scrub, NULL);
    return sk_failed(e) ? keeper_word_of(e) : r.word;
}

enum keeper_word
keeper_keys_rotate(struct keeper_keys *keys, const struct keeper_rotate *rotate)
{
    struct keeper_whose whose = { rotate->tenant, &rotate->person_id, &rotate->case_id };
    struct rotation r = { .keys = keys, .whose = &whose };
    sk_err e;

    if (keeper_root_is_sealed(keys->setting.root)) return KEEPER_SEALED;
    switch (rotate->level) {
    case KEEPER_ROTATE_ROOT:
        e = root_rotate(keys, rotate->phrase);
        return keeper_word_of(e);
    case KEEPER_ROTATE_TENANT:
        e = part_writer_run(keys->write, tenant_work, &r);
        return sk_failed(e) ? keeper_word_of(e) : r.word;
    case KEEPER_ROTATE_PERSON:
        e = part_writer_run(keys->write, person_work, &r);
        return sk_failed(e) ? keeper_word_of(e) : r.word;
    case KEEPER_ROTATE_DROP:
        return keeper_keys_drop_older(keys, &whose);
    default:
        return KEEPER_BAD;
    }
}
