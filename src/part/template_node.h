/* What the parser makes and the renderer walks; private to the template files. */
#ifndef SK_PART_TEMPLATE_NODE_H
#define SK_PART_TEMPLATE_NODE_H

#include "part/template.h"

enum node_kind {
    NODE_TEXT,
    NODE_VALUE,
    NODE_URL,
    NODE_PATH,
    NODE_RAW,
    NODE_WORDS,
    NODE_EACH,
    NODE_WITH,
    NODE_IF,
    NODE_UNLESS,
    NODE_PART,
    NODE_CONTENT,
    NODE_KINDS
};

/* Blocks lie flat: a block's first branch is the nodes behind it up to `otherwise`, its second
 * from there up to `end`. */
struct part_node {
    enum node_kind kind;
    sk_str text; /* the literal text, or the name */
    size_t otherwise, end;
    size_t at; /* byte offset in the file, for errors */
};

struct part_template {
    const char *file;
    sk_str text;
    sk_str layout; /* empty: none */
    struct part_node *node;
    size_t count, size;
};

enum part_value_kind { VALUE_TEXT, VALUE_HTML, VALUE_FLAG, VALUE_LIST, VALUE_OBJECT };

struct part_value {
    enum part_value_kind kind;
    bool flag;
    sk_str name, text;
    sk_arena *mem;
    struct part_value *first, *last, *next;
};

const struct part_template *part_templates_find(const struct part_templates *set, sk_str name);
/* An error with file:line:column of byte `at`. */
sk_err part_template_fault(enum sk_kind kind, const struct part_template *t, size_t at,
                           const char *what);

#endif
