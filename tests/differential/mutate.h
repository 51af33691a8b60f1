/* Requests made from others: bytes turned, tokens put in, encodings nested, headers doubled, bodies
 * broken. Still a request line, headers and a body, but for what a mutation takes away. */
#ifndef DIFFERENTIAL_MUTATE_H
#define DIFFERENTIAL_MUTATE_H

#include "dice.h"

/* `other` is another request of the seeds: parts of it may be taken over. */
sk_str mutate(struct dice *d, sk_arena *mem, sk_str request, sk_str other);

#endif
