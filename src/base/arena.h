/* Memory that belongs to a unit of work (request, message, report, reload) and goes with it. */
#ifndef SK_BASE_ARENA_H
#define SK_BASE_ARENA_H

#include <stddef.h>

typedef struct sk_arena sk_arena;

/* Where an arena's chunks come from. `get` returns memory aligned as malloc's or NULL; `put` may
 * be NULL where the memory goes by itself (nginx's pool). */
struct sk_arena_source {
    void *(*get)(void *ctx, size_t size);
    void (*put)(void *ctx, void *chunk);
    void *ctx;
};

/* A new arena on malloc. Yours: sk_arena_free. `chunk` bytes are asked for at a time (0: 4096). */
sk_arena *sk_arena_new(size_t chunk);
/* The same on pages of its own, which go back to the system when it is freed: for large work that
 * ends while what it leaves behind stays. On malloc the holes would stay, too. */
sk_arena *sk_arena_new_pages(size_t chunk);
/* The same on another source, which must outlive it. NULL when the source has nothing. */
sk_arena *sk_arena_on(struct sk_arena_source source, size_t chunk);
/* Gives all memory back; NULL is allowed. */
void sk_arena_free(sk_arena *arena);
/* For DEFER(sk_arena_close) sk_arena *mem = ... */
void sk_arena_close(sk_arena **arena);
/* Forgets all contents but keeps the first chunk: for loops that reuse one arena. */
void sk_arena_reset(sk_arena *arena);

/* From now on what arenas of this process held is overwritten when it is given back: for parts that
 * handle what nobody shall find in their memory. To be called before there are threads. */
void sk_arena_wipe_all(void);

/* Never NULL: a machine without memory ends the process with a message, since nothing that we
 * could do then would be safe; the parent restarts and counts it. Sizes are bounded by the
 * callers' named limits. sk_alloc does not clear, sk_zalloc does. Aligned to 16. */
void *sk_alloc(sk_arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
void *sk_zalloc(sk_arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
/* `count` objects of `size`, cleared; the product is checked for overflow. */
void *sk_array(sk_arena *arena, size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* Enlarges the newest allocation in place where possible, else copies `old` bytes. */
void *sk_grow(sk_arena *arena, void *block, size_t old, size_t size)
    __attribute__((returns_nonnull));
/* Bytes handed out so far. */
size_t sk_arena_used(const sk_arena *arena);

#define SK_NEW(arena, type) ((type *)sk_zalloc((arena), sizeof(type)))

#endif
