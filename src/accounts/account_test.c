#include "accounts/case_test.h"

#include "accounts/id.h"

static sk_err
find(struct account *a, enum accounts_realm realm, const char *site, const char *tenant,
     const char *email)
{
    return accounts_account_find(a, t.mem, t.store, t.house->keys, realm, sk_str_of(site),
                                 sk_str_of(tenant), sk_str_of(email));
}

static void
account__is_found_by_its_address_in_its_realm_and_tenant_only(void **state)
{
    struct account a;
    (void)state;
    must(accounts_tenant_make(t.store, SK_STR("kamone"), SK_STR("shop"), 1));
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "kamone", "hanako@example.jp");
    must(find(&a, ACCOUNTS_BUYER, "shop", "kamone", "hanako@example.jp"));
    assert_true(sk_str_eq(a.id, id));
    assert_true(accounts_id_is(id, "acc"));
    assert_int_equal(find(&a, ACCOUNTS_BUYER, "shop", "shop", "hanako@example.jp").kind,
                     SK_MISSING);
    assert_int_equal(find(&a, ACCOUNTS_MERCHANT, "shop", "kamone", "hanako@example.jp").kind,
                     SK_MISSING);
    /* A tenant of one site is nobody on another. */
    assert_int_equal(find(&a, ACCOUNTS_BUYER, "blog", "kamone", "hanako@example.jp").kind,
                     SK_MISSING);
    assert_int_equal(find(&a, ACCOUNTS_BUYER, "blog", "", "hanako@example.jp").kind, SK_MISSING);
}

static void
account__needs_no_tenant_s_name_where_only_one_has_the_address(void **state)
{
    struct account a;
    (void)state;
    must(accounts_tenant_make(t.store, SK_STR("kamone"), SK_STR("shop"), 1));
    sk_str id = test_person(&t, ACCOUNTS_MERCHANT, "kamone", "a@example.jp");
    must(find(&a, ACCOUNTS_MERCHANT, "shop", "", "a@example.jp"));
    assert_true(sk_str_eq(a.id, id));
    test_person(&t, ACCOUNTS_MERCHANT, "shop", "a@example.jp");
    assert_int_equal(find(&a, ACCOUNTS_MERCHANT, "shop", "", "a@example.jp").kind, SK_MISSING);
    must(find(&a, ACCOUNTS_MERCHANT, "shop", "kamone", "a@example.jp"));
}

static void
account__of_an_operator_is_found_on_every_site(void **state)
{
    struct account a;
    (void)state;
    test_person(&t, ACCOUNTS_OPERATOR, "", "op@example.jp");
    must(find(&a, ACCOUNTS_OPERATOR, "shop", "", "op@example.jp"));
    must(find(&a, ACCOUNTS_OPERATOR, "console", "", "op@example.jp"));
}

static void
account__is_not_made_twice_nor_in_a_wrong_place(void **state)
{
    struct account_new fresh = { .realm = ACCOUNTS_BUYER,
                                 .tenant = SK_STR("shop"),
                                 .role = SK_STR("buyer"),
                                 .email = SK_STR("a@example.jp"),
                                 .email_same = SK_STR("a@example.jp") };
    sk_str id;
    (void)state;
    must(accounts_account_make(&id, t.mem, t.store, t.house->keys, &fresh, 1));
    assert_int_equal(accounts_account_make(&id, t.mem, t.store, t.house->keys, &fresh, 1).kind,
                     SK_DENIED);
    fresh.email_same = SK_STR("b@example.jp");
    fresh.role = SK_STR("operator");
    assert_int_equal(accounts_account_make(&id, t.mem, t.store, t.house->keys, &fresh, 1).kind,
                     SK_BAD);
    fresh.role = SK_STR("buyer");
    fresh.tenant = SK_STR("");
    assert_int_equal(accounts_account_make(&id, t.mem, t.store, t.house->keys, &fresh, 1).kind,
                     SK_BAD);
    fresh.tenant = SK_STR("nowhere");
    assert_int_equal(accounts_account_make(&id, t.mem, t.store, t.house->keys, &fresh, 1).kind,
                     SK_BAD);
    assert_int_equal(accounts_tenant_make(t.store, SK_STR("shop"), SK_STR("blog"), 1).kind,
                     SK_DENIED);
    assert_int_equal(accounts_tenant_make(t.store, SK_STR("A b"), SK_STR("blog"), 1).kind, SK_BAD);
}

static void
account__keeps_personal_data_sealed(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct account a;
    char path[128];
    sk_str email, name, phone, bytes;
    (void)state;
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "hanako@example.jp");
    must(accounts_account_get(&a, mem, t.store, id));
    must(accounts_account_email(&email, mem, t.house->keys, &a));
    must(accounts_account_name(&name, mem, t.house->keys, &a));
    must(accounts_account_phone(&phone, mem, t.house->keys, &a));
    assert_true(sk_str_eq(email, SK_STR("hanako@example.jp")));
    assert_true(sk_str_eq(name, SK_STR("山田 花子")));
    assert_int_equal(phone.n, 0);
    must(part_store_exec(t.store, "PRAGMA wal_checkpoint(TRUNCATE)"));
    snprintf(path, sizeof path, "%s/accounts/accounts.db", t.folder);
    must(sk_file_read(&bytes, mem, path, 1 << 24));
    assert_true(sk_str_find(bytes, id) != SIZE_MAX);
    assert_true(sk_str_find(bytes, SK_STR("hanako")) == SIZE_MAX);
    assert_true(sk_str_find(bytes, SK_STR("花子")) == SIZE_MAX);
}

static void
account__that_is_closed_is_nobody(void **state)
{
    struct account a;
    (void)state;
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    must(accounts_account_set_password(t.store, id, SK_STR("hash"), 5));
    must(accounts_account_void_password(t.store, id));
    must(accounts_account_get(&a, t.mem, t.store, id));
    assert_true(a.must_reset && sk_str_eq(a.password, SK_STR("hash")) && a.password_at == 5);
    must(accounts_account_set_password(t.store, id, SK_STR(""), 6));
    must(accounts_account_get(&a, t.mem, t.store, id));
    assert_false(a.must_reset);
    assert_int_equal(a.password.n, 0);
    must(accounts_account_set_state(t.store, id, ACCOUNTS_CLOSED));
    assert_int_equal(accounts_account_get(&a, t.mem, t.store, id).kind, SK_MISSING);
    assert_int_equal(find(&a, ACCOUNTS_BUYER, "shop", "shop", "a@example.jp").kind, SK_MISSING);
    assert_int_equal(accounts_account_saw(t.store, SK_STR("acc_0"), 1).kind, SK_MISSING);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(account__is_found_by_its_address_in_its_realm_and_tenant_only),
        CASE(account__needs_no_tenant_s_name_where_only_one_has_the_address),
        CASE(account__of_an_operator_is_found_on_every_site),
        CASE(account__is_not_made_twice_nor_in_a_wrong_place),
        CASE(account__keeps_personal_data_sealed),
        CASE(account__that_is_closed_is_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
