/* How often something has happened lately, for a great many somethings: failed sign-ins of an
 * account, of a source, of a network, of a site.
 *
 * A window slides: what happened in the window before this one counts by the share of it that is
 * still within the last `window` seconds. Lies in memory that workers share, in buckets; a full one
 * forgets who has least. Keys are digests made with a secret, so that what lies there tells no
 * account's name, and nobody can choose who shares a bucket. Callers hold a lock. */
#ifndef SEKISHO_GATE_LIMIT_H
#define SEKISHO_GATE_LIMIT_H

#include "base/str.h"

enum { GATE_LIMIT_KEY = 16, GATE_LIMIT_WAYS = 16, GATE_LIMIT_SECRET = 32 };

struct gate_limit_key {
    unsigned char byte[GATE_LIMIT_KEY];
};

struct gate_limit;

/* Bytes for one bucket more than none. */
size_t gate_limit_least(void);
/* `memory` is zeroed or already one of the same size; `secret` is for a zeroed one. */
struct gate_limit *gate_limit_in(void *memory, size_t size,
                                 const unsigned char secret[GATE_LIMIT_SECRET]);
/* The key of a thing of some kind: ("account", "shop /wp-login.php", "hanako"). */
struct gate_limit_key gate_limit_key(const struct gate_limit *limit, sk_str kind, sk_str place,
                                     sk_str thing);
/* How often within the last `window` seconds; rounded up. */
unsigned gate_limit_count(const struct gate_limit *limit, const struct gate_limit_key *key,
                          int64_t now, int64_t window);
/* It happens once more, or (`by` -1) did not happen after all. */
void gate_limit_add(struct gate_limit *limit, const struct gate_limit_key *key, int64_t now,
                    int64_t window, int by);

#endif
