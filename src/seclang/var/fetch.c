/* From a variable's name to its values. */
#include "seclang/var/fetch.h"

/* By variable; filled from the tables before main, constant afterwards. */
static const struct seclang_fetch_row *row_of[SECLANG_VAR_COUNT];
static uint64_t of_phase[SECLANG_VAR_WORDS]; /* a bit a variable: built anew for each phase */

void
seclang_fetch_text(struct seclang_tx *tx, struct seclang_list *list, sk_str text)
{
    seclang_list_add(list, tx->mem, seclang_value_new(tx->mem, (sk_str){ 0 }, text));
}

void
seclang_fetch_int(struct seclang_tx *tx, struct seclang_list *list, int64_t number)
{
    seclang_fetch_text(tx, list, sk_str_of_i64(tx->mem, number));
}

static const struct seclang_fetch_row *const tables[] = {
    seclang_fetch_request, seclang_fetch_body,   seclang_fetch_response,
    seclang_fetch_time,    seclang_fetch_engine, seclang_fetch_member,
};

static void
index_row(const struct seclang_fetch_row *row)
{
    row_of[row->var] = row;
    if (row->when == SECLANG_FETCH_PHASE) of_phase[row->var >> 6] |= (uint64_t)1 << (row->var & 63);
}

__attribute__((constructor)) static void
index_rows(void)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        for (const struct seclang_fetch_row *row = tables[i]; row->var != SECLANG_VAR_COUNT; row++)
            index_row(row);
}

void
seclang_fetch_built(struct seclang_tx *tx, enum seclang_var var)
{
    tx->built[var >> 6] |= (uint64_t)1 << (var & 63);
}

const struct seclang_list *
seclang_fetch(struct seclang_tx *tx, enum seclang_var var, const struct seclang_rule *rule)
{
    const struct seclang_fetch_row *row = row_of[var];
    struct seclang_list *list = &tx->list[var];

    if ((tx->built[var >> 6] >> (var & 63) & 1) || !row || !row->build) return list;
    list->count = list->screened = 0;
    row->build(tx, list, rule);
    if (row->when != SECLANG_FETCH_ALWAYS) seclang_fetch_built(tx, var);
    return list;
}

void
seclang_fetch_phase(struct seclang_tx *tx)
{
    for (unsigned i = 0; i < SECLANG_VAR_WORDS; i++)
        tx->built[i] &= ~of_phase[i];
}
