#include "gate/exchange_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* What the test's vault knows, and how it answers. */
struct known {
    struct personal_token token;
    const char *text;
    enum gate_fate fate;
};

static struct known known[8];
static size_t known_count;

static const char *
token_of(enum personal_kind kind, const char *text, enum gate_fate fate)
{
    struct known *k = &known[known_count++];
    unsigned char random[PERSONAL_TOKEN_RANDOM];

    memset(random, (int)(known_count * 37), sizeof random);
    personal_token_make(&k->token, kind, random);
    k->token.text[k->token.n] = '\0';
    k->text = text;
    k->fate = fate;
    return k->token.text;
}

static enum gate_fate
tell(void *ctx, const struct personal_token *token, sk_str *text)
{
    (void)ctx;
    for (size_t i = 0; i < known_count; i++)
        if (sk_str_eq(personal_token_str(token), personal_token_str(&known[i].token))) {
            *text = sk_str_of(known[i].text);
            return known[i].fate;
        }
    return GATE_FATE_MASK;
}

static void
put(void *ctx, sk_str text)
{
    sk_buf_add(ctx, text);
}

static void
exchange(struct sk_buf *to, const char *type, sk_str page, size_t (*cut)(size_t left), bool hurry)
{
    enum gate_charset charset;
    enum gate_page_type kind = gate_page_type_of(sk_str_of(type), &charset);
    struct gate_out *out = gate_out_new(kind, charset);

    while (page.n) {
        size_t n = cut(page.n);

        gate_out_add(out, sk_str_first(page, n));
        page = sk_str_from(page, n);
        if (gate_out_is_full(out) || hurry) gate_out_write(out, tell, put, to);
    }
    gate_out_end(out);
    gate_out_write(out, tell, put, to);
    assert_false(gate_out_has_some(out));
    gate_out_free(out);
}

static size_t
whole(size_t left)
{
    return left < GATE_OUT_PIECE ? left : GATE_OUT_PIECE;
}

static size_t
one(size_t left)
{
    (void)left;
    return 1;
}

static size_t
some(size_t left)
{
    size_t n = 1 + (size_t)random() % 97;

    return n < left ? n : left;
}

static void
becomes(const char *type, const char *page, const char *wanted)
{
    size_t (*const cuts[])(size_t) = { whole, one, some, some, some };

    for (size_t i = 0; i < 2 * sizeof cuts / sizeof *cuts; i++) {
        sk_arena *mem = sk_arena_new(0);
        struct sk_buf got = { .mem = mem };

        exchange(&got, type, sk_str_of(page), cuts[i / 2], i % 2);
        if (!sk_str_eq(sk_buf_str(&got), sk_str_of(wanted)))
            fail_msg("%s\n  gave %.*s\n  not %s", page, SK_ARG(sk_buf_str(&got)), wanted);
        sk_arena_free(mem);
    }
}

static char *
with(sk_arena *mem, const char *text, const char *token)
{
    struct sk_buf out = { .mem = mem };

    for (; *text; text++)
        if (*text == '$')
            sk_buf_add(&out, sk_str_of(token));
        else
            sk_buf_byte(&out, *text);
    return sk_str_zcopy(mem, sk_buf_str(&out));
}

static void
page_becomes(const char *type, const char *page, const char *token, const char *wanted)
{
    sk_arena *mem = sk_arena_new(0);

    becomes(type, with(mem, page, token), with(mem, wanted, token));
    sk_arena_free(mem);
}

static int
forget(void **unused)
{
    (void)unused;
    known_count = 0;
    srandom(1);
    return 0;
}

/* ── cases ── */

static void
exchange_out__shows_a_value_where_people_read_it(void **unused)
{
    (void)unused;
    const char *t = token_of(PERSONAL_NAME, "山田 <太郎>", GATE_FATE_SHOW);

    page_becomes("text/html; charset=utf-8",
                 "<p>$ 様<input value='$'><a href=\"/?q=$\" onclick='f(\"$\")'>$</a>"
                 "<script>x='$'</script><!--$-->",
                 t,
                 "<p>山田 &#60;太郎&#62; 様<input value='山田&#32;&#60;太郎&#62;'>"
                 "<a href=\"/?q=$\" onclick='f(\"$\")'>山田 &#60;太郎&#62;</a>"
                 "<script>x='山田\\u0020\\u003c太郎\\u003e'</script><!--$-->");
}

static void
exchange_out__masks_what_may_not_be_seen_but_for_form_fields(void **unused)
{
    (void)unused;
    const char *t = token_of(PERSONAL_PHONE, "***-****-5678", GATE_FATE_HALF);

    page_becomes("text/html", "$<input value=\"$\"><textarea>$</textarea>", t,
                 "***-****-5678<input value=\"$\"><textarea>$</textarea>");
    page_becomes("application/json", "{\"a\":\"$\"}", t, "{\"a\":\"***-****-5678\"}");
}

