/* What the fuzz targets of the body parsers share. The first byte is the size of chunks, the first
 * line the Content-Type, the rest the body. It is read whole and in chunks: what is reported must
 * be the same, lie in the limits, and have every byte readable (the address sanitizer looks). */
#ifndef BODY_FUZZ_H
#define BODY_FUZZ_H

#include "seclang/body/body.h"

#include <stdlib.h>

enum { FUZZ_ARGUMENTS = 50, FUZZ_DEPTH = 20, FUZZ_BYTES = 5000 };

/* FNV-1a over all that was reported, lengths included. */
struct fuzz_seen {
    uint64_t hash;
    unsigned arguments;
};

static void
fuzz_mix(struct fuzz_seen *seen, sk_str s)
{
    seen->hash = (seen->hash ^ s.n) * 0x100000001b3u;
    for (size_t i = 0; i < s.n; i++)
        seen->hash = (seen->hash ^ (unsigned char)s.p[i]) * 0x100000001b3u;
}

static void
fuzz_argument(void *ctx, sk_str name, sk_str value)
{
    struct fuzz_seen *seen = ctx;

    fuzz_mix(seen, name);
    fuzz_mix(seen, value);
    if (++seen->arguments > FUZZ_ARGUMENTS) abort();
}

static void
fuzz_file(void *ctx, sk_str field, sk_str filename, size_t size)
{
    fuzz_mix(ctx, field);
    fuzz_mix(ctx, filename);
    fuzz_mix(ctx, (sk_str){ (const char *)&size, sizeof size });
}

static void
fuzz_part_header(void *ctx, sk_str part, sk_str line)
{
    fuzz_mix(ctx, part);
    fuzz_mix(ctx, line);
    if (sk_str_ends(line, SK_STR("\n"))) abort(); /* no line end, ever */
}

static void
fuzz_xml(void *ctx, sk_str text, bool attribute)
{
    fuzz_mix(ctx, text);
    fuzz_mix(ctx, attribute ? SK_STR("@") : SK_STR("/"));
}

static const struct seclang_body_limits fuzz_limits = {
    FUZZ_ARGUMENTS, FUZZ_DEPTH, FUZZ_BYTES, '&', 0, 0
};
/* Texts cut in pieces: then how many there are depends on the chunks. */
static const struct seclang_body_limits fuzz_pieces = { FUZZ_ARGUMENTS, FUZZ_DEPTH, 0, '&', 32, 8 };

static uint64_t
fuzz_run(const char *kind, const struct seclang_body_limits *limits, sk_str type, sk_str body,
         size_t chunk)
{
    struct fuzz_seen seen = { .hash = 0xcbf29ce484222325u };
    struct seclang_body_sink sink = { &seen, fuzz_argument, fuzz_file, fuzz_part_header, fuzz_xml };
    struct seclang_body_report report = { 0 };
    sk_arena *mem = sk_arena_new(0);
    struct seclang_body *reader = seclang_body_begin(mem, sk_str_of(kind), type, limits, &sink);

    for (; body.n; body = sk_str_from(body, chunk)) {
        sk_str piece = sk_str_first(body, chunk);
        char *copy = malloc(piece.n ? piece.n : 1); /* no larger: overreads are seen */
        memcpy(copy, piece.p, piece.n);
        seclang_body_feed(reader, (sk_str){ copy, piece.n });
        free(copy);
    }
    seclang_body_finish(reader, &report);
    seclang_body_free(reader);
    fuzz_mix(&seen, report.error);
    fuzz_mix(&seen, (sk_str){ (const char *)&report.multipart, sizeof report.multipart });
    fuzz_mix(&seen, (sk_str){ (const char *)&report.files_combined_size, sizeof(size_t) });
    sk_arena_free(mem);
    return seen.hash;
}

static int
fuzz_body(const char *kind, const uint8_t *data, size_t size)
{
    sk_str rest = { (const char *)data, size }, type;

    if (size < 2) return 0;
    size_t chunk = data[0] ? data[0] : 1;
    rest = sk_str_from(rest, 1);
    if (!sk_str_cut(&type, &rest, '\n') || !rest.p) return 0;
    if (fuzz_run(kind, &fuzz_limits, type, rest, rest.n + 1) !=
        fuzz_run(kind, &fuzz_limits, type, rest, chunk))
        abort();
    fuzz_run(kind, &fuzz_pieces, type, rest, chunk);
    return 0;
}

#endif
