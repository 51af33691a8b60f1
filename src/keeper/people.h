/* Distinct people in sliding windows, exactly: who was read when, by the clock's millisecond. One
 * of these stands for each scope of a budget (a principal with a purpose, a tenant with a purpose
 * ...).
 *
 *     oldest ── ── ── ─┬─ ── ── ─┬─ ── newest      one list, in order of the last reading; reading
 *                      day      hour  second       somebody again moves them to its end
 *
 * Each window is a place in that list and a count of those behind it. Moving on with the clock
 * drops whom the longest window has lost, so memory is what the day's limit allows. All is O(1)
 * amortised for a person. Not thread-safe: its owner has a lock. */
#ifndef SK_KEEPER_PEOPLE_H
#define SK_KEEPER_PEOPLE_H

#include "keeper/purpose.h"

/* Hash of a person, made once for all scopes. */
struct keeper_who {
    struct keeper_id id;
    uint32_t hash;
};
struct keeper_who keeper_who_of(const struct keeper_id *id);

struct keeper_seen {
    struct keeper_id id;
    uint32_t hash, chain, before, after; /* places; 0: none */
    sk_when last;
};

struct keeper_people {
    const sk_when *length;          /* ms of each window, ascending; static */
    size_t windows;                 /* how many */
    struct keeper_seen *seen;       /* places from 1 */
    uint32_t *head;                 /* of the hash's chains, a power of two */
    uint32_t size, used, free;      /* places there are; ever given out; the first given back */
    uint32_t oldest, newest;        /* of the list */
    uint32_t first[KEEPER_WINDOWS]; /* the oldest inside; 0: nobody is */
    uint32_t count[KEEPER_WINDOWS];
};

extern const sk_when keeper_window_length[KEEPER_WINDOWS]; /* a second, an hour, a day */

void keeper_people_init(struct keeper_people *people, const sk_when *length, size_t windows);
void keeper_people_clear(struct keeper_people *people);
/* Drops whom the windows that end at `now` have lost; who was read exactly a window's length ago is
 * outside. Returns how many it dropped of the longest. `now` never goes back. */
size_t keeper_people_move(struct keeper_people *people, sk_when now);
/* The windows that they are new to, as bits; after keeper_people_move(now). */
unsigned keeper_people_misses(const struct keeper_people *people, const struct keeper_who *who,
                              sk_when now);
/* When they were read last; INT64_MIN: not within the longest window. */
sk_when keeper_people_last(const struct keeper_people *people, const struct keeper_who *who);
/* Notes a reading; `when` is not before any other's. False: there is no memory. True in *fresh:
 * they were not in it. */
bool keeper_people_see(bool *fresh, struct keeper_people *people, const struct keeper_who *who,
                       sk_when when) SK_CHECKED;

#endif
