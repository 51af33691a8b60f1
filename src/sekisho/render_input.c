/* GATE-13: the declared form of a route's fields as rules. Broken formats are answered 422, unknown
 * and repeated fields 400, other body types 415. Only requests with a body owe required fields. */
#include "explain/explain.h"
#include "sekisho/render.h"

static const char form_types[] = "application/x-www-form-urlencoded|multipart/form-data";

struct route {
    const struct conf_input *input;
    unsigned number, next; /* the route's, the next rule's id */
};

static const char tail[] =
    "phase:2,t:none,deny,log,auditlog,severity:'CRITICAL',tag:'sekisho/input'";

static void
path_pattern(struct sk_buf *out, sk_str path)
{
    sk_str part, rest = path;
    bool first = true;

    sk_buf_byte(out, '^');
    while (sk_str_cut(&part, &rest, '*')) {
        if (!first) sk_buf_add(out, SK_STR("[^/]+"));
        explain_literal(out, part);
        first = false;
    }
    sk_buf_add(out, SK_STR("/?$"));
}

enum { HUNDRED = 100 };

/* At most `limit` characters. PCRE2 writes a counted group out as often as it counts, and refuses
 * patterns above 64 KB; so long ones count hundreds, by calls. Each step is atomic: what one
 * character is can be read in one way only, and nothing needs to be remembered for going back. */
static void
counted(struct sk_buf *out, const char *character, int64_t limit)
{
    long long hundreds = limit / HUNDRED, rest = limit % HUNDRED;

    if (hundreds == 0) {
        sk_buf_printf(out, "(?(DEFINE)(?<c>(?>%s)))(?>(?&c){0,%lld})", character, rest);
        return;
    }
    sk_buf_printf(out,
                  "(?(DEFINE)(?<c>(?>%s))(?<h>(?>(?&c){%d})))"
                  "(?:(?>(?&h)){%lld}(?>(?&c){0,%lld})|(?>(?&h){0,%lld})(?>(?&c){0,%d}))",
                  character, HUNDRED, hundreds, rest, hundreds - 1, HUNDRED - 1);
}

static void
value_pattern(struct sk_buf *out, const struct conf_field *field)
{
    sk_str rest = field->choices, part;
    bool first = true;

    if (field->format->limit) {
        counted(out, field->format->pattern, field->limit);
        return;
    }
    if (field->format->pattern) sk_buf_add(out, sk_str_of(field->format->pattern));
    while (!field->format->pattern && sk_str_cut(&part, &rest, '|')) {
        if (!first) sk_buf_byte(out, '|');
        explain_literal(out, part);
        first = false;
    }
}

static void
body_types(struct sk_buf *out, struct route *route)
{
    const struct conf_list *types = &route->input->types;

    sk_buf_printf(out,
                  "SecRule REQUEST_METHOD \"@rx ^(?:POST|PUT|PATCH)$\" \"id:%u,%s,status:415,chain,"
                  "msg:'A body type that this route does not take'\"\n"
                  "SecRule REQUEST_HEADERS:Content-Type \"!@rx ^(?:",
                  route->next++, tail);
    if (types->count == 0) sk_buf_add(out, sk_str_of(form_types));
    for (size_t i = 0; i < types->count; i++) {
        if (i) sk_buf_byte(out, '|');
        explain_literal(out, sk_str_lower(out->mem, types->item[i]));
    }
    sk_buf_printf(out,
                  ")(?:$|[ ;])\" \"t:none,t:lowercase\"\n"
                  "SecRule REQUEST_METHOD \"@rx ^(?:POST|PUT|PATCH)$\" \"id:%u,%s,status:415,chain,"
                  "msg:'A body without a type'\"\n"
                  "SecRule &REQUEST_HEADERS:Content-Type \"@eq 0\" \"t:none\"\n",
                  route->next++, tail);
}

/* "at most N characters" with the field's own number. */
static sk_str
form_words(sk_arena *mem, const struct conf_field *field)
{
    sk_str help = sk_str_of(field->format->help);
    size_t at = field->format->limit ? sk_str_find(help, SK_STR(" N ")) : SIZE_MAX;

    if (at == SIZE_MAX) return help;
    return sk_str_printf(mem, "%.*s %lld %s", (int)at, help.p, (long long)field->limit,
                         help.p + at + 3);
}

/* A value in a wrong format is mostly a person's slip: the record masks it. */
static void
field_rules(struct sk_buf *out, struct route *route, const struct conf_field *field)
{
    sk_buf_printf(out,
                  "SecRule &ARGS:%.*s \"@gt 1\" \"id:%u,%s,status:400,"
                  "msg:'The field %.*s stands here more than once'\"\n",
                  SK_ARG(field->name), route->next++, tail, SK_ARG(field->name));
    sk_buf_printf(out, "SecRule ARGS:%.*s \"!@rx ^(?:", SK_ARG(field->name));
    value_pattern(out, field);
    sk_buf_printf(out,
                  ")?$\" \"id:%u,%s,status:422,sanitiseMatched,"
                  "msg:'The field %.*s is not %.*s'\"\n",
                  route->next++, tail, SK_ARG(field->name), SK_ARG(form_words(out->mem, field)));
    if (!field->required) return;
    sk_buf_printf(out,
                  "SecRule REQUEST_METHOD \"@rx ^(?:POST|PUT|PATCH)$\" \"id:%u,%s,status:422,chain,"
                  "msg:'The field %.*s is missing'\"\n"
                  "SecRule &ARGS:%.*s \"@eq 0\" \"t:none\"\n",
                  route->next++, tail, SK_ARG(field->name), SK_ARG(field->name));
}

static void
only_rule(struct sk_buf *out, struct route *route)
{
    if (!route->input->only) return;
    sk_buf_add(out, SK_STR("SecRule ARGS_NAMES \"!@rx ^(?:"));
    for (size_t i = 0; i < route->input->field_count; i++) {
        if (i) sk_buf_byte(out, '|');
        explain_literal(out, route->input->field[i].name);
    }
    sk_buf_printf(out, ")$\" \"id:%u,%s,status:400,msg:'A field that this route does not know'\"\n",
                  route->next++, tail);
}

static void
route_rules(struct sk_buf *out, struct route *route)
{
    const struct conf_input *input = route->input;

    sk_buf_printf(out, "\n# Declared input of %.*s\nSecRule REQUEST_FILENAME \"!@rx ",
                  SK_ARG(input->path));
    path_pattern(out, input->path);
    sk_buf_printf(out, "\" \"id:%u,phase:2,t:none,pass,nolog,skipAfter:SEKISHO-INPUT-%u\"\n",
                  route->next++, route->number);
    body_types(out, route);
    only_rule(out, route);
    for (size_t i = 0; i < input->field_count; i++)
        field_rules(out, route, &input->field[i]);
    sk_buf_printf(out, "SecMarker \"SEKISHO-INPUT-%u\"\n", route->number);
}

void
render_inputs(struct sk_buf *out, const struct conf_site *site)
{
    for (unsigned i = 0; i < site->input_count; i++) {
        struct route route = { &site->input[i], i, RULE_INPUT + i * RULE_ROUTE };

        route_rules(out, &route);
    }
}
