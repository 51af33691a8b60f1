/* One part of multipart/form-data: its headers, what Content-Disposition says, its data. */
#include "seclang/body/multipart_inner.h"

enum { DISPOSITION_OK = 1 }; /* mod_security's numbers: 1, or -1 ... -15 for what is wrong */

void
seclang_part_begin(struct seclang_multipart *m)
{
    m->part_count++;
    m->building = true;
    if (m->part_mem != m->base.mem) sk_arena_reset(m->part_mem);
    m->part = (struct seclang_part){ .value.mem = m->part_mem };
}

/* What is reported outlives its part. */
static sk_str
reported(const struct seclang_multipart *m, sk_str text)
{
    return m->part_mem == m->base.out || text.n == 0 ? text : sk_str_copy(m->base.out, text);
}

static void
header_fault(struct seclang_multipart *m, const char *what)
{
    m->part.faulty = true;
    seclang_multipart_fault(m, what);
}

/* Counts against the limit; false: it is reached, and nothing more is read. */
static bool
take(struct seclang_multipart *m, sk_str text)
{
    if (seclang_body_take(&m->base, text).n == text.n) return true;
    m->stopped = true;
    return false;
}

static bool
is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static sk_str
without_line_end(sk_str s)
{
    if (s.n && s.p[s.n - 1] == '\n') s.n--;
    if (s.n && s.p[s.n - 1] == '\r') s.n--;
    return s;
}

/* ── Content-Disposition ── */

struct cursor {
    sk_str s; /* what is left */
};

static bool
at_end(const struct cursor *c)
{
    return c->s.n == 0;
}

static char
here(const struct cursor *c)
{
    return c->s.n ? c->s.p[0] : '\0';
}

static void
skip(struct cursor *c, size_t n)
{
    c->s = sk_str_from(c->s, n);
}

static void
skip_blanks(struct cursor *c)
{
    while (!at_end(c) && is_blank(here(c)))
        skip(c, 1);
}

