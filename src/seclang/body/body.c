/* The table of body parsers, and what they share. */
#include "seclang/body/inner.h"

#include <stdarg.h>
#include <stdio.h>

static const struct seclang_body_kind *const kinds[] = {
    &seclang_body_urlencoded,
    &seclang_body_multipart,
    &seclang_body_json,
    &seclang_body_xml,
};

struct seclang_body *
seclang_body_begin(sk_arena *mem, sk_str name, sk_str content_type,
                   const struct seclang_body_limits *limits, const struct seclang_body_sink *sink)
{
    struct seclang_body *body;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!sk_str_eq_nocase(name, sk_str_of(kinds[i]->name))) continue;
        body = kinds[i]->begin(mem, content_type, limits, sink);
        body->kind = kinds[i];
        return body;
    }
    return NULL;
}

void
seclang_body_feed(struct seclang_body *body, sk_str chunk)
{
    body->kind->feed(body, chunk);
}

void
seclang_body_finish(struct seclang_body *body, struct seclang_body_report *report)
{
    body->kind->finish(body, report);
}

void
seclang_body_free(struct seclang_body *body)
{
    if (body && body->kind->release) body->kind->release(body);
}

const char *
seclang_body_name(const struct seclang_body *body)
{
    return body->kind->name;
}

void
seclang_body_init(struct seclang_body *body, sk_arena *mem,
                  const struct seclang_body_limits *limits, const struct seclang_body_sink *sink)
{
    *body = (struct seclang_body){ .mem = mem, .out = mem, .limits = *limits, .sink = *sink };
}

void
seclang_body_report_on(struct seclang_body *body, sk_arena *mem)
{
    body->out = mem;
}

/* Bytes that the character takes which begins with c; 1 also for what begins none. */
static size_t
character_length(unsigned char c)
{
    return c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
}

size_t
seclang_body_cut_at(sk_str text, size_t at)
{
    if (at > text.n) at = text.n;
    for (size_t back = 1; back <= 3 && back <= at; back++) {
        unsigned char c = (unsigned char)text.p[at - back];

        if (c < 0x80) break;
        if (c >= 0xc0) return character_length(c) > back ? at - back : at;
    }
    return at;
}

sk_str
seclang_body_piece(struct seclang_body *body, struct sk_buf *text)
{
    sk_str all = sk_buf_str(text);
    size_t end = seclang_body_cut_at(all, all.n);
    size_t from = end > body->limits.overlap ? end - body->limits.overlap : 0;
    sk_str piece = sk_str_copy(body->out, sk_str_first(all, end));

    from = seclang_body_cut_at(all, from);
    memmove(text->p, text->p + from, text->n - from);
    text->n -= from;
    return piece;
}

void
seclang_body_fault(struct seclang_body *body, const char *fmt, ...)
{
    char text[512];
    va_list args;

    if (body->error.n) return;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n > 0) body->error = sk_str_copy(body->mem, sk_str_of(text));
}

bool
seclang_body_argument(struct seclang_body *body, sk_str name, sk_str value)
{
    if (body->arguments >= body->limits.arguments) {
        seclang_body_fault(body, "SecArgumentsLimit exceeded");
        return false;
    }
    body->arguments++;
    if (body->sink.argument) body->sink.argument(body->sink.ctx, name, value);
    return true;
}

sk_str
seclang_body_take(struct seclang_body *body, sk_str chunk)
{
    size_t limit = body->limits.no_files;
    size_t room = body->no_files < limit ? limit - body->no_files : 0;

    if (limit && chunk.n >= room) {
        seclang_body_fault(body,
                           "Request body no files data length is larger than the configured limit "
                           "(%zu).",
                           limit);
        chunk = sk_str_first(chunk, room);
    }
    body->no_files += chunk.n;
    return chunk;
}
