/* The keeper by itself below a folder of its own, without the parent and its users: for tests and
 * measurements. keeper_alone STATE SHARE [BYTES]: no file grows beyond BYTES, as on a full disk */
#include "keeper/keeper.h"
#include "part/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

static int
fail(const char *what, const char *why)
{
    fprintf(stderr, "keeper_alone: %s: %s\n", what, why);
    return 1;
}

int
main(int argc, char **argv)
{
    static const char *const folders[] = { "run", "keeper" };
    struct part_place place = { .listen_fd = -1, .second_fd = -1 };
    char path[4096];
    sk_err e;

    if (argc < 3) return fail("usage", "keeper_alone STATE SHARE [BYTES]");
    place.state = argv[1];
    place.share = argv[2];
    if (argc > 3) {
        rlim_t bytes = strtoul(argv[3], NULL, 10);
        struct rlimit limit = { bytes, RLIM_INFINITY };

        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return fail("RLIMIT_FSIZE", strerror(errno));
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", argv[1], folders[i]);
        if (mkdir(path, 0700) != 0 && errno != EEXIST) return fail(path, strerror(errno));
    }
    snprintf(path, sizeof path, "%s/run/keeper.sock", argv[1]);
    e = part_socket_listen(&place.listen_fd, path, 0600);
    if (sk_failed(e)) return fail(path, e.why);
    return keeper_main(&place);
}
