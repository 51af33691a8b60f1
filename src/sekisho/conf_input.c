/* input "/path" { field = "format ..."; }: which form the fields of a route have (GATE-13). */
#include "sekisho/conf.h"

#include "sekisho/nearest.h"

static void
format_fault(struct conf_faults *faults, const struct conf *conf, const struct part_ucl *node,
             sk_str name)
{
    struct nearest near = nearest_to(name);

    for (const struct conf_format *f = conf_formats; f->name; f++)
        nearest_try(&near, f->name);
    conf_fault(faults, conf, node->value_line, node->value_column,
               "%.*s: unknown format %.*s: %s%s", SK_ARG(node->key), SK_ARG(name),
               near.best ? "did you mean " : "expected text N, lines N, email, phone, postal, ...",
               near.best ? near.best : "");
}

/* "text 100 required": a format, its argument, words. Returns what is wrong or NULL. */
static const char *
field_words(struct conf_field *field, sk_str rest)
{
    sk_str word;

    while (sk_str_cut(&word, &rest, ' ')) {
        if (word.n == 0) continue;
        if (sk_str_eq(word, SK_STR("required")))
            field->required = true;
        else if (!field->format->pattern && !field->choices.n)
            field->choices = word;
        else if (!field->format->limit || !sk_str_to_i64(&field->limit, word))
            return "expected FORMAT [N] [required]";
    }
    if (field->format->limit && (field->limit < 1 || field->limit > CONF_LENGTH_MAX))
        return "expected a length from 1 to 20000";
    if (!field->format->pattern && !field->choices.n) return "expected choice a|b|c";
    return NULL;
}

/* Names stand in SecLang's variable lists, where | , and quotes have a meaning. */
bool
conf_field_is_plain(sk_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        bool word =
            c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!word && !strchr("_-.[]", c)) return false;
    }
    return name.n > 0;
}

static void
field_read(struct conf_input *input, const struct part_ucl *node, const struct conf *conf,
           struct conf_faults *faults)
{
    struct conf_field *field = &input->field[input->field_count];
    sk_str rest = node->text, name;
    const char *why;

    if (node->kind != PART_UCL_TEXT || !sk_str_cut(&name, &rest, ' ')) {
        conf_fault(faults, conf, node->value_line, node->value_column,
                   "%.*s: expected a format such as \"text 100\"", SK_ARG(node->key));
        return;
    }
    *field = (struct conf_field){ .name = node->key, .line = node->line, .column = node->column };
    if (!conf_field_is_plain(node->key))
        conf_fault(faults, conf, node->line, node->column,
                   "%.*s: a field's name holds letters, digits and _ - . [ ]", SK_ARG(node->key));
    field->format = conf_format_find(name);
    if (!field->format) {
        format_fault(faults, conf, node, name);
        return;
    }
    field->limit = field->format->limit;
    why = rest.p                   ? field_words(field, rest)
          : field->format->pattern ? NULL
                                   : "expected choice a|b|c";
    if (why)
        conf_fault(faults, conf, node->value_line, node->value_column, "%.*s: %s",
                   SK_ARG(node->key), why);
    else
        input->field_count++;
}

static void
fields_read(struct conf_input *input, const struct part_ucl *block, const struct conf *conf,
            struct conf_faults *faults)
{
    for (const struct part_ucl *node = block->first; node; node = node->next) {
        if (block->name.p && sk_str_eq(node->key, SK_STR("fields")) &&
            node->kind == PART_UCL_BLOCK) {
            fields_read(input, node, conf, faults);
        } else if (block->name.p && sk_str_eq(node->key, SK_STR("types"))) {
            conf_list_read(&input->types, node, conf, faults);
        } else if (block->name.p && sk_str_eq(node->key, SK_STR("only"))) {
            if (!conf_bool_read(&input->only, node->text))
                conf_fault(faults, conf, node->value_line, node->value_column,
                           "only: expected true or false");
        } else if (input->field_count == CONF_FIELDS_MAX) {
            conf_fault(faults, conf, node->line, node->column, "more than %d fields",
                       CONF_FIELDS_MAX);
            return;
        } else {
            field_read(input, node, conf, faults);
        }
    }
}

void
conf_input_read(struct conf_site *site, const struct part_ucl *block, const struct conf *conf,
                struct conf_faults *faults)
{
    struct conf_input *input = &site->input[site->input_count];

    if (site->input_count == CONF_INPUTS_MAX) {
        conf_fault(faults, conf, block->line, block->column, "more than %d input blocks",
                   CONF_INPUTS_MAX);
        return;
    }
    if (block->kind != PART_UCL_BLOCK || !sk_str_starts(block->name, SK_STR("/"))) {
        conf_fault(faults, conf, block->line, block->column, "expected input \"/path\" { ... }");
        return;
    }
    input->path = block->name;
    fields_read(input, block, conf, faults);
    site->input_count++;
}
