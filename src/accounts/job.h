/* Mass reset (ACC-13): every password of a realm, or of a tenant in it, becomes void, every
 * session, mailed link and known browser ends, and each owner is written to. A job with a row: it
 * goes on after a restart where it was, and a step that is done twice does nothing the second time.
 *
 * First everybody is reset, which takes seconds and is what an attacker feels; then the notices are
 * handed to post, which sends them at its own pace. Passwords set and sessions made after the job
 * was asked for are left alone. */
#ifndef SK_ACCOUNTS_JOB_H
#define SK_ACCOUNTS_JOB_H

#include "accounts/actor.h"
#include "accounts/visitor.h"

enum {
    ACCOUNTS_JOB_STEP = 1000, /* accounts of one step */
    ACCOUNTS_JOBS_LISTED = 50,
    ACCOUNTS_JOB_REASON_MAX = 500, /* bytes */
};

/* On an arena. */
struct accounts_job {
    sk_str id, kind;                            /* "mass_reset", "rekey" (rekey.h) */
    sk_str asked_by, realm, tenant, state, why; /* state: "running", "done" */
    int64_t total, done, told;
    sk_when made, ended;
};

struct accounts_job_ask {
    enum accounts_realm realm;
    sk_str tenant; /* empty: of every one */
    sk_str reason;
};
/* Records it and makes the row; *job is its id. The worker does the rest. SK_DENIED: the actor may
 * not; SK_BUSY: such a job is running already; SK_MISSING: there is no such tenant. */
sk_err accounts_reset_all(sk_str *job, sk_arena *mem, struct accounts *house,
                          const struct accounts_visitor *visitor,
                          const struct accounts_actor *actor,
                          const struct accounts_job_ask *ask) SK_CHECKED;
/* The newest first. */
sk_err accounts_job_list(struct accounts_job *list, size_t *count, sk_arena *mem,
                         struct accounts *house) SK_CHECKED;

/* One step of the oldest running job; *more: there is something left to do. */
sk_err accounts_job_step(bool *more, struct accounts *house, sk_when now) SK_CHECKED;

#endif
