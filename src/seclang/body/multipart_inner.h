/* multipart/form-data: the three files of the parser share this. multipart.c cuts lines and finds
 * boundaries, multipart_type.c reads the Content-Type header, multipart_part.c a part's headers
 * and data.
 *
 * Semantics and words are mod_security 2.9's (RFC 7578 and RFC 2046 read strictly): what a lenient
 * application could understand otherwise raises a flag or is a fault. Unlike there, reading goes on
 * after a fault, so that rules see what hides behind it, and faults do not quote the body: it may
 * hold personal data. */
#ifndef SECLANG_BODY_MULTIPART_INNER_H
#define SECLANG_BODY_MULTIPART_INNER_H

#include "seclang/body/inner.h"

enum {
    SECLANG_MULTIPART_LINE = 4096,       /* longest header line; data is read in such pieces */
    SECLANG_MULTIPART_TYPE_MOST = 1024,  /* longest Content-Type header */
    SECLANG_MULTIPART_HEADERS_MOST = 64, /* headers of one part */
    SECLANG_MULTIPART_PARTS_MOST = 10000 /* parts of one body */
};

struct seclang_part_head {
    sk_str name;  /* before the colon */
    sk_str value; /* unfolded */
    sk_str line;  /* as reported: no line end; folded lines joined by one space */
};

struct seclang_part {
    bool in_data;   /* past the empty line */
    bool data_read; /* at least one line of data came */
    bool is_file, named;
    sk_str name, filename;
    struct seclang_part_head head[SECLANG_MULTIPART_HEADERS_MOST];
    unsigned head_count;
    struct sk_buf folded; /* the newest head's line, once it was folded */
    bool faulty;          /* its headers are not to be trusted */
    struct sk_buf value;
    size_t length; /* of the data, without the line end before the boundary */
    char held[2];  /* a line end that belongs to the data only if more follows */
    unsigned held_count;
};

struct seclang_multipart {
    struct seclang_body base;
    sk_arena *part_mem; /* of the part at hand; its own where texts are cut in pieces */
    struct seclang_multipart_flags flags;
    bool error_flag; /* counts as strict error: not so a missing final boundary */
    bool stopped;    /* no boundary, or a limit: the rest is not read */
    bool seen_data, complete;
    sk_str boundary;
    sk_str delimiter; /* "--" boundary */
    unsigned boundary_count, part_count;
    bool crlf_line;

    char line[SECLANG_MULTIPART_LINE];
    size_t n;
    bool at_line_start; /* the buffer begins where a line begins */
    enum { SECLANG_END_NONE, SECLANG_END_LF, SECLANG_END_CRLF } last_end; /* of the line before */

    bool building;
    struct seclang_part part;
    size_t files_size;
};

/* A fault that also counts as strict error. The prefix "Multipart parsing error: Multipart: " is
 * put before. */
static inline void
seclang_multipart_fault(struct seclang_multipart *m, const char *what)
{
    m->error_flag = true;
    seclang_body_fault(&m->base, "Multipart parsing error: Multipart: %s", what);
}

/* Reads the boundary and its flags from the Content-Type header; a fault stops m. */
void seclang_multipart_type(struct seclang_multipart *m, sk_str content_type);

/* Forgets the part before. */
void seclang_part_begin(struct seclang_multipart *m);
/* One line of the headers with its line end, or a piece of a line that is too long. */
void seclang_part_header_line(struct seclang_multipart *m, sk_str line);
/* A piece of data: a line with its end, or a part of a long line. */
void seclang_part_data(struct seclang_multipart *m, sk_str piece);
/* Reports the part. */
void seclang_part_end(struct seclang_multipart *m);

#endif
