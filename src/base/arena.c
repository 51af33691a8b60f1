/* A list of chunks; the newest is filled from its start. Large blocks get a chunk of their own. */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGN = 16, DEFAULT_CHUNK = 4096 };

struct chunk {
    struct chunk *older;
    size_t size; /* of the bytes behind this head */
    size_t used;
    size_t pad; /* keeps the head a multiple of ALIGN */
};

struct sk_arena {
    struct sk_arena_source source;
    struct chunk *newest;
    size_t chunk_size;
    size_t total;
};

static bool wipes; /* sk_arena_wipe_all */

static void *
malloc_get(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void
malloc_put(void *ctx, void *chunk)
{
    (void)ctx;
    free(chunk);
}

static _Noreturn void
die_without_memory(size_t size)
{
    fprintf(stderr, "sekisho: out of memory (%zu bytes were asked for)\n", size);
    abort();
}

static size_t
round_up(size_t size)
{
    if (size > SIZE_MAX / 2) die_without_memory(size);
    return (size + (ALIGN - 1)) & ~(size_t)(ALIGN - 1);
}

static char *
body_of(struct chunk *chunk)
{
    return (char *)(chunk + 1);
}

static struct chunk *
chunk_new(sk_arena *arena, size_t size)
{
    struct chunk *chunk = arena->source.get(arena->source.ctx, sizeof *chunk + size);
    if (!chunk) die_without_memory(size);
    *chunk = (struct chunk){ .older = arena->newest, .size = size };
    arena->newest = chunk;
    return chunk;
}

void
sk_arena_wipe_all(void)
{
    wipes = true;
}

sk_arena *
sk_arena_on(struct sk_arena_source source, size_t chunk)
{
    sk_arena *arena = source.get(source.ctx, sizeof *arena);
    if (!arena) return NULL;
    *arena = (sk_arena){ .source = source, .chunk_size = round_up(chunk ? chunk : DEFAULT_CHUNK) };
    return arena;
}

static sk_arena *
arena_or_die(struct sk_arena_source source, size_t chunk)
{
    sk_arena *arena = sk_arena_on(source, chunk);

    if (!arena) die_without_memory(sizeof *arena);
    return arena;
}

sk_arena *
sk_arena_new(size_t chunk)
{
    return arena_or_die((struct sk_arena_source){ malloc_get, malloc_put, NULL }, chunk);
}

/* Before each block stands its size, for munmap. */
static void *
pages_get(void *ctx, size_t size)
{
    size_t whole = size + ALIGN;
    void *block = mmap(NULL, whole, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    (void)ctx;
    if (block == MAP_FAILED) return NULL;
    memcpy(block, &whole, sizeof(whole));
    return (char *)block + ALIGN;
}

static void
pages_put(void *ctx, void *chunk)
{
    void *block = (char *)chunk - ALIGN;
    size_t whole;

    (void)ctx;
    memcpy(&whole, block, sizeof(whole));
    munmap(block, whole);
}

sk_arena *
sk_arena_new_pages(size_t chunk)
{
    return arena_or_die((struct sk_arena_source){ pages_get, pages_put, NULL }, chunk);
}

static void
chunk_wipe(struct chunk *chunk)
{
    if (wipes) explicit_bzero(body_of(chunk), chunk->used);
}

static void
chunk_put(sk_arena *arena, struct chunk *chunk)
{
    chunk_wipe(chunk);
    if (arena->source.put) arena->source.put(arena->source.ctx, chunk);
}

void
sk_arena_free(sk_arena *arena)
{
    if (!arena) return;
    for (struct chunk *chunk = arena->newest, *older; chunk; chunk = older) {
        older = chunk->older;
        chunk_put(arena, chunk);
    }
    if (arena->source.put) arena->source.put(arena->source.ctx, arena);
}

void
sk_arena_close(sk_arena **arena)
{
    sk_arena_free(*arena);
    *arena = NULL;
}

void
sk_arena_reset(sk_arena *arena)
{
    while (arena->newest && arena->newest->older) {
        struct chunk *chunk = arena->newest;
        arena->newest = chunk->older;
        chunk_put(arena, chunk);
    }
    if (arena->newest) {
        chunk_wipe(arena->newest);
        arena->newest->used = 0;
    }
    arena->total = 0;
}

void *
sk_alloc(sk_arena *arena, size_t size)
{
    size_t need = round_up(size ? size : 1);
    struct chunk *chunk = arena->newest;
    if (!chunk || chunk->size - chunk->used < need)
        chunk = chunk_new(arena, need > arena->chunk_size ? need : arena->chunk_size);
    void *block = body_of(chunk) + chunk->used;
    chunk->used += need;
    arena->total += need;
    return block;
}

void *
sk_zalloc(sk_arena *arena, size_t size)
{
    return memset(sk_alloc(arena, size), 0, size);
}

void *
sk_array(sk_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size) die_without_memory(SIZE_MAX);
    return sk_zalloc(arena, count * size);
}

static bool
grow_in_place(sk_arena *arena, const void *block, size_t old, size_t size)
{
    struct chunk *chunk = arena->newest;
    if (!chunk || !block) return false;
    size_t was = round_up(old ? old : 1), will = round_up(size ? size : 1);
    if ((const char *)block + was != body_of(chunk) + chunk->used) return false;
    if (will < was || chunk->size - chunk->used < will - was) return false;
    chunk->used += will - was;
    arena->total += will - was;
    return true;
}

void *
sk_grow(sk_arena *arena, void *block, size_t old, size_t size)
{
    if (grow_in_place(arena, block, old, size)) return block;
    void *fresh = sk_alloc(arena, size);
    if (block && old) memcpy(fresh, block, old < size ? old : size);
    return fresh;
}

size_t
sk_arena_used(const sk_arena *arena)
{
    return arena->total;
}
