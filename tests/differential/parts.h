/* The parts of a multipart body, read as simply as can be: what there is in them that mod_security
 * 2 and libmodsecurity are known to take differently. */
#ifndef DIFFERENTIAL_PARTS_H
#define DIFFERENTIAL_PARTS_H

#include "seclang/replay.h"

struct parts {
    bool no_boundary; /* it is empty */
    bool after;       /* a semicolon behind the boundary */
    bool repeated;    /* a part has two headers of one name */
    bool strange;     /* a header's name has a byte that is no visible ASCII */
    bool open;        /* a quotation of Content-Disposition does not end */
    bool unnamed;     /* the name is empty */
    bool unfinished;  /* the next boundary, or the end, stands among a part's headers */
};

/* All false where Content-Type is not multipart/form-data. */
struct parts parts_of(const struct seclang_replay *request);

/* Takes the line ends out of all values, as libmodsecurity does; the body lies on `mem` then. */
void parts_join_lines(struct seclang_replay *request, sk_arena *mem);

#endif
