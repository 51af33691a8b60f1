#include "vault/house.h"

#include "base/file.h"
#include "base/json.h"
#include "vault/store.h"
#include "vault/vault.h"

enum { CONF_MOST = 256 * 1024 };

static sk_err
keep_read(struct vault_policies *policies, const sk_json *keep)
{
    vault_policies_set(policies);
    for (size_t i = 0; i < sk_json_count(keep); i++)
        TRY(vault_policy_read(policies, sk_json_as_str(sk_json_at(keep, i))));
    return sk_ok();
}

/* Texts on house->mem. */
static sk_err
receipt_conf_read(struct vault *house, const sk_json *root)
{
    const sk_json *without = sk_json_get(root, "receipt_without");

    house->receipt_names = sk_str_eq(sk_json_get_str(root, "receipt"), SK_STR("names"));
    house->without_count = sk_json_count(without);
    if (house->without_count > VAULT_RECEIPT_WITHOUT_MAX)
        return sk_fail(SK_BAD, "receipt_without has more than %d purposes",
                       VAULT_RECEIPT_WITHOUT_MAX);
    for (size_t i = 0; i < house->without_count; i++)
        house->without[i] = sk_str_copy(house->mem, sk_json_as_str(sk_json_at(without, i)));
    return sk_ok();
}

static sk_err
conf_read(struct vault *house, sk_str json)
{
    DEFER(sk_json_close) sk_json *root = NULL;

    TRY(sk_json_read(&root, json));
    TRY(keep_read(&house->policies, sk_json_get(root, "keep")));
    return receipt_conf_read(house, root);
}

sk_err
vault_conf_check(sk_str json)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct vault *house = SK_NEW(mem, struct vault);

    house->mem = mem;
    return conf_read(house, json);
}

static sk_err
conf_load(struct vault *house, const char *state)
{
    sk_str json;

    TRY(sk_file_read(&json, house->mem,
                     sk_str_printf(house->mem, "%s/conf/vault/vault.json", state).p, CONF_MOST));
    return conf_read(house, json);
}

static sk_err
ledger_say(void *ctx, const struct ledger_event *event)
{
    return ledger_tell(ctx, event);
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
    house->tell = ledger_say;
    house->tell_ctx = house->ledger;
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
    vault_pace_begin(&house->receipts);
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
