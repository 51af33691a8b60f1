#include "part/ask.h"

#include "base/file.h"
#include "base/when.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE = 5000 };

/* ── the question ── */

static bool
is_line(sk_str text, bool blanks)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c < ' ' || c == 0x7f || (c == ' ' && !blanks)) return false;
    }
    return true;
}

/* HTTP/1.0, so that the answer ends with the connection and is not cut into chunks. */
static sk_err
question_make(struct sk_buf *out, const struct part_ask *ask)
{
    bool post = ask->method ? strcmp(ask->method, "POST") == 0 : ask->body.n > 0;
    sk_str target = ask->target.n ? ask->target : SK_STR("/");

    if (!is_line(target, false) || target.p[0] != '/')
        return sk_fail(SK_BAD, "a target has no blanks and starts with /");
    sk_buf_printf(out, "%s %.*s HTTP/1.0\r\nHost: localhost\r\n",
                  ask->method ? ask->method
                  : post      ? "POST"
                              : "GET",
                  SK_ARG(target));
    for (size_t i = 0; i < ask->headers; i++) {
        if (!is_line(ask->header[i].value, true))
            return sk_fail(SK_BAD, "%s: a control character", ask->header[i].name);
        sk_buf_printf(out, "%s: %.*s\r\n", ask->header[i].name, SK_ARG(ask->header[i].value));
    }
    if (post)
        sk_buf_printf(out, "Content-Type: %.*s\r\nContent-Length: %zu\r\n",
                      SK_ARG(ask->type.n ? ask->type : SK_STR("application/json")), ask->body.n);
    sk_buf_add(out, SK_STR("\r\n"));
    if (post) sk_buf_add(out, ask->body);
    return sk_ok();
}

/* ── the answer ── */

sk_str
part_answer_header(const struct part_answer *answer, const char *name)
{
    sk_str line, rest = answer->head;

    while (sk_str_cut(&line, &rest, '\n')) {
        sk_str key;

        if (!sk_str_cut(&key, &line, ':') || !line.p) continue;
        if (sk_str_eq_nocase(key, sk_str_of(name))) return sk_str_trim(line);
    }
    return (sk_str){ 0 };
}

sk_err
part_answer_read(struct part_answer *answer, sk_arena *mem, sk_str bytes)
{
    size_t end = sk_str_find(bytes, SK_STR("\r\n\r\n"));
    sk_str version, code, line;
    int64_t status, length = 0;

    if (end == SIZE_MAX) return sk_fail(SK_BROKEN, "the answer has no end of its headers");
    answer->head = sk_str_copy(mem, sk_str_first(bytes, end));
    answer->body = sk_str_copy(mem, sk_str_from(bytes, end + 4));
    line = answer->head;
    if (!sk_str_starts(line, SK_STR("HTTP/1.")) || !sk_str_cut(&version, &line, ' ') ||
        !sk_str_to_i64(&status, sk_str_first(line, 3)) || status < 100 || status > 599)
        return sk_fail(SK_BROKEN, "the answer is not HTTP");
    answer->status = (int)status;
    code = part_answer_header(answer, "Content-Length");
    if (code.p && (!sk_str_to_i64(&length, code) || (size_t)length != answer->body.n) &&
        status != 304)
        return sk_fail(SK_BROKEN, "the answer was cut");
    return sk_ok();
}

/* ── the connection ── */

static sk_err
wait_for(int fd, short events, sk_when end)
{
    for (;;) {
        struct pollfd one = { .fd = fd, .events = events };
        sk_when left = end - sk_monotonic();
        int n = left > 0 ? poll(&one, 1, (int)left) : 0;

        if (n > 0) return sk_ok();
        if (n == 0) return sk_fail(SK_BUSY, "no answer in time");
        if (errno != EINTR) return sk_fail(SK_BROKEN, "poll: %s", strerror(errno));
    }
}

static sk_err
open_to(int *fd, const char *path, sk_when end)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (strlen(path) >= sizeof(address.sun_path))
        return sk_fail(SK_BAD, "%s is too long for a socket", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0) return sk_fail(SK_BROKEN, "no socket: %s", strerror(errno));
    while (connect(*fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        if (errno == EINTR) continue;
        /* the queue of those who wait is full: a Unix socket cannot be waited for */
        if (errno != EAGAIN || sk_monotonic() > end)
            return sk_fail(SK_MISSING, "nobody answers at %s: %s", path, strerror(errno));
        (void)poll(NULL, 0, 5);
    }
    return sk_ok();
}

static sk_err
send_all(int fd, sk_str bytes, sk_when end)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);

        if (n >= 0)
            bytes = sk_str_from(bytes, (size_t)n);
        else if (errno == EAGAIN)
            TRY(wait_for(fd, POLLOUT, end));
        else if (errno == EPIPE || errno == ECONNRESET)
            return sk_ok(); /* refused early: the answer says why */
        else if (errno != EINTR)
            return sk_fail(SK_BROKEN, "cannot ask: %s", strerror(errno));
    }
    return sk_ok();
}

static sk_err
read_all(struct sk_buf *in, int fd, sk_when end)
{
    for (;;) {
        ssize_t n = read(fd, sk_buf_room(in, 16384), 16384);

        if (n == 0) return sk_ok();
        if (n > 0) {
            in->n += (size_t)n;
            if (in->n > PART_ASK_ANSWER_MAX) return sk_fail(SK_FULL, "the answer is too long");
        } else if (errno == EAGAIN) {
            TRY(wait_for(fd, POLLIN, end));
        } else if (errno == ECONNRESET && in->n) {
            return sk_ok();
        } else if (errno != EINTR) {
            return sk_fail(SK_BROKEN, "no answer: %s", strerror(errno));
        }
    }
}

sk_err
part_ask(struct part_answer *answer, sk_arena *mem, const struct part_ask *ask)
{
    sk_when end = sk_monotonic() + (ask->patience ? ask->patience : PATIENCE);
    struct sk_buf out = { .mem = mem }, in = { .mem = mem };
    DEFER(sk_fd_close) int fd = -1;

    *answer = (struct part_answer){ 0 };
    TRY(question_make(&out, ask));
    TRY(open_to(&fd, ask->path, end));
    TRY(send_all(fd, sk_buf_str(&out), end));
    TRY(read_all(&in, fd, end));
    return part_answer_read(answer, mem, sk_buf_str(&in));
}
