/* Where one is in an HTML document: see exchange_html.h. */
#include "gate/exchange_html.h"

/* ── names ── */

static void
word_add(char *word, unsigned char *n, char c)
{
    if (*n < GATE_HTML_WORD) word[*n] = (char)sk_lower_byte((unsigned char)c);
    if (*n <= GATE_HTML_WORD) (*n)++;
}

static sk_str
word(const char *bytes, unsigned char n)
{
    return n > GATE_HTML_WORD ? SK_STR("") : (sk_str){ bytes, n };
}

static bool
is_of(sk_str name, const sk_str *names)
{
    for (; names->n; names++)
        if (sk_str_eq(name, *names)) return true;
    return false;
}

/* Elements whose text is no markup; textarea and title have references at least. */
static const sk_str raws[] = { { "script", 6 },  { "style", 5 },    { "textarea", 8 },
                               { "title", 5 },   { "xmp", 3 },      { "iframe", 6 },
                               { "noembed", 7 }, { "noframes", 8 }, { NULL, 0 } };
static const sk_str read_by_people[] = {
    { "title", 5 },   { "alt", 3 }, { "placeholder", 11 }, { "label", 5 }, { "aria-label", 10 },
    { "summary", 7 }, { NULL, 0 }
};
static const sk_str addresses[] = { { "href", 4 },        { "src", 3 },  { "action", 6 },
                                    { "formaction", 10 }, { "cite", 4 }, { "poster", 6 },
                                    { "background", 10 }, { "ping", 4 }, { "srcset", 6 },
                                    { "xlink:href", 10 }, { "data", 4 }, { "manifest", 8 },
                                    { NULL, 0 } };
/* Style, and documents within the document. */
static const sk_str closed[] = { { "style", 5 }, { "srcdoc", 6 }, { "content", 7 }, { NULL, 0 } };

/* ── spots ── */

/* An address that leads out of the browser, to the person. */
static bool
is_mailto(const struct gate_html *html)
{
    sk_str value = { html->value, html->value_n < GATE_HTML_WORD ? html->value_n : GATE_HTML_WORD };

    return sk_str_starts(value, SK_STR("mailto:")) || sk_str_starts(value, SK_STR("tel:")) ||
           sk_str_starts(value, SK_STR("sms:"));
}

static enum gate_spot
spot_of_attribute(const struct gate_html *html)
{
    sk_str name = word(html->attribute, html->attribute_n);
    bool handler = html->attribute_n > 2 && memcmp(html->attribute, "on", 2) == 0;

    if (handler || is_of(name, closed)) return GATE_SPOT_CLOSED;
    if (is_of(name, addresses)) return is_mailto(html) ? GATE_SPOT_URL : GATE_SPOT_CLOSED;
    if (sk_str_eq(name, SK_STR("value"))) return GATE_SPOT_FIELD;
    return is_of(name, read_by_people) ? GATE_SPOT_QUOTED : GATE_SPOT_DATA;
}

static enum gate_spot
spot_of_text(const struct gate_html *html)
{
    sk_str raw = word(html->raw, html->raw_n);

    if (html->option) return GATE_SPOT_FIELD;
    if (raw.n == 0 || sk_str_eq(raw, SK_STR("title"))) return GATE_SPOT_TEXT;
    if (sk_str_eq(raw, SK_STR("textarea"))) return GATE_SPOT_FIELD;
    return sk_str_eq(raw, SK_STR("script")) ? GATE_SPOT_SCRIPT : GATE_SPOT_CLOSED;
}

enum gate_spot
gate_html_spot(const struct gate_html *html)
{
    switch (html->state) {
    case GATE_HTML_TEXT:
        return spot_of_text(html);
    case GATE_HTML_OPEN: /* it may be a tag's name */
        return html->raw_n ? spot_of_text(html) : GATE_SPOT_CLOSED;
    case GATE_HTML_EQUALS:
    case GATE_HTML_VALUE:
        return html->closing ? GATE_SPOT_CLOSED : spot_of_attribute(html);
    default:
        return GATE_SPOT_CLOSED;
    }
}

/* ── tags ── */

static void
tag_end(struct gate_html *html)
{
    sk_str name = word(html->tag, html->tag_n);

    html->state = GATE_HTML_TEXT;
    html->raw_n = 0;
    html->match = 0;
    html->option = !html->closing && !html->valued && sk_str_eq(name, SK_STR("option"));
    if (html->closing || !strchr("stxin", html->tag[0]) || !is_of(name, raws)) return;
    html->raw_n = html->tag_n;
    memcpy(html->raw, html->tag, html->tag_n);
}

static bool
is_letter(char c)
{
    unsigned char small = sk_lower_byte((unsigned char)c);

    return small >= 'a' && small <= 'z';
}

static void
tag_begin(struct gate_html *html, bool closing)
{
    html->closing = closing;
    html->valued = false;
    html->tag_n = 0;
    html->state = GATE_HTML_NAME;
}

static void
attribute_begin(struct gate_html *html, char c)
{
    html->attribute_n = 0;
    html->match = html->value_n = 0;
    html->state = GATE_HTML_ATTRIBUTE;
    word_add(html->attribute, &html->attribute_n, c);
}

/* ── one byte of each state ── */

/* Behind "<" in raw text: only its own end tag is one. `match` counts "/script" and so on. */
static void
pass_raw(struct gate_html *html, char c)
{
    char small = (char)sk_lower_byte((unsigned char)c);
    bool ends = c == '>' || c == '/' || sk_is_blank(c);

    if (html->match == 0 && c == '/') {
        html->match = 1;
    } else if (html->match > 0 && html->match <= html->raw_n &&
               small == html->raw[html->match - 1]) {
        html->match++;
    } else if (html->match == html->raw_n + 1 && ends) {
        html->match = 0;
        html->closing = true;
        html->tag_n = 0;
        html->state = GATE_HTML_BETWEEN;
        if (c == '>') tag_end(html);
    } else {
        html->match = 0;
        html->state = c == '<' ? GATE_HTML_OPEN : GATE_HTML_TEXT;
    }
}

