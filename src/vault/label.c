#include "vault/label.h"

#include "vault/pdf.h"
#include "vault/pen.h"

#include <qrencode.h>

/* In points: 1 mm is 2.835. */
static const double page_width = 297.64, page_height = 419.53; /* A6 */
static const double margin = 17, qr_size = 76;

enum { LINES_MAX = 12, POSTAL_DIGITS = 7 };

struct sheet {
    struct sk_buf page;
    struct vault_pen *pen;
    double y; /* what is above is used */
};

static void
line_put(struct sheet *s, double size, sk_str text)
{
    s->y -= size * 1.3;
    vault_pen_draw(&s->page, s->pen, margin, s->y, size, text);
}

static void
rule_put(struct sheet *s)
{
    s->y -= 8;
    sk_buf_printf(&s->page, "0.7 w %.2f %.2f m %.2f %.2f l S\n", margin, s->y, page_width - margin,
                  s->y);
}

/* ── lines ── */

struct lines {
    sk_str line[LINES_MAX];
    size_t count;
};

/* Breaks at the ends of lines and where the page ends; false: too many. */
static bool
lines_break(struct lines *lines, struct vault_pen *pen, sk_str text, double size, double width)
{
    sk_str line, rest = text;

    lines->count = 0;
    while (sk_str_cut(&line, &rest, '\n'))
        for (line = sk_str_trim(line); line.n;) {
            size_t n = vault_pen_fit(pen, line, size, width);

            if (lines->count == LINES_MAX) return false;
            lines->line[lines->count++] = sk_str_first(line, n);
            line = sk_str_from(line, n);
        }
    return true;
}

/* In the largest of the sizes at which it takes at most `most` lines. */
static bool
lines_put(struct sheet *s, sk_str text, const double *sizes, size_t most)
{
    struct lines lines;

    for (; *sizes > 0; sizes++) {
        if (!lines_break(&lines, s->pen, text, *sizes, page_width - 2 * margin) ||
            lines.count > most)
            continue;
        for (size_t i = 0; i < lines.count; i++)
            line_put(s, *sizes, lines.line[i]);
        return true;
    }
    return false;
}

/* ── the receiver ── */

/* "〒100-0001 …", "100-0001 …": the digits of the postal code, and what is behind it. */
static bool
postal_cut(char digits[POSTAL_DIGITS], sk_str *address)
{
    sk_str rest = sk_str_trim(*address);
    size_t n = 0, at = 0;

    if (sk_str_starts(rest, SK_STR("〒"))) rest = sk_str_trim(sk_str_from(rest, 3));
    for (; at < rest.n && n < POSTAL_DIGITS; at++) {
        if (rest.p[at] >= '0' && rest.p[at] <= '9')
            digits[n++] = rest.p[at];
        else if (rest.p[at] != '-' || n != 3)
            return false;
    }
    if (n != POSTAL_DIGITS || (at < rest.n && rest.p[at] >= '0' && rest.p[at] <= '9')) return false;
    *address = sk_str_trim(sk_str_from(rest, at));
    return true;
}

static sk_err
receiver_put(struct sheet *s, sk_arena *mem, const struct vault_label *label)
{
    static const double address_sizes[] = { 15, 13, 11, 9, 7, 0 };
    static const double name_sizes[] = { 22, 18, 15, 12, 9, 7, 0 };
    char d[POSTAL_DIGITS];
    sk_str address = label->address;

    line_put(s, 8, SK_STR("お届け先"));
    if (postal_cut(d, &address)) line_put(s, 17, sk_str_printf(mem, "〒%.3s-%.4s", d, d + 3));
    if (!lines_put(s, address, address_sizes, 6))
        return sk_fail(SK_FULL, "the address is too long");
    s->y -= 6;
    if (label->name.n &&
        !lines_put(s, sk_str_printf(mem, "%.*s 様", SK_ARG(label->name)), name_sizes, 2))
        return sk_fail(SK_FULL, "the name is too long");
    if (label->phone.n) line_put(s, 11, sk_str_printf(mem, "TEL %.*s", SK_ARG(label->phone)));
    return sk_ok();
}

/* ── the code ── */

static void
modules_put(struct sk_buf *page, const QRcode *qr, double x, double y, double size)
{
    double module = size / qr->width;

    for (int row = 0; row < qr->width; row++)
        for (int column = 0; column < qr->width; column++)
            if (qr->data[row * qr->width + column] & 1)
                sk_buf_printf(page, "%.3f %.3f %.3f %.3f re\n", x + column * module,
                              y + size - (row + 1) * module, module, module);
    sk_buf_add(page, SK_STR("f\n"));
}

static sk_err
code_put(struct sheet *s, sk_arena *mem, sk_str code)
{
    QRcode *qr = QRcode_encodeString8bit(sk_str_zcopy(mem, code), 0, QR_ECLEVEL_M);
    double x = page_width - margin - qr_size;

    if (!qr) return sk_fail(SK_BROKEN, "no QR code of %zu bytes", code.n);
    modules_put(&s->page, qr, x, margin, qr_size);
    QRcode_free(qr);
    vault_pen_draw(&s->page, s->pen, margin, margin, 13, code);
    return sk_ok();
}

static bool
is_code(sk_str code)
{
    for (size_t i = 0; i < code.n; i++)
        if (!memchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-", code.p[i],
                    63))
            return false;
    return code.n > 0 && code.n <= VAULT_CODE_MAX;
}

static sk_err
draw(struct sheet *s, sk_arena *mem, const struct vault_label *label)
{
    static const double small[] = { 9, 8, 7, 6, 0 };

    TRY(receiver_put(s, mem, label));
    rule_put(s);
    line_put(s, 8, SK_STR("ご依頼主"));
    if (!lines_put(s, label->from, small, 5)) return sk_fail(SK_BAD, "the sender is too long");
    if (label->note.n) {
        rule_put(s);
        if (!lines_put(s, label->note, small, 3)) return sk_fail(SK_BAD, "the note is too long");
    }
    if (s->y < margin + qr_size) return sk_fail(SK_FULL, "all this does not fit on one label");
    return code_put(s, mem, label->code);
}

sk_err
vault_label_make(sk_str *pdf, unsigned *missing, sk_arena *mem, const struct vault_label *label)
{
    DEFER(vault_pen_close) struct vault_pen *pen = NULL;
    struct sheet s = { .page = { .mem = mem }, .y = page_height - margin };
    struct sk_buf out = { .mem = mem };

    if (!is_code(label->code)) return sk_fail(SK_BAD, "the parcel's code is none");
    if (label->from.n > VAULT_SENDER_MAX || label->note.n > VAULT_NOTE_MAX)
        return sk_fail(SK_BAD, "a text is longer than may be");
    TRY(vault_pen_open(&pen, mem));
    s.pen = pen;
    TRY(draw(&s, mem, label));
    *missing = vault_pen_missing(pen);
    TRY(vault_pdf_make(&out, sk_buf_str(&s.page), page_width, page_height));
    *pdf = sk_buf_str(&out);
    return sk_ok();
}
