/* What a page asks a browser's authenticator, and what it was asked when the answer is there. */
#ifndef SK_ACCOUNTS_PASSKEY_ASK_H
#define SK_ACCOUNTS_PASSKEY_ASK_H

#include "accounts/page.h"
#include "accounts/passkey.h"

/* The host of the page's site, which passkeys are for. */
sk_str accounts_passkey_rp(const struct accounts_page *page);

/* Sets the object `passkey` {ceremony, challenge, rp, ids, verified} for passkey.html. `ceremony`
 * is "create" or "get", `binding` what the browser holds beside the challenge, `ids` the passkeys
 * to leave out or to choose from (0: any). */
sk_err accounts_passkey_show(struct accounts_page *page, const char *ceremony, sk_str binding,
                             const sk_str *ids, size_t count, bool verified) SK_CHECKED;

/* The ask that the posted form answers. SK_DENIED when its challenge is none of ours, for another
 * browser or too old. */
sk_err accounts_passkey_asked(struct accounts_passkey_ask *ask, const struct accounts_page *page,
                              const char *ceremony, sk_str binding, bool verified) SK_CHECKED;

#endif