static void
pass_open(struct gate_html *html, char c)
{
    if (html->raw_n) {
        pass_raw(html, c);
    } else if (is_letter(c)) {
        tag_begin(html, false);
        word_add(html->tag, &html->tag_n, c);
    } else if (c == '/') {
        html->state = GATE_HTML_CLOSE;
    } else if (c == '!') {
        html->state = GATE_HTML_BANG;
        html->match = 0;
    } else if (c == '?') {
        html->state = GATE_HTML_DECLARATION;
    } else if (c != '<') {
        html->state = GATE_HTML_TEXT;
    }
}

static void
pass_close(struct gate_html *html, char c)
{
    if (is_letter(c)) {
        tag_begin(html, true);
        word_add(html->tag, &html->tag_n, c);
    } else {
        html->state = c == '>' ? GATE_HTML_TEXT : GATE_HTML_DECLARATION;
    }
}

static void
pass_name(struct gate_html *html, char c)
{
    if (c == '>')
        tag_end(html);
    else if (c == '/' || sk_is_blank(c))
        html->state = GATE_HTML_BETWEEN;
    else
        word_add(html->tag, &html->tag_n, c);
}

static void
pass_between(struct gate_html *html, char c)
{
    if (c == '>')
        tag_end(html);
    else if (c != '/' && !sk_is_blank(c))
        attribute_begin(html, c);
}

static void
pass_attribute(struct gate_html *html, char c)
{
    if (c == '>') {
        tag_end(html);
    } else if (c == '=') {
        html->state = GATE_HTML_EQUALS;
        if (sk_str_eq(word(html->attribute, html->attribute_n), SK_STR("value")))
            html->valued = true;
    } else if (c == '/') {
        html->state = GATE_HTML_BETWEEN;
    } else if (sk_is_blank(c)) {
        html->match = 1; /* an "=" may still come */
    } else if (html->match) {
        attribute_begin(html, c);
    } else {
        word_add(html->attribute, &html->attribute_n, c);
    }
}

static void
pass_equals(struct gate_html *html, char c)
{
    if (c == '>') {
        tag_end(html);
    } else if (!sk_is_blank(c)) {
        html->quote = c == '"' || c == '\'' ? c : '\0';
        html->value_n = 0;
        if (!html->quote) word_add(html->value, &html->value_n, c);
        html->state = GATE_HTML_VALUE;
    }
}

static void
pass_value(struct gate_html *html, char c)
{
    if (html->quote ? c == html->quote : sk_is_blank(c))
        html->state = GATE_HTML_BETWEEN;
    else if (!html->quote && c == '>')
        tag_end(html);
    else
        word_add(html->value, &html->value_n, c);
}

/* "<!--" begins a comment, anything else ends with the next ">". */
static void
pass_bang(struct gate_html *html, char c)
{
    if (c != '-') {
        html->state = c == '>' ? GATE_HTML_TEXT : GATE_HTML_DECLARATION;
    } else if (++html->match == 2) {
        html->state = GATE_HTML_COMMENT; /* "<!-->" is a whole one: the hyphens count for its end */
    }
}

static void
pass_comment(struct gate_html *html, char c)
{
    if (c == '-') {
        if (html->match < 2) html->match++;
    } else if (c == '>' && html->match == 2) {
        html->state = GATE_HTML_TEXT;
        html->match = 0;
    } else if (c != '!' || html->match != 2) { /* "--!>" ends it as well */
        html->match = 0;
    }
}

static void
pass_declaration(struct gate_html *html, char c)
{
    if (c == '>') html->state = GATE_HTML_TEXT;
}

static void
pass_text(struct gate_html *html, char c)
{
    if (c == '<') html->state = GATE_HTML_OPEN;
}

static void (*const pass[])(struct gate_html *html, char c) = {
    [GATE_HTML_TEXT] = pass_text,
    [GATE_HTML_OPEN] = pass_open,
    [GATE_HTML_CLOSE] = pass_close,
    [GATE_HTML_NAME] = pass_name,
    [GATE_HTML_BETWEEN] = pass_between,
    [GATE_HTML_ATTRIBUTE] = pass_attribute,
    [GATE_HTML_EQUALS] = pass_equals,
    [GATE_HTML_VALUE] = pass_value,
    [GATE_HTML_BANG] = pass_bang,
    [GATE_HTML_COMMENT] = pass_comment,
    [GATE_HTML_DECLARATION] = pass_declaration,
};

/* Where nothing but one sign matters: to it, at once. */
static size_t
skip(const struct gate_html *html, sk_str s)
{
    char sign;

    if (html->state == GATE_HTML_TEXT)
        sign = '<';
    else if (html->state == GATE_HTML_VALUE && html->quote && html->value_n > GATE_HTML_WORD)
        sign = html->quote;
    else if (html->state == GATE_HTML_DECLARATION)
        sign = '>';
    else
        return 0;
    size_t at = sk_str_find_byte(s, sign);
    return at == SIZE_MAX ? s.n : at;
}

void
gate_html_pass(struct gate_html *html, sk_str bytes)
{
    for (size_t i = skip(html, bytes); i < bytes.n; i += skip(html, sk_str_from(bytes, i)))
        pass[html->state](html, bytes.p[i++]);
}
