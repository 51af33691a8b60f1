#include "vault/hint.h"

enum { PLACES = 8192 };

struct vault_hints {
    struct hint {
        uint64_t word;
        uint32_t count;
    } hint[PLACES];
};

struct vault_hints *
vault_hints_new(sk_arena *mem)
{
    return sk_zalloc(mem, sizeof(struct vault_hints));
}

/* A keyed hash's bytes are as good as any hash. */
static uint64_t
word_of(const unsigned char naming[KEEPER_NAMING])
{
    uint64_t word;

    memcpy(&word, naming, sizeof word);
    return word;
}

uint32_t
vault_hint_get(const struct vault_hints *hints, const unsigned char naming[KEEPER_NAMING])
{
    uint64_t word = word_of(naming);
    const struct hint *hint = &hints->hint[word % PLACES];

    return hint->word == word ? hint->count : 0;
}

void
vault_hint_set(struct vault_hints *hints, const unsigned char naming[KEEPER_NAMING], uint32_t count)
{
    uint64_t word = word_of(naming);

    hints->hint[word % PLACES] = (struct hint){ word, count };
}
