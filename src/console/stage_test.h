/* A console for tests, with parts that answer what the test says: their sockets are real, their
 * answers a table. Included by tests only. */
#ifndef SK_CONSOLE_STAGE_TEST_H
#define SK_CONSOLE_STAGE_TEST_H

#include "base/file.h"
#include "console/pages.h"
#include "part/control.h"

#include <pthread.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { STAGE_ANSWERS_MAX = 64 };

/* What a part answers to a target (its longest known beginning); status 0 ends the table. */
struct stage_answer {
    const char *peer, *target; /* "post", "/v1/status" */
    unsigned status;
    const char *body;
};

struct stage {
    char state[64];
    sk_arena *mem;
    struct console *console;
    struct ticket_key key;
    struct part_http *peer[3];
    struct stage_answer answer[STAGE_ANSWERS_MAX];
    size_t answers;
    char asked[64 * 1024]; /* what the parts were asked: "post /v1/x {...}\n" */
    char told[16 * 1024];  /* what the ledger was told */
};
static struct stage stage;

static inline void
stage_put(const char *name, sk_str text)
{
    FILE *f = fopen(sk_str_printf(stage.mem, "%s/%s", stage.state, name).p, "w");
    assert_non_null(f);
    fwrite(text.p, 1, text.n, f);
    fclose(f);
}

/* An answer for a target; a later one goes before an earlier. */
static inline void
stage_says(const char *peer, const char *target, unsigned status, const char *body)
{
    assert_true(stage.answers < STAGE_ANSWERS_MAX);
    stage.answer[stage.answers++] = (struct stage_answer){ peer, target, status, body };
}

static inline sk_err
stage_play(struct part_response *response, struct part_request *request)
{
    const char *peer = request->ctx;
    size_t n = strlen(stage.asked);
    snprintf(stage.asked + n, sizeof stage.asked - n, "%s %.*s %.*s\n", peer,
             SK_ARG(request->target), SK_ARG(request->body));
    assert_true(part_request_header(request, "X-Sekisho-Ticket").n > 0);
    for (size_t i = stage.answers; i > 0; i--) {
        const struct stage_answer *a = &stage.answer[i - 1];
        if (strcmp(a->peer, peer) != 0 || !sk_str_starts(request->target, sk_str_of(a->target)))
            continue;
        response->status = a->status;
        response->type = SK_STR("application/json");
        response->body = sk_str_of(a->body);
        return sk_ok();
    }
    return sk_fail(SK_MISSING, "the test has no answer");
}

static const struct part_route stage_routes[] = {
    { PART_GET, "/", stage_play, 0, NULL },
    { PART_GET, "/{one}", stage_play, 0, NULL },
    { PART_GET, "/v1/{two}", stage_play, 0, NULL },
    { PART_GET, "/v1/{two}/{three}", stage_play, 0, NULL },
    { PART_POST, "/{one}", stage_play, 65536, "application/json" },
    { PART_POST, "/v1/{two}", stage_play, 65536, "application/json" },
    { PART_POST, "/v1/{two}/{three}", stage_play, 65536, "application/json" },
};

/* Begins one of the parts: "post" at run/post.sock. */
static inline void
stage_peer(int nth, const char *peer, const char *socket)
{
    struct part_service service = { .threads = 1,
                                    .routes = stage_routes,
                                    .count = sizeof stage_routes / sizeof *stage_routes,
                                    .ctx = sk_str_zcopy(stage.mem, sk_str_of(peer)) };
    sk_str path = sk_str_printf(stage.mem, "%s/%s", stage.state, socket);
    assert_false(sk_failed(part_socket_listen(&service.listen_fd, path.p, 0600)));
    assert_false(sk_failed(part_http_start(&stage.peer[nth], &service)));
}

/* The ledger speaks lines: each question gets the same answer. */
static const char *stage_ledger_says;
static int stage_ledger_fd;
static pthread_t stage_ledger_thread;

static inline void *
stage_ledger_play(void *unused)
{
    char line[LEDGER_LINE_MAX];
    for (;;) {
        int fd = accept(stage_ledger_fd, NULL, NULL);
        if (fd < 0) return unused;
        for (ssize_t n; (n = read(fd, line, sizeof line)) > 0;) {
            size_t told = strlen(stage.told);
            snprintf(stage.told + told, sizeof stage.told - told, "%.*s", (int)n, line);
            dprintf(fd, "%s\n", stage_ledger_says);
        }
        close(fd);
    }
}

static inline void
stage_ledger(const char *answer)
{
    sk_str path = sk_str_printf(stage.mem, "%s/run/ledger.sock", stage.state);
    stage_ledger_says = answer;
    assert_false(sk_failed(part_socket_listen(&stage_ledger_fd, path.p, 0600)));
    assert_int_equal(pthread_create(&stage_ledger_thread, NULL, stage_ledger_play, NULL), 0);
}

