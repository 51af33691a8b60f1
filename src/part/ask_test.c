/* One question to a real service on a real socket, and to peers that misbehave. */
#include "part/ask.h"

#include "part/control.h"
#include "part/http.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/sekisho-ask-XXXXXX";
static char path[128];
static sk_arena *mem;

static sk_err
echo(struct part_response *response, struct part_request *request)
{
    response->type = SK_STR("application/json");
    response->body =
        sk_str_printf(request->mem, "%u %.*s %.*s", request->uid,
                      SK_ARG(part_request_header(request, "X-Ticket")), SK_ARG(request->body));
    part_response_header(response, "X-Kind", SK_STR("echo"));
    return sk_ok();
}

static const struct part_route routes[] = {
    { PART_GET, "/v1/echo", echo, 0, NULL },
    { PART_POST, "/v1/echo", echo, 4096, "application/json" },
};

static struct part_http *
serve(const struct part_peers *peers)
{
    struct part_service service = { .threads = 1, .routes = routes, .count = 2, .peers = peers };
    struct part_http *http = NULL;

    assert_false(sk_failed(part_socket_listen(&service.listen_fd, path, 0600)));
    assert_false(sk_failed(part_http_start(&http, &service)));
    return http;
}

static void
ask__brings_status_headers_and_body(void **state)
{
    struct part_http *http = serve(NULL);
    struct part_ask ask = { .path = path,
                            .target = SK_STR("/v1/echo"),
                            .body = SK_STR("{\"名\":1}"),
                            .header = { { "X-Ticket", SK_STR("v1.a.b") } },
                            .headers = 1 };
    struct part_answer answer;

    (void)state;
    assert_int_equal(part_ask(&answer, mem, &ask).kind, SK_OK);
    assert_int_equal(answer.status, 200);
    assert_true(sk_str_eq(part_answer_header(&answer, "x-kind"), SK_STR("echo")));
    assert_null(part_answer_header(&answer, "X-None").p);
    assert_true(sk_str_eq(answer.body, sk_str_printf(mem, "%u v1.a.b {\"名\":1}", geteuid())));
    ask.body = (sk_str){ 0 };
    ask.target = SK_STR("/nowhere");
    assert_int_equal(part_ask(&answer, mem, &ask).kind, SK_OK);
    assert_int_equal(answer.status, 404);
    part_http_stop(http);
}

static void
ask__refuses_to_write_a_second_line(void **state)
{
    struct part_ask ask = { .path = path,
                            .header = { { "X-Ticket", SK_STR("a\r\nX-Evil: b") } },
                            .headers = 1 };
    struct part_answer answer;

    (void)state;
    assert_int_equal(part_ask(&answer, mem, &ask).kind, SK_BAD);
    ask = (struct part_ask){ .path = path, .target = SK_STR("/a HTTP/1.0\r\nX: y") };
    assert_int_equal(part_ask(&answer, mem, &ask).kind, SK_BAD);
    ask.target = SK_STR("v1");
    assert_int_equal(part_ask(&answer, mem, &ask).kind, SK_BAD);
}

static void
ask__says_when_nobody_listens(void **state)
{
    struct part_ask ask = { .path = path };
    struct part_answer answer;

    (void)state;
    unlink(path);
    assert_int_equal(part_ask(&answer, mem, &ask).kind, SK_MISSING);
}

/* A peer that takes the connection and says `text`, or nothing, until we leave. */
static sk_err
ask_a_peer(sk_str text, int patience)
{
    struct part_ask ask = { .path = path, .patience = patience };
    struct part_answer answer;
    int fd, hold[2];
    pid_t peer;
    sk_err e;

    assert_false(sk_failed(part_socket_listen(&fd, path, 0600)));
    assert_int_equal(pipe(hold), 0);
    peer = fork();
    if (peer == 0) {
        int one = accept(fd, NULL, NULL);
        char byte;

        close(hold[1]);
        if (one < 0 || write(one, text.p, text.n) != (ssize_t)text.n) _exit(1);
        if (text.n) shutdown(one, SHUT_WR);
        _exit(read(hold[0], &byte, 1) != 0);
    }
    close(hold[0]);
    e = part_ask(&answer, mem, &ask);
    close(hold[1]);
    close(fd);
    waitpid(peer, NULL, 0);
    return e;
}

static void
ask__waits_only_as_long_as_it_was_told(void **state)
{
    (void)state;
    assert_int_equal(ask_a_peer(SK_STR(""), 50).kind, SK_BUSY);
}

static void
ask__takes_no_half_answer(void **state)
{
    static const char *const broken[] = {
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 9\r\n\r\n",
        "HTTP/1.1 2000 OK\r\nContent-Length: x\r\n\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        assert_int_equal(ask_a_peer(sk_str_of(broken[i]), 2000).kind, SK_BROKEN);
}

static void
service__hears_only_its_peers(void **state)
{
    static const struct part_peers strangers = { .uid = { 4242 }, .count = 1 };
    struct part_http *http = serve(&strangers);
    struct part_ask ask = { .path = path, .target = SK_STR("/v1/echo") };
    struct part_answer answer;
    struct part_peers ours;

    (void)state;
    assert_int_equal(part_ask(&answer, mem, &ask).kind, SK_OK);
    assert_int_equal(answer.status, 403);
    part_http_stop(http);
    assert_false(sk_failed(part_peers_find(&ours, (const char *const[]){ "daemon", NULL })));
    assert_true(part_peers_have(&ours, geteuid()));
    assert_true(part_peers_have(&ours, 0));
    assert_false(part_peers_have(&ours, 1)); /* we run as nobody of Sekisho's */
    http = serve(&ours);
    assert_int_equal(part_ask(&answer, mem, &ask).kind, SK_OK);
    assert_int_equal(answer.status, 200);
    part_http_stop(http);
}

static int
begin(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof(path), "%s/s.sock", folder);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    sk_arena_free(mem);
    unlink(path);
    return rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ask__brings_status_headers_and_body),
        cmocka_unit_test(ask__refuses_to_write_a_second_line),
        cmocka_unit_test(ask__says_when_nobody_listens),
        cmocka_unit_test(ask__waits_only_as_long_as_it_was_told),
        cmocka_unit_test(ask__takes_no_half_answer),
        cmocka_unit_test(service__hears_only_its_peers),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
