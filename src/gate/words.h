/* What a refused client is told, in Japanese and English. It is told what to do, never what would
 * have passed. */
#ifndef SEKISHO_GATE_WORDS_H
#define SEKISHO_GATE_WORDS_H

#include "gate/accept.h"

enum gate_cause {
    GATE_CAUSE_REQUEST,   /* a rule refused the request */
    GATE_CAUSE_LARGE,     /* more than is taken */
    GATE_CAUSE_MALFORMED, /* not understood */
    GATE_CAUSE_ANSWER,    /* the page held something that must not leave */
    GATE_CAUSE_PLACE,     /* not for the client's network */
    GATE_CAUSE_SIGN_IN,   /* signing in comes first */
    GATE_CAUSE_RIGHT,     /* signed in, but not for this */
    GATE_CAUSE_AWAY,      /* nobody is there to say who has signed in */
    GATE_CAUSE_OFTEN,     /* too many sign-ins have failed */
    GATE_CAUSE_CHALLENGE, /* a puzzle comes first */
    GATE_CAUSE_UNSOLVED,  /* it was not solved, or too late */
    GATE_CAUSE_HUMAN,     /* a company's widget comes first */
    GATE_CAUSE_INSTEAD,   /* the company did not say yes: a puzzle in its place */
    GATE_CAUSE_VAULT,     /* personal data cannot be kept right now */
    GATE_CAUSE_SHUT_OUT,  /* the source has attacked too often */
    GATE_CAUSES
};

struct gate_words {
    const char *title, *what, *meaning, *todo;
};

const struct gate_words *gate_words_of(enum gate_cause cause, enum gate_language language);
/* From the status that the client gets; `answer`: the response was judged, not the request. */
enum gate_cause gate_cause_of(int status, bool answer);

#endif
