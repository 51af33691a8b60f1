/* Configuration text to a tree; see ucl.h. Recursive descent, one character ahead. */
#include "part/ucl.h"

#include "base/utf8.h"

struct reader {
    sk_arena *mem;
    const char *file;
    sk_str text;
    size_t at;
    unsigned line, column, depth, nodes;
};

static sk_err
wrong(const struct reader *r, unsigned line, unsigned column, const char *what)
{
    return sk_fail(SK_BAD, "%s:%u:%u: %s", r->file, line, column, what);
}

static int
peek(const struct reader *r, size_t ahead)
{
    return r->at + ahead < r->text.n ? (unsigned char)r->text.p[r->at + ahead] : -1;
}

static void
step(struct reader *r)
{
    if (r->text.p[r->at++] == '\n') {
        r->line++;
        r->column = 1;
    } else {
        r->column++;
    }
}

static bool
is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
line_skip(struct reader *r)
{
    while (peek(r, 0) >= 0 && peek(r, 0) != '\n')
        step(r);
}

static sk_err
comment_skip(struct reader *r)
{
    unsigned line = r->line, column = r->column, depth = 0;

    do {
        bool open = peek(r, 0) == '/' && peek(r, 1) == '*';
        bool close = peek(r, 0) == '*' && peek(r, 1) == '/';

        if (peek(r, 0) < 0) return wrong(r, line, column, "this comment has no end: expected */");
        if (open) depth++;
        if (close) depth--;
        if (open || close) step(r);
        step(r);
    } while (depth);
    return sk_ok();
}

/* Blanks and comments; with `lines` false it stops before a line's end. */
static sk_err
blanks_skip(struct reader *r, bool lines)
{
    for (;;) {
        int c = peek(r, 0), next = peek(r, 1);

        if (is_blank(c) && (lines || c != '\n'))
            step(r);
        else if (c == '#' || (c == '/' && next == '/'))
            line_skip(r);
        else if (c == '/' && next == '*')
            TRY(comment_skip(r));
        else
            return sk_ok();
    }
}

static sk_err
escape_read(struct reader *r, struct sk_buf *out)
{
    static const char from[] = "nrtbf\"\\/", to[] = "\n\r\t\b\f\"\\/";
    int c = peek(r, 0);
    const char *hit = c > 0 ? strchr(from, c) : NULL;
    uint32_t code = 0;
    char bytes[4];

    if (hit) {
        sk_buf_byte(out, to[hit - from]);
        step(r);
        return sk_ok();
    }
    if (c != 'u')
        return wrong(r, r->line, r->column, "unknown escape: expected \\n \\t \\\" \\\\ \\uXXXX");
    for (unsigned i = 1; i <= 4; i++) {
        int d = peek(r, i);
        int digit = d >= '0' && d <= '9'   ? d - '0'
                    : d >= 'a' && d <= 'f' ? d - 'a' + 10
                    : d >= 'A' && d <= 'F' ? d - 'A' + 10
                                           : -1;
        if (digit < 0)
            return wrong(r, r->line, r->column, "expected four hexadecimal digits after \\u");
        code = code * 16 + (unsigned)digit;
    }
    for (unsigned i = 0; i < 5; i++)
        step(r);
    sk_buf_add(out, (sk_str){ bytes, sk_utf8_encode(bytes, code) });
    return sk_ok();
}

static sk_err
quoted_read(sk_str *text, struct reader *r)
{
    int quote = peek(r, 0);
    unsigned line = r->line, column = r->column;
    struct sk_buf out = { .mem = r->mem };

    step(r);
    while (peek(r, 0) != quote) {
        int c = peek(r, 0);

        if (c < 0 || c == '\n') return wrong(r, line, column, "this text has no closing quote");
        step(r);
        if (c == '\\' && quote == '"')
            TRY(escape_read(r, &out));
        else
            sk_buf_byte(&out, (char)c);
    }
    step(r);
    *text = out.n ? sk_buf_str(&out) : SK_STR("");
    return sk_ok();
}

static bool
is_word(int c)
{
    return c > ' ' && !strchr("=:;,{}[]\"'#", c);
}

static sk_err
key_read(sk_str *key, struct reader *r, const char *expected)
{
    size_t start = r->at;

    if (peek(r, 0) == '"' || peek(r, 0) == '\'') return quoted_read(key, r);
    while (is_word(peek(r, 0)))
        step(r);
    *key = (sk_str){ r->text.p + start, r->at - start };
    if (key->n == 0) return wrong(r, r->line, r->column, expected);
    if (key->p[0] == '.')
        return wrong(r, r->line, r->column, "macros such as .include are not known");
    return sk_ok();
}

/* Up to what closes it, blanks inside included: `name = text 100;` */
static sk_err
bare_read(sk_str *text, struct reader *r)
{
    size_t start = r->at;
    int c;

    while ((c = peek(r, 0)) >= 0 && c != '\n' && !strchr(";,{}[]", c)) {
        if (c == '#' && r->at > start && is_blank(r->text.p[r->at - 1])) break;
        step(r);
    }
    *text = sk_str_trim((sk_str){ r->text.p + start, r->at - start });
    if (text->n == 0) return wrong(r, r->line, r->column, "expected a value");
    return sk_ok();
}

