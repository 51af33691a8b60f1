/* Memory for keys and plaintext: pages that no core dump has and, where the system allows, that are
 * never swapped out (with keeper_card's locked memory the whole process is not). What is given back
 * is overwritten first. */
#ifndef SK_KEEPER_SECRET_H
#define SK_KEEPER_SECRET_H

#include "base/arena.h"

/* Cleared pages; never NULL (as sk_alloc). */
void *keeper_pages_new(size_t size) __attribute__((returns_nonnull));
/* Overwrites them; NULL is allowed. */
void keeper_pages_free(void *pages, size_t size);

/* An arena for one request after the other: a first block is kept and used again, all else is given
 * back, and both are overwritten. */
struct keeper_scratch;
struct keeper_scratch *keeper_scratch_new(void);
void keeper_scratch_free(struct keeper_scratch *scratch); /* NULL is allowed */
/* One at a time; sk_arena_free it before the next is begun. */
sk_arena *keeper_scratch_begin(struct keeper_scratch *scratch);

#endif
