#include "vault/house.h"

#include "base/file.h"
#include "base/json.h"
#include "vault/store.h"
#include "vault/vault.h"

enum { CONF_MOST = 256 * 1024 };

static sk_err
conf_read(struct vault_policies *policies, sk_str json)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    const sk_json *keep;

    vault_policies_set(policies);
    TRY(sk_json_read(&root, json));
    keep = sk_json_get(root, "keep");
    for (size_t i = 0; i < sk_json_count(keep); i++)
        TRY(vault_policy_read(policies, sk_json_as_str(sk_json_at(keep, i))));
    return sk_ok();
}

sk_err
vault_conf_check(sk_str json)
{
    struct vault_policies policies;

    return conf_read(&policies, json);
}

static sk_err
conf_load(struct vault *house, const char *state)
{
    sk_str json;

    TRY(sk_file_read(&json, house->mem,
                     sk_str_printf(house->mem, "%s/conf/vault/vault.json", state).p, CONF_MOST));
    return conf_read(&house->policies, json);
}

static sk_err
open_all(struct vault *house, const char *state, const char *share)
{
    static const char *const gate[] = { "sekisho-gate", NULL };
    static const char *const nobody[] = { NULL };
    static const char *const console[] = { "sekisho-console", NULL };

    house->hints = vault_hints_new(house->mem);
    TRY(part_peers_find(&house->gate, gate));
    TRY(part_peers_find(&house->local, nobody));
    TRY(part_peers_find(&house->console, console));
    TRY(conf_load(house, state));
    TRY(ledger_link_open(&house->ledger, state));
    TRY(post_link_open(&house->post, state));
    TRY(keeper_link_open(&house->keeper, state));
    TRY(vault_signer_open(&house->signer, house->mem, state));
    return vault_store_open(&house->stores, house->mem, state, share);
}

sk_err
vault_house_open(struct vault **out, const char *state, const char *share)
{
    sk_arena *mem = sk_arena_new(0);
    struct vault *house = SK_NEW(mem, struct vault);
    sk_err e;

    house->mem = mem;
    e = open_all(house, state, share);
    if (sk_failed(e))
        vault_house_close(house);
    else
        *out = house;
    return e;
}

void
vault_house_close(struct vault *house)
{
    if (!house) return;
    part_store_pool_free(house->stores);
    keeper_link_close(house->keeper);
    post_link_close(house->post);
    ledger_link_close(house->ledger);
    explicit_bzero(&house->signer, sizeof house->signer);
    sk_arena_free(house->mem);
}
