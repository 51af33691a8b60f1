/* What the sub-verbs of `sekisho rules` share: a file each, and the rules they are about. */
#ifndef SEKISHO_RULES_H
#define SEKISHO_RULES_H

#include "seclang/seclang.h"
#include "sekisho/house.h"
#include "sekisho/verb.h"

/* The rules of the first site as `up` would write them, or those of --rules FILE. */
struct rules_site {
    struct house house;
    bool own_file; /* --rules: the house counts for nothing */
    struct seclang_source *source;
};
/* A house that was never started has the first configuration. rules_close gives back. */
sk_err rules_load(struct rules_site *site, sk_arena *mem, const struct verb_args *args) SK_CHECKED;
void rules_close(struct rules_site *site);

int rules_test(const struct verb_args *args);
int rules_explain(const struct verb_args *args);
int rules_lint(const struct verb_args *args);
int rules_why(const struct verb_args *args);
int rules_update(const struct verb_args *args);

/* ── showing, in colour on terminals ── */

enum rules_ink { RULES_PLAIN, RULES_BOLD, RULES_DIM, RULES_RED, RULES_YELLOW, RULES_GREEN };
/* Whether standard output is a terminal that wants colour (NO_COLOR unset). */
bool rules_colour(void);
/* Text between the ink's signs; without colour as it is. */
void rules_ink(struct sk_buf *out, enum rules_ink ink, const char *text);
const char *rules_ink_on(enum rules_ink ink);
const char *rules_ink_off(void);

#endif
