/* Hiding secrets of matches: what mask.c knows, applied to each text of a match. */
#include "seclang/hide.h"

#include "seclang/mask.h"

static sk_str
hide_text(const struct seclang_tx *tx, sk_str s, bool secret)
{
    if (s.n == 0) return s;
    return secret ? seclang_mask_all(tx->mem, s) : seclang_mask_text(tx, s);
}

void
seclang_hide_words(const struct seclang_tx *tx, struct seclang_match *match, bool secret)
{
    match->data = hide_text(tx, match->data, secret);
    match->msg =
        hide_text(tx, match->msg, false); /* mostly constant; a macro may have put more in */
}

void
seclang_hide_match(const struct seclang_tx *tx, struct seclang_match *match)
{
    bool secret = seclang_mask_secret(tx, match->variable);

    match->value = seclang_mask_variable(tx, match->variable, match->value);
    seclang_hide_words(tx, match, secret);
}
