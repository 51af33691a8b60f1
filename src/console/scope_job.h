/* Who has been seen, folded from the ledger while the operator waits or does something else: one
 * question at a time, in a thread of its own. Its answer stays until the next question, or an hour.
 * Any thread. */
#ifndef SK_CONSOLE_SCOPE_JOB_H
#define SK_CONSOLE_SCOPE_JOB_H

#include "vault/scope.h"

enum {
    SCOPE_PEOPLE_MAX = 1000 * 1000, /* beyond it the command line has to do it */
    SCOPE_KEPT = 3600 * 1000,       /* ms */
};

struct scope_job;

/* `state` is borrowed. Yours: scope_job_close, which ends what runs. */
sk_err scope_job_open(struct scope_job **job, const char *state) SK_CHECKED;
void scope_job_close(struct scope_job *job); /* NULL is allowed */

/* Texts are copied. SK_BUSY: another question runs. */
sk_err scope_job_begin(struct scope_job *job, const struct vault_scope_ask *ask, sk_str by,
                       sk_when now) SK_CHECKED;

enum scope_state { SCOPE_NONE, SCOPE_RUNS, SCOPE_DONE, SCOPE_FAILED };

/* How it stands. Texts lie on `mem`. */
struct scope_glance {
    enum scope_state state;
    struct vault_scope_ask ask;
    sk_str by;
    sk_when began, ended;
    uint64_t read, all; /* bytes of the ledger */
    enum sk_kind why;   /* of SCOPE_FAILED */
};
void scope_job_look(struct scope_glance *glance, sk_arena *mem, struct scope_job *job, sk_when now);

/* What was found, while it is held; NULL: there is nothing. Always followed by scope_job_release.
 */
const struct vault_scope *scope_job_hold(struct scope_job *job);
void scope_job_release(struct scope_job *job);

#endif
