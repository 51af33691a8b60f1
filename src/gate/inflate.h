/* Unpacks a compressed response for inspection: gzip, zlib and raw deflate, as browsers take them.
 * Memory is 32 KB of window and one output slice however far the data expands; the taker ends it.
 */
#ifndef SEKISHO_GATE_INFLATE_H
#define SEKISHO_GATE_INFLATE_H

#include "base/str.h"

enum gate_encoding {
    GATE_IDENTITY,
    GATE_GZIP,    /* gzip, x-gzip: RFC 1952 */
    GATE_DEFLATE, /* RFC 1950, or RFC 1951 bare as some servers send */
    GATE_UNKNOWN_ENCODING
};

/* From a Content-Encoding value. More than one encoding is unknown: nothing honest sends that. */
enum gate_encoding gate_encoding_of(sk_str header);

struct gate_inflate;

/* On mem; NULL for encodings that it does not unpack. */
struct gate_inflate *gate_inflate_new(sk_arena *mem, enum gate_encoding encoding);
/* Gives each unpacked slice to `take` until that answers false; the slice is not kept. SK_BAD when
 * the data is broken or goes on behind its end with what is no further gzip member. */
sk_err gate_inflate_add(struct gate_inflate *in, sk_str data, bool (*take)(void *ctx, sk_str slice),
                        void *ctx) SK_CHECKED;
/* True when the data was whole: cut data must not pass as inspected. */
bool gate_inflate_whole(const struct gate_inflate *in);

#endif
