/* What libmodsecurity's operators are known to do otherwise. */
#ifndef DIFFERENTIAL_KNOWN_OP_H
#define DIFFERENTIAL_KNOWN_OP_H

#include "question.h"

struct known_op {
    const char *id; /* its chapter in docs/differences.md */
    const char *op; /* lower case; "*": all */
    /* Whether the row foretells their answer; as in known_tf.h from ours about another question
     * wherever it can. */
    bool (*explains)(sk_arena *mem, const struct question *q, const struct answer *ours,
                     const struct answer *theirs);
    unsigned long seen;
};

struct known_op *known_op_rows(size_t *count);

#endif
