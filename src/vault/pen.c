#include "vault/pen.h"

#include "base/utf8.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#define FONT_FILE VAULT_FONT_FOLDER "/NotoSansCJK-Regular.ttc"

enum { FACE_JP = 0, GETA = 0x3013 };

struct vault_pen {
    FT_Library library;
    FT_Face face;
    unsigned missing;
};

sk_err
vault_pen_open(struct vault_pen **out, sk_arena *mem)
{
    struct vault_pen *pen = SK_NEW(mem, struct vault_pen);

    if (FT_Init_FreeType(&pen->library)) return sk_fail(SK_BROKEN, "FreeType does not start");
    *out = pen;
    if (FT_New_Face(pen->library, FONT_FILE, FACE_JP, &pen->face))
        return sk_fail(SK_MISSING, "%s cannot be read: install fonts-noto-cjk", FONT_FILE);
    return sk_ok();
}

void
vault_pen_close(struct vault_pen **pen)
{
    if (*pen) FT_Done_FreeType((*pen)->library); /* with its faces */
}

unsigned
vault_pen_missing(const struct vault_pen *pen)
{
    return pen->missing;
}

/* ── characters ── */

static bool
is_selector(uint32_t code)
{
    return (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef);
}

/* The glyph at the start of the text, with the variant that a selector behind it asks for. */
static FT_UInt
glyph_next(struct vault_pen *pen, sk_str *text)
{
    uint32_t code, selector;
    unsigned n = sk_utf8_decode(&code, *text), more;
    FT_UInt glyph = 0;

    if (!n) {
        *text = sk_str_from(*text, 1);
        return FT_Get_Char_Index(pen->face, GETA);
    }
    *text = sk_str_from(*text, n);
    more = sk_utf8_decode(&selector, *text);
    if (more && is_selector(selector)) {
        *text = sk_str_from(*text, more);
        glyph = FT_Face_GetCharVariantIndex(pen->face, code, selector);
    }
    if (!glyph) glyph = FT_Get_Char_Index(pen->face, code);
    if (glyph) return glyph;
    pen->missing++;
    return FT_Get_Char_Index(pen->face, GETA);
}

static bool
glyph_load(struct vault_pen *pen, FT_UInt glyph)
{
    return FT_Load_Glyph(pen->face, glyph, FT_LOAD_NO_SCALE) == 0;
}

static double
advance(const struct vault_pen *pen, double size)
{
    return (double)pen->face->glyph->metrics.horiAdvance * size / pen->face->units_per_EM;
}

double
vault_pen_width(struct vault_pen *pen, sk_str text, double size)
{
    unsigned missing = pen->missing;
    double width = 0;

    while (text.n)
        if (glyph_load(pen, glyph_next(pen, &text))) width += advance(pen, size);
    pen->missing = missing; /* counted when drawn */
    return width;
}

size_t
vault_pen_fit(struct vault_pen *pen, sk_str text, double size, double width)
{
    unsigned missing = pen->missing;
    sk_str rest = text;
    size_t fits = 0;

    while (rest.n) {
        if (glyph_load(pen, glyph_next(pen, &rest))) width -= advance(pen, size);
        if (width < 0 && fits) break;
        fits = text.n - rest.n;
    }
    pen->missing = missing;
    return fits;
}

/* ── outlines ── */

struct path {
    struct sk_buf *page;
    double x, y, scale;
    FT_Vector at; /* where the pen is, in the font's units */
    bool open;
};

static void
point(const struct path *p, double x, double y)
{
    sk_buf_printf(p->page, "%.2f %.2f ", p->x + x * p->scale, p->y + y * p->scale);
}

static int
move_to(const FT_Vector *to, void *ctx)
{
    struct path *p = ctx;

    if (p->open) sk_buf_add(p->page, SK_STR("h\n"));
    p->open = true;
    point(p, (double)to->x, (double)to->y);
    sk_buf_add(p->page, SK_STR("m\n"));
    p->at = *to;
    return 0;
}

static int
line_to(const FT_Vector *to, void *ctx)
{
    struct path *p = ctx;

    point(p, (double)to->x, (double)to->y);
    sk_buf_add(p->page, SK_STR("l\n"));
    p->at = *to;
    return 0;
}

static int
cubic_to(const FT_Vector *a, const FT_Vector *b, const FT_Vector *to, void *ctx)
{
    struct path *p = ctx;

    point(p, (double)a->x, (double)a->y);
    point(p, (double)b->x, (double)b->y);
    point(p, (double)to->x, (double)to->y);
    sk_buf_add(p->page, SK_STR("c\n"));
    p->at = *to;
    return 0;
}

/* PDF has curves of the third degree only. */
static int
conic_to(const FT_Vector *control, const FT_Vector *to, void *ctx)
{
    const struct path *p = ctx;
    FT_Vector a = { p->at.x + 2 * (control->x - p->at.x) / 3,
                    p->at.y + 2 * (control->y - p->at.y) / 3 };
    FT_Vector b = { to->x + 2 * (control->x - to->x) / 3, to->y + 2 * (control->y - to->y) / 3 };

    return cubic_to(&a, &b, to, ctx);
}

static const FT_Outline_Funcs strokes = { move_to, line_to, conic_to, cubic_to, 0, 0 };

void
vault_pen_draw(struct sk_buf *page, struct vault_pen *pen, double x, double y, double size,
               sk_str text)
{
    while (text.n) {
        struct path p = { page, x, y, size / pen->face->units_per_EM, { 0, 0 }, false };

        if (!glyph_load(pen, glyph_next(pen, &text))) continue;
        if (FT_Outline_Decompose(&pen->face->glyph->outline, &strokes, &p) == 0 && p.open)
            sk_buf_add(page, SK_STR("h f\n"));
        x += advance(pen, size);
    }
}
