#include "console/console.h"

#include "console/house.h"
#include "part/log.h"

enum { THREADS = 4 }; /* each may wait for another part */

static const char *const reads[] = { "share:src/console",
                                     "share:src/look",
                                     "state:conf/console",
                                     "state:ledger",
                                     "state:log",
                                     "state:run",
                                     NULL };
static const char *const writes[] = { "state:console", NULL };

const struct part_card console_card = {
    .name = "console",
    .user = "sekisho-console",
    .read = reads,
    .write = writes,
    .may = PART_MAY_ASK,
    .open_files = 1024,
};

int
console_main(const struct part_place *place)
{
    struct console *console = NULL;
    sk_err e = console_open(&console, place->state, place->share);
    if (!sk_failed(e)) {
        struct part_service service = console_service(console, place->listen_fd, THREADS);
        part_log(PART_INFO, "console serves");
        e = part_http_serve(&service);
    }
    if (sk_failed(e))
        part_log(PART_ERROR, "console: %s", e.why);
    else
        part_log(PART_INFO, "console ended");
    console_close(console);
    return sk_kind_rows[e.kind].exit_code;
}
