/* Asking a provider over HTTPS, by libcurl, which inquiry.c and wire.c alone include. One question,
 * one connection: no thread waits for another's. */
#ifndef SK_POST_INQUIRY_H
#define SK_POST_INQUIRY_H

#include "post/human.h"

enum {
    POST_INQUIRY_PATIENCE = 4000, /* ms for all of it; a visitor waits */
    POST_INQUIRY_CONNECT = 2000,  /* of them, until connected, TLS included */
};

struct post_inquiry {
    long status;
    sk_str body;
};

/* Once, before there are threads. */
void post_inquiry_begin(void);
/* Sends the form to human->verify; the answer's body is on `mem`. SK_BUSY: it cannot be reached, or
 * not in time, or is not who it should be; SK_BROKEN: more than POST_HUMAN_ANSWER_MAX bytes. */
sk_err post_inquire(struct post_inquiry *answer, sk_arena *mem, const struct post_human *human,
                    sk_str form) SK_CHECKED;

#endif
