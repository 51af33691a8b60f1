/* Who is shut out: see shun.h. */
#include "gate/shun.h"

#include "base/hash.h"

struct entry {
    struct sk_net who; /* bits 0: free */
    uint8_t why;
    uint16_t times;        /* shut out so often */
    uint32_t strikes;      /* at `at` */
    uint32_t this_second;  /* of them */
    uint32_t requests;     /* since there are strikes */
    uint32_t turned_away;  /* while shut out this time */
    int64_t at;            /* of the last strike */
    int64_t since, until;  /* until 0: not shut out yet */
    char id[GATE_SHUN_ID]; /* zero-padded */
};

struct by_hand {
    struct sk_net who;
    int64_t since, until; /* until 0: free */
};

enum what { SHUT_OUT, ADDED, RELEASED };

struct event {
    uint64_t number; /* 0: none */
    struct sk_net who;
    uint8_t what, why;
    uint16_t times;
    int64_t at, until;
    char id[GATE_SHUN_ID];
};

struct gate_shun {
    uint64_t seed, buckets;
    uint64_t used; /* 0: nobody has ever had a strike */
    uint64_t turned_away;
    uint64_t hands; /* 0: none of `hand` is taken */
    uint64_t events;
    struct by_hand hand[GATE_SHUN_HAND];
    struct event event[GATE_SHUN_EVENTS];
    struct entry entries[];
};

static const int64_t spans[] = { 60, 300, 1800, 7200, 21600, 86400, 259200, 604800 };
enum { SPANS = sizeof spans / sizeof *spans };

static const char *const whys[] = { [GATE_SHUN_RULES] = "rules",
                                    [GATE_SHUN_ADMIN] = "admin",
                                    [GATE_SHUN_LOGIN] = "login",
                                    [GATE_SHUN_OWNER] = "owner" };

size_t
gate_shun_least(void)
{
    return sizeof(struct gate_shun) + GATE_SHUN_WAYS * sizeof(struct entry);
}

struct gate_shun *
gate_shun_in(void *memory, size_t size, uint64_t seed)
{
    struct gate_shun *shun = memory;

    if (size < gate_shun_least()) return NULL;
    if (shun->buckets == 0) shun->seed = seed;
    shun->buckets = (size - sizeof *shun) / (GATE_SHUN_WAYS * sizeof(struct entry));
    return shun;
}

/* ── finding ── */

/* Of splitmix64 (Steele, Lea and Flood, 2014). */
static uint64_t
mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static struct entry *
bucket_of(struct gate_shun *shun, const struct sk_net *who)
{
    uint64_t word[2];

    memcpy(word, who->byte, sizeof word);
    return shun->entries +
           mix(mix(shun->seed ^ word[0]) ^ word[1]) % shun->buckets * GATE_SHUN_WAYS;
}

static bool
same(const struct sk_net *a, const struct sk_net *b)
{
    return a->bits == b->bits && memcmp(a->byte, b->byte, sizeof a->byte) == 0;
}

static struct entry *
entry_find(struct gate_shun *shun, const struct sk_net *who)
{
    struct entry *entry = bucket_of(shun, who);

    for (unsigned i = 0; i < GATE_SHUN_WAYS; i++)
        if (same(&entry[i].who, who)) return &entry[i];
    return NULL;
}

static int64_t
hand_until(const struct gate_shun *shun, const struct sk_net *source, int64_t now)
{
    int64_t until = 0;

    for (unsigned i = 0; i < GATE_SHUN_HAND; i++) {
        const struct by_hand *hand = &shun->hand[i];

        if (hand->until > now && hand->until > until && sk_net_has(&hand->who, source))
            until = hand->until;
    }
    return until;
}

static void
count(uint32_t *number)
{
    __atomic_fetch_add(number, 1, __ATOMIC_RELAXED);
}

int64_t
gate_shun_look(struct gate_shun *shun, char id[GATE_SHUN_ID + 1], const struct sk_net *source,
               int64_t now)
{
    struct entry *entry = NULL;
    int64_t until = 0;

    id[0] = id[GATE_SHUN_ID] = '\0';
    if (__atomic_load_n(&shun->hands, __ATOMIC_RELAXED) > 0) until = hand_until(shun, source, now);
    if (__atomic_load_n(&shun->used, __ATOMIC_RELAXED) > 0) entry = entry_find(shun, source);
    if (entry) count(&entry->requests);
    if (entry && __atomic_load_n(&entry->until, __ATOMIC_ACQUIRE) > now) {
        count(&entry->turned_away);
        if (until == 0) memcpy(id, entry->id, GATE_SHUN_ID);
        if (entry->until > until) until = entry->until;
    }
    if (until > 0) __atomic_fetch_add(&shun->turned_away, 1, __ATOMIC_RELAXED);
    return until;
}

/* ── strikes ── */

static uint32_t
strikes_left(const struct entry *entry, int64_t now)
{
    int64_t gone = now > entry->at ? (now - entry->at) / GATE_SHUN_WEAR : 0;

    return gone >= entry->strikes ? 0 : entry->strikes - (uint32_t)gone;
}