static inline int
stage_open(void **state)
{
    static const char *const folders[] = {
        "conf", "conf/console", "run", "log", "console", "ledger"
    };
    (void)state;
    memset(&stage, 0, sizeof stage);
    strcpy(stage.state, "/tmp/console-test-XXXXXX");
    stage.mem = sk_arena_new(1 << 20);
    if (!mkdtemp(stage.state)) return -1;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (mkdir(sk_str_printf(stage.mem, "%s/%s", stage.state, folders[i]).p, 0700) != 0)
            return -1;
    memset(stage.key.byte, 7, sizeof stage.key.byte);
    stage_put("conf/console/ticket.key", (sk_str){ (const char *)stage.key.byte, TICKET_KEY });
    sk_err e = console_open(&stage.console, stage.state, SOURCE_DIR);
    if (sk_failed(e)) fprintf(stderr, "%s\n", e.why);
    return sk_failed(e) ? -1 : 0;
}

static inline int
stage_close(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++)
        part_http_stop(stage.peer[i]);
    console_close(stage.console);
    if (stage_ledger_fd) {
        shutdown(stage_ledger_fd, SHUT_RDWR);
        pthread_join(stage_ledger_thread, NULL);
        close(stage_ledger_fd);
        stage_ledger_fd = 0;
    }
    sk_arena_free(stage.mem);
    return sk_file_remove_tree(stage.state) ? 0 : -1;
}

/* --- asking the console --- */

struct stage_ask {
    const char *target;
    const char *form; /* NULL: a GET */
    sk_str ticket, cookie;
    const char *lang;
};

static inline sk_str
stage_header(const struct part_request *request, const char *name)
{
    const struct stage_ask *ask = request->peer;
    if (strcmp(name, "X-Sekisho-Ticket") == 0) return ask->ticket;
    if (strcmp(name, "Cookie") == 0) return ask->cookie;
    if (strcmp(name, "Accept-Language") == 0) return sk_str_of(ask->lang ? ask->lang : "en");
    if (strcmp(name, "Content-Type") == 0 && ask->form)
        return SK_STR("application/x-www-form-urlencoded");
    return (sk_str){ 0 };
}

static const struct ticket stage_operator = {
    .id = { "01TEST", 6 },
    .site = { "console", 7 },
    .realm = { "operator", 8 },
    .principal = { "acc_0000000000000000000A", 24 },
    .role = { "owner", 5 },
    .session = { "ses_0000000000000000000A", 24 },
    .route = { "/", 1 },
    .level = 2,
};

static inline sk_str
stage_ticket(struct ticket ticket)
{
    struct sk_buf out = { .mem = stage.mem };
    if (!ticket.at) ticket.at = sk_now();
    assert_true(ticket_make(&out, &stage.key, &ticket));
    return sk_buf_str(&out);
}

static inline struct part_response
stage_send(struct stage_ask ask)
{
    struct part_service service = console_service(stage.console, -1, 1);
    struct part_request *request = SK_NEW(stage.mem, struct part_request);
    struct part_response response = { 0 };
    struct stage_ask *kept = SK_NEW(stage.mem, struct stage_ask);
    *kept = ask;
    *request = (struct part_request){ .mem = stage.mem,
                                      .ctx = stage.console,
                                      .id = SK_STR("01TEST"),
                                      .header = stage_header,
                                      .peer = kept };
    assert_false(sk_failed(part_request_target(request, sk_str_of(ask.target))));
    part_service_answer(&response, request, &service, ask.form ? SK_STR("POST") : SK_STR("GET"),
                        sk_str_of(ask.form ? ask.form : ""));
    response.body = sk_str_copy(stage.mem, response.body);
    return response;
}

static inline struct part_response
stage_get(const char *target)
{
    return stage_send(
        (struct stage_ask){ .target = target, .ticket = stage_ticket(stage_operator) });
}

/* What a press on a form of the page sends: its token and cookie, and `fields`. */
static inline struct stage_ask
stage_form(const char *page, const char *target, const char *fields)
{
    struct part_response shown = stage_get(page);
    struct stage_ask ask = { .target = target, .ticket = stage_ticket(stage_operator) };
    const sk_str before = SK_STR("name=\"token\" value=\"");
    size_t at = sk_str_find(shown.body, before);
    if (at == SIZE_MAX) fail_msg("no form in %s: %u", page, shown.status);
    sk_str token = sk_str_from(shown.body, at + before.n);
    token = sk_str_first(token, sk_str_find_byte(token, '"'));
    ask.form = sk_str_printf(stage.mem, "token=%.*s%s", SK_ARG(token), fields).p;
    for (size_t i = 0; i < shown.count; i++) {
        sk_str cookie = shown.header[i].value;
        if (strcmp(shown.header[i].name, "Set-Cookie") == 0 &&
            sk_str_starts(cookie, SK_STR(PART_CSRF_COOKIE)))
            ask.cookie = sk_str_first(cookie, sk_str_find_byte(cookie, ';'));
    }
    assert_true(ask.cookie.n > 0);
    return ask;
}

static inline void
stage_has(struct part_response response, const char *text)
{
    if (!response.body.p || !strstr(response.body.p, text))
        fail_msg("no '%s' in %u:\n%s", text, response.status,
                 response.body.p ? response.body.p : "");
}

static inline void
stage_has_not(struct part_response response, const char *text)
{
    if (response.body.p && strstr(response.body.p, text)) fail_msg("'%s' is there", text);
}

#endif
