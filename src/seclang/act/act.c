/* Which handler an action has. */
#include "seclang/act/act.h"

#include <limits.h>

static seclang_do_fn *const handler[] = {
    [SECLANG_ACT_SETVAR] = seclang_do_setvar,
    [SECLANG_ACT_EXPIREVAR] = seclang_do_expirevar,
    [SECLANG_ACT_DEPRECATEVAR] = seclang_do_deprecatevar,
    [SECLANG_ACT_INITCOL] = seclang_do_initcol,
    [SECLANG_ACT_SETUID] = seclang_do_setuid,
    [SECLANG_ACT_SETSID] = seclang_do_setsid,
    [SECLANG_ACT_SETRSC] = seclang_do_setrsc,
    [SECLANG_ACT_SETENV] = seclang_do_setenv,
    [SECLANG_ACT_CTL] = seclang_do_ctl,
    [SECLANG_ACT_SANITISE_ARG] = seclang_do_sanitise_arg,
    [SECLANG_ACT_SANITISE_MATCHED] = seclang_do_sanitise_matched,
    [SECLANG_ACT_SANITISE_REQUEST_HEADER] = seclang_do_sanitise_request_header,
    [SECLANG_ACT_SANITISE_RESPONSE_HEADER] = seclang_do_sanitise_response_header,
};

void
seclang_do_action(struct seclang_tx *tx, const struct seclang_rule *rule,
                  const struct seclang_action *action)
{
    handler[action->kind](tx, rule, action);
}

int64_t
seclang_do_number(sk_str s)
{
    int64_t number = 0;
    bool minus = false;
    size_t i = 0;

    while (i < s.n && (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r')))
        i++;
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+')) minus = s.p[i++] == '-';
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
        number = 10 * number + (s.p[i] - '0');
        if (number > INT_MAX) number = (int64_t)INT_MAX + 1;
    }
    if (minus) return -number;
    return number > INT_MAX ? INT_MAX : number;
}
