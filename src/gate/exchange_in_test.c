#include "gate/exchange_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct gate_exchange_field fields[] = {
    { { "name", 4 }, PERSONAL_NAME, 0 },
    { { "tel", 3 }, PERSONAL_PHONE, 0 },
    { { "customer[address]", 17 }, PERSONAL_ADDRESS, 0 },
    { { "t1", 2 }, PERSONAL_PHONE, 1 },
    { { "t2", 2 }, PERSONAL_PHONE, 2 },
    { { "t3", 2 }, PERSONAL_PHONE, 3 },
    { { "y", 1 }, PERSONAL_BIRTHDAY, 1 },
    { { "m", 1 }, PERSONAL_BIRTHDAY, 2 },
    { { "d", 1 }, PERSONAL_BIRTHDAY, 3 },
};

static const char form[] = "application/x-www-form-urlencoded";
static const char json[] = "application/json; charset=UTF-8";
static const char parts[] = "multipart/form-data; boundary=----AaB03x";

static enum gate_charset charset = GATE_CHARSET_UTF8;

static sk_err
read_in(struct gate_exchange_in **in, sk_arena *mem, const char *type, sk_str body, size_t piece)
{
    TRY(gate_exchange_in_new(in, mem, fields, sizeof fields / sizeof *fields, charset,
                             sk_str_of(type)));
    for (; body.n; body = sk_str_from(body, piece))
        TRY(gate_exchange_in_add(*in, sk_str_first(body, piece)));
    return gate_exchange_in_end(*in);
}

/* The body with "<kind:text>" in place of each value. */
static sk_str
swapped(sk_arena *mem, const char *type, sk_str body, size_t piece)
{
    struct sk_buf out = { .mem = mem };
    struct gate_exchange_in *in;
    sk_err e = read_in(&in, mem, type, body, piece);
    size_t count, at = 0;

    if (sk_failed(e)) fail_msg("%s", e.why);
    const struct gate_exchange_place *place = gate_exchange_in_places(in, &count);
    for (size_t i = 0; i < count; i++) {
        assert_true(place[i].at >= at && place[i].at + place[i].n <= body.n);
        sk_buf_add(&out, (sk_str){ body.p + at, place[i].at - at });
        sk_buf_printf(&out, "<%s:%.*s>", personal_kind_rows[place[i].field->kind].name,
                      SK_ARG(place[i].text));
        at = place[i].at + place[i].n;
    }
    sk_buf_add(&out, sk_str_from(body, at));
    return sk_buf_str(&out);
}

static void
becomes(const char *type, const char *body, const char *wanted)
{
    for (size_t piece = 1; piece <= strlen(body) + 1; piece++) {
        sk_arena *mem = sk_arena_new(0);
        sk_str got = swapped(mem, type, sk_str_of(body), piece);

        if (!sk_str_eq(got, sk_str_of(wanted))) fail_msg("%.*s", SK_ARG(got));
        sk_arena_free(mem);
    }
}

static void
refused(const char *type, const char *body, enum sk_kind kind)
{
    for (size_t piece = 1; piece <= strlen(body) + 1; piece += 7) {
        sk_arena *mem = sk_arena_new(0);
        struct gate_exchange_in *in;
        sk_err e = read_in(&in, mem, type, sk_str_of(body), piece);

        if (e.kind != kind) fail_msg("%s: %s: %s", type, body, e.why);
        sk_arena_free(mem);
    }
}

#define B    "------AaB03x\r\n"
#define E    "------AaB03x--\r\n"
#define D(n) "Content-Disposition: form-data; name=\"" n "\"\r\n\r\n"

/* ── forms ── */

static void
exchange_in__finds_a_forms_values_decoded(void **unused)
{
    (void)unused;
    becomes(form, "a=1&name=%E5%B1%B1%E7%94%B0+%E5%A4%AA&tel=090-1234-5678&b=",
            "a=1&name=<name:山田 太>&tel=<phone:090-1234-5678>&b=");
    becomes(form, "name=a&name=b&NAME=c", "name=<name:a>&name=<name:b>&NAME=<name:c>");
    becomes(form, "customer%5Baddress%5D=x%26y&customer.address=z",
            "customer%5Baddress%5D=<address:x&y>&customer.address=<address:z>");
    becomes(form, "name=&tel&x=%zz&&", "name=&tel&x=%zz&&");
    becomes(form, "", "");
}

static void
exchange_in__refuses_a_form_that_can_be_read_in_two_ways(void **unused)
{
    (void)unused;
    refused(form, "name=%E5%B1%8", SK_BAD);
    refused(form, "name=100%", SK_BAD);
    refused(form, "na%me=x", SK_BAD);
    refused(form, "name=%83%6e", SK_BAD); /* Shift_JIS */
    refused(form, "a=1;name=x", SK_BAD);
    refused("application/x-www-form-urlencoded; charset=Shift_JIS", "name=x", SK_BAD);
    refused("application/x-www-form-urlencoded; charset", "name=x", SK_BAD);
    refused("text/plain", "name=x", SK_BAD);
    refused("", "name=x", SK_BAD);
}

