#include "part/template_markup.h"
#include "part/template_node.h"

struct block {
    size_t node;
    struct part_markup before, branch_end;
    bool has_else;
};

struct parser {
    struct part_template *t;
    sk_arena *mem;
    size_t at; /* first byte not yet read */
    struct part_markup markup;
    struct block block[PART_TEMPLATE_DEPTH_MAX];
    size_t depth;
};

sk_err
part_template_fault(enum sk_kind kind, const struct part_template *t, size_t at, const char *what)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at && i < t->text.n; i++) {
        column++;
        if (t->text.p[i] == '\n') line++, column = 1;
    }
    return sk_fail(kind, "%s:%zu:%zu: %s", t->file, line, column, what);
}

static sk_err
node_add(struct part_node **made, struct parser *p, enum node_kind kind, sk_str text, size_t at)
{
    struct part_template *t = p->t;
    if (t->count == PART_TEMPLATE_NODES_MAX)
        return part_template_fault(SK_FULL, t, at, "the file has too many pieces");
    if (t->count == t->size) {
        size_t size = t->size ? t->size * 2 : 32;
        t->node = sk_grow(p->mem, t->node, t->size * sizeof *t->node, size * sizeof *t->node);
        t->size = size;
    }
    t->node[t->count] = (struct part_node){ .kind = kind, .text = text, .at = at };
    *made = &t->node[t->count++];
    return sk_ok();
}

static sk_err
name_check(const struct parser *p, sk_str name, size_t at)
{
    bool dot = sk_str_eq(name, SK_STR("."));
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool inner = i > 0 && i + 1 < name.n && c == '.' && name.p[i - 1] != '.';
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!plain && !inner && !dot && c != '/')
            return part_template_fault(SK_BAD, p->t, at, "a name has a-z, 0-9, _ - . and / only");
    }
    return name.n ? sk_ok() : part_template_fault(SK_BAD, p->t, at, "a name is missing");
}

/* --- the kinds of tags, each with its check of the place --- */

struct tag {
    const char *word;
    enum node_kind kind;
    sk_err (*parse)(struct parser *, const struct tag *, sk_str name, size_t at);
    bool names; /* wants a name behind the word */
    bool alone; /* a line with nothing else is dropped */
};

static sk_err
parse_value(struct parser *p, const struct tag *tag, sk_str name, size_t at)
{
    struct part_node *node;
    bool path = tag->kind == NODE_PATH, url = tag->kind == NODE_URL, raw = tag->kind == NODE_RAW;
    bool fits = path  ? part_markup_takes_path(&p->markup)
                : url ? part_markup_takes_url(&p->markup)
                : raw ? p->markup.state == MARKUP_TEXT
                      : part_markup_takes_text(&p->markup);
    if (!fits)
        return part_template_fault(SK_BAD, p->t, at,
                                   "no value may stand here: quote the attribute; in a URL use "
                                   "{{path x}} at its start and {{url x}} within");
    p->markup.started = true;
    return node_add(&node, p, tag->kind, name, at);
}

static sk_err
parse_block(struct parser *p, const struct tag *tag, sk_str name, size_t at)
{
    struct part_node *node;
    if (p->depth == PART_TEMPLATE_DEPTH_MAX)
        return part_template_fault(SK_FULL, p->t, at, "blocks are nested too deep");
    p->block[p->depth++] = (struct block){ .node = p->t->count, .before = p->markup };
    return node_add(&node, p, tag->kind, name, at);
}

static sk_err
parse_else(struct parser *p, const struct tag *tag, sk_str name, size_t at)
{
    struct block *block = p->depth ? &p->block[p->depth - 1] : NULL;
    (void)tag;
    (void)name;
    if (!block || block->has_else)
        return part_template_fault(SK_BAD, p->t, at, "{{else}} without a block");
    block->has_else = true;
    block->branch_end = p->markup;
    p->markup = block->before;
    p->t->node[block->node].otherwise = p->t->count;
    return sk_ok();
}

static sk_err
parse_end(struct parser *p, const struct tag *tag, sk_str name, size_t at)
{
    (void)name;
    if (!p->depth || p->t->node[p->block[p->depth - 1].node].kind != tag->kind)
        return part_template_fault(SK_BAD, p->t, at, "this ends a block that is not open");
    struct block *block = &p->block[--p->depth];
    struct part_node *node = &p->t->node[block->node];
    const struct part_markup *other = block->has_else ? &block->branch_end : &block->before;
    bool loops = tag->kind == NODE_EACH; /* must end where it began */
    if (!part_markup_same(other, &p->markup) ||
        (loops && !part_markup_same(&block->before, &p->markup)))
        return part_template_fault(SK_BAD, p->t, node->at,
                                   "the block's branches end at different places of the markup");
    if (!block->has_else) node->otherwise = p->t->count;
    node->end = p->t->count;
    return sk_ok();
}

static sk_err
parse_part(struct parser *p, const struct tag *tag, sk_str name, size_t at)
{
    struct part_node *node;
    if (p->markup.state != MARKUP_TEXT)
        return part_template_fault(SK_BAD, p->t, at, "another file may only stand between tags");
    return node_add(&node, p, tag->kind, name, at);
}

static sk_err
parse_layout(struct parser *p, const struct tag *tag, sk_str name, size_t at)
{
    (void)tag;
    if (p->t->count || p->t->layout.n || p->depth)
        return part_template_fault(SK_BAD, p->t, at, "{{layout}} must be first in its file");
    p->t->layout = name;
    return sk_ok();
}

