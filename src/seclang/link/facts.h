/* What is known of each TX variable at one point of the rules. */
#ifndef SECLANG_LINK_FACTS_H
#define SECLANG_LINK_FACTS_H

#include "seclang/link/linker.h"

struct fact {
    enum { FACT_UNSET, FACT_KNOWN, FACT_OPEN } kind;
    sk_str value;
};
struct facts {
    struct fact *of; /* by slot */
};

/* Before phase 1: nothing is set, but what the engine sets by itself is open. */
struct facts *facts_at_start(struct seclang_linker *l);
struct facts *facts_copy(struct seclang_linker *l, const struct facts *from);
/* *into becomes what holds in both; NULL: nothing arrived yet, a copy of `with`. Never shares
 * `with`, and never changes what *into was made from. */
void facts_join(struct seclang_linker *l, struct facts **into, const struct facts *with);
/* The text where all its macros are known TX variables; else false. An unset variable counts as
 * unknown. */
bool facts_expand(sk_str *text, sk_arena *mem, const struct facts *facts,
                  const struct seclang_macro *macro);
/* A name with macros was assigned: whatever it can spell is open. */
void facts_open_named(struct facts *facts, const struct seclang_linker *l,
                      const struct seclang_macro *name);

/* foresee.c: drops rules of phase 1 that only assign what is known; returns how many. `after`: by
 * step, what is known behind it if it matches in any case and no ctl may remove it; else NULL. */
size_t seclang_link_foresee(struct seclang_linker *l, struct seclang_flow *flow,
                            struct facts *const *after);

#endif
