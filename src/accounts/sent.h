/* One-time codes under way: code.h's codes with their rows. A code belongs to the browser that
 * asked for it, by a cookie: read off somebody's screen it is worth nothing elsewhere. It belongs
 * to one site, too: else who has an account in one shop could carry cookie and code to another
 * tenant's and be somebody there. Functions that change something belong into part_store_write().
 */
#ifndef SK_ACCOUNTS_SENT_H
#define SK_ACCOUNTS_SENT_H

#include "accounts/code.h"
#include "part/http.h"
#include "part/store.h"

enum {
    ACCOUNTS_SENT_DIGITS = 6,
    ACCOUNTS_SENT_PER_HOUR = 5, /* to one address or number: more would be a nuisance */
    ACCOUNTS_SENT_DATA_MAX = 1024,
};

#define ACCOUNTS_FLOW_COOKIE "__Host-sekisho-flow"

struct accounts_sent {
    const char *purpose; /* "code.sign_in", "code.phone": static text */
    sk_str site;         /* on whose pages it was asked for, and may be typed */
    sk_str account;      /* acc_; empty: nobody's (yet) */
    sk_str subject;      /* index of the address or number */
    sk_str data;         /* for the caller, at most ACCOUNTS_SENT_DATA_MAX bytes */
};

/* A new code for the browser; *flow is its cookie's new value and whatever was under way in it
 * before is over. SK_BUSY: too many went to this subject within an hour. */
sk_err accounts_sent_make(sk_str *code, sk_str *flow, sk_arena *mem, struct part_store *store,
                          const struct accounts_keys *keys, const struct accounts_sent *sent,
                          sk_when now) SK_CHECKED;
/* Compares what was typed; `sent` comes out with account, subject and data whenever a row of this
 * browser and purpose is there, right or wrong. The change must be committed whatever the verdict.
 */
sk_err accounts_sent_try(enum accounts_code_verdict *verdict, struct accounts_sent *sent,
                         sk_arena *mem, struct part_store *store, const struct accounts_keys *keys,
                         sk_str flow, sk_str typed, sk_when now) SK_CHECKED;
sk_err accounts_sent_sweep(struct part_store *store, sk_when now) SK_CHECKED;

void accounts_flow_cookie_set(struct part_response *response, sk_arena *mem, sk_str flow);

#endif
