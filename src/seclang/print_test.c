/* Fingerprints tell values apart, with both kinds of multiplication. */
#include "seclang/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { TEXT_MOST = 80 };

static bool
same(struct seclang_print x, struct seclang_print y)
{
    return x.a == y.a && x.b == y.b;
}

static struct seclang_print
whole(const struct seclang_printer *printer, sk_str text, sk_str name, uint64_t tag)
{
    return seclang_print_end(printer, seclang_print_text(printer, text), text, name, tag);
}

/* Calls `test` with the processor's own kind and with the one that every processor has. */
static void
with_both(void (*test)(const struct seclang_printer *printer))
{
    struct seclang_printer printer = { 0 };

    seclang_printer_draw(&printer);
    test(&printer);
    seclang_printer_draw_plain(&printer);
    test(&printer);
}

/* Every length around the blocks that a text is cut into, and every byte of it. */
static void
each_byte(const struct seclang_printer *printer)
{
    char text[TEXT_MOST];

    for (size_t n = 0; n < sizeof(text); n++) {
        sk_str s = { text, n };
        struct seclang_print first;

        memset(text, 'a', sizeof(text));
        first = whole(printer, s, (sk_str){ 0 }, 0);
        assert_true(same(first, whole(printer, s, (sk_str){ 0 }, 0)));
        for (size_t i = 0; i < n; i++) {
            text[i] ^= 1;
            assert_false(same(first, whole(printer, s, (sk_str){ 0 }, 0)));
            text[i] ^= 1;
        }
    }
}

static void
print__tells_texts_apart_by_each_byte(void **state)
{
    (void)state;
    with_both(each_byte);
}

/* Zeros at an end or at the beginning count, and so does which of text and name they belong to. */
static void
each_length(const struct seclang_printer *printer)
{
    static const char zeros[TEXT_MOST];
    struct seclang_print seen[TEXT_MOST * TEXT_MOST / 4];
    size_t count = 0;

    for (size_t n = 0; n < TEXT_MOST / 2; n++)
        for (size_t m = 0; m < TEXT_MOST / 2; m++)
            seen[count++] = whole(printer, (sk_str){ zeros, n }, (sk_str){ zeros, m }, 0);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(same(seen[i], seen[k]));
}

static void
print__tells_lengths_apart(void **state)
{
    (void)state;
    with_both(each_length);
}

static void
each_purpose(const struct seclang_printer *printer)
{
    sk_str text = SK_STR("text/html"), name = SK_STR("accept");

    assert_false(same(whole(printer, text, name, 1), whole(printer, text, name, 2)));
    assert_false(same(whole(printer, text, name, 1), whole(printer, name, text, 1)));
    assert_false(same(whole(printer, SK_STR("ab"), SK_STR("c"), 1),
                      whole(printer, SK_STR("a"), SK_STR("bc"), 1)));
}

static void
print__tells_names_and_purposes_apart(void **state)
{
    (void)state;
    with_both(each_purpose);
}

/* x * y modulo x^128 + x^7 + x^2 + x + 1, bit by bit. */
static struct seclang_print
product(struct seclang_print x, struct seclang_print y)
{
    struct seclang_print sum = { 0, 0 };

    for (unsigned i = 0; i < 128; i++) {
        bool over = x.b >> 63;

        if ((i < 64 ? y.a >> i : y.b >> (i - 64)) & 1) sum.a ^= x.a, sum.b ^= x.b;
        x.b = x.b << 1 | x.a >> 63;
        x.a = x.a << 1 ^ (over ? 0x87 : 0);
    }
    return sum;
}

static void
print__multiplies_as_the_field_does(void **state)
{
    struct seclang_printer printer = { 0 };

    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        struct seclang_print block, point;

        seclang_printer_draw(&printer);
        if (!printer.carryless) skip();
        point = (struct seclang_print){ printer.point[0], printer.point[1] };
        block = product(point, point); /* as good as any */
        assert_true(same(seclang_print_text(&printer, (sk_str){ (const char *)&block, 16 }),
                         product(block, point)));
    }
}

static void
print__depends_on_the_key(void **state)
{
    struct seclang_printer one = { 0 }, two = { 0 };

    (void)state;
    seclang_printer_draw(&one);
    seclang_printer_draw(&two);
    assert_false(
        same(whole(&one, SK_STR("a"), SK_STR("b"), 0), whole(&two, SK_STR("a"), SK_STR("b"), 0)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(print__tells_texts_apart_by_each_byte),
        cmocka_unit_test(print__tells_lengths_apart),
        cmocka_unit_test(print__tells_names_and_purposes_apart),
        cmocka_unit_test(print__multiplies_as_the_field_does),
        cmocka_unit_test(print__depends_on_the_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
