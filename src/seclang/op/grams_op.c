/* Which operators know grams of their matches. */
#include "seclang/op/rows.h"

static const struct {
    const char *name;
    void (*grams)(struct seclang_grams *grams, sk_arena *mem, const void *state, sk_str argument);
} rows[] = {
    { "beginswith", seclang_op_literal_grams },
    { "contains", seclang_op_literal_grams },
    { "containsword", seclang_op_literal_grams },
    { "endswith", seclang_op_literal_grams },
    { "pm", seclang_op_pm_grams },
    { "pmf", seclang_op_pm_grams },
    { "pmfromfile", seclang_op_pm_grams },
    { "rx", seclang_op_rx_grams },
    { "rxglobal", seclang_op_rx_grams },
    { "streq", seclang_op_literal_grams },
    { "strmatch", seclang_op_strmatch_grams },
};

void
seclang_op_grams(struct seclang_grams *grams, sk_arena *mem, const struct seclang_op *op,
                 const void *state, sk_str argument)
{
    *grams = (struct seclang_grams){ 0 };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].name, op->name) == 0) rows[i].grams(grams, mem, state, argument);
}
