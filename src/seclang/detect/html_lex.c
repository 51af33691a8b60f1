#include "seclang/detect/html.h"

static unsigned char
peek(const struct html_lexer *l, size_t ahead)
{
    return l->at + ahead < l->s.n ? (unsigned char)l->s.p[l->at + ahead] : 0;
}

static bool
is_letter(unsigned char c)
{
    c = sk_lower_byte(c);
    return c >= 'a' && c <= 'z';
}

/* Old browsers pass over zero bytes. */
static bool
is_space(unsigned char c)
{
    return c <= ' ' && (c == 0 || c == ' ' || (c >= '\t' && c <= '\r'));
}

static sk_str
between(const struct html_lexer *l, size_t from)
{
    return (sk_str){ l->s.p + from, l->at - from };
}

/* The lexer goes behind the next `end`; what is before it is returned. */
static sk_str
take_until(struct html_lexer *l, sk_str end)
{
    sk_str rest = sk_str_from(l->s, l->at);
    size_t n = sk_str_find(rest, end);

    l->at = n == SIZE_MAX ? l->s.n : l->at + n + end.n;
    return sk_str_first(rest, n);
}

/* ── what begins with < ── */

/* Also --!> ends it, and <!--> and <!---> are empty. */
static struct html_token
read_comment(struct html_lexer *l)
{
    struct html_token t = { .kind = HTML_COMMENT };
    size_t from = l->at;

    for (size_t dashes = 2; l->at < l->s.n; l->at++) {
        unsigned char c = peek(l, 0);
        if (c == '>' && dashes >= 2) break;
        if (c == '!' && dashes >= 2 && peek(l, 1) == '>' && l->at > from) break;
        if (c) dashes = c == '-' ? dashes + 1 : 0;
    }
    t.text = between(l, from);
    if (l->at < l->s.n) l->at += peek(l, 0) == '!' ? 2 : 1;
    return t;
}

static struct html_token
read_markup(struct html_lexer *l)
{
    sk_str rest = sk_str_from(l->s, l->at);
    struct html_token t = { .kind = HTML_COMMENT };

    if (sk_str_starts(rest, SK_STR("!--"))) {
        l->at += 3;
        return read_comment(l);
    }
    if (sk_str_starts_nocase(rest, SK_STR("!doctype"))) t.kind = HTML_DOCTYPE;
    l->at++;
    if (sk_str_starts(rest, SK_STR("![CDATA["))) {
        /* text in SVG and MathML, a comment up to the next > elsewhere: the latter is the wider */
        l->at += 7;
        t.text = sk_str_first(sk_str_from(l->s, l->at), 0);
        return t;
    }
    t.text = take_until(l, SK_STR(">"));
    return t;
}

/* Up to a blank, / or >. */
static struct html_token
read_tag(struct html_lexer *l, enum html_kind kind)
{
    struct html_token t = { .kind = kind };
    size_t from = l->at;

    while (l->at < l->s.n && !(is_space(peek(l, 0)) && peek(l, 0)) && peek(l, 0) != '/' &&
           peek(l, 0) != '>')
        l->at++;
    t.text = between(l, from);
    l->in_tag = true;
    l->in_end_tag = kind == HTML_END_TAG;
    return t;
}

static void
skip_zeros(struct html_lexer *l)
{
    while (l->at < l->s.n && peek(l, 0) == 0)
        l->at++;
}

static struct html_token
read_text(struct html_lexer *l)
{
    while (l->at < l->s.n) {
        (void)take_until(l, SK_STR("<"));
        skip_zeros(l);
        if (is_letter(peek(l, 0))) return read_tag(l, HTML_TAG);
        if (peek(l, 0) == '!' || peek(l, 0) == '?' || peek(l, 0) == '%') return read_markup(l);
        if (peek(l, 0) != '/') continue;
        l->at++;
        skip_zeros(l);
        if (is_letter(peek(l, 0))) return read_tag(l, HTML_END_TAG);
    }
    return (struct html_token){ .kind = HTML_END };
}

/* ── attributes ── */

static void
skip_spaces(struct html_lexer *l)
{
    while (l->at < l->s.n && is_space(peek(l, 0)))
        l->at++;
}

static sk_str
read_value(struct html_lexer *l)
{
    unsigned char quote = peek(l, 0);
    size_t from = l->at;

    if (quote == '"' || quote == '\'' || quote == '`') {
        char end[1] = { (char)quote };
        l->at++;
        return take_until(l, (sk_str){ end, 1 });
    }
    while (l->at < l->s.n && (!is_space(peek(l, 0)) || peek(l, 0) == 0) && peek(l, 0) != '>')
        l->at++;
    return between(l, from);
}

static struct html_token
read_attribute(struct html_lexer *l)
{
    struct html_token t = { .kind = HTML_ATTRIBUTE };
    size_t from = l->at++; /* a = in front belongs to the name */

    while (l->at < l->s.n && (!is_space(peek(l, 0)) || peek(l, 0) == 0) && peek(l, 0) != '/' &&
           peek(l, 0) != '>' && peek(l, 0) != '=')
        l->at++;
    t.text = between(l, from);
    skip_spaces(l);
    if (l->at < l->s.n && peek(l, 0) == '=') {
        l->at++;
        skip_spaces(l);
        t.has_value = true;
        t.value = read_value(l);
    }
    return t;
}

struct html_token
seclang_html_next(struct html_lexer *l)
{
    while (l->in_tag && l->at < l->s.n) {
        unsigned char c = peek(l, 0);
        if (c == '>') {
            l->in_tag = l->in_end_tag = false;
            l->at++;
        } else if (is_space(c) || c == '/') {
            l->at++;
        } else {
            return read_attribute(l);
        }
    }
    return read_text(l);
}

bool
seclang_html_begin(struct html_lexer *l, sk_str value, enum html_place place)
{
    static const char quotes[HTML_PLACES] = { 0, '\'', '"', '`', 0 };

    *l = (struct html_lexer){ .s = value, .in_tag = place != HTML_IN_TEXT };
    if (quotes[place]) {
        size_t end = sk_str_find_byte(value, quotes[place]);
        if (end == SIZE_MAX) return false;
        l->at = end + 1;
    }
    return l->at < l->s.n;
}
