/* One question to the parent that runs, over its control socket. */
#ifndef SEKISHO_ASK_H
#define SEKISHO_ASK_H

#include "base/json.h"
#include "sekisho/house.h"

/* SK_MISSING: nothing runs with this state. The answer is yours: sk_json_free. */
sk_err ask_parent(sk_json **answer, sk_arena *mem, const struct house *house,
                  const char *line) SK_CHECKED;
/* The parent's refusal as our own error. */
sk_err ask_refusal(const sk_json *answer) SK_CHECKED;

/* reload.c: asks the parent to reload, waits until new workers serve, and says what is different.
 * SK_MISSING when nothing runs. */
sk_err reload_house(const struct house *house) SK_CHECKED;

#endif
