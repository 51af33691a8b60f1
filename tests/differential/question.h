/* Random questions to operators: an argument, and a value that has something to do with it. */
#ifndef DIFFERENTIAL_QUESTION_H
#define DIFFERENTIAL_QUESTION_H

#include "dice.h"
#include "seclang/op/op.h"

enum {
    QUESTION_VALUE_MOST = 19, /* of @rx: ten captures of it fit into what libmodsecurity logs */
    QUESTION_CAPTURES = 10
};

struct question {
    const struct seclang_op *op;
    sk_str argument;
    sk_str value;
};
struct answer {
    bool refused; /* the argument, when the rule was read */
    bool match;
    sk_str captures; /* TX.0 to TX.9 with '|' between them; empty without a match */
    bool passes;     /* ours: the operator's own filter would have let the value through */
};

/* Operators that both have, by number, again and again. */
const char *question_operator(size_t number);
/* An argument that may stand between double quotes in a rule file as it is. */
sk_str question_argument(struct dice *d, sk_arena *mem, const char *op);
sk_str question_value(struct dice *d, sk_arena *mem, const char *op, sk_str argument);

/* Our answer. */
void question_ask(struct answer *answer, sk_arena *mem, const struct question *q);
/* As libmodsecurity writes a text into its log. */
sk_str question_escaped(sk_arena *mem, sk_str s);
/* Whether they say the same; theirs comes from its log. Captures count for @rx and @pm alone. */
bool question_same(sk_arena *mem, const struct question *q, const struct answer *ours,
                   const struct answer *theirs);

#endif
