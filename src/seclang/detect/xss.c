/* Script in a value: what a browser would run if the value stood in a page, in its text or inside
 * an attribute with one of the quotes or none. */
#include "seclang/detect/detect.h"
#include "seclang/detect/html.h"

#include <stdio.h>

/* CSS that can run or load something has a colon, a reference or an escape in it. */
static bool
is_style(sk_str value)
{
    return sk_str_find_byte(value, ':') != SIZE_MAX || sk_str_find_byte(value, '\\') != SIZE_MAX ||
           sk_str_find_byte(value, '&') != SIZE_MAX || sk_str_find_byte(value, '(') != SIZE_MAX ||
           sk_str_find_byte(value, '@') != SIZE_MAX;
}

/* refresh: 0; url=javascript:... and lists of URLs in SVG's values. */
static bool
has_script_url(sk_str value)
{
    sk_str part;

    if (seclang_url_runs_script(value)) return true;
    while (sk_str_cut(&part, &value, ';')) {
        size_t equals = sk_str_find_byte(part, '=');
        if (seclang_url_runs_script(part)) return true;
        if (equals != SIZE_MAX && seclang_url_runs_script(sk_str_from(part, equals + 1)))
            return true;
    }
    return false;
}

static const char *
judge_attribute(const struct html_token *t, bool in_tag)
{
    enum html_danger danger = seclang_html_attribute(t->text, in_tag);

    if (!t->has_value) return NULL;
    switch (danger) {
    case HTML_ACTIVE:
        return "handler";
    case HTML_ANY:
        return "attribute";
    case HTML_URL:
        return has_script_url(t->value) ? "url" : NULL;
    case HTML_CSS:
        return is_style(t->value) ? "style" : NULL;
    case HTML_PAGE:
        return t->value.n ? "srcdoc" : NULL;
    case HTML_INDIRECT:
        return seclang_html_attribute(t->value, true) != HTML_HARMLESS ? "attribute" : NULL;
    default:
        return NULL;
    }
}

/* Old browsers: conditional comments, XML islands, ` ending a comment. */
static const char *
judge_comment(sk_str text)
{
    static const char *const starts[] = { "[if",     "!entity", "entity", "?xml",
                                          "?import", "import",  "xml" };

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (sk_str_starts_nocase(text, sk_str_of(starts[i]))) return "comment";
    return sk_str_find_byte(text, '`') != SIZE_MAX ? "comment" : NULL;
}

struct state {
    bool in_tag;   /* attributes belong to a tag that the value itself opened */
    bool may_load; /* to one that is dangerous with attributes */
};

static const char *
judge(struct state *state, const struct html_token *t)
{
    enum html_danger danger;

    switch (t->kind) {
    case HTML_DOCTYPE:
        return "doctype";
    case HTML_END_TAG:
        return sk_str_eq_nocase(t->text, SK_STR("script")) ? "tag" : NULL;
    case HTML_COMMENT:
        return judge_comment(t->text);
    case HTML_ATTRIBUTE:
        if (state->may_load) return "tag";
        return judge_attribute(t, state->in_tag);
    case HTML_TAG:
        danger = seclang_html_tag(t->text);
        state->in_tag = true;
        state->may_load = danger == HTML_ACTIVE_WITH;
        return danger == HTML_ACTIVE ? "tag" : NULL;
    default:
        return NULL;
    }
}

static const char *
judge_place(sk_str value, enum html_place place)
{
    struct html_lexer lexer;
    struct state state = { 0 };

    if (!seclang_html_begin(&lexer, value, place)) return NULL;
    for (;;) {
        struct html_token t = seclang_html_next(&lexer);
        const char *why = judge(&state, &t);
        if (why) return why;
        if (t.kind == HTML_END) return NULL;
    }
}

bool
seclang_detect_xss(char reason[SECLANG_REASON], sk_str value)
{
    static const char *const places[HTML_PLACES] = { "text", "'", "\"", "`", "unquoted" };

    bool markup = sk_str_find_byte(value, '<') != SIZE_MAX;
    bool values = sk_str_find_byte(value, '=') != SIZE_MAX;

    for (int place = 0; place < HTML_PLACES; place++) {
        if (!markup && (place == HTML_IN_TEXT || !values)) continue;
        const char *why = judge_place(value, (enum html_place)place);
        if (!why) continue;
        snprintf(reason, SECLANG_REASON, "%s %s", places[place], why);
        return true;
    }
    if (!seclang_text_is_script_url(value)) return false;
    snprintf(reason, SECLANG_REASON, "url");
    return true;
}

/* A tag, an attribute's value, or what calls a function in a URL, perhaps written as a reference.
 */
#define SIGNS(w)                                                                                   \
    (SK_BYTES_BIT(w, '<') | SK_BYTES_BIT(w, '=') | SK_BYTES_BIT(w, '(') | SK_BYTES_BIT(w, '`') |   \
     SK_BYTES_BIT(w, '[') | SK_BYTES_BIT(w, '&') | SK_BYTES_BIT(w, '%'))

void
seclang_detect_xss_filter(struct seclang_filter *filter)
{
    *filter = (struct seclang_filter){ .least = 3, .sets = 1 };
    filter->set[0] = (struct sk_bytes)SK_BYTES(SIGNS);
}
