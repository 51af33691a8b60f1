/* What all requests share: made at the start, read by many threads, gone at the end. */
#ifndef SK_ACCOUNTS_HOUSE_H
#define SK_ACCOUNTS_HOUSE_H

#include "accounts/account.h"
#include "accounts/conf.h"
#include "accounts/session.h"
#include "ledger/ledger.h"
#include "part/http_csrf.h"
#include "part/store.h"

struct accounts {
    sk_arena *mem;
    struct accounts_conf conf;
    struct part_store_pool *stores;
    struct accounts_keys *keys;
    struct part_csrf_key form_key;
    struct ledger_link *ledger;
    struct accounts_touches *touches;
};

/* Reads STATE/conf/accounts/accounts.json and SHARE/src/accounts, opens STATE/accounts/accounts.db
 * (made when new). Yours: accounts_close. Errors name the file. */
sk_err accounts_open(struct accounts **house, const char *state, const char *share) SK_CHECKED;
void accounts_close(struct accounts *house);

/* Takes a store, runs `work` in one writing transaction, gives the store back. */
sk_err accounts_write(struct accounts *house, sk_err (*work)(void *ctx, struct part_store *),
                      void *ctx) SK_CHECKED;

#endif
