#include "part/http.h"

#include "part/http_csrf.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static sk_arena *mem;
static const char *headers[8][2]; /* of the request under test; NULL ends */

static sk_str
header(const struct part_request *request, const char *name)
{
    (void)request;
    for (int i = 0; headers[i][0]; i++)
        if (strcasecmp(headers[i][0], name) == 0) return sk_str_of(headers[i][1]);
    return (sk_str){ 0 };
}

static sk_err
show(struct part_response *response, struct part_request *request)
{
    response->body =
        sk_str_printf(request->mem, "id=%.*s q=%.*s", SK_ARG(part_request_param(request, "id")),
                      SK_ARG(part_form_get(&request->query, "q")));
    part_response_etag(response, request->mem);
    return sk_ok();
}

static sk_err
take(struct part_response *response, struct part_request *request)
{
    response->body = part_form_get(&request->form, "name");
    return sk_ok();
}

static sk_err
broken(struct part_response *response, struct part_request *request)
{
    (void)request;
    part_response_header(response, "Set-Cookie", SK_STR("a=b"));
    return sk_fail(SK_BROKEN, "a secret reason");
}

enum { SLOW = 12, SLOW_PATIENCE = 5 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t come;
    int here;
} slow = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };

/* Goes on when all have come: with fewer threads than askers nobody does. */
static sk_err
wait_for_all(struct part_response *response, struct part_request *request)
{
    struct timespec until;
    int late = 0;
    (void)request;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SLOW_PATIENCE;
    pthread_mutex_lock(&slow.lock);
    if (++slow.here == SLOW) pthread_cond_broadcast(&slow.come);
    while (slow.here < SLOW && !late)
        late = pthread_cond_timedwait(&slow.come, &slow.lock, &until);
    pthread_mutex_unlock(&slow.lock);
    response->body = SK_STR("all");
    return late ? sk_fail(SK_BUSY, "not all have come") : sk_ok();
}

static const struct part_route routes[] = {
    { PART_GET, "/", show, 0, NULL },
    { PART_GET, "/p/{id}.svg", show, 0, NULL },
    { PART_GET, "/p/{id}", show, 0, NULL },
    { PART_GET, "/form", show, 0, NULL },
    { PART_POST, "/form", take, 64, NULL },
    { PART_GET, "/broken", broken, 0, NULL },
    { PART_GET, "/slow", wait_for_all, 0, NULL },
};
static const struct part_header common[] = { { "X-Common", { "yes", 3 } } };
static struct part_service service = { .listen_fd = -1,
                                       .threads = 2,
                                       .routes = routes,
                                       .count = sizeof routes / sizeof *routes,
                                       .headers = common,
                                       .header_count = 1 };

static struct part_response
ask(const char *method, const char *target, const char *body)
{
    struct part_request request = { .mem = mem, .header = header, .id = SK_STR("TEST") };
    struct part_response response = { 0 };
    sk_err e = part_request_target(&request, sk_str_of(target));
    if (sk_failed(e)) {
        response.status = 400;
        return response;
    }
    part_service_answer(&response, &request, &service, sk_str_of(method), sk_str_of(body));
    return response;
}

#define same(a, b) assert_true(sk_str_eq((a), SK_STR(b)))

static void
route__takes_names_endings_and_query(void **state)
{
    (void)state;
    same(ask("GET", "/p/12.svg?q=%E8%8C%B6", "").body, "id=12 q=茶");
    same(ask("GET", "/p/%E8%8C%B6", "").body, "id=茶 q=");
    assert_int_equal(ask("GET", "/p/", "").status, 404);
    assert_int_equal(ask("GET", "/p/1/2", "").status, 404);
    assert_int_equal(ask("GET", "/P/1", "").status, 404);
}

