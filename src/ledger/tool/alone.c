/* The ledger by itself below a folder of its own, without the parent and its users: for tests and
 * measurements. ledger_alone STATE [BYTES]: no file grows beyond BYTES, as on a full disk */
#include "ledger/ledger.h"
#include "part/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

static int
fail(const char *what, const char *why)
{
    fprintf(stderr, "ledger_alone: %s: %s\n", what, why);
    return 1;
}

int
main(int argc, char **argv)
{
    struct part_place place = { .listen_fd = -1 };
    char path[4096];
    sk_err e;

    if (argc < 2) return fail("usage", "ledger_alone STATE [BYTES]");
    place.state = place.share = argv[1];
    if (argc > 2) { /* a disk that is full from this file size on */
        rlim_t bytes = strtoul(argv[2], NULL, 10);
        struct rlimit limit = { bytes, RLIM_INFINITY };
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return fail("RLIMIT_FSIZE", strerror(errno));
    }
    snprintf(path, sizeof path, "%s/run", argv[1]);
    if (mkdir(path, 0755) != 0 && errno != EEXIST) return fail(path, strerror(errno));
    snprintf(path, sizeof path, "%s/run/ledger.sock", argv[1]);
    e = part_socket_listen(&place.listen_fd, path, 0600);
    if (sk_failed(e)) return fail(path, e.why);
    return ledger_main(&place);
}
