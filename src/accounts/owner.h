/* What the owner of an account does to it: ending sessions, changing and voiding the password. Each
 * is recorded; ending is done even where it cannot be. */
#ifndef SK_ACCOUNTS_OWNER_H
#define SK_ACCOUNTS_OWNER_H

#include "accounts/visitor.h"

/* Ends one session of the account (id), all others but `id` (others), or all (id empty). `reason`
 * is a word of ours. *count were ended. Who acts: the session's owner, or `by`. */
struct accounts_ending {
    sk_str account, tenant;
    sk_str id; /* ses_ */
    bool others;
    sk_str by, role;    /* who acts */
    const char *reason; /* "owner", "operator", "password", "stop", "right", "removed" */
};
sk_err accounts_end(int64_t *count, sk_arena *mem, struct accounts *house,
                    const struct accounts_visitor *visitor,
                    const struct accounts_ending *ending) SK_CHECKED;

/* Hashes and stores a new password of an account, ends its sessions but `keep` (empty: all), its
 * unused links and, after a reset, the browsers it knows; recorded before it is committed. */
struct accounts_new_password {
    sk_str password;
    sk_str keep;   /* ses_ that goes on */
    bool forget;   /* the known browsers, too */
    bool activate; /* an invitation is accepted by it */
};
sk_err accounts_set_password(sk_arena *mem, struct accounts *house,
                             const struct accounts_visitor *visitor, const struct account *account,
                             const struct accounts_new_password *fresh) SK_CHECKED;

/* Voids the password, ends every session, link and known browser, calls a reset of its factors off,
 * and asks for a letter that sets a new one. */
sk_err accounts_stop_all(sk_arena *mem, struct accounts *house,
                         const struct accounts_visitor *visitor, const struct account *account,
                         const char *reason) SK_CHECKED;

#endif
