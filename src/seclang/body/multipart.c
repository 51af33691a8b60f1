/* multipart/form-data: lines and boundaries.
 *
 *     --boundary CRLF                  begins a part
 *     Content-Disposition: ... CRLF    headers
 *     CRLF                             ends them
 *     data CRLF                        its last line end belongs to the boundary
 *     --boundary-- CRLF                ends the last part
 *
 * Bytes are collected up to a line end or SECLANG_MULTIPART_LINE, whichever comes first, so that
 * what is seen does not depend on how the body was cut into chunks. */
#include "seclang/body/multipart_inner.h"

enum { PART_CHUNK = 16384 /* bytes: nearly every part's headers and short value */ };

static struct seclang_body *
begin(sk_arena *mem, sk_str content_type, const struct seclang_body_limits *limits,
      const struct seclang_body_sink *sink)
{
    struct seclang_multipart *m = SK_NEW(mem, struct seclang_multipart);

    seclang_body_init(&m->base, mem, limits, sink);
    m->part_mem = limits->piece > 0 ? sk_arena_new(PART_CHUNK) : mem;
    m->at_line_start = true;
    seclang_multipart_type(m, content_type);
    return &m->base;
}

static bool
is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* "\r\n" or "\n" and nothing else: 2 or 1; else 0. */
static unsigned
line_end(sk_str s)
{
    if (sk_str_eq(s, SK_STR("\r\n"))) return 2;
    return sk_str_eq(s, SK_STR("\n")) ? 1 : 0;
}

static void
next_part(struct seclang_multipart *m, bool final)
{
    if (m->building) seclang_part_end(m);
    m->complete = final;
    if (final) return;
    if (m->part_count >= SECLANG_MULTIPART_PARTS_MOST) {
        seclang_multipart_fault(m, "Too many parts.");
        m->stopped = true;
        return;
    }
    seclang_part_begin(m);
}

/* The line begins with our delimiter. False: it is read as content, because it stands where a
 * part's data should begin or because something follows the delimiter. */
static bool
read_boundary(struct seclang_multipart *m, sk_str line)
{
    if (m->last_end == SECLANG_END_LF) m->flags.lf_line = 1;
    if (m->building && !m->part.data_read) {
        m->flags.invalid_part = 1;
        return false;
    }
    sk_str rest = sk_str_from(line, m->delimiter.n);
    bool final = sk_str_starts(rest, SK_STR("--"));
    unsigned end = line_end(final ? sk_str_from(rest, 2) : rest);
    if (!end) {
        seclang_multipart_fault(m, "Invalid boundary.");
        return false;
    }
    if (end == 2)
        m->crlf_line = true;
    else
        m->flags.lf_line = 1;
    m->boundary_count++;
    next_part(m, final);
    return true;
}

/* A line that begins with "--" but not with our delimiter: content, but suspicious. */
static void
judge_near_boundary(struct seclang_multipart *m, sk_str line)
{
    sk_str rest = sk_str_from(line, 2);
    size_t blanks = 0;

    while (blanks < rest.n && is_space(rest.p[blanks]))
        blanks++;
    if (m->flags.boundary_quoted && rest.n && rest.p[0] == '"' &&
        sk_str_starts(sk_str_from(rest, 1), m->boundary))
        seclang_multipart_fault(m, "Invalid boundary (quotes).");
    else if (blanks && sk_str_starts(sk_str_from(rest, blanks), m->boundary))
        seclang_multipart_fault(m, "Invalid boundary (whitespace).");
    else
        m->flags.unmatched_boundary = 1;
}

/* True when the line was a boundary. As mod_security 2, only the beginning of a line that is longer
 * than the buffer is looked at. */
static bool
took_boundary(struct seclang_multipart *m, sk_str line)
{
    if (!m->at_line_start) return false;
    if (line.n > 3 && sk_str_starts(line, SK_STR("--"))) {
        if (sk_str_starts(line, m->delimiter)) return read_boundary(m, line);
        judge_near_boundary(m, line);
    } else if (sk_str_find(line, m->delimiter) != SIZE_MAX) {
        m->flags.unmatched_boundary = 1;
    }
    return false;
}

static void
read_content(struct seclang_multipart *m, sk_str line)
{
    if (!m->building)
        m->flags.data_before = 1;
    else if (m->part.in_data)
        seclang_part_data(m, line);
    else
        seclang_part_header_line(m, line);
}

/* The buffer holds a line with its end, or a full piece of a long one. */
static void
read_line(struct seclang_multipart *m)
{
    sk_str line = { m->line, m->n };
    bool whole = m->n && m->line[m->n - 1] == '\n';

    if (!took_boundary(m, line)) read_content(m, line);
    m->last_end = !whole                                 ? SECLANG_END_NONE
                  : m->n > 1 && line.p[m->n - 2] == '\r' ? SECLANG_END_CRLF
                                                         : SECLANG_END_LF;
    m->at_line_start = whole;
    m->n = 0;
}

/* Moves bytes into the buffer up to a line end or until it is full. A piece never ends between \r
 * and \n. Returns how many were taken; *full tells that the buffer is to be read. */
