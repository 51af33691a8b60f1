/* Comments of C, HTML, SQL and shells: removed, or replaced with a space. */
#include "seclang/tf/rows.h"

static bool
is_at(sk_str in, size_t at, sk_str what)
{
    return in.n - at >= what.n && memcmp(in.p + at, what.p, what.n) == 0;
}

/* ── replaceComments: each C comment becomes one space; also one that has no end ── */

SECLANG_TF(replace_comments)
{
    size_t i = sk_str_find(in, SK_STR("/*"));
    struct seclang_tf_text text;

    (void)map;
    if (i == SIZE_MAX) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    while (i < in.n) {
        size_t end;

        if (!is_at(in, i, SK_STR("/*"))) {
            text.p[text.n++] = seclang_tf_at(in, i++);
            continue;
        }
        text.p[text.n++] = ' ';
        end = sk_str_find(sk_str_from(in, i + 2), SK_STR("*/"));
        i = end == SIZE_MAX ? in.n : i + 2 + end + 2;
    }
    return seclang_tf_end(out, &text, in);
}

/* ── removeCommentsChar: the signs go, what is between them stays ── */

static size_t
sign_length(sk_str in, size_t at)
{
    static const char *const signs[] = { "/*", "*/", "<!--", "-->", "--", "#" }; /* longest first */

    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (is_at(in, at, sk_str_of(signs[i]))) return strlen(signs[i]);
    return 0;
}

SECLANG_TF(remove_comments_char)
{
    struct seclang_tf_text text;
    size_t i = 0;

    (void)map;
    while (i < in.n && sign_length(in, i) == 0)
        i++;
    if (i == in.n) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    while (i < in.n) {
        size_t sign = sign_length(in, i);

        if (sign == 0) text.p[text.n++] = seclang_tf_at(in, i++);
        i += sign;
    }
    return seclang_tf_end(out, &text, in);
}

/* ── removeComments ── */

static bool
opens(size_t *length, sk_str in, size_t at)
{
    *length = is_at(in, at, SK_STR("/*")) ? 2 : is_at(in, at, SK_STR("<!--")) ? 4 : 0;
    return *length > 0;
}

/* Either end closes either comment. */
static bool
closes(size_t *length, sk_str in, size_t at)
{
    *length = is_at(in, at, SK_STR("*/")) ? 2 : is_at(in, at, SK_STR("-->")) ? 3 : 0;
    return *length > 0;
}

static bool
ends_all(sk_str in, size_t at)
{
    return in.p[at] == '#' || is_at(in, at, SK_STR("--"));
}

static bool
interests(sk_str in, size_t at)
{
    size_t length;

    return ends_all(in, at) || opens(&length, in, at);
}

/* From inside a comment to what is behind it. The byte behind the end is taken as it is, whatever
 * it begins, and a zero byte stands for it where the text ends: mod_security 2's rules see that
 * too. */
static size_t
leave(struct seclang_tf_text *text, sk_str in, size_t at)
{
    size_t length;

    while (at < in.n && !closes(&length, in, at))
        at++;
    if (at >= in.n) {
        text->p[text->n++] = ' ';
        return in.n;
    }
    at += length;
    text->p[text->n++] = at < in.n ? seclang_tf_at(in, at) : 0;
    return at + 1;
}

SECLANG_TF(remove_comments)
{
    struct seclang_tf_text text;
    size_t i = 0, length;

    (void)map;
    while (i < in.n && !interests(in, i))
        i++;
    if (i == in.n) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    while (i < in.n && (opens(&length, in, i) || !ends_all(in, i))) {
        if (length > 0)
            i = leave(&text, in, i + length);
        else
            text.p[text.n++] = seclang_tf_at(in, i++);
    }
    return seclang_tf_end(out, &text, in);
}
