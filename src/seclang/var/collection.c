/* Persistent collections: values that live longer than a request, in the host's store.
 *
 * Every collection has what mod_security 2 gives it: KEY, TIMEOUT, CREATE_TIME, UPDATE_COUNTER,
 * IS_NEW (of a new one), UPDATE_RATE and LAST_UPDATE_TIME (of an old one). The entry KEY carries
 * the whole collection's expiry: TIMEOUT seconds after the last change. */
#include "seclang/var/member.h"

#include "seclang/var/fetch.h"

static struct seclang_member *
add(struct seclang_tx *tx, struct seclang_collection *c, sk_str name)
{
    struct seclang_member *m;

    if (c->count >= SECLANG_COLLECTION_MOST) return NULL;
    m = SK_NEW(tx->mem, struct seclang_member);
    m->value.name = sk_str_copy(tx->mem, name);
    *c->last = m;
    c->last = &m->next;
    c->count++;
    return m;
}

static void
put(struct seclang_tx *tx, struct seclang_collection *c, const char *name, sk_str text)
{
    struct seclang_member *m = add(tx, c, sk_str_of(name));

    if (!m) return;
    seclang_value_set(&m->value, text);
    m->set = true;
}

static void
put_int(struct seclang_tx *tx, struct seclang_collection *c, const char *name, int64_t number)
{
    put(tx, c, name, sk_str_of_i64(tx->mem, number));
}

static struct seclang_member *
find(struct seclang_collection *c, sk_str name)
{
    for (struct seclang_member *m = c->first; m; m = m->next)
        if (sk_str_eq_nocase(m->value.name, name)) return m;
    return NULL;
}

struct loading {
    struct seclang_tx *tx;
    struct seclang_collection *into;
    int64_t now;
};

static void
take(void *ctx, sk_str name, sk_str value, int64_t expires)
{
    struct loading *l = ctx;
    struct seclang_member *m;

    if (expires != 0 && expires <= l->now) return;
    m = add(l->tx, l->into, name);
    if (!m) return;
    seclang_value_set(&m->value, sk_str_copy(l->tx->mem, value));
    m->expires = sk_str_eq_nocase(name, SK_STR("KEY")) ? 0 : expires;
    m->set = true;
}

static int64_t
number_of(struct seclang_collection *c, sk_str name, int64_t otherwise)
{
    struct seclang_member *m = find(c, name);
    int64_t number = otherwise;

    if (!m || !m->set || !sk_str_to_i64(&number, m->value.text.s)) return otherwise;
    return number;
}

/* What every new collection has. */
static void
make_frame(struct seclang_tx *tx, struct seclang_collection *c)
{
    c->bare = false;
    put(tx, c, "KEY", c->key);
    put_int(tx, c, "TIMEOUT", tx->rules->collection_timeout);
    put_int(tx, c, "CREATE_TIME", tx->begun / 1000);
    put_int(tx, c, "UPDATE_COUNTER", 0);
    put_int(tx, c, "IS_NEW", 1);
}

