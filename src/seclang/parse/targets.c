/* Target lists: ARGS|!ARGS:foo|&TX:bar|REQUEST_COOKIES:/^_ga/|XML:'//@*'. Separators are | and ,
 * and blanks, as in mod_security 2. */
#include "seclang/parse/parser.h"

struct cursor {
    struct seclang_parser *p;
    struct seclang_part part;
    size_t at;
};

static bool
ends_word(char c)
{
    return c == '|' || c == ',' || c == ' ' || (c >= '\t' && c <= '\r');
}

static sk_err
fail_at(const struct cursor *c, size_t at, const char *what, sk_str near)
{
    return seclang_parse_fail(c->p, c->part.arg, c->part.from + at, "%s%.*s", what, SK_ARG(near));
}

static bool
at_end(const struct cursor *c)
{
    return c->at >= c->part.text.n;
}

static char
peek(const struct cursor *c)
{
    return at_end(c) ? 0 : c->part.text.p[c->at];
}

/* 'text' with \' and \\ */
static sk_err
take_quoted(sk_str *value, struct cursor *c)
{
    size_t from = c->at++;
    struct sk_buf buf = { .mem = c->p->mem };
    for (; !at_end(c) && peek(c) != '\''; c->at++) {
        if (peek(c) == '\\' && c->at + 1 < c->part.text.n &&
            (c->part.text.p[c->at + 1] == '\'' || c->part.text.p[c->at + 1] == '\\'))
            c->at++;
        sk_buf_byte(&buf, peek(c));
    }
    if (at_end(c)) return fail_at(c, from, "this ' is never closed", SK_STR(""));
    c->at++;
    *value = sk_buf_str(&buf);
    return sk_ok();
}

/* Where a /regex/ that begins at `from` ends: behind a slash that a separator or the end follows.
 * mod_security 2 would stop at the first | or blank within it, which no one means. */
static size_t
regex_end(const struct cursor *c, size_t from)
{
    sk_str s = c->part.text;
    for (size_t i = from + 1; i < s.n; i++)
        if (s.p[i] == '/' && (i + 1 == s.n || ends_word(s.p[i + 1]))) return i + 1;
    return SIZE_MAX;
}

static void
take_word(sk_str *value, struct cursor *c, bool may_be_regex)
{
    size_t from = c->at, end = SIZE_MAX;
    if (may_be_regex && peek(c) == '/') end = regex_end(c, from);
    if (end == SIZE_MAX)
        for (end = from; end < c->part.text.n && !ends_word(c->part.text.p[end]);)
            end++;
    c->at = end;
    *value = sk_str_copy(c->p->mem, sk_str_from(sk_str_first(c->part.text, end), from));
}

static bool
is_regex(sk_str value)
{
    return value.n > 2 && value.p[0] == '/' && value.p[value.n - 1] == '/';
}

static void
make_selector(struct seclang_selector *selector, sk_arena *mem, enum seclang_var var, sk_str value)
{
    *selector = (struct seclang_selector){ .tx_slot = -1 };
    if (!value.n) return;
    if (seclang_var_rows[var].kind == SECLANG_XML) {
        selector->pick = SECLANG_PICK_NAME;
        selector->name = value;
    } else if (is_regex(value)) {
        selector->pick = SECLANG_PICK_REGEX;
        selector->name = sk_str_copy(mem, sk_str_from(sk_str_first(value, value.n - 1), 1));
    } else {
        selector->pick = SECLANG_PICK_NAME;
        selector->name = sk_str_lower(mem, value);
    }
}

static sk_err
check_xml(const struct cursor *c, size_t at, const struct seclang_target *target)
{
    if (target->selector.pick == SECLANG_PICK_ALL ||
        sk_str_eq(target->selector.name, SK_STR("/*")) ||
        sk_str_eq(target->selector.name, SK_STR("//@*")))
        return sk_ok();
    return fail_at(c, at, "of XPath only XML:/* (all text) and XML://@* (all attributes) are known",
                   SK_STR(""));
}

static sk_err
check_target(const struct cursor *c, size_t at, const struct seclang_target *target, bool selected)
{
    enum seclang_var_kind kind = seclang_var_rows[target->var].kind;
    const char *name = seclang_var_rows[target->var].name;
    if (kind == SECLANG_XML) return check_xml(c, at, target);
    if (kind == SECLANG_SCALAR && target->count)
        return fail_at(c, at,
                       "& counts members of a collection, which this is not: ", sk_str_of(name));
    if (kind == SECLANG_SCALAR && selected)
        return fail_at(c, at,
                       "this variable has no members to select with a colon: ", sk_str_of(name));
    return sk_ok();
}

static sk_err
take_name(struct seclang_draft_target *draft, struct cursor *c, sk_str *member)
{
    if (peek(c) == '!') draft->excluded = true, c->at++;
    if (peek(c) == '&') draft->target.count = true, c->at++;
    size_t from = c->at;
    while (!at_end(c) && peek(c) != ':' && !ends_word(peek(c)))
        c->at++;
    sk_str name = sk_str_from(sk_str_first(c->part.text, c->at), from);
    if (!name.n) return fail_at(c, from, "expected the name of a variable", SK_STR(""));
    *member = (sk_str){ 0 };
    draft->target.var = seclang_parse_var(member, name);
    if (draft->target.var != SECLANG_VAR_COUNT) return sk_ok();
    if (seclang_var_why_absent(name))
        return seclang_parse_fail(c->p, c->part.arg, c->part.from + from, "%.*s is not offered: %s",
                                  SK_ARG(name), seclang_var_why_absent(name));
    return seclang_parse_fail(c->p, c->part.arg, c->part.from + from,
                              "there is no variable %.*s%.*s", SK_ARG(name),
                              SK_ARG(seclang_parse_near_var(c->p, name)));
}

static sk_err
take_target(struct seclang_draft_target *draft, struct cursor *c)
{
    size_t from = c->at;
    sk_str member = { 0 };
    *draft = (struct seclang_draft_target){ 0 };
    draft->at = seclang_parse_at(c->p, c->part.arg, c->part.from + from);
    TRY(take_name(draft, c, &member));
    bool xml = seclang_var_rows[draft->target.var].kind == SECLANG_XML;
    if (peek(c) == ':') {
        c->at++;
        if (peek(c) == '\'')
            TRY(take_quoted(&member, c));
        else
            take_word(&member, c, !xml);
    }
    make_selector(&draft->target.selector, c->p->mem, draft->target.var, member);
    draft->text = sk_str_copy(c->p->scratch, sk_str_from(sk_str_first(c->part.text, c->at), from));
    return check_target(c, from, &draft->target, draft->target.selector.pick != SECLANG_PICK_ALL);
}

sk_err
seclang_parse_targets(struct seclang_parser *p, struct seclang_draft_target **target, size_t *count,
                      struct seclang_part part)
{
    struct cursor c = { p, part, 0 };
    size_t before = *count;
    for (;;) {
        while (!at_end(&c) && ends_word(peek(&c)))
            c.at++;
        if (at_end(&c)) break;
        if (*count == SECLANG_TARGETS_MOST)
            return fail_at(&c, c.at, "more than 1024 targets in one rule", SK_STR(""));
        *target = seclang_draft_room(p->scratch, *target, *count, sizeof **target);
        TRY(take_target(*target + *count, &c));
        ++*count;
    }
    if (*count == before)
        return fail_at(&c, 0, "expected targets such as ARGS|REQUEST_HEADERS:User-Agent",
                       SK_STR(""));
    return sk_ok();
}
