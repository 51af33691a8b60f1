/* Where in a page a byte stands. Not an HTML parser: it knows tags, quoted attributes, comments and
 * the elements whose content is no HTML, which is what decides whether an insertion is safe. After
 * "13.2.5 Tokenization" of https://html.spec.whatwg.org/, simplified to the strict form in which
 * templates must be written (attribute values quoted). */
#ifndef SK_PART_TEMPLATE_MARKUP_H
#define SK_PART_TEMPLATE_MARKUP_H

#include "base/str.h"

enum part_markup_state {
    MARKUP_TEXT,
    MARKUP_OPEN,    /* behind < */
    MARKUP_TAG,     /* in a tag, outside values */
    MARKUP_EQUALS,  /* behind = */
    MARKUP_DOUBLE,  /* in "..." */
    MARKUP_SINGLE,  /* in '...' */
    MARKUP_COMMENT, /* in <!-- --> */
    MARKUP_FOREIGN, /* in script or style, which must be empty */
    MARKUP_BROKEN,  /* an unquoted value, or text in script or style */
    MARKUP_STATES
};

enum { MARKUP_NAME_MAX = 24 };

struct part_markup {
    enum part_markup_state state;
    bool started;                    /* the value has text already */
    char tag[MARKUP_NAME_MAX];       /* lower case, cut */
    char attribute[MARKUP_NAME_MAX]; /* the same */
    char tail[3];                    /* newest bytes, for --> */
};

void part_markup_feed(struct part_markup *markup, sk_str text);
/* Whether both ends of a branch stand at the same place. */
bool part_markup_same(const struct part_markup *a, const struct part_markup *b);

/* What may be inserted here. */
bool part_markup_takes_text(const struct part_markup *markup); /* escaped text */
bool part_markup_takes_path(const struct part_markup *markup); /* the start of a URL */
bool part_markup_takes_url(const struct part_markup *markup);  /* a piece of a URL, or of a text */

#endif
