/* Sources that attack over several requests are shut out for a growing while.
 *
 * A source is an IPv4 address or an IPv6 /64. Each attack is a strike; strikes wear off, one a
 * minute. Whoever has gathered too many is shut out: the first time for a minute, then for five,
 * then for half an hour, and so on up to a limit; a day without strikes and it begins anew.
 *
 * Behind one address there may be a thousand people (a carrier's NAT, a school). So strikes count
 * only where at least one in GATE_SHUN_SHARE requests of the source is an attack: among the
 * requests of a thousand people those of one do not count, and are refused one by one as before.
 * And at most GATE_SHUN_A_SECOND strikes count in a second: a page that makes a visitor's browser
 * send ten bad requests at once does not shut the visitor out.
 *
 * Lies in memory that workers share, in buckets, as shelf.h's. A full bucket forgets the weakest:
 * first who has no strikes left, then who is not shut out, then who is for the shortest time.
 * Looking takes no lock; all else is for callers that hold one. Times are seconds since 1970. */
#ifndef SEKISHO_GATE_SHUN_H
#define SEKISHO_GATE_SHUN_H

#include "base/json.h"
#include "base/net.h"

enum {
    GATE_SHUN_WAYS = 16,
    GATE_SHUN_HAND = 64,    /* networks shut out by hand */
    GATE_SHUN_EVENTS = 256, /* the last ones are kept */
    GATE_SHUN_SHARE = 5,
    GATE_SHUN_A_SECOND = 2,
    GATE_SHUN_WEAR = 60,       /* seconds for a strike to wear off */
    GATE_SHUN_FORGIVE = 86400, /* seconds without being shut out until it begins anew */
    GATE_SHUN_LIFE = 3600,     /* seconds that the owner shuts somebody out, if not said */
    GATE_SHUN_ID = 26          /* characters of a request's id */
};

enum gate_shun_why { GATE_SHUN_RULES, GATE_SHUN_ADMIN, GATE_SHUN_LOGIN, GATE_SHUN_OWNER };

struct gate_shun_rules {
    unsigned strikes; /* from so many on */
    int64_t longest;  /* seconds */
};

struct gate_shun;

/* Bytes for one bucket more than none. */
size_t gate_shun_least(void);
/* `memory` is zeroed or already one of the same size. `seed` is for a zeroed one: secret, so that
 * nobody can choose who shares a bucket. Borrowed by it. */
struct gate_shun *gate_shun_in(void *memory, size_t size, uint64_t seed);

/* Until when the source is shut out; 0: it is not. Counts the request. *id is that of the request
 * that was the last straw, empty where the owner did it. */
int64_t gate_shun_look(struct gate_shun *shun, char id[GATE_SHUN_ID + 1],
                       const struct sk_net *source, int64_t now);
/* An attack, the request `id`. True: the source is shut out from now on. */
bool gate_shun_strike(struct gate_shun *shun, const struct gate_shun_rules *rules,
                      const struct sk_net *source, int64_t now, enum gate_shun_why why, sk_str id);
/* The owner's: any network. SK_FULL: GATE_SHUN_HAND are shut out so already. */
sk_err gate_shun_add(struct gate_shun *shun, const struct sk_net *net, int64_t now,
                     int64_t seconds) SK_CHECKED;
/* All that is shut out within `net` comes back, and begins anew. How many; 0: nobody was. */
unsigned gate_shun_release(struct gate_shun *shun, const struct sk_net *net, int64_t now);

/* Adds "list":"...", "turned_away":n, "shut_out":[{who, why, since, until, times, turned_away, id}]
 * and "events":[{number, what, who, why, at, until, times, id}], those behind `after`, to an open
 * object; times in seconds since 1970. Events are numbered from 1 without gaps; what is older than
 * the last GATE_SHUN_EVENTS is gone. */
void gate_shun_json(struct sk_json_writer *w, const struct gate_shun *shun, sk_arena *mem,
                    int64_t now, int64_t after);

#endif
