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

const struct seclang_body_kind *
seclang_body_find(sk_str name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (sk_str_eq_nocase(name, sk_str_of(kinds[i]->name))) return kinds[i];
    return NULL;
}

void
seclang_body_init(struct seclang_body *body, sk_arena *mem,
                  const struct seclang_body_limits *limits, const struct seclang_body_sink *sink)
{
    *body = (struct seclang_body){ .mem = mem, .limits = *limits, .sink = *sink };
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
