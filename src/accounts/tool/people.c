/* Puts a person with a password into an instance's store, for tests: accounts_people STATE SHARE
 * REALM TENANT EMAIL PASSWORD [NAME [TOTP]] prints the id; TOTP is a secret in
 * hexadecimal digits. */
#include "accounts/address.h"
#include "accounts/house.h"
#include "accounts/id.h"
#include "accounts/totp.h"

#include <stdio.h>

struct person {
    struct accounts *house;
    sk_arena *mem;
    struct account_new fresh;
    struct accounts_email email;
    sk_str password, totp; /* totp: hexadecimal digits of its secret; empty: none */
    sk_str id;
};

static sk_err
factor_put(const struct person *p, struct part_store *store, const struct account *account)
{
    struct accounts_bound bound = accounts_account_bound(account, "totp");
    struct part_query *q;
    sk_str secret, sealed;
    if (!sk_unhex(p->mem, &secret, p->totp)) return sk_fail(SK_BAD, "no hexadecimal digits");
    TRY(accounts_seal(&sealed, p->mem, p->house->keys, &bound, secret));
    TRY(part_store_query(&q, store,
                         "INSERT INTO factor (id, account, kind, state, secret, made)"
                         " VALUES (?1, ?2, 'totp', 'active', ?3, ?4)"));
    part_query_text(q, 1, accounts_id_new(p->mem, "fac"));
    part_query_text(q, 2, account->id);
    part_query_text(q, 3, sealed);
    part_query_int(q, 4, sk_now());
    return part_query_run(q);
}

static sk_err
put(void *ctx, struct part_store *store)
{
    struct person *p = ctx;
    struct account account;
    sk_str stored;
    TRY(accounts_account_make(&p->id, p->mem, store, p->house->keys, &p->fresh, sk_now()));
    TRY(accounts_account_get(&account, p->mem, store, p->id));
    struct accounts_bound bound = accounts_account_bound(&account, "password");
    TRY(accounts_password_hash(&stored, p->mem, p->house->keys, &p->house->cost, &bound,
                               p->password));
    TRY(accounts_account_set_password(store, p->id, stored, sk_now()));
    return p->totp.n ? factor_put(p, store, &account) : sk_ok();
}

static sk_err
run(struct person *p, char **arg, int count)
{
    TRY(accounts_open(&p->house, arg[1], arg[2]));
    if (!accounts_realm_find(&p->fresh.realm, sk_str_of(arg[3]))) return sk_fail(SK_BAD, "realm");
    TRY(accounts_email_read(&p->email, p->mem, sk_str_of(arg[5])));
    p->fresh.tenant = sk_str_of(arg[4]);
    p->fresh.role = sk_str_of(accounts_realms[p->fresh.realm].roles[0]);
    p->fresh.state = ACCOUNTS_ACTIVE;
    p->fresh.email = p->email.shown;
    p->fresh.email_same = p->email.same;
    p->fresh.name = count > 7 ? sk_str_of(arg[7]) : (sk_str){ 0 };
    p->password = sk_str_of(arg[6]);
    p->totp = count > 8 ? sk_str_of(arg[8]) : (sk_str){ 0 };
    return accounts_write(p->house, put, p);
}

int
main(int argc, char **argv)
{
    struct person p = { .mem = sk_arena_new(0) };
    if (argc < 7 || argc > 9) {
        fprintf(stderr, "usage: accounts_people STATE SHARE REALM TENANT EMAIL PASSWORD"
                        " [NAME [TOTP]]\n");
        return 2;
    }
    sk_err e = run(&p, argv, argc);
    if (sk_failed(e))
        fprintf(stderr, "accounts_people: %s\n", e.why);
    else
        printf("%.*s\n", SK_ARG(p.id));
    accounts_close(p.house);
    sk_arena_free(p.mem);
    return sk_kind_rows[e.kind].exit_code;
}
