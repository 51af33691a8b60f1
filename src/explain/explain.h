/* One line of the gate's audit log, read: who asked what, which rule saw what where, how it was
 * scored, and what to do if it was a mistake. The command line prints it, the console shows it.
 * Pure. */
#ifndef SK_EXPLAIN_EXPLAIN_H
#define SK_EXPLAIN_EXPLAIN_H

#include "base/json.h"
#include "base/when.h"

enum { EXPLAIN_MATCHES_MAX = 20 };

struct explain_match {
    int64_t rule;
    sk_str severity, variable, msg, value,
        data; /* as they came from the client: see explain_text */
};

/* Borrowed from the line. */
struct explain_event {
    sk_str id, client, method, uri, site, time;
    sk_when at; /* of `time`; 0: it is none */
    int64_t status, inbound, outbound;
    bool refused;                                    /* else recorded only */
    struct explain_match match[EXPLAIN_MATCHES_MAX]; /* without rules that only add up */
    size_t count, more;                              /* more: that did not find room */
};

void explain_read(struct explain_event *event, const sk_json *line);

/* What to do about one match if it was a mistake: a declaration to mend, in words, or a rule for
 * rules/exclusions.conf. */
struct explain_advice {
    const char *en, *ja; /* NULL where `rule` is the advice */
    sk_str rule;         /* on the arena, without line end */
};

size_t explain_advise(struct explain_advice advice[EXPLAIN_MATCHES_MAX], sk_arena *mem,
                      const struct explain_event *event);

/* s so that it can be shown: UTF-8 stays, control characters and invalid bytes become \xHH; at
 * most `most` bytes, then "...". */
void explain_text(struct sk_buf *out, sk_str s, size_t most);
/* s as a regular expression that matches just it, for between double quotes in SecLang. */
void explain_literal(struct sk_buf *out, sk_str s);
/* Rules that only add up and decide: 949xxx, 959xxx, 980xxx of the Core Rule Set. */
bool explain_is_sum(int64_t rule);

#endif
