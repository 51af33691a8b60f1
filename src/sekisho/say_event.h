/* A line of the gate's audit log in words, for the terminal: see explain/explain.h. */
#ifndef SEKISHO_SAY_EVENT_H
#define SEKISHO_SAY_EVENT_H

#include "base/json.h"
#include "sekisho/conf.h"

struct say_event {
    const char *state;       /* for the paths in the advice */
    const struct conf *conf; /* thresholds; NULL: not told */
};

/* Appends the explanation of one event. Bytes of the request that a terminal would obey are written
 * as \xHH. */
void say_event(struct sk_buf *out, const struct say_event *say, const sk_json *line);

#endif
