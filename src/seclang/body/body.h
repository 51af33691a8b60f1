/* Request bodies: bytes in, named values out. Push parsers without I/O: feed chunks of any size,
 * then finish. Chunks are not kept; what is reported lives in the arena.
 *
 * A parser never fails half-way: what it could read is reported, the fault is said once (REQBODY_
 * ERROR), and everything that could hide behind it stays visible to the rules. */
#ifndef SECLANG_BODY_H
#define SECLANG_BODY_H

#include "base/str.h"

struct seclang_body_sink {
    void *ctx;
    /* ARGS_POST (decoded). JSON: names as mod_security 2.9: a.b, see json_path.h. */
    void (*argument)(void *ctx, sk_str name, sk_str value);
    /* FILES: field name, the client's file name, size. Called when the part ends. */
    void (*file)(void *ctx, sk_str field, sk_str filename, size_t size);
    /* MULTIPART_PART_HEADERS: the part's name and one header line without its line end. */
    void (*part_header)(void *ctx, sk_str part, sk_str line);
    /* XML: one attribute value; all text at the end in one call with attribute false. */
    void (*xml)(void *ctx, sk_str text, bool attribute);
};

struct seclang_body_limits {
    unsigned arguments; /* at most; more is a fault */
    unsigned depth;     /* JSON and XML */
    size_t no_files;    /* bytes outside of files; so many are a fault. 0: no limit */
    char separator;     /* of urlencoded arguments, usually & */
    size_t piece;       /* a text of so many bytes is reported in pieces. 0: never */
    size_t overlap;     /* bytes at the end of a piece with which the next one begins; at most half
                           of `piece` */
};

/* What rules ask afterwards. Flags are 0 or 1. */
struct seclang_multipart_flags {
    int boundary_quoted, boundary_whitespace, data_before, data_after, header_folding, lf_line,
        missing_semicolon, invalid_quoting, invalid_part, invalid_header_folding,
        file_limit_exceeded, crlf_lf_lines, unmatched_boundary, strict_error;
};

struct seclang_body_report {
    sk_str error; /* empty: none. In words, with where. */
    struct seclang_multipart_flags multipart;
    size_t files_combined_size; /* bytes */
    unsigned bad_encoding;      /* URLENCODED: bad %XX */
};

struct seclang_body; /* one body being read */

/* The parser is the one called `name` by ctl:requestBodyProcessor, without regard to case; NULL:
 * there is none. It lies on the arena; what does not goes by seclang_body_free. */
struct seclang_body *seclang_body_begin(sk_arena *mem, sk_str name, sk_str content_type,
                                        const struct seclang_body_limits *limits,
                                        const struct seclang_body_sink *sink);
void seclang_body_feed(struct seclang_body *body, sk_str chunk);
/* Once, after the last chunk. */
void seclang_body_finish(struct seclang_body *body, struct seclang_body_report *report);
/* Finished or not; NULL is allowed. */
void seclang_body_free(struct seclang_body *body);
/* "URLENCODED", "MULTIPART", "JSON", "XML". */
const char *seclang_body_name(const struct seclang_body *body);

/* Where the texts lie that are reported from now on; what the parser keeps for itself stays on the
 * arena of `begin`. With limits.piece set, that is bounded whatever the body's size. */
void seclang_body_report_on(struct seclang_body *body, sk_arena *mem);

/* Query strings and urlencoded bodies in one piece: each name and value decoded ('+' and %XX; a bad
 * %XX stays as it is). Returns false when there are more than `most`; *bad_encoding counts bad %XX.
 */
bool seclang_arguments_split(sk_arena *mem, sk_str text, char separator, unsigned most,
                             unsigned *bad_encoding,
                             void (*argument)(void *ctx, sk_str name, sk_str value), void *ctx);
/* Cookie header, version 0 (name=value; ...): not decoded, as mod_security 2. */
void seclang_cookies_split(sk_str header, void (*cookie)(void *ctx, sk_str name, sk_str value),
                           void *ctx);
/* %XX and, when `plus`, '+': in a new text, or s itself where nothing changes. */
sk_str seclang_url_decode(sk_arena *mem, sk_str s, bool plus, unsigned *bad_encoding);

#endif
