#include "base/json.h"
#include "post/post.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct post_message
code(void)
{
    return (struct post_message){
        .kind = POST_MAIL,
        .to = SK_STR("hanako@example.jp"),
        .subject = SK_STR("確認コード"),
        .text = SK_STR("コードは 123456 です。\n\"10 分\" 有効です。\n"),
        .purpose = SK_STR("accounts.code"),
        .key = SK_STR("k1"),
        .life = 600,
    };
}

static void
message__is_one_object_of_what_is_set(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct post_message m = code();
    (void)state;
    post_message_write(&out, &m);
    sk_buf_byte(&out, 0);
    assert_string_equal(
        out.p, "{\"kind\":\"mail\",\"to\":\"hanako@example.jp\",\"subject\":\"確認コード\","
               "\"text\":\"コードは 123456 です。\\n\\\"10 分\\\" 有効です。\\n\","
               "\"purpose\":\"accounts.code\",\"key\":\"k1\",\"life\":600}");
}

static void
messages__are_a_list(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *root = NULL;
    struct sk_buf out = { .mem = mem };
    struct post_message two[2] = { code(), code() };
    (void)state;
    two[1].kind = POST_VOICE;
    post_messages_write(&out, two, 2);
    assert_false(sk_failed(sk_json_read(&root, sk_buf_str(&out))));
    assert_int_equal(sk_json_count(root), 2);
    sk_str kind = sk_json_get_str(sk_json_at(root, 1), "kind");
    assert_true(sk_str_eq(kind, SK_STR("voice")));
}

static void
answer__gives_the_error_that_stands_in_it(void **state)
{
    (void)state;
    assert_false(sk_failed(post_answer_read(202, SK_STR("{\"id\":\"msg_1\"}"))));
    sk_err e = post_answer_read(503, SK_STR("{\"error\":\"busy\",\"why\":\"too many\"}"));
    assert_int_equal(e.kind, SK_BUSY);
    assert_string_equal(e.why, "post: too many");
    e = post_answer_read(400, SK_STR("{\"error\":\"bad\",\"why\":\"no number\"}"));
    assert_int_equal(e.kind, SK_BAD);
    assert_int_equal(post_answer_read(500, SK_STR("oh")).kind, SK_BROKEN);
    assert_int_equal(post_answer_read(400, SK_STR("{\"error\":\"ok\",\"why\":\"x\"}")).kind,
                     SK_BROKEN);
    assert_int_equal(post_answer_read(200, SK_STR("{}")).kind, SK_BROKEN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message__is_one_object_of_what_is_set),
        cmocka_unit_test(messages__are_a_list),
        cmocka_unit_test(answer__gives_the_error_that_stands_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
