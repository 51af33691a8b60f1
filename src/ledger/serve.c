#include "ledger/serve.h"

#include "ledger/search.h"

#include "base/file.h"
#include "base/json.h"
#include "part/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IN_BYTES = 2 * LEDGER_LINE_MAX,
    OUT_BYTES = 64 * 1024,
    OUT_FULL = OUT_BYTES - 32 * 1024, /* from here on the client must read first */
    EVENTS_MAX = 256,
    DUE_MAX = LEDGER_BATCH_RECORDS,
    PUBLISH_MS = LEDGER_PUBLISH_MS * 3 / 4,
    PRUNE_MS = 60 * 1000,
    LISTENER = LEDGER_CLIENTS_MAX,
    STOPPER,
    FINDER,
};

struct client {
    int fd; /* -1: a free place */
    uid_t uid;
    bool is_trusted;  /* the superuser or ourselves: may hold, release, export */
    bool is_ending;   /* closed once its answers are sent */
    bool waits_out;   /* epoll tells when it can be written to */
    bool waits_found; /* for the answer of a search; nothing else of it is taken meanwhile */
    char *in, *out;
    size_t in_n, out_n, out_at;
    sk_when stuck_since; /* 0: it reads its answers */
};

/* An answer, in the order of the questions: to an append once its batch is on disk, or as it is. */
struct due {
    unsigned client;
    uint64_t sequence; /* 0: `text` is the answer */
    sk_str text;       /* on the turn's arena */
};

struct serve {
    struct ledger_store *store;
    const struct part_peers *peers;
    const struct ledger_seeker *seeker;
    struct ledger_search *search;
    int found_fd;  /* tells when the search has an answer */
    sk_arena *mem; /* of this turn */
    int epoll, listen_fd;
    struct client client[LEDGER_CLIENTS_MAX];
    struct due due[DUE_MAX];
    size_t due_count;
    bool in_batch;
    bool lines_left; /* some client has a whole line that was not its turn */
    unsigned first;  /* whose turn it is */
    unsigned count;  /* of clients */
    sk_when published, pruned, watched;
};

/* ── answers ── */

static void
out_add(struct client *c, sk_str text)
{
    if (c->out_n + text.n > OUT_BYTES) { /* cannot be: OUT_FULL leaves room for all of a turn */
        c->is_ending = true;
        return;
    }
    memcpy(c->out + c->out_n, text.p, text.n);
    c->out_n += text.n;
}

static sk_str
error_text(sk_arena *mem, sk_err e)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    sk_json_text(&w, "error", sk_kind_rows[e.kind].name);
    sk_json_str(&w, "why", sk_str_first(sk_str_of(e.why), LEDGER_ANSWER_MAX / 2));
    sk_json_end_object(&w);
    sk_buf_byte(&out, '\n');
    return sk_buf_str(&out);
}

static void
due_add(struct serve *s, unsigned client, sk_str text)
{
    s->due[s->due_count++] = (struct due){ .client = client, .text = text };
}

static void
sequence_add(struct client *c, const struct ledger_store *store, uint64_t sequence)
{
    char text[96];
    int n = snprintf(text, sizeof text, "{\"seq\":%" PRIu64 ",\"time\":\"%.*s\"}\n", sequence,
                     LEDGER_TIME, store->stamp);

    out_add(c, (sk_str){ text, (size_t)n });
}

static void
client_end(struct serve *s, unsigned i)
{
    struct client *c = &s->client[i];

    if (c->fd < 0) return;
    close(c->fd);
    free(c->in);
    free(c->out);
    *c = (struct client){ .fd = -1 };
    s->count--;
}

static void
interest_set(struct serve *s, unsigned i)
{
    struct client *c = &s->client[i];
    bool out = c->out_n > c->out_at, in = !c->is_ending && c->out_n < OUT_FULL;
    struct epoll_event event = { .events = (in ? EPOLLIN : 0u) | (out ? EPOLLOUT : 0u),
                                 .data.u32 = i };

    if (!out && !c->waits_out) return;
    epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &event);
    c->waits_out = out;
}

