/* Which values a rule looks at. */
#ifndef SECLANG_TARGET_H
#define SECLANG_TARGET_H

#include "seclang/tx.h"

/* The selector takes this name. */
bool seclang_selector_takes_member(struct seclang_tx *tx, const struct seclang_selector *selector,
                                   const struct seclang_member *m);
bool seclang_selector_takes(struct seclang_tx *tx, const struct seclang_selector *selector,
                            sk_str name);
/* How many values a counted target has. Exclusions are not subtracted, as in mod_security 2. */
unsigned seclang_target_count(struct seclang_tx *tx, const struct seclang_target *target,
                              const struct seclang_rule *rule);

/* Excluded by the rule itself or by ctl. Names are cheap and asked before the operator runs,
 * patterns are not and asked when it has matched. */
enum seclang_excluded { SECLANG_EXCLUDED_BY_NAME, SECLANG_EXCLUDED_BY_REGEX };
bool seclang_target_excluded(struct seclang_tx *tx, const struct seclang_rule *rule,
                             const struct seclang_target *target, const struct seclang_value *value,
                             enum seclang_excluded how);

#endif
