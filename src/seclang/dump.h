/* Pieces of rules as text, in the words of configurations. */
#ifndef SECLANG_DUMP_H
#define SECLANG_DUMP_H

#include "seclang/rule.h"

/* By enum seclang_ctl_kind, seclang_act_kind, seclang_disruptive. */
extern const char *const seclang_ctl_names[];
extern const char *const seclang_act_names[];
extern const char *const seclang_does_names[];

/* With its %{VARIABLES}. */
void seclang_dump_macro(struct sk_buf *out, const struct seclang_macro *macro);
/* "ARGS:q", "&TX:/^a/", "!ARGS". */
void seclang_dump_target(struct sk_buf *out, const struct seclang_target *target, bool excluded);

#endif
