/* Actions that do something when a rule matches: one table of handlers. */
#ifndef SECLANG_ACT_ACT_H
#define SECLANG_ACT_ACT_H

#include "seclang/tx.h"

typedef void seclang_do_fn(struct seclang_tx *tx, const struct seclang_rule *rule,
                           const struct seclang_action *action);

void seclang_do_action(struct seclang_tx *tx, const struct seclang_rule *rule,
                       const struct seclang_action *action);

/* The handlers, by file. */
seclang_do_fn seclang_do_setvar;
seclang_do_fn seclang_do_expirevar, seclang_do_deprecatevar, seclang_do_initcol;
seclang_do_fn seclang_do_setuid, seclang_do_setsid, seclang_do_setrsc;
seclang_do_fn seclang_do_setenv;
seclang_do_fn seclang_do_ctl;
seclang_do_fn seclang_do_sanitise_arg, seclang_do_sanitise_matched;
seclang_do_fn seclang_do_sanitise_request_header, seclang_do_sanitise_response_header;

/* As atoi: leading blanks, a sign, digits; what follows is ignored, no digits give 0. Held within
 * the range of int. */
int64_t seclang_do_number(sk_str s);

#endif
