/* The room that sends mail, SMS and voice calls: what it takes, and its client. Whoever may open
 * STATE/run/post.sock hands a message over; once that has succeeded the message is on disk and is
 * delivered, or given up with a record, whatever ends in between.
 *
 * At least once: a message whose sending was cut off by kill -9 is sent again, so of each kind one
 * may arrive twice. Text and address are erased when it was sent or given up. */
#ifndef SK_POST_POST_H
#define SK_POST_POST_H

#include "base/str.h"
#include "part/card.h"

enum {
    POST_ADDRESS_MAX = 254,         /* bytes of `to`: RFC 5321 section 4.5.3.1.3 */
    POST_SUBJECT_MAX = 400,         /* bytes */
    POST_TEXT_MAX = 32 * 1024,      /* bytes of a mail's text ... */
    POST_SHORT_TEXT_MAX = 2 * 1024, /* ... of an SMS or a call */
    POST_LINK_MAX = 500,            /* bytes of `unsubscribe` */
    POST_PURPOSE_MAX = 64,
    POST_KEY_MAX = 100,
    POST_MANY_MAX = 1000,         /* messages of one post_send_many() */
    POST_ASK_MAX = 512 * 1024,    /* bytes of one question */
    POST_LIFE_MAX = 3 * 24 * 3600 /* seconds; what a mail without `life` has */
};

enum post_kind { POST_MAIL, POST_SMS, POST_VOICE, POST_KINDS };
extern const char *const post_kind_names[POST_KINDS]; /* "mail", "sms", "voice" */

/* Texts are UTF-8, borrowed. */
struct post_message {
    enum post_kind kind;
    sk_str to;      /* mail: local@domain, ASCII; else a number as "+819012345678" */
    sk_str subject; /* mail only; one line */
    sk_str text;    /* lines end with \n */
    sk_str purpose; /* what it is about: "accounts.code". For counts and logs: no person in it */
    sk_str key;     /* the sender's own name for it: a second message of this key is not sent */
    sk_str unsubscribe; /* https address for List-Unsubscribe; empty: none */
    int64_t life;       /* seconds after which it is worthless and not sent any more; 0: usual
                           (mail POST_LIFE_MAX, others 600). Short-lived ones go first */
};

/* --- the questions' bytes; pure --- */

void post_message_write(struct sk_buf *out, const struct post_message *message);
void post_messages_write(struct sk_buf *out, const struct post_message *messages, size_t count);
/* What an answer's status and body mean: 202 is success, else the error that stands in it. */
sk_err post_answer_read(unsigned status, sk_str body) SK_CHECKED;

/* --- over the socket --- */

/* May be used by many threads at once. Yours: post_link_close. Opening asks nobody. */
struct post_link;
sk_err post_link_open(struct post_link **link, const char *state) SK_CHECKED;
void post_link_close(struct post_link *link); /* NULL is allowed */

/* Success: on disk, will be sent. SK_BAD: not a message, or no such kind is configured. SK_BUSY:
 * too many for this recipient, or no answer within POST_PATIENCE ms: whether it was taken is then
 * unknown, so send it again with the same key. SK_FULL: the queue. SK_BROKEN: post is away. */
enum { POST_PATIENCE = 3000 };
sk_err post_send(struct post_link *link, const struct post_message *message) SK_CHECKED;
/* At most POST_MANY_MAX, in pieces of POST_ASK_MAX bytes, each taken whole or not at all; after a
 * failure send all of them again: those that were taken are known by their keys. */
sk_err post_send_many(struct post_link *link, const struct post_message *messages,
                      size_t count) SK_CHECKED;

/* --- the part --- */

/* Writes state:post, reads state:conf/post; opens connections to the mail server and the gateways.
 */
extern const struct part_card post_card;
/* Serves on place->listen_fd, and on place->second_fd the gate's question whether somebody is a
 * person, until SIGTERM or SIGINT; the exit code. Call part_start() before. */
int post_main(const struct part_place *place);
/* Whether post.json's text would do, for whoever renders it; SK_BAD names the key. The files that
 * it names are not looked at. */
sk_err post_config_check(sk_str json) SK_CHECKED;

#endif
