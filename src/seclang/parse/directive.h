/* Directives: one row each. The table is also the manual (`help`). */
#ifndef SECLANG_PARSE_DIRECTIVE_H
#define SECLANG_PARSE_DIRECTIVE_H

#include "seclang/parse/parser.h"

struct seclang_word {
    const char *name;
    int value;
};

struct seclang_directive {
    const char *name;
    unsigned least, most; /* arguments */
    sk_err (*set)(const struct seclang_call *call);
    size_t at;        /* what the handler makes of it: an offset into the settings, a kind */
    int64_t from, to; /* numbers: the range that is allowed */
    const struct seclang_word *word; /* words that are allowed; ends with NULL */
    const char *help;                /* one sentence */
};

/* All rows, for help and tests. */
const struct seclang_directive *seclang_directive_rows(size_t *count);
/* Without regard to case, as Apache; NULL when unknown. */
const struct seclang_directive *seclang_directive_find(sk_str name);
/* "; did you mean" */
sk_str seclang_directive_near(sk_arena *mem, sk_str got);

/* directive_settings.c */
sk_err seclang_set_flag(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_word(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_unsigned(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_size(const struct seclang_call *call) SK_CHECKED;
/* Permissions in octal, at least the row's `from`; "default" is that. */
sk_err seclang_set_mode(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_text(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_audit_parts(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_relevant_status(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_mime_types(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_mime_types_clear(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_argument_separator(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_cookie_format(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_unicode_map(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_collection_timeout(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_web_app_id(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_geo(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_form_charset(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_fold(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_screen(const struct seclang_call *call) SK_CHECKED;
/* Accepted; means nothing here and nothing is lost by it. */
sk_err seclang_set_quiet(const struct seclang_call *call) SK_CHECKED;
/* Accepted; row->help says what is different here: a warning. With row->word, the first word is
 * the value that asks for nothing: no warning for it. */
sk_err seclang_set_warned(const struct seclang_call *call) SK_CHECKED;
/* Not done here and not safe to leave out: an error that says why (row->help). */
sk_err seclang_set_refused(const struct seclang_call *call) SK_CHECKED;
sk_err seclang_set_include(const struct seclang_call *call) SK_CHECKED;

#endif
