/* What the four body parsers share. Of this folder only. */
#ifndef SECLANG_BODY_INNER_H
#define SECLANG_BODY_INNER_H

#include "seclang/body/body.h"

struct seclang_body_kind {
    const char *name;
    struct seclang_body *(*begin)(sk_arena *mem, sk_str content_type,
                                  const struct seclang_body_limits *limits,
                                  const struct seclang_body_sink *sink);
    void (*feed)(struct seclang_body *body, sk_str chunk);
    void (*finish)(struct seclang_body *body, struct seclang_body_report *report);
    /* Gives back what is not arena memory; may be NULL. */
    void (*release)(struct seclang_body *body);
};

/* The first member of every parser's own struct. */
struct seclang_body {
    const struct seclang_body_kind *kind; /* set once it has begun */
    sk_arena *mem;                        /* for what lasts as long as the parser */
    sk_arena *out;                        /* for what is reported */
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
/* Reports an argument, or a fault and false where there are too many. Both texts must live on
 * body->out (or be static). */
bool seclang_body_argument(struct seclang_body *body, sk_str name, sk_str value);
/* Counts bytes outside of files and returns as many of the chunk as the limit leaves; a fault when
 * the limit is reached (as mod_security 2: a body of exactly the limit is too large). */
sk_str seclang_body_take(struct seclang_body *body, sk_str chunk);

/* A text that grows has become long enough for a piece of its own. */
static inline bool
seclang_body_piece_due(const struct seclang_body *body, size_t n)
{
    return body->limits.piece > 0 && n >= body->limits.piece;
}
/* The largest place up to `at` where a text can be cut without cutting a character of UTF-8. */
size_t seclang_body_cut_at(sk_str text, size_t at);
/* Takes a piece off a text that grows, as a copy on body->out; the text keeps what follows the
 * piece, and the piece's last limits.overlap bytes. */
sk_str seclang_body_piece(struct seclang_body *body, struct sk_buf *text);

#endif
