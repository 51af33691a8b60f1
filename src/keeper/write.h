/* One writer for many threads: whoever comes while a transaction is on its way to the disk waits
 * for the next, which then serves all of them. */
#ifndef SK_KEEPER_WRITE_H
#define SK_KEEPER_WRITE_H

#include "part/store.h"

struct keeper_write;

/* The store is the writer's from now on, and closed with it. */
struct keeper_write *keeper_write_new(struct part_store *store);
void keeper_write_free(struct keeper_write *write); /* nobody may wait; NULL is allowed */

/* Runs `work` in a transaction that it shares with others, and returns when that is on disk. `work`
 * reads before it writes: what it has refused by then it tells by its ctx. A failure takes all of
 * the transaction back; then each work runs once more in a transaction of its own. */
sk_err keeper_write_run(struct keeper_write *write,
                        sk_err (*work)(void *ctx, struct part_store *store), void *ctx) SK_CHECKED;
/* Runs it alone, outside any transaction. */
sk_err keeper_write_alone(struct keeper_write *write,
                          sk_err (*work)(void *ctx, struct part_store *store),
                          void *ctx) SK_CHECKED;

#endif
