/* Texts with places for values: "{who} 様". Pure. */
#ifndef SK_VAULT_LETTER_H
#define SK_VAULT_LETTER_H

#include "base/str.h"

enum { VAULT_LETTER_MAX = 32 * 1024, VAULT_LETTER_WORDS_MAX = 32, VAULT_LETTER_WORD_MAX = 32 };

struct vault_letter_word {
    sk_str name; /* small letters, digits and _ */
    sk_str text;
};

/* Appends the template with its words in their places. What a value has in braces is no place.
 * "{{" is a brace. SK_BAD: a place that has no word, a brace without its end; SK_FULL: longer than
 * VAULT_LETTER_MAX. */
sk_err vault_letter_write(struct sk_buf *out, sk_str template, const struct vault_letter_word *word,
                          size_t count) SK_CHECKED;

#endif
