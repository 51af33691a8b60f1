/* What of a house is in force, as digests: so that a reload can say what it changed. */
#ifndef SEKISHO_MARKS_H
#define SEKISHO_MARKS_H

#include "base/hash.h"
#include "sekisho/house.h"

enum mark { MARK_SERVER, MARK_SITES, MARK_OWN, MARKS };

struct marks {
    unsigned char sum[MARKS][SK_SHA256];
};

/* Of what was rendered (nginx.conf, the sites' rules) and of STATE/rules. */
sk_err marks_take(struct marks *marks, const struct house *house) SK_CHECKED;
/* A bit (1 << enum mark) for each that differs. */
unsigned marks_differ(const struct marks *a, const struct marks *b);
/* For people, one of MARKS. */
const char *mark_name(enum mark mark);

#endif
