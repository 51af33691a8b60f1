/* How a match is told: steps, places, parts, scores, secrets. */
#include "seclang/inspect.h"
#include "seclang/loaded_test.h"
#include "seclang/replay.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *const rules =
    "SecRuleEngine On\nSecRequestBodyAccess On\n"
    "SecAction \"id:1,phase:1,pass,log,setvar:tx.score=0,setvar:tx.step=5\"\n"
    "SecRule ARGS:q \"@rx (?:select|union)\\s+(?:all|from)\" "
    "\"id:2,phase:2,pass,log,t:urlDecodeUni,t:lowercase,msg:'sql',severity:CRITICAL,"
    "setvar:tx.score=+%{tx.step}\"\n"
    "SecRule ARGS:w \"@pm naughty bad\" \"id:3,phase:2,pass,log,t:lowercase\"\n"
    "SecRule ARGS:a \"@streq 1\" \"id:4,phase:2,deny,status:403,log,chain,msg:'both'\"\n"
    "    SecRule ARGS:b \"@rx ^2\" \"t:none\"\n"
    "SecRule ARGS:password \"@rx .{3}\" \"id:5,phase:2,pass,log\"\n"
    "SecRule &ARGS \"@gt 5\" \"id:6,phase:2,pass,log\"\n"
    "SecRule ARGS:n \"!@rx ^\\d+$\" \"id:7,phase:2,pass,log\"\n";

struct world {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
    sk_arena *mem;
    struct seclang_tx *tx;
};

static int
set_up(void **state)
{
    static struct world w;

    if (load_rules(&w.rules, &w.worker, rules) != 0) return -1;
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

/* The sighting of a rule's member; the request is "GET uri". */
static const struct seclang_sighting *
sight(struct world *w, const char *uri, unsigned rule, unsigned member)
{
    struct seclang_replay request;
    const struct seclang_sighting *all;
    sk_str raw = sk_str_printf(w->mem, "GET %s HTTP/1.1\nHost: a\n\n", uri);
    size_t count;

    w->tx = seclang_tx_new(w->worker, w->rules, w->mem, NULL);
    seclang_tx_watch(w->tx);
    assert_false(sk_failed(seclang_replay_read_request(&request, raw)));
    seclang_replay_request(w->tx, &request);
    all = seclang_tx_sightings(w->tx, &count);
    for (size_t i = 0; i < count; i++)
        if (all[i].rule == rule && all[i].member == member) return &all[i];
    return NULL;
}

static void
expect(sk_str got, const char *wanted)
{
    if (!sk_str_eq(got, sk_str_of(wanted))) fail_msg("%.*s is not %s", SK_ARG(got), wanted);
}

static sk_str
part(sk_str s, size_t from, size_t to)
{
    return sk_str_first(sk_str_from(s, from), to - from);
}

static void
match__is_told_step_by_step(void **state)
{
    const struct seclang_sighting *s = sight(*state, "/?q=a+%2555NION%2520FROM+b", 2, 0);

    assert_non_null(s);
    expect(s->variable, "ARGS:q");
    assert_int_equal(s->step_count, 3);
    assert_null(s->step[0].tf);
    expect(s->step[0].text, "a %55NION%20FROM b");
    assert_string_equal(s->step[1].tf, "urldecodeuni");
    expect(s->step[1].text, "a UNION FROM b");
    expect(s->step[2].text, "a union from b");
    assert_true(s->located);
    expect(part(s->step[2].text, s->from, s->to), "union from");
    assert_true(s->traced);
    expect(part(s->step[0].text, s->raw_from, s->raw_to), "%55NION%20FROM");
    expect(s->part, "(?:union)\\s+(?:from)");
    expect(s->msg, "sql");
    expect(s->severity, "CRITICAL");
    assert_true(s->complete && s->log && !s->decisive);
}

static void
match__tells_the_score_before_and_after(void **state)
{
    const struct seclang_sighting *s = sight(*state, "/?q=select%20all", 2, 0);

    assert_non_null(s);
    assert_int_equal(s->change_count, 1);
    expect(s->change[0].name, "score");
    expect(s->change[0].before, "0");
    expect(s->change[0].after, "5");
    assert_true(s->change[0].adds);
    s = sight(*state, "/", 1, 0);
    assert_true(s && s->always);
    assert_null(s->change[0].before.p);
}

static void
match__of_a_word_list_shows_the_word_in_its_place(void **state)
{
    const struct seclang_sighting *s = sight(*state, "/?w=very%20NAUGHTY%20indeed", 3, 0);

    assert_non_null(s);
    assert_true(s->located);
    expect(part(s->step[1].text, s->from, s->to), "naughty");
    expect(part(s->step[0].text, s->raw_from, s->raw_to), "NAUGHTY");
}

static void
match__of_a_chain_has_its_members_and_the_decisive_one(void **state)
{
    const struct seclang_sighting *s = sight(*state, "/?a=1&b=23", 4, 0);

    assert_true(s && !s->complete && !s->decisive);
    s = sight(*state, "/?a=1&b=23", 4, 1);
    assert_true(s && s->complete && s->decisive);
    expect(s->variable, "ARGS:b");
    expect(s->msg, "both");
    assert_null(sight(*state, "/?a=1&b=32", 4, 1));
}

static void
match__shows_no_secret_and_none_of_its_places(void **state)
{
    const struct seclang_sighting *s = sight(*state, "/?password=hunter2", 5, 0);

    assert_non_null(s);
    expect(s->step[0].text, "[masked 7]");
    assert_true(s->secret && !s->located && !s->traced);
    expect(s->part, "");
}

static void
match__of_a_count_or_a_negation_has_no_place(void **state)
{
    const struct seclang_sighting *s = sight(*state, "/?c=1&d=1&e=1&f=1&g=1&h=1", 6, 0);

    assert_non_null(s);
    expect(s->variable, "&ARGS");
    expect(s->step[0].text, "6");
    assert_false(s->traced);
    s = sight(*state, "/?n=12a", 7, 0);
    assert_true(s && s->negated && !s->located && !s->traced);
}

static void
transaction__that_nobody_watches_tells_nothing(void **state)
{
    struct world *w = *state;
    struct seclang_tx *tx = seclang_tx_new(w->worker, w->rules, w->mem, NULL);
    size_t count;

    seclang_tx_request_line(tx, SK_STR("GET /?q=select+all HTTP/1.1"), SK_STR("GET"),
                            SK_STR("/?q=select+all"), SK_STR("HTTP/1.1"));
    seclang_tx_request_headers(tx);
    seclang_tx_request_done(tx);
    seclang_tx_sightings(tx, &count);
    assert_int_equal(count, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(match__is_told_step_by_step),
        cmocka_unit_test(match__tells_the_score_before_and_after),
        cmocka_unit_test(match__of_a_word_list_shows_the_word_in_its_place),
        cmocka_unit_test(match__of_a_chain_has_its_members_and_the_decisive_one),
        cmocka_unit_test(match__shows_no_secret_and_none_of_its_places),
        cmocka_unit_test(match__of_a_count_or_a_negation_has_no_place),
        cmocka_unit_test(transaction__that_nobody_watches_tells_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
