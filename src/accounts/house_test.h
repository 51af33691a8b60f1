/* For tests: a house in a folder of its own, with people in it. */
#ifndef SK_ACCOUNTS_HOUSE_TEST_H
#define SK_ACCOUNTS_HOUSE_TEST_H

#include "accounts/house.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#define must(call)                                                                                 \
    do {                                                                                           \
        sk_err must_ = (call);                                                                     \
        if (sk_failed(must_)) fail_msg("%s: %s", #call, must_.why);                                \
    } while (0)

struct test_house {
    char folder[64];
    sk_arena *mem;
    struct accounts *house;
    struct part_store *store;
};

static inline void
test_file(const char *folder, const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* Sites "shop" and "blog" and the console; locks after 6. */
static inline void
test_house_open(struct test_house *t)
{
    char path[160];
    strcpy(t->folder, "/tmp/accounts-test-XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    snprintf(path, sizeof path, "%s/conf", t->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/conf/accounts", t->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    test_file(t->folder, "conf/accounts/accounts.json",
              "{\"house\":{\"https\":8443,\"console\":8445,\"sites\":["
              "{\"name\":\"shop\",\"names\":[\"shop.example\"]},"
              "{\"name\":\"blog\",\"names\":[\"blog.example\"]}]}}");
    t->mem = sk_arena_new(0);
    must(accounts_open(&t->house, t->folder, SOURCE_DIR));
    must(part_store_take(&t->store, t->house->stores));
}

static inline void
test_house_close(struct test_house *t)
{
    part_store_give(t->house->stores, t->store);
    accounts_close(t->house);
    sk_arena_free(t->mem);
    assert_true(sk_file_remove_tree(t->folder));
}

/* An active account without password; its id. */
static inline sk_str
test_person(struct test_house *t, enum accounts_realm realm, const char *tenant, const char *email)
{
    struct account_new fresh = { .realm = realm,
                                 .tenant = sk_str_of(tenant),
                                 .role = sk_str_of(accounts_realms[realm].roles[0]),
                                 .state = ACCOUNTS_ACTIVE,
                                 .email = sk_str_of(email),
                                 .email_same = sk_str_of(email),
                                 .name = SK_STR("山田 花子") };
    sk_str id;
    must(accounts_account_make(&id, t->mem, t->store, t->house->keys, &fresh, sk_now()));
    return id;
}

#endif
