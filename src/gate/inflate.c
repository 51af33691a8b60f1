/* Unpacks compressed responses: see inflate.h. zlib enters here and nowhere else. */
#include "gate/inflate.h"

#include <zlib.h>

enum { SLICE = 16384 };

struct gate_inflate {
    z_stream z;
    sk_arena *mem;
    enum gate_encoding encoding;
    bool bare_tried, ended;
    unsigned char out[SLICE];
};

enum gate_encoding
gate_encoding_of(sk_str header)
{
    static const struct {
        const char *name;
        enum gate_encoding encoding;
    } rows[] = {
        { "", GATE_IDENTITY },   { "identity", GATE_IDENTITY }, { "gzip", GATE_GZIP },
        { "x-gzip", GATE_GZIP }, { "deflate", GATE_DEFLATE },
    };

    header = sk_str_trim(header);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sk_str_eq_nocase(header, sk_str_of(rows[i].name))) return rows[i].encoding;
    return GATE_UNKNOWN_ENCODING;
}

/* On the arena, so that nothing needs to be freed when a request ends early. */
static voidpf
arena_get(voidpf ctx, uInt items, uInt size)
{
    return sk_array(ctx, items, size);
}

static void
arena_put(voidpf ctx, voidpf block)
{
    (void)ctx;
    (void)block;
}

/* 16 + 15: a gzip header is expected; 15: a zlib one; -15: none. */
static bool
start(struct gate_inflate *in, int window_bits)
{
    in->z.zalloc = arena_get;
    in->z.zfree = arena_put;
    in->z.opaque = in->mem;
    return inflateInit2(&in->z, window_bits) == Z_OK;
}

struct gate_inflate *
gate_inflate_new(sk_arena *mem, enum gate_encoding encoding)
{
    struct gate_inflate *in;

    if (encoding != GATE_GZIP && encoding != GATE_DEFLATE) return NULL;
    in = SK_NEW(mem, struct gate_inflate);
    in->mem = mem;
    in->encoding = encoding;
    if (!start(in, encoding == GATE_GZIP ? 16 + 15 : 15)) return NULL;
    return in;
}

/* "deflate" is zlib by the book and bare by some servers; browsers take both. Told apart by the
 * two header bytes, of which the first chunk may hold one only: then zlib's word counts. */
static void
choose_bare(struct gate_inflate *in, sk_str data)
{
    const unsigned char *p = (const unsigned char *)data.p;

    if (in->encoding != GATE_DEFLATE || in->bare_tried || data.n < 2) return;
    in->bare_tried = true;
    if (in->z.total_in == 0 && ((p[0] & 15) != 8 || (p[0] * 256 + p[1]) % 31 != 0))
        inflateReset2(&in->z, -15);
}

/* A gzip file may be several, one behind the other; all of it is shown, so all of it is read. */
static bool
next_member(struct gate_inflate *in)
{
    return in->encoding == GATE_GZIP && in->z.next_in[0] == 0x1F && inflateReset(&in->z) == Z_OK;
}

sk_err
gate_inflate_add(struct gate_inflate *in, sk_str data, bool (*take)(void *ctx, sk_str slice),
                 void *ctx)
{
    if (data.n == 0) return sk_ok();
    if (data.n > UINT32_MAX) return sk_fail(SK_FULL, "slice of more than 4 GB");
    choose_bare(in, data);
    in->z.next_in = (z_const Bytef *)data.p;
    in->z.avail_in = (uInt)data.n;
    for (;;) {
        int rc;
        size_t made;

        if (in->ended) {
            if (in->z.avail_in == 0) return sk_ok();
            if (!next_member(in))
                return sk_fail(SK_BAD, "data behind the end of a compressed body");
            in->ended = false;
        }
        in->z.next_out = in->out;
        in->z.avail_out = SLICE;
        rc = inflate(&in->z, Z_NO_FLUSH);
        made = SLICE - in->z.avail_out;
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
            return sk_fail(SK_BAD, "broken compressed body: %s", in->z.msg ? in->z.msg : "no data");
        if (made > 0 && !take(ctx, (sk_str){ (const char *)in->out, made })) return sk_ok();
        in->ended = rc == Z_STREAM_END;
        if (!in->ended && in->z.avail_in == 0 && in->z.avail_out > 0) return sk_ok();
    }
}

bool
gate_inflate_whole(const struct gate_inflate *in)
{
    return in->ended || in->z.total_in == 0;
}
