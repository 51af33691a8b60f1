/* Verbs about people, their sessions and locks; rows of api.c. */
#ifndef SK_ACCOUNTS_API_PEOPLE_H
#define SK_ACCOUNTS_API_PEOPLE_H

#include "accounts/api.h"

accounts_verb accounts_verb_list, accounts_verb_get, accounts_verb_sessions, accounts_verb_end,
    accounts_verb_history, accounts_verb_locks, accounts_verb_lift,
    accounts_verb_signed_in; /* api_signed_in.c */

#endif
