#include "accounts/job.h"

#include "accounts/case_test.h"
#include "accounts/life_test.h"
#include "accounts/right.h"

enum { PEOPLE = 12 };

static sk_str people[PEOPLE], stranger;
static sk_when now;

static sk_err
ask(sk_str *job, const struct accounts_actor *by, enum accounts_realm realm, const char *tenant)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    struct accounts_job_ask what = { .realm = realm,
                                     .tenant = sk_str_of(tenant),
                                     .reason = SK_STR("漏えいの疑い") };
    return accounts_reset_all(job, t.mem, t.house, &v, by, &what);
}

static void
run_to_the_end(void)
{
    bool more = true;
    while (more)
        must(accounts_job_step(&more, t.house, now));
}

static struct accounts_job
newest(void)
{
    struct accounts_job list[ACCOUNTS_JOBS_LISTED];
    size_t count;
    must(accounts_job_list(list, &count, t.mem, t.house));
    assert_true(count > 0);
    return list[0];
}

static int64_t
void_passwords(void)
{
    return test_number(&t, "SELECT count(*) FROM account WHERE must_reset = 1 AND ?1 = ''",
                       SK_STR(""));
}

static int64_t
sessions(void)
{
    return test_number(&t, "SELECT count(*) FROM session WHERE ?1 = ''", SK_STR(""));
}

static void
reset__voids_passwords_ends_sessions_and_writes_to_each_owner(void **state)
{
    sk_str id;
    (void)state;
    must(ask(&id, &test_root, ACCOUNTS_BUYER, "shop"));
    run_to_the_end();
    struct accounts_job job = newest();
    assert_true(sk_str_eq(job.state, SK_STR("done")));
    assert_int_equal(job.total, PEOPLE);
    assert_int_equal(job.done, PEOPLE);
    assert_int_equal(job.told, PEOPLE);
    assert_int_equal(void_passwords(), PEOPLE - 1); /* one has no password */
    assert_int_equal(sessions(), 1);                /* the stranger's, of another tenant */
    assert_int_equal(t.mail_count, PEOPLE);
    assert_true(sk_str_find(t.mail[0].text, SK_STR("/.sekisho/buyer/forgot")) != SIZE_MAX);
    assert_int_equal(test_said(&t, "accounts.mass_reset ok local:0 job_"), 1);
    bool more;
    must(accounts_job_step(&more, t.house, now));
    assert_false(more);
}

static void
reset__of_a_realm_reaches_every_tenant(void **state)
{
    sk_str id;
    (void)state;
    must(ask(&id, &test_root, ACCOUNTS_BUYER, ""));
    run_to_the_end();
    assert_int_equal(newest().total, PEOPLE + 1);
    assert_int_equal(sessions(), 0);
}

/* Killed between two steps, or in one: what a step has not written down is done again. */
static void
step__done_twice_writes_to_nobody_twice_and_spares_new_passwords(void **state)
{
    struct part_query *q;
    sk_str id;
    bool more;
    (void)state;
    must(ask(&id, &test_root, ACCOUNTS_BUYER, "shop"));
    must(accounts_job_step(&more, t.house, now));
    must(accounts_account_set_password(t.store, people[0], SK_STR("$new"), now + 1000));
    test_session(&t, people[0], ACCOUNTS_BUYER, now + 1000);
    must(part_store_query(&q, t.store, "UPDATE job SET place = 'reset:', done = 0 WHERE id = ?1"));
    part_query_text(q, 1, id);
    must(part_query_run(q));
    run_to_the_end();
    assert_int_equal(void_passwords(), PEOPLE - 2);
    assert_int_equal(sessions(), 2); /* the new one stays */
    must(part_store_query(&q, t.store,
                          "UPDATE job SET place = 'tell:', told = 0, state = 'running'"
                          " WHERE id = ?1"));
    part_query_text(q, 1, id);
    must(part_query_run(q));
    run_to_the_end();
    for (size_t i = 0; i < PEOPLE; i++) /* post knows the second one by its key */
        assert_true(sk_str_eq(t.mail[i].key, t.mail[i + PEOPLE].key));
}

static void
notices__wait_while_post_is_away(void **state)
{
    sk_str id;
    bool more;
    (void)state;
    t.post_away = true;
    must(ask(&id, &test_root, ACCOUNTS_BUYER, "shop"));
    must(accounts_job_step(&more, t.house, now));
    assert_true(sk_failed(accounts_job_step(&more, t.house, now)));
    struct accounts_job job = newest();
    assert_true(sk_str_eq(job.state, SK_STR("running")) && job.why.n > 0);
    assert_int_equal(job.done, PEOPLE); /* who attacks is out already */
    assert_int_equal(job.told, 0);
    t.post_away = false;
    run_to_the_end();
    assert_int_equal(newest().told, PEOPLE);
    assert_int_equal(newest().why.n, 0);
}

static void
reset__is_asked_for_by_root_or_the_privileged_once(void **state)
{
    sk_str id, request, op = test_person(&t, ACCOUNTS_OPERATOR, "", "op@example.jp");
    struct accounts_actor by = test_actor(ACCOUNTS_OPERATOR, op, "operator", "");
    struct accounts_actor owner = test_actor(ACCOUNTS_MERCHANT, SK_STR("acc_O"), "owner", "shop");
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    (void)state;
    assert_int_equal(ask(&id, &by, ACCOUNTS_BUYER, "shop").kind, SK_DENIED);
    assert_int_equal(ask(&id, &owner, ACCOUNTS_BUYER, "shop").kind, SK_DENIED);
    must(accounts_right_ask(&request, t.mem, t.house, &v, &by, op, SK_STR(ACCOUNTS_PRIVILEGE_RESET),
                            1, SK_STR("x")));
    must(accounts_right_decide(t.mem, t.house, &v, &test_root, request, true));
    must(ask(&id, &by, ACCOUNTS_BUYER, "shop"));
    assert_int_equal(ask(&id, &by, ACCOUNTS_BUYER, "shop").kind, SK_BUSY);
    assert_int_equal(ask(&id, &test_root, ACCOUNTS_BUYER, "nowhere").kind, SK_MISSING);
    assert_int_equal(ask(&id, &test_root, ACCOUNTS_OPERATOR, "shop").kind, SK_BAD);
    assert_int_equal(void_passwords(), 0);
}

static int
prepare(void **state)
{
    char email[64];
    (void)test_setup(state);
    now = sk_now();
    for (size_t i = 0; i < PEOPLE; i++) {
        snprintf(email, sizeof email, "p%zu@example.jp", i);
        people[i] = test_person(&t, ACCOUNTS_BUYER, "shop", email);
        if (i) must(accounts_account_set_password(t.store, people[i], SK_STR("$old"), now - 1000));
        test_session(&t, people[i], ACCOUNTS_BUYER, now - 1000);
    }
    must(accounts_account_set_password(t.store, people[0], SK_STR("$old"), now - 1000));
    must(accounts_account_set_password(t.store, people[1], SK_STR(""), now - 1000));
    stranger = test_person(&t, ACCOUNTS_BUYER, "blog", "s@example.jp");
    test_session(&t, stranger, ACCOUNTS_BUYER, now - 1000);
    now += 2000; /* people are made before they are reset */
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, prepare, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(reset__voids_passwords_ends_sessions_and_writes_to_each_owner),
        CASE(reset__of_a_realm_reaches_every_tenant),
        CASE(step__done_twice_writes_to_nobody_twice_and_spares_new_passwords),
        CASE(notices__wait_while_post_is_away),
        CASE(reset__is_asked_for_by_root_or_the_privileged_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
