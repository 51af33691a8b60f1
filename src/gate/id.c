/* Request ids: see id.h. */
#include "gate/id.h"

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void
gate_id_make(char id[GATE_ID], sk_when when, const unsigned char random[GATE_ID_RANDOM])
{
    uint64_t time = when > 0 ? (uint64_t)when & 0xFFFFFFFFFFFFu : 0;
    unsigned bits = 0, have = 0, from = 0;

    for (unsigned i = 10; i-- > 0; time >>= 5)
        id[i] = crockford[time & 31];
    for (unsigned i = 10; i < GATE_ID; i++) {
        if (have < 5) {
            bits = (bits << 8 | random[from++]) & 0xFFFF;
            have += 8;
        }
        have -= 5;
        id[i] = crockford[bits >> have & 31];
    }
}
