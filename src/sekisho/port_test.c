/* A port that is taken is told with its holder: here this test itself. */
#include "sekisho/port.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Listens on a port of the kernel's choice; -1 where the machine has no such address. */
static int
hold(unsigned *port, int family)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = { .v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT } };
    socklen_t n = sizeof(at.v6);
    int fd = socket(family, SOCK_STREAM, 0);

    if (family == AF_INET) {
        at.v4 =
            (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
        n = sizeof(at.v4);
    }
    if (fd < 0 || bind(fd, &at.any, n) != 0 || listen(fd, 1) != 0 ||
        getsockname(fd, &at.any, &n) != 0) {
        if (fd >= 0) close(fd);
        return -1;
    }
    *port = ntohs(family == AF_INET ? at.v4.sin_port : at.v6.sin6_port);
    return fd;
}

static void
holds_and_is_told(int family, const char *address)
{
    sk_arena *mem = sk_arena_new(0);
    unsigned port = 0;
    int fd = hold(&port, family);
    sk_err e;

    if (fd < 0) {
        sk_arena_free(mem);
        skip();
        return;
    }
    e = port_free(sk_str_of(address), port);
    assert_int_equal(e.kind, SK_BUSY);
    assert_string_equal(e.why,
                        sk_str_printf(mem,
                                      "port %u is taken by sekisho_port_te (process %d): stop it, "
                                      "or choose another with --port N",
                                      port, (int)getpid())
                            .p);
    close(fd);
    assert_false(sk_failed(port_free(sk_str_of(address), port)));
    sk_arena_free(mem);
}

static void
taken_port__is_told_with_its_holder(void **unused)
{
    (void)unused;
    holds_and_is_told(AF_INET, "127.0.0.1");
}

static void
taken_port__of_ipv6_too(void **unused)
{
    (void)unused;
    holds_and_is_told(AF_INET6, "::1");
}

static void
foreign_address__is_bad_input(void **unused)
{
    (void)unused;
    assert_int_equal(port_free(SK_STR("somewhere"), 80).kind, SK_BAD);
    assert_int_equal(port_free(SK_STR("192.0.2.1"), 8080).kind, SK_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taken_port__is_told_with_its_holder),
        cmocka_unit_test(taken_port__of_ipv6_too),
        cmocka_unit_test(foreign_address__is_bad_input),
    };

    return cmocka_run_group_tests_name("sekisho/port", tests, NULL, NULL);
}
