#include "sekisho/update_yaml.h"

#include <stdlib.h>
#include <yaml.h>

struct update_yaml_document {
    yaml_document_t yaml;
};

sk_err
update_yaml_read(struct update_yaml_document **document, sk_str text)
{
    struct update_yaml_document *made = calloc(1, sizeof(*made));
    yaml_parser_t parser;
    sk_err e = sk_ok();

    *document = NULL;
    if (!made || !yaml_parser_initialize(&parser)) {
        free(made);
        return sk_fail(SK_FULL, "no memory for YAML");
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.n);
    if (!yaml_parser_load(&parser, &made->yaml))
        e = sk_fail(SK_BAD, "%zu:%zu: %s", parser.problem_mark.line + 1,
                    parser.problem_mark.column + 1, parser.problem ? parser.problem : "no YAML");
    yaml_parser_delete(&parser);
    if (sk_failed(e)) {
        free(made);
        return e;
    }
    *document = made;
    return e;
}

void
update_yaml_free(struct update_yaml_document *document)
{
    if (!document) return;
    yaml_document_delete(&document->yaml);
    free(document);
}

static const yaml_node_t *
node_of(struct update_yaml value)
{
    if (!value.document || value.node == 0) return NULL;
    return yaml_document_get_node(&value.document->yaml, value.node);
}

struct update_yaml
update_yaml_root(struct update_yaml_document *document)
{
    return (struct update_yaml){ document, yaml_document_get_root_node(&document->yaml) ? 1 : 0 };
}

bool
update_yaml_is(struct update_yaml value)
{
    return node_of(value) != NULL;
}

sk_str
update_yaml_text(struct update_yaml value)
{
    const yaml_node_t *node = node_of(value);

    if (!node || node->type != YAML_SCALAR_NODE) return (sk_str){ 0 };
    return (sk_str){ (const char *)node->data.scalar.value, node->data.scalar.length };
}

bool
update_yaml_pair(sk_str *key, struct update_yaml *value, struct update_yaml map, size_t index)
{
    const yaml_node_t *node = node_of(map);
    const yaml_node_pair_t *pair;

    if (!node || node->type != YAML_MAPPING_NODE ||
        index >= (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start))
        return false;
    pair = node->data.mapping.pairs.start + index;
    *key = update_yaml_text((struct update_yaml){ map.document, pair->key });
    *value = (struct update_yaml){ map.document, pair->value };
    return true;
}

struct update_yaml
update_yaml_get(struct update_yaml map, const char *key)
{
    struct update_yaml value;
    sk_str name;

    for (size_t i = 0; update_yaml_pair(&name, &value, map, i); i++)
        if (sk_str_eq(name, sk_str_of(key))) return value;
    return (struct update_yaml){ map.document, 0 };
}

bool
update_yaml_item(struct update_yaml *item, struct update_yaml list, size_t index)
{
    const yaml_node_t *node = node_of(list);

    if (!node) return false;
    if (node->type != YAML_SEQUENCE_NODE) {
        *item = list;
        return index == 0;
    }
    if (index >= (size_t)(node->data.sequence.items.top - node->data.sequence.items.start))
        return false;
    *item = (struct update_yaml){ list.document, node->data.sequence.items.start[index] };
    return true;
}
