/* Operators: one table of questions and answers, and what each promises beyond yes and no. */
#include "seclang/op/linear.h"
#include "seclang/op/op.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

/* ── asking ── */

struct asked {
    sk_arena *mem;
    struct seclang_scratch *scratch;
    const struct seclang_op *op;
    void *state;
    struct seclang_op_run run;
};

static sk_err
compile(struct asked *a, const char *op, sk_str argument, bool has_macro, const char *rule_file)
{
    struct seclang_op_place place = { .rule_file = rule_file };

    *a = (struct asked){ .mem = sk_arena_new(0), .op = seclang_op_find(sk_str_of(op)) };
    assert_non_null(a->op);
    a->run = (struct seclang_op_run){ .mem = a->mem, .argument = argument, .want_captures = true };
    return a->op->compile(&a->state, a->mem, &place, argument, has_macro);
}

static void
open_op(struct asked *a, const char *op, sk_str argument)
{
    sk_err failed = compile(a, op, argument, false, "/nowhere/rules.conf");

    if (sk_failed(failed)) fail_msg("@%s %.*s: %s", op, SK_ARG(argument), failed.why);
    assert_false(sk_failed(seclang_scratch_new(&a->scratch)));
    a->run.scratch = a->scratch;
}

static bool
ask(struct asked *a, sk_str value)
{
    a->run.capture_count = 0;
    a->run.limit_hit = false;
    a->run.matched = (sk_str){ 0 };
    return a->op->run(a->state, &a->run, value);
}

static void
close_op(struct asked *a)
{
    if (a->op->release && a->state) a->op->release(a->state);
    seclang_scratch_free(a->scratch);
    sk_arena_free(a->mem);
}

/* The value passes the operator's own filter. */
static bool
passes(const struct asked *a, sk_str argument, sk_str value)
{
    struct seclang_filter filter;
    struct sk_bytes present = sk_bytes_of(value);

    struct seclang_grams grams;

    seclang_op_grams(&grams, a->mem, a->op, a->state, argument);
    if (!seclang_grams_in(&grams, value)) return false;
    if (!a->op->filter) return true;
    a->op->filter(&filter, a->state, argument);
    return seclang_filter_passes(&filter, value.n, &present);
}

/* ── questions and answers ── */

#define S(text)                                                                                    \
    {                                                                                              \
        "" text, sizeof(text) - 1                                                                  \
    }

