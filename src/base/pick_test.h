/* For tests: randomness that is the same in each run. */
#ifndef SK_BASE_PICK_TEST_H
#define SK_BASE_PICK_TEST_H

#include <stdint.h>

/* From 0 to below - 1 (xorshift; G. Marsaglia, "Xorshift RNGs", 2003). */
static inline unsigned
pick(unsigned below)
{
    static uint64_t state = 0x9e3779b97f4a7c15;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 33) % below);
}

#endif
