/* Who sends a request, as far as a request tells: the site and realm that it is for, whence it
 * comes, what the browser is. The gate says so in headers that clients cannot send. */
#ifndef SK_ACCOUNTS_VISITOR_H
#define SK_ACCOUNTS_VISITOR_H

#include "accounts/house.h"
#include "base/net.h"
#include "part/http.h"

/* On the request's arena. */
struct accounts_visitor {
    enum accounts_realm realm;
    const struct accounts_site *site;
    struct sk_net client;
    sk_str place;   /* its network, "203.0.113.0/24", for its owner's eyes */
    sk_str family;  /* "Chrome, Windows" */
    sk_str device;  /* value of the cookie that known browsers have */
    sk_str request; /* its id */
    sk_when now;
};

/* SK_DENIED where the gate's headers are missing or name a site that is none: who sees that comes
 * round the gate. */
sk_err accounts_visitor_read(struct accounts_visitor *visitor, const struct accounts *house,
                             const struct part_request *request, enum accounts_realm realm,
                             sk_when now) SK_CHECKED;

#endif