static const struct {
    const char *op;
    sk_str argument, value;
    bool yes;
    const char *matched; /* NULL: not looked at */
} cases[] = {
    { "contains", S("b"), S("abc"), true, "String match \"b\"" },
    { "contains", S(""), S(""), true, "String match \"\"" },
    { "contains", S("abcd"), S("abc"), false, NULL },
    { "contains", S("日"), S("今日は"), true, NULL },
    { "contains", S("B"), S("abc"), false, NULL },
    { "contains", S("c"), S("a\0bc"), true, NULL },
    { "containsWord", S("bc"), S("a bc d"), true, "String match \"bc\"" },
    { "containsWord", S("bc"), S("abc bc"), true, NULL },
    { "containsWord", S("bc"), S("abc bcd"), false, NULL },
    { "containsWord", S("bc"), S("bc_"), false, NULL },
    { "containsWord", S("bc"), S("日bc語"), true, NULL },
    { "containsWord", S(""), S("x"), true, NULL },
    { "within", S("GET POST HEAD"), S("POST"), true, "String match within \"GET POST HEAD\"" },
    { "within", S("GET POST"), S("PUT"), false, NULL },
    { "within", S("GET"), S(""), true, "String match within \"\"" },
    { "beginsWith", S("ab"), S("abc"), true, NULL },
    { "beginsWith", S("ab"), S("a"), false, NULL },
    { "endsWith", S("bc"), S("abc"), true, NULL },
    { "endsWith", S("bc"), S("bcd"), false, NULL },
    { "endsWith", S(""), S("bcd"), true, NULL },
    { "streq", S("abc"), S("abc"), true, NULL },
    { "streq", S("abc"), S("ABC"), false, NULL },
    { "streq", S(""), S(""), true, NULL },
    { "strMatch", S("a|62|c"), S("xabcx"), true, "Pattern match \"a|62|c\"" },
    { "strMatch", S("abc"), S("ABC"), false, NULL },
    { "eq", S("5"), S(" 5x"), true, "Operator EQ matched 5" },
    { "eq", S("0"), S(""), true, NULL },
    { "eq", S("0"), S("abc"), true, NULL },
    { "eq", S("-3"), S("-3"), true, NULL },
    { "ge", S("5"), S("5"), true, "Operator GE matched 5" },
    { "ge", S("5"), S("4"), false, NULL },
    { "gt", S("5"), S("6"), true, "Operator GT matched 5" },
    { "gt", S("5"), S("99999999999999999999"), true, NULL },
    { "le", S("5"), S("5"), true, "Operator LE matched 5" },
    { "lt", S("5"), S("4"), true, "Operator LT matched 5" },
    { "lt", S("5"), S("-99999999999999999999"), true, NULL },
    { "rx", S("^a.c$"), S("a\nc"), true, "Pattern match \"^a.c$\"" },
    { "rx", S("^abc$"), S("abc\n"), false, NULL },
    { "rx", S("ABC"), S("abc"), false, NULL },
    { "rx", S("(?i)ABC"), S("abc"), true, NULL },
    { "rx", S("b\\x00c"), S("ab\0cd"), true, NULL },
    { "rx", S(""), S(""), true, NULL },
    { "rx", S("^日本"), S("日本語"), true, "Pattern match \"^\\xe6\\x97\\xa5\\xe6\\x9c\\xac\"" },
    { "rxGlobal", S("a"), S("bab"), true, NULL },
    { "pm", S("foo bar"), S("a BAR b"), true, "Matched phrase \"bar\"" },
    { "pm", S("foo bar"), S("fo ba"), false, NULL },
    { "pm", S("foo bar"), S(""), false, NULL },
    { "pm", S("a|20|b"), S("b"), true, NULL }, /* two phrases, as in mod_security 2 */
    { "pm", S("a|2e|b"), S("a b"), false, NULL },
    { "pm", S("a|2d 2d|b"), S("xA--Bx"), true, NULL },
    { "pm", S("パスワード"), S("私のパスワード"), true, NULL },
    { "pm", S("a|b"), S("xa|bx"), true, NULL },
    { "ipMatch", S("192.0.2.1"), S("192.0.2.1"), true, "IPmatch \"192.0.2.1\"" },
    { "ipMatch", S("192.0.2.0/24, 10.0.0.0/8"), S("10.255.0.1"), true, NULL },
    { "ipMatch", S("192.0.2.0/24,10.0.0.0/8"), S("11.0.0.0"), false, NULL },
    { "ipMatch", S("192.0.2.77/25"), S("192.0.2.127"), true, NULL },
    { "ipMatch", S("192.0.2.77/25"), S("192.0.2.128"), false, NULL },
    { "ipMatch", S("10.0.0.0/8,10.1.0.0/16"), S("10.200.0.1"), true, NULL },
    { "ipMatch", S("2001:db8::/32"), S("2001:db8:ffff::1"), true, NULL },
    { "ipMatch", S("2001:db8::/32"), S("2001:db9::"), false, NULL },
    { "ipMatch", S("::/0"), S("192.0.2.1"), false, NULL },
    { "ipMatch", S("0.0.0.0/0"), S("192.0.2.1"), true, NULL },
    { "ipMatch", S("0.0.0.0/0"), S("192.0.2.1 "), false, NULL },
    { "ipMatch", S("0.0.0.0/0"), S("192.0.2.1\0"), false, NULL },
    { "ipMatch", S("127.0.0.1,::1"), S("::1"), true, NULL },
    { "ipMatch", S("127.0.0.1,::1"), S("unix:"), false, NULL },
    { "validateByteRange", S("32-126"), S("abc"), false, NULL },
    { "validateByteRange", S("32-126"), S("a\nb\0"), true,
      "Found 2 byte(s) outside range: 32-126" },
    { "validateByteRange", S("9,10,13,32-126"), S("a\n"), false, NULL },
    { "validateByteRange", S("1-255"), S("日本"), false, NULL },
    { "validateByteRange", S("32-126"), S(""), false, NULL },
    { "validateUrlEncoding", S(""), S("a%20b"), false, NULL },
    { "validateUrlEncoding", S(""), S("a%2"), true, NULL },
    { "validateUrlEncoding", S(""), S("a%2g"), true, NULL },
    { "validateUrlEncoding", S(""), S("%"), true, NULL },
    { "validateUtf8Encoding", S(""), S("日本語😀"), false, NULL },
    { "validateUtf8Encoding", S(""), S("\xc0\xaf"), true,
      "Invalid UTF-8 encoding: overlong character detected (offset 0)" },
    { "validateUtf8Encoding", S(""), S("a\xe3\x81"), true,
      "Invalid UTF-8 encoding: not enough bytes in character (offset 1)" },
    { "validateUtf8Encoding", S(""), S("\xe3\x81x"), true,
      "Invalid UTF-8 encoding: invalid byte value in character (offset 0)" },
    { "validateUtf8Encoding", S(""), S("\xed\xa0\x80"), true,
      "Invalid UTF-8 encoding: use of restricted character (offset 0)" },
    { "validateUtf8Encoding", S(""), S("\xf5\x80\x80\x80"), true, NULL },
    { "validateUtf8Encoding", S(""), S("\x80"), true, NULL },
    { "verifyCC", S("\\d{13,16}"), S("card 4111111111111111."), true,
      "CC# match \"\\\\d{13,16}\"" },
    { "verifyCC", S("^\\d{16}$"), S("4111111111111112"), false, NULL },
    { "verifyCC", S("[\\d-]+"), S("no 1-2 but 4111-1111-1111-1111"), true, NULL },
    { "verifyCPF", S("[\\d.-]{11,14}"), S("529.982.247-25"), true, NULL },
    { "verifyCPF", S("\\d{11}"), S("52998224726"), false, NULL },
    { "verifyCPF", S("\\d{11}"), S("11111111111"), false, NULL },
    { "verifySSN", S("\\d{3}-?\\d{2}-?\\d{4}"), S("078-05-1120"), true, NULL },
    { "verifySSN", S("\\d{9}"), S("666051120"), false, NULL },
    { "verifySSN", S("\\d{9}"), S("123456789"), false, NULL },
    { "verifySSN", S("\\d{9}"), S("078050000"), false, NULL },
    { "verifySVNR", S("\\d{10}"), S("1237010180"), true, NULL },
    { "verifySVNR", S("\\d{10}"), S("1238010180"), false, NULL },
    { "detectSQLi", S(""), S("1' or '1'='1"), true, "detected SQL injection (' comparison)" },
    { "detectSQLi", S(""), S("東京都千代田区"), false, NULL },
    { "detectSQLi", S(""), S(""), false, NULL },
    { "detectXSS", S(""), S("<script>alert(1)</script>"), true, "detected XSS (text tag)" },
    { "detectXSS", S(""), S("plain text"), false, NULL },
    { "unconditionalMatch", S(""), S(""), true, NULL },
    { "noMatch", S(""), S("x"), false, NULL },
    { "geoLookup", S(""), S("192.0.2.1"), false, NULL },
    { "rbl", S("list.example"), S("192.0.2.1"), false, NULL },
};

