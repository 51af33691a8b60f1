/* A host without a server: raw HTTP/1 texts walked through a transaction. For tests, benchmarks
 * and replaying recorded requests. */
#ifndef SECLANG_REPLAY_H
#define SECLANG_REPLAY_H

#include "seclang/seclang.h"

enum { SECLANG_REPLAY_HEADERS_MOST = 200 };

struct seclang_replay_header {
    sk_str name, value;
};

/* A request line in its parts; what is missing is empty. Borrowed from the line. */
struct seclang_replay_line {
    sk_str line, method, uri, protocol;
};
struct seclang_replay_line seclang_replay_cut(sk_str line);

/* A message, borrowed from the raw text. */
struct seclang_replay {
    sk_str line;
    sk_str method, uri, protocol; /* of a request */
    int status;                   /* of a response; protocol counts there, too */
    struct seclang_replay_header header[SECLANG_REPLAY_HEADERS_MOST];
    unsigned header_count;
    sk_str body;
};

/* Lines end in LF or CRLF; a body begins behind the first empty line and goes to the end. SK_BAD
 * when a line is no header, SK_FULL with more than SECLANG_REPLAY_HEADERS_MOST. */
sk_err seclang_replay_read_request(struct seclang_replay *request, sk_str raw) SK_CHECKED;
sk_err seclang_replay_read_response(struct seclang_replay *response, sk_str raw) SK_CHECKED;

/* A header's value, the first of its name without regard to case; p NULL: there is none. */
sk_str seclang_replay_header(const struct seclang_replay *message, sk_str name);

/* Phases 1 and 2, 3 and 4. They stop at the first verdict but SECLANG_PASS; a body past its limit
 * is answered as a host does, by a verdict of 413 or 500 of rule 0. */
struct seclang_verdict seclang_replay_request(struct seclang_tx *tx,
                                              const struct seclang_replay *request);
struct seclang_verdict seclang_replay_response(struct seclang_tx *tx,
                                               const struct seclang_replay *response);

#endif