/* token of RFC 2045 */
static bool
is_token(char c)
{
    return c > 32 && c < 127 && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* A value in " or '; only the quote and the backslash can be escaped, any other backslash stays
 * (Internet Explorer sent whole Windows paths). */
static int
read_quoted(sk_str *value, sk_arena *mem, struct cursor *c)
{
    struct sk_buf out = { .mem = mem };
    char quote = here(c);

    skip(c, 1);
    if (at_end(c)) return -7;
    for (; !at_end(c) && here(c) != quote; skip(c, 1)) {
        if (here(c) == '\\') {
            if (c->s.n < 2) return -8;
            if (c->s.p[1] == quote || c->s.p[1] == '\\') skip(c, 1);
        }
        sk_buf_byte(&out, here(c));
    }
    if (at_end(c)) return -10;
    skip(c, 1);
    *value = out.n ? sk_buf_str(&out) : SK_STR("");
    return DISPOSITION_OK;
}

static void
read_token(sk_str *value, struct cursor *c)
{
    size_t n = 0;

    while (n < c->s.n && is_token(c->s.p[n]))
        n++;
    *value = sk_str_first(c->s, n);
    skip(c, n);
}

/* NAME = up to the value's first character. */
static int
read_parameter_name(sk_str *name, struct cursor *c)
{
    size_t n = 0;

    skip_blanks(c);
    if (at_end(c)) return -3;
    while (n < c->s.n && c->s.p[n] != '=' && !is_blank(c->s.p[n]))
        n++;
    if (n == c->s.n) return -4;
    *name = sk_str_first(c->s, n);
    skip(c, n);
    skip_blanks(c);
    if (at_end(c)) return -5;
    if (here(c) != '=') return -13;
    skip(c, 1);
    skip_blanks(c);
    return at_end(c) ? -6 : DISPOSITION_OK;
}

static int
take_parameter(struct seclang_part *part, sk_str name, sk_str value)
{
    if (sk_str_eq(name, SK_STR("name"))) {
        if (part->named) return -14;
        part->named = true;
        part->name = value;
    } else if (sk_str_eq(name, SK_STR("filename"))) {
        if (part->is_file) return -15;
        part->is_file = true;
        part->filename = value;
    } else {
        return -11; /* also filename*: RFC 7578, section 4.2, forbids it here */
    }
    return DISPOSITION_OK;
}

static int
read_parameter(struct seclang_multipart *m, struct cursor *c)
{
    sk_str name, value;
    int rc = read_parameter_name(&name, c);

    if (rc < 0) return rc;
    char quote = here(c) == '"' || here(c) == '\'' ? here(c) : '\0';
    if (quote == '\'') m->flags.invalid_quoting = 1;
    if (quote)
        rc = read_quoted(&value, m->part_mem, c);
    else
        read_token(&value, c);
    if (rc < 0) return rc;
    if (quote != '"' && sk_str_find_byte(value, '\'') != SIZE_MAX) m->flags.invalid_quoting = 1;
    return take_parameter(&m->part, name, value);
}

/* What follows a value: the end, or a semicolon. */
static int
read_separator(struct seclang_multipart *m, struct cursor *c)
{
    char before = c->s.p[-1];

    while (!at_end(c) && is_blank(here(c))) {
        before = here(c);
        skip(c, 1);
    }
    if (at_end(c)) return DISPOSITION_OK;
    if (here(c) != ';') {
        if (before == '"' || before == '\'') m->flags.invalid_quoting = 1;
        return -12;
    }
    skip(c, 1);
    return DISPOSITION_OK;
}

static int
read_disposition(struct seclang_multipart *m, sk_str text)
{
    struct cursor c = { text };
    int rc = DISPOSITION_OK;

    if (!sk_str_starts(text, SK_STR("form-data"))) return -1;
    skip(&c, strlen("form-data"));
    skip_blanks(&c);
    if (at_end(&c)) return DISPOSITION_OK;
    if (here(&c) != ';') return -2;
    skip(&c, 1);
    while (rc == DISPOSITION_OK && !at_end(&c)) {
        rc = read_parameter(m, &c);
        if (rc == DISPOSITION_OK) rc = read_separator(m, &c);
    }
    return rc;
}

/* ── header lines ── */

static const struct seclang_part_head *
find_head(const struct seclang_part *part, sk_str name)
{
    for (unsigned i = 0; i < part->head_count; i++)
        if (sk_str_eq_nocase(part->head[i].name, name)) return &part->head[i];
    return NULL;
}

static void
tell_heads(struct seclang_multipart *m)
{
    struct seclang_part *part = &m->part;

    if (!m->base.sink.part_header) return;
    for (unsigned i = 0; i < part->head_count; i++)
        m->base.sink.part_header(m->base.sink.ctx, reported(m, part->name),
                                 reported(m, part->head[i].line));
}

static void
judge_heads(struct seclang_multipart *m)
{
    const struct seclang_part_head *head = find_head(&m->part, SK_STR("Content-Disposition"));

    if (!head) {
        header_fault(m, "Part missing Content-Disposition header.");
        return;
    }
    int rc = read_disposition(m, head->value);
    if (rc < 0) {
        m->part.faulty = m->error_flag = true;
        seclang_body_fault(&m->base,
                           "Multipart parsing error: Multipart: Invalid Content-Disposition header "
                           "(%d).",
                           rc);
    } else if (!m->part.named) {
        header_fault(m, "Content-Disposition header missing name field.");
    } else if (m->part.is_file && sk_str_find(head->value, SK_STR("filename=")) == SIZE_MAX) {
        /* Crude readers look for exactly this and would take the part for a field. */
        header_fault(m, "Invalid Content-Disposition header (filename).");
    }
}

static void
end_heads(struct seclang_multipart *m)
{
    judge_heads(m);
    tell_heads(m);
    m->part.in_data = true;
}

static void
fold(struct seclang_multipart *m, sk_str line)
{
    struct seclang_part *part = &m->part;
    struct seclang_part_head *head = part->head_count ? &part->head[part->head_count - 1] : NULL;
    size_t n = 0;

    m->flags.header_folding = 1;
    for (; n < line.n && is_space(line.p[n]); n++)
        if (!is_blank(line.p[n])) m->flags.invalid_header_folding = 1;
    if (!head) {
        header_fault(m, "Invalid part header (folding error).");
        return;
    }
    sk_str more = without_line_end(sk_str_from(line, n));
    if (head->value.n + 1 + more.n > SECLANG_MULTIPART_LINE) {
        header_fault(m, "Part header too long.");
        return;
    }
    if (!part->folded.n)
        sk_buf_printf(&part->folded, "%.*s: %.*s", SK_ARG(head->name), SK_ARG(head->value));
    sk_buf_byte(&part->folded, ' ');
    sk_buf_add(&part->folded, more);
    head->line = sk_buf_str(&part->folded);
    head->value = sk_str_from(head->line, head->name.n + 2);
}

static bool
name_allowed(sk_str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] < 33 || name.p[i] > 126) return false; /* also bytes from 0x80 */
    return true;
}

