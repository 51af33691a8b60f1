#include "keeper/people.h"

#include "base/hash.h"

#include <stdlib.h>

enum { SIZE_FIRST = 16 };

const sk_when keeper_window_length[KEEPER_WINDOWS] = { 1000, 3600 * 1000, 24 * 3600 * 1000 };

struct keeper_who
keeper_who_of(const struct keeper_id *id)
{
    return (struct keeper_who){
        .id = *id,
        .hash = (uint32_t)sk_hash((sk_str){ id->text, sizeof id->text }),
    };
}

void
keeper_people_init(struct keeper_people *people, const sk_when *length, size_t windows)
{
    *people = (struct keeper_people){ .length = length, .windows = windows };
}

void
keeper_people_clear(struct keeper_people *people)
{
    free(people->seen);
    free(people->head);
    keeper_people_init(people, people->length, people->windows);
}

/* ── the table ── */

static uint32_t *
chain_of(const struct keeper_people *people, uint32_t hash)
{
    return &people->head[hash & (people->size - 1)];
}

static uint32_t
find(const struct keeper_people *people, const struct keeper_who *who)
{
    uint32_t at = people->size ? *chain_of(people, who->hash) : 0;

    while (at && (people->seen[at].hash != who->hash ||
                  memcmp(&people->seen[at].id, &who->id, sizeof who->id) != 0))
        at = people->seen[at].chain;
    return at;
}

static void
chain_add(struct keeper_people *people, uint32_t at)
{
    uint32_t *head = chain_of(people, people->seen[at].hash);

    people->seen[at].chain = *head;
    *head = at;
}

static void
chain_remove(struct keeper_people *people, uint32_t at)
{
    uint32_t *link = chain_of(people, people->seen[at].hash);

    while (*link != at)
        link = &people->seen[*link].chain;
    *link = people->seen[at].chain;
}

static bool
grow(struct keeper_people *people)
{
    uint32_t size = people->size ? people->size * 2 : SIZE_FIRST;
    struct keeper_seen *seen = realloc(people->seen, (size + 1) * sizeof *seen);
    uint32_t *head;

    if (!seen) return false;
    people->seen = seen;
    head = calloc(size, sizeof *head);
    if (!head) return false;
    free(people->head);
    people->head = head;
    people->size = size;
    for (uint32_t at = people->oldest; at; at = people->seen[at].after)
        chain_add(people, at);
    return true;
}

/* A free place; 0: no memory. */
static uint32_t
place_take(struct keeper_people *people)
{
    uint32_t at = people->free;

    if (at) {
        people->free = people->seen[at].after;
        return at;
    }
    if (people->used == people->size && !grow(people)) return 0;
    return ++people->used;
}

/* ── the list ── */

static void
list_add(struct keeper_people *people, uint32_t at)
{
    struct keeper_seen *seen = &people->seen[at];

    seen->before = people->newest;
    seen->after = 0;
    if (people->newest)
        people->seen[people->newest].after = at;
    else
        people->oldest = at;
    people->newest = at;
}

static void
list_remove(struct keeper_people *people, uint32_t at)
{
    const struct keeper_seen *seen = &people->seen[at];

    if (seen->before)
        people->seen[seen->before].after = seen->after;
    else
        people->oldest = seen->after;
    if (seen->after)
        people->seen[seen->after].before = seen->before;
    else
        people->newest = seen->before;
}

/* Windows lose their oldest, one by one. */
static void
window_move(struct keeper_people *people, size_t window, sk_when now)
{
    sk_when edge = now - people->length[window];
    uint32_t at = people->first[window];

    for (; at && people->seen[at].last <= edge; at = people->seen[at].after)
        people->count[window]--;
    people->first[window] = at;
}

size_t
keeper_people_move(struct keeper_people *people, sk_when now)
{
    size_t dropped = 0;
    uint32_t keep;

    for (size_t w = 0; w < people->windows; w++)
        window_move(people, w, now);
    keep = people->first[people->windows - 1];
    for (uint32_t at = people->oldest; at != keep; at = people->oldest, dropped++) {
        list_remove(people, at);
        chain_remove(people, at);
        people->seen[at].after = people->free;
        people->free = at;
    }
    return dropped;
}

/* ── people ── */

sk_when
keeper_people_last(const struct keeper_people *people, const struct keeper_who *who)
{
    uint32_t at = find(people, who);

    return at ? people->seen[at].last : INT64_MIN;
}

unsigned
keeper_people_misses(const struct keeper_people *people, const struct keeper_who *who, sk_when now)
{
    uint32_t at = find(people, who);
    unsigned misses = 0;

    for (size_t w = 0; w < people->windows; w++)
        if (!at || people->seen[at].last <= now - people->length[w]) misses |= 1u << w;
    return misses;
}

/* Takes them out of the list, and out of the windows that they are in. */
static void
lift(struct keeper_people *people, uint32_t at)
{
    for (size_t w = 0; w < people->windows; w++) {
        uint32_t first = people->first[w];

        if (first == 0 || people->seen[at].last < people->seen[first].last) continue;
        /* of two read in the same millisecond the list's order decides: both are inside or not */
        if (first == at) people->first[w] = people->seen[at].after;
        people->count[w]--;
    }
    list_remove(people, at);
}

bool
keeper_people_see(bool *fresh, struct keeper_people *people, const struct keeper_who *who,
                  sk_when when)
{
    uint32_t at = find(people, who);

    *fresh = at == 0;
    if (at) {
        lift(people, at);
    } else {
        at = place_take(people);
        if (!at) return false;
        people->seen[at] = (struct keeper_seen){ .id = who->id, .hash = who->hash };
        chain_add(people, at);
    }
    people->seen[at].last = when;
    list_add(people, at);
    for (size_t w = 0; w < people->windows; w++) {
        people->count[w]++;
        if (people->first[w] == 0) people->first[w] = at;
    }
    return true;
}
