/* Texts with %{VARIABLE} and %{COLLECTION.member}. */
#include "seclang/parse/parser.h"

enum seclang_var
seclang_parse_var(sk_str *name, sk_str text)
{
    /* mod_security 1's names of request headers, which version 2 still knows. */
    if (text.n > 5 && sk_str_starts(text, SK_STR("HTTP_"))) {
        *name = sk_str_from(text, 5);
        return SECLANG_VAR_REQUEST_HEADERS;
    }
    return seclang_var_find(text);
}

sk_str
seclang_parse_near_var(struct seclang_parser *p, sk_str got)
{
    struct seclang_near near = { .got = got };
    for (size_t i = 0; i < SECLANG_VAR_COUNT; i++)
        seclang_near_offer(&near, seclang_var_rows[i].name);
    return seclang_near_text(p->scratch, &near);
}

struct maker {
    struct seclang_parser *p;
    struct seclang_macro_part *part;
    size_t count;
    struct sk_buf literal; /* not yet put */
};

static struct seclang_macro_part *
add_part(struct maker *m)
{
    m->part = seclang_draft_room(m->p->mem, m->part, m->count, sizeof *m->part);
    m->part[m->count] = (struct seclang_macro_part){ .var = SECLANG_VAR_COUNT, .tx_slot = -1 };
    return &m->part[m->count++];
}

static void
put_literal(struct maker *m)
{
    if (!m->literal.n) return;
    add_part(m)->literal = sk_str_copy(m->p->mem, sk_buf_str(&m->literal));
    m->literal.n = 0;
}

/* `inside` is what stands between the braces. False when it names no variable. */
static bool
put_variable(struct maker *m, sk_str whole, sk_str inside)
{
    /* version 3 also writes TX:name */
    size_t dot = sk_str_find_byte(inside, '.'), colon = sk_str_find_byte(inside, ':');
    sk_str var = sk_str_first(inside, dot < colon ? dot : colon);
    sk_str name = sk_str_from(inside, var.n + 1);
    enum seclang_var found = seclang_parse_var(&name, var);
    if (found == SECLANG_VAR_COUNT) return false;
    put_literal(m);
    struct seclang_macro_part *part = add_part(m);
    part->var = found;
    part->name = sk_str_lower(m->p->mem, name);
    part->text = sk_str_copy(m->p->mem, whole);
    return true;
}

/* Position behind the macro that begins at `at`, or SIZE_MAX when there is none. */
static size_t
macro_end(sk_str text, size_t at)
{
    if (at + 2 >= text.n || text.p[at] != '%' || text.p[at + 1] != '{') return SIZE_MAX;
    size_t brace = sk_str_find_byte(sk_str_from(text, at + 2), '}');
    return brace == SIZE_MAX ? SIZE_MAX : at + 2 + brace + 1;
}

sk_err
seclang_parse_macro(struct seclang_parser *p, struct seclang_macro *macro, struct seclang_part part,
                    bool keep_unknown)
{
    struct maker m = { .p = p, .literal = { .mem = p->scratch } };
    for (size_t i = 0; i < part.text.n;) {
        size_t end = macro_end(part.text, i);
        if (end == SIZE_MAX) {
            sk_buf_byte(&m.literal, part.text.p[i++]);
            continue;
        }
        sk_str whole = sk_str_from(sk_str_first(part.text, end), i);
        sk_str inside = sk_str_from(sk_str_first(whole, whole.n - 1), 2);
        bool known = put_variable(&m, whole, inside);
        if (!known && keep_unknown) {
            sk_buf_byte(&m.literal, part.text.p[i++]);
            continue;
        }
        if (!known)
            seclang_parse_warn(p, seclang_parse_at(p, part.arg, part.from + i),
                               "%.*s names no variable and is always empty%.*s", SK_ARG(whole),
                               SK_ARG(seclang_parse_near_var(p, inside)));
        if (m.count > SECLANG_PARTS_MOST)
            return seclang_part_fail(p, part, "more than 256 macros in one text");
        i = end;
    }
    put_literal(&m);
    *macro = (struct seclang_macro){ m.part, m.count };
    return sk_ok();
}
