/* Templates of letters: what comes out has no place left but what a value or "{{" brought. */
#include "vault/letter.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct vault_letter_word words[] = { { { "who", 3 }, { "W", 1 } },
                                                      { { "a", 1 }, { "A", 1 } } };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    sk_str template = { (const char *)data, size };

    if (sk_failed(vault_letter_write(&out, template, words, 2))) return 0;
    if (out.n > VAULT_LETTER_MAX || out.n > size) abort();
    if (sk_str_find_byte(template, '{') == SIZE_MAX && !sk_str_eq(sk_buf_str(&out), template))
        abort();
    return 0;
}
