/* The writer's other half: clients, their lines, their answers. One thread, no client can hold up
 * another: lines and answers are bounded, and who does not read is not read either. */
#ifndef LEDGER_SERVE_H
#define LEDGER_SERVE_H

#include "ledger/store.h"
#include "part/peer.h"

enum {
    LEDGER_CLIENTS_MAX = 1024,
    LEDGER_CLIENTS_OF_USER = 256, /* so that one program cannot take all places */
    LEDGER_LINES_A_TURN = 64,     /* of one client in one batch */
    LEDGER_STUCK_MS = 30000,      /* a client that does not read its answers is let go */
};

/* Who may look for a name, and in records of which actions. */
struct ledger_seeker {
    struct part_peers peers;
    sk_str action; /* "vault.*" */
};

/* Serves on `listen_fd` (bound and listening) until `stop_fd` can be read. Only `peers` are heard.
 */
void ledger_serve(struct ledger_store *store, const struct part_peers *peers,
                  const struct ledger_seeker *seeker, const char *state, int listen_fd,
                  int stop_fd);

#endif
