/* Finding the next token, in a text that may go on. */
#ifndef SK_PERSONAL_FIND_H
#define SK_PERSONAL_FIND_H

#include "personal/token.h"

enum personal_find {
    PERSONAL_FIND_NONE, /* found->at: up to there nothing starts */
    PERSONAL_FIND_ONE,
    PERSONAL_FIND_MORE, /* found->at: from there on more bytes are needed to tell */
};

/* Looks from `from` on, and at no more than PERSONAL_SCAN_BACK bytes before. `glue`: the end of a
 * token, behind which the next may start at once; else SIZE_MAX. `whole`: the text does not go on;
 * it is never MORE then. */
enum personal_find personal_find(struct personal_found *found, sk_str text, size_t from,
                                 size_t glue, bool whole);

#endif
