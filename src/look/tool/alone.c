/* The sampler on a TCP port of this machine only, to look at: look_alone PORT SHARE-FOLDER. Ends
 * with its standard input. */
#include "look/tool/sample.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static int
listen_on(const char *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool up = bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 16) == 0;
    return up ? fd : -1;
}

int
main(int argc, char **argv)
{
    struct look *look;
    struct part_http *http = NULL;
    int fd = argc == 3 ? listen_on(argv[1]) : -1;
    if (fd < 0) {
        fprintf(stderr, "usage: look_alone PORT SHARE-FOLDER\n");
        return 2;
    }
    sk_err e = look_open(&look, argv[2], "src/look/sample", "/asset/");
    struct part_service service = { .listen_fd = fd,
                                    .threads = 2,
                                    .routes = look_sample_routes,
                                    .count = LOOK_SAMPLE_ROUTES,
                                    .headers = look_headers,
                                    .header_count = LOOK_HEADERS };
    if (!sk_failed(e)) {
        service.ctx = look;
        e = part_http_start(&http, &service);
    }
    if (sk_failed(e)) {
        fprintf(stderr, "look_alone: %s\n", e.why);
        return 1;
    }
    while (getchar() != EOF) {
    }
    part_http_stop(http);
    look_close(look);
    return 0;
}