static void
target__refuses_what_another_program_may_read_otherwise(void **state)
{
    (void)state;
    static const char *const bad[] = { "/p/..",    "/./p/1", "/p//1",      "/p/%2e%2e", "/p/a%2Fb",
                                       "/p/a%5cb", "p/1",    "/p/%00",     "/p/%ff",    "/p/%0a",
                                       "*",        "",       "/p/1?q=%ff", "/p/1?q=%1b" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (ask("GET", bad[i], "").status != 400) fail_msg("taken: %s", bad[i]);
}

static void
method__is_refused_with_the_list_of_allowed_ones(void **state)
{
    (void)state;
    struct part_response r = ask("DELETE", "/form", "");
    assert_int_equal(r.status, 405);
    assert_string_equal(r.header[0].name, "Allow");
    same(r.header[0].value, "GET, HEAD, POST");
    r = ask("POST", "/", "");
    assert_int_equal(r.status, 405);
    same(r.header[0].value, "GET, HEAD");
}

static void
post__needs_the_type_the_size_and_our_own_site(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", "/form", "name=x").status, 415);
    headers[0][0] = "Content-Type";
    headers[0][1] = "application/x-www-form-urlencoded; charset=UTF-8";
    same(ask("POST", "/form", "name=%E8%8C%B6").body, "茶");
    assert_int_equal(ask("POST", "/form", "name=%ff").status, 400);
    assert_int_equal(
        ask("POST", "/form", "name=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
            .status,
        413);
    headers[1][0] = "Sec-Fetch-Site";
    headers[1][1] = "cross-site";
    assert_int_equal(ask("POST", "/form", "name=x").status, 403);
}

static void
error__of_a_handler_tells_no_reason_and_drops_its_headers(void **state)
{
    (void)state;
    struct part_response r = ask("GET", "/broken", "");
    assert_int_equal(r.status, 500);
    assert_true(sk_str_find(r.body, SK_STR("secret")) == SIZE_MAX);
    for (size_t i = 0; i < r.count; i++)
        assert_string_not_equal(r.header[i].name, "Set-Cookie");
}

static void
etag__answers_304_to_the_same_tag_even_a_weak_one(void **state)
{
    (void)state;
    struct part_response r = ask("GET", "/", "");
    headers[0][0] = "If-None-Match";
    headers[0][1] = sk_str_printf(mem, "\"x\", W/%.*s", SK_ARG(r.etag)).p;
    r = ask("GET", "/", "");
    assert_int_equal(r.status, 304);
    assert_int_equal(r.body.n, 0);
    headers[0][1] = "\"x\"";
    assert_int_equal(ask("GET", "/", "").status, 200);
}

static void
cookie__is_found_by_its_whole_name_and_refused_when_double(void **state)
{
    (void)state;
    struct part_request request = { .mem = mem, .header = header };
    headers[0][0] = "Cookie";
    headers[0][1] = "xlang=a; lang=ja;  twice=1; twice=2; bare";
    same(part_request_cookie(&request, "lang"), "ja");
    assert_int_equal(part_request_cookie(&request, "twice").n, 0);
    assert_int_equal(part_request_cookie(&request, "bare").n, 0);
}

static void
id__has_26_digits_in_order_of_time(void **state)
{
    (void)state;
    sk_str a = part_id_new(mem), b = part_id_new(mem);
    assert_int_equal(a.n, 26);
    assert_true(part_id_valid(a));
    assert_false(sk_str_eq(a, b));
    assert_true(memcmp(a.p, b.p, 8) <= 0);
    assert_false(part_id_valid(SK_STR("a\"b")));
    assert_false(part_id_valid(SK_STR("")));
}

static void
csrf__takes_its_own_token_and_no_other(void **state)
{
    (void)state;
    struct part_request request = { .mem = mem, .header = header };
    struct part_response response = { 0 };
    struct part_csrf_key key = { "0123456789012345678901234567890" };
    sk_when now = 1000LL * 3600 * 1000;
    sk_str token = part_csrf_token(&response, &request, &key, SK_STR("/a"), now);
    assert_int_equal(response.count, 1);
    sk_str cookie =
        sk_str_first(response.header[0].value, sk_str_find_byte(response.header[0].value, ';'));
    assert_int_equal(part_csrf_check(&request, &key, SK_STR("/a"), token, now).kind, SK_DENIED);
    headers[0][0] = "Cookie";
    headers[0][1] = sk_str_zcopy(mem, cookie);
    assert_int_equal(part_csrf_check(&request, &key, SK_STR("/a"), token, now).kind, SK_OK);
    assert_int_equal(part_csrf_check(&request, &key, SK_STR("/b"), token, now).kind, SK_DENIED);
    sk_when late = now + 13LL * 3600 * 1000;
    assert_int_equal(part_csrf_check(&request, &key, SK_STR("/a"), token, late).kind, SK_DENIED);
    assert_int_equal(part_csrf_check(&request, &key, SK_STR("/a"), SK_STR(""), now).kind,
                     SK_DENIED);
    key.bytes[0] ^= 1;
    assert_int_equal(part_csrf_check(&request, &key, SK_STR("/a"), token, now).kind, SK_DENIED);
}

static void
csrf__key_is_the_same_for_all_who_load_it(void **state)
{
    (void)state;
    char folder[] = "/tmp/csrf-test-XXXXXX", path[64];
    struct part_csrf_key a, b;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/form.key", folder);
    assert_false(sk_failed(part_csrf_key_load(&a, path)));
    assert_false(sk_failed(part_csrf_key_load(&b, path)));
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(truncate(path, 5), 0);
    assert_int_equal(part_csrf_key_load(&b, path).kind, SK_BROKEN);
    unlink(path);
    rmdir(folder);
}

/* --- over a real socket --- */

static struct sockaddr_un address = { .sun_family = AF_UNIX };

static sk_str
talk(const char *bytes)
{
    struct sk_buf answer = { .mem = mem };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), (ssize_t)strlen(bytes));
    for (;;) {
        ssize_t n = read(fd, sk_buf_room(&answer, 4096), 4096);
        if (n <= 0) break;
        answer.n += (size_t)n;
    }
    close(fd);
    sk_buf_byte(&answer, 0);
    return sk_buf_str(&answer);
}

