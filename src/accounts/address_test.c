#include "accounts/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
email__has_one_spelling_to_compare_and_one_to_write_to(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown, *same;
    } rows[] = {
        { "hana@example.jp", "hana@example.jp", "hana@example.jp" },
        { "  Hana.Sato@Example.JP\n", "Hana.Sato@example.jp", "hana.sato@example.jp" },
        { "ｈａｎａ＠ｅｘａｍｐｌｅ．ｊｐ", "hana@example.jp", "hana@example.jp" },
        { "　hana@example.jp　", "hana@example.jp", "hana@example.jp" },
        { "hana@日本語.jp", "hana@xn--wgv71a119e.jp", "hana@xn--wgv71a119e.jp" },
        { "hana@日本語。jp", "hana@xn--wgv71a119e.jp", "hana@xn--wgv71a119e.jp" },
        { "..x@example.jp", NULL, "email.local" },
        { "a..b.@docomo.example.jp", "a..b.@docomo.example.jp", "a..b.@docomo.example.jp" },
        { "hana+shop@example.jp", "hana+shop@example.jp", "hana+shop@example.jp" },
        { "", NULL, "email.empty" },
        { "　", NULL, "email.empty" },
        { "hana", NULL, "email.sign" },
        { "hana@a@example.jp", NULL, "email.sign" },
        { "hana\xff@example.jp", NULL, "email.sign" },
        { "@example.jp", NULL, "email.local" },
        { "ha na@example.jp", NULL, "email.local" },
        { "花子@example.jp", NULL, "email.local" },
        { "\"hana\"@example.jp", NULL, "email.local" },
        { "hana\r\nBcc: x@example.jp", NULL, "email.local" },
        { "hana@", NULL, "email.domain" },
        { "hana@localhost", NULL, "email.domain" },
        { "hana@example.jp.", NULL, "email.domain" },
        { "hana@192.0.2.1", NULL, "email.domain" },
        { "hana@[192.0.2.1]", NULL, "email.domain" },
        { "hana@exa mple.jp", NULL, "email.domain" },
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct accounts_email email;
        sk_err e = accounts_email_read(&email, mem, sk_str_of(rows[i].text));
        if (!rows[i].shown) {
            if (e.kind != SK_BAD || strcmp(e.why, rows[i].same) != 0)
                fail_msg("%s: %s", rows[i].text, e.why);
            continue;
        }
        if (sk_failed(e)) fail_msg("%s: %s", rows[i].text, e.why);
        if (!sk_str_eq(email.shown, sk_str_of(rows[i].shown)) ||
            !sk_str_eq(email.same, sk_str_of(rows[i].same)))
            fail_msg("%s: %.*s %.*s", rows[i].text, SK_ARG(email.shown), SK_ARG(email.same));
    }
}

static void
email__is_not_longer_than_mail_allows(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct accounts_email email;
    char local[66];
    memset(local, 'a', sizeof local);
    assert_false(
        sk_failed(accounts_email_read(&email, mem, sk_str_printf(mem, "%.64s@example.jp", local))));
    sk_err e = accounts_email_read(&email, mem, sk_str_printf(mem, "%.65s@example.jp", local));
    assert_string_equal(e.why, "email.local");
    struct sk_buf text = { .mem = mem };
    sk_buf_printf(&text, "%.64s@", local);
    for (int i = 0; i < 4; i++)
        sk_buf_printf(&text, "%.45s.", local);
    sk_buf_printf(&text, "jp"); /* 64 + 1 + 186 = 251 */
    assert_false(sk_failed(accounts_email_read(&email, mem, sk_buf_str(&text))));
    sk_buf_printf(&text, "aaa"); /* 254 */
    assert_false(sk_failed(accounts_email_read(&email, mem, sk_buf_str(&text))));
    sk_buf_printf(&text, "a");
    assert_string_equal(accounts_email_read(&email, mem, sk_buf_str(&text)).why, "email.long");
}

