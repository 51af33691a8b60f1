#include "part/log.h"
#include "part/writer.h"

#include <pthread.h>
#include <stdlib.h>

/* Rows whose names are random lie on a page each: what is read and written again should be at hand.
 * Pages go from the log to the file beside the writing (tidy_run); by whoever writes only when
 * there are many. */
#define WRITER_SETUP "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000"

enum { TIDY_EACH = 64 /* writings */ };

struct part_store_pool {
    pthread_mutex_t lock;
    struct part_store *idle[PART_STORE_POOL_MAX];
    size_t idle_count, count;
    const char *setup;          /* of each new one; NULL: none */
    struct part_writer *writer; /* NULL: nothing was written yet */
    pthread_t tidier;
    bool tidies, stops;
    pthread_cond_t written;
    uint64_t writings, tidied;
    char path[];
};

sk_err
part_store_pool_new(struct part_store_pool **out, const char *path, const char *setup)
{
    size_t n = strlen(path) + 1;
    struct part_store_pool *pool = calloc(1, sizeof *pool + n);
    if (!pool) return sk_fail(SK_FULL, "store: no memory");
    memcpy(pool->path, path, n);
    pool->setup = setup;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->written, NULL);
    *out = pool;
    return sk_ok();
}

static void
tidier_end(struct part_store_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->stops = true;
    pthread_cond_signal(&pool->written);
    pthread_mutex_unlock(&pool->lock);
    if (pool->tidies) pthread_join(pool->tidier, NULL);
}

void
part_store_pool_free(struct part_store_pool *pool)
{
    if (!pool) return;
    tidier_end(pool);
    for (size_t i = 0; i < pool->idle_count; i++)
        part_store_close(&pool->idle[i]);
    part_writer_free(pool->writer);
    pthread_cond_destroy(&pool->written);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

static sk_err
store_open(struct part_store **store, const struct part_store_pool *pool)
{
    sk_err e;

    TRY(part_store_open(store, pool->path));
    if (!pool->setup) return sk_ok();
    e = part_store_exec(*store, pool->setup);
    if (!sk_failed(e)) return e;
    part_store_close(store);
    return sk_fail(e.kind, "%s: %s", pool->path, e.why);
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
    sk_err e = store_open(store, pool);
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
    part_store_rest(store);
    pthread_mutex_lock(&pool->lock);
    pool->idle[pool->idle_count++] = store;
    pthread_mutex_unlock(&pool->lock);
}

/* ── writing ── */

/* False: it is time to stop. */
static bool
tidy_wait(struct part_store_pool *pool)
{
    bool goes_on;

    pthread_mutex_lock(&pool->lock);
    while (!pool->stops && pool->writings - pool->tidied < TIDY_EACH)
        pthread_cond_wait(&pool->written, &pool->lock);
    pool->tidied = pool->writings;
    goes_on = !pool->stops;
    pthread_mutex_unlock(&pool->lock);
    return goes_on;
}

/* Moves pages from the log to the file, which nobody who writes or reads has to wait for. */
static void *
tidy_run(void *ctx)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    struct part_store_pool *pool = ctx;
    sk_err e = store_open(&store, pool);

    while (store && tidy_wait(pool)) {
        e = part_store_exec(store, "PRAGMA wal_checkpoint(PASSIVE)");
        /* a disk that is full is told by whoever writes */
        if (sk_failed(e)) part_log(PART_DEBUG, "%s: not tidied: %s", pool->path, e.why);
    }
    if (!store) part_log(PART_ERROR, "%s: whoever writes tidies it: %s", pool->path, e.why);
    return NULL;
}

static void
written(struct part_store_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    if (++pool->writings - pool->tidied >= TIDY_EACH) pthread_cond_signal(&pool->written);
    pthread_mutex_unlock(&pool->lock);
}

static sk_err
writer_make(struct part_store_pool *pool)
{
    struct part_store *store;
    sk_err e;

    TRY(store_open(&store, pool));
    e = part_store_exec(store, WRITER_SETUP);
    if (sk_failed(e)) {
        sk_err kept = sk_fail(e.kind, "%s: %s", pool->path, e.why);

        part_store_close(&store);
        return kept;
    }
    pool->writer = part_writer_new(store);
    pool->tidies = pthread_create(&pool->tidier, NULL, tidy_run, pool) == 0;
    return sk_ok();
}

static sk_err
writer_get(struct part_writer **writer, struct part_store_pool *pool)
{
    sk_err e = sk_ok();

    pthread_mutex_lock(&pool->lock);
    if (!pool->writer) e = writer_make(pool);
    *writer = pool->writer;
    pthread_mutex_unlock(&pool->lock);
    return e;
}

sk_err
part_store_pool_write(struct part_store_pool *pool,
                      sk_err (*work)(void *ctx, struct part_store *store), void *ctx)
{
    struct part_writer *writer;
    sk_err e;

    TRY(writer_get(&writer, pool));
    e = part_writer_run(writer, work, ctx);
    written(pool);
    return e;
}
