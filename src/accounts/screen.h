/* Names of what may be given to people: screens, which a merchant's sub-administrators are given
 * one by one (ACC-07), and privileges, which operators ask for, others approve, and time ends
 * (ACC-11). A catalogue: pages, command line and checks read these rows. */
#ifndef SK_ACCOUNTS_SCREEN_H
#define SK_ACCOUNTS_SCREEN_H

#include "accounts/realm.h"

enum { ACCOUNTS_SCREENS_MAX = 32 };

struct accounts_screen {
    const char *name; /* as X-Sekisho-Screens has it; a privilege begins with "privilege." */
    enum accounts_realm realm;
    const char *ja, *en;
};
extern const struct accounts_screen accounts_screens[]; /* ends with name NULL */

/* NULL: the realm has none of that name. */
const struct accounts_screen *accounts_screen_find(enum accounts_realm realm, sk_str name);
bool accounts_screen_is_privilege(sk_str name);

#define ACCOUNTS_PRIVILEGE_PERSONAL                                                                \
    "privilege.personal"                           /* see addresses and names whole (ACC-12) */
#define ACCOUNTS_PRIVILEGE_RESET "privilege.reset" /* reset all passwords of a realm (ACC-13) */

#endif
