/* A person's row: who they are. What they prove it with is in password.h, factor.h and so on; what
 * they may do in right.h. Personal data are sealed in the row and opened only where they are shown
 * or written to.
 *
 * Functions that change something belong into part_store_write() of the caller. */
#ifndef SK_ACCOUNTS_ACCOUNT_H
#define SK_ACCOUNTS_ACCOUNT_H

#include "accounts/realm.h"
#include "accounts/seal.h"
#include "part/lang.h"
#include "part/store.h"

enum accounts_state { ACCOUNTS_INVITED, ACCOUNTS_ACTIVE, ACCOUNTS_CLOSED, ACCOUNTS_STATES };
extern const char *const accounts_state_names[ACCOUNTS_STATES];

/* On an arena. */
struct account {
    sk_str id, tenant, role; /* tenant: empty for operators */
    enum accounts_realm realm;
    enum accounts_state state;
    enum part_lang lang;
    sk_when made, seen;               /* seen: newest sign-in; 0: none yet */
    sk_str email_index;               /* what limits count it by */
    sk_str email_sealed;              /* accounts_account_email() opens them */
    sk_str phone_sealed, name_sealed; /* empty: there is none */
    sk_str password;                  /* its hash; empty: none is kept */
    sk_when password_at;
    bool must_reset; /* the password is void until a mailed link has set a new one */
};

struct account_new {
    enum accounts_realm realm;
    sk_str tenant, role;
    enum accounts_state state;
    enum part_lang lang;
    sk_str email, email_same; /* address.h: as written to, as compared */
    sk_str name;              /* empty: none */
};

/* SK_MISSING: no such account, or one that is closed. */
sk_err accounts_account_get(struct account *account, sk_arena *mem, struct part_store *store,
                            sk_str id) SK_CHECKED;
/* By realm, tenant and address. Where a realm's people need no tenant's name to be found ("" given,
 * not an operator), an address that is theirs in exactly one tenant of this site is found, too.
 * SK_MISSING. Costs the same whether somebody is found or not. */
sk_err accounts_account_find(struct account *account, sk_arena *mem, struct part_store *store,
                             const struct accounts_keys *keys, enum accounts_realm realm,
                             sk_str site, sk_str tenant, sk_str email_same) SK_CHECKED;
/* Makes a row; its id lies on `mem`. SK_BAD: role or tenant do not fit the realm; SK_DENIED: the
 * realm has somebody of that address in that tenant. */
sk_err accounts_account_make(sk_str *id, sk_arena *mem, struct part_store *store,
                             const struct accounts_keys *keys, const struct account_new *fresh,
                             sk_when now) SK_CHECKED;

sk_err accounts_account_set_state(struct part_store *store, sk_str id,
                                  enum accounts_state state) SK_CHECKED;
sk_err accounts_account_set_lang(struct part_store *store, sk_str id,
                                 enum part_lang lang) SK_CHECKED;
/* A new hash; empty: no password is kept from now on. Lifts must_reset. */
sk_err accounts_account_set_password(struct part_store *store, sk_str id, sk_str hash,
                                     sk_when now) SK_CHECKED;
/* The same password in a newer form: nothing else changes. */
sk_err accounts_account_rehash(struct part_store *store, sk_str id, sk_str hash) SK_CHECKED;
/* Makes the password void; a mailed link sets a new one. */
sk_err accounts_account_void_password(struct part_store *store, sk_str id) SK_CHECKED;
sk_err accounts_account_saw(struct part_store *store, sk_str id, sk_when now) SK_CHECKED;

/* What an account's password and codes are bound to. */
struct accounts_bound accounts_account_bound(const struct account *account, const char *kind);
/* What an address of the realm is found by, made with the newest key. */
sk_err accounts_account_index(sk_str *index, sk_arena *mem, const struct accounts_keys *keys,
                              enum accounts_realm realm, sk_str email_same) SK_CHECKED;
/* Personal data, opened. Phone and name: empty when there is none. */
sk_err accounts_account_email(sk_str *email, sk_arena *mem, const struct accounts_keys *keys,
                              const struct account *account) SK_CHECKED;
sk_err accounts_account_phone(sk_str *phone, sk_arena *mem, const struct accounts_keys *keys,
                              const struct account *account) SK_CHECKED;
sk_err accounts_account_name(sk_str *name, sk_arena *mem, const struct accounts_keys *keys,
                             const struct account *account) SK_CHECKED;

/* A shop's slug or a site's name; made when it is new. SK_DENIED when it belongs to another site,
 * SK_BAD when it is no such name. */
sk_err accounts_tenant_make(struct part_store *store, sk_str tenant, sk_str site,
                            sk_when now) SK_CHECKED;
/* Whether the tenant's people may sign in on this site; operators (no tenant) may on every one. */
sk_err accounts_tenant_of_site(bool *is, struct part_store *store, sk_str tenant,
                               sk_str site) SK_CHECKED;

#endif
