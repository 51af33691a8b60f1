/* docs/differences.md: a chapter for each row of the tables of known differences, with examples. */
#ifndef DIFFERENTIAL_DOCUMENT_H
#define DIFFERENTIAL_DOCUMENT_H

#include "base/err.h"

/* Says a line for each chapter and example: "good  ID  EXAMPLE" or "bad  ID  WHY"; what is missing
 * is bad, too. Requests are asked with the rules of that file. SK_MISSING when there is no such
 * file. */
sk_err document_replay(const char *path, const char *rules) SK_CHECKED;

#endif
