/* One spelling of Japanese and other text. Unicode is ICU's, which is here already by libxml2; no
 * other file of this room includes it. Errors: SK_BAD when it is not UTF-8, SK_FULL above
 * PERSONAL_TEXT_MAX bytes. */
#ifndef SK_PERSONAL_TEXT_H
#define SK_PERSONAL_TEXT_H

#include "base/str.h"

enum { PERSONAL_TEXT_MAX = 4096 }; /* bytes of what is brought into one spelling */

/* NFKC (UAX #15): full-width letters become ASCII, half-width kana full-width, a letter and its
 * mark one character. What lay in between is wiped, since passwords come this way, too. */
sk_err personal_text_nfkc(sk_str *one, sk_arena *mem, sk_str text) SK_CHECKED;
/* The same, but ideographs stay as people write their names: U+FA19 神 is not made U+795E 神. */
sk_err personal_text_shown(sk_str *one, sk_arena *mem, sk_str text) SK_CHECKED;
/* For comparing: NFKC, case folded, without variation selectors and other signs that nobody sees.
 */
sk_err personal_text_folded(sk_str *one, sk_arena *mem, sk_str text) SK_CHECKED;
/* A domain's name in lower-case ASCII (UTS #46). SK_BAD when it is none. */
sk_err personal_text_domain(sk_str *ascii, sk_arena *mem, sk_str domain) SK_CHECKED;

/* ── without Unicode's tables ── */

/* Hiragana as katakana. */
static inline uint32_t
personal_katakana(uint32_t code)
{
    return code >= 0x3041 && code <= 0x3096 ? code + 0x60 : code;
}
/* Whether a sign is one that is put between digits: blanks, brackets, hyphens of all lengths. */
bool personal_text_filler(uint32_t code);
/* Blanks in a row as one, none at either end; lines: line feeds stay, but for empty lines at the
 * end. False: there is a control sign, or one that turns the direction of text. */
bool personal_text_tidy(sk_str *tidy, sk_arena *mem, sk_str text, bool lines);
/* Without blanks and line feeds; hiragana as katakana where kana is set. */
sk_str personal_text_packed(sk_arena *mem, sk_str text, bool kana);

#endif
