/* YAML, as far as tests of rule sets need it: maps, lists and texts. libyaml enters here. */
#ifndef SEKISHO_UPDATE_YAML_H
#define SEKISHO_UPDATE_YAML_H

#include "base/str.h"

struct update_yaml_document;

/* A value in a document; every getter takes what is not there and answers so. */
struct update_yaml {
    struct update_yaml_document *document;
    int node; /* 0: not there */
};

/* Yours: update_yaml_free. SK_BAD: "line:column: what is wrong". */
sk_err update_yaml_read(struct update_yaml_document **document, sk_str text) SK_CHECKED;
void update_yaml_free(struct update_yaml_document *document);
struct update_yaml update_yaml_root(struct update_yaml_document *document);
bool update_yaml_is(struct update_yaml value);
/* Of a map. */
struct update_yaml update_yaml_get(struct update_yaml map, const char *key);
bool update_yaml_pair(sk_str *key, struct update_yaml *value, struct update_yaml map, size_t index);
/* Of a list; a single value is a list of one. */
bool update_yaml_item(struct update_yaml *item, struct update_yaml list, size_t index);
/* Empty with p NULL when it is no text. Borrowed from the document. */
sk_str update_yaml_text(struct update_yaml value);

#endif
