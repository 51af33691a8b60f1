/* Asking the gate whether it answers: a client of a few lines, for this machine only. */
#include "base/file.h"
#include "part/ask.h"
#include "sekisho/parent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 5 };

static void
ssl_close(SSL **ssl)
{
    SSL_free(*ssl);
}

static void
context_close(SSL_CTX **context)
{
    SSL_CTX_free(*context);
}

static void
patience_set(int fd)
{
    struct timeval patience = { .tv_sec = PATIENCE_SECONDS };

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

/* "All addresses" is asked at the loopback. */
static int
tcp_connect(sk_str address, int64_t port)
{
    struct sockaddr_storage any = { 0 };
    struct sockaddr_in *v4 = (void *)&any;
    struct sockaddr_in6 *v6 = (void *)&any;
    char text[64];
    socklen_t n;
    int fd;

    snprintf(text, sizeof(text), "%.*s", SK_ARG(address));
    if (strcmp(text, "0.0.0.0") == 0) strcpy(text, "127.0.0.1");
    if (strcmp(text, "::") == 0) strcpy(text, "::1");
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        n = sizeof(*v4);
    } else {
        if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1) return -1;
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        n = sizeof(*v6);
    }
    fd = socket(any.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    patience_set(fd);
    if (connect(fd, (struct sockaddr *)&any, n) == 0) return fd;
    close(fd);
    return -1;
}

/* "HTTP/1.1 200 OK". */
static sk_err
status_read(int *status, sk_str answer)
{
    sk_str version, code;
    int64_t number;

    if (!sk_str_starts(answer, SK_STR("HTTP/1.")) || !sk_str_cut(&version, &answer, ' ') ||
        !sk_str_cut(&code, &answer, ' ') || code.n != 3 || !sk_str_to_i64(&number, code))
        return sk_fail(SK_BROKEN, "the gate answers something else than HTTP");
    *status = (int)number;
    return sk_ok();
}

sk_err
ready_ask(int *status, sk_str address, int64_t port, sk_str host)
{
    DEFER(sk_fd_close) int fd = tcp_connect(address, port);
    DEFER(context_close) SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    DEFER(ssl_close) SSL *ssl = context ? SSL_new(context) : NULL;
    char text[512];
    int n;

    if (fd < 0) return sk_fail(SK_BUSY, "nobody listens on port %lld yet", (long long)port);
    if (!ssl) return sk_fail(SK_BROKEN, "OpenSSL makes no client");
    n = snprintf(text, sizeof(text),
                 "GET / HTTP/1.1\r\nHost: %.*s:%lld\r\nUser-Agent: sekisho-parent\r\n"
                 "Accept: text/html\r\nConnection: close\r\n\r\n",
                 SK_ARG(host), (long long)port);
    SSL_set_fd(ssl, fd);
    if (SSL_connect(ssl) != 1 || SSL_write(ssl, text, n) != n)
        return sk_fail(SK_BUSY, "the gate does not speak TLS yet");
    n = SSL_read(ssl, text, sizeof(text));
    if (n <= 0) return sk_fail(SK_BUSY, "the gate does not answer yet");
    return status_read(status, (sk_str){ text, (size_t)n });
}

sk_err
ready_ask_local(sk_str *body, sk_arena *mem, const char *path)
{
    struct part_answer answer;

    TRY(part_ask(&answer, mem, &(struct part_ask){ .path = path }));
    *body = answer.body;
    return sk_ok();
}