static bool
is_of_frame(sk_str name)
{
    static const char *const names[] = { "KEY", "TIMEOUT", "CREATE_TIME", "UPDATE_COUNTER",
                                         "IS_NEW" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (sk_str_eq_nocase(name, sk_str_of(names[i]))) return true;
    return false;
}

/* Changes a minute since it was made, as mod_security 2 counts them. */
static void
put_rate(struct seclang_tx *tx, struct seclang_collection *c, int64_t now)
{
    int64_t made = number_of(c, SK_STR("CREATE_TIME"), now);
    int64_t changes = number_of(c, SK_STR("UPDATE_COUNTER"), 0);
    int64_t seconds = now - made;
    int64_t minutes = seconds / 60;

    put_int(tx, c, "UPDATE_RATE", minutes <= 0 ? changes : changes / minutes);
}

static struct seclang_collection *
find_open(const struct seclang_tx *tx, enum seclang_var var)
{
    struct seclang_collection *c = tx->open_collections;

    while (c && c->var != var)
        c = c->next;
    return c;
}

struct seclang_collection *
seclang_collection_add(struct seclang_tx *tx, enum seclang_var var, sk_str stored, sk_str key)
{
    struct seclang_collection *c = SK_NEW(tx->mem, struct seclang_collection);

    *c = (struct seclang_collection){
        .var = var, .stored = stored, .key = key, .last = &c->first, .next = tx->open_collections
    };
    tx->open_collections = c;
    return c;
}

void
seclang_collection_open(struct seclang_tx *tx, enum seclang_var var, sk_str stored, sk_str key)
{
    if (find_open(tx, var)) return;
    (void)seclang_collection_add(tx, var, sk_str_copy(tx->mem, stored), sk_str_copy(tx->mem, key));
}

static void
load(struct seclang_tx *tx, struct seclang_collection *c)
{
    struct loading l = { tx, c, tx->begun / 1000 };

    c->loaded = true;
    if (tx->host.store.load)
        tx->host.store.load(tx->host.store.ctx, tx->mem, c->stored, c->key, take, &l);
    if (!find(c, SK_STR("KEY"))) {
        /* What is left without its KEY is the remainder of a collection that has expired. */
        c->first = NULL;
        c->last = &c->first;
        c->count = 0;
        c->is_new = c->bare = true;
    } else {
        put_rate(tx, c, l.now);
    }
}

static struct seclang_collection *
find_loaded(struct seclang_tx *tx, enum seclang_var var)
{
    struct seclang_collection *c = find_open(tx, var);

    if (c && !c->loaded) load(tx, c);
    return c;
}

struct seclang_collection *
seclang_collection_of(struct seclang_tx *tx, enum seclang_var var)
{
    struct seclang_collection *c = find_loaded(tx, var);

    if (c && c->bare) make_frame(tx, c);
    return c;
}

struct seclang_member *
seclang_collection_member(struct seclang_tx *tx, enum seclang_var var, sk_str name)
{
    struct seclang_collection *c = find_loaded(tx, var);
    struct seclang_member *m;

    if (!c) return NULL;
    if (c->bare && is_of_frame(name)) make_frame(tx, c);
    m = find(c, name);
    return m && m->set ? m : NULL;
}

struct seclang_member *
seclang_collection_make(struct seclang_tx *tx, enum seclang_var var, sk_str name)
{
    struct seclang_collection *c = seclang_collection_of(tx, var);
    struct seclang_member *m;

    if (!c) return NULL;
    m = find(c, name);
    return m ? m : add(tx, c, name);
}

static void
save_member(struct seclang_tx *tx, const struct seclang_collection *c,
            const struct seclang_member *m)
{
    const struct seclang_store *store = &tx->host.store;
    sk_str text = m->value.text.s;
    int64_t now = 0;

    if (!m->set) {
        store->save(store->ctx, c->stored, c->key, m->value.name, (sk_str){ 0 }, false, 0);
        return;
    }
    if (m->relative && sk_str_to_i64(&now, text)) {
        text = sk_str_of_i64(tx->mem, now - m->original);
        store->save(store->ctx, c->stored, c->key, m->value.name, text, true, m->expires);
        return;
    }
    if (!text.p) text = SK_STR("");
    store->save(store->ctx, c->stored, c->key, m->value.name, text, false, m->expires);
}

static void
save_frame(struct seclang_tx *tx, struct seclang_collection *c)
{
    const struct seclang_store *store = &tx->host.store;
    int64_t now = sk_now() / 1000;
    int64_t timeout = number_of(c, SK_STR("TIMEOUT"), tx->rules->collection_timeout);
    sk_str stamp = sk_str_of_i64(tx->mem, now);

    if (c->is_new) {
        static const char *const names[] = { "TIMEOUT", "CREATE_TIME" };

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            const struct seclang_member *m = find(c, sk_str_of(names[i]));

            if (m && m->set && !m->dirty) save_member(tx, c, m);
        }
    }
    store->save(store->ctx, c->stored, c->key, SK_STR("LAST_UPDATE_TIME"), stamp, false, 0);
    store->save(store->ctx, c->stored, c->key, SK_STR("UPDATE_COUNTER"), SK_STR("1"), true, 0);
    store->save(store->ctx, c->stored, c->key, SK_STR("KEY"), c->key, false, now + timeout);
}

void
seclang_collections_save(struct seclang_tx *tx)
{
    if (!tx->host.store.save) return;
    for (struct seclang_collection *c = tx->open_collections; c; c = c->next) {
        if (!c->dirty) continue;
        for (const struct seclang_member *m = c->first; m; m = m->next)
            if (m->dirty) save_member(tx, c, m);
        save_frame(tx, c);
        c->dirty = false;
    }
}