/* As much as the client takes now. */
static void
client_flush(struct serve *s, unsigned i)
{
    struct client *c = &s->client[i];

    while (c->fd >= 0 && c->out_at < c->out_n) {
        ssize_t n =
            send(c->fd, c->out + c->out_at, c->out_n - c->out_at, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (n < 0) {
            client_end(s, i);
            return;
        }
        c->out_at += (size_t)n;
        c->stuck_since = 0;
    }
    if (c->fd < 0) return;
    if (c->out_at == c->out_n) c->out_at = c->out_n = 0;
    if (c->is_ending && c->out_n == 0) {
        client_end(s, i);
        return;
    }
    if (c->out_n && !c->stuck_since) c->stuck_since = sk_monotonic();
    interest_set(s, i);
}

/* ── the batch ── */

static void
refused_count(struct serve *s)
{
    uint64_t records = 0;

    for (size_t i = 0; i < s->due_count; i++)
        records += s->due[i].sequence != 0;
    ledger_store_refuse(s->store, records);
}

/* What was asked so far is on disk, or not; and is answered. */
static void
batch_end(struct serve *s)
{
    sk_err e = s->in_batch ? ledger_store_commit(s->store) : sk_ok();
    sk_str refused = { 0 };

    s->in_batch = false;
    if (sk_failed(e)) {
        refused_count(s);
        refused = error_text(s->mem, e);
    }
    for (size_t i = 0; i < s->due_count; i++) {
        const struct due *due = &s->due[i];
        struct client *c = &s->client[due->client];

        if (due->sequence && !sk_failed(e))
            sequence_add(c, s->store, due->sequence);
        else
            out_add(c, due->sequence ? refused : due->text);
    }
    s->due_count = 0;
}

static sk_err
append_take(struct serve *s, unsigned i, const struct ledger_event *event)
{
    uint64_t sequence;

    if (!s->in_batch) {
        sk_err e = ledger_store_begin(s->store);
        if (sk_failed(e)) {
            ledger_store_refuse(s->store, 1);
            return e;
        }
        s->in_batch = true;
    }
    TRY(ledger_store_put(&sequence, s->store, event, (int64_t)s->client[i].uid));
    s->due[s->due_count++] = (struct due){ .client = i, .sequence = sequence };
    return sk_ok();
}

/* ── questions that are no appends ── */

static void
status_write(struct sk_buf *out, const struct serve *s)
{
    static const char *const states[] = { "well", "full", "damaged" };
    const struct ledger_store *store = s->store;
    struct sk_json_writer w = { .out = out };
    int64_t bytes = 0;

    for (size_t i = 0; i < store->segment_count; i++)
        bytes += store->segment_seen[i].size;
    sk_json_object(&w, NULL);
    sk_json_text(&w, "state", states[store->state]);
    if (store->state != LEDGER_WELL) sk_json_text(&w, "why", store->why);
    sk_json_int(&w, "records", (int64_t)store->sequence);
    sk_json_int(&w, "published", (int64_t)store->published);
    sk_json_int(&w, "pruned", (int64_t)store->pruned);
    sk_json_int(&w, "refused", (int64_t)store->refused);
    sk_json_int(&w, "segments", (int64_t)store->segment_count);
    sk_json_int(&w, "bytes", bytes);
    if (store->segment_count) sk_json_text(&w, "since", store->segment[0].date);
    sk_json_int(&w, "keep_days", store->options.keep_days);
    sk_json_int(&w, "holds", (int64_t)store->hold_count);
    sk_json_int(&w, "tenants", (int64_t)ledger_heads_count(store->heads));
    sk_json_int(&w, "clients", s->count);
    sk_json_text(&w, "origin", store->key.origin);
    sk_json_end_object(&w);
    sk_buf_byte(out, '\n');
}

static sk_err
status_answer(struct sk_buf *out, struct serve *s, const struct client *c,
              const struct ledger_question *q)
{
    (void)c, (void)q;
    status_write(out, s);
    return sk_ok();
}

static void
done_write(struct sk_buf *out, const struct ledger_store *store, uint64_t sequence)
{
    sk_buf_printf(out, "{\"seq\":%" PRIu64 ",\"time\":\"%.*s\"}\n", sequence, LEDGER_TIME,
                  store->stamp);
}

static sk_err
hold_answer(struct sk_buf *out, struct serve *s, const struct client *c,
            const struct ledger_question *q)
{
    uint64_t sequence;

    TRY(ledger_store_hold(&sequence, s->store, q->name, q->tenant, q->reason, (int64_t)c->uid));
    done_write(out, s->store, sequence);
    return sk_ok();
}

static sk_err
release_answer(struct sk_buf *out, struct serve *s, const struct client *c,
               const struct ledger_question *q)
{
    uint64_t sequence;

    TRY(ledger_store_release(&sequence, s->store, q->name, (int64_t)c->uid));
    done_write(out, s->store, sequence);
    return sk_ok();
}

static sk_err
holds_answer(struct sk_buf *out, struct serve *s, const struct client *c,
             const struct ledger_question *q)
{
    (void)c, (void)q;
    ledger_store_holds_write(out, s->store);
    sk_buf_byte(out, '\n');
    return sk_ok();
}

/* The record of the export is the last of its tenant: it says that nothing is missing behind. The
 * checkpoint that covers it is there when this is answered. */
static sk_err
export_answer(struct sk_buf *out, struct serve *s, const struct client *c,
              const struct ledger_question *q)
{
    uint64_t sequence;

    TRY(ledger_name_check("tenant", q->tenant, false));
    TRY(ledger_store_note(
        &sequence, s->store,
        &(struct ledger_event){ .tenant = q->tenant,
                                .principal = sk_str_printf(out->mem, "local:%" PRIu32, c->uid),
                                .action = SK_STR("ledger.export"),
                                .object = q->tenant,
                                .outcome = SK_STR("ok") },
        (int64_t)c->uid));
    TRY(ledger_store_publish(s->store));
    done_write(out, s->store, sequence);
    return sk_ok();
}

/* Its answer comes later: found_take. */
static sk_err
mentions_take(struct serve *s, unsigned i, const struct ledger_question *q)
{
    struct ledger_wanted wanted = {
        .tenant = q->tenant, .name = q->name, .action = s->seeker->action, .before = q->before
    };

    if (!part_peers_have(&s->seeker->peers, s->client[i].uid))
        return sk_fail(SK_DENIED, "this user may not look for anything");
    TRY(ledger_name_check("name", q->name, true));
    TRY(ledger_name_check("tenant", q->tenant, true));
    batch_end(s); /* what was told before is found */
    wanted.newest = s->store->sequence;
    TRY(ledger_search_begin(s->search, &wanted));
    s->client[i].waits_found = true;
    return sk_ok();
}

static const struct {
    const char *what;
    bool trusted; /* and a batch by itself */
    sk_err (*answer)(struct sk_buf *, struct serve *, const struct client *,
                     const struct ledger_question *);
} asks[] = {
    { "status", false, status_answer }, { "holds", true, holds_answer },
    { "hold", true, hold_answer },      { "release", true, release_answer },
    { "export", true, export_answer },
};

static sk_err
other_take(struct serve *s, unsigned i, const struct ledger_question *q)
{
    const struct client *c = &s->client[i];
    struct sk_buf out = { .mem = s->mem };

    for (size_t a = 0; a < sizeof asks / sizeof *asks; a++) {
        if (!sk_str_eq(q->what, sk_str_of(asks[a].what))) continue;
        if (asks[a].trusted && !c->is_trusted)
            return sk_fail(SK_DENIED, "only the superuser and the ledger's own user may do this");
        if (asks[a].trusted) batch_end(s);
        TRY(asks[a].answer(&out, s, c, q));
        due_add(s, i, sk_buf_str(&out));
        return sk_ok();
    }
    return sk_fail(SK_BAD, "\"%.*s\" is nothing that can be done here", SK_ARG(q->what));
}

/* ── lines ── */

static sk_err
line_answer(struct serve *s, unsigned i, sk_str line)
{
    struct ledger_question q;

    if (line.n > LEDGER_LINE_MAX)
        return sk_fail(SK_BAD, "a line has more than %d bytes", LEDGER_LINE_MAX);
    TRY(ledger_question_read(&q, line));
    if (sk_str_eq(q.what, SK_STR("append"))) return append_take(s, i, &q.event);
    if (sk_str_eq(q.what, SK_STR("mentions"))) return mentions_take(s, i, &q);
    return other_take(s, i, &q);
}

static void
line_take(struct serve *s, unsigned i, sk_str line)
{
    sk_err e = line_answer(s, i, line);

    if (sk_failed(e)) due_add(s, i, error_text(s->mem, e));
}

static bool
may_take(const struct serve *s, const struct client *c)
{
    return !c->is_ending && !c->waits_found && c->out_n < OUT_FULL && s->due_count < DUE_MAX &&
           (!s->in_batch || ledger_store_room(s->store));
}

/* The client's turn: some whole lines. */
static void
lines_take(struct serve *s, unsigned i)
{
    struct client *c = &s->client[i];
    size_t at = 0;
    const char *end = NULL;

    for (unsigned taken = 0; taken < LEDGER_LINES_A_TURN && may_take(s, c); taken++) {
        end = memchr(c->in + at, '\n', c->in_n - at);
        if (!end) break;
        line_take(s, i, (sk_str){ c->in + at, (size_t)(end - c->in) - at });
        at = (size_t)(end - c->in) + 1;
    }
    memmove(c->in, c->in + at, c->in_n - at);
    c->in_n -= at;
    end = memchr(c->in, '\n', c->in_n);
    if (end && !c->is_ending && !c->waits_found && c->out_n < OUT_FULL) s->lines_left = true;
    if (end || c->in_n <= LEDGER_LINE_MAX || !may_take(s, c)) return;
    due_add(s, i,
            error_text(s->mem, sk_fail(SK_BAD, "a line has more than %d bytes", LEDGER_LINE_MAX)));
    c->is_ending = true;
}

static void
client_read(struct serve *s, unsigned i)
{
    struct client *c = &s->client[i];
    ssize_t n;

    if (c->in_n == IN_BYTES || c->is_ending) return;
    n = recv(c->fd, c->in + c->in_n, IN_BYTES - c->in_n, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
    if (n <= 0)
        client_end(s, i);
    else
        c->in_n += (size_t)n;
}

/* ── clients ── */

static unsigned
of_user(const struct serve *s, unsigned uid)
{
    unsigned count = 0;

    for (unsigned i = 0; i < LEDGER_CLIENTS_MAX; i++)
        count += s->client[i].fd >= 0 && s->client[i].uid == uid;
    return count;
}

static void
turn_away(int fd, enum sk_kind kind, const char *why)
{
    char text[160];
    int n = snprintf(text, sizeof text, "{\"error\":\"%s\",\"why\":\"%s\"}\n",
                     sk_kind_rows[kind].name, why);

    if (send(fd, text, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        part_log(PART_DEBUG, "a client that was turned away did not hear it");
    close(fd);
}

static void
place_fill(struct serve *s, unsigned i, int fd, uid_t uid)
{
    struct client *c = &s->client[i];
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = i };

    *c = (struct client){ .fd = fd, .uid = uid, .is_trusted = uid == 0 || uid == geteuid() };
    c->in = malloc(IN_BYTES);
    c->out = malloc(OUT_BYTES);
    if (!c->in || !c->out) abort();
    s->count++;
    if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) != 0) client_end(s, i);
}

static const char *
refusal(const struct serve *s, unsigned uid)
{
    if (!part_peers_have(s->peers, uid)) return "this user is not heard here";
    if (of_user(s, uid) >= LEDGER_CLIENTS_OF_USER) return "this user has too many connections";
    return s->count < LEDGER_CLIENTS_MAX ? NULL : "there are too many connections";
}

static void
client_accept(struct serve *s)
{
    int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    unsigned uid = fd < 0 ? PART_PEER_NOBODY : part_peer_uid(fd), i = 0;
    const char *why;

    if (fd < 0) return;
    why = refusal(s, uid);
    if (why) {
        turn_away(fd, part_peers_have(s->peers, uid) ? SK_BUSY : SK_DENIED, why);
        return;
    }
    while (s->client[i].fd >= 0)
        i++;
    place_fill(s, i, fd, uid);
}

/* ── the loop ── */

static void
turns_take(struct serve *s)
{
    s->lines_left = false;
    sk_arena_reset(s->mem);
    for (unsigned k = 0; k < LEDGER_CLIENTS_MAX; k++) {
        unsigned i = (s->first + k) % LEDGER_CLIENTS_MAX;

        if (s->client[i].fd >= 0 && s->client[i].in_n) lines_take(s, i);
    }
    s->first = (s->first + 1) % LEDGER_CLIENTS_MAX;
    batch_end(s);
    for (unsigned i = 0; i < LEDGER_CLIENTS_MAX; i++)
        if (s->client[i].fd >= 0 && s->client[i].out_n) client_flush(s, i);
    if (s->store->ungrown) ledger_store_grow(s->store);
}

static void
stuck_end(struct serve *s, sk_when now)
{
    for (unsigned i = 0; i < LEDGER_CLIENTS_MAX; i++) {
        const struct client *c = &s->client[i];

        if (c->fd < 0 || !c->stuck_since || now - c->stuck_since < LEDGER_STUCK_MS) continue;
        part_log(PART_INFO, "a client of user %u does not read its answers: let go", c->uid);
        client_end(s, i);
    }
}

static void
tend(struct serve *s)
{
    sk_when now = sk_monotonic();

    if (now - s->watched < LEDGER_WATCH_MS) return;
    s->watched = now;
    ledger_store_watch(s->store);
    if (now - s->published >= PUBLISH_MS) {
        sk_err e = ledger_store_publish(s->store);

        s->published = now;
        if (sk_failed(e)) part_log(PART_DEBUG, "published later: %s", e.why);
        stuck_end(s, now);
    }
    if (now - s->pruned < PRUNE_MS) return;
    s->pruned = now;
    ledger_store_prune(s->store);
}

static void
client_event(struct serve *s, unsigned i, unsigned events)
{
    if (s->client[i].fd < 0) return; /* ended by an event before */
    if (events & EPOLLOUT) client_flush(s, i);
    if (s->client[i].fd >= 0 && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) client_read(s, i);
}

/* To whoever waits for it, unless it has gone meanwhile. */
static void
found_take(struct serve *s)
{
    uint64_t times;
    sk_str answer;
    sk_err e;

    if (read(s->found_fd, &times, sizeof times) != sizeof times) return;
    e = ledger_search_take(&answer, s->mem, s->search);
    for (unsigned i = 0; i < LEDGER_CLIENTS_MAX; i++) {
        struct client *c = &s->client[i];

        if (c->fd < 0 || !c->waits_found) continue;
        c->waits_found = false;
        out_add(c, sk_failed(e) ? error_text(s->mem, e) : answer);
    }
}

/* False: it is time to stop. */
static bool
events_take(struct serve *s)
{
    struct epoll_event event[EVENTS_MAX];
    int n = epoll_wait(s->epoll, event, EVENTS_MAX, s->lines_left ? 0 : LEDGER_WATCH_MS);

    for (int i = 0; i < n; i++) {
        if (event[i].data.u32 == STOPPER) return false;
        if (event[i].data.u32 == LISTENER)
            client_accept(s);
        else if (event[i].data.u32 == FINDER)
            found_take(s);
        else
            client_event(s, event[i].data.u32, event[i].events);
    }
    return true;
}

static bool
listen_to(const struct serve *s, int fd, uint32_t who)
{
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = who };

    return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* What the loop hears. */
static sk_err
open_all(struct serve *s, const char *state, int stop_fd)
{
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    s->found_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->epoll < 0 || s->found_fd < 0 || !listen_to(s, s->listen_fd, LISTENER) ||
        !listen_to(s, stop_fd, STOPPER) || !listen_to(s, s->found_fd, FINDER))
        return sk_fail(SK_BROKEN, "no epoll: %s", strerror(errno));
    return ledger_search_new(&s->search, state, s->found_fd);
}

void
ledger_serve(struct ledger_store *store, const struct part_peers *peers,
             const struct ledger_seeker *seeker, const char *state, int listen_fd, int stop_fd)
{
    struct serve *s = calloc(1, sizeof *s);
    sk_err e;

    if (!s) abort();
    s->store = store;
    s->peers = peers;
    s->seeker = seeker;
    s->mem = sk_arena_new(1 << 16);
    s->listen_fd = listen_fd;
    for (unsigned i = 0; i < LEDGER_CLIENTS_MAX; i++)
        s->client[i].fd = -1;
    e = open_all(s, state, stop_fd);
    if (sk_failed(e)) {
        part_log(PART_ERROR, "%s", e.why);
    } else {
        while (events_take(s)) {
            turns_take(s);
            tend(s);
        }
    }
    for (unsigned i = 0; i < LEDGER_CLIENTS_MAX; i++)
        client_end(s, i);
    ledger_search_free(s->search);
    sk_fd_close(&s->epoll);
    sk_fd_close(&s->found_fd);
    sk_arena_free(s->mem);
    free(s);
}