static sk_err
node_new(struct part_ucl **node, struct reader *r)
{
    if (++r->nodes > PART_UCL_NODES_MAX) return wrong(r, r->line, r->column, "too many entries");
    *node = SK_NEW(r->mem, struct part_ucl);
    (*node)->line = (*node)->value_line = r->line;
    (*node)->column = (*node)->value_column = r->column;
    return sk_ok();
}

static sk_err members_read(struct part_ucl *block, struct reader *r, int close);

static sk_err
list_read(struct part_ucl *list, struct reader *r)
{
    struct part_ucl **tail = &list->first;
    unsigned line = r->line, column = r->column;

    list->kind = PART_UCL_LIST;
    step(r);
    for (;;) {
        TRY(blanks_skip(r, true));
        if (peek(r, 0) == ']') break;
        if (peek(r, 0) < 0) return wrong(r, line, column, "this list has no end: expected ]");
        if (peek(r, 0) == ',' || peek(r, 0) == ';') {
            step(r);
            continue;
        }
        TRY(node_new(tail, r));
        if (peek(r, 0) == '"' || peek(r, 0) == '\'')
            TRY(quoted_read(&(*tail)->text, r));
        else
            TRY(bare_read(&(*tail)->text, r));
        tail = &(*tail)->next;
    }
    step(r);
    return sk_ok();
}

static sk_err
block_read(struct part_ucl *block, struct reader *r)
{
    unsigned line = r->line, column = r->column;

    if (++r->depth > PART_UCL_DEPTH_MAX) return wrong(r, line, column, "blocks lie too deep");
    block->kind = PART_UCL_BLOCK;
    step(r);
    TRY(members_read(block, r, '}'));
    if (peek(r, 0) < 0) return wrong(r, line, column, "this block has no end: expected }");
    step(r);
    r->depth--;
    return sk_ok();
}

/* `key name {`: the name stands before a brace on the same line. */
static bool
name_follows(const struct reader *r)
{
    struct reader ahead = *r;
    sk_str name;

    if (peek(r, 0) != '"' && peek(r, 0) != '\'' && !is_word(peek(r, 0))) return false;
    return !sk_failed(key_read(&name, &ahead, "")) && !sk_failed(blanks_skip(&ahead, false)) &&
           peek(&ahead, 0) == '{';
}

static sk_err
value_read(struct part_ucl *node, struct reader *r)
{
    int c = peek(r, 0);

    node->value_line = r->line;
    node->value_column = r->column;
    if (c == '{') return block_read(node, r);
    if (c == '[') return list_read(node, r);
    if (c == '"' || c == '\'') return quoted_read(&node->text, r);
    return bare_read(&node->text, r);
}

static sk_err
member_read(struct part_ucl *node, struct reader *r)
{
    TRY(key_read(&node->key, r, "expected a name, such as `listen` or `names`"));
    TRY(blanks_skip(r, false));
    if (peek(r, 0) == '=' || peek(r, 0) == ':') {
        step(r);
        TRY(blanks_skip(r, false));
    } else if (name_follows(r)) {
        TRY(key_read(&node->name, r, "expected a name"));
        TRY(blanks_skip(r, false));
    }
    TRY(value_read(node, r));
    if (node->kind == PART_UCL_BLOCK) return sk_ok();
    TRY(blanks_skip(r, false));
    if (peek(r, 0) < 0 || strchr(";,\n}", peek(r, 0))) return sk_ok();
    return wrong(r, r->line, r->column, "expected ; behind the value");
}

static sk_err
members_read(struct part_ucl *block, struct reader *r, int close)
{
    struct part_ucl **tail = &block->first;

    for (;;) {
        TRY(blanks_skip(r, true));
        if (peek(r, 0) < 0 || peek(r, 0) == close) return sk_ok();
        if (peek(r, 0) == ';' || peek(r, 0) == ',') {
            step(r);
            continue;
        }
        TRY(node_new(tail, r));
        TRY(member_read(*tail, r));
        tail = &(*tail)->next;
    }
}

sk_err
part_ucl_read(struct part_ucl **root, sk_arena *mem, sk_str text, const char *file)
{
    struct reader r = { .mem = mem, .file = file, .line = 1, .column = 1 };

    r.text = text.p ? text : SK_STR("");
    if (text.n > PART_UCL_SIZE_MAX) return sk_fail(SK_FULL, "%s: larger than 1 MB", file);
    if (!sk_utf8_valid(text)) return sk_fail(SK_BAD, "%s:1:1: this file is not valid UTF-8", file);
    if (sk_str_starts(text, SK_STR("\xef\xbb\xbf"))) r.at = 3;
    if (memchr(r.text.p, '\0', r.text.n)) return sk_fail(SK_BAD, "%s:1:1: a zero byte", file);
    TRY(node_new(root, &r));
    (*root)->kind = PART_UCL_BLOCK;
    return members_read(*root, &r, -1);
}
