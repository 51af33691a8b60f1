/* A text as a QR code (ISO/IEC 18004), drawn as SVG that stands inside a page. libqrencode makes
 * the dots; no other file includes it. */
#ifndef SK_ACCOUNTS_QR_H
#define SK_ACCOUNTS_QR_H

#include "base/str.h"

enum { ACCOUNTS_QR_MAX = 512 }; /* bytes of the text: larger codes are hard to scan from a screen */

/* An <svg> with the four dots of quiet zone that scanners need, black on white whatever the page's
 * colours, named `title` for those who cannot see it. No style or script in it (strict CSP). For
 * part_set_html. SK_FULL above ACCOUNTS_QR_MAX. */
sk_err accounts_qr_svg(sk_str *svg, sk_arena *mem, sk_str text, sk_str title) SK_CHECKED;

#endif
