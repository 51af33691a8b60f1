#include "keeper/exposure.h"

enum { SECONDS = 3600 };

static uint64_t
least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t
windows_of(const struct keeper_purpose *p, enum keeper_scope scope)
{
    const uint32_t *most = p->most[scope];

    return least(least(most[KEEPER_WINDOW_HOUR], most[KEEPER_WINDOW_DAY]),
                 (uint64_t)SECONDS * most[KEEPER_WINDOW_SECOND]);
}

struct find {
    const struct keeper_exposed *of;
    sk_when now;
    uint64_t *plain; /* of each crowd, over all purposes that an application can read by */
};

/* Reserves of the tenant and of all tenants. */
static uint64_t
reserved(const struct find *f, const struct keeper_purpose *p, sk_str tenant)
{
    return keeper_budget_reserved(f->of->budget, p->name, tenant, f->now) +
           keeper_budget_reserved(f->of->budget, p->name, (sk_str){ 0 }, f->now);
}

static struct keeper_exposure_row
row_of(const struct find *f, const struct keeper_purpose *p, const struct keeper_crowd *crowd)
{
    struct keeper_exposure_row row = {
        .tenant = crowd->tenant, .purpose = p->name, .kinds = p->kinds, .show = p->show
    };
    uint64_t windows =
        least(windows_of(p, KEEPER_SCOPE_TENANT), windows_of(p, KEEPER_SCOPE_PURPOSE));

    row.is_frozen = keeper_budget_is_frozen(f->of->budget, p->name);
    if (row.is_frozen) return row;
    row.people = least(crowd->people, windows + reserved(f, p, crowd->tenant));
    row.earned =
        least(crowd->people, keeper_earned_people(f->of->earned, p, crowd->tenant, f->now));
    return row;
}

/* One purpose over all its tenants; `rows` is where theirs go, NULL where they are not wanted. */
static struct keeper_exposure_row
purpose_rows(struct keeper_exposure_row *rows, size_t *count, const struct find *f,
             const struct keeper_purpose *p)
{
    struct keeper_exposure_row all = {
        .purpose = p->name, .kinds = p->kinds, .show = p->show, .tenant = { "", 0 }
    };
    uint64_t reserves = keeper_budget_reserved(f->of->budget, p->name, (sk_str){ 0 }, f->now);

    for (size_t i = 0; i < f->of->crowds; i++) {
        const struct keeper_crowd *crowd = &f->of->crowd[i];
        struct keeper_exposure_row row;

        if (!keeper_purpose_has_tenant(p, crowd->tenant)) continue;
        row = row_of(f, p, crowd);
        all.people += row.people;
        all.earned += row.earned;
        all.is_frozen = row.is_frozen;
        reserves += keeper_budget_reserved(f->of->budget, p->name, crowd->tenant, f->now);
        if (keeper_show_exposes(p->show))
            f->plain[i] = least(crowd->people, f->plain[i] + row.people + row.earned);
        if (rows) rows[(*count)++] = row;
    }
    all.people = least(all.people, windows_of(p, KEEPER_SCOPE_PURPOSE) + reserves);
    return all;
}

void
keeper_exposure_find(struct keeper_exposure *exposure, sk_arena *mem,
                     const struct keeper_exposed *of, sk_when now)
{
    struct find f = { of, now, sk_array(mem, of->crowds + 1, sizeof *f.plain) };
    size_t purposes = of->purposes->count, rows = purposes * of->crowds;
    bool single = rows > KEEPER_ROWS_MAX;
    uint64_t tenants = 0, sum = 0;

    *exposure = (struct keeper_exposure){ 0 };
    exposure->row = sk_array(mem, (single ? purposes : rows) + 1, sizeof *exposure->row);
    for (size_t i = 0; i < purposes; i++) {
        const struct keeper_purpose *p = &of->purposes->purpose[i];
        struct keeper_exposure_row all =
            purpose_rows(single ? NULL : exposure->row, &exposure->count, &f, p);

        if (keeper_show_exposes(p->show)) sum += all.people + all.earned;
        if (single) exposure->row[exposure->count++] = all;
    }
    for (size_t i = 0; i < of->crowds; i++)
        tenants += f.plain[i];
    exposure->people = least(sum, tenants);
}
