#include "accounts/rekey.h"

#include "accounts/case_test.h"
#include "accounts/life_test.h"
#include "accounts/limit.h"
#include "accounts/phone.h"

static sk_str hana, operator;
static sk_when now;

static sk_err
rotate(const struct accounts_actor *by, int64_t days)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    sk_str job;
    return accounts_rekey(&job, t.mem, t.house, &v, by, days);
}

/* Until nothing more is to do at that time; how many steps it took. */
static int
run_at(sk_when when)
{
    enum accounts_pace pace = ACCOUNTS_ON;
    int steps = 0;
    for (; pace == ACCOUNTS_ON; steps++)
        must(accounts_rekey_step(&pace, t.house, when));
    return steps;
}

static size_t
keys(void)
{
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    return accounts_keys_numbers(numbers, t.house->keys);
}

/* As after kill -9: what memory knew is gone. */
static void
start_again(void)
{
    part_store_give(t.house->stores, t.store);
    accounts_close(t.house);
    must(accounts_open(&t.house, t.folder, SOURCE_DIR));
    must(part_store_take(&t.store, t.house->stores));
    t.house->out = (struct accounts_out){ test_tell, test_send, &t, NULL };
}

/* The address opens and is found; the password is right. */
static void
all_is_well(void)
{
    struct account account;
    sk_str email, name;
    bool again;
    must(accounts_account_find(&account, t.mem, t.store, t.house->keys, ACCOUNTS_BUYER,
                               SK_STR("shop"), SK_STR("shop"), SK_STR("hana@example.jp")));
    assert_true(sk_str_eq(account.id, hana));
    must(accounts_account_email(&email, t.mem, t.house->keys, &account));
    must(accounts_account_name(&name, t.mem, t.house->keys, &account));
    assert_true(sk_str_eq(email, SK_STR("hana@example.jp")));
    assert_true(sk_str_eq(name, SK_STR("山田 花子")));
    struct accounts_bound bound = accounts_account_bound(&account, "password");
    assert_true(accounts_password_matches(&again, t.house->keys, &t.house->cost, &bound,
                                          account.password, SK_STR("correct horse battery")));
}

static int64_t
older(const char *column, const char *from)
{
    sk_str sql = sk_str_printf(t.mem, "SELECT %s FROM %s", column, from);
    struct part_query *q;
    int64_t count = 0;
    bool row;
    must(part_store_query(&q, t.store, sql.p));
    must(part_query_step(&row, q));
    while (row) {
        sk_str text = part_query_get_text(t.mem, q, 0);
        count += text.n && accounts_sealed_by(text) != accounts_keys_newest(t.house->keys);
        must(part_query_step(&row, q));
    }
    return count;
}

static void
sign_in_anew(void)
{
    test_password(&t, hana,
                  "correct horse battery"); /* what a sign-in does: hashes with the newest */
}

static void
rotation__seals_everything_anew_and_destroys_the_key_when_nobody_needs_it(void **state)
{
    struct accounts_key_use use[ACCOUNTS_KEYS_MAX];
    size_t count;
    (void)state;
    sk_str was;
    must(sk_file_read(&was, t.mem, t.house->keys_path, 1024));
    must(rotate(&test_root, 0));
    assert_int_equal(keys(), 2);
    all_is_well(); /* nothing is sealed anew yet */
    run_at(now);
    all_is_well();
    assert_int_equal(older("email", "account"), 0);
    assert_int_equal(older("name", "account"), 0);
    assert_int_equal(older("secret", "factor WHERE kind <> 'recovery'"), 0);
    assert_int_equal(older("label", "factor WHERE label IS NOT NULL"), 0);
    run_at(now + ACCOUNTS_REKEY_GRACE);
    must(accounts_rekey_uses(use, &count, t.house, now));
    assert_int_equal(count, 2);
    assert_true(use[0].newest && !use[1].newest);
    assert_int_equal(use[1].passwords, 1);
    assert_int_equal(use[1].sealed, 0);
    assert_int_equal(test_said(&t, "accounts.key_add ok local:0 job_"), 1);
    assert_int_equal(test_said(&t, "accounts.key_drop"), 0);
    sign_in_anew();
    run_at(now + ACCOUNTS_REKEY_GRACE);
    assert_int_equal(keys(), 1);
    assert_int_equal(test_said(&t, "accounts.key_drop ok nobody key_1"), 1);
    all_is_well();
    sk_str left;
    must(sk_file_read(&left, t.mem, t.house->keys_path, 1024));
    assert_int_equal(left.n, was.n);
    assert_true(sk_str_starts(left, SK_STR("2 ")));
    assert_true(sk_str_find(left, sk_str_from(was, 2)) == SIZE_MAX);
    start_again();
    all_is_well();
}

static void
rotation__goes_on_where_a_crash_has_stopped_it(void **state)
{
    enum accounts_pace pace;
    (void)state;
    must(rotate(&test_root, 0));
    must(accounts_rekey_step(&pace, t.house, now));
    assert_int_equal(pace, ACCOUNTS_ON);
    start_again();
    assert_int_equal(keys(), 2);
    all_is_well();
    assert_true(run_at(now) > 1);
    start_again();
    sign_in_anew();
    run_at(now + ACCOUNTS_REKEY_GRACE - 1);
    assert_int_equal(keys(), 2); /* a request from before may still be under way */
    run_at(now + ACCOUNTS_REKEY_GRACE);
    assert_int_equal(keys(), 1);
    all_is_well();
}

