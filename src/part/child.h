/* The parent's view of its child processes: start, notice the end and why, start again later each
 * time, stop all. No threads; the parent's loop calls these. */
#ifndef SK_PART_CHILD_H
#define SK_PART_CHILD_H

#include "base/str.h"
#include "base/when.h"

#include <sys/types.h>

enum {
    PART_CHILDREN_MAX = 32,
    PART_CHILD_FD = 3,             /* the first handed socket is this descriptor in the child ... */
    PART_CHILD_FDS = 2,            /* ... and the next the one behind it */
    PART_CHILD_DELAY_FIRST = 200,  /* ms before the first new start, doubled each time ... */
    PART_CHILD_DELAY_MOST = 30000, /* ... up to this; a guess, measured nowhere */
    PART_CHILD_SETTLED = 60000,    /* having run this long, it starts at the first delay again */
    PART_CHILD_GRACE = 5000,       /* ms between SIGTERM and SIGKILL */
};

struct part_child {
    char name[32];              /* "shop-2" */
    const char *const *argv;    /* borrowed; argv[0] an absolute path */
    int handed[PART_CHILD_FDS]; /* given as PART_CHILD_FD and so on; borrowed; close-on-exec */
    unsigned handed_count;
    bool late;            /* stopped when all others have ended: they still need it */
    int log_fd;           /* its standard output and error */
    bool wanted;          /* to be started again when it ends */
    bool renewed;         /* it was asked to end, for a new start */
    pid_t pid;            /* 0: does not run */
    sk_when started, due; /* monotonic; when to start again */
    unsigned restarts, delay;
    char ended[96]; /* how it last ended: "killed by signal 11 (Segmentation fault)" */
};

struct part_children {
    struct part_child row[PART_CHILDREN_MAX];
    size_t count;
};

/* A new row, not yet started; NULL when there are PART_CHILDREN_MAX. */
struct part_child *part_child_add(struct part_children *all, const char *name,
                                  const char *const *argv);
struct part_child *part_child_find(struct part_children *all, sk_str name);
/* In its own process group, so that what it leaves behind can be ended too. */
sk_err part_child_start(struct part_child *child) SK_CHECKED;
/* Takes notice of all ends; for wanted children sets when to start again. Returns how many ended.
 */
unsigned part_children_reap(struct part_children *all, sk_when now);
/* Starts whatever is due. Milliseconds until the next is due, or -1. */
int part_children_tend(struct part_children *all, sk_when now);
/* Ends one; the reaper starts it again if wanted. */
void part_child_end(const struct part_child *child, int signal);
/* Ends one for a new start at once: what it reads has changed, and nothing is wrong with it. */
void part_child_renew(struct part_child *child);
/* SIGTERM to all but the late ones, SIGKILL after the grace; then the same to the late ones.
 * Returns when none is left. */
void part_children_stop(struct part_children *all);

#endif
