/* What hosts rely on beyond single requests: one worker for many transactions, bodies in any
 * pieces, calls in odd order. */
#include "seclang/record.h"
#include "seclang/replay.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *const text =
    "SecRuleEngine On\nSecRequestBodyAccess On\nSecRequestBodyLimit 1000\n"
    "SecResponseBodyAccess On\nSecResponseBodyMimeType text/html\nSecResponseBodyLimit 20\n"
    "SecResponseBodyLimitAction Reject\nSecAuditEngine RelevantOnly\n"
    "SecRule REQUEST_METHOD \"@streq BAD\" \"id:1,phase:1,deny,log,auditlog\"\n"
    "SecRule ARGS \"@rx (evil)\" \"id:2,phase:2,pass,capture,log,auditlog,setvar:tx.n=+1\"\n"
    "SecRule REQUEST_BODY \"@rx end$\" \"id:3,phase:2,pass,log,auditlog\"\n"
    "SecRule RESPONSE_BODY \"@rx secret\" \"id:4,phase:4,deny,log,auditlog,t:none\"\n"
    "SecAction \"id:5,phase:5,pass,nolog,setvar:tx.logged=+1\"\n";

struct world {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
    sk_arena *mem;
};

static int
set_up(void **state)
{
    static struct world w;
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_text(source, sk_str_of(text), "tx_test.conf", 1);
    e = seclang_rules_new(&w.rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) print_error("%s\n", e.why);
    if (sk_failed(e) || sk_failed(seclang_worker_new(&w.worker, w.rules))) return -1;
    w.mem = sk_arena_new(0);
    *state = &w;
    return 0;
}

static int
tear_down(void **state)
{
    struct world *w = *state;

    sk_arena_free(w->mem);
    seclang_worker_free(w->worker);
    seclang_rules_free(w->rules);
    return 0;
}

static struct seclang_tx *
begin(struct world *w, const char *method, const char *uri, const char *type)
{
    struct seclang_tx *tx = seclang_tx_new(w->worker, w->rules, w->mem, NULL);

    seclang_tx_conn(tx, SK_STR("192.0.2.7"), 1, SK_STR("192.0.2.1"), 2);
    seclang_tx_request_line(tx, SK_STR("-"), sk_str_of(method), sk_str_of(uri), SK_STR("HTTP/1.1"));
    if (type) seclang_tx_request_header(tx, SK_STR("Content-Type"), sk_str_of(type));
    return tx;
}

static size_t
matches(const struct seclang_tx *tx)
{
    size_t count;

    seclang_tx_matches(tx, &count);
    return count;
}

static void
worker__serves_transactions_in_turn(void **state)
{
    struct seclang_tx *a = begin(*state, "GET", "/?q=evil1", NULL);
    struct seclang_tx *b = begin(*state, "GET", "/?q=good", NULL);

    seclang_tx_request_headers(a);
    seclang_tx_request_headers(b);
    seclang_tx_request_done(a);
    seclang_tx_request_done(b);
    seclang_tx_logging(b);
    seclang_tx_logging(a);
    assert_int_equal(matches(a), 1);
    assert_int_equal(matches(b), 0);
    assert_true(sk_str_eq(seclang_tx_get(a, "0"), SK_STR("evil")));
    assert_null(seclang_tx_get(b, "0").p);
    seclang_tx_free(a);
    seclang_tx_free(b);
}

static void
body__comes_in_any_pieces_and_is_not_kept_by_pointer(void **state)
{
    static const char body[] = "a=ev%69l&b=2&c=the+end";

    for (size_t step = 1; step < sizeof(body); step++) {
        struct seclang_tx *tx = begin(*state, "POST", "/", "application/x-www-form-urlencoded");
        char piece[sizeof(body)];

        seclang_tx_request_headers(tx);
        for (size_t i = 0; i < sizeof(body) - 1; i += step) {
            size_t n = sizeof(body) - 1 - i < step ? sizeof(body) - 1 - i : step;

            memcpy(piece, body + i, n);
            assert_int_equal(seclang_tx_request_body(tx, (sk_str){ piece, n }), SECLANG_MORE);
            memset(piece, 'x', sizeof(piece));
        }
        seclang_tx_request_done(tx);
        assert_int_equal(matches(tx), 2);
        assert_true(sk_str_eq(tx->match[0].seen.text, SK_STR("evil")));
        assert_true(sk_str_eq(tx->match[1].seen.text, sk_str_of(body)));
        seclang_tx_free(tx);
    }
}

