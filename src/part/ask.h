/* Asking another part: one HTTP request over a Unix socket, one answer, no threads. Bounded in time
 * and size. RFC 9112. */
#ifndef SK_PART_ASK_H
#define SK_PART_ASK_H

#include "base/str.h"

enum { PART_ASK_ANSWER_MAX = 8 * 1024 * 1024, PART_ASK_HEADERS_MAX = 8 };

struct part_ask_header {
    const char *name; /* static text */
    sk_str value;
};

struct part_ask {
    const char *path;   /* of the socket */
    const char *method; /* NULL: GET, or POST with a body */
    sk_str target;      /* "/v1/send"; empty: "/" */
    sk_str type, body;  /* of a POST; an empty type is application/json */
    struct part_ask_header header[PART_ASK_HEADERS_MAX];
    size_t headers;
    int patience; /* ms for all of it; 0: 5000 */
};

struct part_answer {
    int status;
    sk_str head, body; /* on the arena */
};

/* SK_MISSING: nobody listens; SK_BUSY: no whole answer in time; SK_FULL: longer than
 * PART_ASK_ANSWER_MAX; SK_BROKEN: not HTTP; SK_BAD: a header or target with a control character. An
 * answer of any status is success. */
sk_err part_ask(struct part_answer *answer, sk_arena *mem, const struct part_ask *ask) SK_CHECKED;
/* Of an answer; the first of that name, trimmed; p NULL when there is none. */
sk_str part_answer_header(const struct part_answer *answer, const char *name);
/* Reads a whole answer from its bytes, for tests and fuzzing. */
sk_err part_answer_read(struct part_answer *answer, sk_arena *mem, sk_str bytes) SK_CHECKED;

#endif
