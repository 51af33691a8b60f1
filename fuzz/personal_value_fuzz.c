/* Values as they are typed. The first byte says of which kind. What is taken is taken again in the
 * spelling that is shown, and means the same. */
#include "personal/personal.h"

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(sk_arena *mem, const struct personal_value *value)
{
    struct personal_value again;
    struct personal_words words;
    struct sk_buf mask = { .mem = mem };

    if (value->shown.n == 0 || value->shown.n > PERSONAL_VALUE_MAX ||
        value->compared.n > PERSONAL_VALUE_MAX || !sk_utf8_valid(value->shown) ||
        !sk_utf8_valid(value->compared))
        __builtin_trap();
    personal_words(&words, mem, value);
    personal_mask(&mask, value->kind, value->shown);
    if (!sk_utf8_valid(sk_buf_str(&mask)) || mask.n > 300) __builtin_trap();
    if (sk_failed(personal_read(&again, mem, value->kind, value->shown)) &&
        again.unfit != PERSONAL_UNFIT_LONG && again.unfit != PERSONAL_UNFIT_TOKEN)
        __builtin_trap();
    if (again.unfit == PERSONAL_FITS &&
        (!sk_str_eq(again.shown, value->shown) || !sk_str_eq(again.compared, value->compared)))
        __builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem;
    struct personal_value value;
    enum personal_unfit why;
    sk_str text = { (const char *)data + 1, size ? size - 1 : 0 }, word;

    if (size < 1) return 0;
    mem = sk_arena_new(0);
    enum personal_kind kind = (enum personal_kind)(1 + data[0] % (PERSONAL_KINDS - 1));
    if (!sk_failed(personal_read(&value, mem, kind, text))) check(mem, &value);
    if (!sk_failed(personal_word_asked(&word, &why, mem, kind, text, data[0] & 128)) &&
        why != PERSONAL_FITS)
        __builtin_trap();
    sk_arena_free(mem);
    return 0;
}
