/* What the parts say of themselves, for `sekisho status`. */
#ifndef SEKISHO_STATUS_PARTS_H
#define SEKISHO_STATUS_PARTS_H

#include "base/json.h"

/* An answer as it came; text empty: the part does not answer, or there is none. */
struct status_answer {
    sk_str text;
    sk_json *json;
};

struct status_parts {
    struct status_answer ledger, post, accounts, scribe;
};

/* Asks each; one that is away is left empty. Texts lie on `mem`; status_parts_close. */
void status_parts_ask(struct status_parts *parts, sk_arena *mem, const char *state);
void status_parts_close(struct status_parts *parts);

/* Lines for people. */
void status_parts_print(const struct status_parts *parts);
/* "NAME":ANSWER,... with null for those that are away. */
void status_parts_write(struct sk_buf *out, const struct status_parts *parts);

#endif