static void
free__in_the_middle_of_a_body_gives_everything_back(void **state)
{
    static const char *const types[] = { "application/x-www-form-urlencoded",
                                         "multipart/form-data; boundary=b", "text/xml" };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct seclang_tx *tx = begin(*state, "POST", "/", types[i]);

        seclang_tx_request_headers(tx);
        if (i == 2) tx->processor = SK_STR("XML");
        seclang_tx_request_body(tx, SK_STR("<a><b c='d'>"));
        seclang_tx_free(tx);
    }
}

static void
refusal__in_phase_1_asks_for_no_body_and_stays(void **state)
{
    struct seclang_tx *tx = begin(*state, "BAD", "/?q=evil", NULL);

    assert_int_equal(seclang_tx_request_headers(tx).act, SECLANG_DENY);
    assert_false(seclang_tx_wants_request_body(tx));
    assert_int_equal(seclang_tx_request_body(tx, SK_STR("a=evil")), SECLANG_ENOUGH);
    assert_int_equal(seclang_tx_request_done(tx).rule, 1);
    assert_int_equal(matches(tx), 1);
    assert_true(seclang_tx_audit_wanted(tx));
    seclang_tx_free(tx);
}

static void
phase__runs_once_however_often_it_is_asked_for(void **state)
{
    struct seclang_tx *tx = begin(*state, "GET", "/?q=evil", NULL);

    seclang_tx_request_headers(tx);
    seclang_tx_request_headers(tx);
    seclang_tx_request_done(tx);
    seclang_tx_request_done(tx);
    seclang_tx_logging(tx);
    seclang_tx_logging(tx);
    assert_true(sk_str_eq(seclang_tx_get(tx, "n"), SK_STR("1")));
    assert_true(sk_str_eq(seclang_tx_get(tx, "logged"), SK_STR("1")));
    assert_int_equal(tx->list[SECLANG_VAR_ARGS].count, 1);
    seclang_tx_free(tx);
}

static void
logging__runs_when_nothing_else_did(void **state)
{
    struct seclang_tx *tx =
        seclang_tx_new(((struct world *)*state)->worker, ((struct world *)*state)->rules,
                       ((struct world *)*state)->mem, NULL);

    seclang_tx_logging(tx);
    assert_true(sk_str_eq(seclang_tx_get(tx, "logged"), SK_STR("1")));
    seclang_tx_free(tx);
}

static void
response__past_its_limit_is_refused(void **state)
{
    struct seclang_tx *tx = begin(*state, "GET", "/", NULL);

    seclang_tx_request_headers(tx);
    seclang_tx_request_done(tx);
    seclang_tx_response_line(tx, 200, SK_STR("HTTP/1.1"));
    seclang_tx_response_header(tx, SK_STR("content-TYPE"), SK_STR("Text/HTML ; charset=x"));
    assert_int_equal(seclang_tx_response_headers(tx).act, SECLANG_PASS);
    assert_true(seclang_tx_wants_response_body(tx));
    assert_int_equal(seclang_tx_response_body(tx, SK_STR("12345678901234567890")), SECLANG_MORE);
    assert_int_equal(seclang_tx_response_body(tx, SK_STR("1")), SECLANG_TOO_LARGE);
    assert_int_equal(seclang_tx_response_done(tx).status, 500);
    seclang_tx_free(tx);
}

static void
headers__beyond_the_most_are_a_fault_and_not_forgotten_silently(void **state)
{
    struct seclang_tx *tx = begin(*state, "GET", "/", NULL);

    for (int i = 0; i < SECLANG_HEADERS_MOST + 5; i++)
        seclang_tx_request_header(tx, SK_STR("X"), SK_STR("y"));
    assert_int_equal(tx->list[SECLANG_VAR_REQUEST_HEADERS].count, SECLANG_HEADERS_MOST);
    assert_true(tx->body_error);
    seclang_tx_free(tx);
}

static void
id__is_made_where_the_host_gives_none(void **state)
{
    struct seclang_tx *a = begin(*state, "GET", "/", NULL), *b = begin(*state, "GET", "/", NULL);

    seclang_tx_request_headers(a);
    seclang_tx_request_headers(b);
    assert_true(seclang_tx_get_id(a).n >= 16);
    assert_false(sk_str_eq(seclang_tx_get_id(a), seclang_tx_get_id(b)));
    seclang_tx_free(a);
    seclang_tx_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(worker__serves_transactions_in_turn),
        TEST(body__comes_in_any_pieces_and_is_not_kept_by_pointer),
        TEST(free__in_the_middle_of_a_body_gives_everything_back),
        TEST(refusal__in_phase_1_asks_for_no_body_and_stays),
        TEST(phase__runs_once_however_often_it_is_asked_for),
        TEST(logging__runs_when_nothing_else_did),
        TEST(response__past_its_limit_is_refused),
        TEST(headers__beyond_the_most_are_a_fault_and_not_forgotten_silently),
        TEST(id__is_made_where_the_host_gives_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
