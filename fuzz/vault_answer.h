/* Every answer of the vault is JSON, and a refusal one of our words with its own status. */
#ifndef FUZZ_VAULT_ANSWER_H
#define FUZZ_VAULT_ANSWER_H

#include "vault/api.h"

#include <stdlib.h>

static inline void
vault_answer_check(const struct part_response *response)
{
    DEFER(sk_json_close) sk_json *answer = NULL;
    sk_str word;

    if (sk_failed(sk_json_read(&answer, response->body))) abort();
    word = sk_json_get_str(answer, "error");
    if (response->status == 0 || response->status == 200) return;
    for (unsigned i = KEEPER_OK + 1; i < VAULT_WORDS; i++)
        if (sk_str_eq(word, sk_str_of(vault_word_row(i).name)) &&
            vault_word_row(i).status == response->status && i != KEEPER_BROKEN)
            return;
    abort();
}

#endif
