/* The catalogue of promises (controls/NAME.json). */
#ifndef EVIDENCE_CATALOG_H
#define EVIDENCE_CATALOG_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

enum { EVIDENCE_CONTROLS_MAX = 512, EVIDENCE_SOURCES_MAX = 8 };

struct evidence_control {
    sk_str id;                           /* "GATE-01" */
    sk_str ja, en;                       /* the sentence */
    sk_str source[EVIDENCE_SOURCES_MAX]; /* CM MK LM EC BR */
    size_t source_count;
    bool enforced, proven, attested; /* kind E, P, A */
    sk_str probe;                    /* name, empty: none yet */
    sk_when every;                   /* milliseconds between runs */
    sk_str case_file, case_name;     /* of the suites, where no probe asks; empty: none */
    sk_str negative;                 /* name of the test that breaks the control on purpose */
};

struct evidence_catalog {
    struct evidence_control *control; /* in the order of the files' names, then of the file */
    size_t count;
};

/* Reads every *.json of the folder. SK_BAD names the file and what is wrong: a missing sentence, an
 * id twice, an unknown kind, a probe without interval, a probe or case without negative test. */
sk_err evidence_catalog_read(struct evidence_catalog *catalog, sk_arena *mem,
                             const char *folder) SK_CHECKED;
const struct evidence_control *evidence_catalog_find(const struct evidence_catalog *catalog,
                                                     sk_str id);
/* "10m", "6h", "1d" in milliseconds; 0 when it is none. */
sk_when evidence_interval(sk_str text);

#endif
