/* The forms that a field can be declared to have. Patterns see the decoded value's bytes, so
 * characters outside ASCII are written as their UTF-8 bytes (RFC 3629, table 3-7 of Unicode).
 * Where full-width forms are tolerated it is because Japanese keyboards write them. */
#include "sekisho/conf.h"

#define CONT "[\\x80-\\xbf]"
#define WIDE                                                                                       \
    "[\\xc2-\\xdf]" CONT "|\\xe0[\\xa0-\\xbf]" CONT "|[\\xe1-\\xec\\xee\\xef]" CONT CONT           \
    "|\\xed[\\x80-\\x9f]" CONT "|\\xf0[\\x90-\\xbf]" CONT CONT "|[\\xf1-\\xf3]" CONT CONT CONT     \
    "|\\xf4[\\x80-\\x8f]" CONT CONT
#define DIGIT "(?:[0-9]|\\xef\\xbc[\\x90-\\x99])"
/* - ( ) . space, and full-width: U+FF0D U+30FC U+2212 U+2010..2015 U+FF08 U+FF09 U+3000 */
#define DASH                                                                                       \
    "(?:[-(). "                                                                                    \
    "]|\\xef\\xbc[\\x8d\\x88\\x89]|\\xe3\\x83\\xbc|\\xe2\\x88\\x92|\\xe2\\x80[\\x90-\\x95]"        \
    "|\\xe3\\x80\\x80)"
#define LABEL "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

const struct conf_format conf_formats[] = {
    { "text", "[\\x20-\\x7e]|" WIDE, 1000, "one line of at most N characters" },
    { "lines", "[\\t\\r\\n\\x20-\\x7e]|" WIDE, 10000, "text with line ends, at most N characters" },
    /* The HTML standard's pattern for input type=email, but with a dot in the domain. */
    { "email", "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@" LABEL "(?:\\." LABEL "){1,8}", 0,
      "an e-mail address" },
    /* E.164: at most 15 digits; Japanese numbers have at least 10. */
    { "phone", "(?:\\+|\\xef\\xbc\\x8b)?(?:" DASH "*" DIGIT "){9,15}" DASH "?", 0,
      "a telephone number; full-width digits and dashes are tolerated" },
    { "postal", "(?:\\xe3\\x80\\x92" DASH "?)?" DIGIT "{3}" DASH "?" DIGIT "{4}", 0,
      "a Japanese postal code with or without the postal mark, full-width tolerated" },
    { "integer", "-?[0-9]{1,18}", 0, "a whole number" },
    { "number", "-?[0-9]{1,15}(?:\\.[0-9]{1,6})?", 0, "a decimal number" },
    { "date", "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", 0, "a date as 2026-11-23" },
    { "url",
      "https?://[\\x21\\x23-\\x26\\x28-\\x3b\\x3d\\x3f-\\x5b\\x5d\\x5f\\x61-\\x7a\\x7e]{1,2000}", 0,
      "an http or https address" },
    /* U+3041..U+30FF, half-width U+FF66..U+FF9F, blanks. */
    { "kana",
      "[ ]|\\xe3\\x80\\x80|\\xe3\\x81[\\x81-\\xbf]|\\xe3[\\x82\\x83][\\x80-\\xbf]"
      "|\\xef\\xbd[\\xa6-\\xbf]|\\xef\\xbe[\\x80-\\x9f]",
      200, "hiragana or katakana, at most N characters" },
    { "choice", NULL, 0, "one of a|b|c" },
    { .name = NULL },
};

const struct conf_format *
conf_format_find(sk_str name)
{
    for (const struct conf_format *f = conf_formats; f->name; f++)
        if (sk_str_eq(sk_str_of(f->name), name)) return f;
    return NULL;
}
