#include "say.h"

char *
say_quoted(sk_arena *mem, sk_str s)
{
    struct sk_buf out = { .mem = mem };

    sk_buf_byte(&out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c == '"' || c == '\\')
            sk_buf_printf(&out, "\\%c", c);
        else if (c == '\n' || c == '\t')
            sk_buf_printf(&out, "\\%c", c == '\n' ? 'n' : 't');
        else if (c < ' ' || c > '~')
            sk_buf_printf(&out, "\\x%02x", c);
        else
            sk_buf_byte(&out, (char)c);
    }
    sk_buf_byte(&out, '"');
    sk_buf_byte(&out, '\0');
    return out.p;
}

/* The byte that the escape at *at means; *at is left at its last character. */
static sk_err
read_escape(char *byte, sk_str s, size_t *at)
{
    char c = ++*at < s.n ? s.p[*at] : '\0';

    if (c == 'x' && s.n - *at > 2) {
        int high = sk_hex_value(s.p[*at + 1]), low = sk_hex_value(s.p[*at + 2]);

        if (high < 0 || low < 0) return sk_fail(SK_BAD, "\\x without two digits");
        *at += 2;
        *byte = (char)(high * 16 + low);
        return sk_ok();
    }
    if (c != 'n' && c != 't' && c != '\\' && c != '"')
        return sk_fail(SK_BAD, "\\%c is no escape", c);
    *byte = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
    return sk_ok();
}

sk_err
say_take_quoted(sk_str *out, sk_arena *mem, sk_str *line)
{
    struct sk_buf text = { .mem = mem };
    sk_str s = sk_str_trim(*line);
    size_t i = 1;

    if (!sk_str_starts(s, SK_STR("\"")))
        return sk_fail(SK_BAD, "expected a quoted text: %.*s", SK_ARG(s));
    for (; i < s.n && s.p[i] != '"'; i++) {
        char c = s.p[i];

        if (c == '\\') TRY(read_escape(&c, s, &i));
        sk_buf_byte(&text, c);
    }
    if (i >= s.n) return sk_fail(SK_BAD, "a quotation without an end: %.*s", SK_ARG(s));
    *out = sk_buf_str(&text);
    *line = sk_str_trim(sk_str_from(s, i + 1));
    return sk_ok();
}

sk_err
say_take_word(sk_str *line, const char *word)
{
    sk_str s = sk_str_trim(*line);

    if (!sk_str_starts(s, sk_str_of(word)))
        return sk_fail(SK_BAD, "expected %s: %.*s", word, SK_ARG(s));
    *line = sk_str_trim(sk_str_from(s, strlen(word)));
    return sk_ok();
}
