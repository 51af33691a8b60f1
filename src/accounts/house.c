#include "accounts/house.h"

#include <errno.h>
#include <sys/stat.h>

/* A tenant of its own for each site, so that a site with one shop needs no further word. */
static sk_err
tenants_make(void *ctx, struct part_store *store)
{
    const struct accounts_conf *conf = ctx;
    for (size_t i = 0; i < conf->sites; i++) {
        sk_str name = conf->site[i].name;
        if (sk_str_eq(name, ACCOUNTS_CONSOLE_SITE)) continue;
        TRY(accounts_tenant_make(store, name, name, sk_now()));
    }
    return sk_ok();
}

static sk_err
store_open(struct accounts *house, const char *state, const char *share)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    sk_arena *mem = house->mem;
    sk_str folder = sk_str_printf(mem, "%s/accounts", state);
    sk_str path = sk_str_printf(mem, "%s/accounts.db", folder.p);
    if (mkdir(folder.p, 0700) != 0 && errno != EEXIST)
        return sk_fail(SK_BROKEN, "%s: %s", folder.p, strerror(errno));
    TRY(accounts_keys_open(&house->keys, sk_str_printf(mem, "%s/key", folder.p).p));
    TRY(part_csrf_key_load(&house->form_key, sk_str_printf(mem, "%s/form.key", folder.p).p));
    TRY(part_store_open(&store, path.p));
    if (chmod(path.p, 0600) != 0) return sk_fail(SK_BROKEN, "%s: %s", path.p, strerror(errno));
    TRY(part_store_migrate(store, sk_str_printf(mem, "%s/src/accounts/sql", share).p));
    TRY(part_store_write(store, tenants_make, &house->conf));
    return part_store_pool_new(&house->stores, path.p);
}

static sk_err
open_all(struct accounts *house, const char *state, const char *share)
{
    sk_str conf = sk_str_printf(house->mem, "%s/conf/accounts/accounts.json", state);
    TRY(accounts_conf_load(&house->conf, house->mem, conf.p));
    house->touches = accounts_touches_new();
    if (!house->touches) return sk_fail(SK_FULL, "no memory");
    TRY(ledger_link_open(&house->ledger, state));
    return store_open(house, state, share);
}

sk_err
accounts_open(struct accounts **out, const char *state, const char *share)
{
    sk_arena *mem = sk_arena_new(64 * 1024);
    struct accounts *house = SK_NEW(mem, struct accounts);
    house->mem = mem;
    sk_err e = open_all(house, state, share);
    if (sk_failed(e))
        accounts_close(house);
    else
        *out = house;
    return e;
}

void
accounts_close(struct accounts *house)
{
    if (!house) return;
    part_store_pool_free(house->stores);
    ledger_link_close(house->ledger);
    accounts_touches_free(house->touches);
    accounts_keys_free(house->keys);
    explicit_bzero(&house->form_key, sizeof house->form_key);
    sk_arena_free(house->mem);
}

sk_err
accounts_write(struct accounts *house, sk_err (*work)(void *ctx, struct part_store *), void *ctx)
{
    struct part_store *store;
    TRY(part_store_take(&store, house->stores));
    sk_err e = part_store_write(store, work, ctx);
    part_store_give(house->stores, store);
    return e;
}
