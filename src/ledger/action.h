/* The catalogue of what is recorded: one row an action, in both languages. Pages and the command
 * line show these words in place of the names. */
#ifndef SK_LEDGER_ACTION_H
#define SK_LEDGER_ACTION_H

#include "base/str.h"

struct ledger_action {
    const char *name;   /* "accounts.sign_in": room and verb */
    const char *object; /* what the record's object is: "account", "session"; "" for none */
    const char *ja, *en;
};

extern const struct ledger_action ledger_actions[]; /* in order of their names */
extern const size_t ledger_action_count;

/* NULL when it is not in the catalogue. */
const struct ledger_action *ledger_action_find(sk_str name);

#endif
