#include "part/template_node.h"

#include <stdio.h>

struct render {
    struct sk_buf *out;
    const struct part_templates *set;
    const struct part_words *words;
    const struct part_template *t;
    const struct part_template *content; /* what {{content}} shows; NULL: nothing */
    const struct part_value *scope[PART_TEMPLATE_DEPTH_MAX];
    size_t depth, parts;
};

static sk_err render_range(struct render *r, size_t from, size_t to);
static sk_err render_file(struct render *r, const struct part_template *t);

void
part_html_escape(struct sk_buf *out, sk_str s)
{
    static const struct {
        char c;
        sk_str with;
    } rows[] = { { '&', { "&amp;", 5 } },
                 { '<', { "&lt;", 4 } },
                 { '>', { "&gt;", 4 } },
                 { '"', { "&quot;", 6 } },
                 { '\'', { "&#39;", 5 } } };
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        size_t k = 0;
        while (k < 5 && rows[k].c != s.p[i])
            k++;
        if (k == 5) continue;
        sk_buf_add(out, (sk_str){ s.p + from, i - from });
        sk_buf_add(out, rows[k].with);
        from = i + 1;
    }
    sk_buf_add(out, sk_str_from(s, from));
}

static bool
is_unreserved(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void
part_url_escape(struct sk_buf *out, sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (is_unreserved(s.p[i]))
            sk_buf_byte(out, s.p[i]);
        else
            sk_buf_printf(out, "%%%02X", (unsigned char)s.p[i]);
    }
}

static const struct part_value *
member(const struct part_value *object, sk_str name)
{
    if (object->kind != VALUE_OBJECT) return NULL;
    for (const struct part_value *v = object->first; v; v = v->next)
        if (sk_str_eq(v->name, name)) return v;
    return NULL;
}

/* The innermost value of that name; "a.b" is b of the innermost a. */
static const struct part_value *
lookup(const struct render *r, sk_str name)
{
    const struct part_value *found = NULL;
    sk_str first, rest = name;
    if (sk_str_eq(name, SK_STR("."))) return r->scope[r->depth - 1];
    sk_str_cut(&first, &rest, '.');
    for (size_t i = r->depth; i > 0 && !found; i--)
        found = member(r->scope[i - 1], first);
    while (found && sk_str_cut(&first, &rest, '.'))
        found = member(found, first);
    return found;
}

static bool
is_true(const struct part_value *v)
{
    if (!v) return false;
    if (v->kind == VALUE_FLAG) return v->flag;
    if (v->kind == VALUE_LIST) return v->first != NULL;
    return v->kind == VALUE_OBJECT || v->text.n > 0;
}

static sk_err
fault(const struct render *r, const struct part_node *node, const char *what)
{
    char text[160];
    snprintf(text, sizeof text, "%s '%.*s'", what, (int)(node->text.n < 80 ? node->text.n : 80),
             node->text.p ? node->text.p : "");
    return part_template_fault(SK_BROKEN, r->t, node->at, text);
}

static sk_err
text_of(sk_str *text, struct render *r, const struct part_node *node)
{
    const struct part_value *v = lookup(r, node->text);
    if (!v || (v->kind != VALUE_TEXT && v->kind != VALUE_HTML))
        return fault(r, node, "no such text:");
    *text = v->text;
    return sk_ok();
}

static sk_err
show_text(struct render *r, const struct part_node *node)
{
    sk_buf_add(r->out, node->text);
    return sk_ok();
}

static sk_err
show_value(struct render *r, const struct part_node *node)
{
    sk_str text = { 0 };
    TRY(text_of(&text, r, node));
    part_html_escape(r->out, text);
    return sk_ok();
}

static sk_err
show_url(struct render *r, const struct part_node *node)
{
    sk_str text = { 0 };
    TRY(text_of(&text, r, node));
    part_url_escape(r->out, text);
    return sk_ok();
}

/* A path of ours: "/..." but not "//host", or "?query". Else nowhere. */
static sk_err
show_path(struct render *r, const struct part_node *node)
{
    sk_str text = { 0 };
    TRY(text_of(&text, r, node));
    bool path = sk_str_starts(text, SK_STR("/")) && !sk_str_starts(text, SK_STR("//")) &&
                sk_str_find_byte(text, '\\') == SIZE_MAX;
    bool ours = path || sk_str_starts(text, SK_STR("?"));
    part_html_escape(r->out, ours ? text : SK_STR("#"));
    return sk_ok();
}

static sk_err
show_raw(struct render *r, const struct part_node *node)
{
    const struct part_value *v = lookup(r, node->text);
    if (!v || v->kind != VALUE_HTML) return fault(r, node, "not made by code:");
    sk_buf_add(r->out, v->text);
    return sk_ok();
}

