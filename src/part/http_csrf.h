/* Proof that a form was sent from a page of ours: a signed double submit. A cookie holds a random
 * value; the form holds the hour and HMAC-SHA256(key, cookie, purpose, hour). Another site can
 * neither read the cookie nor make the token. OWASP Cross-Site Request Forgery Prevention Cheat
 * Sheet, "Signed Double-Submit Cookie". */
#ifndef SK_PART_HTTP_CSRF_H
#define SK_PART_HTTP_CSRF_H

#include "base/when.h"
#include "part/http.h"

enum { PART_CSRF_KEY = 32, PART_CSRF_HOURS = 12 };

#define PART_CSRF_COOKIE "__Host-form"

struct part_csrf_key {
    unsigned char bytes[PART_CSRF_KEY];
};

/* Reads the key file, or makes it (mode 0600) when there is none; several processes may do so at
 * once and have the same key afterwards. */
sk_err part_csrf_key_load(struct part_csrf_key *key, const char *path) SK_CHECKED;

/* A token for a form; sets the cookie when the request has none of ours. `purpose` binds the token
 * to one form: "/s/x/contact". */
sk_str part_csrf_token(struct part_response *response, const struct part_request *request,
                       const struct part_csrf_key *key, sk_str purpose, sk_when now);
/* SK_DENIED unless `token` fits the request's cookie and purpose and is at most PART_CSRF_HOURS
 * old. In constant time. */
sk_err part_csrf_check(const struct part_request *request, const struct part_csrf_key *key,
                       sk_str purpose, sk_str token, sk_when now) SK_CHECKED;

#endif
