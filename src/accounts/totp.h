/* Codes of an authenticator app: RFC 6238 with SHA-1, six digits, 30 seconds, which is what all
 * apps know. liboath counts; no other file includes it. The secret is stored sealed (seal.h). */
#ifndef SK_ACCOUNTS_TOTP_H
#define SK_ACCOUNTS_TOTP_H

#include "base/when.h"

enum {
    ACCOUNTS_TOTP_SECRET = 20, /* bytes: RFC 4226, 4, requirement 6 */
    ACCOUNTS_TOTP_DIGITS = 6,
    ACCOUNTS_TOTP_STEP = 30,  /* seconds */
    ACCOUNTS_TOTP_WINDOW = 1, /* steps before and after, for clocks that differ */
};

struct accounts_totp {
    unsigned char secret[ACCOUNTS_TOTP_SECRET];
};

void accounts_totp_new(struct accounts_totp *totp);
void accounts_totp_wipe(struct accounts_totp *totp); /* for DEFER */

/* Whether `code` (digits of any width, blanks allowed) is right at `now` and its step is later than
 * *last, the step of the code that was taken last (0: none yet). *last is then its step, which the
 * caller stores before anything else is done with the answer: a code counts once (RFC 6238, 5.2).
 * All steps of the window are compared, each in constant time. */
bool accounts_totp_matches(int64_t *last, const struct accounts_totp *totp, sk_when now,
                           sk_str code);

/* "otpauth://totp/..." for the QR code; issuer and account as people know them. */
sk_str accounts_totp_uri(sk_arena *mem, const struct accounts_totp *totp, sk_str issuer,
                         sk_str account);
/* The secret for typing: base 32 in groups of four. */
sk_str accounts_totp_text(sk_arena *mem, const struct accounts_totp *totp);

#endif
