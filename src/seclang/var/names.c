/* What variables are called. */
#include "seclang/var/var.h"

const struct seclang_var_row seclang_var_rows[SECLANG_VAR_COUNT] = {
#define SECLANG_VAR_NAME(name, kind, phase) { #name, kind, phase },
    SECLANG_VARS(SECLANG_VAR_NAME)
#undef SECLANG_VAR_NAME
};

enum seclang_var
seclang_var_find(sk_str name)
{
    for (unsigned i = 0; i < SECLANG_VAR_COUNT; i++)
        if (sk_str_eq_nocase(name, sk_str_of(seclang_var_rows[i].name))) return (enum seclang_var)i;
    return SECLANG_VAR_COUNT;
}
