#include "accounts/browser_test.h"
#include "accounts/case_test.h"

static sk_str buyer, op, owner, stranger;

static int
setup(void **state)
{
    (void)test_setup(state);
    must(accounts_tenant_make(t.store, SK_STR("kamone"), SK_STR("shop"), 1));
    must(accounts_tenant_make(t.store, SK_STR("ashibune"), SK_STR("shop"), 1));
    buyer = test_person(&t, ACCOUNTS_BUYER, "kamone", "hanako@example.jp");
    op = test_person(&t, ACCOUNTS_OPERATOR, "", "op@example.jp");
    owner = test_person(&t, ACCOUNTS_MERCHANT, "kamone", "owner@example.jp");
    stranger = test_person(&t, ACCOUNTS_MERCHANT, "ashibune", "other@example.jp");
    return 0;
}

/* A ticket as the gate would make it, for a session that is there. */
static struct ticket
ticket_of(sk_str id, int level)
{
    struct accounts_session s;
    struct account account;
    sk_str cookie;
    must(accounts_account_get(&account, t.mem, t.store, id));
    sk_str site = account.realm == ACCOUNTS_OPERATOR ? SK_STR("console") : SK_STR("shop");
    struct accounts_session_new fresh = {
        .account = id, .site = site, .realm = account.realm, .level = (unsigned)level
    };
    must(accounts_session_make(&s, &cookie, t.mem, t.store, &t.house->conf, &fresh, sk_now()));
    return (struct ticket){ .id = SK_STR("r1"),
                            .site = site,
                            .tenant = account.tenant,
                            .realm = sk_str_of(accounts_realms[account.realm].name),
                            .principal = id,
                            .role = account.role,
                            .session = s.id,
                            .level = level,
                            .at = sk_now() };
}

static sk_str
sealed(const struct ticket *ticket)
{
    struct sk_buf out = { .mem = t.mem };
    assert_true(ticket_make(&out, &t.house->ticket_key, ticket));
    return sk_buf_str(&out);
}

static struct browser
ask(sk_str ticket, const char *path, sk_str body)
{
    struct part_service questions = accounts_api_service(t.house, -1);
    struct browser b = browser_new(&t, "192.0.2.1");
    b.ticket = ticket;
    browser_ask(&b, &questions, "POST", path, body);
    return b;
}

static struct browser
ask_as(sk_str id, int level, const char *path, const char *body)
{
    struct ticket ticket = ticket_of(id, level);
    return ask(sealed(&ticket), path, sk_str_of(body));
}

static const char *
about(const char *key, sk_str id)
{
    return sk_str_printf(t.mem, "{\"%s\":\"%.*s\"}", key, SK_ARG(id)).p;
}

static void
api__hears_nobody_without_a_ticket_that_holds(void **state)
{
    struct ticket ticket = ticket_of(op, 2);
    sk_str good = sealed(&ticket);
    int64_t ended;
    (void)state;
    assert_int_equal(ask(SK_STR("x"), "/v1/accounts/list", SK_STR("{}")).status, 403);
    assert_int_equal(ask(good, "/v1/accounts/list", SK_STR("{}")).status, 200);
    char *changed = sk_str_zcopy(t.mem, good);
    changed[10] = changed[10] == 'A' ? 'B' : 'A';
    assert_int_equal(ask(sk_str_of(changed), "/v1/accounts/list", SK_STR("{}")).status, 403);
    ticket.at = sk_now() - TICKET_LIFE - 1;
    assert_int_equal(ask(sealed(&ticket), "/v1/accounts/list", SK_STR("{}")).status, 403);
    /* Of a session that has ended meanwhile, or of somebody else's. */
    must(accounts_session_end_all(&ended, t.store, op, SK_STR("")));
    assert_int_equal(ask(good, "/v1/accounts/list", SK_STR("{}")).status, 403);
    ticket = ticket_of(owner, 2);
    ticket.principal = op;
    ticket.realm = SK_STR("operator");
    assert_int_equal(ask(sealed(&ticket), "/v1/accounts/list", SK_STR("{}")).status, 403);
}

/* An application with an operators' area is shown their tickets. */
static void
api__hears_operators_by_the_console_alone(void **state)
{
    struct ticket ticket = ticket_of(op, 2);
    (void)state;
    ticket.site = SK_STR("shop");
    assert_int_equal(ask(sealed(&ticket), "/v1/accounts/list", SK_STR("{}")).status, 403);
    assert_int_equal(ask(sealed(&ticket), "/v1/sessions/list", SK_STR("{}")).status, 403);
    ticket.site = SK_STR("console");
    assert_int_equal(ask(sealed(&ticket), "/v1/sessions/list", SK_STR("{}")).status, 200);
}

static void
api__hears_operators_with_two_factors(void **state)
{
    (void)state;
    assert_int_equal(ask_as(op, 1, "/v1/accounts/list", "{}").status, 403);
    assert_int_equal(ask_as(op, 1, "/v1/locks/list", "{}").status, 403);
    struct browser b = ask_as(op, 2, "/v1/accounts/list", "{}");
    assert_int_equal(b.status, 200);
    browser_has(&b, "h***@example.jp");
    assert_true(sk_str_find(b.body, SK_STR("hanako")) == SIZE_MAX);
    assert_true(sk_str_find(b.body, SK_STR("花子")) == SIZE_MAX);
    assert_int_equal(ask_as(op, 2, "/v1/locks/list", "{}").status, 200);
    assert_int_equal(ask_as(buyer, 1, "/v1/accounts/list", "{}").status, 403);
    assert_int_equal(ask_as(owner, 2, "/v1/locks/list", "{}").status, 403);
}

