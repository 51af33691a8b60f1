/* The parent: starts the parts of a house, keeps them running, listens to its control socket. It
 * parses nothing that comes from the network. */
#ifndef SEKISHO_PARENT_H
#define SEKISHO_PARENT_H

#include "part/child.h"
#include "sekisho/house.h"
#include "sekisho/marks.h"

enum {
    PARENT_READY_MS = 30000,    /* until everything must have answered */
    PARENT_TRIES_MAX = 3,       /* a part that ends so often before that will not come */
    PARENT_PATIENCE_MS = 60000, /* how long askers wait for reload */
};

struct parent {
    struct house house;
    struct verb_args args;
    sk_arena *mem;      /* lives as long as the parent: what children's argv point to */
    sk_arena *conf_mem; /* house.mem, exchanged at reload */
    struct part_children children;
    struct part_child *gate;
    int lock, control, signals;
    int log; /* STATE/log/sekisho.log: the parts' output goes there too */
    sk_when began, began_wall;
    unsigned reloads, shops; /* shop rows made so far */
    bool ready, stopping;
    char remark[256];   /* "" or what is not well: the upstream does not answer */
    struct marks marks; /* of what is in force */
    unsigned changed;   /* enum mark bits: by the last reload */
    sk_when refused_at; /* of the last reload, where it was refused */
    char refused[1024]; /* why; "" where it was not */
};

/* Opens, reads, prepares and tests the house, and takes its lock. After a failure nothing runs. */
sk_err parent_open(struct parent *parent, const struct verb_args *args) SK_CHECKED;
/* Starts all parts and returns when everything answers; on failure all are stopped again. */
sk_err parent_start(struct parent *parent) SK_CHECKED;
/* Runs until told to stop; then stops all parts. */
void parent_run(struct parent *parent);

/* A changed configuration: all or nothing. */
sk_err parent_reload(struct parent *parent) SK_CHECKED;
/* Writes STATE/run/instance.json. */
sk_err parent_instance_write(const struct parent *parent) SK_CHECKED;
/* The answer to one control line. */
void parent_answer(void *parent, struct sk_buf *answer, sk_str line);

/* ── in parent_services.c ── */

/* Starts what the configuration wants of the table in services.h, stops what it does not want any
 * more, and starts those again whose bit is in `changed`. */
sk_err parent_services_fit(struct parent *parent, unsigned changed) SK_CHECKED;
/* The command line of a part, kept as long as the parent. `number` may be NULL. */
const char *const *parent_argv(const struct parent *parent, const char *part, const char *share,
                               const char *number);

/* ── in parent_tell.c ── */

/* Records "sekisho.start" and the like with the digest of the configuration. Success: it is in the
 * ledger, or this build has none. A failure is logged here. */
sk_err parent_tell(const struct parent *parent, const char *action, const char *outcome) SK_CHECKED;
/* The same for what is so whether it is on record or not. */
void parent_tell_also(const struct parent *parent, const char *action, const char *outcome);

/* ── in ready.c ── */

/* Asks the gate for "/" over TLS as `host`; the HTTP status of what it answers. The certificate is
 * not judged: it is ours, and probes do that. SK_BUSY when there is no answer yet. */
sk_err ready_ask(int *status, sk_str address, int64_t port, sk_str host) SK_CHECKED;
/* One GET over a Unix socket: the body of the answer. */
sk_err ready_ask_local(sk_str *body, sk_arena *mem, const char *path) SK_CHECKED;

#endif
