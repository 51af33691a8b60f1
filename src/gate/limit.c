/* Sliding windows in shared memory: see limit.h. */
#include "gate/limit.h"

#include "base/hash.h"

struct slot {
    struct gate_limit_key key;
    int64_t begun;        /* this window; 0: free */
    uint32_t now, before; /* in this window, and in the one before it */
};

struct gate_limit {
    uint64_t buckets;
    unsigned char secret[GATE_LIMIT_SECRET];
    struct slot slots[];
};

size_t
gate_limit_least(void)
{
    return sizeof(struct gate_limit) + GATE_LIMIT_WAYS * sizeof(struct slot);
}

struct gate_limit *
gate_limit_in(void *memory, size_t size, const unsigned char secret[GATE_LIMIT_SECRET])
{
    struct gate_limit *limit = memory;

    if (size < gate_limit_least()) return NULL;
    if (limit->buckets == 0) memcpy(limit->secret, secret, GATE_LIMIT_SECRET);
    limit->buckets = (size - sizeof *limit) / (GATE_LIMIT_WAYS * sizeof(struct slot));
    return limit;
}

/* Each part is hashed for itself first: lengths cannot be moved from one to the next. */
struct gate_limit_key
gate_limit_key(const struct gate_limit *limit, sk_str kind, sk_str place, sk_str thing)
{
    const sk_str parts[] = { kind, place, thing };
    unsigned char digests[3 * SK_SHA256], mac[SK_SHA256];
    struct gate_limit_key key;

    for (unsigned i = 0; i < 3; i++)
        sk_sha256(digests + (size_t)i * SK_SHA256, parts[i]);
    sk_hmac_sha256(mac, (sk_str){ (const char *)limit->secret, GATE_LIMIT_SECRET },
                   (sk_str){ (const char *)digests, sizeof digests });
    memcpy(key.byte, mac, sizeof key.byte);
    return key;
}

static size_t
bucket_of(const struct gate_limit *limit, const struct gate_limit_key *key)
{
    uint64_t word;

    memcpy(&word, key->byte, sizeof word);
    return word % limit->buckets * GATE_LIMIT_WAYS;
}

/* What the slot's numbers are at `now`: windows that have passed are pushed out. */
static struct slot
slid(struct slot slot, int64_t now, int64_t window)
{
    int64_t passed = now < slot.begun ? 0 : (now - slot.begun) / window;

    if (passed == 0) return slot;
    slot.before = passed == 1 ? slot.now : 0;
    slot.now = 0;
    slot.begun += passed * window;
    return slot;
}

static unsigned
counted(const struct slot *slot, int64_t now, int64_t window)
{
    uint64_t left = (uint64_t)(window - (now < slot->begun ? 0 : now - slot->begun));

    return slot->now + (unsigned)((slot->before * left + (uint64_t)window - 1) / (uint64_t)window);
}

unsigned
gate_limit_count(const struct gate_limit *limit, const struct gate_limit_key *key, int64_t now,
                 int64_t window)
{
    const struct slot *bucket = limit->slots + bucket_of(limit, key);

    for (unsigned i = 0; i < GATE_LIMIT_WAYS; i++) {
        struct slot slot;

        if (bucket[i].begun == 0 || memcmp(&bucket[i].key, key, sizeof *key) != 0) continue;
        slot = slid(bucket[i], now, window);
        return counted(&slot, now, window);
    }
    return 0;
}

static struct slot *
slot_for(struct slot *bucket, const struct gate_limit_key *key, int64_t now, int64_t window)
{
    struct slot *weakest = bucket;
    unsigned least = UINT32_MAX;

    for (unsigned i = 0; i < GATE_LIMIT_WAYS; i++) {
        struct slot slot = slid(bucket[i], now, window);
        unsigned count = bucket[i].begun == 0 ? 0 : counted(&slot, now, window);

        if (bucket[i].begun != 0 && memcmp(&bucket[i].key, key, sizeof *key) == 0)
            return &bucket[i];
        if (count >= least) continue;
        least = count;
        weakest = &bucket[i];
    }
    *weakest = (struct slot){ .key = *key, .begun = now };
    return weakest;
}

void
gate_limit_add(struct gate_limit *limit, const struct gate_limit_key *key, int64_t now,
               int64_t window, int by)
{
    struct slot *slot = slot_for(limit->slots + bucket_of(limit, key), key, now, window);

    *slot = slid(*slot, now, window);
    if (by > 0)
        slot->now += slot->now < UINT32_MAX;
    else if (slot->now > 0)
        slot->now--;
    else if (slot->before > 0)
        slot->before--;
}
