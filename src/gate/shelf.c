/* Persistent collections in shared memory: see shelf.h. */
#include "gate/shelf.h"

#include "base/hash.h"

#include <stdio.h>

enum { DIGEST = 16 };

struct slot {
    unsigned char owner[DIGEST]; /* of (collection, key) */
    int64_t expires, touched;    /* expires 0: free */
    uint16_t name_n, value_n;
    char name[GATE_SHELF_NAME];
    char value[GATE_SHELF_VALUE];
};

struct gate_shelf {
    uint64_t buckets;
    int64_t latest; /* nothing that was ever stored expires later */
    struct slot slots[];
};

size_t
gate_shelf_least(void)
{
    return sizeof(struct gate_shelf) + GATE_SHELF_WAYS * sizeof(struct slot);
}

struct gate_shelf *
gate_shelf_in(void *memory, size_t size)
{
    struct gate_shelf *shelf = memory;

    if (size < gate_shelf_least()) return NULL;
    shelf->buckets = (size - sizeof *shelf) / (GATE_SHELF_WAYS * sizeof(struct slot));
    return shelf;
}

/* 128 bits of SHA-256 with the collection's length in front: no two owners share one, and which
 * bucket a key falls into cannot be chosen cheaply enough to matter more than sending the traffic.
 */
static void
owner_of(unsigned char owner[DIGEST], sk_str collection, sk_str key)
{
    unsigned char digest[SK_SHA256];
    char text[1024];
    size_t n = collection.n < 256 ? collection.n : 256, m = key.n < 700 ? key.n : 700;

    /* a key beyond 700 bytes is taken by its own digest */
    if (key.n > m) {
        sk_sha256(digest, key);
        key = (sk_str){ (const char *)digest, sizeof digest };
        m = key.n;
    }
    text[0] = (char)n;
    if (n > 0) memcpy(text + 1, collection.p, n);
    if (m > 0) memcpy(text + 1 + n, key.p, m);
    sk_sha256(digest, (sk_str){ text, 1 + n + m });
    memcpy(owner, digest, DIGEST);
}

static struct slot *
bucket_of(struct gate_shelf *shelf, const unsigned char owner[DIGEST])
{
    uint64_t hash;

    memcpy(&hash, owner, sizeof hash);
    return shelf->slots + hash % shelf->buckets * GATE_SHELF_WAYS;
}

/* Lengths are checked again when read: the writer may have died in the middle. */
static bool
slot_is(const struct slot *slot, const unsigned char owner[DIGEST], int64_t now)
{
    return slot->expires > now && slot->name_n <= GATE_SHELF_NAME &&
           slot->value_n <= GATE_SHELF_VALUE && memcmp(slot->owner, owner, DIGEST) == 0;
}

void
gate_shelf_load(struct gate_shelf *shelf, sk_arena *mem, int64_t now, sk_str collection, sk_str key,
                void (*each)(void *ctx, sk_str name, sk_str value, int64_t expires), void *ctx)
{
    unsigned char owner[DIGEST];
    struct slot *slot;

    if (shelf->latest <= now) return; /* most sites' rules store nothing */
    owner_of(owner, collection, key);
    slot = bucket_of(shelf, owner);
    for (unsigned i = 0; i < GATE_SHELF_WAYS; i++, slot++) {
        if (!slot_is(slot, owner, now)) continue;
        slot->touched = now;
        each(ctx, sk_str_copy(mem, (sk_str){ slot->name, slot->name_n }),
             sk_str_copy(mem, (sk_str){ slot->value, slot->value_n }), slot->expires);
    }
}

/* The slot that has the name; else a free one; else the one touched longest ago. */
static struct slot *
slot_for(bool *found, struct slot *bucket, const unsigned char owner[DIGEST], int64_t now,
         sk_str name)
{
    struct slot *best = bucket;

    for (unsigned i = 0; i < GATE_SHELF_WAYS; i++) {
        struct slot *slot = bucket + i;
        bool spent = slot->expires <= now, best_spent = best->expires <= now;

        if (slot_is(slot, owner, now) && sk_str_eq((sk_str){ slot->name, slot->name_n }, name)) {
            *found = true;
            return slot;
        }
        if (!best_spent && (spent || slot->touched < best->touched)) best = slot;
    }
    *found = false;
    return best;
}

/* value becomes what is there plus value. */
static void
value_add(sk_str *value, char sum[24], const struct slot *slot)
{
    int64_t old = 0, more = 0, total;

    (void)sk_str_to_i64(&old, (sk_str){ slot->value, slot->value_n });
    (void)sk_str_to_i64(&more, *value);
    if (__builtin_add_overflow(old, more, &total)) total = old;
    value->n = (size_t)snprintf(sum, 24, "%lld", (long long)total);
    value->p = sum;
}

sk_err
gate_shelf_save(struct gate_shelf *shelf, int64_t now, sk_str collection, sk_str key, sk_str name,
                sk_str value, bool add, int64_t expires)
{
    unsigned char owner[DIGEST];
    struct slot *slot;
    char sum[24];
    bool found;

    if (name.n > GATE_SHELF_NAME || value.n > GATE_SHELF_VALUE)
        return sk_fail(SK_FULL, "name or value of a collection longer than %d or %d bytes",
                       GATE_SHELF_NAME, GATE_SHELF_VALUE);
    owner_of(owner, collection, key);
    slot = slot_for(&found, bucket_of(shelf, owner), owner, now, name);
    if (!value.p) {
        if (found) slot->expires = 0;
        return sk_ok();
    }
    if (expires == 0) expires = found ? slot->expires : now + GATE_SHELF_LIFE;
    if (add && found) value_add(&value, sum, slot);
    if (expires > shelf->latest) shelf->latest = expires;
    slot->expires = 0; /* free while it is written */
    memcpy(slot->owner, owner, DIGEST);
    if (name.n > 0) memcpy(slot->name, name.p, name.n);
    if (value.n > 0) memcpy(slot->value, value.p, value.n);
    slot->name_n = (uint16_t)name.n;
    slot->value_n = (uint16_t)value.n;
    slot->touched = now;
    slot->expires = expires;
    return sk_ok();
}
