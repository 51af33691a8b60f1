#include "post/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static sk_json *root;

/* The mail below with one member put in another's place. */
static sk_err
read_with(struct post_message *m, const char *member)
{
    static const char *const usual[] = {
        "\"kind\":\"mail\"",    "\"to\":\"a@example.jp\"",       "\"subject\":\"件名\"",
        "\"text\":\"本文\\n\"", "\"purpose\":\"accounts.code\"", "\"key\":\"k\""
    };
    char text[4096];
    size_t name = (size_t)(strchr(member + 1, '"') + 1 - member), n = 0;
    n += (size_t)snprintf(text, sizeof text, "{%s", member);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strncmp(usual[i], member, name) != 0)
            n += (size_t)snprintf(text + n, sizeof text - n, ",%s", usual[i]);
    snprintf(text + n, sizeof text - n, "}");
    sk_json_free(root);
    root = NULL;
    assert_false(sk_failed(sk_json_read(&root, sk_str_of(text))));
    return post_message_read(m, root);
}

static void
message__has_the_life_of_its_kind(void **state)
{
    struct post_message m;
    (void)state;
    assert_false(sk_failed(read_with(&m, "\"unsubscribe\":\"https://a.jp/u?x=1\"")));
    assert_int_equal(m.kind, POST_MAIL);
    assert_int_equal(m.life, POST_LIFE_MAX);
    assert_true(sk_str_eq(m.subject, SK_STR("件名")));
    assert_false(sk_failed(read_with(&m, "\"life\":600")));
    assert_int_equal(m.life, 600);
    sk_json_free(root);
    root = NULL;
    assert_false(sk_failed(sk_json_read(
        &root, SK_STR("{\"kind\":\"sms\",\"to\":\"+819012345678\",\"text\":\"1\",\"purpose\":\"a\","
                      "\"key\":\"k\"}"))));
    assert_false(sk_failed(post_message_read(&m, root)));
    assert_int_equal(m.life, 600);
}

static void
message__that_could_not_be_sent_is_refused_without_its_values(void **state)
{
    static const char *const wrong[][2] = {
        { "\"kind\":\"fax\"", "kind" },
        { "\"to\":\"a@localhost\"", "to" },
        { "\"to\":\"a@example.jp\\r\\nRCPT TO:<b@example.jp>\"", "to" },
        { "\"to\":\"a@example.jp,b@example.jp\"", "to" },
        { "\"to\":\"<a@example.jp>\"", "to" },
        { "\"subject\":\"x\\r\\nBcc: b@example.jp\"", "subject" },
        { "\"subject\":\"x\\u0000\"", "subject" },
        { "\"subject\":\"x\\u202ey\"", "subject" },
        { "\"subject\":\"\"", "subject" },
        { "\"text\":\"\"", "text" },
        { "\"text\":\"a\\rb\"", "text" },
        { "\"text\":\"a\\u001bb\"", "text" },
        { "\"purpose\":\"a b\"", "purpose" },
        { "\"purpose\":\"hanako@example.jp\"", "purpose" },
        { "\"key\":\"\"", "key" },
        { "\"life\":259201", "life" },
        { "\"life\":-1", "life" },
        { "\"unsubscribe\":\"https://a.jp/>\\r\\nX: y\"", "unsubscribe" },
        { "\"unsubscribe\":\"javascript:alert(1)\"", "unsubscribe" },
        { "\"kind\":\"sms\"", "to" },
    };
    struct post_message m;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sk_err e = read_with(&m, wrong[i][0]);
        if (e.kind != SK_BAD || strncmp(e.why, wrong[i][1], strlen(wrong[i][1])) != 0)
            fail_msg("%s: %s", wrong[i][0], e.why);
        assert_null(strstr(e.why, "example"));
    }
}

static void
number__is_a_plus_and_digits(void **state)
{
    static const struct {
        const char *number;
        bool fits;
    } rows[] = {
        { "+819012345678", true },    { "09012345678", false },       { "+0819012345678", false },
        { "+8190 1234", false },      { "+1234567", false },          { "+12345678", true },
        { "+123456789012345", true }, { "+1234567890123456", false }, { "+81901234567\n", false },
    };
    struct post_message m;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        struct sk_buf text = { .mem = mem };
        sk_buf_add(&text,
                   SK_STR("{\"kind\":\"voice\",\"text\":\"一\",\"purpose\":\"a\",\"key\":\"k\","
                          "\"to\":"));
        sk_json_quote(&text, sk_str_of(rows[i].number));
        sk_buf_byte(&text, '}');
        sk_json_free(root);
        root = NULL;
        assert_false(sk_failed(sk_json_read(&root, sk_buf_str(&text))));
        if (sk_failed(post_message_read(&m, root)) == rows[i].fits) fail_msg("%s", rows[i].number);
    }
}

static int
forget(void **state)
{
    (void)state;
    sk_json_free(root);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message__has_the_life_of_its_kind),
        cmocka_unit_test(message__that_could_not_be_sent_is_refused_without_its_values),
        cmocka_unit_test(number__is_a_plus_and_digits),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
