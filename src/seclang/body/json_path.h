/* Names of JSON values: the keys on the way to a value, joined by dots.
 *
 *     {"a":{"b":1},"c":[2,{"d":3}]}     a.b=1  c.c=2  c.c.d=3
 *     [4,[5]]                           array.array=4  array.array.array=5
 *
 * As mod_security 2.9.7 (apache2/msc_json.c): an array adds the name it stands under once more, a
 * whole document that is an array is called "array", there is no prefix "json." and no index
 * (both are libmodsecurity 3's). A dot inside a key, where 2.9.7 loses its way, is kept. */
#ifndef SECLANG_BODY_JSON_PATH_H
#define SECLANG_BODY_JSON_PATH_H

#include "base/str.h"

enum {
    SECLANG_JSON_NAME_MOST = 8192, /* bytes of a name; of a longer one only the key is left */
    /* Where texts are cut in pieces: there the arguments are not counted, and each of them repeats
     * its name. */
    SECLANG_JSON_NAME_MOST_IN_PIECES = 512
};

struct seclang_json_level {
    bool array;
    bool named;      /* added a component */
    bool had_prefix; /* what was before it */
    size_t prefix_n;
};

struct seclang_json_path {
    sk_arena *mem;
    struct sk_buf prefix; /* the components so far, joined */
    bool has_prefix;      /* an empty prefix is not the same as none */
    struct sk_buf key;
    bool has_key;
    struct seclang_json_level *level;
    size_t depth, room;
    unsigned counted; /* levels by mod_security's counting: not an object that is the document */
};

/* What a path keeps for itself (key, prefix, levels) lies on `mem`. */
void seclang_json_path_init(struct seclang_json_path *path, sk_arena *mem);
/* The key is copied. */
void seclang_json_path_key(struct seclang_json_path *path, sk_str key);
void seclang_json_path_enter(struct seclang_json_path *path, bool array);
void seclang_json_path_leave(struct seclang_json_path *path);
/* A new text on `mem`. *whole is false when it was longer than `most`. */
sk_str seclang_json_path_name(const struct seclang_json_path *path, sk_arena *mem, size_t most,
                              bool *whole);

#endif
