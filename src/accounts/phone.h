/* A phone number that is proven by a code, sent by SMS or spoken by a call (ACC-08). The number
 * lies sealed with the code that is under way; what was proven waits an hour for the sign-up that
 * it is for. Each message costs money, so number, network and day have their limits, and numbers
 * that cost the called or the caller more are refused (address.h). */
#ifndef SK_ACCOUNTS_PHONE_H
#define SK_ACCOUNTS_PHONE_H

#include "accounts/address.h"
#include "accounts/sent.h"
#include "accounts/visitor.h"

#define ACCOUNTS_CODE_PHONE "code.phone"

enum {
    ACCOUNTS_PHONE_PER_NUMBER = 5,        /* messages a day to one number */
    ACCOUNTS_PHONE_FREE = 3,              /* a day from one network without a proof of work */
    ACCOUNTS_PHONE_PER_NETWORK = 20,      /* a day from one network */
    ACCOUNTS_PHONE_PER_DAY = 2000,        /* of everybody */
    ACCOUNTS_PROOF_LIFE = 60 * 60 * 1000, /* ms */
};

enum accounts_way { ACCOUNTS_WAY_SMS, ACCOUNTS_WAY_VOICE, ACCOUNTS_WAYS };
extern const char *const accounts_way_names[ACCOUNTS_WAYS]; /* "sms", "voice" */

struct accounts_phone_ask {
    sk_str number; /* as typed */
    enum accounts_way way;
    enum part_lang lang;
    bool worked; /* a proof of work came with it */
};

/* Sends a code; *flow is the cookie's new value. SK_BAD with a sentence's key: address.h's, or
 * "phone.foreign" or "phone.sms" (the number takes calls alone). SK_BUSY: a
 * limit is reached, or ("work") a proof of work is due. */
sk_err accounts_phone_send(sk_str *flow, sk_arena *mem, struct accounts *house,
                           const struct accounts_visitor *visitor,
                           const struct accounts_phone_ask *ask) SK_CHECKED;
/* Compares what was typed; a right code makes a proof, whose id (prf_) is *proof. */
sk_err accounts_phone_try(enum accounts_code_verdict *verdict, sk_str *proof, sk_arena *mem,
                          struct accounts *house, const struct accounts_visitor *visitor,
                          sk_str flow, sk_str typed) SK_CHECKED;

/* What a number (E.164) is counted and found by, made with the newest key. */
sk_err accounts_phone_index(sk_str *index, sk_arena *mem, const struct accounts_keys *keys,
                            sk_str e164) SK_CHECKED;

/* Of store's transaction: takes a proof, which is used up, for an account; its number is the
 * account's from then on. SK_MISSING: there is none, or it is over. */
sk_err accounts_phone_take(sk_arena *mem, struct accounts *house, struct part_store *store,
                           sk_str proof, sk_str account, sk_when now) SK_CHECKED;
/* Whether a proof may still be taken. */
sk_err accounts_phone_holds(bool *holds, struct accounts *house, sk_str proof,
                            sk_when now) SK_CHECKED;
/* Belongs into part_store_write(). */
sk_err accounts_phone_sweep(struct part_store *store, sk_when now) SK_CHECKED;

#endif
