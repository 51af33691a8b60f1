/* Surveys: what is wrong with a rule set, all of it; what one rule says, and who touches it. */
#include "seclang/inspect.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct seclang_survey *
survey_of(const char *text)
{
    struct seclang_source *source = seclang_source_new();
    struct seclang_survey *survey;

    seclang_source_text(source, sk_str_of(text), "shop.conf", 1);
    survey = seclang_survey_new(source);
    seclang_source_free(source);
    return survey;
}

/* The index-th note of a kind; line 0: there is none. */
static struct seclang_note
note_of(struct seclang_survey *survey, enum seclang_note_kind kind, size_t index)
{
    size_t count;
    const struct seclang_note *note = seclang_survey_notes(survey, &count, NULL, NULL);

    for (size_t i = 0; i < count; i++)
        if (note[i].kind == kind && index-- == 0) return note[i];
    return (struct seclang_note){ 0 };
}

static void
expect(struct seclang_note note, unsigned line, unsigned column, const char *word)
{
    if (note.line != line || note.column != column ||
        sk_str_find(note.kind < SECLANG_NOTE_SLOW ? note.text : note.subject, sk_str_of(word)) ==
            SIZE_MAX)
        fail_msg("%u:%u: %.*s %.*s", note.line, note.column, SK_ARG(note.text),
                 SK_ARG(note.subject));
}

static void
survey__finds_every_fault_and_not_only_the_first(void **state)
{
    struct seclang_survey *s =
        survey_of("SecRule ARGS \"@rx (a\" \"id:1,phase:2,deny\"\n"
                  "SecRule ARGS \"@rxx a\" \"id:2,phase:2,deny\"\n"
                  "SecRule ARGZ \"@rx a\" \"id:3,phase:2,deny\"\n"
                  "SecRuleEngin On\n"
                  "Include /nonexistent/x.conf\n"
                  "SecRule ARGS \"@pmFromFile /nonexistent/words\" \"id:4,phase:2,deny\"\n"
                  "SecRule ARGS \"@rx b\" \"id:5,phase:2,deny\"\n"
                  "SecRule ARGS \"@rx c\" \"id:5,phase:2,deny\"\n");

    (void)state;
    assert_null(seclang_survey_rules(s));
    expect(note_of(s, SECLANG_NOTE_FAULT, 0), 2, 15, "@rxx");
    expect(note_of(s, SECLANG_NOTE_FAULT, 1), 3, 9, "ARGZ");
    expect(note_of(s, SECLANG_NOTE_FAULT, 2), 4, 1, "SecRuleEngine");
    expect(note_of(s, SECLANG_NOTE_FAULT, 3), 5, 9, "no such file");
    expect(note_of(s, SECLANG_NOTE_FAULT, 4), 8, 1, "shop.conf:7");
    expect(note_of(s, SECLANG_NOTE_FAULT, 5), 1, 19, "@rx");
    expect(note_of(s, SECLANG_NOTE_FAULT, 6), 6, 27, "/nonexistent/words");
    assert_int_equal(note_of(s, SECLANG_NOTE_FAULT, 7).line, 0);
    seclang_survey_free(s);
}

static void
survey__passes_over_the_chain_of_a_rule_that_failed(void **state)
{
    struct seclang_survey *s = survey_of("SecRule ARGS \"@rxx a\" \"id:1,phase:2,deny,chain\"\n"
                                         "  SecRule ARGS \"@rx b\" \"chain\"\n"
                                         "  SecRule ARGS \"@rx c\"\n"
                                         "SecRule ARGS \"@rx d\" \"id:2,phase:2,deny,chain\"\n"
                                         "  SecRule ARGS \"@rx e\" \"t:nothing,chain\"\n"
                                         "  SecRule ARGS \"@rx f\"\n"
                                         "SecRule ARGS \"@rx g\" \"id:3,phase:2,deny\"\n");

    (void)state;
    expect(note_of(s, SECLANG_NOTE_FAULT, 0), 1, 15, "@rxx");
    assert_int_equal(note_of(s, SECLANG_NOTE_FAULT, 1).line, 5);
    assert_int_equal(note_of(s, SECLANG_NOTE_FAULT, 2).line, 0);
    assert_int_equal(seclang_survey_count(s), 1);
    seclang_survey_free(s);
}

