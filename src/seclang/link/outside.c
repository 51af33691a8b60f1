/* Rules that ask beside the value: which lists the host must look up, and what cannot be asked. */
#include "seclang/link/linker.h"

static bool
has_zone(const struct seclang_rules *r, sk_str zone)
{
    for (size_t i = 0; i < r->rbl_zone_count; i++)
        if (sk_str_eq(r->rbl_zone[i], zone)) return true;
    return false;
}

/* Only the client's address is looked up before the rules run. */
static void
warn_of_target(struct seclang_linker *l, const struct seclang_draft *draft)
{
    for (size_t i = 0; i < draft->rule->target_count; i++) {
        enum seclang_var var = draft->rule->target[i].var;

        if (var != SECLANG_VAR_REMOTE_ADDR && var != SECLANG_VAR_REMOTE_HOST &&
            var != SECLANG_VAR_USERAGENT_IP)
            seclang_parse_warn(l->p, draft->op_at,
                               "@rbl: only the client's own address is looked up; of another one "
                               "in %s nothing is known",
                               seclang_var_rows[var].name);
    }
}

static sk_err
take_rbl(struct seclang_linker *l, const struct seclang_draft *draft)
{
    struct seclang_rules *r = l->rules;
    sk_str zone = sk_str_of(draft->rule->op_state), *zones;

    warn_of_target(l, draft);
    if (has_zone(r, zone)) return sk_ok();
    if (r->rbl_zone_count == SECLANG_RBL_MOST)
        return seclang_place_fail(draft->op_at,
                                  "@rbl: more than %d lists; each is asked for every "
                                  "new client",
                                  SECLANG_RBL_MOST);
    zones = sk_array(l->mem, r->rbl_zone_count + 1, sizeof *zones);
    if (r->rbl_zone_count) memcpy(zones, r->rbl_zone, r->rbl_zone_count * sizeof *zones);
    zones[r->rbl_zone_count++] = zone;
    r->rbl_zone = zones;
    return sk_ok();
}

sk_err
seclang_link_outside(struct seclang_linker *l)
{
    const struct seclang_op *geo = seclang_op_find(SK_STR("geolookup"));
    const struct seclang_op *rbl = seclang_op_find(SK_STR("rbl"));

    for (size_t i = 0; i < l->draft_count; i++) {
        const struct seclang_draft *draft = l->draft[i];

        if (!draft->rule) continue; /* folded away */
        if (draft->op == rbl) TRY(take_rbl(l, draft));
        if (draft->op == geo && !l->rules->geo)
            seclang_parse_warn(l->p, draft->op_at,
                               "@geoLookup matches nothing without SecGeoLookupDb");
    }
    return sk_ok();
}
