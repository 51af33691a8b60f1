/* libmodsecurity, as much of it as the comparison asks: rules from a text, whole transactions, and
 * the lines that it logs. Detection only: nothing ends a transaction early. */
#ifndef DIFFERENTIAL_THEIRS_H
#define DIFFERENTIAL_THEIRS_H

#include "seclang/replay.h"

struct theirs; /* one rule set */

/* Yours: theirs_free. SK_BAD with their words. */
sk_err theirs_new(struct theirs **t, const char *rules) SK_CHECKED;
void theirs_free(struct theirs *t);

/* Phases 1 to 5; each line that a rule logs is given to `each`, zero-terminated. */
void theirs_run(struct theirs *t, const struct seclang_replay *request,
                void (*each)(void *ctx, const char *line), void *ctx);

/* [id "..."] of a line; 0: none. */
unsigned theirs_line_id(const char *line);
/* What stands in [name "..."]; empty when it is not there. */
sk_str theirs_line_field(const char *line, const char *name);
/* From `Value: `...' of "against variable `...'": the variable; empty when it names none. */
sk_str theirs_line_variable(const char *line);

#endif
