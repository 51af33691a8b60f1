#include "post/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct post_config config;

static sk_err
read_text(const char *text)
{
    post_config_free(&config);
    return post_config_read(&config, sk_str_of(text));
}

static void
config__without_smtp_is_the_demo(void **state)
{
    enum post_way way[POST_KINDS];
    (void)state;
    assert_false(sk_failed(read_text("{\"smtp\":\"\",\"from\":\"\"}")));
    post_config_ways(way, &config);
    for (int kind = 0; kind < POST_KINDS; kind++)
        assert_int_equal(way[kind], POST_OUTBOX);
}

static void
config__with_smtp_refuses_what_has_no_gateway(void **state)
{
    enum post_way way[POST_KINDS];
    (void)state;
    assert_false(sk_failed(read_text("{\"smtp\":\"smtp://mail.example.jp:587\",\"from\":\"関所 "
                                     "<a@example.jp>\",\"voice_url\":\"https://v.example.jp/call\","
                                     "\"voice_body\":\"{\\\"n\\\":\\\"{to}\\\"}\"}")));
    post_config_ways(way, &config);
    assert_int_equal(way[POST_MAIL], POST_LANE);
    assert_int_equal(way[POST_SMS], POST_NO_WAY);
    assert_int_equal(way[POST_VOICE], POST_LANE);
    assert_true(sk_str_eq(config.from.address, SK_STR("a@example.jp")));
    assert_int_equal(config.gateway[POST_VOICE].escape, POST_ESCAPE_JSON);
    assert_false(config.plain);
}

#define SMTP "\"smtp\":\"smtp://m.example.jp\",\"from\":\"a@example.jp\""

static void
config__names_the_key_that_is_wrong(void **state)
{
    static const char *const rows[][2] = {
        { "{\"smtp\":\"mail.example.jp\"}", "smtp:" },
        { "{\"smtp\":\"smtp://user:word@mail.example.jp\"}", "smtp:" },
        { "{\"smtp\":\"smtp://\",\"from\":\"a@example.jp\"}", "smtp:" },
        { "{\"smtp\":\"smtp://mail.example.jp\",\"from\":\"x\"}", "from:" },
        { "{" SMTP ",\"tls\":\"off\"}", "tls:" },
        { "{" SMTP ",\"user\":\"u\"}", "user:" },
        { "{" SMTP ",\"rate\":-1}", "rate:" },
        { "{\"sms_url\":\"http://sms.example.jp/\",\"sms_body\":\"{to}\"}", "sms_url:" },
        { "{\"sms_url\":\"http://127.0.0.1.example.jp/\",\"sms_body\":\"{to}\"}", "sms_url:" },
        { "{\"sms_url\":\"http://127.0.0.1:1@example.jp/\",\"sms_body\":\"{to}\"}", "sms_url:" },
        { "{\"sms_url\":\"https://sms.example.jp/\",\"sms_body\":\"x\"}", "sms_body:" },
        { "{\"sms_url\":\"https://s.jp/{to}\",\"sms_type\":\"text/xml\"}", "sms_type:" },
        { "{\"sms_url\":\"https://s.jp/{to}\",\"sms_method\":\"DELETE\"}", "sms_method:" },
        { "{\"sms_url\":\"https://s.jp/{to}\",\"sms_headers\":[\"X y\"]}", "sms_headers:" },
        { "{\"sms_url\":\"https://s.jp/{to}\",\"sms_headers\":[\"X: y\\r\\nZ: a\"]}",
          "sms_headers:" },
        { "{\"sms_url\":\"https://s.jp/{to}\",\"sms_success\":[\"600\"]}", "sms_success:" },
        { "{\"voice_url\":\"https://s.jp/{to}\",\"voice_rate\":9999999}", "voice_rate:" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sk_err e = read_text(rows[i][0]);
        if (e.kind != SK_BAD || strncmp(e.why, rows[i][1], strlen(rows[i][1])) != 0)
            fail_msg("%s: %s", rows[i][0], e.why);
    }
}

static void
url__is_here_only_when_its_host_is(void **state)
{
    (void)state;
    assert_true(post_url_is_here(SK_STR("smtp://127.0.0.1:25")));
    assert_true(post_url_is_here(SK_STR("http://localhost/x")));
    assert_true(post_url_is_here(SK_STR("http://[::1]:8080/x")));
    assert_false(post_url_is_here(SK_STR("http://localhost.example.jp/")));
    assert_false(post_url_is_here(SK_STR("http://example.jp/127.0.0.1")));
    assert_false(post_url_is_here(SK_STR("")));
}

static void
secrets__are_read_from_their_files_without_the_line_end(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char path[] = "/tmp/sekisho-post-secret-XXXXXX", json[] = "/tmp/sekisho-post-json-XXXXXX";
    int fd = mkstemp(path), out = mkstemp(json);
    (void)state;
    dprintf(fd, "p%%ss wörd\n");
    dprintf(out, "{" SMTP ",\"user\":\"u\",\"password\":\"%s\"}", path);
    post_config_free(&config);
    assert_false(sk_failed(post_config_load(&config, mem, json)));
    assert_true(sk_str_eq(config.password, SK_STR("p%ss wörd")));
    dprintf(fd, "second line\n");
    post_config_free(&config);
    assert_int_equal(post_config_load(&config, mem, json).kind, SK_BAD);
    unlink(path);
    post_config_free(&config);
    assert_int_equal(post_config_load(&config, mem, json).kind, SK_MISSING);
    unlink(json);
    post_config_free(&config);
    assert_false(sk_failed(post_config_load(&config, mem, json)));
    close(fd);
    close(out);
}

static int
clean(void **state)
{
    (void)state;
    post_config_free(&config);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config__without_smtp_is_the_demo),
        cmocka_unit_test(config__with_smtp_refuses_what_has_no_gateway),
        cmocka_unit_test(config__names_the_key_that_is_wrong),
        cmocka_unit_test(url__is_here_only_when_its_host_is),
        cmocka_unit_test(secrets__are_read_from_their_files_without_the_line_end),
    };
    return cmocka_run_group_tests(tests, NULL, clean);
}
