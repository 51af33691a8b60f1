/* The linker's state: from drafts, through the order in which they run, to rules.
 *
 *     drafts ─ order ─▶ flow[phase] ─ fold ─▶ flow without what is decided ─ make ─▶ rules */
#ifndef SECLANG_LINK_LINKER_H
#define SECLANG_LINK_LINKER_H

#include "seclang/parse/parser.h"

/* One step of a phase: the first rule of a chain. Positions count steps; markers have none. */
struct seclang_flow_step {
    struct seclang_draft *draft;
    size_t jump; /* where a match goes on; 0: with the next step. At most the count of steps */
    bool dropped;
};
struct seclang_flow {
    struct seclang_flow_step *step;
    size_t count;
};

/* Which rules (first ones of chains) a picker names: ordinals, ascending. */
struct seclang_named {
    struct seclang_picker picker;
    unsigned *ordinal;
    size_t count;
};

struct seclang_linker {
    struct seclang_parser *p;
    struct seclang_rules *rules;
    sk_arena *mem, *scratch;
    struct seclang_draft **draft; /* by ordinal: rules that are not gone, members included */
    size_t draft_count;
    struct seclang_flow flow[SECLANG_PHASES];
    struct seclang_named **named; /* each picker once */
    size_t named_count;
    sk_str *slot; /* TX names, by slot */
    size_t slot_count;
    sk_str *foreseen; /* by slot: the value that every transaction begins with; p NULL: none */
    int *slot_table;  /* open addressing on the names' hashes; -1: free */
    size_t slot_table_size;
    struct seclang_form *form;
    size_t form_count;
    struct seclang_compiled *compiled; /* a table by (operator, argument, folder) */
    size_t compiled_count, compiled_size;
};

/* order.c: ordinals, the phases' steps, and where skip and skipAfter lead. */
sk_err seclang_link_order(struct seclang_linker *l) SK_CHECKED;
/* named.c: resolves every ctl's picker. */
sk_err seclang_link_named(struct seclang_linker *l) SK_CHECKED;
const struct seclang_named *seclang_named_find(const struct seclang_linker *l,
                                               const struct seclang_picker *picker);
bool seclang_named_has(const struct seclang_named *named, unsigned ordinal);
/* slots.c: numbers every TX name that the configuration writes out. */
void seclang_link_slots(struct seclang_linker *l);
int seclang_slot_find(const struct seclang_linker *l, sk_str name);
/* fold.c: drops steps that the configuration has decided; returns how many rules. */
size_t seclang_link_fold(struct seclang_linker *l);
/* Whether the operator's answer needs nothing but value and argument, and is cheap. */
bool seclang_link_foldable(const struct seclang_op *op);
/* compile.c: operators and selectors, equal ones once. */
sk_err seclang_link_compile(struct seclang_linker *l, void **state, const struct seclang_op *op,
                            sk_str argument, bool has_macro, struct seclang_place at) SK_CHECKED;
/* Compiles only to see whether it can be: of rules that were dropped. */
sk_err seclang_link_try(struct seclang_linker *l, const struct seclang_op *op, sk_str argument,
                        bool has_macro, struct seclang_place at) SK_CHECKED;
/* make.c: struct seclang_rule for every step that is left. */
sk_err seclang_link_make(struct seclang_linker *l) SK_CHECKED;
/* outside.c: what @rbl and @geoLookup need; after make. */
sk_err seclang_link_outside(struct seclang_linker *l) SK_CHECKED;
/* plan.c: filters and the bulk database; after make. */
sk_err seclang_link_plan(struct seclang_linker *l) SK_CHECKED;
/* screen.c: which rules of a phase the screen answers; after the filters. */
void seclang_link_screen(struct seclang_linker *l, unsigned phase);
/* sleep.c: the rule of a chain that keeps it from matching until one of the TX variables that this
 * rule names changes; NULL: there is none. After make. */
const struct seclang_rule *seclang_link_sleeper(const struct seclang_linker *l,
                                                const struct seclang_rule *head);
/* Its macros are TX variables with slots, if anything. */
bool seclang_link_names_slots(const struct seclang_macro *macro);
/* The operator's argument with what these begin with; on l->scratch. */
sk_str seclang_link_first_argument(const struct seclang_linker *l, const struct seclang_rule *rule);
/* relay.c: NULL where the chain is none. After make. */
const struct seclang_relay *seclang_link_relay(const struct seclang_linker *l,
                                               const struct seclang_rule *head);
/* forms.c: the node of a list of transformations. */
unsigned seclang_link_form(struct seclang_linker *l, const struct seclang_tf *const *tf,
                           size_t count);

#endif
