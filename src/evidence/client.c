#include "evidence/client.h"

#include "base/file.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void
free_ssl(SSL **ssl)
{
    SSL_free(*ssl);
}

static void
free_ctx(SSL_CTX **ctx)
{
    SSL_CTX_free(*ctx);
}

static void
set_timeouts(int fd)
{
    struct timeval t = { .tv_sec = EVIDENCE_TIMEOUT_S };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}

/* The listener's address, or loopback where it listens on all. */
static socklen_t
fill_address(struct sockaddr_storage *to, const struct evidence_instance *instance, unsigned port)
{
    char text[64];
    struct sockaddr_in *v4 = (struct sockaddr_in *)to;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
    snprintf(text, sizeof text, "%.*s", SK_ARG(instance->address));
    *to = (struct sockaddr_storage){ 0 };
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        if (IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr)) v6->sin6_addr = in6addr_loopback;
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        return sizeof *v6;
    }
    if (inet_pton(AF_INET, text, &v4->sin_addr) != 1 || v4->sin_addr.s_addr == INADDR_ANY)
        v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t)port);
    return sizeof *v4;
}

/* `from` is of the same IP version. */
static sk_err
bind_to(int fd, sa_family_t family, sk_str from)
{
    char text[64];
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    snprintf(text, sizeof text, "%.*s", SK_ARG(from));
    bool is_v6 = family == AF_INET6;
    if (inet_pton(family, text, is_v6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1)
        return sk_fail(SK_BAD, "%s: not of the listener's kind of address", text);
    if (bind(fd, is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4,
             is_v6 ? sizeof v6 : sizeof v4) != 0)
        return sk_fail(SK_BROKEN, "%s: %s", text, strerror(errno));
    return sk_ok();
}

static sk_err
connect_from(int *fd, const struct evidence_instance *instance, sk_str from, unsigned port)
{
    struct sockaddr_storage to;
    socklen_t size = fill_address(&to, instance, port);
    *fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd < 0) return sk_fail(SK_BROKEN, "socket: %s", strerror(errno));
    set_timeouts(*fd);
    if (from.n) TRY(bind_to(*fd, to.ss_family, from));
    if (connect(*fd, (struct sockaddr *)&to, size) != 0)
        return sk_fail(SK_BUSY, "port %u: %s", port, strerror(errno));
    return sk_ok();
}

static sk_err
connect_to(int *fd, const struct evidence_instance *instance, unsigned port)
{
    return connect_from(fd, instance, (sk_str){ 0 }, port);
}

static void
free_addresses(struct ifaddrs **all)
{
    if (*all) freeifaddrs(*all);
}

sk_err
evidence_outside(sk_str *address, sk_arena *mem, const struct evidence_instance *instance)
{
    DEFER(free_addresses) struct ifaddrs *all = NULL;
    struct sockaddr_storage to;
    char text[INET6_ADDRSTRLEN];

    (void)fill_address(&to, instance, instance->https);
    if (getifaddrs(&all) != 0) return sk_fail(SK_BROKEN, "getifaddrs: %s", strerror(errno));
    for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
        const struct sockaddr *sa = one->ifa_addr;
        const struct sockaddr_in6 *v6 = (const void *)sa;
        if (!sa || sa->sa_family != to.ss_family || (one->ifa_flags & IFF_LOOPBACK)) continue;
        if (sa->sa_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) continue;
        const void *bytes = sa->sa_family == AF_INET6
                                ? (const void *)&v6->sin6_addr
                                : &((const struct sockaddr_in *)(const void *)sa)->sin_addr;
        if (!inet_ntop(sa->sa_family, bytes, text, sizeof text)) continue;
        *address = sk_str_copy(mem, sk_str_of(text));
        return sk_ok();
    }
    return sk_fail(SK_MISSING, "this machine has no address but loopback to ask from");
}

