/* What rule sets are known to make of whole requests in libmodsecurity. */
#ifndef DIFFERENTIAL_KNOWN_REQUEST_H
#define DIFFERENTIAL_KNOWN_REQUEST_H

#include "seclang/replay.h"

/* A rule that matched on one side alone. */
struct sighting {
    unsigned rule;
    bool ours;       /* it matched here and not there */
    sk_str variable; /* what it matched, as that side names it; may be empty */
};

enum request_body { BODY_NONE, BODY_PLAIN, BODY_FORM, BODY_MULTIPART, BODY_JSON, BODY_XML };

/* Rules with patterns as libmodsecurity reads them (rules.py): what ours answers then. */
enum dialect { DIALECT_NONE, DIALECT_BACKSLASH, DIALECT_MULTILINE, DIALECT_BOTH, DIALECTS };

struct request_case {
    const struct seclang_replay *request;
    enum request_body body;
    bool we_say_broken, they_say_broken; /* 200002: the body could not be read to its end */
    /* Whether the rule matches here under their dialect. */
    bool (*matches)(void *ctx, enum dialect dialect, unsigned rule);
    void *ctx;
};

struct known_request {
    const char *id; /* its chapter in docs/differences.md */
    bool (*explains)(const struct request_case *c, const struct sighting *seen);
    unsigned long seen;
};

enum { RULE_SCORES = 999990 }; /* logs the scores in its msg, last of all */

struct known_request *known_request_rows(size_t *count);

#endif
