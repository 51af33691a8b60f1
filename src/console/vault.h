/* The keeper of personal data, asked with the operator's ticket: who may ask what, it decides. */
#ifndef SK_CONSOLE_VAULT_H
#define SK_CONSOLE_VAULT_H

#include "console/visit.h"
#include "keeper/keeper.h"

/* The keeper's word as an error of its kind. */
sk_err vault_check(enum keeper_word word) SK_CHECKED;

/* "name, phone" in the reader's words; on the visit's arena. */
sk_str vault_kinds(const struct console_visit *visit, uint32_t kinds);
/* "whole", "masked", "made inside the vault". */
sk_str vault_shows(const struct console_visit *visit, uint32_t show);
/* Sets the object `name` (used, most, percent, tone) for the part bar. Of a limit that is used:
 * full and nearly full are told by its colour, too. */
void vault_window(const struct console_visit *visit, struct part_value *object, const char *name,
                  uint64_t used, uint64_t most);
/* The same of a part of all, which is no better or worse for being all. */
void vault_share(const struct console_visit *visit, struct part_value *object, const char *name,
                 uint64_t part, uint64_t all);

/* The tabs of these pages; `here` is one of "stake", "reserves", "scope". */
void vault_tabs(struct console_visit *visit, const char *here);
/* The page when the keeper does not answer: it says so, and what to do. */
sk_err vault_away(struct console_visit *visit, const char *here, enum keeper_word word) SK_CHECKED;

#endif
