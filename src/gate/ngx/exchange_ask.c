/* The question to the vault: HTTP over its Unix socket, by nginx's events, with a few connections
 * that are kept. No subrequest: it would have to run in the middle of an answer that is being sent,
 * and costs more than the question.
 *
 *     gate_ask ─▶ connect ─▶ write ─▶ read: head, body ─▶ done        (patience runs all the while)
 *
 * A connection that was kept may have been closed meanwhile: the question is then asked once more,
 * on a new one. */
#include "gate/ngx/gate.h"

#include <ngx_event_connect.h>

struct gate_ask {
    const struct gate_vault *vault;
    sk_arena *mem; /* its own: it has personal data in it, and goes with it */
    sk_str question;
    size_t sent;
    struct sk_buf answer;
    size_t head;   /* bytes of the answer's head; 0: not yet known */
    size_t length; /* of its body */
    int status;
    bool keep, reused;
    ngx_connection_t *c;
    ngx_event_t patience;
    gate_ask_done *done;
    void *ctx;
};

/* Of this worker. */
static ngx_connection_t *idle[GATE_VAULT_IDLE];
static unsigned idle_count;

/* ── connections that are kept ── */

static void
idle_forget(ngx_event_t *event)
{
    ngx_connection_t *c = event->data;

    for (unsigned i = 0; i < idle_count; i++)
        if (idle[i] == c) idle[i] = idle[--idle_count];
    ngx_close_connection(c); /* it was closed, or says something unasked */
}

static void
nothing(ngx_event_t *event)
{
    (void)event;
}

static void
connection_give_back(ngx_connection_t *c, bool keep)
{
    if (!keep || idle_count == GATE_VAULT_IDLE || c->read->eof || c->read->error ||
        c->write->error || ngx_terminate || ngx_exiting ||
        ngx_handle_read_event(c->read, 0) != NGX_OK) {
        ngx_close_connection(c);
        return;
    }
    c->idle = 1; /* nginx closes it by itself when the worker ends */
    c->data = NULL;
    c->read->handler = idle_forget;
    c->write->handler = nothing;
    idle[idle_count++] = c;
    if (c->read->ready) idle_forget(c->read);
}

/* ── the end ── */

static void
end(struct gate_ask *ask)
{
    if (ask->patience.timer_set) ngx_del_timer(&ask->patience);
    if (ask->c) connection_give_back(ask->c, ask->keep);
    ask->c = NULL;
    sk_arena_free(ask->mem);
}

void
gate_ask_cancel(struct gate_ask *ask)
{
    if (!ask) return;
    ask->keep = false; /* its answer may still come */
    end(ask);
}

static void
finish(struct gate_ask *ask, int status)
{
    sk_str body = status ? sk_str_from(sk_buf_str(&ask->answer), ask->head) : (sk_str){ 0 };

    /* the callee may end the request, and would cancel what it does not know to be over */
    if (ask->patience.timer_set) ngx_del_timer(&ask->patience);
    if (ask->c) connection_give_back(ask->c, status && ask->keep);
    ask->c = NULL;
    ask->done(ask->ctx, status, body);
    sk_arena_free(ask->mem);
}

static bool connect_to(struct gate_ask *ask);

static void
broken(struct gate_ask *ask)
{
    if (ask->c) ngx_close_connection(ask->c);
    ask->c = NULL;
    if (ask->reused && ask->answer.n == 0) {
        ask->sent = 0;
        if (connect_to(ask)) return;
    }
    finish(ask, 0);
}

static void
too_slow(ngx_event_t *event)
{
    struct gate_ask *ask = event->data;

    ask->keep = false;
    finish(ask, 0);
}

/* ── the answer ── */

/* A header's value in the head. */
static sk_str
header(sk_str head, sk_str name)
{
    sk_str line, rest = head;

    while (sk_str_cut(&line, &rest, '\n')) {
        size_t colon = sk_str_find_byte(line, ':');

        if (colon != SIZE_MAX && sk_str_eq_nocase(sk_str_first(line, colon), name))
            return sk_str_trim(sk_str_from(line, colon + 1));
    }
    return (sk_str){ 0 };
}

/* "HTTP/1.1 200 ...": with a length, as our own parts answer. */
static bool
head_read(struct gate_ask *ask)
{
    sk_str head = sk_str_first(sk_buf_str(&ask->answer), ask->head);
    int64_t status, length;

    if (!sk_str_starts(head, SK_STR("HTTP/1.1 ")) || head.n < 13 ||
        !sk_str_to_i64(&status, (sk_str){ head.p + 9, 3 }) || status < 200 || status > 599)
        return false;
    if (!sk_str_to_i64(&length, header(head, SK_STR("Content-Length"))) || length < 0 ||
        length > GATE_VAULT_ANSWER)
        return false;
    ask->status = (int)status;
    ask->length = (size_t)length;
    ask->keep = !sk_str_eq_nocase(header(head, SK_STR("Connection")), SK_STR("close"));
    return true;
}