static void
operators__answer_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct asked a;
        bool yes;

        open_op(&a, cases[i].op, cases[i].argument);
        yes = ask(&a, cases[i].value);
        if (yes != cases[i].yes || a.run.limit_hit)
            fail_msg("@%s %.*s on \"%.*s\"", cases[i].op, SK_ARG(cases[i].argument),
                     SK_ARG(cases[i].value));
        if (yes && a.run.matched.n == 0 && !a.run.what) fail_msg("@%s says nothing", cases[i].op);
        sk_str said = seclang_op_sentence(a.mem, a.run.what, a.run.matched);
        if (yes && cases[i].matched && !sk_str_eq(said, sk_str_of(cases[i].matched)))
            fail_msg("@%s says: %.*s", cases[i].op, SK_ARG(said));
        if (yes && !passes(&a, cases[i].argument, cases[i].value))
            fail_msg("the filter of @%s refuses \"%.*s\"", cases[i].op, SK_ARG(cases[i].value));
        close_op(&a);
    }
}

/* ── what cannot be compiled ── */

static const struct {
    const char *op, *argument, *says;
} refused[] = {
    { "rx", "a(b", "at byte 4" },
    { "rx", "a**+*[", "at byte" },
    { "pm", " ", "needs phrases" },
    { "pmFromFile", "", "needs a file" },
    { "pmFromFile", "https://lists.example/x", "not fetched" },
    { "pmFromFile", "nothing.data", "/nowhere/nothing.data" },
    { "ipMatch", "", "needs addresses" },
    { "ipMatch", "192.0.2.256", "192.0.2.256" },
    { "ipMatch", "192.0.2.0/33", "192.0.2.0/33" },
    { "ipMatch", "192.0.2.0/", "no address" },
    { "ipMatch", "example.jp", "no address" },
    { "ipMatchFromFile", "https://lists.example/x", "not fetched" },
    { "ipMatchF", "nothing", "/nowhere/nothing" },
    { "validateByteRange", "1-256", "256" },
    { "validateByteRange", "9-1", "9-1" },
    { "validateByteRange", "a", "\"a\"" },
    { "strMatch", "", "needs a text" },
    { "strMatch", "\\q", "escapes" },
    { "verifyCC", "(", "at byte" },
    { "validateDTD", "x.dtd", "@validateDTD" },
    { "validateSchema", "x.xsd", "@validateSchema" },
    { "validateHash", "x", "@validateHash" },
    { "inspectFile", "x", "@inspectFile" },
    { "fuzzyHash", "x", "@fuzzyHash" },
    { "gsbLookup", "x", "@gsbLookup" },
    { "rsub", "s/a/b/", "@rsub" },
    { "rbl", "", "domain" },
};