/* How sorry one would be to forget it: the time for which it is shut out, or its strikes. */
static int64_t
weight(const struct entry *entry, int64_t now)
{
    if (entry->who.bits == 0) return -2;
    if (entry->until > now) return 1000000 + (entry->until - now);
    if (entry->times > 0 && now - entry->until < GATE_SHUN_FORGIVE)
        return 1000 + strikes_left(entry, now);
    return strikes_left(entry, now) == 0 ? -1 : (int64_t)strikes_left(entry, now);
}

static struct entry *
entry_make(struct gate_shun *shun, const struct sk_net *who, int64_t now)
{
    struct entry *bucket = bucket_of(shun, who), *weakest = bucket;

    for (unsigned i = 1; i < GATE_SHUN_WAYS; i++)
        if (weight(&bucket[i], now) < weight(weakest, now)) weakest = &bucket[i];
    /* readers hold no lock: first it is nobody's, then it is made, then it is somebody's */
    __atomic_store_n(&weakest->until, 0, __ATOMIC_RELEASE);
    memset(weakest, 0, sizeof *weakest);
    weakest->at = now;
    weakest->requests = 1;
    memcpy(weakest->who.byte, who->byte, sizeof who->byte);
    __atomic_store_n(&weakest->who.bits, who->bits, __ATOMIC_RELEASE);
    __atomic_store_n(&shun->used, 1, __ATOMIC_RELAXED);
    return weakest;
}

static void
event_add(struct gate_shun *shun, const struct event *event)
{
    uint64_t number = shun->events + 1;
    struct event *slot = &shun->event[number % GATE_SHUN_EVENTS];

    *slot = *event;
    slot->number = number;
    shun->events = number;
}

static void
shut_out(struct gate_shun *shun, const struct gate_shun_rules *rules, struct entry *entry,
         int64_t now)
{
    int64_t span;

    if (entry->times > 0 && now - entry->until > GATE_SHUN_FORGIVE) entry->times = 0;
    span = spans[entry->times < SPANS ? entry->times : SPANS - 1];
    if (span > rules->longest) span = rules->longest;
    if (entry->times < UINT16_MAX) entry->times++;
    entry->since = now;
    entry->strikes = entry->requests = entry->turned_away = 0;
    __atomic_store_n(&entry->until, now + span, __ATOMIC_RELEASE);
    event_add(shun, &(struct event){ .who = entry->who,
                                     .what = SHUT_OUT,
                                     .why = entry->why,
                                     .times = entry->times,
                                     .at = now,
                                     .until = now + span });
    memcpy(shun->event[shun->events % GATE_SHUN_EVENTS].id, entry->id, GATE_SHUN_ID);
}

/* Whether the strike counts: see the limits above. */
static bool
strike_counts(struct entry *entry, int64_t now)
{
    uint32_t left = strikes_left(entry, now);

    if (left == 0 && entry->strikes > 0) entry->requests = 1; /* worn off: what follows is new */
    entry->strikes = left;
    if (entry->at != now) entry->this_second = 0;
    if (entry->this_second >= GATE_SHUN_A_SECOND) {
        if (entry->requests > 0) entry->requests--; /* it is not one of the others, either */
        return false;
    }
    entry->this_second++;
    entry->strikes++;
    entry->at = now;
    return true;
}

bool
gate_shun_strike(struct gate_shun *shun, const struct gate_shun_rules *rules,
                 const struct sk_net *source, int64_t now, enum gate_shun_why why, sk_str id)
{
    struct entry *entry = entry_find(shun, source);

    if (!entry) entry = entry_make(shun, source, now);
    if (entry->until > now || !strike_counts(entry, now)) return false;
    if (entry->strikes < rules->strikes || entry->requests / GATE_SHUN_SHARE > entry->strikes)
        return false;
    entry->why = (uint8_t)why;
    memset(entry->id, 0, sizeof entry->id);
    if (id.n > 0) memcpy(entry->id, id.p, id.n < GATE_SHUN_ID ? id.n : GATE_SHUN_ID);
    shut_out(shun, rules, entry, now);
    return true;
}

/* ── by hand ── */

static struct by_hand *
hand_find(struct gate_shun *shun, const struct sk_net *net, int64_t now)
{
    struct by_hand *free = NULL;

    for (unsigned i = 0; i < GATE_SHUN_HAND; i++) {
        struct by_hand *hand = &shun->hand[i];

        if (hand->until > now && same(&hand->who, net)) return hand;
        if (hand->until <= now && !free) free = hand;
    }
    return free;
}

sk_err
gate_shun_add(struct gate_shun *shun, const struct sk_net *net, int64_t now, int64_t seconds)
{
    struct by_hand *hand = hand_find(shun, net, now);

    if (!hand) return sk_fail(SK_FULL, "%d networks are shut out by hand already", GATE_SHUN_HAND);
    __atomic_store_n(&hand->until, 0, __ATOMIC_RELEASE);
    hand->who = *net;
    hand->since = now;
    __atomic_store_n(&hand->until, now + seconds, __ATOMIC_RELEASE);
    __atomic_store_n(&shun->hands, 1, __ATOMIC_RELEASE);
    event_add(shun, &(struct event){ .who = *net,
                                     .what = ADDED,
                                     .why = GATE_SHUN_OWNER,
                                     .at = now,
                                     .until = now + seconds });
    return sk_ok();
}

