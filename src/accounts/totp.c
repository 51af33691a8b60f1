#include "accounts/totp.h"

#include "accounts/digits.h"
#include "base/hash.h"
#include "part/template.h"

#include <liboath/oath.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* OTP_MAX: liboath writes the digits and a zero. */
enum { OTP_MAX = ACCOUNTS_TOTP_DIGITS + 1, TEXT = ACCOUNTS_TOTP_SECRET * 8 / 5 };

static void
library_begin(void)
{
    if (oath_init() == OATH_OK) return;
    fprintf(stderr, "sekisho: liboath cannot be used\n");
    abort();
}

void
accounts_totp_new(struct accounts_totp *totp)
{
    sk_random(totp->secret, sizeof totp->secret);
}

void
accounts_totp_wipe(struct accounts_totp *totp)
{
    explicit_bzero(totp, sizeof *totp);
}

static bool
step_matches(const struct accounts_totp *totp, int64_t step, sk_str code)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char otp[OTP_MAX];

    pthread_once(&once, library_begin);
    int status = oath_totp_generate((const char *)totp->secret, sizeof totp->secret,
                                    (time_t)(step * ACCOUNTS_TOTP_STEP), ACCOUNTS_TOTP_STEP,
                                    OATH_TOTP_DEFAULT_START_TIME, ACCOUNTS_TOTP_DIGITS, otp);
    bool same = status == OATH_OK && sk_str_eq_secret((sk_str){ otp, ACCOUNTS_TOTP_DIGITS }, code);
    explicit_bzero(otp, sizeof otp);
    return same;
}

bool
accounts_totp_matches(int64_t *last, const struct accounts_totp *totp, sk_when now, sk_str code)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    int64_t at = now / 1000 / ACCOUNTS_TOTP_STEP, found = 0;
    sk_str digits = accounts_digits_read(mem, code);

    if (digits.n != ACCOUNTS_TOTP_DIGITS || at <= ACCOUNTS_TOTP_WINDOW) return false;
    for (int64_t step = at - ACCOUNTS_TOTP_WINDOW; step <= at + ACCOUNTS_TOTP_WINDOW; step++)
        if (step_matches(totp, step, digits) && step > *last && !found) found = step;
    if (!found) return false;
    *last = found;
    return true;
}

/* RFC 4648 base 32; 20 bytes give 32 characters without padding. */
static void
base32_write(char out[TEXT], const struct accounts_totp *totp)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    unsigned bits = 0, have = 0;

    for (size_t i = 0, at = 0; i < sizeof totp->secret; i++) {
        bits = bits << 8 | totp->secret[i];
        for (have += 8; have >= 5; have -= 5)
            out[at++] = digit[bits >> (have - 5) & 31];
    }
}

static void
put_escaped(struct sk_buf *out, const char *before, sk_str text)
{
    sk_buf_add(out, sk_str_of(before));
    part_url_escape(out, text);
}

/* https://github.com/google/google-authenticator/wiki/Key-Uri-Format: the issuer stands twice, for
 * apps that read only one of them. */
sk_str
accounts_totp_uri(sk_arena *mem, const struct accounts_totp *totp, sk_str issuer, sk_str account)
{
    struct sk_buf out = { .mem = mem };
    char secret[TEXT];

    base32_write(secret, totp);
    put_escaped(&out, "otpauth://totp/", issuer);
    put_escaped(&out, ":", account);
    put_escaped(&out, "?secret=", (sk_str){ secret, sizeof secret });
    put_escaped(&out, "&issuer=", issuer);
    sk_buf_printf(&out, "&algorithm=SHA1&digits=%d&period=%d", ACCOUNTS_TOTP_DIGITS,
                  ACCOUNTS_TOTP_STEP);
    explicit_bzero(secret, sizeof secret);
    return sk_buf_str(&out);
}

sk_str
accounts_totp_text(sk_arena *mem, const struct accounts_totp *totp)
{
    struct sk_buf out = { .mem = mem };
    char secret[TEXT];

    base32_write(secret, totp);
    for (size_t i = 0; i < TEXT; i += 4)
        sk_buf_printf(&out, "%s%.4s", i ? " " : "", secret + i);
    explicit_bzero(secret, sizeof secret);
    return sk_buf_str(&out);
}
