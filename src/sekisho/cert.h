/* Certificates: looked at before nginx sees them, and made for localhost at first run. */
#ifndef SEKISHO_CERT_H
#define SEKISHO_CERT_H

#include "sekisho/conf.h"

enum {
    CERT_DAYS = 825,     /* the most that browsers accept of a certificate that a user trusts */
    CERT_WARN_DAYS = 14, /* told by `check` and `status` before it expires */
    CERT_FILE_MAX = 256 * 1024,
};

/* What is wrong with the pair, in one sentence with the cure: unreadable, broken, expired, not yet
 * valid, key and certificate do not fit, key too weak. `days` (may be NULL): until it expires. */
sk_err cert_check(int64_t *days, const char *chain, const char *key) SK_CHECKED;

/* Makes a self-signed pair: ECDSA P-256, the names (host names and IP addresses) as alternative
 * names. The key is written 0600, both files whole or not at all. */
sk_err cert_make(const char *chain, const char *key, const struct conf_list *names) SK_CHECKED;

/* Whether a self-signed certificate that we made still fits: names covered, not near its end. */
bool cert_fits(const char *chain, const struct conf_list *names);

#endif
