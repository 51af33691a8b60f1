/* The record of a reading: whose data of which kinds, grouped by the kinds, at most
 * KEEPER_RECORD_PEOPLE a record. */
#ifndef SK_KEEPER_RECORD_H
#define SK_KEEPER_RECORD_H

#include "keeper/judge.h"

enum { KEEPER_RECORD_PEOPLE = 250 };

struct keeper_seen {
    struct keeper_id person_id;
    unsigned kinds; /* bits */
    unsigned values;
};

/* One row a person, of `seen` as it comes (kinds of one person in several rows); in order of kinds.
 * Returns how many. */
size_t keeper_seen_group(struct keeper_seen *seen, size_t count);
/* `seen` is grouped. NO_LEDGER: not all of it is on disk. */
enum keeper_word keeper_seen_tell(const struct keeper_judged *judged, struct keeper_desk *desk,
                                  const char *action, sk_str purpose, const char *show,
                                  const struct keeper_seen *seen, size_t count) SK_CHECKED;
/* The details of one record, for tests. */
sk_str keeper_seen_text(sk_arena *mem, sk_str purpose, const char *show, sk_str route,
                        const struct keeper_seen *seen, size_t count);

#endif