static void
arguments_that_are_wrong__are_refused_with_a_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct asked a;
        sk_err e = compile(&a, refused[i].op, sk_str_of(refused[i].argument), false,
                           "/nowhere/rules.conf");

        if (!sk_failed(e) || !strstr(e.why, refused[i].says))
            fail_msg("@%s %s: %s", refused[i].op, refused[i].argument, e.why);
        close_op(&a);
    }
}

/* ── captures ── */

static void
rx__captures_ten_groups_and_leaves_unset_ones_empty(void **state)
{
    struct asked a;

    (void)state;
    open_op(&a, "rx", SK_STR("(a)(x)?(c)"));
    assert_true(ask(&a, SK_STR("zacz")));
    assert_int_equal(a.run.capture_count, 4);
    assert_true(sk_str_eq(a.run.capture[0], SK_STR("ac")));
    assert_true(sk_str_eq(a.run.capture[1], SK_STR("a")));
    assert_int_equal(a.run.capture[2].n, 0);
    assert_true(sk_str_eq(a.run.capture[3], SK_STR("c")));
    close_op(&a);
    open_op(&a, "rx", SK_STR("(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)(1)"));
    assert_true(ask(&a, SK_STR("12345678901")));
    assert_int_equal(a.run.capture_count, SECLANG_CAPTURES);
    assert_true(sk_str_eq(a.run.capture[9], SK_STR("9")));
    close_op(&a);
}

