/* Signing up by oneself. A buyer proves an e-mail address; a merchant, who opens a shop, a phone
 * number first (ACC-08) and then the address. Asking tells nobody who has an account: the answer is
 * the same, a letter goes out either way, and only its reader learns which.
 *
 * Nothing is stored of who does not come back but a link's row, sealed, for half an hour. */
#ifndef SK_ACCOUNTS_SIGN_UP_H
#define SK_ACCOUNTS_SIGN_UP_H

#include "accounts/phone.h"

#define ACCOUNTS_LINK_SIGN_UP "sign_up"

enum {
    ACCOUNTS_SIGN_UP_LIFE = 30 * 60 * 1000, /* ms */
    ACCOUNTS_SIGN_UP_FREE = 5,         /* letters a day from one network without a proof of work */
    ACCOUNTS_SIGN_UP_PER_NETWORK = 30, /* letters a day */
    ACCOUNTS_SHOP_LEAST = 3,           /* characters of a shop's id */
    ACCOUNTS_SHOP_MOST = 32,
};

struct accounts_sign_up {
    sk_str email, name; /* as typed; name may be empty */
    sk_str tenant;      /* buyers: the shop, empty: the site's own; merchants: the new shop's id */
    sk_str proof;       /* merchants: prf_ */
    enum part_lang lang;
    bool worked; /* a proof of work came with it */
};

/* Whether the realm's people may sign up by themselves on this site (sekisho.conf). */
bool accounts_sign_up_open(const struct accounts *house, enum accounts_realm realm);

/* Sends the letter. SK_BAD with a sentence's key: address.h's, "shop.id" (not an id) or
 * "shop.taken"; SK_MISSING: the proof does not hold, or there is no such shop; SK_BUSY: too many
 * from there, or ("work") a proof of work is due. */
sk_err accounts_sign_up_ask(sk_arena *mem, struct accounts *house,
                            const struct accounts_visitor *visitor,
                            const struct accounts_sign_up *ask) SK_CHECKED;

/* What a letter's link stands for. SK_MISSING: it does not hold, or is of another realm or site. */
struct accounts_joining {
    sk_str email, tenant; /* for the page */
};
sk_err accounts_sign_up_look(struct accounts_joining *joining, sk_arena *mem,
                             struct accounts *house, const struct accounts_visitor *visitor,
                             sk_str token) SK_CHECKED;
/* Uses the link: makes the account, active, and gives it. `password` empty: none is kept, and
 * mailed codes sign in (ACC-02); realms without mailed codes need one. SK_MISSING as above;
 * SK_DENIED: the address or the shop was taken in between. */
sk_err accounts_sign_up_join(struct account *account, sk_arena *mem, struct accounts *house,
                             const struct accounts_visitor *visitor, sk_str token,
                             sk_str password) SK_CHECKED;

#endif
