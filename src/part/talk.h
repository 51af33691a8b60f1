/* Conversations with another part that keep their connection: many threads ask over one Unix
 * socket, each question has a connection to itself while it lasts, and the connection is kept for
 * the next one. What is said is the caller's. For a single question: part/ask.h. */
#ifndef SK_PART_TALK_H
#define SK_PART_TALK_H

#include "base/str.h"
#include "base/when.h"

enum { PART_TALKS_MAX = 64 }; /* connections to one socket */

/* Connections to one part. */
struct part_talks;
/* `name`: of the part, static text; its socket is STATE/run/NAME.sock. At most `most` connections
 * at once. Connects to nobody yet, so it does not matter who starts first. SK_FULL when the
 * socket's path is too long. Yours: part_talks_close. */
sk_err part_talks_open(struct part_talks **talks, const char *state, const char *name,
                       unsigned most) SK_CHECKED;
void part_talks_close(struct part_talks *talks); /* no thread may be in it; NULL is allowed */

/* One question's way. */
struct part_talk {
    struct part_talks *talks;
    int fd;
    bool kept; /* the connection was used before, so its other end may be gone */
    sk_when until;
};

/* Holds one of the places for `patience` ms; takes a connection that is kept where there is one.
 * SK_BUSY: all are held. After success: part_talk_end. */
sk_err part_talk_begin(struct part_talk *talk, struct part_talks *talks, int patience) SK_CHECKED;
/* `whole`: the answer was read to its end; else another may still come, and the connection is given
 * up. */
void part_talk_end(struct part_talk *talk, bool whole);

/* Connects where there is no connection. SK_MISSING: nobody listens; SK_DENIED: we may not;
 * SK_BUSY: the time is over. */
sk_err part_talk_connect(struct part_talk *talk) SK_CHECKED;
/* Gives up a connection whose other end is gone; the next part_talk_connect makes a new one. */
void part_talk_drop(struct part_talk *talk);
/* SK_MISSING: the other end closed it; SK_BUSY: no time left, so what was asked may or may not be
 * done. */
sk_err part_talk_send(const struct part_talk *talk, sk_str bytes) SK_CHECKED;
/* What has come, at least one byte and at most `room`. Errors as part_talk_send. */
sk_err part_talk_take(size_t *n, char *to, size_t room, const struct part_talk *talk) SK_CHECKED;

#endif
