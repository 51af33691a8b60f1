/* Actions of a rule: one row each. The table is also the manual (`help`). */
#ifndef SECLANG_PARSE_ACTION_H
#define SECLANG_PARSE_ACTION_H

#include "seclang/parse/parser.h"

enum seclang_action_value { SECLANG_VALUE_NONE, SECLANG_VALUE_MAYBE, SECLANG_VALUE_NEEDED };
enum seclang_action_not {
    SECLANG_NOT_IN_MEMBER = 1,  /* only the first rule of a chain may say it */
    SECLANG_NOT_IN_DEFAULT = 2, /* SecDefaultAction may not */
    SECLANG_NOT_AT_ALL = 4      /* known and refused; help says why */
};

struct seclang_action_call {
    struct seclang_parser *p;
    const struct seclang_action_row *row;
    struct seclang_wishes *wishes;
    struct seclang_part value; /* text.p NULL: none was given */
    struct seclang_place at;
};

struct seclang_action_row {
    const char *name;
    enum seclang_action_value value;
    unsigned not_in;
    unsigned said; /* enum seclang_said */
    sk_err (*set)(const struct seclang_action_call *call);
    int kind; /* what the handler makes of it */
    const char *help;
};

const struct seclang_action_row *seclang_action_rows(size_t *count);
const struct seclang_action_row *seclang_action_find(sk_str name);

/* action_var.c */
sk_err seclang_act_setvar(const struct seclang_action_call *call) SK_CHECKED;
sk_err seclang_act_expirevar(const struct seclang_action_call *call) SK_CHECKED;
sk_err seclang_act_initcol(const struct seclang_action_call *call) SK_CHECKED;
sk_err seclang_act_setenv(const struct seclang_action_call *call) SK_CHECKED;
sk_err seclang_act_key(const struct seclang_action_call *call) SK_CHECKED; /* setuid ... */
sk_err seclang_act_sanitise(const struct seclang_action_call *call) SK_CHECKED;
/* action_ctl.c */
const char *seclang_ctl_name(size_t i); /* of each row; NULL behind the last */
sk_err seclang_act_ctl(const struct seclang_action_call *call) SK_CHECKED;

/* Appends an action to the wishes; SK_FULL's text where there are too many. */
sk_err seclang_act_add(const struct seclang_action_call *call,
                       const struct seclang_draft_action *action) SK_CHECKED;
struct seclang_part seclang_part_from(struct seclang_part part, size_t from);
struct seclang_part seclang_part_first(struct seclang_part part, size_t n);

#endif
