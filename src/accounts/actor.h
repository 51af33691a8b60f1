/* Who does something to others: an operator, the owner of a shop, or the command line. */
#ifndef SK_ACCOUNTS_ACTOR_H
#define SK_ACCOUNTS_ACTOR_H

#include "accounts/realm.h"

/* Borrowed. */
struct accounts_actor {
    sk_str id;   /* acc_, or "local:UID" */
    sk_str role; /* "operator", "owner", "local" */
    enum accounts_realm realm;
    sk_str tenant; /* empty: of all */
    bool local;    /* the command line: root, or the user that everything runs as */
};

#endif
