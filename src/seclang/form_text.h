/* Text of forms, in UTF-8 for the rules.
 *
 * A site that takes forms in Shift_JIS, EUC-JP or ISO-2022-JP names these charsets
 * (SekishoFormCharset). A form that says by Content-Type or by its field _charset_ that it is in
 * one of them is decoded; one that says nothing and is not valid UTF-8 is taken for the first of
 * them. What is not valid in its charset is judged as it came, too. Without the directive nothing
 * is decoded: a client could otherwise hide | and ` as second bytes of characters from an
 * application that knows no such charset. */
#ifndef SECLANG_FORM_TEXT_H
#define SECLANG_FORM_TEXT_H

#include "seclang/tx.h"

struct seclang_pair {
    sk_str name, value;
};

/* Takes what the request's Content-Type says. */
void seclang_form_begin(struct seclang_tx *tx, sk_str content_type);
/* The ways in which a field is to be judged: one, or two where its charset is in doubt. Decoded
 * text lies on mem. `post`: of the body, which the Content-Type speaks of. */
unsigned seclang_form_views(struct seclang_pair view[2], struct seclang_tx *tx, sk_arena *mem,
                            struct seclang_pair field, bool post);

#endif
