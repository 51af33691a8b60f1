/* A PDF of one page without fonts or pictures: ISO 32000-1, sections 7.5 (file structure) and 8.5
 * (paths). */
#ifndef SK_VAULT_PDF_H
#define SK_VAULT_PDF_H

#include "base/str.h"

/* `page` is what is drawn, `width` and `height` are in points. No date, author or name stands in
 * it.
 */
sk_err vault_pdf_make(struct sk_buf *out, sk_str page, double width, double height) SK_CHECKED;

#endif
