/* Reads configuration text in UCL's syntax (nginx-like, as rspamd and FreeBSD use it) into a tree
 * in which everything knows its line and column, so that what is wrong can be pointed at. Our own:
 * Debian has no package of the reference library (its `libucl` is a compression library), which
 * forgets positions besides.
 *
 *     key = value;   key: value   key value     # or // comment; C comments too
 *                    closed by ; or , or the line's end
 *     key = [ a, "b", 'c' ];
 *     key { ... }    key name { ... }    key "name" { ... }
 *
 * Left out of UCL: macros and variables, here documents, numbers as such (values are text until a
 * schema reads them), merging of equal keys (the schema decides). */
#ifndef SK_PART_UCL_H
#define SK_PART_UCL_H

#include "base/str.h"

enum { PART_UCL_SIZE_MAX = 1 << 20, PART_UCL_NODES_MAX = 20000, PART_UCL_DEPTH_MAX = 8 };

enum part_ucl_kind { PART_UCL_TEXT, PART_UCL_LIST, PART_UCL_BLOCK };

struct part_ucl {
    enum part_ucl_kind kind;
    sk_str key;            /* empty in lists and at the root */
    sk_str name;           /* of a named block; p NULL when it has none */
    sk_str text;           /* PART_UCL_TEXT: without quotes, escapes resolved */
    unsigned line, column; /* of the key, or of the value in a list; from 1, column in bytes */
    unsigned value_line, value_column;
    struct part_ucl *first, *next; /* members in the order of the text */
};

/* The root block, on the arena; texts are borrowed from `text` or lie on the arena. SK_BAD with
 * "file:line:column: ..." */
sk_err part_ucl_read(struct part_ucl **root, sk_arena *mem, sk_str text,
                     const char *file) SK_CHECKED;

#endif
