/* A product's picture, drawn as SVG: a drawing (ui/picture/NAME.svg) with the product's three
 * colours, their lighter and darker shades, a traditional pattern and letters on the label. */
#ifndef SK_SHOP_PICTURE_H
#define SK_SHOP_PICTURE_H

#include "part/template.h"
#include "shop/catalog.h"

enum { SHOP_MARK_MAX = 4 }; /* letters on a label */

struct shop_picture {
    int64_t id; /* arranges the background, so that a shelf is not monotonous */
    sk_str drawing, pattern, mark, title;
    uint32_t colour[3];
    bool detail; /* the middle of it, enlarged */
};

/* Whether there is such a drawing and pattern. */
bool shop_picture_known(sk_str drawing, sk_str pattern);
/* Appends the SVG text. SK_MISSING when drawing or pattern are not known. */
sk_err shop_picture_draw(struct sk_buf *svg, const struct part_templates *set,
                         const struct shop_picture *picture) SK_CHECKED;

#endif
