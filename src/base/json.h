/* JSON (RFC 8259). Writing is ours: straight into a buffer, no tree. Reading is jansson's, which
 * no other file includes. */
#ifndef SK_BASE_JSON_H
#define SK_BASE_JSON_H

#include "base/str.h"

/* A writer puts commas and quotes; the caller keeps begin and end in pairs, at most
 * SK_JSON_DEPTH deep. Text that is not UTF-8 is mended with U+FFFD. */
enum { SK_JSON_DEPTH = 32 };

struct sk_json_writer {
    struct sk_buf *out;
    unsigned depth;
    bool some[SK_JSON_DEPTH]; /* this level has a member already */
};

/* Inside an object `key` is its member's name; inside an array, and at the top, it is NULL. */
void sk_json_object(struct sk_json_writer *w, const char *key);
void sk_json_array(struct sk_json_writer *w, const char *key);
void sk_json_end_object(struct sk_json_writer *w);
void sk_json_end_array(struct sk_json_writer *w);
void sk_json_str(struct sk_json_writer *w, const char *key, sk_str value);
void sk_json_text(struct sk_json_writer *w, const char *key, const char *value);
void sk_json_int(struct sk_json_writer *w, const char *key, int64_t value);
void sk_json_bool(struct sk_json_writer *w, const char *key, bool value);
void sk_json_null(struct sk_json_writer *w, const char *key);
/* s as a JSON string with its quotes. */
void sk_json_quote(struct sk_buf *out, sk_str s);

/* A value read from text; all of a document lives until sk_json_free of its root. Every getter
 * takes NULL and answers as for a missing value, so that paths can be written in one line. */
typedef struct sk_json sk_json;

/* SK_BAD with line and column when text is not one JSON value; duplicate keys are refused. */
sk_err sk_json_read(sk_json **root, sk_str text) SK_CHECKED;
void sk_json_free(sk_json *root);
void sk_json_close(sk_json **root); /* for DEFER */
/* From now on texts that this process has read are overwritten when they are freed, as
 * sk_arena_wipe_all does. To be called before anything is read. */
void sk_json_wipe_all(void);

const sk_json *sk_json_get(const sk_json *object, const char *key);
const sk_json *sk_json_at(const sk_json *array, size_t index);
size_t sk_json_count(const sk_json *array_or_object);
/* Borrowed; n 0 and p NULL when it is not a string. */
sk_str sk_json_get_str(const sk_json *object, const char *key);
sk_str sk_json_as_str(const sk_json *value);
int64_t sk_json_get_int(const sk_json *object, const char *key, int64_t otherwise);
/* Of an integer, too. */
double sk_json_get_real(const sk_json *object, const char *key, double otherwise);
bool sk_json_get_bool(const sk_json *object, const char *key, bool otherwise);
/* Calls back for each member in the order of the text. */
void sk_json_each(const sk_json *object, void (*visit)(void *ctx, const char *key, const sk_json *),
                  void *ctx);

#endif
