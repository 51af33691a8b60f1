/* A PCRE2 pattern as a tree, with the place of each part in its text: for telling people which part
 * matched, which part can be slow, and for showing a pattern in lines. Built for the command line;
 * requests never see one.
 *
 *     a(?:b|c+)d      sequence ─ leaf a, group ─ either ─ leaf b
 *                                                       └ repeat ─ leaf c
 *                                leaf d
 */
#ifndef SECLANG_OP_REGEX_TREE_H
#define SECLANG_OP_REGEX_TREE_H

#include "seclang/op/regex.h"

enum seclang_regex_part {
    SECLANG_REGEX_SEQUENCE, /* children in turn */
    SECLANG_REGEX_EITHER,   /* one of the children */
    SECLANG_REGEX_REPEAT,   /* one child, `least` to `most` times */
    SECLANG_REGEX_GROUP,    /* one child in brackets */
    SECLANG_REGEX_LEAF      /* a byte, a class, an anchor, a reference */
};

struct seclang_regex_node {
    enum seclang_regex_part part;
    size_t from, to; /* in the pattern's text */
    struct seclang_regex_node *child, *next;
    struct seclang_regex_times times; /* of SECLANG_REGEX_REPEAT */
    bool atomic;                      /* group: never gone back into */
    bool asks;                        /* group: looks at the text, takes none of it */
    struct seclang_regex_atom atom;   /* of SECLANG_REGEX_LEAF */
};

/* NULL where the pattern is not surely understood. */
struct seclang_regex_node *seclang_regex_tree(sk_arena *mem, sk_str pattern);

/* regex_narrow.c: what is left of the pattern when of all alternatives only those stay that this
 * value needs to match at the same place. The pattern itself where it does not match or cannot be
 * taken apart. */
sk_str seclang_regex_narrow(sk_arena *mem, sk_str pattern, sk_str value);

/* regex_slow.c: a text that makes the matcher's work grow faster than its length. */
struct seclang_regex_slow {
    bool found;
    sk_str part;                 /* of the pattern: what repeats */
    sk_str before, pump, behind; /* before pump pump pump ... behind */
    unsigned times; /* how often the pump was repeated when counting ended, at `steps` */
    uint64_t steps;
    bool capped;
    unsigned power; /* steps grow with this power of the length */
};
/* Tries texts made from each endless repeat of the pattern. A probe, not a proof: it finds what it
 * tries. Told is what takes more than a million steps within SECLANG_SLOW_BYTES. */
enum { SECLANG_SLOW_BYTES = 8192, SECLANG_SLOW_EXPONENTIAL = 99 };
void seclang_regex_slow(struct seclang_regex_slow *slow, sk_arena *mem, sk_str pattern);

#endif
