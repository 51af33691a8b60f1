/* Texts as people and the case files write them: between quotes, with \xHH \n \t \\ \". */
#ifndef DIFFERENTIAL_SAY_H
#define DIFFERENTIAL_SAY_H

#include "base/str.h"

/* Zero-terminated. */
char *say_quoted(sk_arena *mem, sk_str s);
/* Takes the quoted text at the start of *line off it, and the blanks on both sides. SK_BAD when
 * there is none, or when an escape is none. */
sk_err say_take_quoted(sk_str *out, sk_arena *mem, sk_str *line) SK_CHECKED;
/* Takes `word` off the start of *line, and the blanks on both sides. */
sk_err say_take_word(sk_str *line, const char *word) SK_CHECKED;

#endif
