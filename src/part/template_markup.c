#include "part/template_markup.h"

static void
name_add(char name[MARKUP_NAME_MAX], char c)
{
    size_t n = strlen(name);
    if (n + 1 < MARKUP_NAME_MAX) name[n] = (char)sk_lower_byte((unsigned char)c);
}

static void
name_clear(char name[MARKUP_NAME_MAX])
{
    memset(name, 0, MARKUP_NAME_MAX);
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(name, *list) == 0) return true;
    return false;
}

static void
feed_text(struct part_markup *m, char c)
{
    if (c != '<') return;
    m->state = MARKUP_OPEN;
    name_clear(m->tag);
}

static void
leave_tag(struct part_markup *m)
{
    static const char *const foreign[] = { "script", "style", NULL };
    m->state = one_of(m->tag, foreign) ? MARKUP_FOREIGN : MARKUP_TEXT;
}

static void
feed_open(struct part_markup *m, char c)
{
    if (c == '>')
        leave_tag(m);
    else if (is_blank(c))
        m->state = m->tag[0] ? MARKUP_TAG : MARKUP_TEXT;
    else
        name_add(m->tag, c);
    if (strcmp(m->tag, "!--") == 0) m->state = MARKUP_COMMENT;
    name_clear(m->attribute);
}

static void
feed_tag(struct part_markup *m, char c)
{
    if (c == '>')
        leave_tag(m);
    else if (c == '=')
        m->state = MARKUP_EQUALS;
    else if (is_blank(c) || c == '/')
        name_clear(m->attribute);
    else
        name_add(m->attribute, c);
}

static void
feed_equals(struct part_markup *m, char c)
{
    m->started = false;
    if (c == '"')
        m->state = MARKUP_DOUBLE;
    else if (c == '\'')
        m->state = MARKUP_SINGLE;
    else if (!is_blank(c))
        m->state = MARKUP_BROKEN;
}

static void
feed_value(struct part_markup *m, char c)
{
    m->started = true;
    if (c != (m->state == MARKUP_DOUBLE ? '"' : '\'')) return;
    m->state = MARKUP_TAG;
    name_clear(m->attribute);
}

static void
feed_comment(struct part_markup *m, char c)
{
    (void)c;
    if (memcmp(m->tail, "-->", 3) == 0) m->state = MARKUP_TEXT;
}

/* Script and style come as files: our pages' policy lets no inline ones run. */
static void
feed_foreign(struct part_markup *m, char c)
{
    if (c == '<')
        feed_text(m, c);
    else if (!is_blank(c))
        m->state = MARKUP_BROKEN;
}

static void
feed_broken(struct part_markup *m, char c)
{
    (void)m;
    (void)c;
}

static void (*const feed[MARKUP_STATES])(struct part_markup *, char) = {
    [MARKUP_TEXT] = feed_text,       [MARKUP_OPEN] = feed_open,       [MARKUP_TAG] = feed_tag,
    [MARKUP_EQUALS] = feed_equals,   [MARKUP_DOUBLE] = feed_value,    [MARKUP_SINGLE] = feed_value,
    [MARKUP_COMMENT] = feed_comment, [MARKUP_FOREIGN] = feed_foreign, [MARKUP_BROKEN] = feed_broken,
};

void
part_markup_feed(struct part_markup *m, sk_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        memmove(m->tail, m->tail + 1, sizeof m->tail - 1);
        m->tail[sizeof m->tail - 1] = text.p[i];
        feed[m->state](m, text.p[i]);
    }
}

static bool
in_value(const struct part_markup *m)
{
    return m->state == MARKUP_DOUBLE || m->state == MARKUP_SINGLE;
}

static bool
is_url(const struct part_markup *m)
{
    static const char *const urls[] = { "href",       "src",    "action", "formaction",
                                        "xlink:href", "poster", "data",   "cite",
                                        "background", "ping",   "srcset", NULL };
    return one_of(m->attribute, urls);
}

bool
part_markup_same(const struct part_markup *a, const struct part_markup *b)
{
    if (a->state != b->state) return false;
    if (a->state == MARKUP_TEXT) return true;
    if (strcmp(a->tag, b->tag) != 0) return false;
    if (!in_value(a)) return true;
    return strcmp(a->attribute, b->attribute) == 0 && (a->started == b->started || !is_url(a));
}

/* Attributes whose text is a program or a style, or decides where a page may lead. */
static bool
is_forbidden(const struct part_markup *m)
{
    static const char *const never[] = { "style", "srcdoc", "http-equiv", NULL };
    return strncmp(m->attribute, "on", 2) == 0 || one_of(m->attribute, never);
}

bool
part_markup_takes_text(const struct part_markup *m)
{
    return m->state == MARKUP_TEXT || (in_value(m) && !is_url(m) && !is_forbidden(m));
}

bool
part_markup_takes_path(const struct part_markup *m)
{
    return in_value(m) && is_url(m) && !m->started;
}

bool
part_markup_takes_url(const struct part_markup *m)
{
    return part_markup_takes_text(m) || (in_value(m) && is_url(m) && m->started);
}
