/* The XSS detector from inside: HTML as the living standard cuts it into tokens, and the kindnesses
 * of old browsers where they open a hole (zero bytes are passed over, ` quotes a value). */
#ifndef SECLANG_DETECT_HTML_H
#define SECLANG_DETECT_HTML_H

#include "base/str.h"

enum html_kind {
    HTML_END,
    HTML_TAG,       /* text: the name of an opening tag */
    HTML_END_TAG,   /* its name; attributes may follow, which no browser reads */
    HTML_ATTRIBUTE, /* text: the name; value with has_value */
    HTML_COMMENT,   /* also <? and <! that are none: what is inside */
    HTML_DOCTYPE
};

/* Where in a page the value stands. */
enum html_place {
    HTML_IN_TEXT,
    HTML_IN_SINGLE,
    HTML_IN_DOUBLE,
    HTML_IN_BACKTICK,
    HTML_IN_UNQUOTED,
    HTML_PLACES
};

struct html_lexer {
    sk_str s;
    size_t at;
    bool in_tag;     /* attributes are read, up to > */
    bool in_end_tag; /* of an end tag */
};

struct html_token {
    enum html_kind kind;
    sk_str text, value;
    bool has_value;
};

/* False: the value does not leave the quotes that it stands in. */
bool seclang_html_begin(struct html_lexer *lexer, sk_str value, enum html_place place);
struct html_token seclang_html_next(struct html_lexer *lexer);

/* Reads one character, resolving a reference (&#x6a; &colon; also without the semicolon). Returns
 * how many bytes it took. Names that the detector has no use for stay as they are. */
size_t seclang_html_character(uint32_t *code, sk_str s);

/* Whether the URL begins with a scheme that runs script: as browsers read it, without the blanks
 * and control signs, with references and %XX resolved. */
bool seclang_url_runs_script(sk_str url);
/* The same for a value that is the whole URL and was not called one: prose may begin so too. */
bool seclang_text_is_script_url(sk_str text);

/* What a name means. */
enum html_danger {
    HTML_HARMLESS,
    HTML_ACTIVE,      /* tag: runs script or loads something; attribute: an event handler */
    HTML_ACTIVE_WITH, /* tag: only with attributes */
    HTML_URL,         /* attribute: its value is a URL */
    HTML_CSS,         /* ... is a style */
    HTML_PAGE,        /* ... is a page: srcdoc */
    HTML_ANY,         /* attribute: dangerous with any value */
    HTML_INDIRECT     /* attribute: its value names another */
};

enum html_danger seclang_html_tag(sk_str name);
/* in_tag: of a tag that was read whole; then anything with on... is taken for a handler. */
enum html_danger seclang_html_attribute(sk_str name, bool in_tag);

#endif
