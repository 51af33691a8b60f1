/* The rule language in words, Japanese or English. Pure. */
#ifndef SEKISHO_RULES_WORDS_H
#define SEKISHO_RULES_WORDS_H

#include "base/str.h"

/* "ARGS:q" in words: "the parameter q"; what is not known stays as it is. */
sk_str rules_words_target(sk_arena *mem, sk_str target);
/* What an operator asks: "matches the pattern"; NULL when it is not known. */
const char *rules_words_op(sk_str op);
/* What a transformation does; NULL when it is not known. */
const char *rules_words_tf(sk_str tf);
/* "headers of the request have come" */
const char *rules_words_phase(unsigned phase);
/* What a matching rule does ("deny", "pass" ...); "" when it is not known. */
const char *rules_words_does(const char *does);
const char *rules_words_severity(int severity);

#endif