static void
rx_global__captures_the_last_of_all_matches(void **state)
{
    struct asked a;

    (void)state;
    open_op(&a, "rxGlobal", SK_STR("(a.)|(b.)"));
    assert_true(ask(&a, SK_STR("a1 b2 a3")));
    assert_int_equal(a.run.capture_count, 3);
    assert_true(sk_str_eq(a.run.capture[1], SK_STR("a3")));
    assert_true(sk_str_eq(a.run.capture[2], SK_STR("b2")));
    close_op(&a);
    open_op(&a, "rxGlobal", SK_STR("x*"));
    assert_true(ask(&a, SK_STR("axxb")));
    close_op(&a);
}

static void
pm__captures_the_phrase_that_ends_first_and_of_several_the_longest(void **state)
{
    struct asked a;

    (void)state;
    open_op(&a, "pm", SK_STR("def bcd cd abcdefg"));
    assert_true(ask(&a, SK_STR("xABCDEFG")));
    assert_int_equal(a.run.capture_count, 1);
    assert_true(sk_str_eq(a.run.capture[0], SK_STR("bcd")));
    close_op(&a);
}

/* Vectorscan 5.4.9 as it is loses some of these: see scan.c. */
static void
pm__finds_a_phrase_at_any_place_of_a_text_of_any_length(void **state)
{
    static const char *const lists[] = { "abcdefghijklmnopqrstuvwxyz aa", "bm cnmoo jpml ahdpimi",
                                         "zz q.q" };
    static const char *const phrases[] = { "aa", "bm", "q.q" };
    char text[140];
    struct asked a;

    (void)state;
    for (size_t list = 0; list < 3; list++) {
        sk_str phrase = sk_str_of(phrases[list]);

        open_op(&a, "pm", sk_str_of(lists[list]));
        for (size_t n = phrase.n; n <= sizeof(text); n++)
            for (size_t at = 0; at + phrase.n <= n; at++) {
                memset(text, 'x', n);
                memcpy(text + at, phrase.p, phrase.n);
                if (!ask(&a, (sk_str){ text, n }))
                    fail_msg("@pm %s: not found at %zu of %zu", lists[list], at, n);
            }
        close_op(&a);
    }
}

static void
pm__finds_nothing_that_reaches_behind_the_text(void **state)
{
    struct asked a;

    (void)state;
    open_op(&a, "pm", SK_STR("a|00 00|"));
    assert_true(ask(&a, (sk_str){ "xa\0\0", 4 }));
    assert_false(ask(&a, (sk_str){ "xa\0\0", 3 }));
    assert_false(ask(&a, (sk_str){ "xa\0\0", 2 }));
    close_op(&a);
}

static void
injections__are_captured_as_reason_and_value(void **state)
{
    struct asked a;

    (void)state;
    open_op(&a, "detectSQLi", SK_STR(""));
    assert_true(ask(&a, SK_STR("1 union select 1 from dual")));
    assert_true(sk_str_eq(a.run.capture[0], SK_STR("value union")));
    close_op(&a);
    open_op(&a, "detectXSS", SK_STR(""));
    assert_true(ask(&a, SK_STR("<img src=x onerror=alert(1)>")));
    assert_int_equal(a.run.capture[0].n, 28);
    close_op(&a);
}

/* ── macros and limits ── */

static void
rx_with_a_macro__is_compiled_from_what_it_expands_to(void **state)
{
    struct asked a;

    (void)state;
    assert_false(sk_failed(compile(&a, "rx", SK_STR("^%{tx.a}$"), true, NULL)));
    assert_false(sk_failed(seclang_scratch_new(&a.scratch)));
    a.run.scratch = a.scratch;
    for (int i = 0; i < 40; i++) { /* more than are remembered */
        a.run.argument = sk_str_printf(a.mem, "^%d$", i);
        assert_true(ask(&a, sk_str_printf(a.mem, "%d", i)));
        assert_false(ask(&a, SK_STR("x")));
    }
    a.run.argument = SK_STR("^(");
    assert_false(ask(&a, SK_STR("(")));
    assert_true(a.run.limit_hit);
    assert_true(passes(&a, SK_STR("^%{tx.a}$"), SK_STR("")));
    close_op(&a);
}

