/* multipart/form-data on its way in, as browsers write it and in no other way: one boundary, CRLF
 * at every line's end, one Content-Disposition a part, the boundary's text nowhere else. A file's
 * data is passed over; a field's is kept only if it is to be exchanged.
 *
 *     --B CRLF  head CRLF  head CRLF  CRLF  data CRLF  --B CRLF  ...  --B-- CRLF
 *     └─ EDGE ┘ └──────── HEAD ──────────┘ └─ DATA ─┘  └─ EDGE ┘       └─ END ┘  */
#include "gate/exchange_in_inner.h"

enum where { EDGE, HEAD, DATA, END };

struct multipart {
    enum where where;
    char edge[GATE_EXCHANGE_BOUNDARY + 2]; /* "--" and the boundary */
    size_t edge_n;
    size_t at; /* of the body, where `rest` begins */
    /* what is not yet understood: a part's head, an edge, what may become one. Behind it an edge at
     * most: what comes is added in small pieces. */
    char rest[GATE_EXCHANGE_PART_HEAD + GATE_EXCHANGE_BOUNDARY + 8];
    size_t n;
    unsigned parts;                  /* and the end */
    struct gate_exchange_place part; /* field NULL: nothing is kept of it */
    struct sk_buf text;
};

/* ── the boundary ── */

static sk_err
boundary_read(struct multipart *m, sk_str parameters)
{
    sk_str name, value;

    while (gate_exchange_parameter(&name, &value, &parameters)) {
        if (sk_str_eq_nocase(name, SK_STR("charset")) &&
            gate_charset_of(value) == GATE_CHARSET_UTF8)
            continue;
        if (!sk_str_eq_nocase(name, SK_STR("boundary")) || m->edge_n || value.n == 0 ||
            value.n > GATE_EXCHANGE_BOUNDARY)
            return sk_fail(SK_BAD, "a multipart type of which the boundary is not sure");
        memcpy(m->edge, "--", 2);
        memcpy(m->edge + 2, value.p, value.n);
        m->edge_n = value.n + 2;
    }
    if (parameters.n || m->edge_n == 0)
        return sk_fail(SK_BAD, "a multipart type of which the boundary is not sure");
    return sk_ok();
}

static sk_err
begin(struct gate_exchange_in *in, sk_str parameters)
{
    struct multipart *m = in->reader = SK_NEW(in->mem, struct multipart);

    m->text.mem = in->mem;
    return boundary_read(m, parameters);
}

static sk_str
edge(const struct multipart *m)
{
    return (sk_str){ m->edge, m->edge_n };
}

static sk_str
rest(const struct multipart *m)
{
    return (sk_str){ m->rest, m->n };
}

static void
pass(struct multipart *m, size_t n)
{
    memmove(m->rest, m->rest + n, m->n - n);
    m->n -= n;
    m->at += n;
}

/* ── a part's head ── */

/* What a part is. */
struct disposition {
    sk_str name;
    bool named, file;
};

static sk_err
disposition_read(struct disposition *d, sk_str value)
{
    sk_str name, text;

    if (d->named) return sk_fail(SK_BAD, "a part with two Content-Dispositions");
    if (!sk_str_starts_nocase(value, SK_STR("form-data")))
        return sk_fail(SK_BAD, "a part that is not form-data");
    value = sk_str_from(value, 9);
    while (gate_exchange_parameter(&name, &text, &value)) {
        if (sk_str_eq_nocase(name, SK_STR("name")) && !d->named) {
            d->name = text;
            d->named = true;
        } else if (sk_str_eq_nocase(name, SK_STR("filename")) && !d->file) {
            d->file = true;
        } else {
            return sk_fail(SK_BAD, "a Content-Disposition that can be read in two ways");
        }
    }
    if (value.n || !d->named)
        return sk_fail(SK_BAD, "a Content-Disposition that is malformed or has no name");
    return sk_ok();
}

static bool
is_plain_encoding(sk_str value)
{
    return sk_str_eq_nocase(value, SK_STR("8bit")) || sk_str_eq_nocase(value, SK_STR("7bit")) ||
           sk_str_eq_nocase(value, SK_STR("binary"));
}

/* A part's own charset must be that of all. */
static sk_err
type_read(const struct gate_exchange_in *in, sk_str value)
{
    struct gate_exchange_in part = { .charset = in->charset };
    size_t semicolon = sk_str_find_byte(value, ';');

    if (semicolon == SIZE_MAX) return sk_ok();
    TRY(gate_exchange_in_charset(&part, sk_str_from(value, semicolon)));
    return part.charset == in->charset ? sk_ok() : sk_fail(SK_BAD, "parts of two charsets");
}

static sk_err
line_read(const struct gate_exchange_in *in, struct disposition *d, sk_str line)
{
    size_t colon = sk_str_find_byte(line, ':');
    sk_str name = sk_str_first(line, colon), value;

    if (colon == SIZE_MAX || colon == 0 || sk_is_blank(line.p[0]) || sk_is_blank(line.p[colon - 1]))
        return sk_fail(SK_BAD, "a part with a malformed or folded header");
    if (sk_str_find_byte(line, '\r') != SIZE_MAX || sk_str_find_byte(line, '\n') != SIZE_MAX ||
        sk_str_find_byte(line, '\0') != SIZE_MAX)
        return sk_fail(SK_BAD, "a part's header with a bare line end");
    value = sk_str_trim(sk_str_from(line, colon + 1));
    if (sk_str_eq_nocase(name, SK_STR("Content-Disposition"))) return disposition_read(d, value);
    if (sk_str_eq_nocase(name, SK_STR("Content-Transfer-Encoding")) && !is_plain_encoding(value))
        return sk_fail(SK_BAD, "a part that is encoded once more");
    if (sk_str_eq_nocase(name, SK_STR("Content-Type")) && !d->file) return type_read(in, value);
    return sk_ok();
}

