/* "@rx ^foo", "!@eq 0", "!foo": which operator, and its argument. Compiling is the linker's. */
#include "seclang/parse/parser.h"

/* mod_security 2 expands macros in the arguments of these when they run; those of the others
 * (lists of phrases, address ranges, files) are read once, and %{ is two characters. */
static const char *const with_macros[] = { "beginswith", "contains", "containsword", "endswith",
                                           "eq",         "ge",       "gt",           "ipmatchf",
                                           "le",         "lt",       "rsub",         "rx",
                                           "streq",      "strmatch", "within",       NULL };

static bool
takes_macros(const char *name)
{
    for (size_t i = 0; with_macros[i]; i++)
        if (!strcmp(with_macros[i], name)) return true;
    return false;
}

static sk_err
unknown_operator(struct seclang_parser *p, const struct seclang_arg *arg, size_t at, sk_str name)
{
    struct seclang_near near = { .got = name };
    size_t count;
    const struct seclang_op *row = seclang_op_rows(&count);
    for (size_t i = 0; i < count; i++)
        seclang_near_offer(&near, row[i].name);
    return seclang_parse_fail(p, arg, at, "there is no operator @%.*s%.*s", SK_ARG(name),
                              SK_ARG(seclang_near_text(p->scratch, &near)));
}

static sk_err
take_operator(struct seclang_parser *p, struct seclang_draft *draft, const struct seclang_arg *arg,
              size_t *at)
{
    sk_str text = arg->text, name = SK_STR("rx");
    size_t from = *at;
    if (from < text.n && text.p[from] == '@') {
        size_t end = from + 1;
        while (end < text.n && !sk_is_blank(text.p[end]))
            end++;
        name = sk_str_from(sk_str_first(text, end), from + 1);
        *at = sk_str_skip_blanks(text, end);
    }
    draft->op = seclang_op_find(name);
    return draft->op ? sk_ok() : unknown_operator(p, arg, from, name);
}

sk_err
seclang_parse_operator(struct seclang_parser *p, struct seclang_draft *draft,
                       const struct seclang_arg *arg)
{
    size_t at = 0;
    if (arg->text.n && arg->text.p[0] == '!') {
        draft->negated = true;
        at = sk_str_skip_blanks(arg->text, 1);
    }
    TRY(take_operator(p, draft, arg, &at));
    draft->op_text = sk_str_from(arg->text, at);
    draft->op_at = seclang_parse_at(p, arg, at);
    struct seclang_part part = { arg, at, draft->op_text };
    if (takes_macros(draft->op->name))
        return seclang_parse_macro(p, &draft->argument, part, !strcmp(draft->op->name, "rx"));
    struct seclang_macro_part *literal = SK_NEW(p->mem, struct seclang_macro_part);
    *literal = (struct seclang_macro_part){ .literal = draft->op_text,
                                            .var = SECLANG_VAR_COUNT,
                                            .tx_slot = -1 };
    draft->argument = (struct seclang_macro){ literal, draft->op_text.n ? 1 : 0 };
    return sk_ok();
}
