/* What the client would like to be answered in: Accept-Language and Accept with their weights
 * (RFC 9110, 12.4.2, 12.5.1, 12.5.4). */
#ifndef SEKISHO_GATE_ACCEPT_H
#define SEKISHO_GATE_ACCEPT_H

#include "base/str.h"

enum gate_language { GATE_JA, GATE_EN, GATE_LANGUAGES };

/* Members of a header that are looked at; the rest is ignored. */
enum { GATE_ACCEPT_MOST = 32 };

/* Japanese without a header (p NULL or empty) and on a tie without order; English for those who
 * read neither. */
enum gate_language gate_accept_language(sk_str header);
/* True when JSON is named and HTML is not, or weighs less. Wildcards ask for neither. */
bool gate_accept_json(sk_str header);

#endif
