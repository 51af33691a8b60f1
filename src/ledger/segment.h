/* Segments: the files that hold the records, `segment/FIRST-DATE.jsonl`, FIRST being the sequence
 * of their first record in 20 digits and DATE the day in Japan on which they were begun. And
 * reading their lines, which never takes more than a bounded piece into memory. */
#ifndef LEDGER_SEGMENT_H
#define LEDGER_SEGMENT_H

#include "base/when.h"

enum {
    LEDGER_SEGMENT_BYTES = 64 * 1024 * 1024, /* a segment is closed from this size on */
    LEDGER_SEGMENTS_MAX = 100 * 1000,
    LEDGER_SEGMENT_NAME = 48,
    LEDGER_LINES_CHUNK = 1 << 20,
};

struct ledger_segment {
    uint64_t first;
    char date[11];
    char name[LEDGER_SEGMENT_NAME]; /* below the folder `segment` */
};

void ledger_segment_set(struct ledger_segment *segment, uint64_t first, sk_when when);
/* False: it is not a segment's name. */
bool ledger_segment_named(struct ledger_segment *segment, const char *name);
/* The first moment behind the segment's day in Japan. */
sk_when ledger_segment_day_end(const struct ledger_segment *segment);

/* All segments of the folder `folder` in order, on the arena. What is no segment goes into
 * `strangers`, a name a line; where that is NULL it is passed over. SK_MISSING where there is no
 * folder. */
sk_err ledger_segments_list(struct ledger_segment **list, size_t *count, struct sk_buf *strangers,
                            sk_arena *mem, const char *folder) SK_CHECKED;

/* Lines of an open file. */
struct ledger_lines {
    int fd;
    char *p;
    size_t n, at;    /* bytes in p, and how many are done */
    uint64_t offset; /* of p[0] in the file */
};

/* The file stays the caller's. From `offset`, which is where a line begins. */
void ledger_lines_begin(struct ledger_lines *lines, int fd, uint64_t offset);
void ledger_lines_end(struct ledger_lines *lines);
/* The next line without its end, borrowed until the next call; false at the file's end. A last line
 * that has no end is given with *whole false. SK_BAD: longer than a record can be; SK_BROKEN: the
 * file cannot be read. */
sk_err ledger_lines_next(bool *got, sk_str *line, bool *whole,
                         struct ledger_lines *lines) SK_CHECKED;
/* Where the next line begins. */
static inline uint64_t
ledger_lines_at(const struct ledger_lines *lines)
{
    return lines->offset + lines->at;
}

#endif