/* The lines up to the empty one. */
static sk_err
head_read(struct gate_exchange_in *in, struct multipart *m, sk_str head)
{
    struct disposition d = { 0 };

    while (head.n) {
        size_t end = sk_str_find(head, SK_STR("\r\n"));

        TRY(line_read(in, &d, sk_str_first(head, end)));
        head = sk_str_from(head, end == SIZE_MAX ? head.n : end + 2);
    }
    if (!d.named) return sk_fail(SK_BAD, "a part without a Content-Disposition");
    m->part = (struct gate_exchange_place){ .name = sk_str_copy(in->mem, d.name) };
    m->text = (struct sk_buf){ .mem = in->mem };
    TRY(gate_exchange_in_field(&m->part.field, in, m->part.name));
    if (m->part.field && d.file)
        return sk_fail(SK_BAD, "a file in a field that is to be exchanged");
    return sk_ok();
}

/* ── the parts of the body; *more: something was understood ── */

static sk_err
edge_take(struct multipart *m, bool *more)
{
    sk_str s = rest(m), behind;

    if (s.n < m->edge_n + 2) return sk_ok();
    behind = sk_str_first(sk_str_from(s, m->edge_n), 2);
    if (!sk_str_starts(s, edge(m)) ||
        (!sk_str_eq(behind, SK_STR("\r\n")) && (!sk_str_eq(behind, SK_STR("--")) || m->parts == 0)))
        return sk_fail(SK_BAD, "a boundary that is none");
    if (++m->parts > GATE_EXCHANGE_PARTS)
        return sk_fail(SK_FULL, "more than %d parts", GATE_EXCHANGE_PARTS);
    m->where = behind.p[0] == '-' ? END : HEAD;
    pass(m, m->edge_n + 2);
    *more = true;
    return sk_ok();
}

static sk_err
head_take(struct gate_exchange_in *in, struct multipart *m, bool *more)
{
    size_t end = sk_str_find(rest(m), SK_STR("\r\n\r\n"));

    if (end == SIZE_MAX && m->n <= GATE_EXCHANGE_PART_HEAD) return sk_ok();
    if (end > GATE_EXCHANGE_PART_HEAD)
        return sk_fail(SK_FULL, "a part's headers of more than %d bytes", GATE_EXCHANGE_PART_HEAD);
    TRY(head_read(in, m, (sk_str){ m->rest, end }));
    m->where = DATA;
    pass(m, end + 4);
    m->part.at = m->at;
    *more = true;
    return sk_ok();
}

/* Bytes of the part's data; those that a line end before the edge may be were held back. */
static sk_err
data_keep(struct multipart *m, size_t n)
{
    if (m->part.field) {
        if (m->text.n + n > GATE_EXCHANGE_BODY)
            return sk_fail(SK_FULL, "a field of more than %d bytes", GATE_EXCHANGE_BODY);
        sk_buf_add(&m->text, (sk_str){ m->rest, n });
    }
    pass(m, n);
    return sk_ok();
}

/* Up to CRLF and the edge, which must be one. */
static sk_err
data_take(struct gate_exchange_in *in, struct multipart *m, bool *more)
{
    size_t found = sk_str_find(rest(m), edge(m));

    if (found == SIZE_MAX) {
        size_t keep = m->edge_n + 2;

        return m->n > keep ? data_keep(m, m->n - keep) : sk_ok();
    }
    if (m->at + found < m->part.at + 2 ||
        !sk_str_eq((sk_str){ m->rest + found - 2, 2 }, SK_STR("\r\n")))
        return sk_fail(SK_BAD, "a boundary in the middle of a part");
    TRY(data_keep(m, found - 2));
    if (m->part.field) {
        m->part.text = sk_buf_str(&m->text);
        m->part.n = m->part.text.n;
        TRY(gate_exchange_in_place(in, &m->part));
    }
    pass(m, 2);
    m->where = EDGE;
    *more = true;
    return sk_ok();
}

static sk_err
end_take(const struct multipart *m)
{
    if (m->n > 2 || !sk_str_starts(SK_STR("\r\n"), rest(m)))
        return sk_fail(SK_BAD, "something behind the last boundary");
    return sk_ok();
}

static sk_err
take(struct gate_exchange_in *in, struct multipart *m)
{
    bool more = true;

    while (more) {
        more = false;
        switch (m->where) {
        case EDGE:
            TRY(edge_take(m, &more));
            break;
        case HEAD:
            TRY(head_take(in, m, &more));
            break;
        case DATA:
            TRY(data_take(in, m, &more));
            break;
        case END:
            return end_take(m);
        }
    }
    return sk_ok();
}

static sk_err
add(struct gate_exchange_in *in, sk_str bytes)
{
    struct multipart *m = in->reader;

    while (bytes.n) {
        sk_str piece = sk_str_first(bytes, sizeof m->rest - m->n);

        memcpy(m->rest + m->n, piece.p, piece.n);
        m->n += piece.n;
        bytes = sk_str_from(bytes, piece.n);
        TRY(take(in, m));
    }
    return sk_ok();
}

static sk_err
end(struct gate_exchange_in *in)
{
    const struct multipart *m = in->reader;

    return m->where == END ? sk_ok() : sk_fail(SK_BAD, "a multipart body without an end");
}

/* Tokens have no line ends. */
static void
write(struct sk_buf *out, sk_str token)
{
    sk_buf_add(out, token);
}

const struct gate_exchange_type gate_exchange_multipart = { begin, add, end, write };
