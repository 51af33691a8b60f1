/* What the DNS has said of names, for a while: a table of fixed size in each worker, so that a
 * client is looked up once and not at each request. A name that finds no place puts out the one of
 * its set that would end first; names are told apart by a hash with the process's key. */
#ifndef SEKISHO_GATE_KNOWN_H
#define SEKISHO_GATE_KNOWN_H

#include "base/str.h"

enum { GATE_KNOWN_SETS = 1024, GATE_KNOWN_WAYS = 4 };

enum gate_known_answer { GATE_UNKNOWN, GATE_CLEAN, GATE_LISTED };

/* All zero: nothing is known. 64 KB. */
struct gate_known {
    struct gate_known_place {
        uint64_t name;
        uint32_t until; /* seconds since 1970; 0: free */
        uint32_t answer;
    } place[GATE_KNOWN_SETS][GATE_KNOWN_WAYS];
};

enum gate_known_answer gate_known_get(const struct gate_known *known, sk_str name, int64_t now);
void gate_known_put(struct gate_known *known, sk_str name, enum gate_known_answer answer,
                    int64_t now, int64_t until);

#endif
