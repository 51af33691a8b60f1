/* The kinds of people, and what is asked of each. */
#ifndef SK_ACCOUNTS_REALM_H
#define SK_ACCOUNTS_REALM_H

#include "base/when.h"

enum accounts_realm {
    ACCOUNTS_OPERATOR, /* runs the instance; has no tenant */
    ACCOUNTS_MERCHANT, /* an owner, or a sub-administrator with screens by name */
    ACCOUNTS_BUYER,
    ACCOUNTS_WORKER, /* delivers */
    ACCOUNTS_API,    /* a program, with a key; signs in nowhere */
    ACCOUNTS_REALMS
};

/* Everything of a realm that no configuration changes. Static. */
struct accounts_realm_row {
    const char *name;
    const char *cookie;       /* of its sessions */
    const char *const *roles; /* the first is the usual one; ends with NULL */
    bool pages;               /* people sign in with a browser */
    bool mailed_code;         /* an e-mailed code may stand in for the password */
    sk_when idle, longest;    /* ms, where the configuration says nothing */
    bool second;              /* a second factor is mandatory (the configuration may add it) */
};
extern const struct accounts_realm_row accounts_realms[ACCOUNTS_REALMS];

/* False: there is none of that name. */
bool accounts_realm_find(enum accounts_realm *realm, sk_str name);
bool accounts_realm_has_role(enum accounts_realm realm, sk_str role);
/* Whether the role may use every screen, without any being given to it by name. */
bool accounts_role_has_all_screens(sk_str role);

#endif
