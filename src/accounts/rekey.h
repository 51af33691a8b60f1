/* Changing the accounts key (seal.h). A job with a row, as mass resets are: a new key is added to
 * the file, everything sealed is sealed again with it and indexed anew, in steps that go on after a
 * restart where they were; until then both keys open. Then the older key is taken out of the file,
 * once nothing needs it.
 *
 * What only the owner knows cannot be made anew without him: a password's hash is when he signs in
 * next (password.h), recovery codes are when he makes new ones; links, codes and proofs end by
 * themselves. The older key stays until then, or until what is left after so many days is made
 * void. */
#ifndef SK_ACCOUNTS_REKEY_H
#define SK_ACCOUNTS_REKEY_H

#include "accounts/actor.h"
#include "accounts/visitor.h"

enum {
    ACCOUNTS_REKEY_STEP = 200,        /* rows of one step: some 20 ms of the store's lock */
    ACCOUNTS_REKEY_GRACE = 30 * 1000, /* ms: a request that began before has ended */
    ACCOUNTS_REKEY_DAYS_MAX = 3650,
};

/* What a key is still needed for. */
struct accounts_key_use {
    uint32_t number;
    bool newest;
    int64_t passwords, codes; /* hashes: they wait for their owners */
    int64_t passing;          /* links, codes, proofs that are under way */
    int64_t sealed;           /* accounts that are still to be sealed anew */
};

enum accounts_pace { ACCOUNTS_IDLE, ACCOUNTS_SOON, ACCOUNTS_ON };

/* Adds a key and makes the row; *job is its id. `days`: 0: nothing is made void. SK_DENIED: not the
 * command line; SK_BUSY: it goes on already; SK_FULL: ACCOUNTS_KEYS_MAX keys are there; SK_BAD. */
sk_err accounts_rekey(sk_str *job, sk_arena *mem, struct accounts *house,
                      const struct accounts_visitor *visitor, const struct accounts_actor *actor,
                      int64_t days) SK_CHECKED;
/* Newest first. */
sk_err accounts_rekey_uses(struct accounts_key_use uses[ACCOUNTS_KEYS_MAX], size_t *count,
                           struct accounts *house, sk_when now) SK_CHECKED;

/* One step of a running job; where none runs, keys that nothing needs any more go. *pace: when the
 * next one is due. */
sk_err accounts_rekey_step(enum accounts_pace *pace, struct accounts *house,
                           sk_when now) SK_CHECKED;

#endif
