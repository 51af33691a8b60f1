#include "vault/letter.h"

static const struct vault_letter_word *
word_find(const struct vault_letter_word *word, size_t count, sk_str name)
{
    for (size_t i = 0; i < count; i++)
        if (sk_str_eq(word[i].name, name)) return &word[i];
    return NULL;
}

/* Behind the brace: *rest moves behind the place. */
static sk_err
place_fill(struct sk_buf *out, sk_str *rest, const struct vault_letter_word *word, size_t count)
{
    size_t end = sk_str_find_byte(sk_str_first(*rest, VAULT_LETTER_WORD_MAX + 1), '}');
    const struct vault_letter_word *found;

    if (sk_str_starts(*rest, SK_STR("{"))) {
        sk_buf_byte(out, '{');
        *rest = sk_str_from(*rest, 1);
        return sk_ok();
    }
    if (end == SIZE_MAX) return sk_fail(SK_BAD, "a brace without its end");
    found = word_find(word, count, sk_str_first(*rest, end));
    if (!found) return sk_fail(SK_BAD, "a place without its word");
    sk_buf_add(out, found->text);
    *rest = sk_str_from(*rest, end + 1);
    return sk_ok();
}

sk_err
vault_letter_write(struct sk_buf *out, sk_str template, const struct vault_letter_word *word,
                   size_t count)
{
    size_t begin = out->n;
    sk_str rest = template;

    while (rest.n) {
        size_t plain = sk_str_find_byte(rest, '{');

        sk_buf_add(out, sk_str_first(rest, plain));
        if (plain == SIZE_MAX) break;
        rest = sk_str_from(rest, plain + 1);
        TRY(place_fill(out, &rest, word, count));
        if (out->n - begin > VAULT_LETTER_MAX) break;
    }
    return out->n - begin <= VAULT_LETTER_MAX
               ? sk_ok()
               : sk_fail(SK_FULL, "longer than %d bytes", VAULT_LETTER_MAX);
}
