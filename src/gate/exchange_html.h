/* Where one is in an HTML document that comes in pieces: as much of the HTML standard's tokenizer
 * as tells text from attributes, scripts and comments. No memory but this struct. */
#ifndef SEKISHO_GATE_EXCHANGE_HTML_H
#define SEKISHO_GATE_EXCHANGE_HTML_H

#include "gate/exchange_spot.h"

enum gate_html_state {
    GATE_HTML_TEXT,    /* zero: a document begins so */
    GATE_HTML_OPEN,    /* behind < */
    GATE_HTML_CLOSE,   /* behind </ */
    GATE_HTML_NAME,    /* a tag's */
    GATE_HTML_BETWEEN, /* attributes */
    GATE_HTML_ATTRIBUTE,
    GATE_HTML_EQUALS, /* behind = */
    GATE_HTML_VALUE,
    GATE_HTML_BANG, /* behind <! */
    GATE_HTML_COMMENT,
    GATE_HTML_DECLARATION, /* <!doctype, <? and what else ends with > */
};

enum { GATE_HTML_WORD = 16 }; /* bytes of a name that is known; longer ones are not */

struct gate_html {
    enum gate_html_state state;
    char quote; /* of a value: " ' or 0 */
    bool closing;
    bool valued; /* the tag has a value="" */
    bool option; /* an <option> without one: its text is what the form sends */
    unsigned char tag_n, attribute_n, raw_n; /* GATE_HTML_WORD + 1: longer */
    unsigned char match; /* bytes of what ends a comment or raw text; an attribute's name is over */
    unsigned char value_n;
    char tag[GATE_HTML_WORD], attribute[GATE_HTML_WORD];
    char value[GATE_HTML_WORD]; /* its beginning */
    char raw[GATE_HTML_WORD];   /* the element whose text is raw: script, style, textarea; raw_n 0:
                                   none */
};

void gate_html_pass(struct gate_html *html, sk_str bytes);
/* Of what comes next. */
enum gate_spot gate_html_spot(const struct gate_html *html);

#endif
