/* What all workers share: the board of counters, and the persistent collections behind it. */
#include "gate/ngx/gate.h"

#include "base/hash.h"

enum { ZONE_DEFAULT = 4 << 20, ZONE_LEAST = 1 << 20, SHUN_PART = 16, LIMIT_PART = 8 };

struct zone {
    struct gate_board board;
    struct gate_shun *shun;
    struct gate_limit *limit;
    struct gate_shelf *shelf; /* the master's address is every worker's: they are its children */
};

static struct zone *
zone_of(const struct gate_main_conf *mcf)
{
    ngx_slab_pool_t *pool;

    if (!mcf->zone || !mcf->zone->shm.addr) return NULL;
    pool = (ngx_slab_pool_t *)mcf->zone->shm.addr;
    return pool->data;
}

struct gate_board *
gate_zone_board(const struct gate_main_conf *mcf)
{
    struct zone *zone = zone_of(mcf);

    return zone ? &zone->board : NULL;
}

struct gate_shun *
gate_zone_shun(const struct gate_main_conf *mcf)
{
    struct zone *zone = zone_of(mcf);

    return zone ? zone->shun : NULL;
}

struct gate_limit *
gate_zone_limit(const struct gate_main_conf *mcf)
{
    struct zone *zone = zone_of(mcf);

    return zone ? zone->limit : NULL;
}

void
gate_zone_lock(const struct gate_main_conf *mcf)
{
    ngx_shmtx_lock(&((ngx_slab_pool_t *)mcf->zone->shm.addr)->mutex);
}

void
gate_zone_unlock(const struct gate_main_conf *mcf)
{
    ngx_shmtx_unlock(&((ngx_slab_pool_t *)mcf->zone->shm.addr)->mutex);
}

unsigned
gate_zone_use(const struct gate_main_conf *mcf, const char *kind, sk_str thing, int64_t window)
{
    struct gate_limit *limit = gate_zone_limit(mcf);
    struct gate_limit_key key = gate_limit_key(limit, sk_str_of(kind), (sk_str){ 0 }, thing);
    unsigned count;

    gate_zone_lock(mcf);
    count = gate_limit_count(limit, &key, ngx_time(), window);
    gate_limit_add(limit, &key, ngx_time(), window, 1);
    gate_zone_unlock(mcf);
    return count;
}

/* The module may have come with the configuration that is being read: then the old one has nothing
 * of ours. */
static const struct gate_main_conf *
running(void)
{
    const volatile ngx_cycle_t *cycle = ngx_cycle;

    for (ngx_uint_t i = 0; cycle && cycle->conf_ctx && cycle->modules && i < cycle->modules_n; i++)
        if (cycle->modules[i] == &ngx_http_sekisho_module)
            return ngx_http_cycle_get_module_main_conf(cycle, ngx_http_sekisho_module);
    return NULL;
}

void
gate_zone_refused(const char *why)
{
    const struct gate_main_conf *mcf = running();
    struct gate_board *board = mcf ? gate_zone_board(mcf) : NULL;

    if (board) gate_board_refused(board, why, (uint64_t)ngx_time());
}

static unsigned
upstream_slot(const struct gate_main_conf *mcf, sk_str name)
{
    ngx_slab_pool_t *pool = (ngx_slab_pool_t *)mcf->zone->shm.addr;
    struct zone *zone = pool->data;
    unsigned slot = gate_board_upstream(&zone->board, name);

    if (slot < GATE_UPSTREAMS) return slot;
    ngx_shmtx_lock(&pool->mutex);
    slot = gate_board_upstream_add(&zone->board, name);
    ngx_shmtx_unlock(&pool->mutex);
    return slot;
}

void
gate_zone_count(const struct gate_ctx *ctx, const struct gate_loc_conf *conf, enum gate_count what)
{
    struct gate_main_conf *mcf = ngx_http_get_module_main_conf(ctx->r, ngx_http_sekisho_module);
    struct gate_board *board = gate_zone_board(mcf);

    if (board) gate_board_count(board, conf->site ? conf->site->slot : GATE_SITES, what);
}

/* One state for each server that was asked, in the order of asking. A failure is what made nginx
 * ask the next one, or gave the client a 502 or 504 where there was none left. */
void
gate_zone_upstreams(ngx_http_request_t *r)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct zone *zone = zone_of(mcf);
    ngx_http_upstream_state_t *state;

    if (!zone || !r->upstream_states) return;
    state = r->upstream_states->elts;
    for (ngx_uint_t i = 0; i < r->upstream_states->nelts; i++) {
        bool answered = state[i].status != 0 && state[i].status != NGX_HTTP_BAD_GATEWAY &&
                        state[i].status != NGX_HTTP_GATEWAY_TIME_OUT;

        if (!state[i].peer || !state[i].peer->len) continue; /* an internal redirect's gap */
        gate_board_upstream_count(
            &zone->board,
            upstream_slot(mcf, (sk_str){ (char *)state[i].peer->data, state[i].peer->len }),
            answered);
    }
}

/* ── making ── */

/* The largest piece that the slab allocator still has: it keeps some pages for itself. */
static void *
zone_rest(size_t *size, ngx_slab_pool_t *pool)
{
    size_t step = 64 * 1024;

    for (*size = (size_t)(pool->end - pool->start) & ~(step - 1); *size >= step; *size -= step) {
        void *memory;

        pool->log_nomem = 0;
        memory = ngx_slab_calloc(pool, *size);
        if (memory) return memory;
    }
    return NULL;
}

