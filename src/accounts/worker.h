/* The thread that takes the steps of jobs (job.h, rekey.h): it looks for running ones at its start,
 * once a minute and when the house's bell for work rings. A step that fails is tried again a little
 * later: post may be away, the disk full. */
#ifndef SK_ACCOUNTS_WORKER_H
#define SK_ACCOUNTS_WORKER_H

#include "accounts/house.h"

struct accounts_worker;
/* Yours: accounts_worker_stop. */
sk_err accounts_worker_start(struct accounts_worker **worker, struct accounts *house) SK_CHECKED;
void accounts_worker_stop(struct accounts_worker *worker); /* NULL is allowed */

#endif
