/* Pages from files: HTML (or SVG) text with {{...}} in it. Parsed once, rendered by many threads.
 *
 *   {{name}} {{a.b}} {{.}}   the value, escaped for HTML text and quoted attributes
 *   {{url name}}             percent-encoded, for a piece of a URL
 *   {{path name}}            a whole URL at the start of href, src or action: our own paths only
 *   {{raw name}}             HTML that code made: the value must be of that kind
 *   {{t key}}                the words for key in the reader's language; {name} in them is a value
 *   {{#each list}} .. {{else}} .. {{/each}}    once an item; else: when there is none
 *   {{#with object}} .. {{else}} .. {{/with}}        its values by name; else: when there is none
 *   {{#if name}} .. {{else}} .. {{/if}}   {{#unless name}} .. {{/unless}}
 *   {{> part}}               another file        {{! remark}}
 *   {{layout name}}          first in a file: it is put into that file's {{content}}
 *
 * The parser follows the markup (template_markup.h) and refuses an insertion where escaping could
 * not protect: outside quotes in a tag, in style and on... attributes, in script and style. A value
 * that the template names but the code did not set is an error, not an empty text. */
#ifndef SK_PART_TEMPLATE_H
#define SK_PART_TEMPLATE_H

#include "base/str.h"

enum {
    PART_TEMPLATES_MAX = 96,             /* files of one set */
    PART_TEMPLATE_SIZE_MAX = 256 * 1024, /* bytes of one file */
    PART_TEMPLATE_NODES_MAX = 4000,      /* pieces of one file */
    PART_TEMPLATE_DEPTH_MAX = 16,        /* blocks in blocks, parts in parts */
    PART_TEMPLATE_OUT_MAX = 4 * 1024 * 1024,
    PART_WORDS_MAX = 1000,
};

/* Values: an object of named texts, flags, lists and objects, on an arena. Names are static text.
 * Texts are borrowed, so they live as long as the value. */
struct part_value;
struct part_value *part_object_new(sk_arena *mem);
void part_set_text(struct part_value *object, const char *name, sk_str text);
/* Only for what code made itself with everything in it escaped. */
void part_set_html(struct part_value *object, const char *name, sk_str html);
void part_set_flag(struct part_value *object, const char *name, bool flag);
void part_set_int(struct part_value *object, const char *name, int64_t number);
struct part_value *part_set_object(struct part_value *object, const char *name);
struct part_value *part_set_list(struct part_value *object, const char *name);
/* A new object, last in the list. */
struct part_value *part_list_add(struct part_value *list);
/* The same with a text as the item ({{.}}). */
void part_list_add_text(struct part_value *list, sk_str text);

/* The words of one language: a JSON object of texts. Yours: part_words_free. */
struct part_words;
sk_err part_words_load(struct part_words **words, const char *path) SK_CHECKED;
/* Of several files, a list that ends with NULL. SK_BAD for a key that stands in two of them. */
sk_err part_words_load_all(struct part_words **words, const char *const *paths) SK_CHECKED;
void part_words_free(struct part_words *words);
/* The words for key; empty when there are none. Borrowed. */
sk_str part_words_get(const struct part_words *words, const char *key);
sk_str part_words_find(const struct part_words *words, sk_str key);

/* All *.html and *.svg of a folder and the folders in it, named by path without ending ("page",
 * "picture/tin"). SK_BAD with file:line:column. Yours: part_templates_free. */
struct part_templates;
sk_err part_templates_load(struct part_templates **set, const char *folder) SK_CHECKED;
/* The same of several folders, a list that ends with NULL: rooms share a folder of parts and
 * layouts. SK_BAD when two files have one name. */
sk_err part_templates_load_all(struct part_templates **set, const char *const *folders) SK_CHECKED;
void part_templates_free(struct part_templates *set);
/* SK_BAD with file:line:column of the first {{t key}} that `words` does not have. */
sk_err part_templates_check(const struct part_templates *set,
                            const struct part_words *words) SK_CHECKED;

/* Appends the page to `out`. `words` may be NULL where no file uses {{t}}. SK_MISSING when there is
 * no such template, SK_BROKEN with file:line:column when a value is not set. */
sk_err part_template_render(struct sk_buf *out, const struct part_templates *set, const char *name,
                            const struct part_words *words,
                            const struct part_value *root) SK_CHECKED;

/* One text by itself, for tests and fuzzing; `file` names it in errors. On `mem`, which must live
 * as long; text and file are borrowed. */
struct part_template;
sk_err part_template_parse(struct part_template **made, sk_arena *mem, sk_str text,
                           const char *file) SK_CHECKED;

/* s escaped for HTML text and quoted attributes. */
void part_html_escape(struct sk_buf *out, sk_str s);
/* s percent-encoded but for RFC 3986's unreserved characters. */
void part_url_escape(struct sk_buf *out, sk_str s);

#endif