static sk_err
show_words(struct render *r, const struct part_node *node)
{
    sk_str words = r->words ? part_words_find(r->words, node->text) : (sk_str){ 0 };
    if (!words.n) return fault(r, node, "no words for");
    while (words.n) {
        size_t open = sk_str_find_byte(words, '{');
        size_t close = sk_str_find_byte(sk_str_from(words, open == SIZE_MAX ? words.n : open), '}');
        part_html_escape(r->out, sk_str_first(words, close == SIZE_MAX ? words.n : open));
        if (close == SIZE_MAX) break;
        struct part_node inner = *node;
        inner.text = (sk_str){ words.p + open + 1, close - 1 };
        TRY(show_value(r, &inner));
        words = sk_str_from(words, open + close + 1);
    }
    return sk_ok();
}

static size_t
index_of(const struct render *r, const struct part_node *node)
{
    return (size_t)(node - r->t->node);
}

static sk_err
show_within(struct render *r, const struct part_node *node, const struct part_value *scope)
{
    if (r->depth == PART_TEMPLATE_DEPTH_MAX) return fault(r, node, "too deep at");
    r->scope[r->depth++] = scope;
    sk_err e = render_range(r, index_of(r, node) + 1, node->otherwise);
    r->depth--;
    return e;
}

static sk_err
show_each(struct render *r, const struct part_node *node)
{
    const struct part_value *list = lookup(r, node->text);
    if (!list || list->kind != VALUE_LIST) return fault(r, node, "no such list:");
    if (!list->first) return render_range(r, node->otherwise, node->end);
    for (const struct part_value *item = list->first; item; item = item->next)
        TRY(show_within(r, node, item));
    return sk_ok();
}

static sk_err
show_with(struct render *r, const struct part_node *node)
{
    const struct part_value *object = lookup(r, node->text);
    if (!object) return render_range(r, node->otherwise, node->end);
    if (object->kind != VALUE_OBJECT) return fault(r, node, "not an object:");
    return show_within(r, node, object);
}

static sk_err
show_if(struct render *r, const struct part_node *node)
{
    bool yes = is_true(lookup(r, node->text)) == (node->kind == NODE_IF);
    return yes ? render_range(r, index_of(r, node) + 1, node->otherwise)
               : render_range(r, node->otherwise, node->end);
}

static sk_err
show_part(struct render *r, const struct part_node *node)
{
    const struct part_template *part = part_templates_find(r->set, node->text);
    if (!part) return fault(r, node, "no such file:");
    if (r->parts == PART_TEMPLATE_DEPTH_MAX) return fault(r, node, "parts in parts, too deep:");
    r->parts++;
    sk_err e = render_file(r, part);
    r->parts--;
    return e;
}

static sk_err
show_content(struct render *r, const struct part_node *node)
{
    const struct part_template *content = r->content;
    if (!content) return fault(r, node, "no content for this layout");
    r->content = NULL;
    sk_err e = render_file(r, content);
    r->content = content;
    return e;
}

static sk_err (*const show[NODE_KINDS])(struct render *, const struct part_node *) = {
    [NODE_TEXT] = show_text, [NODE_VALUE] = show_value, [NODE_URL] = show_url,
    [NODE_PATH] = show_path, [NODE_RAW] = show_raw,     [NODE_WORDS] = show_words,
    [NODE_EACH] = show_each, [NODE_WITH] = show_with,   [NODE_IF] = show_if,
    [NODE_UNLESS] = show_if, [NODE_PART] = show_part,   [NODE_CONTENT] = show_content,
};

static sk_err
render_range(struct render *r, size_t from, size_t to)
{
    for (size_t i = from; i < to;) {
        const struct part_node *node = &r->t->node[i];
        TRY(show[node->kind](r, node));
        if (r->out->n > PART_TEMPLATE_OUT_MAX) return fault(r, node, "the page is too large at");
        i = node->end ? node->end : i + 1;
    }
    return sk_ok();
}

static sk_err
render_file(struct render *r, const struct part_template *t)
{
    const struct part_template *caller = r->t;
    r->t = t;
    sk_err e = render_range(r, 0, t->count);
    r->t = caller;
    return e;
}

sk_err
part_template_render(struct sk_buf *out, const struct part_templates *set, const char *name,
                     const struct part_words *words, const struct part_value *root)
{
    struct render r = { .out = out, .set = set, .words = words, .scope = { root }, .depth = 1 };
    const struct part_template *t = part_templates_find(set, sk_str_of(name));
    if (!t) return sk_fail(SK_MISSING, "no template '%s'", name);
    if (t->layout.n) {
        r.content = t;
        t = part_templates_find(set, t->layout);
        if (!t) return part_template_fault(SK_BROKEN, r.content, 0, "its layout does not exist");
    }
    return render_file(&r, t);
}
