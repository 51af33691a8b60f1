/* What the four body parsers share. Of this folder only. */
#ifndef SECLANG_BODY_INNER_H
#define SECLANG_BODY_INNER_H

#include "seclang/body/body.h"

/* The first member of every parser's own struct. */
struct seclang_body {
    sk_arena *mem;
    struct seclang_body_limits limits;
    struct seclang_body_sink sink;
    sk_str error;       /* the first fault */
    size_t no_files;    /* bytes outside of files so far */
    unsigned arguments; /* reported so far */
};

extern const struct seclang_body_kind seclang_body_urlencoded, seclang_body_multipart,
    seclang_body_json, seclang_body_xml;

void seclang_body_init(struct seclang_body *body, sk_arena *mem,
                       const struct seclang_body_limits *limits,
                       const struct seclang_body_sink *sink);
/* Keeps the first fault; later ones are its consequences. */
void seclang_body_fault(struct seclang_body *body, const char *fmt, ...) SK_PRINTF(2, 3);
/* Reports an argument, or a fault and false where there are too many. Both texts must live in the
 * arena (or be static). */
bool seclang_body_argument(struct seclang_body *body, sk_str name, sk_str value);
/* Counts bytes outside of files and returns as many of the chunk as the limit leaves; a fault when
 * the limit is reached (as mod_security 2: a body of exactly the limit is too large). */
sk_str seclang_body_take(struct seclang_body *body, sk_str chunk);

#endif
