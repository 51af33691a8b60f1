#include "accounts/house.h"

#include "base/file.h"

#include <errno.h>
#include <sys/stat.h>

static sk_err
tell_ledger(void *ctx, const struct ledger_event *event)
{
    struct accounts *house = ctx;
    return ledger_tell(house->ledger, event);
}

static sk_err
send_post(void *ctx, const struct post_message *message)
{
    struct accounts *house = ctx;
    return post_send(house->post, message);
}

static sk_err
send_many_post(void *ctx, const struct post_message *messages, size_t count)
{
    struct accounts *house = ctx;
    return post_send_many(house->post, messages, count);
}

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
store_open(struct accounts *house, const char *state, const char *code)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    sk_arena *mem = house->mem;
    sk_str folder = sk_str_printf(mem, "%s/accounts", state);
    sk_str path = sk_str_printf(mem, "%s/accounts.db", folder.p);
    if (mkdir(folder.p, 0700) != 0 && errno != EEXIST)
        return sk_fail(SK_BROKEN, "%s: %s", folder.p, strerror(errno));
    house->keys_path = sk_str_printf(mem, "%s/key", folder.p).p;
    TRY(accounts_keys_open(&house->keys, house->keys_path));
    TRY(part_csrf_key_load(&house->form_key, sk_str_printf(mem, "%s/form.key", folder.p).p));
    TRY(part_store_open(&store, path.p));
    if (chmod(path.p, 0600) != 0) return sk_fail(SK_BROKEN, "%s: %s", path.p, strerror(errno));
    TRY(part_store_migrate(store, sk_str_printf(mem, "%s/sql", code).p));
    TRY(part_store_write(store, tenants_make, &house->conf));
    return part_store_pool_new(&house->stores, path.p, NULL);
}

static sk_err
words_load(struct accounts *house, const char *share, const char *code)
{
    for (int i = 0; i < PART_LANGS; i++) {
        sk_str path = sk_str_printf(house->mem, "%s/mail/%s.json", code, part_lang_names[i]);
        TRY(part_words_load(&house->letters[i], path.p));
    }
    TRY(accounts_rules_open(&house->rules, sk_str_printf(house->mem, "%s/common", code).p));
    return look_open(&house->look, share, "src/accounts/ui", "/.sekisho/asset/");
}

static sk_err
conf_load(struct accounts *house, const char *state)
{
    sk_str key, folder = sk_str_printf(house->mem, "%s/conf/accounts", state);
    sk_str path = sk_str_printf(house->mem, "%s/ticket.key", folder.p);
    TRY(accounts_conf_load(&house->conf, house->mem,
                           sk_str_printf(house->mem, "%s/accounts.json", folder.p).p));
    house->cost = house->conf.cost;
    TRY(sk_file_read(&key, house->mem, path.p, TICKET_KEY));
    return ticket_key_read(&house->ticket_key, key);
}

/* Pages come through the gate alone. */
static sk_err
peers_find(struct accounts *house)
{
    static const char *const pages[] = { "sekisho-gate", NULL };
    static const char *const questions[] = { "sekisho-gate", "sekisho-console", "sekisho-shop",
                                             NULL };
    TRY(part_peers_find(&house->page_peers, pages));
    return part_peers_find(&house->api_peers, questions);
}

static sk_err
open_all(struct accounts *house, const char *state, const char *share)
{
    sk_str code = sk_str_printf(house->mem, "%s/src/accounts", share);
    house->touches = accounts_touches_new();
    house->slots = accounts_slots_new();
    house->errands = accounts_errands_new();
    house->work = accounts_bell_new();
    if (!house->touches || !house->slots || !house->errands || !house->work)
        return sk_fail(SK_FULL, "no memory");
    house->out = (struct accounts_out){ tell_ledger, send_post, house, send_many_post };
    TRY(peers_find(house));
    TRY(conf_load(house, state));
    TRY(words_load(house, share, code.p));
    TRY(ledger_link_open(&house->ledger, state));
    TRY(post_link_open(&house->post, state));
    return store_open(house, state, code.p);
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
    accounts_errands_free(house->errands);
    accounts_bell_free(house->work);
    accounts_slots_free(house->slots);
    accounts_touches_free(house->touches);
    ledger_link_close(house->ledger);
    post_link_close(house->post);
    look_close(house->look);
    for (int i = 0; i < PART_LANGS; i++)
        part_words_free(house->letters[i]);
    accounts_rules_free(house->rules);
    accounts_keys_free(house->keys);
    ticket_key_wipe(&house->ticket_key);
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

sk_err
accounts_read(struct accounts *house, sk_err (*work)(void *ctx, struct part_store *), void *ctx)
{
    struct part_store *store;
    TRY(part_store_take(&store, house->stores));
    sk_err e = work(ctx, store);
    part_store_give(house->stores, store);
    return e;
}
