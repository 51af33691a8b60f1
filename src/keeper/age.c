/* Keys that have served their time, or have wrapped as many others as random nonces allow (NIST SP
 * 800-38D, 8.3; a round comes each minute, and half of what is allowed is left). A tenant's gets a
 * successor by itself; the root key, of which operators keep a copy elsewhere, is theirs to
 * exchange, and whoever watches says when it is old.
 */
#include "keeper/house.h"

enum { AT_ONCE = 20 }; /* tenants of one round; each has people whose keys follow */

/* The record first, as with an operator's. */
static sk_err
rotate_one(const struct keeper_house *house, sk_arena *mem, sk_str tenant, const char *why)
{
    const struct keeper_rotate rotate = { .level = KEEPER_ROTATE_TENANT, .tenant = tenant };
    struct ledger_event event = keeper_event("vault.rotated", NULL, (sk_str){ 0 });
    uint64_t sequence;
    enum keeper_word word;

    event.principal = SK_STR("keeper");
    event.object = tenant;
    event.details = sk_str_printf(mem, "{\"level\":\"tenant\",\"why\":\"%s\"}", why);
    TRY(house->tell(house->tell_ctx, &sequence, &event, 1));
    word = keeper_keys_rotate(house->keys, &rotate);
    return word == KEEPER_OK ? sk_ok() : sk_fail(SK_BROKEN, "%s", keeper_word_rows[word].why);
}

sk_err
keeper_age_tend(const struct keeper_house *house)
{
    DEFER(part_store_close) struct part_store *reader = NULL;

    if (keeper_root_is_sealed(house->root)) return sk_ok();
    TRY(keeper_keys_reader(&reader, house->keys));
    for (int i = 0; i < AT_ONCE; i++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        const char *why = "age";
        sk_str tenant;

        TRY(keeper_keys_older(&tenant, &why, mem, reader, house->now() - house->key_age));
        if (!tenant.n) return sk_ok();
        TRY(rotate_one(house, mem, tenant, why));
    }
    return sk_ok();
}
