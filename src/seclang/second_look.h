/* The second look: whether a match is there also when characters are taken whole.
 *
 * Patterns look at bytes, and transformations keep the low byte of what is beyond ASCII: 大
 * (U+5927) becomes an apostrophe, and the last byte of 会 can be one of a pattern's class. A match
 * that exists only for that does not count. So the value is read again, each character beyond ASCII
 * as one thing that means nothing to ASCII, sent through the same transformations and asked again.
 * ASCII bytes stay what they are, and so does what really turns into ASCII elsewhere: full-width
 * forms, what unicode.mapping names, quotation marks and brackets of typographers. */
#ifndef SECLANG_SECOND_LOOK_H
#define SECLANG_SECOND_LOOK_H

#include "seclang/rule.h"

/* How a character that is not ASCII is read. Zero of them: the rule gets no second look. */
enum {
    SECLANG_LOOK_OPAQUE = 1, /* one byte that is no part of anything */
    SECLANG_LOOK_WHOLE = 2,  /* its UTF-8, which only a whole character equals: for plain phrases */
    SECLANG_LOOK_NEAR =
        4 /* a pattern on long texts of which it is enough to read where it matched */
};

/* A byte that stands in no class of the Core Rule Set, begins no character, is no blank, and that
 * no transformation touches; to detectors it is part of a word, as Japanese is. */
enum { SECLANG_OPAQUE = 0xb5 };

/* What is right for this rule; found once, when a worker is made. */
unsigned seclang_second_look_of(const struct seclang_rules *rules, const struct seclang_rule *rule);

struct seclang_worker;

/* Whether a match of `rule` on a value that came as `raw`, in the form `node`, stands: some reading
 * that is right for it matches, too. True also when unsure. `run` is that of the match, and stays
 * it. */
bool seclang_second_look(struct seclang_worker *worker, const struct seclang_rule *rule,
                         const struct seclang_op_run *run, sk_str raw, unsigned node);

#endif
