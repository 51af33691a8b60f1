/* Action lists: "id:1,phase:2,t:none,setvar:'tx.a=1'". A name; perhaps a colon and a value, which
 * stands in '...' when it holds commas, bars or blanks. */
#include "seclang/parse/action.h"

struct cursor {
    struct seclang_parser *p;
    const struct seclang_arg *arg;
    sk_str s;
    size_t at;
};

static bool
separates(char c)
{
    return c == ',' || c == '|' || sk_is_blank(c);
}

static char
peek(const struct cursor *c)
{
    return c->at < c->s.n ? c->s.p[c->at] : 0;
}

struct seclang_part
seclang_part_from(struct seclang_part part, size_t from)
{
    if (from > part.text.n) from = part.text.n;
    return (struct seclang_part){ part.arg, part.from + from, sk_str_from(part.text, from) };
}

struct seclang_part
seclang_part_first(struct seclang_part part, size_t n)
{
    part.text = sk_str_first(part.text, n);
    return part;
}

/* Inside '...' a backslash before ' or another backslash is taken away; others stay, where
 * mod_security 2 would stop with an error and version 3 goes on. */
static sk_err
take_quoted(struct seclang_part *value, struct cursor *c)
{
    struct sk_buf buf = { .mem = c->p->scratch };
    size_t from = c->at++;
    for (; c->at < c->s.n && peek(c) != '\''; c->at++) {
        if (peek(c) == '\\' && c->at + 1 < c->s.n &&
            (c->s.p[c->at + 1] == '\'' || c->s.p[c->at + 1] == '\\'))
            c->at++;
        sk_buf_byte(&buf, peek(c));
    }
    if (c->at >= c->s.n)
        return seclang_parse_fail(c->p, c->arg, from, "this ' is never closed; expected another '");
    c->at++;
    *value = (struct seclang_part){ c->arg, from + 1, sk_str_copy(c->p->mem, sk_buf_str(&buf)) };
    if (c->at < c->s.n && !separates(peek(c)))
        return seclang_parse_fail(c->p, c->arg, c->at, "expected a comma behind the closing '");
    return sk_ok();
}

static void
take_bare(struct seclang_part *value, struct cursor *c)
{
    size_t from = c->at;
    while (c->at < c->s.n && !separates(peek(c)))
        c->at++;
    sk_str text = sk_str_from(sk_str_first(c->s, c->at), from);
    *value = (struct seclang_part){ c->arg, from, sk_str_copy(c->p->mem, text) };
}

static sk_err
unknown_action(struct cursor *c, size_t at, sk_str name)
{
    struct seclang_near near = { .got = name };
    size_t count;
    const struct seclang_action_row *row = seclang_action_rows(&count);
    for (size_t i = 0; i < count; i++)
        seclang_near_offer(&near, row[i].name);
    return seclang_parse_fail(c->p, c->arg, at,
                              "there is no action %.*s%.*s (a value with blanks stands in '...')",
                              SK_ARG(name), SK_ARG(seclang_near_text(c->p->scratch, &near)));
}

static sk_err
check_value(struct cursor *c, size_t at, const struct seclang_action_row *row, sk_str value)
{
    if (row->not_in & SECLANG_NOT_AT_ALL)
        return seclang_parse_fail(c->p, c->arg, at, "%s is not done here: %s", row->name,
                                  row->help);
    if (row->value == SECLANG_VALUE_NEEDED && !value.n)
        return seclang_parse_fail(c->p, c->arg, at, "%s needs a value: %s:...", row->name,
                                  row->name);
    if (row->value == SECLANG_VALUE_NONE && value.n)
        return seclang_parse_fail(c->p, c->arg, at, "%s takes no value", row->name);
    return sk_ok();
}

static sk_err
take_action(struct cursor *c, struct seclang_wishes *wishes)
{
    size_t from = c->at;
    while (c->at < c->s.n && peek(c) != ':' && !separates(peek(c)))
        c->at++;
    sk_str name = sk_str_from(sk_str_first(c->s, c->at), from);
    struct seclang_part value = { c->arg, c->at, { 0 } };
    const struct seclang_action_row *row = seclang_action_find(name);
    if (!row) return unknown_action(c, from, name);
    if (peek(c) == ':') {
        c->at++;
        if (peek(c) == '\'')
            TRY(take_quoted(&value, c));
        else
            take_bare(&value, c);
    }
    TRY(check_value(c, from, row, value.text));
    wishes->said |= row->said;
    struct seclang_action_call call = { c->p, row, wishes, value,
                                        seclang_parse_at(c->p, c->arg, from) };
    return row->set ? row->set(&call) : sk_ok();
}

sk_err
seclang_parse_actions(struct seclang_parser *p, struct seclang_wishes *wishes,
                      const struct seclang_arg *arg)
{
    struct cursor c = { p, arg, arg->text, 0 };
    *wishes = (struct seclang_wishes){ .severity = -1, .maturity = 0, .accuracy = 0 };
    for (;;) {
        while (c.at < c.s.n && separates(peek(&c)))
            c.at++;
        if (c.at >= c.s.n) return sk_ok();
        TRY(take_action(&c, wishes));
    }
}
