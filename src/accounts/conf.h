/* The part's configuration: STATE/conf/accounts/accounts.json, which the parent renders from the
 * block `accounts` of sekisho.conf. Everything but the sites may be left out. */
#ifndef SK_ACCOUNTS_CONF_H
#define SK_ACCOUNTS_CONF_H

#include "accounts/password.h"
#include "accounts/realm.h"

enum {
    ACCOUNTS_SITES_MAX = 64,
    ACCOUNTS_LOCK_AFTER = 6,      /* failures; no configuration goes beyond ... */
    ACCOUNTS_LOCK_AFTER_MAX = 10, /* ... these */
    ACCOUNTS_LOCK_MINUTES = 30,
};

struct accounts_realm_conf {
    sk_when idle, longest; /* ms: since a session was last used, and since it was made */
    bool second;           /* a second factor is mandatory */
    bool sign_up;          /* people may sign up by themselves */
};

/* A place where people sign in: a site of the gate, or the console. */
#define ACCOUNTS_CONSOLE_SITE SK_STR("console")
struct accounts_site {
    sk_str name; /* as X-Sekisho-Site has it */
    sk_str url;  /* "https://shop.example:8443", for mails: never from a request's Host */
};

struct accounts_conf {
    int64_t lock_after;
    sk_when lock;              /* ms of the first lock */
    struct accounts_cost cost; /* of a new password's hash */
    struct accounts_realm_conf realm[ACCOUNTS_REALMS];
    struct accounts_site site[ACCOUNTS_SITES_MAX];
    size_t sites;
};

/* On `mem`. SK_BAD with the path and what is wrong; SK_MISSING. */
sk_err accounts_conf_load(struct accounts_conf *conf, sk_arena *mem, const char *path) SK_CHECKED;
/* The same from the file's text. */
sk_err accounts_conf_read(struct accounts_conf *conf, sk_arena *mem, sk_str text) SK_CHECKED;
/* NULL: there is none of that name. */
const struct accounts_site *accounts_conf_site(const struct accounts_conf *conf, sk_str name);

#endif
