/* From a variable's name to its values. */
#include "seclang/var/fetch.h"

/* By variable; filled from the tables before main, constant afterwards. */
static const struct seclang_fetch_row *row_of[SECLANG_VAR_COUNT];

void
seclang_fetch_text(struct seclang_tx *tx, struct seclang_list *list, sk_str text)
{
    seclang_list_add(list, tx->mem, seclang_value_new(tx->mem, (sk_str){ 0 }, text));
}

void
seclang_fetch_int(struct seclang_tx *tx, struct seclang_list *list, int64_t number)
{
    static const char digits[] = "0123456789"; /* flags and short counts: nearly all there are */

    seclang_fetch_text(tx, list,
                       number >= 0 && number < 10
                           ? (sk_str){ digits + number, 1 }
                           : sk_str_printf(tx->mem, "%lld", (long long)number));
}

static const struct seclang_fetch_row *const tables[] = {
    seclang_fetch_request, seclang_fetch_body,   seclang_fetch_response,
    seclang_fetch_time,    seclang_fetch_engine, seclang_fetch_member,
};

__attribute__((constructor)) static void
index_rows(void)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        for (const struct seclang_fetch_row *row = tables[i]; row->var != SECLANG_VAR_COUNT; row++)
            row_of[row->var] = row;
}

const struct seclang_list *
seclang_fetch(struct seclang_tx *tx, enum seclang_var var, const struct seclang_rule *rule)
{
    const struct seclang_fetch_row *row = row_of[var];
    struct seclang_list *list = &tx->list[var];

    if (tx->built[var] || !row || !row->build) return list;
    list->count = list->screened = 0;
    row->build(tx, list, rule);
    tx->built[var] = row->when != SECLANG_FETCH_ALWAYS;
    return list;
}

void
seclang_fetch_phase(struct seclang_tx *tx)
{
    for (unsigned var = 0; var < SECLANG_VAR_COUNT; var++)
        if (row_of[var] && row_of[var]->when == SECLANG_FETCH_PHASE) tx->built[var] = false;
}
