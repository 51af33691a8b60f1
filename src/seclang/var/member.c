/* TX: slots and names. */
#include "seclang/var/member.h"

#include "base/hash.h"
#include "seclang/screen.h"
#include "seclang/var/fetch.h"
#include "seclang/worker.h"

int
seclang_tx_slot(const struct seclang_tx *tx, sk_str name)
{
    return seclang_worker_slot(tx->worker, name, sk_hash_nocase(name));
}

/* A name that no rule writes out: NULL where it never was set. Also one that has been unset: it
 * keeps its place. */
static struct seclang_member *
find_named(const struct seclang_tx *tx, sk_str name, uint64_t hash)
{
    struct seclang_member *m = tx->tx_bucket ? tx->tx_bucket[hash % tx->tx_buckets] : NULL;

    while (m && (m->hash != hash || !sk_str_eq_nocase(m->value.name, name)))
        m = m->bucket;
    return m;
}

struct seclang_member *
seclang_tx_slot_make(const struct seclang_tx *tx, size_t slot)
{
    struct seclang_member *m = sk_alloc(tx->mem, sizeof(*m));

    *m = tx->worker->tx_start[slot];
    return m;
}

static struct seclang_member *
find(struct seclang_tx *tx, int slot, sk_str name, uint64_t *hash)
{
    if (slot >= 0) return seclang_tx_slot_at(tx, (size_t)slot);
    *hash = sk_hash_nocase(name);
    slot = seclang_worker_slot(tx->worker, name, *hash);
    return slot >= 0 ? seclang_tx_slot_at(tx, (size_t)slot) : find_named(tx, name, *hash);
}

struct seclang_member *
seclang_tx_member(struct seclang_tx *tx, int slot, sk_str name)
{
    uint64_t hash;
    struct seclang_member *m = find(tx, slot, name, &hash);

    return m && m->set ? m : NULL;
}

const struct seclang_member *
seclang_tx_look(const struct seclang_tx *tx, int slot, sk_str name)
{
    uint64_t hash = slot < 0 ? sk_hash_nocase(name) : 0;
    const struct seclang_member *m;

    if (slot < 0) slot = seclang_worker_slot(tx->worker, name, hash);
    if (slot < 0)
        m = find_named(tx, name, hash);
    else
        m = tx->tx_slot[slot] ? tx->tx_slot[slot] : &tx->worker->tx_start[slot];
    return m && m->set ? m : NULL;
}

static void
put_in_bucket(struct seclang_tx *tx, struct seclang_member *m)
{
    struct seclang_member **bucket = &tx->tx_bucket[m->hash % tx->tx_buckets];

    m->bucket = *bucket;
    *bucket = m;
}

/* Rules may set a variable for each argument that is sent. */
static void
more_buckets(struct seclang_tx *tx)
{
    tx->tx_buckets = tx->tx_buckets ? 2 * tx->tx_buckets : SECLANG_TX_BUCKETS;
    tx->tx_bucket = sk_array(tx->mem, tx->tx_buckets, sizeof(struct seclang_member *));
    for (struct seclang_member *m = tx->tx_first; m; m = m->next)
        put_in_bucket(tx, m);
}

static struct seclang_member *
add_named(struct seclang_tx *tx, sk_str name, uint64_t hash)
{
    struct seclang_member *m = SK_NEW(tx->mem, struct seclang_member);

    if (tx->tx_named == tx->tx_buckets) more_buckets(tx);
    tx->tx_named++;
    m->value.name = name;
    m->slot = -1;
    m->hash = hash;
    put_in_bucket(tx, m);
    *tx->tx_last = m;
    tx->tx_last = &m->next;
    return m;
}

void
seclang_tx_wake(struct seclang_tx *tx, size_t slot)
{
    if (!tx->tx_woken)
        tx->tx_woken = sk_array(tx->mem, tx->rules->tx_slot_count / 64 + 1, sizeof(uint64_t));
    tx->tx_woken[slot >> 6] |= (uint64_t)1 << (slot & 63);
    seclang_screen_wake(tx, slot);
}

struct seclang_member *
seclang_tx_member_add(struct seclang_tx *tx, sk_str name)
{
    return add_named(tx, name, sk_hash_nocase(name));
}

struct seclang_member *
seclang_tx_member_make(struct seclang_tx *tx, int slot, sk_str name)
{
    uint64_t hash = 0;
    struct seclang_member *m = find(tx, slot, name, &hash);

    return m ? m : add_named(tx, name, hash);
}

void
seclang_tx_member_put(struct seclang_tx *tx, struct seclang_member *m, sk_str text)
{
    if (m->slot >= 0 && !(m->set && sk_str_eq(m->value.text.s, text)))
        seclang_tx_wake(tx, (size_t)m->slot);
    seclang_value_set(&m->value, text);
    m->set = true;
}

void
seclang_tx_member_set(struct seclang_tx *tx, int slot, sk_str name, sk_str text)
{
    seclang_tx_member_put(tx, seclang_tx_member_make(tx, slot, name), text);
}

void
seclang_tx_member_unset(struct seclang_tx *tx, int slot, sk_str name)
{
    uint64_t hash;
    struct seclang_member *m;

    if (slot >= 0 && !tx->tx_slot[slot] && !tx->worker->tx_start[slot].set) return;
    m = find(tx, slot, name, &hash);
    if (!m || !m->set) return;
    m->set = false;
    if (m->slot >= 0) seclang_tx_wake(tx, (size_t)m->slot);
}

static void
all_of_tx(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    for (size_t i = 0; i < tx->rules->tx_slot_count; i++) {
        struct seclang_member *m = seclang_tx_slot_at(tx, i);

        if (m->set) seclang_list_add(list, tx->mem, &m->value);
    }
    for (struct seclang_member *m = tx->tx_first; m; m = m->next)
        if (m->set) seclang_list_add(list, tx->mem, &m->value);
}

/* TX first; the persistent ones differ only in which they are. */
#define COLLECTION_ROW(function, var)                                                              \
    static void function(struct seclang_tx *tx, struct seclang_list *list,                         \
                         const struct seclang_rule *rule)                                          \
    {                                                                                              \
        (void)rule;                                                                                \
        const struct seclang_collection *c = seclang_collection_of(tx, var);                       \
                                                                                                   \
        for (struct seclang_member *m = c ? c->first : NULL; m; m = m->next)                       \
            if (m->set) seclang_list_add(list, tx->mem, &m->value);                                \
    }

COLLECTION_ROW(all_of_global, SECLANG_VAR_GLOBAL)
COLLECTION_ROW(all_of_ip, SECLANG_VAR_IP)
COLLECTION_ROW(all_of_resource, SECLANG_VAR_RESOURCE)
COLLECTION_ROW(all_of_session, SECLANG_VAR_SESSION)
COLLECTION_ROW(all_of_user, SECLANG_VAR_USER)

const struct seclang_fetch_row seclang_fetch_member[] = {
    { SECLANG_VAR_GLOBAL, SECLANG_FETCH_ALWAYS, all_of_global },
    { SECLANG_VAR_IP, SECLANG_FETCH_ALWAYS, all_of_ip },
    { SECLANG_VAR_RESOURCE, SECLANG_FETCH_ALWAYS, all_of_resource },
    { SECLANG_VAR_SESSION, SECLANG_FETCH_ALWAYS, all_of_session },
    { SECLANG_VAR_TX, SECLANG_FETCH_ALWAYS, all_of_tx },
    { SECLANG_VAR_USER, SECLANG_FETCH_ALWAYS, all_of_user },
    { SECLANG_VAR_COUNT, SECLANG_FETCH_FILLED, NULL },
};