static size_t
fill(struct seclang_multipart *m, sk_str chunk, bool *full)
{
    size_t room = SECLANG_MULTIPART_LINE - m->n;
    sk_str piece = sk_str_first(chunk, room);
    size_t end = sk_str_find_byte(piece, '\n');

    if (end != SIZE_MAX)
        piece.n = end + 1;
    else if (piece.n == room && piece.p[room - 1] == '\r')
        piece.n--;
    memcpy(m->line + m->n, piece.p, piece.n);
    m->n += piece.n;
    *full = end != SIZE_MAX || m->n == SECLANG_MULTIPART_LINE ||
            (m->n == SECLANG_MULTIPART_LINE - 1 && chunk.n > piece.n);
    return piece.n;
}

/* Where the first "--" stands, or the end. */
static size_t
before_dashes(sk_str s)
{
    size_t at = 0;

    while (at < s.n) {
        size_t dash = sk_str_find_byte(sk_str_from(s, at), '-');

        if (dash == SIZE_MAX || at + dash + 1 >= s.n) return s.n;
        at += dash;
        if (s.p[at + 1] == '-') return at;
        at++;
    }
    return s.n;
}

/* How much of the chunk is whole lines of a file without "--": no line of them is a boundary or
 * holds one, so that they need not be read one by one. Nearly all of an upload is such. */
static size_t
plain_lines(const struct seclang_multipart *m, sk_str chunk)
{
    size_t n;

    if (m->n || !m->at_line_start || !m->building || !m->part.in_data || !m->part.is_file) return 0;
    n = before_dashes(chunk);
    while (n > 0 && chunk.p[n - 1] != '\n')
        n--;
    return n;
}

static void
read_lines(struct seclang_multipart *m, sk_str lines)
{
    bool crlf = lines.n > 1 && lines.p[lines.n - 2] == '\r';

    seclang_part_data(m, lines);
    m->last_end = crlf ? SECLANG_END_CRLF : SECLANG_END_LF;
}

/* A line, a piece of a long one, or many at once; how much. */
static size_t
read_some(struct seclang_multipart *m, sk_str chunk)
{
    size_t plain = plain_lines(m, chunk), taken;
    bool full;

    if (plain) {
        read_lines(m, sk_str_first(chunk, plain));
        return plain;
    }
    taken = fill(m, chunk, &full);
    if (full) read_line(m);
    return taken;
}

static void
feed(struct seclang_body *body, sk_str chunk)
{
    struct seclang_multipart *m = (struct seclang_multipart *)body;

    if (chunk.n) m->seen_data = true;
    while (chunk.n && !m->stopped && !m->complete)
        chunk = sk_str_from(chunk, read_some(m, chunk));
    if (m->complete && chunk.n) m->flags.data_after = 1;
}

/* The final boundary may lack its line end. */
static bool
ends_without_line_end(struct seclang_multipart *m)
{
    sk_str line = { m->line, m->n };

    if (!m->at_line_start || line.n != m->delimiter.n + 2 || !m->boundary_count) return false;
    if (!sk_str_starts(line, m->delimiter) || !sk_str_ends(line, SK_STR("--"))) return false;
    if (m->last_end == SECLANG_END_LF) m->flags.lf_line = 1;
    if (m->building && !m->part.data_read) m->flags.invalid_part = 1;
    next_part(m, true);
    return true;
}

static void
complete(struct seclang_multipart *m)
{
    bool whole = !m->seen_data || m->complete || m->stopped || ends_without_line_end(m);

    if (m->building && m->part.in_data && !m->stopped)
        seclang_part_data(m, (sk_str){ m->line, m->n });
    if (m->building) seclang_part_end(m);
    if (!whole)
        seclang_body_fault(&m->base, "Multipart parsing error: Multipart: %s",
                           m->boundary_count ? "Final boundary missing."
                                             : "No boundaries found in payload.");
}

static void
finish(struct seclang_body *body, struct seclang_body_report *report)
{
    struct seclang_multipart *m = (struct seclang_multipart *)body;

    complete(m);
    struct seclang_multipart_flags *f = &m->flags;
    f->crlf_lf_lines = f->lf_line && m->crlf_line;
    f->strict_error = m->error_flag || f->boundary_quoted || f->boundary_whitespace ||
                      f->data_before || f->data_after || f->header_folding || f->lf_line ||
                      f->missing_semicolon || f->invalid_quoting || f->invalid_part ||
                      f->invalid_header_folding || f->file_limit_exceeded;
    *report = (struct seclang_body_report){ .error = body->error,
                                            .multipart = *f,
                                            .files_combined_size = m->files_size };
}

static void
release(struct seclang_body *body)
{
    struct seclang_multipart *m = (struct seclang_multipart *)body;

    if (m->part_mem != body->mem) sk_arena_free(m->part_mem);
    m->part_mem = body->mem;
}

const struct seclang_body_kind seclang_body_multipart = { "MULTIPART", begin, feed, finish,
                                                          release };
