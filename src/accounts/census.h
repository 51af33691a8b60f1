/* How many people, sessions and locks there are, and how passwords are kept: numbers alone. */
#ifndef SK_ACCOUNTS_CENSUS_H
#define SK_ACCOUNTS_CENSUS_H

#include "accounts/house.h"

enum { ACCOUNTS_WAYS_COUNTED = 32 };

struct accounts_census {
    int64_t people[ACCOUNTS_REALMS]; /* active accounts */
    int64_t signed_in[ACCOUNTS_REALMS];
    int64_t locks;
};
sk_err accounts_census(struct accounts_census *census, struct accounts *house,
                       sk_when now) SK_CHECKED;

/* "pbkdf2-sha512$k=1,i=210000": so many passwords are kept so. The most frequent first. */
struct accounts_way_kept {
    sk_str way;
    int64_t count;
};
/* Looks at every account: for whoever asks for it. */
sk_err accounts_census_passwords(struct accounts_way_kept list[ACCOUNTS_WAYS_COUNTED],
                                 size_t *count, int64_t *without, sk_arena *mem,
                                 struct accounts *house) SK_CHECKED;

#endif
