/* What people write with ASCII signs in letters and reviews that is no program's: faces, lines
 * drawn across the page, prices and numbers of orders. To patterns the bow <(_ _)> is a process
 * substitution, a line of dashes a comment, and the yen sign of Japanese keyboards a backslash.
 *
 * Each is a whole drawing of a closed form: no letters, no quotes, and no end that what follows
 * could belong to. So none can carry anything, and what stands around it is there without it, too.
 */
#ifndef SECLANG_ORNAMENT_H
#define SECLANG_ORNAMENT_H

#include "base/str.h"

/* The length of the face that begins at text[at], 0: none. */
size_t seclang_face(sk_str text, size_t at);
/* The length of the ruler that begins at text[at] and is all of its line, 0: none. */
size_t seclang_ruler(sk_str text, size_t at);
/* The > of a mail that is answered to: 1 where it begins a line, a blank follows it, and the line
 * has Japanese; else 0. */
size_t seclang_quote_mark(sk_str text, size_t at);
/* "\12,770", "12,770円" or the "#1234" of "注文番号 #1234": the length, 0: none of them. Only where
 * Japanese stands beside it. */
size_t seclang_figure(sk_str text, size_t at);

#endif
