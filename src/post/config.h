/* post.json as the parent rendered it from sekisho.conf's block post: the same keys. Without smtp
 * it is the demo: mail, and what else has no gateway, is kept readable in the outbox. */
#ifndef SK_POST_CONFIG_H
#define SK_POST_CONFIG_H

#include "post/human.h"
#include "post/mime.h"
#include "post/queue.h"

enum {
    POST_GATEWAY_HEADERS_MAX = 8,
    POST_GATEWAY_SUCCESS_MAX = 8,
    POST_RATE_MAX = 1000000,
    POST_SECRET_MAX = 4096 /* bytes of a password or key */
};

/* How {to} and {text} stand in a template. */
enum post_escape { POST_ESCAPE_JSON, POST_ESCAPE_URL };

/* An HTTP service that sends SMS or places calls. {to} {text} {id} {secret} in url, headers and
 * body are replaced: URL-escaped in the url, as they are in headers, by the type in the body. */
struct post_gateway {
    sk_str url; /* https, or http to this machine; empty: not configured */
    sk_str method, type, body, secret_file, secret;
    sk_str header[POST_GATEWAY_HEADERS_MAX]; /* "Name: value" */
    size_t headers;
    int64_t success[POST_GATEWAY_SUCCESS_MAX]; /* statuses; none: 200 to 299 */
    size_t successes;
    enum post_escape escape;
    int64_t rate; /* a minute */
};

struct post_config {
    sk_json *json; /* in which the texts lie */
    sk_str smtp;   /* smtp://host:port (STARTTLS) or smtps://host:port; empty: demo */
    struct post_sender from;
    sk_str user, password_file, password;
    sk_str ca;  /* file of certificates that are trusted in place of the system's; or empty */
    bool plain; /* no TLS: only to this machine */
    int64_t mail_rate;                       /* a minute */
    struct post_gateway gateway[POST_KINDS]; /* POST_SMS, POST_VOICE */
    struct post_human human;
};

/* Reads post.json's text; SK_BAD names the key that is wrong. The files that it names are not read
 * yet. Yours, also after a failure: post_config_free. */
sk_err post_config_read(struct post_config *config, sk_str text) SK_CHECKED;
/* Reads `path` and the files that it names, on `mem`; no such file: the demo. */
sk_err post_config_load(struct post_config *config, sk_arena *mem, const char *path) SK_CHECKED;
void post_config_free(struct post_config *config);
void post_config_ways(enum post_way way[POST_KINDS], const struct post_config *config);
/* Whether a URL's host is this machine, so that what goes there stays in it. */
bool post_url_is_here(sk_str url);
/* https with a host, or http to this machine; printable, without user and password. */
bool post_url_is_safe(sk_str url);

#endif
