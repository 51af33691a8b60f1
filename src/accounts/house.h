/* What all requests share: made at the start, read by many threads, gone at the end. */
#ifndef SK_ACCOUNTS_HOUSE_H
#define SK_ACCOUNTS_HOUSE_H

#include "accounts/account.h"
#include "accounts/bell.h"
#include "accounts/conf.h"
#include "accounts/errand.h"
#include "accounts/password.h"
#include "accounts/password_rule.h"
#include "accounts/session.h"
#include "accounts/slots.h"
#include "ledger/ledger.h"
#include "look/look.h"
#include "part/http_csrf.h"
#include "part/store.h"
#include "post/post.h"
#include "ticket/ticket.h"

#include <stdatomic.h>

/* The two that are spoken to: the ledger's and post's links, or a test's. */
struct accounts_out {
    sk_err (*tell)(void *ctx, const struct ledger_event *event);
    sk_err (*send)(void *ctx, const struct post_message *message);
    void *ctx;
    /* At most POST_MANY_MAX; NULL: one after the other. */
    sk_err (*send_many)(void *ctx, const struct post_message *messages, size_t count);
};

struct accounts {
    sk_arena *mem;
    struct accounts_conf conf;
    struct part_store_pool *stores;
    struct accounts_keys *keys;
    const char *keys_path;     /* the file they come from */
    struct accounts_cost cost; /* of a new password's hash */
    struct accounts_rules *rules;
    struct part_csrf_key form_key;
    struct ticket_key ticket_key;
    struct look *look;
    struct part_words *letters[PART_LANGS]; /* words of mails */
    struct ledger_link *ledger;
    struct post_link *post;
    struct accounts_out out;
    struct accounts_touches *touches;
    struct accounts_slots *slots;
    struct accounts_errands *errands;
    struct accounts_bell *work; /* there is a new job: the worker's (worker.h) */
    struct {
        unsigned rounds;
        int64_t passed; /* the history up to this line was gone through */
    } carried;          /* the carrier's */
    /* Attempts told to wait that no record counts yet: of each realm. */
    atomic_llong held_up[ACCOUNTS_REALMS];
    struct part_peers page_peers, api_peers; /* who is heard on either socket */
};

/* Reads STATE/conf/accounts/ (accounts.json, ticket.key) and SHARE/src/accounts, opens
 * STATE/accounts/ (accounts.db and keys, made when new). Yours: accounts_close. Errors name the
 * file. */
sk_err accounts_open(struct accounts **house, const char *state, const char *share) SK_CHECKED;
void accounts_close(struct accounts *house);

/* Takes a store, runs `work` in one writing transaction, gives the store back. */
sk_err accounts_write(struct accounts *house, sk_err (*work)(void *ctx, struct part_store *),
                      void *ctx) SK_CHECKED;
/* The same for reading. */
sk_err accounts_read(struct accounts *house, sk_err (*work)(void *ctx, struct part_store *),
                     void *ctx) SK_CHECKED;

#endif