/* Everything this library can still speak, so that a refusal is the server's and not ours. */
static SSL_CTX *
generous_context(struct evidence_offer offer)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    if (!ctx) return NULL;
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX_set_security_level(ctx, 0);
    SSL_CTX_set_min_proto_version(ctx, offer.least ? offer.least : TLS1_VERSION);
    SSL_CTX_set_max_proto_version(ctx, offer.most ? offer.most : TLS1_3_VERSION);
    SSL_CTX_clear_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1);
    if (SSL_CTX_set_cipher_list(ctx, offer.ciphers ? offer.ciphers
                                                   : "ALL:COMPLEMENTOFALL:@SECLEVEL=0") == 1)
        return ctx;
    SSL_CTX_free(ctx);
    return NULL;
}

static SSL *
tls_on(SSL_CTX *ctx, int fd, sk_arena *mem, sk_str host)
{
    SSL *ssl = SSL_new(ctx);
    if (!ssl) return NULL;
    SSL_set_tlsext_host_name(ssl, sk_str_zcopy(mem, host));
    SSL_set_fd(ssl, fd);
    return ssl;
}

static sk_str
library_fault(sk_arena *mem)
{
    char text[256] = "the connection was closed";
    unsigned long code = ERR_peek_last_error();
    if (code) ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    const char *last = strrchr(text, ':');
    return sk_str_printf(mem, "%s", last ? last + 1 : text);
}

static void
look_at_certificate(struct evidence_tls *seen, SSL *ssl, sk_arena *mem, sk_str host)
{
    X509 *cert = SSL_get0_peer_certificate(ssl);
    int days = 0, seconds = 0;
    if (!cert) return;
    seen->name_fits = X509_check_host(cert, sk_str_zcopy(mem, host), 0, 0, NULL) == 1;
    seen->self_signed = X509_self_signed(cert, 1) == 1;
    seen->key_bits = EVP_PKEY_get_security_bits(X509_get0_pubkey(cert));
    if (ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(cert))) seen->days_left = days;
}

static void
look_at_cipher(struct evidence_tls *seen, SSL *ssl, sk_arena *mem)
{
    const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
    int exchange = SSL_CIPHER_get_kx_nid(cipher);
    seen->version = sk_str_copy(mem, sk_str_of(SSL_get_version(ssl)));
    seen->cipher = sk_str_copy(mem, sk_str_of(SSL_CIPHER_get_name(cipher)));
    seen->aead = SSL_CIPHER_is_aead(cipher) == 1;
    seen->forward_secret =
        exchange == NID_kx_any || exchange == NID_kx_ecdhe || exchange == NID_kx_dhe;
    seen->compressed = SSL_get_current_compression(ssl) != NULL;
    seen->secure_renegotiation =
        SSL_version(ssl) == TLS1_3_VERSION || SSL_get_secure_renegotiation_support(ssl);
}

sk_err
evidence_tls_try(struct evidence_tls *seen, sk_arena *mem, const struct evidence_instance *instance,
                 sk_str host, struct evidence_offer offer)
{
    DEFER(sk_fd_close) int fd = -1;
    DEFER(free_ctx) SSL_CTX *ctx = generous_context(offer);
    DEFER(free_ssl) SSL *ssl = NULL;

    *seen = (struct evidence_tls){ 0 };
    if (!ctx) return sk_fail(SK_BROKEN, "this OpenSSL cannot offer %s", offer.ciphers);
    TRY(connect_to(&fd, instance, instance->https));
    ssl = tls_on(ctx, fd, mem, host);
    if (!ssl) return sk_fail(SK_BROKEN, "no TLS connection could be made");
    if (SSL_connect(ssl) != 1) {
        seen->fault = library_fault(mem);
        return sk_ok();
    }
    seen->connected = true;
    look_at_cipher(seen, ssl, mem);
    look_at_certificate(seen, ssl, mem, host);
    SSL_shutdown(ssl);
    return sk_ok();
}

/* Either a TLS connection or a bare socket. */
struct wire {
    SSL *ssl;
    int fd;
};

static ssize_t
wire_write(struct wire wire, sk_str s)
{
    if (wire.ssl) return SSL_write(wire.ssl, s.p, (int)s.n);
    return send(wire.fd, s.p, s.n, MSG_NOSIGNAL);
}

static ssize_t
wire_read(struct wire wire, char *p, size_t n)
{
    return wire.ssl ? SSL_read(wire.ssl, p, (int)n) : recv(wire.fd, p, n, 0);
}

