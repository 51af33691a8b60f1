/* How full the windows of purposes are: in all, and of each tenant of whom anybody was read. */
#include "keeper/exposure.h"
#include "keeper/house.h"

static struct keeper_window_row
row_of(const struct keeper_house *house, const struct keeper_purpose *p, sk_str tenant, sk_when now)
{
    const uint32_t *most = p->most[tenant.n ? KEEPER_SCOPE_TENANT : KEEPER_SCOPE_PURPOSE];
    uint32_t count[KEEPER_WINDOWS];

    keeper_budget_windows(count, house->budget, p->name, tenant, now);
    return (struct keeper_window_row){
        .purpose = p->name,
        .tenant = tenant,
        .kinds = p->kinds,
        .show = p->show,
        .is_frozen = keeper_budget_is_frozen(house->budget, p->name),
        .freezes = p->freezes,
        .second = count[KEEPER_WINDOW_SECOND],
        .hour = count[KEEPER_WINDOW_HOUR],
        .day = count[KEEPER_WINDOW_DAY],
        .second_most = most[KEEPER_WINDOW_SECOND],
        .hour_most = most[KEEPER_WINDOW_HOUR],
        .day_most = most[KEEPER_WINDOW_DAY],
    };
}

/* The purposes first: of tenants there may be more than there is room for. */
enum keeper_word
keeper_windows_answer(struct keeper_desk *desk, const struct keeper_ticket *ask,
                      struct keeper_windows *windows)
{
    const struct keeper_purposes *purposes = &desk->house->purposes;
    sk_when now = desk->house->now();
    struct ticket who = { .at = 0 };
    struct keeper_crowd *crowd;
    size_t crowds;
    enum keeper_word word = keeper_operator_find(&who, desk, ask->ticket);

    if (word != KEEPER_OK) return word;
    if (sk_failed(keeper_keys_crowd(&crowd, &crowds, desk->mem, desk->reader, (sk_str){ 0 })))
        return KEEPER_BROKEN;
    windows->blind_until = (uint64_t)keeper_budget_blind_until(desk->house->budget, now);
    pthread_mutex_lock(&desk->house->lock);
    windows->alarmed = (uint64_t)desk->house->alarmed;
    pthread_mutex_unlock(&desk->house->lock);
    windows->row = sk_array(desk->mem, KEEPER_ROWS_MAX, sizeof *windows->row);
    for (size_t i = 0; i < purposes->count; i++)
        windows->row[windows->count++] =
            row_of(desk->house, &purposes->purpose[i], (sk_str){ 0 }, now);
    for (size_t i = 0; i < purposes->count * crowds && windows->count < KEEPER_ROWS_MAX; i++) {
        const struct keeper_purpose *p = &purposes->purpose[i / crowds];
        struct keeper_window_row row;

        if (!keeper_purpose_has_tenant(p, crowd[i % crowds].tenant)) continue;
        row = row_of(desk->house, p, crowd[i % crowds].tenant, now);
        if (row.day) windows->row[windows->count++] = row;
    }
    return KEEPER_OK;
}
