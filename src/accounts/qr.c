#include "accounts/qr.h"

#include "part/template.h"

#include <errno.h>
#include <qrencode.h>

enum { QUIET = 4 /* dots around it, ISO/IEC 18004, 6.3.8 */ };

static void
code_close(QRcode **code)
{
    QRcode_free(*code);
}

/* How many dots of the row are dark from x on. */
static int
run_of(const QRcode *code, int x, int y)
{
    int n = 0;

    while (x + n < code->width && code->data[y * code->width + x + n] & 1)
        n++;
    return n;
}

/* One path for all: each run of dark dots is a rectangle of one dot's height. */
static void
draw(struct sk_buf *out, const QRcode *code)
{
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++) {
            int n = run_of(code, x, y);
            if (n) sk_buf_printf(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
            x += n;
        }
}

sk_err
accounts_qr_svg(sk_str *svg, sk_arena *mem, sk_str text, sk_str title)
{
    struct sk_buf out = { .mem = mem };

    if (text.n > ACCOUNTS_QR_MAX) return sk_fail(SK_FULL, "a text too long for a QR code");
    DEFER(code_close)
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)(text.n ? text.p : ""), 0,
                                     QR_ECLEVEL_M);
    if (!code) return sk_fail(errno == EINVAL ? SK_BAD : SK_BROKEN, "no QR code can be made of it");
    int side = code->width + 2 * QUIET;
    sk_buf_printf(&out, "<svg class=\"qr\" role=\"img\" aria-label=\"");
    part_html_escape(&out, title);
    sk_buf_printf(&out,
                  "\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                  "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
                  "<path fill=\"#000\" d=\"",
                  side * 5, side * 5, side, side, side, side);
    draw(&out, code);
    sk_buf_printf(&out, "\"/></svg>");
    *svg = sk_buf_str(&out);
    return sk_ok();
}
