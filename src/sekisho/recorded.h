/* A request as the gate's log has it: line and headers, secrets masked, never the body. */
#ifndef SEKISHO_RECORDED_H
#define SEKISHO_RECORDED_H

#include "base/json.h"

/* Appends it as raw text. */
void recorded_request(struct sk_buf *out, const sk_json *event);

#endif
