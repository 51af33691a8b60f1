/* The Content-Type header of multipart/form-data: where the boundary stands and whether everybody
 * would read the same one. */
#include "seclang/body/multipart_inner.h"

static const sk_str WORD = { "boundary", 8 };
static const sk_str TYPE = { "multipart/form-data", 19 };

static bool
is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* How often the word stands in s with an equals sign anywhere behind it. */
static unsigned
count_words(sk_str s)
{
    unsigned count = 0;

    for (size_t at; (at = sk_str_find_nocase(s, WORD)) != SIZE_MAX;) {
        s = sk_str_from(s, at + WORD.n);
        if (sk_str_find_byte(s, '=') != SIZE_MAX) count++;
    }
    return count;
}

/* bchars of RFC 2046, section 5.1.1: a space is allowed, but not at the end. */
static bool
characters_allowed(sk_str boundary)
{
    for (size_t i = 0; i < boundary.n; i++) {
        char c = boundary.p[i];
        bool letter = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (letter || (c && strchr("'()+_,-./:=?", c))) continue;
        if (c != ' ' || i + 1 == boundary.n) return false;
    }
    return true;
}

/* What stands between the type and the parameter's name: blanks and one semicolon. */
static const char *
read_gap(struct seclang_multipart *m, sk_str gap)
{
    bool semicolon = false;

    for (size_t i = 0; gap.p && i < gap.n; i++) {
        if (is_space(gap.p[i])) continue;
        if (semicolon || gap.p[i] != ';') return "Invalid boundary in C-T (malformed).";
        semicolon = true;
    }
    if (!semicolon) m->flags.missing_semicolon = 1;
    return NULL;
}

/* The parameter's value, with or without quotes. */
static const char *
read_value(struct seclang_multipart *m, sk_str value)
{
    if (!value.p || !value.n) return "Invalid boundary in C-T (empty).";
    bool opens = value.p[0] == '"';
    bool closes = value.n >= 2 && value.p[value.n - 1] == '"';

    if (is_space(value.p[0])) m->flags.boundary_whitespace = 1;
    if (opens && closes) {
        m->flags.boundary_quoted = 1;
        value = sk_str_first(sk_str_from(value, 1), value.n - 2);
    } else if (opens || closes) {
        return "Invalid boundary in C-T (quote).";
    }
    if (count_words(value)) return "Invalid boundary in C-T (content).";
    if (!characters_allowed(value)) return "Invalid boundary in C-T (characters).";
    if (value.n == 0) return "Invalid boundary in C-T (empty).";
    m->delimiter = sk_str_printf(m->base.mem, "--%.*s", SK_ARG(value));
    m->boundary = sk_str_from(m->delimiter, 2);
    return NULL;
}

/* `rest` begins behind the parameter's name. */
static const char *
read_parameter(struct seclang_multipart *m, sk_str rest)
{
    size_t equals = sk_str_find_byte(rest, '=');

    if (equals == SIZE_MAX) return "Invalid boundary in C-T (malformed).";
    for (size_t i = 0; rest.p && i < equals; i++)
        if (!is_space(rest.p[i])) return "Invalid boundary in C-T (parameter name).";
    if (equals) m->flags.boundary_whitespace = 1;
    return read_value(m, sk_str_from(rest, equals + 1));
}

static const char *
read_type(struct seclang_multipart *m, sk_str type)
{
    if (!type.p || !type.n) return "Content-Type header not available.";
    if (type.n > SECLANG_MULTIPART_TYPE_MOST) return "Invalid boundary in C-T (length).";
    if (!sk_str_starts_nocase(type, TYPE)) return "Invalid MIME type.";
    if (count_words(type) > 1) return "Multiple boundary parameters in C-T.";
    size_t at = sk_str_find(type, WORD);
    if (at == SIZE_MAX)
        return count_words(type) ? "Invalid boundary in C-T (case sensitivity)."
                                 : "Boundary not found in C-T.";
    const char *wrong = read_gap(m, sk_str_first(sk_str_from(type, TYPE.n), at - TYPE.n));
    return wrong ? wrong : read_parameter(m, sk_str_from(type, at + WORD.n));
}

void
seclang_multipart_type(struct seclang_multipart *m, sk_str content_type)
{
    const char *wrong = read_type(m, content_type);

    if (!wrong) return;
    m->stopped = true;
    seclang_multipart_fault(m, wrong);
}
