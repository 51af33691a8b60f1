/* Text as filled outlines, in the language of PDF's pages: what is printed needs no font at the
 * printer, and every character of the font comes out as drawn, the rarest of names too. The font is
 * read by FreeType, which no other file includes. */
#ifndef SK_VAULT_PEN_H
#define SK_VAULT_PEN_H

#include "base/str.h"

/* Noto Sans CJK JP (Debian: fonts-noto-cjk): Adobe-Japan1 and more, with variants of characters. */
#define VAULT_FONT_FOLDER "/usr/share/fonts/opentype/noto"

struct vault_pen;
/* SK_MISSING: the font is not there. Used by one thread. Yours: vault_pen_close. */
sk_err vault_pen_open(struct vault_pen **pen, sk_arena *mem) SK_CHECKED;
void vault_pen_close(struct vault_pen **pen); /* for DEFER; NULL inside is allowed */

/* The width of a line in points at `size` points. */
double vault_pen_width(struct vault_pen *pen, sk_str text, double size);
/* How many bytes of the text fit into `width`, at least one character. */
size_t vault_pen_fit(struct vault_pen *pen, sk_str text, double size, double width);
/* Appends a line with its left end on (x, y), y going up. A character that the font does not have
 * is drawn as 〓, as printers do, and counted. */
void vault_pen_draw(struct sk_buf *page, struct vault_pen *pen, double x, double y, double size,
                    sk_str text);
/* Characters that the font did not have, so far. */
unsigned vault_pen_missing(const struct vault_pen *pen);

#endif
