/* Failures, counted by whom they hit and by whence they come, and what follows (GATE-08, ACC-04).
 *
 *     account   6 failures of browsers that the account does not know: a lock for them, each longer
 *               than the one before
 *     device    the same for one browser that it does know, by itself: an attacker elsewhere cannot
 *               lock the owner out
 *     source    an IPv4 address or an IPv6 /64
 *     network   a /24 or a /48
 *     realm     everybody: many accounts failing at once are somebody's list of stolen passwords
 *
 * An account is counted by the index of its address, so one that does not exist is counted, locked
 * and released like any other. A browser that the account knows is asked for nothing more on behalf
 * of its network. */
#ifndef SK_ACCOUNTS_LIMIT_H
#define SK_ACCOUNTS_LIMIT_H

#include "accounts/conf.h"
#include "base/net.h"
#include "part/store.h"

enum accounts_limit {
    ACCOUNTS_LIMIT_ACCOUNT,
    ACCOUNTS_LIMIT_DEVICE,
    ACCOUNTS_LIMIT_SOURCE,
    ACCOUNTS_LIMIT_NETWORK,
    ACCOUNTS_LIMIT_REALM,
    ACCOUNTS_LIMITS
};

struct accounts_limit_row {
    const char *name;
    sk_when window;    /* ms in which failures are counted together */
    int64_t challenge; /* from so many on, a proof of work is asked for; 0: never */
    int64_t lock;      /* so many lock; 0: never. Of account and device: the configuration's */
    sk_when first;     /* ms of the first lock; 0: the configuration's */
};
extern const struct accounts_limit_row accounts_limits[ACCOUNTS_LIMITS];

enum { ACCOUNTS_LOCKS_LISTED = 500 };

/* One attempt to sign in, before anything is known of it. */
struct accounts_try {
    enum accounts_realm realm;
    sk_str subject; /* the address's index */
    sk_str account; /* acc_; empty: nobody */
    sk_str device;  /* dev_, known to the account; empty: not known */
    struct sk_net client;
};

struct accounts_verdict {
    bool locked;    /* for this browser: looks like a failure, whatever the password */
    bool refused;   /* this source or network has to wait: said openly */
    bool challenge; /* a proof of work is due */
    sk_when until;  /* of `refused` */
};

sk_err accounts_limit_look(struct accounts_verdict *verdict, sk_arena *mem,
                           struct part_store *store, const struct accounts_try *attempt,
                           sk_when now) SK_CHECKED;

/* What a failure set off: 0 where nothing was locked by it. */
struct accounts_locked {
    sk_when until[ACCOUNTS_LIMITS];
};
/* Counts a failure; belongs into part_store_write(). */
sk_err accounts_limit_failed(struct accounts_locked *locked, sk_arena *mem,
                             struct part_store *store, const struct accounts_conf *conf,
                             const struct accounts_try *attempt, sk_when now) SK_CHECKED;
/* Somebody signed in: the counters of the account, or of its known browser, begin anew. Those of
 * the source do not, or an attacker would sign in to his own account between two tries. */
sk_err accounts_limit_passed(struct part_store *store,
                             const struct accounts_try *attempt) SK_CHECKED;

/* For the console. Subjects of accounts and devices are shown as account ids. */
struct accounts_lock {
    enum accounts_limit kind;
    sk_str subject, account;
    sk_when until;
    int64_t locks; /* in a row */
};
sk_err accounts_limit_list(struct accounts_lock *list, size_t *count, size_t most, sk_arena *mem,
                           struct part_store *store, sk_when now) SK_CHECKED;
/* Lifts every lock of an account; *count were there. */
sk_err accounts_limit_lift(int64_t *count, struct part_store *store, sk_str account) SK_CHECKED;
/* Lifts the lock of a source or network ("203.0.113.0/24"). SK_MISSING. */
sk_err accounts_limit_lift_source(struct part_store *store, sk_str subject) SK_CHECKED;
/* Notes that a puzzle was solved; *first is false when it had been before. */
sk_err accounts_limit_spend(bool *first, struct part_store *store, sk_str challenge,
                            sk_when until) SK_CHECKED;
sk_err accounts_limit_sweep(struct part_store *store, sk_when now) SK_CHECKED;

#endif
