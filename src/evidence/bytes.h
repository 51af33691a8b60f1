/* Looks for texts in the bytes of files, in whichever way they may be written there: UTF-8, UTF-16
 * of both orders, Shift_JIS, EUC-JP, base 64 at each offset, hexadecimal, percent and JSON escapes.
 */
#ifndef EVIDENCE_BYTES_H
#define EVIDENCE_BYTES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { EVIDENCE_NEEDLES_MAX = 400 };

struct evidence_bytes {
    sk_arena *mem;
    struct evidence_needle {
        const char *what, *coding;
        sk_str bytes;
        uint16_t next; /* of the same two bytes at its beginning; 0: none */
    } * needle;        /* from 1 on */
    size_t count, longest;
    uint16_t *head; /* by the first two bytes */
    char *buffer;

    /* what was seen */
    uint64_t size;
    size_t files;
    uint64_t found;
    const struct evidence_needle *example;
    sk_str where;
};

void evidence_bytes_open(struct evidence_bytes *b, sk_arena *mem);
/* `what` says what it is, not the text itself. A text of less than six bytes would be found by
 * chance and is refused. SK_BROKEN: this system has no converter to one of the codings. */
sk_err evidence_bytes_add(struct evidence_bytes *b, const char *what, sk_str text) SK_CHECKED;
/* As they stand. */
sk_err evidence_bytes_add_raw(struct evidence_bytes *b, const char *what, sk_str bytes) SK_CHECKED;
/* All files of a folder and below; those that are removed meanwhile are passed over. */
sk_err evidence_bytes_look(struct evidence_bytes *b, const char *folder) SK_CHECKED;
/* The same in one piece of memory; `where` is its name. */
void evidence_bytes_look_in(struct evidence_bytes *b, sk_str bytes, const char *where);

#endif
