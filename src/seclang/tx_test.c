/* What hosts rely on beyond single requests: one worker for many transactions, bodies in any
 * pieces, calls in odd order. */
#include "seclang/loaded_test.h"
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

static const char *const detecting =
    "SecRuleEngine DetectionOnly\nSecRequestBodyAccess On\n"
    "SecRule ARGS \"@rx (evil)\" \"id:1,phase:2,deny,log,auditlog\"\n";

static int
set_up_with(void **state, const char *rules)
{
    static struct world w;

    if (load_rules(&w.rules, &w.worker, rules) != 0) return -1;
    w.mem = sk_arena_new(0);
    *state = &w;
    return 0;
}

static int
set_up(void **state)
{
    return set_up_with(state, text);
}

static int
set_up_detecting(void **state)
{
    return set_up_with(state, detecting);
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
refusal__of_the_host_is_recorded_under_its_number_and_stays(void **state)
{
    struct seclang_tx *tx = begin(*state, "GET", "/fine", NULL);
    const struct seclang_match *match;
    size_t count;

    assert_int_equal(seclang_tx_request_headers(tx).act, SECLANG_PASS);
    assert_int_equal(seclang_tx_refuse(tx, 77, 403, "not from here", SK_STR("192.0.2.1")).rule, 77);
    assert_int_equal(seclang_tx_refuse(tx, 78, 429, "too often", SK_STR("")).rule, 77);
    assert_int_equal(seclang_tx_request_done(tx).status, 403);
    match = seclang_tx_matches(tx, &count);
    assert_int_equal(count, 1);
    assert_int_equal(match->rule, 77);
    assert_true(match->disruptive && sk_str_eq(match->msg, SK_STR("not from here")) &&
                sk_str_eq(match->data, SK_STR("192.0.2.1")));
    assert_true(seclang_tx_audit_wanted(tx));
    seclang_tx_free(tx);
}

static void
joined(void *ctx, sk_str value)
{
    sk_buf_add(ctx, value);
    sk_buf_byte(ctx, '|');
}

static void
body_arguments__are_told_however_they_are_spelled_and_repeated(void **state)
{
    struct seclang_tx *tx =
        begin(*state, "POST", "/?log=query", "application/x-www-form-urlencoded");
    struct sk_buf out = { .mem = ((struct world *)*state)->mem };

    seclang_tx_request_headers(tx);
    seclang_tx_request_body(tx, SK_STR("log=a%40b&pwd=x&LOG=c&logs=d&log="));
    seclang_tx_request_done(tx);
    seclang_tx_body_arguments(tx, SK_STR("log"), joined, &out);
    assert_true(sk_str_eq(sk_buf_str(&out), SK_STR("a@b|c||")));
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

/* ── many matches ── */

struct heard {
    unsigned lines, ends;
};

static void
hear(void *ctx, sk_str line)
{
    struct heard *heard = ctx;

    heard->lines++;
    heard->ends += sk_str_find(line, SK_STR("later matches are not listed")) != SIZE_MAX;
}

/* Arguments that match the rule about ARGS, each of them. */
static struct seclang_tx *
send_many(struct world *w, unsigned count, struct heard *heard)
{
    const struct seclang_host host = { .ctx = heard, .log = hear };
    struct seclang_tx *tx = seclang_tx_new(w->worker, w->rules, w->mem, &host);
    struct sk_buf body = { .mem = w->mem };

    for (unsigned i = 0; i < count; i++)
        sk_buf_add(&body, SK_STR("a=evil&"));
    seclang_tx_conn(tx, SK_STR("192.0.2.7"), 1, SK_STR("192.0.2.1"), 2);
    seclang_tx_request_line(tx, SK_STR("-"), SK_STR("POST"), SK_STR("/"), SK_STR("HTTP/1.1"));
    seclang_tx_request_header(tx, SK_STR("Content-Type"),
                              SK_STR("application/x-www-form-urlencoded"));
    seclang_tx_request_headers(tx);
    seclang_tx_request_body(tx, sk_buf_str(&body));
    seclang_tx_request_done(tx);
    return tx;
}

static void
matches__of_one_rule_are_listed_to_a_limit_and_all_of_them_act(void **state)
{
    struct heard heard = { 0 }, few = { 0 };
    struct seclang_tx *tx = send_many(*state, SECLANG_MATCHES_OF_RULE + 20, &heard);

    assert_int_equal(matches(tx), SECLANG_MATCHES_OF_RULE);
    assert_true(sk_str_eq(seclang_tx_get(tx, "n"), SK_STR("70")));
    assert_int_equal(heard.lines, SECLANG_MATCHES_OF_RULE + 1);
    assert_int_equal(heard.ends, 1);
    seclang_tx_free(tx);

    tx = send_many(*state, SECLANG_MATCHES_OF_RULE - 1, &few);
    assert_int_equal(matches(tx), SECLANG_MATCHES_OF_RULE - 1);
    assert_int_equal(few.lines, SECLANG_MATCHES_OF_RULE - 1);
    assert_int_equal(few.ends, 0);
    seclang_tx_free(tx);
}

/* What would have refused, when only detecting, is no reason to list a thousand of it. */
static void
matches__that_would_refuse_are_listed_to_the_same_limit(void **state)
{
    struct heard heard = { 0 };
    struct seclang_tx *tx = send_many(*state, 3 * SECLANG_MATCHES_OF_RULE, &heard);

    assert_true(tx->decision.noted);
    assert_int_equal(matches(tx), SECLANG_MATCHES_OF_RULE + 1); /* and the one that decides */
    assert_true(tx->match[0].disruptive);
    seclang_tx_free(tx);
}

/* ── secrets ── */

static const struct seclang_match *
sent_with(struct world *w, sk_str body, size_t *count)
{
    struct seclang_tx *tx = begin(w, "POST", "/", "application/x-www-form-urlencoded");

    seclang_tx_request_headers(tx);
    seclang_tx_request_body(tx, body);
    seclang_tx_request_done(tx);
    return seclang_tx_matches(tx, count);
}

static void
secret__as_short_as_it_may_be_hides_the_body_that_it_stands_in(void **state)
{
    size_t count;
    const struct seclang_match *match = sent_with(*state, SK_STR("pin=1&b=the+end"), &count);

    assert_int_equal(count, 1);
    assert_true(sk_str_eq(match->value, SK_STR("[masked 15]")));
    match = sent_with(*state, SK_STR("pen=1&b=the+end"), &count);
    assert_int_equal(count, 1);
    assert_true(sk_str_eq(match->value, SK_STR("pen=1&b=the+end")));
}

static void
secret__is_told_by_its_own_name_whichever_was_asked_about_before(void **state)
{
    static const char *const shown[] = { "[masked 5]", "evil2", "evil3", "[masked 5]" };
    size_t count;
    const struct seclang_match *match =
        sent_with(*state, SK_STR("pwd=evil1&pxd=evil2&pxd=evil3&pwd=evil4"), &count);

    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++)
        assert_true(sk_str_eq(match[i].value, sk_str_of(shown[i])));
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
        TEST(refusal__of_the_host_is_recorded_under_its_number_and_stays),
        TEST(body_arguments__are_told_however_they_are_spelled_and_repeated),
        TEST(phase__runs_once_however_often_it_is_asked_for),
        TEST(logging__runs_when_nothing_else_did),
        TEST(response__past_its_limit_is_refused),
        TEST(headers__beyond_the_most_are_a_fault_and_not_forgotten_silently),
        TEST(id__is_made_where_the_host_gives_none),
        TEST(matches__of_one_rule_are_listed_to_a_limit_and_all_of_them_act),
        cmocka_unit_test_setup_teardown(matches__that_would_refuse_are_listed_to_the_same_limit,
                                        set_up_detecting, tear_down),
        TEST(secret__as_short_as_it_may_be_hides_the_body_that_it_stands_in),
        TEST(secret__is_told_by_its_own_name_whichever_was_asked_about_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
