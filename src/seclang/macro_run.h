/* Texts with %{macros}, filled in from a transaction. */
#ifndef SECLANG_MACRO_RUN_H
#define SECLANG_MACRO_RUN_H

#include "seclang/tx.h"

/* What names a variable without a value is left out, as in mod_security 2. The text may be borrowed
 * from the rules or from a variable's value. */
sk_str seclang_macro_expand(struct seclang_tx *tx, const struct seclang_macro *macro,
                            const struct seclang_rule *rule);
/* As it was written. */
sk_str seclang_macro_source(sk_arena *mem, const struct seclang_macro *macro);

#endif