static void
rx__says_when_it_ran_into_its_limit(void **state)
{
    static char text[4000];
    struct asked a;

    (void)state;
    memset(text, 'a', sizeof(text));
    memcpy(text + sizeof(text) - 2, "bz", 2);
    open_op(&a, "rx", SK_STR("^(a+)+b\\1$")); /* a back reference: nobody else can tell */
    assert_false(ask(&a, (sk_str){ text, sizeof(text) }));
    assert_true(a.run.limit_hit);
    assert_false(ask(&a, SK_STR("x")));
    assert_false(a.run.limit_hit);
    close_op(&a);
}

static void
rx__answers_where_pcre2_gives_up(void **state)
{
    static char text[4001];
    struct asked a;

    (void)state;
    memset(text, 'a', sizeof(text));
    open_op(&a, "rx", SK_STR("^(?:a+)+[bc]$|x"));
    a.run.want_captures = true;
    assert_false(ask(&a, (sk_str){ text, 4000 }));
    assert_false(a.run.limit_hit);
    text[4000] = 'x';
    assert_true(ask(&a, (sk_str){ text, 4001 }));
    assert_false(a.run.limit_hit);
    assert_int_equal(a.run.capture_count, 1);
    assert_ptr_equal(a.run.capture[0].p + a.run.capture[0].n, text + 4001);
    close_op(&a);
}

/* For which PCRE2 alone would take seconds: from each | to the end, and back looking for a slash.
 */
static void
rx__asks_in_linear_time_where_pcre2_takes_too_long(void **state)
{
    static const sk_str pattern = SK_STR("\\|[\\w|]*[/;]");
    static char text[256 << 10];
    struct asked a;

    (void)state;
    memset(text, '|', sizeof(text));
    text[0] = '/';
    open_op(&a, "rx", pattern);
    a.run.want_captures = true;
    assert_false(ask(&a, SK_STR("/|||")));
    assert_false(seclang_linear_knows(a.scratch, pattern));
    assert_false(ask(&a, (sk_str){ text, sizeof(text) }));
    assert_true(seclang_linear_knows(a.scratch, pattern));
    text[sizeof(text) - 1] = '/';
    assert_true(ask(&a, (sk_str){ text, sizeof(text) }));
    assert_false(a.run.limit_hit);
    assert_ptr_equal(a.run.capture[0].p + a.run.capture[0].n, text + sizeof(text));
    close_op(&a);
}

static void
rx__finds_what_begins_in_a_later_span(void **state)
{
    static char text[5000];
    struct asked a;

    (void)state;
    memset(text, '-', sizeof(text));
    memcpy(text + 1020, "abcdefgh", 8); /* over the end of the first span */
    text[4999] = 'z';
    open_op(&a, "rx", SK_STR("(?<=a)bcdefgh|^z|z$"));
    a.run.want_captures = true;
    assert_true(ask(&a, (sk_str){ text, sizeof(text) }));
    assert_true(sk_str_eq(a.run.capture[0], SK_STR("bcdefgh")));
    text[1021] = '-';
    assert_true(ask(&a, (sk_str){ text, sizeof(text) }));
    assert_ptr_equal(a.run.capture[0].p, text + 4999);
    assert_false(ask(&a, (sk_str){ text, sizeof(text) - 1 }));
    close_op(&a);
}

static void
literal_filters__do_not_trust_a_macro(void **state)
{
    struct asked a;

    (void)state;
    open_op(&a, "contains", SK_STR("%{tx.a}"));
    assert_true(passes(&a, SK_STR("%{tx.a}"), SK_STR("")));
    assert_false(passes(&a, SK_STR("abc"), SK_STR("abx")));
    close_op(&a);
}

/* ── files ── */

