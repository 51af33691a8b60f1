/* For tests of people's life: who acts, and what was mailed. */
#ifndef SK_ACCOUNTS_LIFE_TEST_H
#define SK_ACCOUNTS_LIFE_TEST_H

#include "accounts/actor.h"
#include "accounts/house_test.h"
#include "accounts/visitor.h"

static const struct accounts_actor test_root = {
    .id = { "local:0", 7 }, .role = { "local", 5 }, .realm = ACCOUNTS_OPERATOR, .local = true
};

static inline struct accounts_actor
test_actor(enum accounts_realm realm, sk_str id, const char *role, const char *tenant)
{
    return (struct accounts_actor){
        .id = id, .role = sk_str_of(role), .realm = realm, .tenant = sk_str_of(tenant)
    };
}

static inline struct accounts_visitor
test_visitor(enum accounts_realm realm, sk_when now)
{
    return (struct accounts_visitor){ .realm = realm, .request = SK_STR("01TEST"), .now = now };
}

/* What one question answers: its first column, as a number. */
static inline int64_t
test_number(struct test_house *house, const char *sql, sk_str text)
{
    struct part_query *q;
    bool row;
    must(part_store_query(&q, house->store, sql));
    part_query_text(q, 1, text);
    must(part_query_step(&row, q));
    int64_t number = row ? part_query_get_int(q, 0) : -1;
    part_query_done(q);
    return number;
}

/* A session of the account. */
static inline void
test_session(struct test_house *house, sk_str id, enum accounts_realm realm, sk_when now)
{
    struct accounts_session session;
    struct accounts_session_new fresh = {
        .account = id, .site = SK_STR("shop"), .wait = SK_STR(""), .realm = realm, .level = 2
    };
    sk_str cookie;
    must(accounts_session_make(&session, &cookie, house->mem, house->store, &house->house->conf,
                               &fresh, now));
}

#endif
