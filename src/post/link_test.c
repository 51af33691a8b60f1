/* The client over a real socket, with a service at the other end that answers as the test says. */
#include "base/json.h"
#include "part/control.h"
#include "part/http.h"
#include "post/post.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static struct post_link *link_;
static unsigned status;
static sk_str answer;
static size_t messages, questions;

static sk_err
take(struct part_response *response, struct part_request *request)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    TRY(sk_json_read(&root, request->body));
    messages += strstr(request->path.p, "many") ? sk_json_count(root) : 1;
    questions++;
    response->status = status;
    response->type = SK_STR("application/json");
    response->body = answer;
    return sk_ok();
}

static const struct part_route routes[] = {
    { PART_POST, "/v1/send", take, POST_ASK_MAX, "application/json" },
    { PART_POST, "/v1/send-many", take, POST_ASK_MAX, "application/json" },
};

static struct part_http *
serve(unsigned as, const char *text)
{
    struct part_service service = { .threads = 1, .routes = routes, .count = 2 };
    struct part_http *http = NULL;
    char path[128];
    snprintf(path, sizeof path, "%s/run/post.sock", folder);
    status = as;
    answer = sk_str_of(text);
    messages = questions = 0;
    assert_false(sk_failed(part_socket_listen(&service.listen_fd, path, 0600)));
    assert_false(sk_failed(part_http_start(&http, &service)));
    return http;
}

static const struct post_message sms = { .kind = POST_SMS,
                                         .to = { "+819012345678", 13 },
                                         .text = { "123456", 6 },
                                         .purpose = { "accounts.code", 13 },
                                         .key = { "k", 1 } };

static void
send__succeeds_once_it_was_taken(void **state)
{
    struct part_http *http = serve(202, "{\"id\":\"msg_1\"}");
    (void)state;
    assert_int_equal(post_send(link_, &sms).kind, SK_OK);
    assert_int_equal(messages, 1);
    part_http_stop(http);
}

static void
send__tells_why_it_was_not_taken(void **state)
{
    struct part_http *http = serve(503, "{\"error\":\"busy\",\"why\":\"too many\"}");
    (void)state;
    sk_err e = post_send(link_, &sms);
    assert_int_equal(e.kind, SK_BUSY);
    assert_string_equal(e.why, "post: too many");
    part_http_stop(http);
}

static void
send__says_broken_when_nobody_is_there(void **state)
{
    (void)state;
    assert_int_equal(post_send(link_, &sms).kind, SK_BROKEN);
}

static void
send_many__cuts_what_is_large_into_pieces(void **state)
{
    static struct post_message many[POST_MANY_MAX + 1];
    static char text[2000];
    struct part_http *http = serve(202, "{}");
    (void)state;
    memset(text, '"', sizeof text); /* each becomes two */
    for (size_t i = 0; i <= POST_MANY_MAX; i++) {
        many[i] = sms;
        many[i].text = (sk_str){ text, sizeof text };
    }
    assert_int_equal(post_send_many(link_, many, POST_MANY_MAX).kind, SK_OK);
    assert_int_equal(messages, POST_MANY_MAX);
    assert_in_range(questions, 8, 10);
    assert_int_equal(post_send_many(link_, many, POST_MANY_MAX + 1).kind, SK_FULL);
    assert_int_equal(post_send_many(link_, many, 0).kind, SK_OK);
    part_http_stop(http);
}

static int
prepare(void **state)
{
    char path[128];
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/sekisho-post-link-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/run", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    return sk_failed(post_link_open(&link_, folder));
}

static int
clean(void **state)
{
    char path[128];
    (void)state;
    post_link_close(link_);
    snprintf(path, sizeof path, "%s/run/post.sock", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/run", folder);
    rmdir(path);
    return rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(send__says_broken_when_nobody_is_there),
        cmocka_unit_test(send__succeeds_once_it_was_taken),
        cmocka_unit_test(send__tells_why_it_was_not_taken),
        cmocka_unit_test(send_many__cuts_what_is_large_into_pieces),
    };
    return cmocka_run_group_tests(tests, prepare, clean);
}
