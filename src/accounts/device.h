/* Browsers that an account has signed in with: a cookie of their own, nothing measured. One cookie
 * a browser, for all who use it. Functions that change something belong into part_store_write(). */
#ifndef SK_ACCOUNTS_DEVICE_H
#define SK_ACCOUNTS_DEVICE_H

#include "base/when.h"
#include "part/http.h"
#include "part/store.h"

#define ACCOUNTS_DEVICE_COOKIE "__Host-sekisho-device"

enum { ACCOUNTS_DEVICES_MAX = 30, ACCOUNTS_DEVICE_DAYS = 400 }; /* of one account; unused */

/* The id of the browser with this cookie, as the account knows it; empty when it does not. */
sk_err accounts_device_find(sk_str *id, sk_arena *mem, struct part_store *store, sk_str account,
                            sk_str cookie) SK_CHECKED;
/* Makes the browser known to the account (`*fresh`: it was not). *cookie goes in with the request's
 * and comes out with a new value, since the old one may have been put there by somebody else. */
sk_err accounts_device_keep(sk_str *id, bool *fresh, sk_str *cookie, sk_arena *mem,
                            struct part_store *store, sk_str account, sk_str family,
                            sk_when now) SK_CHECKED;
/* Forgets all of an account: after a reset nothing is known. */
sk_err accounts_device_forget(struct part_store *store, sk_str account) SK_CHECKED;
sk_err accounts_device_sweep(struct part_store *store, sk_when now) SK_CHECKED;
void accounts_device_cookie_set(struct part_response *response, sk_arena *mem, sk_str cookie);

#endif
