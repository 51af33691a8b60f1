/* Building the tree: the same walk as for filters, with memory. */
#include "seclang/op/regex_tree.h"

struct builder {
    struct seclang_regex r;
    sk_arena *mem;
};

static struct seclang_regex_node *alternatives(struct builder *b);

static struct seclang_regex_node *
node_new(struct builder *b, enum seclang_regex_part part, size_t from)
{
    struct seclang_regex_node *node = SK_NEW(b->mem, struct seclang_regex_node);

    node->part = part;
    node->from = from;
    node->atom = (struct seclang_regex_atom){ .kind = SECLANG_REGEX_NOTHING, .code = -1 };
    return node;
}

static struct seclang_regex_node *
closed(struct builder *b, struct seclang_regex_node *node)
{
    node->to = b->r.at;
    return node;
}

/* Behind "(?(": condition and branches are passed over; nothing is known of them. */
static void
conditional(struct builder *b)
{
    int c = seclang_regex_peek(&b->r, 0);

    if (c == '?' || c == '*') b->r.unsure = true; /* an assertion as condition */
    seclang_regex_skip_to(&b->r, ')');
    (void)alternatives(b);
    seclang_regex_close(&b->r);
}

/* Behind "(", which stands at `from`. NULL: options that hold for what follows. */
static struct seclang_regex_node *
group(struct builder *b, size_t from)
{
    struct seclang_regex *r = &b->r;
    struct seclang_regex_group kind = { .counts = true, .must = true };
    struct seclang_regex_node *node = node_new(b, SECLANG_REGEX_GROUP, from);
    bool fold = r->fold, extended = r->extended;

    if (seclang_regex_is(r, SK_STR("*")) || ++r->depth > SECLANG_REGEX_DEPTH) r->unsure = true;
    if (r->unsure) return node;
    if (seclang_regex_skip(r, SK_STR("?("))) {
        conditional(b);
        node->part = SECLANG_REGEX_LEAF;
    } else {
        if (seclang_regex_skip(r, SK_STR("?"))) kind = seclang_regex_group(r);
        if (kind.options && seclang_regex_skip(r, SK_STR(")"))) {
            r->depth--;
            return NULL;
        }
        if (kind.options && !seclang_regex_skip(r, SK_STR(":"))) r->unsure = true;
        node->atomic = kind.atomic;
        node->asks = !kind.counts && !kind.empty;
        if (kind.empty) node->part = SECLANG_REGEX_LEAF;
        if (!kind.empty) {
            node->child = alternatives(b);
            seclang_regex_close(r);
        }
    }
    r->depth--;
    r->fold = fold;
    r->extended = extended;
    return closed(b, node);
}

static struct seclang_regex_node *
leaf(struct builder *b)
{
    struct seclang_regex *r = &b->r;
    size_t from = r->at;
    unsigned char c = (unsigned char)r->text.p[r->at++];
    struct seclang_regex_node *node;

    if (c == '(' && !r->quoted) return group(b, from);
    node = node_new(b, SECLANG_REGEX_LEAF, from);
    if (r->quoted || !strchr("\\[.^$", c) || c == 0)
        node->atom = seclang_regex_byte(r, c);
    else if (c == '\\')
        node->atom = seclang_regex_escape(r, false);
    else if (c == '[')
        node->atom = seclang_regex_class(r);
    else if (c == '.')
        node->atom.kind = SECLANG_REGEX_ANY;
    return closed(b, node);
}

/* What repeats: each quantifier wraps what stands before it. */
static struct seclang_regex_node *
repeated(struct builder *b, struct seclang_regex_node *node)
{
    struct seclang_regex_times times;

    for (;;) {
        struct seclang_regex_node *outer;
        size_t end = b->r.at;

        seclang_regex_skip_ignored(&b->r);
        if (!seclang_regex_quantifier(&times, &b->r)) {
            node->to = end > node->to ? node->to : end;
            return node;
        }
        outer = node_new(b, SECLANG_REGEX_REPEAT, node->from);
        outer->child = node;
        outer->times = times;
        node = closed(b, outer);
    }
}

static struct seclang_regex_node *
sequence(struct builder *b)
{
    struct seclang_regex *r = &b->r;
    struct seclang_regex_node *node = node_new(b, SECLANG_REGEX_SEQUENCE, r->at);
    struct seclang_regex_node **last = &node->child;

    for (seclang_regex_skip_ignored(r); r->at < r->text.n && !r->unsure;
         seclang_regex_skip_ignored(r)) {
        int c = seclang_regex_peek(r, 0);
        struct seclang_regex_node *part;

        if (!r->quoted && (c == '|' || c == ')')) break;
        part = leaf(b);
        if (!part) continue;
        *last = repeated(b, part);
        last = &(*last)->next;
    }
    return closed(b, node);
}

static struct seclang_regex_node *
alternatives(struct builder *b)
{
    struct seclang_regex_node *first = sequence(b), *either, **last;

    if (b->r.quoted || seclang_regex_peek(&b->r, 0) != '|') return first;
    either = node_new(b, SECLANG_REGEX_EITHER, first->from);
    either->child = first;
    last = &first->next;
    while (!b->r.unsure && !b->r.quoted && seclang_regex_skip(&b->r, SK_STR("|"))) {
        *last = sequence(b);
        last = &(*last)->next;
    }
    return closed(b, either);
}

struct seclang_regex_node *
seclang_regex_tree(sk_arena *mem, sk_str pattern)
{
    struct builder b = { { .text = pattern }, mem };
    struct seclang_regex_node *root = alternatives(&b);

    return b.r.unsure || b.r.at < pattern.n ? NULL : root;
}
