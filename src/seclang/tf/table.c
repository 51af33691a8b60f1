/* All transformations: names, functions, and the bytes without which nothing changes. */
#include "seclang/tf/rows.h"

#define BIT  SK_BYTES_BIT
#define SPAN SK_BYTES_SPAN
#define SET  SK_BYTES

#define LARGE(w)        SPAN(w, 'A', 'Z')
#define SMALL(w)        SPAN(w, 'a', 'z')
#define DIGITS(w)       SPAN(w, '0', '9')
#define ZERO(w)         BIT(w, 0)
#define SPACES(w)       (SPAN(w, '\t', '\r') | BIT(w, ' '))
#define BLANKS(w)       (SPACES(w) | BIT(w, 0xa0))
#define BACKSLASH(w)    BIT(w, '\\')
#define AMPERSAND(w)    BIT(w, '&')
#define ENCODED(w)      (BIT(w, '%') | BIT(w, '+'))
#define NOT_PLAIN(w)    ~(LARGE(w) | SMALL(w) | DIGITS(w) | BIT(w, '*'))
#define HIGH(w)         ((w) >= 2 ? ~(uint64_t)0 : 0)
#define HIGH_OR_ZERO(w) (HIGH(w) | ZERO(w))
#define SLASH(w)        BIT(w, '/')
#define PATH(w)         (BIT(w, '/') | BIT(w, '.'))
#define PATH_WIN(w)     (PATH(w) | BACKSLASH(w))
#define COMMENT(w)      (BIT(w, '/') | BIT(w, '<') | BIT(w, '-') | BIT(w, '#'))
#define COMMENT_CHAR(w) (COMMENT(w) | BIT(w, '*'))
#define SHELL(w)                                                                                   \
    (LARGE(w) | BIT(w, '"') | BIT(w, '\'') | BIT(w, '\\') | BIT(w, '^') | BIT(w, ' ') |            \
     BIT(w, ',') | BIT(w, ';') | BIT(w, '\t') | BIT(w, '\r') | BIT(w, '\n') | ZERO(w))
#define SQL_HEX(w) (BIT(w, '0') | ZERO(w))
#define ALL(w)     (~(uint64_t)0 * ((w) < 4))

/* Bytes of 0..63 with an odd number of ones (the Thue-Morse sequence); one more bit turns it over.
 */
#define ODD_ONES    ((uint64_t)0x6996966996696996)
#define NOT_EVEN(w) ((w)&1 ? ~ODD_ONES : ODD_ONES)
#define NOT_ODD(w)  ~NOT_EVEN(w)

static const struct seclang_tf rows[] = {
    { "base64decode", seclang_tf_base64_decode, SET(ALL), true, seclang_tf_base64_reaches },
    { "base64decodeext", seclang_tf_base64_decode_ext, SET(ALL), true, NULL },
    { "base64encode", seclang_tf_base64_encode, SET(ALL), true, NULL },
    { "cmdline", seclang_tf_cmd_line, SET(SHELL), false, NULL },
    { "compresswhitespace", seclang_tf_compress_whitespace, SET(BLANKS), false, NULL },
    { "cssdecode", seclang_tf_css_decode, SET(BACKSLASH), false, NULL },
    { "escapeseqdecode", seclang_tf_escape_seq_decode, SET(BACKSLASH), false, NULL },
    { "hexdecode", seclang_tf_hex_decode, SET(ALL), true, NULL },
    { "hexencode", seclang_tf_hex_encode, SET(ALL), true, NULL },
    { "htmlentitydecode", seclang_tf_html_entity_decode, SET(AMPERSAND), false, NULL },
    { "jsdecode", seclang_tf_js_decode, SET(BACKSLASH), false, NULL },
    { "length", seclang_tf_length, SET(ALL), true, NULL },
    { "lowercase", seclang_tf_lowercase, SET(LARGE), false, NULL },
    { "md5", seclang_tf_md5, SET(ALL), true, NULL },
    { "none", seclang_tf_none, { { 0 } }, false, NULL },
    { "normalisepath", seclang_tf_normalise_path, SET(PATH), false, NULL },
    { "normalisepathwin", seclang_tf_normalise_path_win, SET(PATH_WIN), false, NULL },
    { "normalizepath", seclang_tf_normalise_path, SET(PATH), false, NULL },
    { "normalizepathwin", seclang_tf_normalise_path_win, SET(PATH_WIN), false, NULL },
    { "parityeven7bit", seclang_tf_parity_even_7bit, SET(NOT_EVEN), false, NULL },
    { "parityodd7bit", seclang_tf_parity_odd_7bit, SET(NOT_ODD), false, NULL },
    { "parityzero7bit", seclang_tf_parity_zero_7bit, SET(HIGH), false, NULL },
    { "removecomments", seclang_tf_remove_comments, SET(COMMENT), false, NULL },
    { "removecommentschar", seclang_tf_remove_comments_char, SET(COMMENT_CHAR), false, NULL },
    { "removenulls", seclang_tf_remove_nulls, SET(ZERO), false, NULL },
    { "removewhitespace", seclang_tf_remove_whitespace, SET(BLANKS), false, NULL },
    { "replacecomments", seclang_tf_replace_comments, SET(SLASH), false, NULL },
    { "replacenulls", seclang_tf_replace_nulls, SET(ZERO), false, NULL },
    { "sha1", seclang_tf_sha1, SET(ALL), true, NULL },
    { "sqlhexdecode", seclang_tf_sql_hex_decode, SET(SQL_HEX), false, NULL },
    { "trim", seclang_tf_trim, SET(SPACES), false, NULL },
    { "trimleft", seclang_tf_trim_left, SET(SPACES), false, NULL },
    { "trimright", seclang_tf_trim_right, SET(SPACES), false, NULL },
    { "uppercase", seclang_tf_uppercase, SET(SMALL), false, NULL },
    { "urldecode", seclang_tf_url_decode, SET(ENCODED), false, NULL },
    { "urldecodeuni", seclang_tf_url_decode_uni, SET(ENCODED), false, NULL },
    { "urlencode", seclang_tf_url_encode, SET(NOT_PLAIN), false, NULL },
    { "utf8tounicode", seclang_tf_utf8_to_unicode, SET(HIGH_OR_ZERO), false, NULL },
};

const struct seclang_tf *
seclang_tf_rows(size_t *count)
{
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

const struct seclang_tf *
seclang_tf_find(sk_str name)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (sk_str_eq_nocase(name, sk_str_of(rows[i].name))) return &rows[i];
    return NULL;
}
