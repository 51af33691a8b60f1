/* Verbs about coming, leaving and rights; rows of api.c. */
#ifndef SK_ACCOUNTS_API_LIFE_H
#define SK_ACCOUNTS_API_LIFE_H

#include "accounts/api.h"

accounts_verb accounts_verb_invite, accounts_verb_remove, accounts_verb_screens,
    accounts_verb_screens_set, accounts_verb_rights, accounts_verb_right_ask,
    accounts_verb_right_decide, accounts_verb_right_take, accounts_verb_reset, accounts_verb_resets,
    accounts_verb_factors_reset, accounts_verb_rekey, accounts_verb_keys, accounts_verb_status;

#endif
