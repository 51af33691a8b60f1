#include "post/wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
smtp__ends_a_message_only_where_recipient_or_content_is_refused(void **state)
{
    static const struct {
        long code;
        const char *command;
        enum post_verdict verdict;
    } rows[] = {
        { 550, "RCPT", POST_NEVER }, { 553, "RCPT", POST_NEVER }, { 554, "DATA", POST_NEVER },
        { 450, "RCPT", POST_LATER }, { 451, "DATA", POST_LATER }, { 421, "RCPT", POST_AWAY },
        { 550, "MAIL", POST_AWAY },  { 530, "MAIL", POST_AWAY },  { 535, "AUTH", POST_AWAY },
        { 554, "", POST_AWAY },      { 530, "RCPT", POST_AWAY },  { 0, "DATA", POST_AWAY },
        { 354, "DATA", POST_AWAY },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct post_outcome o = { 0 };
        post_smtp_verdict(&o, rows[i].code, rows[i].command);
        if (o.verdict != rows[i].verdict) fail_msg("%ld %s", rows[i].code, rows[i].command);
    }
}

static void
gateway__is_believed_by_its_status(void **state)
{
    static const struct {
        long status;
        enum post_verdict verdict;
    } rows[] = { { 200, POST_DONE },  { 202, POST_DONE }, { 302, POST_LATER }, { 400, POST_NEVER },
                 { 422, POST_NEVER }, { 401, POST_AWAY }, { 404, POST_AWAY },  { 429, POST_LATER },
                 { 409, POST_LATER }, { 500, POST_AWAY }, { 503, POST_AWAY } };
    struct post_gateway g = { 0 };
    struct post_outcome o = { 0 };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        post_gateway_verdict(&o, &g, rows[i].status);
        if (o.verdict != rows[i].verdict) fail_msg("%ld", rows[i].status);
    }
    g.success[g.successes++] = 201;
    post_gateway_verdict(&o, &g, 200);
    assert_int_equal(o.verdict, POST_LATER);
    post_gateway_verdict(&o, &g, 201);
    assert_int_equal(o.verdict, POST_DONE);
}

static void
template__is_filled_with_escaped_values_once(void **state)
{
    static const enum post_escape json = POST_ESCAPE_JSON, url = POST_ESCAPE_URL;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct post_gateway g = { .secret = SK_STR("s") };
    struct post_job job = { .recipient = SK_STR("+8190"),
                            .text = SK_STR("\"{secret}\"\n関"),
                            .id = SK_STR("msg_1") };
    (void)state;
    post_fill(&out, SK_STR("{\"to\":\"{to}\",\"m\":\"{text}\",\"i\":\"{id}\",{x}}"), &json, &g,
              &job);
    sk_buf_byte(&out, 0);
    assert_string_equal(out.p,
                        "{\"to\":\"+8190\",\"m\":\"\\\"{secret}\\\"\\n関\",\"i\":\"msg_1\",{x}}");
    out.n = 0;
    post_fill(&out, SK_STR("to={to}&m={text}&k={secret}{"), &url, &g, &job);
    sk_buf_byte(&out, 0);
    assert_string_equal(out.p, "to=%2B8190&m=%22%7Bsecret%7D%22%0A%E9%96%A2&k=s{");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smtp__ends_a_message_only_where_recipient_or_content_is_refused),
        cmocka_unit_test(gateway__is_believed_by_its_status),
        cmocka_unit_test(template__is_filled_with_escaped_values_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