static void
personal__is_shown_whole_to_those_who_were_approved_for_a_while(void **state)
{
    struct part_query *q;
    (void)state;
    must(part_store_query(
        &q, t.store, "INSERT INTO held_right VALUES (?1, 'privilege.personal', 'acc_x', 1, ?2)"));
    part_query_text(q, 1, op);
    part_query_int(q, 2, sk_now() + 60 * 1000);
    must(part_query_run(q));
    struct browser b = ask_as(op, 2, "/v1/accounts/get", about("account", buyer));
    browser_has(&b, "hanako@example.jp");
    browser_has(&b, "山田 花子");
    must(part_store_exec(t.store, "UPDATE held_right SET ends = 2"));
    b = ask_as(op, 2, "/v1/accounts/get", about("account", buyer));
    browser_has(&b, "h***@example.jp");
    b = ask_as(buyer, 1, "/v1/accounts/get", "{}"); /* one's own */
    browser_has(&b, "hanako@example.jp");
}

static void
merchant__sees_the_staff_of_the_own_shop_alone(void **state)
{
    (void)state;
    struct browser b = ask_as(owner, 2, "/v1/accounts/list", "{\"realm\":\"buyer\"}");
    assert_int_equal(b.status, 200);
    assert_true(sk_str_find(b.body, owner) != SIZE_MAX);
    assert_true(sk_str_find(b.body, buyer) == SIZE_MAX);
    assert_true(sk_str_find(b.body, stranger) == SIZE_MAX);
    assert_int_equal(ask_as(owner, 2, "/v1/accounts/get", about("account", stranger)).status, 404);
    assert_int_equal(ask_as(owner, 2, "/v1/accounts/get", about("account", buyer)).status, 404);
    b = ask_as(owner, 2, "/v1/accounts/list", "{\"email\":\"other@example.jp\"}");
    browser_has(&b, "{\"accounts\":[]}");
}

static void
buyer__ends_only_own_sessions(void **state)
{
    struct ticket of_op = ticket_of(op, 2);
    (void)state;
    sk_str other = sk_str_printf(t.mem, "{\"session\":\"%.*s\"}", SK_ARG(of_op.session));
    assert_int_equal(ask_as(buyer, 1, "/v1/sessions/end", other.p).status, 404);
    assert_int_equal(ask_as(buyer, 1, "/v1/sessions/list", about("account", op)).status, 404);
    assert_int_equal(ask_as(buyer, 1, "/v1/history/list", about("account", op)).status, 404);
    assert_int_equal(ask_as(buyer, 1, "/v1/sessions/end", "{}").status, 400);
    assert_int_equal(ask_as(buyer, 1, "/v1/sessions/end", "{\"all\":true}").status, 200);
    assert_int_equal(ask(sealed(&of_op), "/v1/sessions/list", SK_STR("{}")).status, 200);
    assert_int_equal(test_said(&t, "accounts.session_end ok"), 1);
}

static void
operator__ends_sessions_of_others_and_it_is_recorded(void **state)
{
    struct ticket of_owner = ticket_of(owner, 2);
    (void)state;
    sk_str body = sk_str_printf(t.mem, "{\"account\":\"%.*s\",\"session\":\"%.*s\"}", SK_ARG(owner),
                                SK_ARG(of_owner.session));
    struct browser b = ask_as(op, 2, "/v1/sessions/end", body.p);
    assert_int_equal(b.status, 200);
    sk_str said = sk_str_printf(t.mem, "accounts.session_end ok %.*s %.*s", SK_ARG(op),
                                SK_ARG(of_owner.session));
    assert_int_equal(test_said(&t, said.p), 1);
    assert_int_equal(ask(sealed(&of_owner), "/v1/sessions/list", SK_STR("{}")).status, 403);
}

static void
api__finds_by_whole_address_and_in_pages(void **state)
{
    (void)state;
    struct browser b = ask_as(op, 2, "/v1/accounts/list", "{\"email\":\" HANAKO@example.jp\"}");
    assert_true(sk_str_find(b.body, buyer) != SIZE_MAX);
    b = ask_as(op, 2, "/v1/accounts/list", "{\"email\":\"hanako@example\"}");
    assert_true(sk_str_find(b.body, buyer) == SIZE_MAX);
    b = ask_as(op, 2, "/v1/accounts/list", "{\"most\":3}");
    size_t at = sk_str_find(b.body, SK_STR("\"after\":\""));
    assert_true(at != SIZE_MAX);
    sk_str after = sk_str_first(sk_str_from(b.body, at + 9), 24);
    b = ask_as(op, 2, "/v1/accounts/list",
               sk_str_printf(t.mem, "{\"after\":\"%.*s\"}", SK_ARG(after)).p);
    assert_true(sk_str_find(b.body, SK_STR("\"after\"")) == SIZE_MAX);
    assert_int_equal(ask_as(op, 2, "/v1/accounts/list", "[").status, 400);
    assert_int_equal(ask_as(op, 2, "/v1/accounts/make", "{}").status, 404);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(api__hears_nobody_without_a_ticket_that_holds),
        CASE(api__hears_operators_by_the_console_alone),
        CASE(api__hears_operators_with_two_factors),
        CASE(personal__is_shown_whole_to_those_who_were_approved_for_a_while),
        CASE(merchant__sees_the_staff_of_the_own_shop_alone),
        CASE(buyer__ends_only_own_sessions),
        CASE(operator__ends_sessions_of_others_and_it_is_recorded),
        CASE(api__finds_by_whole_address_and_in_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