static sk_err
parse_remark(struct parser *p, const struct tag *tag, sk_str name, size_t at)
{
    (void)p;
    (void)tag;
    (void)name;
    (void)at;
    return sk_ok();
}

static const struct tag tags[] = {
    { "t", NODE_WORDS, parse_value, true, false },
    { "url", NODE_URL, parse_value, true, false },
    { "path", NODE_PATH, parse_value, true, false },
    { "raw", NODE_RAW, parse_value, true, false },
    { "#each", NODE_EACH, parse_block, true, true },
    { "#with", NODE_WITH, parse_block, true, true },
    { "#if", NODE_IF, parse_block, true, true },
    { "#unless", NODE_UNLESS, parse_block, true, true },
    { "else", NODE_TEXT, parse_else, false, true },
    { "/each", NODE_EACH, parse_end, false, true },
    { "/with", NODE_WITH, parse_end, false, true },
    { "/if", NODE_IF, parse_end, false, true },
    { "/unless", NODE_UNLESS, parse_end, false, true },
    { ">", NODE_PART, parse_part, true, true },
    { "content", NODE_CONTENT, parse_part, false, true },
    { "layout", NODE_TEXT, parse_layout, true, true },
};
static const struct tag tag_value = { "", NODE_VALUE, parse_value, true, false };
static const struct tag tag_remark = { "!", NODE_TEXT, parse_remark, false, true };

static const struct tag *
tag_find(sk_str word)
{
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (sk_str_eq(word, sk_str_of(tags[i].word))) return &tags[i];
    return NULL;
}

/* A tag that is alone on its line leaves no empty line: *text loses the blanks before it, and the
 * blanks and the line end behind it are skipped. */
static void
drop_line(struct parser *p, sk_str *text, size_t text_at)
{
    sk_str all = p->t->text;
    size_t before = text->n, behind = p->at;
    while (before && (text->p[before - 1] == ' ' || text->p[before - 1] == '\t'))
        before--;
    bool line_starts =
        before ? text->p[before - 1] == '\n' : text_at == 0 || all.p[text_at - 1] == '\n';
    while (behind < all.n && (all.p[behind] == ' ' || all.p[behind] == '\t'))
        behind++;
    if (!line_starts || (behind < all.n && all.p[behind] != '\n')) return;
    text->n = before;
    p->at = behind < all.n ? behind + 1 : behind;
}

static sk_err
literal(struct parser *p, sk_str text, size_t at)
{
    struct part_node *node;
    part_markup_feed(&p->markup, text);
    if (p->markup.state == MARKUP_BROKEN)
        return part_template_fault(SK_BAD, p->t, at,
                                   "an attribute's value is not in quotes, or script or style "
                                   "is written in the page");
    return text.n ? node_add(&node, p, NODE_TEXT, text, at) : sk_ok();
}

static sk_err
parse_tag(struct parser *p, sk_str inner, sk_str before, size_t before_at)
{
    size_t at = before_at + before.n;
    const struct tag *tag = &tag_value;
    sk_str word, name = inner = sk_str_trim(inner);
    if (inner.n && inner.p[0] == '!') {
        tag = &tag_remark;
    } else {
        sk_str_cut(&word, &name, ' ');
        if (name.n || !tag_find(word) || !tag_find(word)->names) tag = tag_find(word);
        if (!tag && name.n) return part_template_fault(SK_BAD, p->t, at, "unknown word in {{ }}");
        if (!tag) tag = &tag_value;
        name = tag == &tag_value ? inner : sk_str_trim(name);
    }
    if (tag->alone) drop_line(p, &before, before_at);
    TRY(literal(p, before, before_at));
    if (tag->names) TRY(name_check(p, name, at));
    return tag->parse(p, tag, name, at);
}

static sk_err
parse_all(struct parser *p)
{
    sk_str text = p->t->text;
    while (p->at < text.n) {
        size_t start = p->at, open = sk_str_find(sk_str_from(text, start), SK_STR("{{"));
        if (open == SIZE_MAX) {
            TRY(literal(p, sk_str_from(text, start), start));
            break;
        }
        size_t close = sk_str_find(sk_str_from(text, start + open), SK_STR("}}"));
        if (close == SIZE_MAX)
            return part_template_fault(SK_BAD, p->t, start + open, "{{ without }}");
        p->at = start + open + close + 2;
        TRY(parse_tag(p, (sk_str){ text.p + start + open + 2, close - 2 },
                      (sk_str){ text.p + start, open }, start));
    }
    if (p->depth)
        return part_template_fault(SK_BAD, p->t, p->t->node[p->block[p->depth - 1].node].at,
                                   "this block is never ended");
    if (p->markup.state != MARKUP_TEXT)
        return part_template_fault(SK_BAD, p->t, text.n, "the file ends within a tag or comment");
    return sk_ok();
}

sk_err
part_template_parse(struct part_template **made, sk_arena *mem, sk_str text, const char *file)
{
    struct part_template *t = SK_NEW(mem, struct part_template);
    struct parser p = { .t = t, .mem = mem };
    t->file = file;
    t->text = text;
    if (text.n > PART_TEMPLATE_SIZE_MAX)
        return part_template_fault(SK_FULL, t, 0, "file too large");
    TRY(parse_all(&p));
    *made = t;
    return sk_ok();
}
