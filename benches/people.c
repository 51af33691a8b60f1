/* Fills the store of an instance that does not run with people who have passwords and sessions, for
 * `./bench accounts` and tests: bench_people STATE SHARE TENANT FIRST COUNT. The store's files must
 * belong to whoever runs this. */
#include "accounts/house.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEP = 1000, AGE = 60000 };

struct fill {
    struct accounts *house;
    sk_arena *mem;
    const char *tenant;
    long at, end;
};

static sk_err
person_make(struct fill *f, struct part_store *store, long number)
{
    sk_str id, cookie, email = sk_str_printf(f->mem, "buyer%ld@example.jp", number);
    sk_when then = sk_now() - AGE;
    struct account_new fresh = { .realm = ACCOUNTS_BUYER,
                                 .tenant = sk_str_of(f->tenant),
                                 .role = SK_STR("buyer"),
                                 .state = ACCOUNTS_ACTIVE,
                                 .email = email,
                                 .email_same = email,
                                 .name = SK_STR("山田 花子") };
    struct accounts_session session;
    TRY(accounts_account_make(&id, f->mem, store, f->house->keys, &fresh, then));
    TRY(accounts_account_set_password(store, id, SK_STR("$pbkdf2-sha512$k=1,i=210000$x$x"), then));
    struct accounts_session_new made = { .account = id,
                                         .site = sk_str_of(f->tenant),
                                         .wait = SK_STR(""),
                                         .realm = ACCOUNTS_BUYER,
                                         .level = 1 };
    return accounts_session_make(&session, &cookie, f->mem, store, &f->house->conf, &made, then);
}

static sk_err
step(void *ctx, struct part_store *store)
{
    struct fill *f = ctx;
    for (long end = f->at + STEP; f->at < f->end && f->at < end; f->at++)
        TRY(person_make(f, store, f->at));
    return sk_ok();
}

static sk_err
fill(struct fill *f)
{
    while (f->at < f->end) {
        TRY(accounts_write(f->house, step, f));
        sk_arena_reset(f->mem);
    }
    return sk_ok();
}

int
main(int argc, char **argv)
{
    struct fill f = { .mem = sk_arena_new(1024 * 1024) };
    if (argc != 6) {
        fprintf(stderr, "usage: bench_people STATE SHARE TENANT FIRST COUNT\n");
        return 2;
    }
    f.tenant = argv[3];
    f.at = strtol(argv[4], NULL, 10);
    f.end = f.at + strtol(argv[5], NULL, 10);
    sk_err e = accounts_open(&f.house, argv[1], argv[2]);
    if (!sk_failed(e)) e = fill(&f);
    if (sk_failed(e)) fprintf(stderr, "bench_people: %s\n", e.why);
    accounts_close(f.house);
    sk_arena_free(f.mem);
    return sk_failed(e);
}