/* What is wrong with a header's name, or NULL. */
static const char *
judge_name(const struct seclang_part *part, sk_str name, bool colon)
{
    if (!colon) return "Invalid part header (colon missing).";
    if (!name.n) return "Invalid part header (header name missing).";
    if (!name_allowed(name)) return "Invalid part header (contains invalid character).";
    if (find_head(part, name)) return "Duplicate part header.";
    return NULL;
}

/* A faulty line is kept too, so that rules see it. */
static void
add_head(struct seclang_multipart *m, sk_str raw)
{
    struct seclang_part *part = &m->part;
    sk_str line = sk_str_copy(m->part_mem, without_line_end(raw));
    size_t colon = sk_str_find_byte(line, ':');
    sk_str name = sk_str_first(line, colon);
    const char *wrong = judge_name(part, name, colon != SIZE_MAX);

    if (wrong) header_fault(m, wrong);
    if (part->head_count == SECLANG_MULTIPART_HEADERS_MOST) {
        header_fault(m, "Too many part headers.");
        return;
    }
    sk_str value = sk_str_from(line, colon == SIZE_MAX ? line.n : colon + 1);
    while (value.n && is_blank(value.p[0]))
        value = sk_str_from(value, 1);
    part->folded = (struct sk_buf){ .mem = m->part_mem };
    part->head[part->head_count++] = (struct seclang_part_head){ name, value, line };
}

void
seclang_part_header_line(struct seclang_multipart *m, sk_str line)
{
    if (!take(m, line)) return;
    if (!m->at_line_start || line.n == SECLANG_MULTIPART_LINE) {
        header_fault(m, "Part header line over 4096 bytes long");
        add_head(m, line);
        return;
    }
    if (line.n > 1 && line.p[line.n - 2] == '\r')
        m->crlf_line = true;
    else
        m->flags.lf_line = 1;

    if (sk_str_find_byte(line, '\0') != SIZE_MAX) header_fault(m, "Nul byte in part headers.");
    if (without_line_end(line).n == 0)
        end_heads(m);
    else if (is_space(line.p[0]))
        fold(m, line);
    else
        add_head(m, line);
}

/* ── data ── */

/* Data that certainly belongs to the part. */
static void
add_data(struct seclang_multipart *m, sk_str data)
{
    struct seclang_part *part = &m->part;

    if (!part->is_file) {
        sk_str taken = seclang_body_take(&m->base, data);
        sk_buf_add(&part->value, taken);
        if (taken.n < data.n) m->stopped = true;
        data = taken;
        if (seclang_body_piece_due(&m->base, part->value.n))
            (void)seclang_body_argument(&m->base, reported(m, part->name),
                                        seclang_body_piece(&m->base, &part->value));
    }
    part->length += data.n;
}

void
seclang_part_data(struct seclang_multipart *m, sk_str piece)
{
    struct seclang_part *part = &m->part;
    sk_str data = without_line_end(piece);

    if (piece.n == 0) return;
    /* A \r that no \n follows is data. */
    if (piece.p[piece.n - 1] != '\n') data = piece;
    part->data_read = true;
    add_data(m, (sk_str){ part->held, part->held_count });
    add_data(m, data);
    part->held_count = (unsigned)(piece.n - data.n);
    memcpy(part->held, data.p + data.n, part->held_count);
}

void
seclang_part_end(struct seclang_multipart *m)
{
    struct seclang_part *part = &m->part;

    m->building = false;
    if (!part->in_data) tell_heads(m);
    if (!part->named) m->flags.invalid_part = 1;
    if (part->is_file) {
        /* Browsers send this for no file, with nothing in it; some applications (Go's
         * mime/multipart is one) read what is in it as a field. */
        if (part->filename.n == 0 && part->length > 0) m->flags.invalid_part = 1;
        m->files_size += part->length;
        if (m->base.sink.file)
            m->base.sink.file(m->base.sink.ctx, reported(m, part->name),
                              reported(m, part->filename), part->length);
    } else if (part->named || part->value.n) {
        sk_str value = part->value.n ? reported(m, sk_buf_str(&part->value)) : SK_STR("");
        (void)seclang_body_argument(&m->base, reported(m, part->name), value);
    }
}
