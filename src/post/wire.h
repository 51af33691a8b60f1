/* Going out: one message to the mail server or the gateway, by libcurl, which no file but wire.c
 * includes. A wire belongs to one thread; its connection is kept for the next message. */
#ifndef SK_POST_WIRE_H
#define SK_POST_WIRE_H

#include "post/config.h"

enum {
    POST_CONNECT_PATIENCE = 15, /* s until connected, TLS included */
    POST_SEND_PATIENCE = 60,    /* s for all of one message */
};

/* What is to be done with the message. */
enum post_verdict {
    POST_DONE,  /* the other side has taken it */
    POST_LATER, /* not now: this message again, later */
    POST_NEVER, /* the other side has refused this message for good */
    POST_AWAY,  /* it is not about this message: the other side cannot be reached or does not let us
                   in */
};

struct post_outcome {
    enum post_verdict verdict;
    char fault[POST_FAULT_MAX]; /* a code of ours: "smtp 550 at RCPT"; never the server's text */
};

struct post_wire;
/* `config` and `queue` must outlive it; a stop of the queue ends a transfer that hangs. */
sk_err post_wire_open(struct post_wire **wire, const struct post_config *config,
                      const struct post_queue *queue, enum post_kind kind) SK_CHECKED;
void post_wire_close(struct post_wire *wire); /* NULL is allowed */
void post_wire_send(struct post_outcome *outcome, struct post_wire *wire, sk_arena *mem,
                    const struct post_job *job);

/* What an SMTP reply (0: none) means after a command. Pure. */
void post_smtp_verdict(struct post_outcome *outcome, long code, const char *command);
/* What a gateway's status means. Pure. */
void post_gateway_verdict(struct post_outcome *outcome, const struct post_gateway *gateway,
                          long status);
/* `template` with {to} {text} {id} {secret} replaced, escaped for JSON or URLs; as it is where
 * `escape` is NULL. Pure. */
void post_fill(struct sk_buf *out, sk_str template, const enum post_escape *escape,
               const struct post_gateway *gateway, const struct post_job *job);

#endif