/* Somebody had sealed with the older key, and wrote it when the first turn was past it. */
static void
rotation__finds_what_was_written_late(void **state)
{
    struct part_query *q;
    struct account account;
    (void)state;
    must(accounts_account_get(&account, t.mem, t.store, operator));
    must(rotate(&test_root, 0));
    run_at(now);
    must(part_store_query(&q, t.store, "UPDATE account SET email = ?2 WHERE id = ?1"));
    part_query_text(q, 1, operator);
    part_query_text(q, 2, account.email_sealed);
    must(part_query_run(q));
    assert_int_equal(older("email", "account"), 1);
    run_at(now + ACCOUNTS_REKEY_GRACE);
    assert_int_equal(older("email", "account"), 0);
}

static void
rotation__voids_what_is_left_after_the_days_that_were_named(void **state)
{
    enum { DAY = 24 * 3600 * 1000 };
    struct account account;
    (void)state;
    must(rotate(&test_root, 30));
    run_at(now);
    run_at(now + 29 * (sk_when)DAY);
    assert_int_equal(keys(), 2);
    run_at(now + 30 * (sk_when)DAY);
    assert_int_equal(keys(), 1);
    assert_int_equal(test_said(&t, "accounts.password_void ok nobody job_"), 1);
    must(accounts_account_get(&account, t.mem, t.store, hana));
    assert_true(account.must_reset && !account.password.n);
}

static void
rotation__keeps_a_lock(void **state)
{
    struct account account;
    (void)state;
    must(accounts_account_get(&account, t.mem, t.store, hana));
    struct part_query *q;
    must(part_store_query(&q, t.store,
                          "INSERT INTO tally (kind, subject, count, since, until, ends)"
                          " VALUES ('account', ?1, 6, ?2, ?3, ?3)"));
    part_query_text(q, 1, account.email_index);
    part_query_int(q, 2, now);
    part_query_int(q, 3, now + 3600000);
    must(part_query_run(q));
    must(rotate(&test_root, 0));
    run_at(now);
    must(accounts_account_get(&account, t.mem, t.store, hana));
    assert_int_equal(
        test_number(&t, "SELECT count FROM tally WHERE subject = ?1", account.email_index), 6);
}

static void
rotation__is_for_the_command_line_and_once_at_a_time(void **state)
{
    struct accounts_actor by = { .id = operator,
                                 .role = SK_STR("operator"),
                                 .realm = ACCOUNTS_OPERATOR };
    (void)state;
    assert_int_equal(rotate(&by, 0).kind, SK_DENIED);
    assert_int_equal(rotate(&test_root, -1).kind, SK_BAD);
    t.ledger_away = true;
    assert_true(sk_failed(rotate(&test_root, 0)));
    assert_int_equal(keys(), 1);
    t.ledger_away = false;
    must(rotate(&test_root, 0));
    assert_int_equal(rotate(&test_root, 0).kind, SK_BUSY);
    assert_int_equal(keys(), 2);
}

/* A row that somebody has changed must not hold up all others. */
static void
rotation__passes_over_what_does_not_open(void **state)
{
    struct part_query *q;
    (void)state;
    must(part_store_query(&q, t.store, "UPDATE account SET name = email WHERE id = ?1"));
    part_query_text(q, 1, operator);
    must(part_query_run(q));
    must(rotate(&test_root, 0));
    run_at(now);
    run_at(now + ACCOUNTS_REKEY_GRACE);
    assert_int_equal(older("email", "account"), 1); /* its key stays, too */
    all_is_well();
}

static int
setup(void **state)
{
    (void)test_setup(state);
    now = sk_now();
    hana = test_person(&t, ACCOUNTS_BUYER, "shop", "hana@example.jp");
    test_password(&t, hana, "correct horse battery");
    operator= test_person(&t, ACCOUNTS_OPERATOR, "", "op@example.jp");
    struct account account;
    must(accounts_account_get(&account, t.mem, t.store, hana));
    for (int i = 0; i < 2; i++) {
        struct accounts_bound bound = accounts_account_bound(&account, "totp"),
                              own = { .kind = SK_STR("passkey"), .account = hana },
                              label = accounts_account_bound(&account, "factor.label");
        struct part_query *q;
        sk_str secret, name;
        must(accounts_seal(&secret, t.mem, t.house->keys, i ? &own : &bound, SK_STR("secret")));
        must(accounts_seal(&name, t.mem, t.house->keys, &label, SK_STR("電話")));
        must(part_store_query(&q, t.store,
                              "INSERT INTO factor (id, account, kind, state, label, secret, made)"
                              " VALUES (?1, ?2, ?3, 'active', ?4, ?5, 1)"));
        part_query_text(q, 1, i ? SK_STR("fac_2") : SK_STR("fac_1"));
        part_query_text(q, 2, hana);
        part_query_text(q, 3, i ? SK_STR("passkey") : SK_STR("totp"));
        part_query_text(q, 4, name);
        part_query_text(q, 5, secret);
        must(part_query_run(q));
    }
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(rotation__seals_everything_anew_and_destroys_the_key_when_nobody_needs_it),
        CASE(rotation__goes_on_where_a_crash_has_stopped_it),
        CASE(rotation__finds_what_was_written_late),
        CASE(rotation__voids_what_is_left_after_the_days_that_were_named),
        CASE(rotation__keeps_a_lock),
        CASE(rotation__is_for_the_command_line_and_once_at_a_time),
        CASE(rotation__passes_over_what_does_not_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
