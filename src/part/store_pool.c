#include "part/store.h"

#include <pthread.h>
#include <stdlib.h>

struct part_store_pool {
    pthread_mutex_t lock;
    struct part_store *idle[PART_STORE_POOL_MAX];
    size_t idle_count, count;
    char path[];
};

sk_err
part_store_pool_new(struct part_store_pool **out, const char *path)
{
    size_t n = strlen(path) + 1;
    struct part_store_pool *pool = calloc(1, sizeof *pool + n);
    if (!pool) return sk_fail(SK_FULL, "store: no memory");
    memcpy(pool->path, path, n);
    pthread_mutex_init(&pool->lock, NULL);
    *out = pool;
    return sk_ok();
}

void
part_store_pool_free(struct part_store_pool *pool)
{
    if (!pool) return;
    for (size_t i = 0; i < pool->idle_count; i++)
        part_store_close(&pool->idle[i]);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

sk_err
part_store_take(struct part_store **store, struct part_store_pool *pool)
{
    bool open = false, full = false;
    *store = NULL;
    pthread_mutex_lock(&pool->lock);
    if (pool->idle_count)
        *store = pool->idle[--pool->idle_count];
    else if (pool->count == PART_STORE_POOL_MAX)
        full = true;
    else
        open = true, pool->count++;
    pthread_mutex_unlock(&pool->lock);
    if (full) return sk_fail(SK_FULL, "store: all %d connections are out", PART_STORE_POOL_MAX);
    if (!open) return sk_ok();
    sk_err e = part_store_open(store, pool->path);
    if (!sk_failed(e)) return sk_ok();
    pthread_mutex_lock(&pool->lock);
    pool->count--;
    pthread_mutex_unlock(&pool->lock);
    return e;
}

void
part_store_give(struct part_store_pool *pool, struct part_store *store)
{
    if (!store) return;
    pthread_mutex_lock(&pool->lock);
    pool->idle[pool->idle_count++] = store;
    pthread_mutex_unlock(&pool->lock);
}
