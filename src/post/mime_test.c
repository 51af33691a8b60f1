#include "post/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static sk_arena *mem;

static struct post_sender
sender(const char *text)
{
    struct post_sender s;
    assert_false(sk_failed(post_sender_read(&s, sk_str_of(text))));
    return s;
}

static const char *
written(const char *from, const char *to, const char *subject, const char *text)
{
    struct sk_buf out = { .mem = mem };
    struct post_sender s = sender(from);
    struct post_mail mail = { .from = &s,
                              .to = sk_str_of(to),
                              .subject = sk_str_of(subject),
                              .text = sk_str_of(text),
                              .id = SK_STR("msg_1"),
                              .date = 1764165600123 };
    post_mail_write(&out, &mail);
    sk_buf_byte(&out, 0);
    return out.p;
}

static void
mail__has_what_standards_ask_for(void **state)
{
    (void)state;
    assert_string_equal(written("shop@example.jp", "a@example.com", "Your code", "Hello\n"),
                        "Date: Wed, 26 Nov 2025 23:00:00 +0900\r\n"
                        "From: <shop@example.jp>\r\n"
                        "To: <a@example.com>\r\n"
                        "Subject: Your code\r\n"
                        "Message-ID: <msg_1@example.jp>\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=UTF-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "\r\n"
                        "Hello\r\n");
}

static void
mail__in_japanese_is_encoded_in_whole_characters(void **state)
{
    (void)state;
    const char *mail =
        written("関所 <shop@example.jp>", "a@example.com",
                "【関所】確認コードのお知らせ(新しい端末からのサインイン)", "こんにちは\n");
    assert_non_null(strstr(mail, "From: =?UTF-8?B?6Zai5omA?=\r\n <shop@example.jp>\r\n"));
    assert_non_null(strstr(mail, "Subject: =?UTF-8?B?44CQ6Zai5omA44CR56K66KqN44Kz44O844OJ44Gu44GK"
                                 "55+l44KJ?=\r\n =?UTF-8?B?"));
    assert_non_null(strstr(mail, "Content-Transfer-Encoding: base64\r\n\r\n"
                                 "44GT44KT44Gr44Gh44GvDQo=\r\n"));
}

static void
text__keeps_its_lines_in_quoted_printable(void **state)
{
    static const char row[] =
        "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij";
    char text[200];
    (void)state;
    assert_non_null(strstr(written("a@example.jp", "b@example.jp", "x", ".\nFrom a\na \n=1\n"),
                           "\r\n\r\n=2E\r\n=46rom a\r\na=20\r\n=3D1\r\n"));
    snprintf(text, sizeof text, "%s\nx", row);
    assert_non_null(strstr(written("a@example.jp", "b@example.jp", "x", text),
                           "\r\n\r\nabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc"
                           "defghijabcde=\r\nfghij\r\nx\r\n"));
    assert_non_null(
        strstr(written("a@example.jp", "b@example.jp", "x", "one long word: caf\xc3\xa9\n"),
               "one long word: caf=C3=A9\r\n"));
}

/* Such texts are refused at the door; should one get here, it still cannot begin a header. */
static void
header__cannot_be_begun_by_a_value(void **state)
{
    (void)state;
    const char *mail = written("a@example.jp", "b@example.jp", "x\r\nBcc: c@example.jp", "y\n");
    assert_null(strstr(mail, "\nBcc"));
    assert_null(strstr(written("a@example.jp", "b@example.jp", "=?UTF-8?B?eA==?=", "y"),
                       "Subject: =?UTF-8?B?eA==?=\r\n"));
}

static void
sender__is_a_name_and_an_address(void **state)
{
    static const char *const wrong[] = { "",
                                         "x",
                                         "a@b",
                                         "<a@example.jp",
                                         "x<>",
                                         "x <a@b>",
                                         "a@example.jp, b@example.jp",
                                         "x\r\ny <a@example.jp>" };
    struct post_sender s = sender("\"Kamone, Tea\" <a@example.jp>");
    (void)state;
    assert_true(sk_str_eq(s.name, SK_STR("Kamone, Tea")));
    assert_true(sk_str_eq(s.address, SK_STR("a@example.jp")));
    assert_non_null(strstr(written("Kamone, Tea <a@example.jp>", "b@example.jp", "x", "y"),
                           "From: =?UTF-8?B?S2Ftb25lLCBUZWE=?=\r\n <a@example.jp>"));
    assert_non_null(strstr(written("Kamone Tea <a@example.jp>", "b@example.jp", "x", "y"),
                           "From: Kamone Tea\r\n <a@example.jp>"));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!sk_failed(post_sender_read(&s, sk_str_of(wrong[i])))) fail_msg("%s", wrong[i]);
}

static void
address__with_dots_at_odd_places_is_quoted(void **state)
{
    static const char *const rows[][2] = {
        { "a.b@example.jp", "a.b@example.jp" },
        { "a..b@example.jp", "\"a..b\"@example.jp" },
        { "a.@example.jp", "\"a.\"@example.jp" },
        { ".a@example.jp", "\".a\"@example.jp" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sk_buf out = { .mem = mem };
        post_address_write(&out, sk_str_of(rows[i][0]));
        sk_buf_byte(&out, 0);
        assert_string_equal(out.p, rows[i][1]);
    }
}

static int
prepare(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    return 0;
}

static int
clean(void **state)
{
    (void)state;
    sk_arena_free(mem);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail__has_what_standards_ask_for),
        cmocka_unit_test(mail__in_japanese_is_encoded_in_whole_characters),
        cmocka_unit_test(text__keeps_its_lines_in_quoted_printable),
        cmocka_unit_test(header__cannot_be_begun_by_a_value),
        cmocka_unit_test(sender__is_a_name_and_an_address),
        cmocka_unit_test(address__with_dots_at_odd_places_is_quoted),
    };
    return cmocka_run_group_tests(tests, prepare, clean);
}
