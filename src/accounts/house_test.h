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

enum { TEST_WORDS_MAX = 400 };

/* `said` has "ACTION OUTCOME PRINCIPAL OBJECT" for each event, `mail` the messages. */
struct test_house {
    char folder[64];
    sk_arena *mem;
    struct accounts *house;
    struct part_store *store;
    sk_str said[TEST_WORDS_MAX];
    size_t said_count;
    struct post_message mail[TEST_WORDS_MAX];
    size_t mail_count;
    bool ledger_away, post_away;
    const char *too_many; /* post takes no more for this address */
};

static sk_err
test_tell(void *ctx, const struct ledger_event *e)
{
    struct test_house *t = ctx;
    if (t->ledger_away) return sk_fail(SK_MISSING, "nobody listens");
    assert_true(t->said_count < TEST_WORDS_MAX);
    t->said[t->said_count++] =
        sk_str_printf(t->mem, "%.*s %.*s %.*s %.*s", SK_ARG(e->action), SK_ARG(e->outcome),
                      SK_ARG(e->principal), SK_ARG(e->object));
    return sk_ok();
}

static sk_err
test_send(void *ctx, const struct post_message *m)
{
    struct test_house *t = ctx;
    if (t->post_away) return sk_fail(SK_BROKEN, "post is away");
    if (t->too_many && sk_str_eq(m->to, sk_str_of(t->too_many)))
        return sk_fail(SK_BUSY, "too many for this recipient");
    assert_true(t->mail_count < TEST_WORDS_MAX);
    t->mail[t->mail_count++] = (struct post_message){ .to = sk_str_copy(t->mem, m->to),
                                                      .subject = sk_str_copy(t->mem, m->subject),
                                                      .text = sk_str_copy(t->mem, m->text),
                                                      .purpose = sk_str_copy(t->mem, m->purpose),
                                                      .key = sk_str_copy(t->mem, m->key) };
    return sk_ok();
}

/* How many events begin with these words. */
static inline size_t
test_said(const struct test_house *t, const char *words)
{
    size_t count = 0;
    for (size_t i = 0; i < t->said_count; i++)
        count += sk_str_starts(t->said[i], sk_str_of(words));
    return count;
}

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

/* Sites "shop" and "blog" and the console; locks after 6; passwords by Argon2id. */
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
              "{\"sign_up\":[\"buyer\",\"merchant\"],\"house\":{\"https\":8443,\"console\":8445,"
              "\"sites\":["
              "{\"name\":\"shop\",\"names\":[\"shop.example\"]},"
              "{\"name\":\"blog\",\"names\":[\"blog.example\"]}]}}");
    test_file(t->folder, "conf/accounts/ticket.key", "0123456789abcdef0123456789abcdef");
    t->mem = sk_arena_new(0);
    must(accounts_open(&t->house, t->folder, SOURCE_DIR));
    must(part_store_take(&t->store, t->house->stores));
    t->house->out = (struct accounts_out){ test_tell, test_send, t, NULL };
    /* A third of the time: tests hash a lot. */
    t->house->cost = (struct accounts_cost){ .stretch = ACCOUNTS_STRETCH_ARGON2ID };
    t->said_count = t->mail_count = 0;
    t->ledger_away = t->post_away = false;
    t->too_many = NULL;
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

static inline void
test_password(struct test_house *t, sk_str id, const char *password)
{
    struct account account;
    sk_str stored;
    must(accounts_account_get(&account, t->mem, t->store, id));
    struct accounts_bound bound = accounts_account_bound(&account, "password");
    must(accounts_password_hash(&stored, t->mem, t->house->keys, &t->house->cost, &bound,
                                sk_str_of(password)));
    must(accounts_account_set_password(t->store, id, stored, sk_now()));
}

#endif