static void
survey__names_slow_patterns_and_what_makes_them_slow(void **state)
{
    struct seclang_survey *s = survey_of("SecRule ARGS \"@rx ^(?:a+)+$\" \"id:1,phase:2,deny\"\n"
                                         "SecRule ARGS \"@rx ^a+$\" \"id:2,phase:2,deny\"\n");
    struct seclang_note slow = note_of(s, SECLANG_NOTE_SLOW, 0);

    (void)state;
    expect(slow, 1, 19, "(?:a+)+");
    assert_int_equal(slow.rule, 1);
    assert_int_equal(slow.slow.power, SECLANG_POWER_EXPONENTIAL);
    assert_true(sk_str_eq(slow.slow.pump, SK_STR("a")));
    assert_int_equal(note_of(s, SECLANG_NOTE_SLOW, 1).line, 0);
    seclang_survey_free(s);
}

static void
survey__names_what_nothing_sets_and_what_names_nothing(void **state)
{
    struct seclang_survey *s = survey_of(
        "SecAction \"id:1,phase:1,pass,nolog,setvar:tx.seen=1,setvar:tx.of_%{ARGS.a}=1\"\n"
        "SecRule TX:sen \"@eq 1\" \"id:2,phase:2,deny\"\n"
        "SecRule TX:seen|TX:of_you|TX:1 \"@eq 1\" \"id:3,phase:2,deny,capture\"\n"
        "SecRule &TX:switch \"@eq 0\" \"id:4,phase:2,pass\"\n"
        "SecRule TX:switch \"@eq 1\" \"id:5,phase:2,pass,ctl:ruleRemoveById=99\"\n"
        "SecRuleRemoveById 98\n");

    (void)state;
    expect(note_of(s, SECLANG_NOTE_NEVER_SET, 0), 2, 9, "sen");
    assert_int_equal(note_of(s, SECLANG_NOTE_NEVER_SET, 1).line, 0);
    expect(note_of(s, SECLANG_NOTE_WARNING, 0), 6, 1, "98");
    assert_int_equal(note_of(s, SECLANG_NOTE_WARNING, 1).line, 5);
    seclang_survey_free(s);
}

static void
survey__names_rules_that_never_run_and_inherited_transformations(void **state)
{
    struct seclang_survey *s =
        survey_of("SecDefaultAction \"phase:2,pass,log,t:lowercase\"\n"
                  "SecAction \"id:1,phase:1,pass,nolog,setvar:tx.level=1\"\n"
                  "SecRule TX:level \"@lt 2\" \"id:2,phase:2,pass,nolog,skipAfter:END,t:none\"\n"
                  "SecRule ARGS \"@rx a\" \"id:3,phase:2,deny,t:none\"\n"
                  "SecMarker END\n"
                  "SecRule ARGS \"@rx A\" \"id:4,phase:2,deny\"\n");

    (void)state;
    assert_int_equal(note_of(s, SECLANG_NOTE_NEVER_RUNS, 0).rule, 2); /* decided: always jumps */
    assert_int_equal(note_of(s, SECLANG_NOTE_NEVER_RUNS, 1).rule, 3);
    assert_int_equal(note_of(s, SECLANG_NOTE_NEVER_RUNS, 2).line, 0);
    expect(note_of(s, SECLANG_NOTE_INHERITS, 0), 6, 1, "t:lowercase");
    assert_int_equal(note_of(s, SECLANG_NOTE_INHERITS, 1).line, 0);
    seclang_survey_free(s);
}

/* ── portraits ── */

static const char *const shop =
    "SecAction \"id:1,phase:1,pass,nolog,setvar:tx.critical=5\"\n"
    "SecRule REQUEST_FILENAME \"@beginsWith /admin\" "
    "\"id:2,phase:1,pass,nolog,ctl:ruleRemoveTargetById=10;ARGS:body\"\n"
    "SecRule ARGS|!ARGS:q \"@rx (?i)attack\" \"id:10,phase:2,deny,status:406,t:none,t:lowercase,"
    "msg:'an attack',tag:'paranoia-level/2',severity:CRITICAL,setvar:tx.score=+%{tx.critical},"
    "chain\"\n"
    "  SecRule &REQUEST_HEADERS:Host \"!@eq 1\" \"t:none\"\n"
    "SecRule ARGS \"@rx b\" \"id:11,phase:2,deny\"\n"
    "SecRuleUpdateTargetById 10 \"!ARGS:comment\"\n"
    "SecRuleRemoveById 11\n";

