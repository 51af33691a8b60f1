#include "accounts/realm.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

static const char *const operator_roles[] = { "operator", NULL };
static const char *const merchant_roles[] = { "owner", "sub", NULL };
static const char *const buyer_roles[] = { "buyer", NULL };
static const char *const worker_roles[] = { "worker", NULL };
static const char *const api_roles[] = { "client", NULL };

/* NIST SP 800-63B-4 section 5.2 has 12 hours and 30 minutes for the strong ones; shops keep buyers
 * signed in for a month. */
const struct accounts_realm_row accounts_realms[ACCOUNTS_REALMS] = {
    [ACCOUNTS_OPERATOR] = { "operator", "__Host-sekisho-operator", operator_roles, true, false,
                            30 * MINUTE, 12 * HOUR, true },
    [ACCOUNTS_MERCHANT] = { "merchant", "__Host-sekisho-merchant", merchant_roles, true, false,
                            2 * HOUR, 24 * HOUR, true },
    [ACCOUNTS_BUYER] = { "buyer", "__Host-sekisho-buyer", buyer_roles, true, true,
                         30 * 24 * (sk_when)HOUR, 90 * 24 * (sk_when)HOUR, false },
    [ACCOUNTS_WORKER] = { "worker", "__Host-sekisho-worker", worker_roles, true, false, 12 * HOUR,
                          24 * HOUR, false },
    [ACCOUNTS_API] = { "api", "", api_roles, false, false, 0, 0, false },
};

bool
accounts_realm_find(enum accounts_realm *realm, sk_str name)
{
    for (int i = 0; i < ACCOUNTS_REALMS; i++) {
        if (!sk_str_eq(name, sk_str_of(accounts_realms[i].name))) continue;
        *realm = (enum accounts_realm)i;
        return true;
    }
    return false;
}

bool
accounts_realm_has_role(enum accounts_realm realm, sk_str role)
{
    for (const char *const *r = accounts_realms[realm].roles; *r; r++)
        if (sk_str_eq(role, sk_str_of(*r))) return true;
    return false;
}

bool
accounts_role_has_all_screens(sk_str role)
{
    return sk_str_eq(role, SK_STR("operator")) || sk_str_eq(role, SK_STR("owner"));
}
