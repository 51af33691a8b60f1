/* Who holds a port: told when ours is taken. */
#ifndef SEKISHO_PORT_H
#define SEKISHO_PORT_H

#include "base/str.h"

/* SK_BUSY with who listens there (program and process id where visible) and the cure; SK_DENIED for
 * a low port without the right; SK_BAD for an address that is not this machine's. */
sk_err port_free(sk_str address, int64_t port) SK_CHECKED;

#endif