static void
expect(const char *request, const char *first)
{
    sk_str answer = talk(request);
    if (!sk_str_starts(answer, sk_str_of(first))) fail_msg("%.60s: %.200s", request, answer.p);
}

/* The folder of a socket that is bound and listens. */
static const char *
socket_make(int *fd)
{
    static char folder[32];
    strcpy(folder, "/tmp/http-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(address.sun_path, sizeof address.sun_path, "%s/s", folder);
    *fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(*fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(*fd, 8), 0);
    return folder;
}

static void *
ask_slow(void *ctx)
{
    static const char request[] = "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    bool *well = ctx;
    char answer[13] = "";
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    *well = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
            send(fd, request, strlen(request), MSG_NOSIGNAL) > 0 &&
            recv(fd, answer, 12, MSG_WAITALL) == 12 && strcmp(answer, "HTTP/1.1 200") == 0;
    close(fd);
    return NULL;
}

static void
service__whose_handlers_wait_has_a_thread_for_each(void **state)
{
    (void)state;
    struct part_http *http;
    pthread_t askers[SLOW];
    bool well[SLOW];
    int fd;
    const char *folder = socket_make(&fd);
    struct part_service waiting = service;
    waiting.threads = SLOW;
    waiting.waits = true;
    waiting.listen_fd = fd;
    assert_false(sk_failed(part_http_start(&http, &waiting)));
    for (int i = 0; i < SLOW; i++)
        assert_int_equal(pthread_create(&askers[i], NULL, ask_slow, &well[i]), 0);
    for (int i = 0; i < SLOW; i++) {
        assert_int_equal(pthread_join(askers[i], NULL), 0);
        assert_true(well[i]);
    }
    part_http_stop(http);
    unlink(address.sun_path);
    rmdir(folder);
}

static void
service__answers_over_a_unix_socket(void **state)
{
    (void)state;
    struct part_http *http;
    const char *folder = socket_make(&service.listen_fd);
    assert_false(sk_failed(part_http_start(&http, &service)));

    sk_str page = talk("GET /p/7?q=a+b HTTP/1.1\r\nHost: x\r\nX-Request-Id: ABC\r\n"
                       "Connection: close\r\n\r\n");
    assert_non_null(strstr(page.p, "id=7 q=a b"));
    assert_non_null(strstr(page.p, "X-Request-Id: ABC\r\n"));
    assert_non_null(strstr(page.p, "X-Common: yes\r\n"));
    page = talk("HEAD /p/7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_non_null(strstr(page.p, "Content-Length: 7\r\n"));
    assert_null(strstr(page.p, "id=7"));
    expect("POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
           "Content-Length: 6\r\nConnection: close\r\n\r\nname=x",
           "HTTP/1.1 200");
    expect("POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
           "Content-Length: 2000000\r\nConnection: close\r\n\r\nname=x",
           "HTTP/1.1 413");
    expect("POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
           "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
           "50\r\n01234567890123456789012345678901234567890123456789012345678901234567890123456789"
           "\r\n0\r\n\r\n",
           "HTTP/1.1 413");
    expect("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 404");
    expect("GET /p/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400");
    expect("BREW / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 405");

    part_http_stop(http);
    unlink(address.sun_path);
    rmdir(folder);
}

/* The socket is the parent's, too: whoever comes while a part starts again waits and is served. */
static void
service__leaves_its_socket_to_the_one_that_starts_next(void **state)
{
    (void)state;
    struct part_http *http;
    int parents;
    const char *folder = socket_make(&parents);
    for (int turn = 0; turn < 2; turn++) {
        service.listen_fd = dup(parents);
        service.threads = 2 - (unsigned)turn;
        assert_false(sk_failed(part_http_start(&http, &service)));
        expect("GET /p/7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200");
        part_http_stop(http);
        assert_int_equal(fcntl(service.listen_fd, F_GETFD), -1); /* ours is closed */
        int waiting = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(connect(waiting, (struct sockaddr *)&address, sizeof address), 0);
        close(waiting);
    }
    service.threads = 2;
    close(parents);
    unlink(address.sun_path);
    rmdir(folder);
}

static int
setup(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    memset(headers, 0, sizeof headers);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    sk_arena_free(mem);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(route__takes_names_endings_and_query),
        CASE(target__refuses_what_another_program_may_read_otherwise),
        CASE(method__is_refused_with_the_list_of_allowed_ones),
        CASE(post__needs_the_type_the_size_and_our_own_site),
        CASE(error__of_a_handler_tells_no_reason_and_drops_its_headers),
        CASE(etag__answers_304_to_the_same_tag_even_a_weak_one),
        CASE(cookie__is_found_by_its_whole_name_and_refused_when_double),
        CASE(id__has_26_digits_in_order_of_time),
        CASE(csrf__takes_its_own_token_and_no_other),
        CASE(csrf__key_is_the_same_for_all_who_load_it),
        CASE(service__answers_over_a_unix_socket),
        CASE(service__leaves_its_socket_to_the_one_that_starts_next),
        CASE(service__whose_handlers_wait_has_a_thread_for_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