static void
exchange_out__masks_all_when_nothing_is_known_of_it(void **unused)
{
    (void)unused;
    const char *t = token_of(PERSONAL_EMAIL, "taro@example.jp", GATE_FATE_MASK);

    page_becomes("text/plain; charset=UTF-8", "to $, $.", t, "to ***, ***.");
    page_becomes("text/csv", "$,\"$\",x $\n", t, "***,\"***\",x ***\n");
    page_becomes("text/html", "<i>$</i><a href='mailto:$'>", t, "<i>***</i><a href='mailto:$'>");
}

static void
exchange_out__leaves_what_is_no_token_of_the_vaults(void **unused)
{
    (void)unused;
    const char *t = token_of(PERSONAL_BIRTHDAY, "", GATE_FATE_LEAVE);

    page_becomes("text/html", "<p>born $, 1600-10-21", t, "<p>born $, ***");
}

static void
exchange_out__finds_json_strings(void **unused)
{
    (void)unused;
    const char *t = token_of(PERSONAL_BIRTHDAY, "1980-01-31", GATE_FATE_SHOW);

    page_becomes("application/json", "{\"a\\\"\":\"x $ \\\\\",\"b\":$}", t,
                 "{\"a\\\"\":\"x 1980-01-31 \\\\\",\"b\":$}");
}

static void
exchange_out__keeps_the_fields_of_csv_apart(void **unused)
{
    (void)unused;
    const char *t = token_of(PERSONAL_ADDRESS, "=東京, \"千代田\"", GATE_FATE_SHOW);

    page_becomes(
        "text/csv; charset=utf-8", "a,$,\"$\",\"x $\"\n$\r\n$ 1,x $,$", t,
        "a,\"'=東京, \"\"千代田\"\"\",\"'=東京, \"\"千代田\"\"\",\"x =東京, \"\"千代田\"\"\"\n"
        "\"'=東京, \"\"千代田\"\"\"\r\n'=東京   千代田  1,x =東京   千代田 ,"
        "\"'=東京, \"\"千代田\"\"\"");
}

static void
exchange_out__escapes_where_the_charset_is_not_known(void **unused)
{
    (void)unused;
    const char *t = token_of(PERSONAL_NAME, "山", GATE_FATE_SHOW);

    page_becomes("text/html", "<p>$", t, "<p>&#23665;");
    page_becomes("text/html; charset=Shift_JIS", "<p>\x83\x5c$", t, "<p>\x83\x5c&#23665;");
    page_becomes("text/plain", "$", t, "***");
    page_becomes("text/csv; charset=Shift_JIS", "\x95\x5c,$", t, "\x95\x5c,\x8e\x52");
    page_becomes("text/plain; charset=\"euc-jp\"", "$", t, "\xbb\xb3");
    page_becomes("application/json", "\"$\"", t, "\"山\"");
}

static void
exchange_out__leaves_a_token_that_was_cut(void **unused)
{
    (void)unused;
    const char *t = token_of(PERSONAL_NAME, "山", GATE_FATE_SHOW);
    char cut[PERSONAL_TOKEN_MAX];

    memcpy(cut, t, 12);
    cut[12] = '\0';
    page_becomes("text/html", "<p>$…", cut, "<p>$…");
}

static void
exchange_out__knows_its_types(void **unused)
{
    (void)unused;
    static const struct {
        const char *type;
        enum gate_page_type is;
        enum gate_charset charset;
    } rows[] = {
        { "text/html", GATE_PAGE_HTML, GATE_CHARSET_OTHER },
        { "Text/HTML ; charset=\"UTF-8\"", GATE_PAGE_HTML, GATE_CHARSET_UTF8 },
        { "text/html; charset=UTF-16", GATE_PAGE_NONE, GATE_CHARSET_OTHER },
        { "text/html; charset=iso-2022-jp", GATE_PAGE_NONE, GATE_CHARSET_OTHER },
        { "application/ld+json", GATE_PAGE_JSON, GATE_CHARSET_UTF8 },
        { "application/json; charset=euc-jp", GATE_PAGE_JSON, GATE_CHARSET_EUC_JP },
        { "text/csv", GATE_PAGE_CSV, GATE_CHARSET_OTHER },
        { "text/javascript", GATE_PAGE_NONE, GATE_CHARSET_OTHER },
        { "image/png", GATE_PAGE_NONE, GATE_CHARSET_OTHER },
        { "", GATE_PAGE_NONE, GATE_CHARSET_OTHER },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum gate_charset charset;

        if (gate_page_type_of(sk_str_of(rows[i].type), &charset) != rows[i].is ||
            (rows[i].is && charset != rows[i].charset))
            fail_msg("%s", rows[i].type);
    }
}