static void
join_chunks(struct evidence_answer *answer, sk_arena *mem)
{
    struct sk_buf whole = { .mem = mem };
    sk_str rest = answer->body;
    for (;;) {
        size_t end = sk_str_find(rest, SK_STR("\r\n"));
        if (end == SIZE_MAX) break;
        size_t n = strtoul(sk_str_zcopy(mem, sk_str_first(rest, end)), NULL, 16);
        rest = sk_str_from(rest, end + 2);
        if (n == 0 || n > rest.n) break;
        sk_buf_add(&whole, sk_str_first(rest, n));
        rest = sk_str_from(rest, n + 2);
    }
    answer->body = sk_buf_str(&whole);
}

static void
split_answer(struct evidence_answer *answer, sk_arena *mem, sk_str all)
{
    size_t end = sk_str_find(all, SK_STR("\r\n\r\n"));
    *answer = (struct evidence_answer){ 0 };
    if (end == SIZE_MAX || all.n < 12 || !sk_str_starts(all, SK_STR("HTTP/1."))) return;
    answer->head = sk_str_first(all, end);
    answer->body = sk_str_from(all, end + 4);
    answer->status = (int)strtol(sk_str_zcopy(mem, sk_str_first(sk_str_from(all, 9), 3)), NULL, 10);
    sk_str coding = evidence_answer_header(answer, "Transfer-Encoding");
    if (sk_str_eq_nocase(coding, SK_STR("chunked"))) join_chunks(answer, mem);
}

static sk_err
converse(struct evidence_answer *answer, sk_arena *mem, struct wire wire, sk_str request)
{
    struct sk_buf all = { .mem = mem };
    for (sk_str rest = request; rest.n;) {
        ssize_t n = wire_write(wire, rest);
        if (n <= 0) break; /* it may have answered before it heard all */
        rest = sk_str_from(rest, (size_t)n);
    }
    while (all.n < EVIDENCE_ANSWER_MAX) {
        ssize_t n = wire_read(wire, sk_buf_room(&all, 16384), 16384);
        if (n <= 0) break;
        all.n += (size_t)n;
    }
    split_answer(answer, mem, sk_buf_str(&all));
    ERR_clear_error();
    return sk_ok();
}

sk_err
evidence_ask_from(struct evidence_answer *answer, sk_arena *mem,
                  const struct evidence_instance *instance, sk_str from, unsigned port, sk_str host,
                  sk_str request)
{
    DEFER(sk_fd_close) int fd = -1;
    DEFER(free_ctx) SSL_CTX *ctx = generous_context((struct evidence_offer){ 0 });
    DEFER(free_ssl) SSL *ssl = NULL;

    if (!ctx) return sk_fail(SK_BROKEN, "no TLS context could be made");
    TRY(connect_from(&fd, instance, from, port));
    ssl = tls_on(ctx, fd, mem, host);
    if (!ssl || SSL_connect(ssl) != 1)
        return sk_fail(SK_BUSY, "port %u: TLS: %s", port, library_fault(mem).p);
    return converse(answer, mem, (struct wire){ ssl, fd }, request);
}

sk_err
evidence_ask(struct evidence_answer *answer, sk_arena *mem,
             const struct evidence_instance *instance, sk_str host, sk_str request)
{
    return evidence_ask_from(answer, mem, instance, (sk_str){ 0 }, instance->https, host, request);
}

sk_err
evidence_ask_plain(struct evidence_answer *answer, sk_arena *mem,
                   const struct evidence_instance *instance, sk_str request)
{
    DEFER(sk_fd_close) int fd = -1;
    TRY(connect_to(&fd, instance, instance->http));
    return converse(answer, mem, (struct wire){ NULL, fd }, request);
}

sk_str
evidence_answer_header(const struct evidence_answer *answer, const char *name)
{
    sk_str line, rest = answer->head;
    while (sk_str_cut(&line, &rest, '\n')) {
        sk_str key;
        if (sk_str_cut(&key, &line, ':') && line.p && sk_str_eq_nocase(key, sk_str_of(name)))
            return sk_str_trim(line);
    }
    return (sk_str){ 0 };
}
