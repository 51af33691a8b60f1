/* Reading only around a match says what reading all of the text says. */
#include "seclang/second_look.h"

#include "base/pick_test.h"
#include "seclang/loaded_test.h"
#include "seclang/worker.h"

enum { ROUNDS = 40000, PIECES = 12, LONG = 260 };

static const char *const rules_text =
    "SecResponseBodyAccess On\n"
    "SecRule RESPONSE_BODY \"@rx \\bsel.ct\\b\" id:1,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx ..x\" id:2,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx x$\" id:3,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx --\" id:4,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx [^a]x+\" id:5,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx <.*;\" id:6,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx ^x\" id:7,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx x\\B\" id:8,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx \\Bx\" id:9,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx \\)>x\" id:10,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx x(?=y)\" id:11,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx (?>x+)y\" id:12,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx (x)\\1\" id:13,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx x\\Ky\" id:14,phase:4,capture\n"
    "SecRule RESPONSE_BODY \"@rx c\" id:15,phase:4,t:lowercase\n"
    "SecRule RESPONSE_BODY \"!@rx c\" id:16,phase:4\n"
    "SecRule RESPONSE_BODY \"@pm c\" id:17,phase:4\n";
enum { PATTERNS = 14, LOCAL = 10 /* the first of them */ };

static sk_str
random_text(sk_arena *mem)
{
    static const char *const pieces[] = {
        "select",  "x",        "y",        "xx",   " ",          "\n",       "--",
        "-----\n", "\n---\n",  "(^_^)",    "(^^;", "(´・ω・｀)", "<(_ _)>",  "大阪",
        "\xe3",    "\xe3\x81", "12,770円", "\\12", "#1234",      "> あ\n",   "'",
        ";",       "a",        ">_<",      "（",   "，",         "\xc2\xb5",
    };
    struct sk_buf out = { .mem = mem };
    unsigned side = pick(4); /* a long text, but for one in four: short ones are read as a whole */

    if (side == 1) sk_buf_printf(&out, "%0*d", LONG, 0);
    if (side == 2) sk_buf_printf(&out, "%*s", LONG, "a\n");
    for (unsigned i = 1 + pick(pick(2) ? 3 : PIECES); i > 0; i--)
        sk_buf_add(&out, sk_str_of(pieces[pick(sizeof(pieces) / sizeof(pieces[0]))]));
    if (side == 3) sk_buf_printf(&out, "%*s", LONG, "\n");
    return sk_buf_str(&out);
}

static bool
looks(struct seclang_worker *worker, const struct seclang_rule *rule,
      const struct seclang_op_run *run, sk_str text, bool near)
{
    unsigned char *how = &worker->second_look[rule->index], before = *how;
    bool stands;

    if (!near) *how &= (unsigned char)~SECLANG_LOOK_NEAR;
    stands = seclang_second_look(worker, rule, run, text, 0);
    *how = before;
    return stands;
}

struct world {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
};

static int
set_up(void **state)
{
    static struct world w;

    *state = &w;
    return load_rules(&w.rules, &w.worker, rules_text);
}

static int
tear_down(void **state)
{
    struct world *w = *state;

    seclang_worker_free(w->worker);
    seclang_rules_free(w->rules);
    return 0;
}

static void
second_look__near_a_match_is_as_good_as_everywhere(void **state)
{
    const struct world *w = *state;
    sk_arena *mem = sk_arena_new(0);
    unsigned stood = 0, fell = 0, far = 0;

    for (unsigned i = 0; i < ROUNDS; i++) {
        const struct seclang_rule *rule = &w->rules->rule[i % PATTERNS];
        struct seclang_op_run run = { .scratch = w->worker->scratch,
                                      .mem = mem,
                                      .want_captures = pick(2) > 0 };
        sk_str text = random_text(mem);
        bool stands;

        run.argument = rule->argument.part[0].literal;
        if (rule->op->run(rule->op_state, &run, text)) {
            stands = looks(w->worker, rule, &run, text, false);
            if (stands != looks(w->worker, rule, &run, text, true))
                fail_msg("/%.*s/ \"%.*s\": %d", SK_ARG(run.argument), SK_ARG(text), stands);
            stood += stands;
            fell += !stands;
            far += stands && text.n >= LONG;
        }
        sk_arena_reset(mem);
    }
    print_message("%u stand, %u do not\n", stood, fell);
    assert_true(stood > 1000 && fell > 100 && far > 1000);
    sk_arena_free(mem);
}

static void
second_look__near_is_for_local_patterns_on_texts_as_they_are(void **state)
{
    const struct world *w = *state;

    for (size_t i = 0; i < w->rules->rule_count; i++)
        assert_int_equal((w->worker->second_look[i] & SECLANG_LOOK_NEAR) != 0, i < LOCAL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_look__near_a_match_is_as_good_as_everywhere),
        cmocka_unit_test(second_look__near_is_for_local_patterns_on_texts_as_they_are),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
