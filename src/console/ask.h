/* Questions to the other parts, each with the operator's ticket: who answers decides by it. The
 * vault's front alone gets none: it parses what applications send, and has nothing to decide. */
#ifndef SK_CONSOLE_ASK_H
#define SK_CONSOLE_ASK_H

#include "base/json.h"
#include "console/visit.h"

enum console_peer { PEER_ACCOUNTS, PEER_GATE, PEER_POST, PEER_VAULT, PEERS };

/* A GET; with a body (JSON) a POST. *root is yours: sk_json_free; {} where the answer has no body.
 * An answer that is a refusal is an error of its kind (SK_DENIED, SK_MISSING, SK_BAD, SK_BUSY, ...)
 * with the reason that it gave. SK_BROKEN, too, when nobody listens. */
sk_err console_ask(sk_json **root, struct console_visit *visit, enum console_peer peer,
                   sk_str target, sk_str body) SK_CHECKED;

#endif
