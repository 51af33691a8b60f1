/* A long pattern in lines: alternatives of a group below each other, the rest broken where a part
 * ends. */
#include "seclang/inspect.h"
#include "seclang/op/regex_tree.h"

struct writer {
    struct sk_buf *out;
    sk_str pattern;
    size_t width;
    size_t line; /* where the line that is being written begins in out */
};

static void
new_line(struct writer *w, unsigned indent)
{
    sk_buf_byte(w->out, '\n');
    w->line = w->out->n;
    for (unsigned i = 0; i < indent; i++)
        sk_buf_byte(w->out, ' ');
}

static sk_str
text_of(const struct writer *w, size_t from, size_t to)
{
    return sk_str_first(sk_str_from(w->pattern, from), to - from);
}

static void write_node(struct writer *w, const struct seclang_regex_node *node, unsigned indent);

static void
write_text(struct writer *w, sk_str text, unsigned indent)
{
    size_t used = w->out->n - w->line;

    if (used > indent && used + text.n > w->width) new_line(w, indent);
    sk_buf_add(w->out, text);
}

static void
write_either(struct writer *w, const struct seclang_regex_node *node, unsigned indent)
{
    for (const struct seclang_regex_node *c = node->child; c; c = c->next) {
        new_line(w, indent + 2);
        if (c != node->child) sk_buf_byte(w->out, '|');
        write_node(w, c, indent + 2);
    }
}

/* Children in the order of the text; what stands between them (brackets, options, quantifiers) is
 * written as it is. */
static void
write_node(struct writer *w, const struct seclang_regex_node *node, unsigned indent)
{
    size_t at = node->from, used = w->out->n - w->line;

    if (!node->child || (node->to - node->from) + used <= w->width) {
        write_text(w, text_of(w, node->from, node->to), indent);
        return;
    }
    if (node->part == SECLANG_REGEX_EITHER) {
        write_either(w, node, indent);
        new_line(w, indent);
        return;
    }
    for (const struct seclang_regex_node *c = node->child; c; c = c->next) {
        write_text(w, text_of(w, at, c->from), indent);
        write_node(w, c, indent);
        at = c->to;
    }
    write_text(w, text_of(w, at, node->to), indent);
}

static void
write_cut(struct writer *w, unsigned indent)
{
    for (size_t at = 0; at < w->pattern.n; at += w->width) {
        if (at > 0) new_line(w, indent);
        sk_buf_add(w->out, sk_str_first(sk_str_from(w->pattern, at), w->width));
    }
}

void
seclang_pattern_write(struct sk_buf *out, sk_str pattern, size_t width, unsigned indent)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 14);
    struct writer w = { out, pattern, width + indent, out->n };
    const struct seclang_regex_node *root = seclang_regex_tree(mem, pattern);

    for (unsigned i = 0; i < indent; i++)
        sk_buf_byte(out, ' ');
    if (root && root->from == 0 && root->to == pattern.n)
        write_node(&w, root, indent);
    else if (root) {
        write_text(&w, text_of(&w, 0, root->from), indent);
        write_node(&w, root, indent);
        write_text(&w, text_of(&w, root->to, pattern.n), indent);
    } else
        write_cut(&w, indent);
}
