/* Answers of the DNS: see known.h. */
#include "gate/known.h"

#include "base/hash.h"

enum gate_known_answer
gate_known_get(const struct gate_known *known, sk_str name, int64_t now)
{
    uint64_t hash = sk_hash_nocase(name);
    const struct gate_known_place *set = known->place[hash % GATE_KNOWN_SETS];

    for (unsigned i = 0; i < GATE_KNOWN_WAYS; i++)
        if (set[i].name == hash && (int64_t)set[i].until > now)
            return (enum gate_known_answer)set[i].answer;
    return GATE_UNKNOWN;
}

void
gate_known_put(struct gate_known *known, sk_str name, enum gate_known_answer answer, int64_t now,
               int64_t until)
{
    uint64_t hash = sk_hash_nocase(name);
    struct gate_known_place *set = known->place[hash % GATE_KNOWN_SETS], *to = &set[0];

    for (unsigned i = 0; i < GATE_KNOWN_WAYS; i++) {
        if (set[i].name == hash) {
            to = &set[i];
            break;
        }
        if (set[i].until < to->until) to = &set[i];
    }
    if (until <= now) until = now + 1;
    *to = (struct gate_known_place){ hash, (uint32_t)until, answer };
}
