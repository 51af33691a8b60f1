/* The head of a request that the server refused before it had parsed it: read without judging, so
 * that rules may. Lines end with LF, with or without CR; what a strict reader would refuse (no
 * colon, no protocol, a control character) is given as it stands. */
#ifndef SEKISHO_GATE_RAWHEAD_H
#define SEKISHO_GATE_RAWHEAD_H

#include "base/str.h"

/* Borrowed from the bytes. Words that are not there are empty, never NULL. */
struct gate_rawline {
    sk_str line, method, target, protocol;
};

/* Takes the request line off *rest; blank lines before it are passed over, as servers do. A line
 * that has no end yet is taken as far as it goes. False: there is none. */
bool gate_rawhead_line(struct gate_rawline *out, sk_str *rest);
/* The words of a line without its end. */
void gate_rawhead_words(struct gate_rawline *out, sk_str line);
/* Takes one header off *rest: at most what is before the first colon is its name. A line without a
 * colon is all name. False: the blank line behind the head, or no line any more. */
bool gate_rawhead_header(sk_str *name, sk_str *value, sk_str *rest);

#endif