/* Who is shut out takes a sixteenth of the zone. */
static struct gate_shun *
shun_make(ngx_slab_pool_t *pool, size_t zone_size)
{
    size_t size = zone_size / SHUN_PART;
    void *memory = ngx_slab_calloc(pool, size);
    uint64_t seed;

    sk_random(&seed, sizeof seed);
    return memory ? gate_shun_in(memory, size, seed) : NULL;
}

/* How often something happened lately, an eighth. */
static struct gate_limit *
limit_make(ngx_slab_pool_t *pool, size_t zone_size)
{
    size_t size = zone_size / LIMIT_PART;
    void *memory = ngx_slab_calloc(pool, size);
    unsigned char secret[GATE_LIMIT_SECRET];

    sk_random(secret, sizeof secret);
    return memory ? gate_limit_in(memory, size, secret) : NULL;
}

static ngx_int_t
sites_place(struct gate_main_conf *mcf, struct gate_board *board, ngx_log_t *log)
{
    struct gate_site_name **sites = mcf->sites->elts;

    for (ngx_uint_t i = 0; i < mcf->sites->nelts; i++) {
        sites[i]->slot = gate_board_site(board, sites[i]->name);
        if (sites[i]->slot < GATE_SITES) continue;
        ngx_log_error(NGX_LOG_EMERG, log, 0,
                      "sekisho_site: more than %d sites since the shared memory was made; give "
                      "sekisho_zone another size, or restart",
                      GATE_SITES);
        return NGX_ERROR;
    }
    return NGX_OK;
}

/* Called in the master at each load of a configuration; `old` is the zone's data of the one
 * before, whose memory nginx has kept. */
static ngx_int_t
zone_init(ngx_shm_zone_t *shm, void *old)
{
    struct gate_main_conf *mcf = shm->data;
    ngx_slab_pool_t *pool = (ngx_slab_pool_t *)shm->shm.addr;
    struct zone *zone;
    size_t size;
    void *memory;

    if (!old && !shm->shm.exists) {
        zone = ngx_slab_calloc(pool, sizeof *zone);
        if (zone) zone->shun = shun_make(pool, shm->shm.size);
        if (zone) zone->limit = limit_make(pool, shm->shm.size);
        memory = zone && zone->shun && zone->limit ? zone_rest(&size, pool) : NULL;
        zone = memory ? zone : NULL;
        if (!zone) return NGX_ERROR;
        zone->shelf = gate_shelf_in(memory, size);
        pool->data = zone;
    }
    zone = pool->data;
    gate_board_loaded(&zone->board);
    mcf->generation = zone->board.generation;
    return sites_place(mcf, &zone->board, shm->shm.log);
}

ngx_int_t
gate_zone_add(ngx_conf_t *cf, struct gate_main_conf *mcf)
{
    ngx_str_t name = ngx_string("sekisho");
    size_t size = mcf->zone_size ? mcf->zone_size : ZONE_DEFAULT;

    if (size < ZONE_LEAST) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "sekisho_zone: at least 1m");
        return NGX_ERROR;
    }
    mcf->zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_sekisho_module);
    if (!mcf->zone) return NGX_ERROR;
    mcf->zone->init = zone_init;
    mcf->zone->data = mcf;
    return NGX_OK;
}

/* ── collections ── */

/* Values are copied out under the lock and given on afterwards: no engine code runs inside. */
struct loaded {
    struct loaded *next;
    sk_str name, value;
    int64_t expires;
};

struct loading {
    sk_arena *mem;
    struct loaded *first;
};

static void
load_one(void *ctx, sk_str name, sk_str value, int64_t expires)
{
    struct loading *loading = ctx;
    struct loaded *one = SK_NEW(loading->mem, struct loaded);

    *one = (struct loaded){ loading->first, name, value, expires };
    loading->first = one;
}

static void
store_load(void *ctx, sk_arena *mem, sk_str collection, sk_str key,
           void (*each)(void *each_ctx, sk_str name, sk_str value, int64_t expires), void *each_ctx)
{
    ngx_slab_pool_t *pool = ctx;
    struct zone *zone = pool->data;
    struct loading loading = { .mem = mem };

    ngx_shmtx_lock(&pool->mutex);
    gate_shelf_load(zone->shelf, mem, ngx_time(), collection, key, load_one, &loading);
    ngx_shmtx_unlock(&pool->mutex);
    for (struct loaded *one = loading.first; one; one = one->next)
        each(each_ctx, one->name, one->value, one->expires);
}

static void
store_save(void *ctx, sk_str collection, sk_str key, sk_str name, sk_str value, bool add,
           int64_t expires)
{
    ngx_slab_pool_t *pool = ctx;
    struct zone *zone = pool->data;
    sk_err e;

    ngx_shmtx_lock(&pool->mutex);
    e = gate_shelf_save(zone->shelf, ngx_time(), collection, key, name, value, add, expires);
    ngx_shmtx_unlock(&pool->mutex);
    if (sk_failed(e)) ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0, "sekisho: %s", e.why);
}

void
gate_zone_store(struct seclang_store *store, const struct gate_main_conf *mcf)
{
    if (!zone_of(mcf)) return;
    store->ctx = mcf->zone->shm.addr;
    store->load = store_load;
    store->save = store_save;
}