static void
portrait__shows_a_rule_as_it_stands(void **state)
{
    struct seclang_survey *s = survey_of(shop);
    struct seclang_portrait p;

    (void)state;
    assert_true(seclang_survey_portrait(&p, s, 10));
    assert_int_equal(p.phase, 2);
    assert_int_equal(p.member_count, 2);
    assert_string_equal(p.does, "deny");
    assert_int_equal(p.status, 406);
    assert_true(sk_str_eq(p.msg, SK_STR("an attack")));
    assert_true(sk_str_eq(p.tag[0], SK_STR("paranoia-level/2")));
    assert_int_equal(p.member[0].line, 3);
    assert_int_equal(p.member[0].target_count, 3);
    assert_true(p.member[0].target[1].excluded && !p.member[0].target[1].added);
    assert_true(p.member[0].target[2].excluded && p.member[0].target[2].added);
    assert_int_equal(p.member[0].target[2].line, 6);
    assert_true(sk_str_eq(p.member[0].target[2].text, SK_STR("ARGS:comment")));
    assert_int_equal(p.member[0].tf_count, 1);
    assert_string_equal(p.member[0].op, "rx");
    assert_true(sk_str_eq(p.member[0].act[0].meaning, SK_STR("5")));
    assert_true(p.member[1].negated);
    assert_true(sk_str_eq(p.member[1].target[0].text, SK_STR("&REQUEST_HEADERS:Host")) ||
                sk_str_eq(p.member[1].target[0].text, SK_STR("&REQUEST_HEADERS:host")));
    seclang_survey_free(s);
}

static void
portrait__tells_who_touches_it(void **state)
{
    struct seclang_survey *s = survey_of(shop);
    struct seclang_portrait p;
    unsigned near[2];

    (void)state;
    assert_true(seclang_survey_portrait(&p, s, 10));
    assert_int_equal(p.touch_count, 1);
    assert_int_equal(p.touch[0].touch, SECLANG_MAY_EXCLUDE);
    assert_int_equal(p.touch[0].by, 2);
    assert_true(sk_str_eq(p.touch[0].target, SK_STR("ARGS:body")));
    assert_true(seclang_survey_portrait(&p, s, 11));
    assert_int_equal(p.touch[0].touch, SECLANG_REMOVED);
    assert_int_equal(p.touch[0].line, 7);
    assert_false(seclang_survey_portrait(&p, s, 12));
    assert_int_equal(seclang_survey_near(near, 2, s, 12), 2);
    assert_int_equal(near[0], 11);
    assert_int_equal(near[1], 10);
    seclang_survey_free(s);
}

static void
pattern__is_broken_where_its_alternatives_are(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };

    (void)state;
    seclang_pattern_write(&out, SK_STR("(?i)begin(?:one thing|another thing|a third)end"), 20, 2);
    sk_buf_byte(&out, '\0');
    assert_string_equal(out.p, "  (?i)begin(?:\n"
                               "    one thing\n"
                               "    |another thing\n"
                               "    |a third\n"
                               "  )end");
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survey__finds_every_fault_and_not_only_the_first),
        cmocka_unit_test(survey__passes_over_the_chain_of_a_rule_that_failed),
        cmocka_unit_test(survey__names_slow_patterns_and_what_makes_them_slow),
        cmocka_unit_test(survey__names_what_nothing_sets_and_what_names_nothing),
        cmocka_unit_test(survey__names_rules_that_never_run_and_inherited_transformations),
        cmocka_unit_test(portrait__shows_a_rule_as_it_stands),
        cmocka_unit_test(portrait__tells_who_touches_it),
        cmocka_unit_test(pattern__is_broken_where_its_alternatives_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
