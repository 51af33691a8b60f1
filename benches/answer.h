/* Where an HTTP/1.1 answer ends. Bytes in, verdict out; no I/O, nothing kept but the head. */
#ifndef SEKISHO_BENCHES_ANSWER_H
#define SEKISHO_BENCHES_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum { ANSWER_HEAD_MAX = 16384 };

enum answer_end {
    ANSWER_MORE, /* not yet */
    ANSWER_DONE, /* whole; bytes behind it were not used */
    ANSWER_BAD   /* not HTTP/1.1, or a head above ANSWER_HEAD_MAX */
};

enum answer_part {
    ANSWER_HEAD,
    ANSWER_LENGTH,     /* left bytes of body */
    ANSWER_CHUNK_SIZE, /* a line with a hexadecimal number */
    ANSWER_CHUNK,      /* left bytes, then a line end */
    ANSWER_TRAILER,
    ANSWER_UNTIL_CLOSE
};

struct answer {
    enum answer_part part;
    int status;
    bool closes;   /* the server will close after it */
    bool bodiless; /* set by the caller before: the request was HEAD */
    size_t left;   /* bytes of the current chunk or body */
    size_t line;   /* bytes of the current chunk-size or trailer line */
    size_t head_n;
    char head[ANSWER_HEAD_MAX + 1];
};

/* Forgets the last answer. */
void answer_reset(struct answer *a, bool bodiless);
/* Uses up to n bytes; *used says how many. After DONE or BAD: answer_reset. Interim answers
 * (1xx) are passed over. RFC 9112, 6.3. */
enum answer_end answer_feed(struct answer *a, const char *bytes, size_t n, size_t *used);
/* The peer closed: DONE if the body was to end so and BAD otherwise. */
enum answer_end answer_closed(const struct answer *a);

#endif