/* Pages of anything: the output never depends on the cuts, and has no value that was not shown. */
static void
exchange_out__is_the_same_however_a_page_is_cut(void **unused)
{
    (void)unused;
    static const char *const types[] = { "text/html", "application/json", "text/csv", "text/plain",
                                         "text/html; charset=utf-8" };
    static const char *const bits[] = { "<p ",       "value=\"", "\"",  "'",  ">",  "<script>",
                                        "</script>", "<!--",     "-->", ",",  "\n", "\\",
                                        "山",        "x",        " ",   "&#", "=" };
    const char *tokens[4];

    tokens[0] = token_of(PERSONAL_NAME, "SECRET <1>", GATE_FATE_MASK);
    tokens[1] = token_of(PERSONAL_PHONE, "090-1234-5678", GATE_FATE_SHOW);
    tokens[2] = token_of(PERSONAL_EMAIL, "SECRET@2", GATE_FATE_LEAVE);
    tokens[3] = token_of(PERSONAL_READING, "ヤマ,\"", GATE_FATE_SHOW);
    for (int round = 0; round < 300; round++) {
        sk_arena *mem = sk_arena_new(0);
        struct sk_buf page = { .mem = mem }, a = { .mem = mem }, b = { .mem = mem };
        const char *type = types[round % 5];

        for (int i = 0; i < 60; i++)
            sk_buf_add(&page, sk_str_of(random() % 3 ? bits[random() % 17] : tokens[random() % 4]));
        exchange(&a, type, sk_buf_str(&page), whole, false);
        exchange(&b, type, sk_buf_str(&page), some, round % 2);
        assert_true(sk_str_eq(sk_buf_str(&a), sk_buf_str(&b)));
        assert_true(sk_str_find(sk_buf_str(&a), SK_STR("SECRET")) == SIZE_MAX);
        sk_arena_free(mem);
    }
}

static void
exchange_out__holds_a_window_at_most(void **unused)
{
    (void)unused;
    const char *t = token_of(PERSONAL_PHONE, "090-1234-5678", GATE_FATE_SHOW);
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf page = { .mem = mem }, got = { .mem = mem };

    while (page.n < 10 * GATE_OUT_WINDOW) {
        sk_buf_add(&page, sk_str_of(t));
        sk_buf_byte(&page, ' ');
    }
    exchange(&got, "text/plain", sk_buf_str(&page), whole, false);
    assert_int_equal(got.n, page.n); /* a token is as long as what it stands for */
    assert_true(sk_str_find(sk_buf_str(&got), sk_str_of(t)) == SIZE_MAX);
    sk_arena_free(mem);
}

static void
exchange_out__asks_for_nobody_where_nothing_may_be_put(void **unused)
{
    const char *mine = token_of(PERSONAL_NAME, "山田", GATE_FATE_SHOW);
    const char *hidden = token_of(PERSONAL_NAME, "川田", GATE_FATE_SHOW);
    struct gate_out *out = gate_out_new(GATE_PAGE_HTML, GATE_CHARSET_UTF8);
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const struct personal_token *token;
    struct sk_buf got = { .mem = mem };

    (void)unused;
    gate_out_add(out, sk_str_printf(mem, "<!-- %s --><a onclick='%s' href=%s>%s</a>", hidden,
                                    hidden, hidden, mine));
    gate_out_end(out);
    assert_true(gate_out_token(out, 0, &token));
    assert_true(sk_str_eq(personal_token_str(token), sk_str_of(mine)));
    assert_false(gate_out_token(out, 1, &token));
    gate_out_write(out, tell, put, &got);
    assert_true(sk_str_eq(
        sk_buf_str(&got),
        sk_str_printf(mem, "<!-- %s --><a onclick='%s' href=%s>山田</a>", hidden, hidden, hidden)));
    gate_out_free(out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(exchange_out__shows_a_value_where_people_read_it, forget),
        cmocka_unit_test_setup(exchange_out__masks_what_may_not_be_seen_but_for_form_fields,
                               forget),
        cmocka_unit_test_setup(exchange_out__masks_all_when_nothing_is_known_of_it, forget),
        cmocka_unit_test_setup(exchange_out__leaves_what_is_no_token_of_the_vaults, forget),
        cmocka_unit_test_setup(exchange_out__finds_json_strings, forget),
        cmocka_unit_test_setup(exchange_out__keeps_the_fields_of_csv_apart, forget),
        cmocka_unit_test_setup(exchange_out__escapes_where_the_charset_is_not_known, forget),
        cmocka_unit_test_setup(exchange_out__leaves_a_token_that_was_cut, forget),
        cmocka_unit_test_setup(exchange_out__knows_its_types, forget),
        cmocka_unit_test_setup(exchange_out__is_the_same_however_a_page_is_cut, forget),
        cmocka_unit_test_setup(exchange_out__holds_a_window_at_most, forget),
        cmocka_unit_test_setup(exchange_out__asks_for_nobody_where_nothing_may_be_put, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