static void
released(struct gate_shun *shun, const struct sk_net *who, int64_t now)
{
    event_add(shun,
              &(struct event){ .who = *who, .what = RELEASED, .why = GATE_SHUN_OWNER, .at = now });
}

unsigned
gate_shun_release(struct gate_shun *shun, const struct sk_net *net, int64_t now)
{
    unsigned found = 0;

    for (unsigned i = 0; i < GATE_SHUN_HAND; i++)
        if (shun->hand[i].until > now && sk_net_has(net, &shun->hand[i].who)) {
            shun->hand[i].until = 0;
            released(shun, &shun->hand[i].who, now);
            found++;
        }
    for (uint64_t i = 0; i < shun->buckets * GATE_SHUN_WAYS; i++) {
        struct entry *entry = &shun->entries[i];

        if (entry->until <= now || !sk_net_has(net, &entry->who)) continue;
        released(shun, &entry->who, now);
        __atomic_store_n(&entry->until, 0, __ATOMIC_RELEASE);
        entry->who.bits = 0;
        found++;
    }
    return found;
}

/* ── telling ── */

static void
id_json(struct sk_json_writer *w, const char id[GATE_SHUN_ID])
{
    if (id[0]) sk_json_str(w, "id", (sk_str){ id, strnlen(id, GATE_SHUN_ID) });
}

static void
entry_json(struct sk_json_writer *w, const struct entry *entry, sk_arena *mem)
{
    sk_json_object(w, NULL);
    sk_json_str(w, "who", sk_net_text(mem, &entry->who));
    sk_json_text(w, "why", entry->why <= GATE_SHUN_OWNER ? whys[entry->why] : "");
    sk_json_int(w, "since", entry->since);
    sk_json_int(w, "until", entry->until);
    sk_json_int(w, "times", entry->times);
    sk_json_int(w, "turned_away", entry->turned_away);
    id_json(w, entry->id);
    sk_json_end_object(w);
}

static void
event_json(struct sk_json_writer *w, const struct event *event, sk_arena *mem)
{
    static const char *const names[] = {
        [SHUT_OUT] = "shut_out", [ADDED] = "added", [RELEASED] = "released"
    };

    sk_json_object(w, NULL);
    sk_json_int(w, "number", (int64_t)event->number);
    sk_json_text(w, "what", names[event->what]);
    sk_json_str(w, "who", sk_net_text(mem, &event->who));
    sk_json_text(w, "why", whys[event->why]);
    sk_json_int(w, "at", event->at);
    if (event->until) sk_json_int(w, "until", event->until);
    sk_json_int(w, "times", event->times);
    id_json(w, event->id);
    sk_json_end_object(w);
}

static void
events_json(struct sk_json_writer *w, const struct gate_shun *shun, sk_arena *mem, uint64_t after)
{
    uint64_t number = shun->events > GATE_SHUN_EVENTS ? shun->events - GATE_SHUN_EVENTS + 1 : 1;

    if (after >= number) number = after + 1;
    sk_json_array(w, "events");
    for (; number <= shun->events; number++)
        event_json(w, &shun->event[number % GATE_SHUN_EVENTS], mem);
    sk_json_end_array(w);
}

/* Of the seed, which must stay a secret, its digest. */
static void
list_json(struct sk_json_writer *w, const struct gate_shun *shun, sk_arena *mem)
{
    unsigned char digest[SK_SHA256];

    sk_sha256(digest, (sk_str){ (const char *)&shun->seed, sizeof shun->seed });
    sk_json_str(w, "list", sk_hex(mem, (sk_str){ (const char *)digest, 8 }));
}

void
gate_shun_json(struct sk_json_writer *w, const struct gate_shun *shun, sk_arena *mem, int64_t now,
               int64_t after)
{
    /* its name; another one when the memory was made anew, and numbers begin with 1 again */
    list_json(w, shun, mem);
    sk_json_int(w, "turned_away", (int64_t)__atomic_load_n(&shun->turned_away, __ATOMIC_RELAXED));
    sk_json_array(w, "shut_out");
    for (unsigned i = 0; i < GATE_SHUN_HAND; i++) {
        const struct by_hand *hand = &shun->hand[i];
        struct entry shown = {
            .who = hand->who, .why = GATE_SHUN_OWNER, .since = hand->since, .until = hand->until
        };

        if (hand->until > now) entry_json(w, &shown, mem);
    }
    for (uint64_t i = 0; i < shun->buckets * GATE_SHUN_WAYS; i++)
        if (shun->entries[i].until > now) entry_json(w, &shun->entries[i], mem);
    sk_json_end_array(w);
    events_json(w, shun, mem, after > 0 ? (uint64_t)after : 0);
}