static void
phone__is_e164_with_what_it_can_be_asked_for(void **state)
{
    (void)state;
    enum { BOTH = ACCOUNTS_PHONE_SMS | ACCOUNTS_PHONE_VOICE };
    static const struct {
        const char *text, *e164; /* or, with nothing that it can, the fault */
        unsigned can;
        bool foreign;
    } rows[] = {
        { "090-1234-5678", "+819012345678", BOTH, false },
        { "０９０ー１２３４－５６７８", "+819012345678", BOTH, false },
        { "09012345678", "+819012345678", BOTH, false },
        { " (090) 1234.5678 ", "+819012345678", BOTH, false },
        { "+81 90 1234 5678", "+819012345678", BOTH, false },
        { "＋８１（０）９０−１２３４−５６７８", "+819012345678", BOTH, false },
        { "060-1234-5678", "+816012345678", BOTH, false },
        { "070‐1234‐5678", "+817012345678", BOTH, false },
        { "050-1234-5678", "+815012345678", ACCOUNTS_PHONE_VOICE, false },
        { "03-1234-5678", "+81312345678", ACCOUNTS_PHONE_VOICE, false },
        { "0742-12-3456", "+81742123456", ACCOUNTS_PHONE_VOICE, false },
        { "+44 20 7946 0958", "+442079460958", BOTH, true },
        { "+1 202-555-0101", "+12025550101", BOTH, true },
        { "", "phone.empty", 0, false },
        { "--", "phone.empty", 0, false },
        { "0120-123-456", "phone.toll", 0, false },
        { "+81120123456", "phone.toll", 0, false },
        { "0800-123-4567", "phone.toll", 0, false },
        { "0570-012-345", "phone.toll", 0, false },
        { "0990-12-3456", "phone.toll", 0, false },
        { "0210-1234-5678", "phone.length", 0, false },
        { "020-1234-5678", "phone.toll", 0, false },
        { "0081-90-1234-5678", "phone.toll", 0, false },
        { "110", "phone.toll", 0, false },
        { "119", "phone.toll", 0, false },
        { "12345678", "phone.plan", 0, false },
        { "090-1234-567", "phone.length", 0, false },
        { "090-1234-56789", "phone.length", 0, false },
        { "03-1234-567", "phone.length", 0, false },
        { "090-1234-567x", "phone.sign", 0, false },
        { "090+12345678", "phone.sign", 0, false },
        { "090一二三四五六七八", "phone.sign", 0, false },
        { "\xff", "phone.sign", 0, false },
        { "+012345678", "phone.plan", 0, false },
        { "+123456", "phone.length", 0, false },
        { "+1234567890123456", "phone.length", 0, false },
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct accounts_phone phone = { 0 };
        sk_err e = accounts_phone_read(&phone, mem, sk_str_of(rows[i].text));
        if (!rows[i].can) {
            if (e.kind != SK_BAD || strcmp(e.why, rows[i].e164) != 0)
                fail_msg("%s: %s", rows[i].text, e.why);
            continue;
        }
        if (sk_failed(e)) fail_msg("%s: %s", rows[i].text, e.why);
        if (!sk_str_eq(phone.e164, sk_str_of(rows[i].e164)) || phone.can != rows[i].can ||
            phone.foreign != rows[i].foreign)
            fail_msg("%s: %.*s %u", rows[i].text, SK_ARG(phone.e164), phone.can);
    }
}

static void
masks__show_enough_to_recognise_ones_own(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    static const struct {
        const char *whole, *masked;
    } emails[] = {
        { "taro@example.jp", "t***@example.jp" },
        { "t@example.jp", "t***@example.jp" },
        { "@example.jp", "***" },
        { "", "***" },
    };
    for (size_t i = 0; i < sizeof emails / sizeof *emails; i++)
        assert_true(sk_str_eq(accounts_email_mask(mem, sk_str_of(emails[i].whole)),
                              sk_str_of(emails[i].masked)));
    static const struct {
        const char *whole, *masked;
    } phones[] = {
        { "+819012341234", "090-****-1234" },
        { "+81312345678", "03-****-5678" },
        { "+81742123456", "07-****-3456" },
        { "+442079460958", "+44 ****0958" },
        { "+12", "****" },
        { "", "****" },
    };
    for (size_t i = 0; i < sizeof phones / sizeof *phones; i++) {
        sk_str masked = accounts_phone_mask(mem, sk_str_of(phones[i].whole));
        if (!sk_str_eq(masked, sk_str_of(phones[i].masked))) fail_msg("%.*s", SK_ARG(masked));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(email__has_one_spelling_to_compare_and_one_to_write_to),
        cmocka_unit_test(email__is_not_longer_than_mail_allows),
        cmocka_unit_test(phone__is_e164_with_what_it_can_be_asked_for),
        cmocka_unit_test(masks__show_enough_to_recognise_ones_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
