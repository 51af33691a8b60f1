#include "keeper/secret.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { BLOCK = 128 * 1024, CHUNK = 30 * 1024 };

void *
keeper_pages_new(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (pages == MAP_FAILED) {
        fputs("sekisho: no memory\n", stderr);
        abort();
    }
    (void)madvise(pages, size, MADV_DONTDUMP);
    (void)mlock(pages, size); /* as far as the limit goes: the status says whether all is locked */
    return pages;
}

void
keeper_pages_free(void *pages, size_t size)
{
    if (!pages) return;
    explicit_bzero(pages, size);
    munmap(pages, size);
}

/* Each chunk has its size before it. */
struct chunk {
    size_t size;
    size_t pad; /* chunks are aligned to 16 */
};

/* Chunks are cut from the block one behind the other, and given back all together. */
struct keeper_scratch {
    char *block;
    size_t used;
};

static void *
chunk_get(void *ctx, size_t size)
{
    struct keeper_scratch *s = ctx;
    struct chunk *c;

    size = (size + sizeof *c + 15) & ~(size_t)15;
    if (size <= BLOCK - s->used) {
        c = (void *)(s->block + s->used);
        s->used += size;
    } else {
        c = keeper_pages_new(size);
    }
    c->size = size;
    return c + 1;
}

/* The arena's own, the oldest, is given back last. */
static void
chunk_put(void *ctx, void *chunk)
{
    struct keeper_scratch *s = ctx;
    struct chunk *c = (struct chunk *)chunk - 1;
    bool is_ours = (char *)c >= s->block && (char *)c < s->block + BLOCK;

    if (!is_ours) {
        keeper_pages_free(c, c->size);
        return;
    }
    if ((char *)c == s->block) s->used = 0;
    explicit_bzero(c, c->size);
}

struct keeper_scratch *
keeper_scratch_new(void)
{
    struct keeper_scratch *s = calloc(1, sizeof *s);

    if (!s) abort();
    s->block = keeper_pages_new(BLOCK);
    return s;
}

void
keeper_scratch_free(struct keeper_scratch *s)
{
    if (!s) return;
    keeper_pages_free(s->block, BLOCK);
    free(s);
}

sk_arena *
keeper_scratch_begin(struct keeper_scratch *s)
{
    return sk_arena_on((struct sk_arena_source){ chunk_get, chunk_put, s }, CHUNK);
}