static void
write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void
lists__are_read_from_files_beside_the_rules(void **state)
{
    char folder[] = "/tmp/seclang-op-XXXXXX", rules[64], one[64], two[64];
    struct asked a;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(rules, sizeof(rules), "%s/x.conf", folder);
    snprintf(one, sizeof(one), "%s/one.data", folder);
    snprintf(two, sizeof(two), "%s/two.data", folder);
    write_file(one, "# evil\n\n  foo bar  \r\nC:\\windows\n|41 42|\n");
    write_file(two, "192.0.2.0/24 # ours\n#10.0.0.0/8\n\n2001:db8::1\r\n");
    assert_false(sk_failed(compile(&a, "pmf", SK_STR("one.data  two.data"), false, rules)));
    assert_false(sk_failed(seclang_scratch_new(&a.scratch)));
    a.run.scratch = a.scratch;
    assert_true(ask(&a, SK_STR("xFOO BARx")));
    assert_true(ask(&a, SK_STR("c:\\WINDOWS\\x")));
    assert_true(ask(&a, SK_STR("zabz")));
    assert_true(ask(&a, SK_STR("2001:db8::1")));
    assert_false(ask(&a, SK_STR("evil foo")));
    close_op(&a);
    assert_false(sk_failed(compile(&a, "ipMatchFromFile", SK_STR("two.data"), false, rules)));
    assert_true(ask(&a, SK_STR("192.0.2.200")));
    assert_true(ask(&a, SK_STR("2001:db8:0::1")));
    assert_false(ask(&a, SK_STR("10.0.0.1")));
    close_op(&a);
    write_file(two, "192.0.2.1\nhost.example\n");
    assert_true(sk_failed(compile(&a, "ipMatchFromFile", SK_STR("two.data"), false, rules)));
    close_op(&a);
    unlink(one);
    unlink(two);
    rmdir(folder);
}

/* ── scratch ── */

static void
scratch__fits_databases_that_are_compiled_later(void **state)
{
    struct asked first, second;

    (void)state;
    open_op(&first, "pm", SK_STR("a"));
    assert_true(ask(&first, SK_STR("xa")));
    open_op(&second, "pm", SK_STR("some much longer phrases than the first one has"));
    second.run.scratch = first.scratch;
    assert_true(ask(&second, SK_STR("LONGER")));
    assert_true(ask(&first, SK_STR("xa")));
    close_op(&second);
    assert_true(ask(&first, SK_STR("xa")));
    close_op(&first);
}

static void
names__are_found_in_any_case(void **state)
{
    size_t count;

    (void)state;
    assert_non_null(seclang_op_find(SK_STR("validateUtf8Encoding")));
    assert_ptr_equal(seclang_op_find(SK_STR("RX")), seclang_op_find(SK_STR("rx")));
    assert_null(seclang_op_find(SK_STR("rxx")));
    for (const struct seclang_op *rows = seclang_op_rows(&count); count-- > 0;)
        assert_true(rows[count].compile && rows[count].run);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators__answer_as_the_table_says),
        cmocka_unit_test(arguments_that_are_wrong__are_refused_with_a_reason),
        cmocka_unit_test(rx__captures_ten_groups_and_leaves_unset_ones_empty),
        cmocka_unit_test(rx_global__captures_the_last_of_all_matches),
        cmocka_unit_test(pm__captures_the_phrase_that_ends_first_and_of_several_the_longest),
        cmocka_unit_test(pm__finds_a_phrase_at_any_place_of_a_text_of_any_length),
        cmocka_unit_test(pm__finds_nothing_that_reaches_behind_the_text),
        cmocka_unit_test(injections__are_captured_as_reason_and_value),
        cmocka_unit_test(rx_with_a_macro__is_compiled_from_what_it_expands_to),
        cmocka_unit_test(rx__says_when_it_ran_into_its_limit),
        cmocka_unit_test(rx__answers_where_pcre2_gives_up),
        cmocka_unit_test(rx__asks_in_linear_time_where_pcre2_takes_too_long),
        cmocka_unit_test(rx__finds_what_begins_in_a_later_span),
        cmocka_unit_test(literal_filters__do_not_trust_a_macro),
        cmocka_unit_test(lists__are_read_from_files_beside_the_rules),
        cmocka_unit_test(scratch__fits_databases_that_are_compiled_later),
        cmocka_unit_test(names__are_found_in_any_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
