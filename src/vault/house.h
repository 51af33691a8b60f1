/* What all requests of the front share. */
#ifndef SK_VAULT_HOUSE_H
#define SK_VAULT_HOUSE_H

#include "keeper/keeper.h"
#include "ledger/ledger.h"
#include "part/peer.h"
#include "part/store.h"
#include "post/post.h"
#include "vault/hint.h"
#include "vault/pace.h"
#include "vault/policy.h"
#include "vault/receipt.h"
#include "vault/signer.h"

struct vault_clock;

struct vault {
    sk_arena *mem;
    struct part_store_pool *stores;
    struct vault_hints *hints;
    struct keeper_link *keeper;
    struct ledger_link *ledger;
    sk_err (*tell)(void *ctx, const struct ledger_event *event); /* success: it is on disk */
    void *tell_ctx;
    struct post_link *post;
    struct part_peers gate;  /* who may exchange */
    struct part_peers local; /* who needs no ticket */
    struct part_peers
        console; /* the same, and the operators' pages: for lists of counts and names */
    struct vault_policies policies;
    struct vault_signer signer; /* of exports */
    struct vault_clock *clock;  /* woken when something is due at once; NULL: it does not go */
    struct vault_pace receipts;
    bool receipt_names; /* receipts tell whose account it was, not its role alone */
    sk_str without[VAULT_RECEIPT_WITHOUT_MAX]; /* purposes that receipts leave out */
    size_t without_count;
};

/* Yours: vault_house_close. */
sk_err vault_house_open(struct vault **house, const char *state, const char *share) SK_CHECKED;
void vault_house_close(struct vault *house); /* NULL is allowed */

#endif
