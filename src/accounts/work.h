/* The proof of work that a form carries where its source has failed too often (GATE-07): room
 * ticket's puzzle, solved by ui/asset/work.js while the reader types. */
#ifndef SK_ACCOUNTS_WORK_H
#define SK_ACCOUNTS_WORK_H

#include "accounts/page.h"

/* Sets `puzzle` for the form where one is due now, else leaves it out; `due` asks for one in any
 * case. */
sk_err accounts_work_ask(struct accounts_page *page, bool due) SK_CHECKED;
/* Whether the posted form has a solution of this site and source that was not used before. */
sk_err accounts_work_done(bool *done, struct accounts_page *page) SK_CHECKED;

#endif
