/* Sessions: who is signed in where. A row a session, found by the digest of its cookie; nothing is
 * cached, so what is ended here is ended for the next request. A session has a site: its cookie is
 * nothing on another. Every change of level makes a new one and ends the old.
 *
 * Functions that change something belong into part_store_write() of the caller, together with what
 * they are part of. */
#ifndef SK_ACCOUNTS_SESSION_H
#define SK_ACCOUNTS_SESSION_H

#include "accounts/conf.h"
#include "accounts/id.h"
#include "part/http.h"
#include "part/store.h"

enum {
    ACCOUNTS_SESSIONS_MAX = 50,          /* of one account; the longest unused ones go first */
    ACCOUNTS_TOUCH_PERIOD = 60 * 1000,   /* ms: last use is written at most so often */
    ACCOUNTS_WAIT_LIFE = 15 * 60 * 1000, /* ms that a half-made sign-in may take */
};

/* What is still missing before the session is worth anything. */
#define ACCOUNTS_WAIT_NOTHING SK_STR("")
#define ACCOUNTS_WAIT_FACTOR  SK_STR("factor") /* the second factor is to be shown */
#define ACCOUNTS_WAIT_ENROL   SK_STR("enrol")  /* it is mandatory, and there is none yet */

/* On an arena. */
struct accounts_session {
    sk_str id, account, tenant, role, site, lang; /* tenant: empty for operators */
    enum accounts_realm realm;
    unsigned level; /* 1 one factor, 2 two */
    sk_str wait;    /* of those above */
    sk_when made, used, ends;
    sk_str device, place; /* for its owner's eyes */
    sk_str known;         /* dev_; empty: none */
};

struct accounts_session_new {
    sk_str account, site, wait, device, place, known;
    enum accounts_realm realm;
    unsigned level;
};

/* Makes a session with a new id; *cookie is its cookie's value, on `mem`. */
sk_err accounts_session_make(struct accounts_session *session, sk_str *cookie, sk_arena *mem,
                             struct part_store *store, const struct accounts_conf *conf,
                             const struct accounts_session_new *fresh, sk_when now) SK_CHECKED;
/* Ends `old` and makes a new one of the same account, browser and site with another level. */
sk_err accounts_session_renew(struct accounts_session *session, sk_str *cookie, sk_arena *mem,
                              struct part_store *store, const struct accounts_conf *conf,
                              const struct accounts_session *old, unsigned level, sk_str wait,
                              sk_when now) SK_CHECKED;

/* The session of a cookie's value, on this site. SK_MISSING for all that is none: unknown, ended,
 * over, idle too long, of another realm or site, of an account that is not active. A session that
 * waits for something is found: see `wait`. */
sk_err accounts_session_find(struct accounts_session *session, sk_arena *mem,
                             struct part_store *store, const struct accounts_conf *conf,
                             enum accounts_realm realm, sk_str site, sk_str cookie,
                             sk_when now) SK_CHECKED;
/* Those of an account that still hold, the last used first. */
sk_err accounts_session_list(struct accounts_session list[ACCOUNTS_SESSIONS_MAX], size_t *count,
                             sk_arena *mem, struct part_store *store,
                             const struct accounts_conf *conf, sk_str account,
                             sk_when now) SK_CHECKED;

/* SK_MISSING when the account has no such session. */
sk_err accounts_session_end(struct part_store *store, sk_str account, sk_str id) SK_CHECKED;
/* All of an account but `but` (empty: all); *count of them were there. */
sk_err accounts_session_end_all(int64_t *count, struct part_store *store, sk_str account,
                                sk_str but) SK_CHECKED;
/* Removes what is over. */
sk_err accounts_session_sweep(int64_t *count, struct part_store *store,
                              const struct accounts_conf *conf, sk_when now) SK_CHECKED;

/* The cookie's value in a request; empty when there is none. Borrowed. */
sk_str accounts_session_cookie(const struct part_request *request, enum accounts_realm realm);
void accounts_session_cookie_set(struct part_response *response, sk_arena *mem,
                                 const struct accounts_conf *conf, enum accounts_realm realm,
                                 sk_str cookie);
void accounts_session_cookie_clear(struct part_response *response, sk_arena *mem,
                                   enum accounts_realm realm);

/* Last uses that are still to be written: who reads a session must not wait for a writer. Many
 * threads may note, one writes. Yours: accounts_touches_free. */
struct accounts_touches;
struct accounts_touches *accounts_touches_new(void);
void accounts_touches_free(struct accounts_touches *touches);
/* Notes that the session of this cookie is used now, unless that was written a short while ago. */
void accounts_touches_note(struct accounts_touches *touches, const struct accounts_conf *conf,
                           const struct accounts_session *session, sk_str cookie, sk_when now);
sk_err accounts_touches_write(struct accounts_touches *touches,
                              struct part_store *store) SK_CHECKED;

#endif
