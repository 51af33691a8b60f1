/* Second factors in the store: authenticator apps, passkeys, recovery codes. What is right and
 * wrong is judged by totp.h, passkey.h and recovery.h; here it is looked up, and written down that
 * a code or a challenge was used, so that it is not used again.
 *
 * Functions that change something, and those that try a code, belong into part_store_write(). */
#ifndef SK_ACCOUNTS_FACTOR_H
#define SK_ACCOUNTS_FACTOR_H

#include "accounts/account.h"
#include "accounts/passkey.h"
#include "accounts/recovery.h"
#include "accounts/totp.h"

enum {
    ACCOUNTS_APPS_MAX = 4, /* authenticator apps of one account; passkeys: ACCOUNTS_PASSKEYS_MAX */
    ACCOUNTS_FACTORS_MAX = ACCOUNTS_APPS_MAX + ACCOUNTS_PASSKEYS_MAX,
    ACCOUNTS_LABEL_MAX = 40,              /* characters */
    ACCOUNTS_OFFER_LIFE = 15 * 60 * 1000, /* ms that a shown secret waits for its first code */
};

/* For its owner's eyes. On an arena. */
struct accounts_factor {
    sk_str id;    /* fac_ */
    bool passkey; /* else an app */
    sk_str label;
    sk_when made, used; /* used: 0 for never */
};

/* Whose and when; what nearly all of the following want. */
struct accounts_owner {
    sk_arena *mem;
    struct part_store *store;
    const struct accounts_keys *keys;
    const struct account *account;
    sk_when now;
};

/* Whether the account has a second factor that works (recovery codes alone are none). */
sk_err accounts_factor_any(bool *any, struct part_store *store, sk_str account) SK_CHECKED;
/* Those that work, the oldest first. */
sk_err accounts_factor_list(struct accounts_factor list[ACCOUNTS_FACTORS_MAX], size_t *count,
                            const struct accounts_owner *owner) SK_CHECKED;
/* SK_MISSING when the account has no such factor. */
sk_err accounts_factor_rename(const struct accounts_owner *owner, sk_str id,
                              sk_str label) SK_CHECKED;
sk_err accounts_factor_remove(const struct accounts_owner *owner, sk_str id) SK_CHECKED;

/* --- authenticator apps --- */

/* The secret to be shown: the one that was shown ACCOUNTS_OFFER_LIFE ago at most and not confirmed
 * yet, so that a page loaded twice shows the same, else a new one. SK_FULL with ACCOUNTS_APPS_MAX
 * apps. */
sk_err accounts_factor_app_offer(struct accounts_totp *totp,
                                 const struct accounts_owner *owner) SK_CHECKED;
/* A right code makes the offered secret a factor of that name; *id is empty when it was wrong. */
sk_err accounts_factor_app_confirm(sk_str *id, const struct accounts_owner *owner, sk_str code,
                                   sk_str label) SK_CHECKED;
/* Whether it is the code of one of the apps; then it is used. */
sk_err accounts_factor_app_try(bool *right, const struct accounts_owner *owner,
                               sk_str code) SK_CHECKED;

/* --- recovery codes --- */

/* New ones, in place of the old. */
sk_err accounts_factor_codes_make(sk_str codes[ACCOUNTS_RECOVERY_CODES],
                                  const struct accounts_owner *owner) SK_CHECKED;
sk_err accounts_factor_codes_left(int64_t *left, struct part_store *store,
                                  sk_str account) SK_CHECKED;
/* Whether it is one that was not used yet; then it is. */
sk_err accounts_factor_codes_try(bool *right, const struct accounts_owner *owner,
                                 sk_str code) SK_CHECKED;

/* --- passkeys --- */

/* SK_DENIED when the passkey is somebody's already, SK_FULL with ACCOUNTS_PASSKEYS_MAX of them. */
sk_err accounts_factor_passkey_add(sk_str *id, const struct accounts_owner *owner,
                                   const struct accounts_passkey *passkey, sk_str rp,
                                   sk_str label) SK_CHECKED;
/* The ids (base64url) of an account's passkeys for `rp`. */
sk_err accounts_factor_passkey_ids(sk_str ids[ACCOUNTS_PASSKEYS_MAX], size_t *count, sk_arena *mem,
                                   struct part_store *store, const struct accounts_keys *keys,
                                   sk_str account, sk_str rp) SK_CHECKED;
/* By its id (base64url), whosever it is. SK_MISSING: nobody's, or not for `rp`. */
sk_err accounts_factor_passkey_find(struct accounts_passkey *passkey, sk_str *factor,
                                    sk_str *account, sk_arena *mem, struct part_store *store,
                                    const struct accounts_keys *keys, sk_str rp,
                                    sk_str id) SK_CHECKED;
/* A proof with it was right: its counter and time are kept, and the challenge is spent. SK_DENIED
 * when that was spent before. */
sk_err accounts_factor_passkey_used(sk_arena *mem, struct part_store *store,
                                    const struct accounts_keys *keys, sk_str factor, uint32_t count,
                                    sk_str challenge, sk_when now) SK_CHECKED;
/* The same of a registration, which has no counter to keep. */
sk_err accounts_factor_challenge_spend(sk_arena *mem, struct part_store *store,
                                       const struct accounts_keys *keys, sk_str challenge,
                                       sk_when now) SK_CHECKED;

#endif