static void
exchange_in__reads_forms_of_shift_jis_pages(void **unused)
{
    (void)unused;
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct gate_exchange_in *in;

    charset = GATE_CHARSET_SHIFT_JIS;
    becomes(form, "name=%95%5C%8E%A6&x=%83", "name=<name:表示>&x=%83");
    becomes(form, "name=%95\\%8E%A6", "name=<name:表示>");
    becomes("application/x-www-form-urlencoded; charset=UTF-8", "name=%E5%B1%B1", "name=<name:山>");
    becomes(json, "{\"name\":\"山\"}", "{\"name\":<name:山>}");
    becomes(parts, B D("name") "\x95\x5c\x8e\xa6\r\n" E, B D("name") "<name:表示>\r\n" E);
    refused(form, "name=%83", SK_BAD);
    refused("application/x-www-form-urlencoded; charset=EUC-JP", "name=x", SK_BAD);
    assert_false(sk_failed(gate_exchange_in_new(&in, mem, fields, 1, charset, sk_str_of(form))));
    gate_exchange_in_write(&out, in, SK_STR("ヲ"));
    assert_true(sk_str_eq(sk_buf_str(&out), SK_STR("%83%92")));
    charset = GATE_CHARSET_UTF8;
    sk_arena_free(mem);
}

/* ── JSON ── */

static void
exchange_in__finds_values_in_json_by_the_way_to_them(void **unused)
{
    (void)unused;
    becomes(json, "{\"name\": \"\\u5c71\\\"田\", \"x\":{\"name\":1}}",
            "{\"name\": <name:山\"田>, \"x\":{\"name\":1}}");
    becomes(json,
            "{\"customer\":{\"address\":[\"a\",{\"line\":\"b\"}],\"n\":null},\"tel\":9012345678}",
            "{\"customer\":{\"address\":[<address:a>,{\"line\":<address:b>}],\"n\":null},\"tel\":"
            "<phone:9012345678>}");
    becomes(json, "[{\"tel\":\"1\"},{\"tel\":\"2\"}]", "[{\"tel\":<phone:1>},{\"tel\":<phone:2>}]");
    becomes(json, "{\"n\\u0061me\":\"x\",\"tel\":null,\"a\":[],\"b\":{}}",
            "{\"n\\u0061me\":<name:x>,\"tel\":null,\"a\":[],\"b\":{}}");
    becomes("application/vnd.api+json", "{\"tel\":\"\"}", "{\"tel\":\"\"}");
}

