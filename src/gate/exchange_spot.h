/* Where in a page a token stands, and how a value is written there so that it stays a value: it can
 * end neither the attribute nor the string that it is put into, and becomes no markup, no script,
 * no formula.
 *
 * What is written is safe even where the place was misjudged (in a script taken for text and the
 * other way round), since every sign that means something in HTML, JavaScript or a URL is escaped.
 */
#ifndef SEKISHO_GATE_EXCHANGE_SPOT_H
#define SEKISHO_GATE_EXCHANGE_SPOT_H

#include "base/str.h"

enum gate_spot {
    GATE_SPOT_CLOSED, /* style, comments, handlers, links: nothing is put there. A link leads to the
                         application, which knows tokens only */
    GATE_SPOT_TEXT,   /* of HTML */
    GATE_SPOT_FIELD,  /* a form field's value: what is not shown stays a token, or sending the form
                         would store the mask */
    GATE_SPOT_QUOTED, /* an attribute that people read: title, alt */
    GATE_SPOT_DATA,   /* any other attribute; programs read it */
    GATE_SPOT_URL,    /* mailto: and tel: */
    GATE_SPOT_SCRIPT, /* JavaScript or JSON in a page */
    GATE_SPOT_JSON,   /* a JSON document's string */
    GATE_SPOT_PLAIN,  /* text/plain */
    GATE_SPOT_CSV,    /* in the middle of a bare field */
    GATE_SPOT_CSV_WHOLE,  /* a bare field as a whole */
    GATE_SPOT_CSV_QUOTED, /* in quotes */
    GATE_SPOTS
};

/* Adds the value as it is written there. `wide`: bytes from 0x80 may be written as they are; else
 * they are escaped, where there is a way (the page's charset is not known to be UTF-8). `first`: a
 * field begins with it (CSV). False, and nothing added: this value cannot stand there. */
bool gate_spot_put(struct sk_buf *out, enum gate_spot spot, bool wide, bool first, sk_str value);

#endif
