/* What all pages share: made at the start, read by many threads, gone at the end. */
#ifndef SK_CONSOLE_HOUSE_H
#define SK_CONSOLE_HOUSE_H

#include "keeper/keeper.h"
#include "ledger/ledger.h"
#include "look/look.h"
#include "part/http_csrf.h"
#include "ticket/ticket.h"

struct scope_job; /* scope_job.h */

struct console {
    sk_arena *mem;
    struct look *look;
    const char *state; /* the state folder */
    struct ledger_link *ledger;
    struct keeper_link *keeper;
    struct scope_job *scope;
    struct ticket_key ticket_key;
    struct part_csrf_key form_key;
    struct part_peers peers; /* the gate, and whoever we run as */
};

/* Reads share/src/{look,console}/ui and state/conf/console, makes state/console/form.key. Yours:
 * console_close. Errors name the file. */
sk_err console_open(struct console **console, const char *state, const char *share) SK_CHECKED;
void console_close(struct console *console);

/* A service of the console's pages on a socket; tickets are checked for each request. */
struct part_service console_service(struct console *console, int listen_fd, unsigned threads);

#endif
