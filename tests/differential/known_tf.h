/* What libmodsecurity's transformations are known to do otherwise. */
#ifndef DIFFERENTIAL_KNOWN_TF_H
#define DIFFERENTIAL_KNOWN_TF_H

#include "seclang/tf/tf.h"

/* A row explains a difference where its answer is theirs, byte for byte. It makes the answer from
 * ours about other texts wherever it can, so that our faults stay visible in those texts, too. */
struct known_tf {
    const char *id; /* its chapter in docs/differences.md */
    const char *tf; /* lower case */
    /* What they are expected to make of `in`; false: they should agree with us. */
    bool (*answer)(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in);
    unsigned long seen;
};

struct known_tf *known_tf_rows(size_t *count);

#endif
