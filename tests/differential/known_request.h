/* What rule sets are known to make of whole requests in libmodsecurity. */
#ifndef DIFFERENTIAL_KNOWN_REQUEST_H
#define DIFFERENTIAL_KNOWN_REQUEST_H

#include "parts.h"

/* A rule that matched on one side alone. */
struct sighting {
    unsigned rule;
    bool ours;       /* it matched here and not there */
    sk_str variable; /* what it matched, as that side names it; may be empty */
};

enum request_body { BODY_NONE, BODY_PLAIN, BODY_FORM, BODY_MULTIPART, BODY_JSON, BODY_XML };

/* Our engine asked as libmodsecurity reads: rules in its dialect (rules.py), transformations
 * that answer as its do (their_tf.h), or the request as it is to it. Where ours then answers like
 * theirs, that is what made the difference. */
enum way {
    WAY_OURS,
    WAY_BACKSLASH,
    WAY_MULTILINE,
    WAY_TF,    /* with its transformations */
    WAY_ALL,   /* all of these */
    WAY_RULES, /* those before this are rules of their own */
    WAY_FRAGMENT = WAY_RULES,
    WAY_LINES,
    WAYS
};

struct request_case {
    const struct seclang_replay *request;
    enum request_body body;
    bool we_say_broken, they_say_broken; /* 200002: the body could not be read to its end */
    struct parts parts;                  /* of a multipart body */
    bool (*matches)(void *ctx, enum way way, unsigned rule); /* here, asked that way */
    bool (*sums)(void *ctx, enum way way);                   /* rules and scores are theirs then */
    bool (*apart)(void *ctx, unsigned rule); /* there, with a comma somewhere in target or body */
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
