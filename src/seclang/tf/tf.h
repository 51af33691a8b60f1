/* Transformations (t:...). One row each; byte for byte as mod_security 2.9.
 *
 * A transformation never changes its input: it answers "unchanged", or writes a new text to the
 * arena. `needs` says which bytes must be present for it to change anything: where a value has none
 * of them, the planner does not call it at all. */
#ifndef SECLANG_TF_H
#define SECLANG_TF_H

#include "base/bytes.h"
#include "base/str.h"

/* SecUnicodeMapFile: best-fit bytes for code points of one code page; NULL members: no map. */
struct seclang_unicode_map {
    unsigned char best_fit[65536]; /* 0: none */
};

struct seclang_tf {
    const char *name; /* lower case; names are compared without regard to case */
    /* True: *out is the new text. False: nothing changed, *out is untouched. `map` may be NULL. */
    bool (*run)(sk_str *out, sk_arena *mem, sk_str in, const struct seclang_unicode_map *map);
    struct sk_bytes needs; /* sound: without any of these the text stays as it is */
    bool always;           /* changes any text (length, sha1, base64Encode): needs is not asked */
    /* Whether the new text may have `least` bytes (1 or more); quick. NULL: it always may. */
    bool (*reaches)(sk_str in, size_t least);
};

/* NULL when unknown. t:none is the caller's business. */
const struct seclang_tf *seclang_tf_find(sk_str name);
/* All rows, for tests, help and fuzzing. */
const struct seclang_tf *seclang_tf_rows(size_t *count);
/* Reads the code page's section of a unicode.mapping file's text. */
sk_err seclang_unicode_map_read(struct seclang_unicode_map *map, sk_str text,
                                unsigned code_page) SK_CHECKED;

#endif