static void
exchange_in__refuses_json_that_can_be_read_in_two_ways(void **unused)
{
    (void)unused;
    refused(json, "{\"name\":\"a\",\"name\":\"b\"}", SK_BAD);
    refused(json, "{\"name\":\"a\",\"n\\u0061me\":\"b\"}", SK_BAD);
    refused(json, "{\"name\":\"a\"", SK_BAD);
    refused(json, "{\"name\":\"a\"} x", SK_BAD);
    refused(json, "{\"name\":'a'}", SK_BAD);
    refused(json, "{\"name\":\"\xff\"}", SK_BAD);
    sk_arena *mem = sk_arena_new(0);
    struct gate_exchange_in *in;
    assert_int_equal(read_in(&in, mem, json, SK_STR("{}\0{\"tel\":1}"), 99).kind, SK_BAD);
    sk_arena_free(mem);
    refused(json, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", SK_FULL);
}

/* ── multipart ── */

static void
exchange_in__finds_the_fields_of_a_multipart_body(void **unused)
{
    (void)unused;
    becomes(parts, B D("name") "山田\r\n" B D("x") "1\r\n" B D("tel") "1\r\n2\r\n" E,
            B D("name") "<name:山田>\r\n" B D("x") "1\r\n" B D("tel") "<phone:1\r\n2>\r\n" E);
    becomes(parts, B D("name") "\r\n" B D("tel") "-\r\n------AaB\r\n------AaB03x--",
            B D("name") "\r\n" B D("tel") "<phone:-\r\n------AaB>\r\n------AaB03x--");
    becomes("multipart/form-data; charset=utf-8; boundary=\"----AaB03x\"",
            B "content-disposition: form-data; name=\"f\"; filename=\"山.jpg\"\r\n"
              "Content-Type: image/jpeg\r\n\r\n\xff\xd8\r\n\r\n--\r\n" B
              "Content-Type: text/plain; charset=UTF-8\r\nContent-Disposition: form-data; "
              "name=tel\r\n\r\n1\r\n" E,
            B "content-disposition: form-data; name=\"f\"; filename=\"山.jpg\"\r\n"
              "Content-Type: image/jpeg\r\n\r\n\xff\xd8\r\n\r\n--\r\n" B
              "Content-Type: text/plain; charset=UTF-8\r\nContent-Disposition: form-data; "
              "name=tel\r\n\r\n<phone:1>\r\n" E);
}

static void
exchange_in__refuses_multipart_that_can_be_read_in_two_ways(void **unused)
{
    (void)unused;
    static const char *const bodies[] = {
        "x\r\n" B D("name") "a\r\n" E,          /* something before */
        B D("name") "a\r\n" E "x",              /* and behind */
        B D("name") "a\r\n",                    /* no end */
        B D("name") "a\n" B D("tel") "b\r\n" E, /* bare line ends */
        B D("name") "a\r\n------AaB03xy\r\n" E, /* a longer boundary */
        B D("name") "a ------AaB03x b\r\n" E,   /* in the middle of a line */
        B D("name") "a\r\n------AaB03x \r\n" E, /* with blanks */
        B "Content-Disposition: form-data; name=\"a\"; name=\"name\"\r\n\r\nx\r\n" E,
        B "Content-Disposition: form-data; name=\"a\\\"\"; x=\"\"\r\n\r\nx\r\n" E,
        B "Content-Disposition: form-data; name='name'\r\n\r\nx\r\n" E,
        B "Content-Disposition: form-data; name=\"name\" x\r\n\r\nx\r\n" E,
        B "Content-Disposition: form-data; name=\"name\"; filename=\"x\"\r\n\r\nx\r\n" E,
        B "Content-Disposition: form-data; name=\"a\"; filename*=utf-8''x\r\n\r\nx\r\n" E,
        B "Content-Disposition: form-data;\r\n name=\"name\"\r\n\r\nx\r\n" E,
        B "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; "
          "name=\"name\"\r\n\r\nx\r\n" E,
        B "Content-Disposition: form-data; name=\"a\"\nX: y\r\n\r\nx\r\n" E,
        B
        "Content-Disposition: form-data; name=\"name\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "eA==\r\n" E,
        B "Content-Disposition: form-data; name=\"name\"\r\nContent-Type: text/plain; "
          "charset=shift_jis\r\n\r\nx\r\n" E,
        B "Content-Type: text/plain\r\n\r\nx\r\n" E,
        B "Content-Disposition: attachment; name=\"name\"\r\n\r\nx\r\n" E,
        B D("name") "------AaB03x--\r\n", /* an empty part without its line end */
        E,
        "",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        refused(parts, bodies[i], SK_BAD);
    refused("multipart/form-data", B D("name") "a\r\n" E, SK_BAD);
    refused("multipart/form-data; boundary=\"a\"; boundary=b", B D("name") "a\r\n" E, SK_BAD);
    refused("multipart/form-data; boundary=----AaB03x x", B D("name") "a\r\n" E, SK_BAD);
}

/* ── limits ── */

static void
exchange_in__has_named_limits(void **unused)
{
    (void)unused;
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf many = { .mem = mem }, long_name = { .mem = mem }, large = { .mem = mem };

    for (int i = 0; i < GATE_EXCHANGE_PLACES + 1; i++)
        sk_buf_add(&many, SK_STR("tel=1&"));
    refused(form, sk_str_zcopy(mem, sk_buf_str(&many)), SK_FULL);
    for (int i = 0; i < GATE_EXCHANGE_NAME + 1; i++)
        sk_buf_byte(&long_name, 'n');
    refused(form, sk_str_zcopy(mem, sk_buf_str(&long_name)), SK_FULL);
    for (int i = 0; i < GATE_EXCHANGE_BODY + 1; i++)
        sk_buf_byte(&large, 'x');
    struct gate_exchange_in *in;
    assert_int_equal(read_in(&in, mem, form, sk_buf_str(&large), 65536).kind, SK_FULL);
    sk_arena_free(mem);
}

static void
exchange_in__passes_over_a_large_file(void **unused)
{
    (void)unused;
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf body = { .mem = mem };
    struct gate_exchange_in *in;
    size_t count, before;

    sk_buf_add(&body,
               SK_STR(B "Content-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n"));
    for (int i = 0; i < 4 * GATE_EXCHANGE_BODY; i++)
        sk_buf_byte(&body, (char)(i * 7));
    sk_buf_add(&body, SK_STR("\r\n" B D("tel") "1\r\n" E));
    before = sk_arena_used(mem);
    assert_false(sk_failed(read_in(&in, mem, parts, sk_buf_str(&body), 16384)));
    assert_true(sk_arena_used(mem) - before < 65536);
    const struct gate_exchange_place *place = gate_exchange_in_places(in, &count);
    assert_int_equal(count, 1);
    assert_memory_equal(sk_buf_str(&body).p + place->at, "1", place->n);
    sk_arena_free(mem);
}

/* ── writing ── */

static void
exchange_in__writes_a_token_as_the_type_of_body_does(void **unused)
{
    (void)unused;
    static const char *const rows[][2] = { { form, "a%40b.invalid%20%E3%83%B2" },
                                           { json, "\"a@b.invalid ヲ\"" },
                                           { parts, "a@b.invalid ヲ" } };

    for (size_t i = 0; i < 3; i++) {
        sk_arena *mem = sk_arena_new(0);
        struct sk_buf out = { .mem = mem };
        struct gate_exchange_in *in;

        assert_false(sk_failed(
            gate_exchange_in_new(&in, mem, fields, 3, GATE_CHARSET_UTF8, sk_str_of(rows[i][0]))));
        gate_exchange_in_write(&out, in, SK_STR("a@b.invalid ヲ"));
        assert_true(sk_str_eq(sk_buf_str(&out), sk_str_of(rows[i][1])));
        sk_arena_free(mem);
    }
}

/* The values with blanks between, then what stands in each place if the vault has these tokens. */
static void
joined(const char *type, const char *body, const char *wanted)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const sk_str tokens[] = { SK_STR("090-0123-4567"), SK_STR("1234-05-06") };
    struct sk_buf got = { .mem = mem };
    struct gate_exchange_in *in;
    size_t values, places;
    sk_err e = read_in(&in, mem, type, sk_str_of(body), strlen(body) + 1);

    if (sk_failed(e)) fail_msg("%s", e.why);
    const struct gate_exchange_place *value = gate_exchange_in_values(in, &values);
    const struct gate_exchange_place *place = gate_exchange_in_places(in, &places);
    for (size_t i = 0; i < values; i++)
        sk_buf_printf(&got, "%.*s ", SK_ARG(value[i].text));
    for (size_t i = 0; i < places; i++)
        sk_buf_printf(&got, "<%.*s>", SK_ARG(gate_exchange_in_token(&place[i], tokens)));
    if (!sk_str_eq(sk_buf_str(&got), sk_str_of(wanted)))
        fail_msg("%s: %.*s", body, (int)got.n, got.p);
}

static void
exchange_in__joins_the_parts_of_a_value(void **unused)
{
    (void)unused;
    joined(form, "t1=03&t2=1234&t3=5678", "03-1234-5678 <090><0123><4567>");
    joined(form, "t3=5678&x=1&t1=03&y=1980&m=2&d=9&t2=1234",
           "03-1234-5678 1980-2-9 <4567><090><1234><05><06><0123>");
    joined(form, "tel=1&y=1980&m=2&d=9", "1 1980-2-9 <090-0123-4567><1234><05><06>");
    joined(json, "{\"t2\":1234,\"t1\":\"03\",\"t3\":\"5678\"}", "03-1234-5678 <0123><090><4567>");
    joined(parts,
           "------AaB03x\r\nContent-Disposition: form-data; name=\"t1\"\r\n\r\n03\r\n"
           "------AaB03x\r\nContent-Disposition: form-data; name=\"t2\"\r\n\r\n1\r\n"
           "------AaB03x\r\nContent-Disposition: form-data; name=\"t3\"\r\n\r\n2\r\n"
           "------AaB03x--\r\n",
           "03-1-2 <090><0123><4567>");
}

static void
exchange_in__leaves_parts_empty_where_one_is_missing(void **unused)
{
    (void)unused;
    joined(form, "t1=03&t2=1234", "<><>");
    joined(form, "t1=03&t2=1234&t3=", "<><>");
    joined(form, "t1=&t2=&t3=&tel=1", "1 <090-0123-4567>");
    refused(form, "t1=03&t2=1234&t3=5678&t1=04", SK_BAD);
    refused(form, "t1=03&t1=04", SK_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchange_in__finds_a_forms_values_decoded),
        cmocka_unit_test(exchange_in__refuses_a_form_that_can_be_read_in_two_ways),
        cmocka_unit_test(exchange_in__reads_forms_of_shift_jis_pages),
        cmocka_unit_test(exchange_in__finds_values_in_json_by_the_way_to_them),
        cmocka_unit_test(exchange_in__refuses_json_that_can_be_read_in_two_ways),
        cmocka_unit_test(exchange_in__finds_the_fields_of_a_multipart_body),
        cmocka_unit_test(exchange_in__refuses_multipart_that_can_be_read_in_two_ways),
        cmocka_unit_test(exchange_in__has_named_limits),
        cmocka_unit_test(exchange_in__passes_over_a_large_file),
        cmocka_unit_test(exchange_in__writes_a_token_as_the_type_of_body_does),
        cmocka_unit_test(exchange_in__joins_the_parts_of_a_value),
        cmocka_unit_test(exchange_in__leaves_parts_empty_where_one_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
