/* The engine's host, played by the callbacks of the library's caller. */
#include "seclang/lib/inside.h"

static void
log_line(void *ctx, sk_str line)
{
    const seclang_thread *thread = ctx;

    thread->log(thread->log_context, line.p, line.n);
}

/* The engine's `each` behind the caller's. */
struct each {
    void (*engine)(void *ctx, sk_str name, sk_str value, int64_t expires);
    void *ctx;
};

static void
take_value(void *each_context, const char *name, size_t name_length, const char *value,
           size_t value_length, int64_t expires)
{
    const struct each *each = each_context;

    each->engine(each->ctx, seclang_lib_text(name, name_length),
                 seclang_lib_text(value, value_length), expires);
}

/* The engine keeps what it is given, so what the caller lends is copied first. */
struct copying {
    struct each each;
    sk_arena *mem;
};

static void
copy_value(void *ctx, sk_str name, sk_str value, int64_t expires)
{
    const struct copying *c = ctx;

    c->each.engine(c->each.ctx, sk_str_copy(c->mem, name), sk_str_copy(c->mem, value), expires);
}

static void
load(void *ctx, sk_arena *mem, sk_str collection, sk_str key,
     void (*engine)(void *each_ctx, sk_str name, sk_str value, int64_t expires), void *engine_ctx)
{
    const seclang_collections *c = &((const seclang_thread *)ctx)->collections;
    struct copying copying = { { engine, engine_ctx }, mem };
    struct each each = { copy_value, &copying };

    c->load(c->context, collection.p, collection.n, key.p, key.n, take_value, &each);
}

static void
save(void *ctx, sk_str collection, sk_str key, sk_str name, sk_str value, bool add, int64_t expires)
{
    const seclang_collections *c = &((const seclang_thread *)ctx)->collections;

    c->save(c->context, collection.p, collection.n, key.p, key.n, name.p, name.n, value.p, value.n,
            add, expires);
}

static bool
listed(void *ctx, sk_str name)
{
    const seclang_thread *thread = ctx;

    return thread->is_listed(thread->lists_context, name.p, name.n) > 0;
}

struct seclang_host
seclang_lib_host(seclang_thread *thread)
{
    struct seclang_host host = { .ctx = thread };

    if (thread->log) host.log = log_line;
    if (thread->is_listed) host.listed = listed;
    if (thread->collections.size) host.store = (struct seclang_store){ thread, load, save };
    return host;
}
