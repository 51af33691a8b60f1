/* One writer for many threads: whoever comes while a transaction is on its way to the disk waits
 * for the next, which then serves all of them. */
#ifndef SK_PART_WRITER_H
#define SK_PART_WRITER_H

#include "part/store.h"

struct part_writer;

/* The store is the writer's from now on, and closed with it. */
struct part_writer *part_writer_new(struct part_store *store);
void part_writer_free(struct part_writer *writer); /* nobody may wait; NULL is allowed */

/* Runs `work` in a transaction that it shares with others, and returns when that is on disk. `work`
 * reads before it writes: what it has refused by then it tells by its ctx. A failure takes all of
 * the transaction back; then each work runs once more in a transaction of its own. */
sk_err part_writer_run(struct part_writer *writer,
                       sk_err (*work)(void *ctx, struct part_store *store), void *ctx) SK_CHECKED;
/* Runs it alone, outside any transaction. */
sk_err part_writer_alone(struct part_writer *writer,
                         sk_err (*work)(void *ctx, struct part_store *store), void *ctx) SK_CHECKED;

#endif
