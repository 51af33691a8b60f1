/* Signing in: what is given is compared, counted, told and written down, and a session comes of it.
 * Knows requests only as a visitor and pages not at all; every way in (password, mailed code,
 * second factor, invitation) ends in the same few functions.
 *
 * The ledger knows before the browser does: where it cannot be told, nobody is let in, and a wrong
 * password is answered like a right one. */
#ifndef SK_ACCOUNTS_SIGN_IN_H
#define SK_ACCOUNTS_SIGN_IN_H

#include "accounts/limit.h"
#include "accounts/visitor.h"

enum accounts_step {
    ACCOUNTS_STEP_IN,     /* signed in: set the cookies */
    ACCOUNTS_STEP_FACTOR, /* set the cookie; the second factor is next */
    ACCOUNTS_STEP_ENROL,  /* set the cookie; a second factor has to be set up first */
    ACCOUNTS_STEP_RESET,  /* right, but void: a letter for a new password is on its way */
    ACCOUNTS_STEP_WRONG,  /* wrong, unknown, closed or locked: nobody is told which */
    ACCOUNTS_STEP_OVER,   /* the mailed code is too old, used, or tried too often */
    ACCOUNTS_STEP_WAIT,   /* this source or network has to wait until `until` */
    ACCOUNTS_STEP_WORK,   /* a proof of work is due */
    ACCOUNTS_STEPS
};

/* What became of it. On the arena. */
struct accounts_signed {
    enum accounts_step step;
    struct accounts_session session; /* of the first three */
    sk_str cookie;                   /* its cookie */
    sk_str device;                   /* the browser's new cookie; empty: unchanged */
    sk_str data;                     /* of a mailed code: what was kept with it */
    sk_when until;
};

struct accounts_given {
    sk_str email;  /* as typed */
    sk_str tenant; /* a shop's slug; empty: not said */
    sk_str password;
    bool worked; /* a proof of work came with it */
};

/* Address and password. */
sk_err accounts_sign_in(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                        const struct accounts_visitor *visitor,
                        const struct accounts_given *given) SK_CHECKED;

/* Asks for a mailed code (realms with mailed_code). IN means: if that is somebody's address, a
 * letter is on its way; *flow is the cookie to set. WAIT and WORK as above. `data` comes back with
 * the code. */
sk_err accounts_sign_in_code_ask(struct accounts_signed *out, sk_str *flow, sk_arena *mem,
                                 struct accounts *house, const struct accounts_visitor *visitor,
                                 const struct accounts_given *given, sk_str data) SK_CHECKED;
sk_err accounts_sign_in_code(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                             const struct accounts_visitor *visitor, sk_str flow,
                             sk_str typed) SK_CHECKED;

/* Asks for a link that sets a new password; IN means: if that is somebody's address, a letter is on
 * its way. */
sk_err accounts_reset_ask(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                          const struct accounts_visitor *visitor,
                          const struct accounts_given *given) SK_CHECKED;

/* --- the second factor, of a session that waits for it --- */

/* Before comparing: whether this browser is locked for the account; then whatever is shown counts
 * as wrong. */
sk_err accounts_second_locked(bool *locked, sk_arena *mem, struct accounts *house,
                              const struct accounts_visitor *visitor,
                              const struct accounts_session *session) SK_CHECKED;
/* It was right: a new session at level 2. `method` is its name: "totp", "passkey", "recovery". A
 * session that is complete already (level 1 or 2) is raised in the same way. */
sk_err accounts_second_passed(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                              const struct accounts_visitor *visitor,
                              const struct accounts_session *session,
                              const char *method) SK_CHECKED;
/* It was wrong: counted like a wrong password. */
sk_err accounts_second_failed(sk_arena *mem, struct accounts *house,
                              const struct accounts_visitor *visitor,
                              const struct accounts_session *session,
                              const char *method) SK_CHECKED;

/* --- other ways in --- */

/* An account that proved itself otherwise (an invitation's or a reset's link, with a new password
 * set): goes on as after a right password. */
sk_err accounts_sign_in_as(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                           const struct accounts_visitor *visitor, const struct account *account,
                           const char *method) SK_CHECKED;

#endif
