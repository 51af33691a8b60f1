#include "accounts/removal.h"

#include "accounts/case_test.h"
#include "accounts/life_test.h"

static sk_err
remove_by(struct accounts_actor by, sk_str id)
{
    struct accounts_visitor v = test_visitor(by.realm, sk_now());
    return accounts_remove(t.mem, t.house, &v, &by, id);
}

/* Whether the bytes are in any file of the store. */
static bool
is_on_disk(sk_str text)
{
    static const char *const files[] = { "accounts.db", "accounts.db-wal" };
    bool found = false;
    for (size_t i = 0; i < 2; i++) {
        sk_str bytes;
        sk_str path = sk_str_printf(t.mem, "%s/accounts/%s", t.folder, files[i]);
        if (sk_failed(sk_file_read(&bytes, t.mem, path.p, 1 << 24))) continue;
        found |= memmem(bytes.p, bytes.n, text.p, text.n) != NULL;
    }
    return found;
}

static void
owner__leaves_and_nothing_is_left(void **state)
{
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "hanako@example.jp");
    struct account account;
    (void)state;
    test_session(&t, id, ACCOUNTS_BUYER, sk_now());
    must(accounts_account_get(&account, t.mem, t.store, id));
    assert_true(is_on_disk(account.email_sealed) && is_on_disk(account.name_sealed));
    must(remove_by(test_actor(ACCOUNTS_BUYER, id, "buyer", "shop"), id));
    assert_false(is_on_disk(account.email_sealed));
    assert_false(is_on_disk(account.name_sealed));
    assert_false(is_on_disk(account.email_index));
    assert_false(is_on_disk(id));
    assert_int_equal(test_number(&t, "SELECT count(*) FROM session WHERE account = ?1", id), 0);
    assert_int_equal(accounts_account_get(&account, t.mem, t.store, id).kind, SK_MISSING);
    assert_int_equal(t.mail_count, 1);
    assert_true(sk_str_eq(t.mail[0].to, SK_STR("hanako@example.jp")));
    assert_true(sk_str_eq(t.mail[0].purpose, SK_STR("accounts.removed")));
    assert_true(
        sk_str_eq(t.said[t.said_count - 1],
                  sk_str_printf(t.mem, "accounts.remove ok %.*s %.*s", SK_ARG(id), SK_ARG(id))));
    test_person(&t, ACCOUNTS_BUYER, "shop", "hanako@example.jp"); /* may come back */
}

static void
strangers__cannot_remove_and_learn_nothing(void **state)
{
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    sk_str owner = test_person(&t, ACCOUNTS_MERCHANT, "shop", "o@example.jp");
    (void)state;
    const struct accounts_actor strangers[] = {
        test_actor(ACCOUNTS_BUYER, SK_STR("acc_X"), "buyer", "shop"),
        test_actor(ACCOUNTS_MERCHANT, SK_STR("acc_X"), "owner", "blog"),
        test_actor(ACCOUNTS_MERCHANT, SK_STR("acc_X"), "sub", "shop"),
    };
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        sk_err e = remove_by(strangers[i], id);
        assert_int_equal(e.kind, SK_MISSING);
        assert_string_equal(e.why, "no such account");
        assert_int_equal(remove_by(strangers[i], owner).kind, SK_MISSING);
        assert_int_equal(remove_by(strangers[i], SK_STR("acc_NONE")).kind, SK_MISSING);
    }
    assert_int_equal(t.mail_count, 0);
    must(remove_by(test_actor(ACCOUNTS_OPERATOR, SK_STR("acc_OP"), "operator", ""), id));
}

static void
last_operator__stays_but_for_root(void **state)
{
    sk_str one = test_person(&t, ACCOUNTS_OPERATOR, "", "one@example.jp");
    sk_str two = test_person(&t, ACCOUNTS_OPERATOR, "", "two@example.jp");
    (void)state;
    must(remove_by(test_actor(ACCOUNTS_OPERATOR, one, "operator", ""), two));
    assert_int_equal(remove_by(test_actor(ACCOUNTS_OPERATOR, one, "operator", ""), one).kind,
                     SK_DENIED);
    must(remove_by(test_root, one));
}

static void
removal__that_cannot_be_recorded_is_not_done(void **state)
{
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    struct account account;
    (void)state;
    t.ledger_away = true;
    assert_true(sk_failed(remove_by(test_root, id)));
    must(accounts_account_get(&account, t.mem, t.store, id));
    t.ledger_away = false;
    t.post_away = true; /* the letter is the lesser thing */
    must(remove_by(test_root, id));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(owner__leaves_and_nothing_is_left),
        CASE(strangers__cannot_remove_and_learn_nothing),
        CASE(last_operator__stays_but_for_root),
        CASE(removal__that_cannot_be_recorded_is_not_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
