/* One line each way; see control.h. */
#include "part/control.h"

#include "base/file.h"
#include "part/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static sk_err
address_make(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof(address->sun_path))
        return sk_fail(SK_FULL,
                       "%s is too long for a socket (at most %zu bytes): choose a state "
                       "folder with a shorter path",
                       path, sizeof(address->sun_path) - 1);
    memcpy(address->sun_path, path, strlen(path) + 1);
    return sk_ok();
}

sk_err
part_socket_listen(int *fd, const char *path, int mode)
{
    struct sockaddr_un address;
    mode_t old;
    int rc;

    TRY(address_make(&address, path));
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd < 0) return sk_fail(SK_BROKEN, "no socket: %s", strerror(errno));
    unlink(path);
    old = umask(0777 & ~(mode_t)mode);
    rc = bind(*fd, (struct sockaddr *)&address, sizeof(address));
    umask(old);
    if (rc == 0) rc = listen(*fd, SOMAXCONN);
    if (rc == 0) return sk_ok();
    rc = errno;
    close(*fd);
    *fd = -1;
    return sk_fail(SK_BROKEN, "cannot listen on %s: %s", path, strerror(rc));
}

static bool
peer_may(int fd)
{
    struct ucred peer;
    socklen_t n = sizeof(peer);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) != 0) return false;
    if (peer.uid == geteuid() || peer.uid == 0) return true;
    part_log(PART_ERROR, "control: user %u is not heard", peer.uid);
    return false;
}

/* Up to the newline or the end; 0 bytes when the asker says nothing useful. */
static size_t
line_read(int fd, char *line, size_t size)
{
    struct timeval patience = { .tv_sec = PART_CONTROL_PATIENCE / 1000 };
    size_t n = 0;

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    while (n < size) {
        ssize_t got = read(fd, line + n, size - n);
        char *end;

        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return n;
        n += (size_t)got;
        end = memchr(line, '\n', n);
        if (end) return (size_t)(end - line);
    }
    return 0;
}

static bool
write_all(int fd, sk_str text)
{
    while (text.n) {
        ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        text = sk_str_from(text, (size_t)n);
    }
    return true;
}

void
part_control_serve(int fd, void (*handle)(void *ctx, struct sk_buf *answer, sk_str line), void *ctx)
{
    DEFER(sk_fd_close) int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char line[PART_CONTROL_LINE_MAX];
    struct sk_buf answer = { .mem = mem };
    size_t n;

    if (peer < 0 || !peer_may(peer)) return;
    n = line_read(peer, line, sizeof(line));
    if (n == 0) return;
    handle(ctx, &answer, sk_str_trim((sk_str){ line, n }));
    sk_buf_byte(&answer, '\n');
    if (!write_all(peer, sk_buf_str(&answer))) part_log(PART_DEBUG, "control: asker left");
}

static sk_err
answer_read(sk_str *answer, sk_arena *mem, int fd, int patience)
{
    struct sk_buf out = { .mem = mem };

    while (out.n < PART_CONTROL_ANSWER_MAX) {
        struct pollfd ready = { .fd = fd, .events = POLLIN };
        char *to = sk_buf_room(&out, 4096);
        ssize_t n;

        if (poll(&ready, 1, patience) == 0) return sk_fail(SK_BUSY, "no answer in %d ms", patience);
        n = read(fd, to, 4096);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return sk_fail(SK_BROKEN, "no answer: %s", strerror(errno));
        if (n == 0) break;
        out.n += (size_t)n;
    }
    *answer = sk_str_trim(sk_buf_str(&out));
    return answer->n ? sk_ok() : sk_fail(SK_DENIED, "not heard: it runs as another user");
}

sk_err
part_control_ask(sk_str *answer, sk_arena *mem, const char *path, const char *line, int patience)
{
    DEFER(sk_fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address;

    TRY(address_make(&address, path));
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        int rc = errno;
        return sk_fail(rc == EACCES || rc == EPERM ? SK_DENIED : SK_MISSING,
                       "nobody answers at %s: %s", path, strerror(rc));
    }
    if (!write_all(fd, sk_str_of(line)) || !write_all(fd, SK_STR("\n")))
        return sk_fail(SK_BROKEN, "%s closed", path);
    return answer_read(answer, mem, fd, patience);
}
