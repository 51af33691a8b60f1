/* Twins: a value with every character beyond ASCII taken as one opaque byte, as the second look
 * reads it (second_look.h), but once for all rules.
 *
 * What most rules may not find in Japanese text, they need not look for in it: a match counts only
 * if it is there in the second look's reading, too. So the screen holds the twin against them
 * first, and only what matches the twin meets the value itself. The twin of 東京都千代田区 is seven
 * bytes that no filter lets pass; its bytes, cut and decoded by transformations, are noise in which
 * there is something for every pattern.
 *
 * Only plain texts have twins: of the signs and spellings that the second look treats apart (faces,
 * rulers, figures, %u..., entities) there may be none. */
#ifndef SECLANG_TWIN_H
#define SECLANG_TWIN_H

#include "seclang/tx.h"

/* Where utf8toUnicode is to come, what looks like ASCII becomes ASCII (full-width forms); else it
 * is opaque as all others. Both point to one value where there is no such character. */
struct seclang_twins {
    struct seclang_value *cut, *plain;
};

/* False: the value has none, or no character beyond ASCII. Lies on the transaction's memory. */
bool seclang_twins_of(struct seclang_twins *twins, struct seclang_tx *tx,
                      const struct seclang_value *value);
/* Whether the rule's second look is what twins show, under transformations that leave characters to
 * be characters: of rules whose matches count only in the opaque reading, all twins; of word lists
 * in ASCII, which may be read in whole characters, too, those of values where nothing looks like
 * ASCII: both readings have the same ASCII between the characters then. */
enum seclang_service { SECLANG_TWIN_NEVER, SECLANG_TWIN_ALWAYS, SECLANG_TWIN_IF_ALIKE };

enum seclang_service seclang_twin_serves(const struct seclang_rules *rules,
                                         const struct seclang_rule *rule, unsigned looks);

#endif
