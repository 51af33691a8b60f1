/* The shop without supervisor and gate, on a TCP port of this machine only. For working on pages:
 * shop_alone PORT STATE SHARE */
#include "shop/shop.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

int
main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (argc != 4) {
        fprintf(stderr, "usage: shop_alone PORT STATE-FOLDER SHARE-FOLDER\n");
        return 2;
    }
    address.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    (void)mkdir(argv[2], 0700);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 128) != 0) {
        perror("shop_alone");
        return 1;
    }
    struct part_place place = { .state = argv[2], .share = argv[3], .listen_fd = fd, .number = 1 };
    return shop_main(&place);
}