/* False: what has come is no answer. */
static bool
answer_read(struct gate_ask *ask)
{
    size_t end_of_head;

    if (ask->head) return ask->answer.n <= ask->head + ask->length;
    end_of_head = sk_str_find(sk_buf_str(&ask->answer), SK_STR("\r\n\r\n"));
    if (end_of_head == SIZE_MAX) return ask->answer.n < GATE_VAULT_HEAD;
    ask->head = end_of_head + 4;
    return head_read(ask) && ask->answer.n <= ask->head + ask->length;
}

static void
read_some(ngx_event_t *event)
{
    ngx_connection_t *c = event->data;
    struct gate_ask *ask = c->data;

    for (;;) {
        char *room = sk_buf_room(&ask->answer, GATE_VAULT_HEAD);
        ssize_t n = c->recv(c, (u_char *)room, GATE_VAULT_HEAD);

        if (n == NGX_AGAIN) {
            if (ngx_handle_read_event(c->read, 0) != NGX_OK) broken(ask);
            return;
        }
        if (n <= 0) {
            broken(ask);
            return;
        }
        ask->answer.n += (size_t)n;
        if (!answer_read(ask)) {
            ask->keep = false;
            finish(ask, 0);
            return;
        }
        if (ask->head && ask->answer.n == ask->head + ask->length) {
            finish(ask, ask->status);
            return;
        }
    }
}

/* ── the question ── */

static void
write_some(ngx_event_t *event)
{
    ngx_connection_t *c = event->data;
    struct gate_ask *ask = c->data;

    while (ask->sent < ask->question.n) {
        ssize_t n = c->send(c, (u_char *)ask->question.p + ask->sent, ask->question.n - ask->sent);

        if (n == NGX_AGAIN) {
            if (ngx_handle_write_event(c->write, 0) != NGX_OK) broken(ask);
            return;
        }
        if (n <= 0) {
            broken(ask);
            return;
        }
        ask->sent += (size_t)n;
    }
    c->write->handler = nothing;
    if (ngx_handle_write_event(c->write, 0) != NGX_OK ||
        ngx_handle_read_event(c->read, 0) != NGX_OK)
        broken(ask);
}

static void
take_over(struct gate_ask *ask, ngx_connection_t *c)
{
    ask->c = c;
    c->idle = 0;
    c->data = ask;
    c->read->handler = read_some;
    c->write->handler = write_some;
}

/* False: the vault does not listen. Nothing is written yet, so that `done` is never called from
 * here: the write event comes later. */
static bool
connect_to(struct gate_ask *ask)
{
    static ngx_str_t name = ngx_string("the vault");
    ngx_peer_connection_t peer = { .sockaddr = ask->vault->address.sockaddr,
                                   .socklen = ask->vault->address.socklen,
                                   .name = &name,
                                   .get = ngx_event_get_peer,
                                   .log = ngx_cycle->log,
                                   .log_error = NGX_ERROR_ERR };
    ngx_int_t rc = ngx_event_connect_peer(&peer);

    ask->reused = false;
    if (rc != NGX_OK && rc != NGX_AGAIN) {
        if (peer.connection) ngx_close_connection(peer.connection);
        return false;
    }
    take_over(ask, peer.connection);
    if (rc == NGX_OK) {
        ngx_post_event(ask->c->write, &ngx_posted_events);
    }
    return true;
}

static bool
begin(struct gate_ask *ask)
{
    if (idle_count == 0) return connect_to(ask);
    take_over(ask, idle[--idle_count]);
    ask->reused = true;
    ngx_post_event(ask->c->write, &ngx_posted_events);
    return true;
}

struct gate_ask *
gate_ask(const struct gate_vault *vault, const char *path, sk_str ticket, sk_str body,
         gate_ask_done *done, void *ctx)
{
    sk_arena *mem = sk_arena_new(body.n + ticket.n + 2 * GATE_VAULT_HEAD);
    struct gate_ask *ask = SK_NEW(mem, struct gate_ask);
    struct sk_buf question = { .mem = mem };

    sk_buf_printf(&question,
                  "POST %s HTTP/1.1\r\nHost: vault\r\nContent-Type: application/json\r\n"
                  "Content-Length: %zu\r\n",
                  path, body.n);
    if (ticket.n) sk_buf_printf(&question, "X-Sekisho-Ticket: %.*s\r\n", SK_ARG(ticket));
    sk_buf_add(&question, SK_STR("\r\n"));
    sk_buf_add(&question, body);
    *ask = (struct gate_ask){ .vault = vault,
                              .mem = mem,
                              .question = sk_buf_str(&question),
                              .answer = { .mem = mem },
                              .done = done,
                              .ctx = ctx };
    ask->patience = (ngx_event_t){ .handler = too_slow, .data = ask, .log = ngx_cycle->log };
    if (!begin(ask)) {
        end(ask);
        return NULL;
    }
    ngx_add_timer(&ask->patience, vault->patience);
    return ask;
}
