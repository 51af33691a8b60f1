/* The parent's ear: a Unix socket that takes one line ("status", "restart shop-2"), answers with
 * one line of JSON and closes. Only the same user and the superuser are heard (SO_PEERCRED). */
#ifndef SK_PART_CONTROL_H
#define SK_PART_CONTROL_H

#include "base/str.h"

enum {
    PART_CONTROL_LINE_MAX = 256,
    PART_CONTROL_ANSWER_MAX = 256 * 1024,
    PART_CONTROL_PATIENCE = 1000 /* ms for the asker to say its line */
};

/* Binds and listens; an old socket file at `path` is replaced. Mode 0600, close-on-exec.
 * SK_FULL when the path is longer than a Unix socket's may be (107 bytes). */
sk_err part_socket_listen(int *fd, const char *path, int mode) SK_CHECKED;

/* Takes one waiting asker and answers with what `handle` appends. Faults of the asker are logged
 * and end only its connection. */
void part_control_serve(int fd, void (*handle)(void *ctx, struct sk_buf *answer, sk_str line),
                        void *ctx);

/* The asking side. SK_MISSING when nobody listens at `path`. `patience` in ms. */
sk_err part_control_ask(sk_str *answer, sk_arena *mem, const char *path, const char *line,
                        int patience) SK_CHECKED;

#endif
