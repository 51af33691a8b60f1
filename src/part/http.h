/* A small HTTP service on a socket that the caller bound: a table of routes, a request, a response.
 * libmicrohttpd speaks the protocol (http_mhd.c, the one file that includes it); all else is bytes
 * in, bytes out. RFC 9110 (HTTP semantics), RFC 6265 (cookies).
 *
 * Each request has an arena of its own and is handled by one thread from start to end; nothing in
 * it is shared. */
#ifndef SK_PART_HTTP_H
#define SK_PART_HTTP_H

#include "part/form.h"
#include "part/peer.h"

enum {
    PART_HTTP_ROUTES_MAX = 256,
    PART_HTTP_PATH_MAX = 2048,        /* bytes of path and query; more: 414 */
    PART_HTTP_HEADERS_MAX = 16,       /* that a handler adds */
    PART_HTTP_PARAMS_MAX = 4,         /* {names} in one pattern */
    PART_HTTP_BODY_MAX = 1024 * 1024, /* no route may ask for more */
    PART_HTTP_CONNECTIONS_MAX = 512,  /* of one service */
    PART_HTTP_PATIENCE = 30,          /* seconds without a byte from the peer */
    PART_HTTP_ID_MAX = 64,
};

enum part_method {
    PART_OTHER = 0,
    PART_GET = 1,
    PART_POST = 2
}; /* HEAD is answered as GET without its body */

struct part_param {
    sk_str name, value;
};

struct part_request {
    sk_arena *mem;
    enum part_method method;
    bool head;
    sk_str target; /* as it came: "/s/x?q=%E8" */
    sk_str path;   /* decoded, clean UTF-8, starts with '/', no "." or ".." segments, no "//" */
    struct part_form query, form;
    sk_str body;  /* of a POST, as it came */
    unsigned uid; /* of the process at the other end; that of nobody when it cannot be told */
    struct part_param param[PART_HTTP_PARAMS_MAX]; /* of the route's pattern */
    sk_str id;                                     /* X-Request-Id of the gate, else made here */
    void *ctx;                                     /* the service's */
    sk_str (*header)(const struct part_request *,
                     const char *name); /* empty when it is not there */
    void *peer;                         /* what `header` asks */
};

struct part_header {
    const char *name; /* static text */
    sk_str value;
};

/* Zero is "200, no body". The body must live as long as the request's arena. */
struct part_response {
    unsigned status;
    sk_str body, type; /* media type; empty: text/html; charset=utf-8 */
    sk_str etag;       /* with quotes; a conditional request is then answered by 304 */
    size_t count;
    struct part_header header[PART_HTTP_HEADERS_MAX];
};

typedef sk_err part_handler(struct part_response *response, struct part_request *request);

/* Patterns: "/s/{shop}/picture/{id}.svg"; a {name} is a whole segment, or its start before a fixed
 * ending, and never empty. The first row that fits wins. */
struct part_route {
    enum part_method method;
    const char *pattern;
    part_handler *handle;
    size_t body;      /* most bytes of a POST's body; more: 413 */
    const char *type; /* the media type that a POST must have, else 415; NULL: a form */
};

struct part_service {
    int listen_fd; /* bound and listening; given to the service */
    unsigned threads;
    /* Its handlers wait for somebody else: each connection has a thread of its own, at most
     * `threads` at once, and those that come then wait to be let in. Else a few threads share all.
     */
    bool waits;
    const struct part_route *routes;
    size_t count;
    void *ctx;
    /* Makes the page of an error; `response->status` is set already. NULL: a plain line of text.
     * When it fails itself, the plain line is sent. */
    void (*error_page)(struct part_response *, struct part_request *, sk_err why);
    /* Headers of every answer; a handler's own of the same name take their place. */
    const struct part_header *headers;
    size_t header_count;
    const struct part_peers *peers; /* who is heard; NULL: whoever can open the socket */
    bool cross_site_posts;          /* else a POST that a browser marks as cross-site is refused */
};

/* Serves until part_http_stop(). The service's tables must live as long. */
struct part_http;
sk_err part_http_start(struct part_http **http, const struct part_service *service) SK_CHECKED;
/* Answers what has begun, then ends all threads. NULL is allowed. */
void part_http_stop(struct part_http *http);
/* For a part that does nothing else: serves until SIGTERM or SIGINT. To be called before there are
 * threads. */
sk_err part_http_serve(const struct part_service *service) SK_CHECKED;

/* --- for handlers --- */

sk_str part_request_param(const struct part_request *request, const char *name);
sk_str part_request_header(const struct part_request *request, const char *name);
/* The value of a cookie; empty when it is not there or is there twice. Borrowed from the header. */
sk_str part_request_cookie(const struct part_request *request, const char *name);

/* Adds a header. One above PART_HTTP_HEADERS_MAX, or a value with a control character, ends the
 * process: both are our mistakes, and the second one would be a way into the answer. */
void part_response_header(struct part_response *response, const char *name, sk_str value);
/* Sets the ETag from a digest of the body. */
void part_response_etag(struct part_response *response, sk_arena *mem);
/* 303 to a path of ours. */
void part_response_see(struct part_response *response, sk_str path);

/* --- pure; used by http_mhd.c and tests --- */

/* Fills target, path, query from the request line's target. SK_BAD. */
sk_err part_request_target(struct part_request *request, sk_str target) SK_CHECKED;
/* The route of the request's path with its params set. SK_MISSING, or SK_DENIED when the path has
 * routes but none of this method: `*allow` then lists theirs ("GET, HEAD"). */
sk_err part_route_find(const struct part_route **route, sk_str *allow, struct part_request *request,
                       const struct part_route *routes, size_t count) SK_CHECKED;
/* Whether an If-None-Match list has the tag (weak comparison, RFC 9110 section 13.1.2). */
bool part_etag_matches(sk_str list, sk_str etag);
/* 26 characters, time-ordered (Crockford base 32 of 48 bits of milliseconds and 80 random bits). */
sk_str part_id_new(sk_arena *mem);
/* An id that a peer gave: 1..PART_HTTP_ID_MAX of A-Z a-z 0-9 - _ */
bool part_id_valid(sk_str id);
/* What the service does with a request whose method, target, headers and body are known: finds the
 * route, reads the form, calls the handler, makes the error page, answers conditional requests. */
void part_service_answer(struct part_response *response, struct part_request *request,
                         const struct part_service *service, sk_str method, sk_str body);
/* The status and page of an error. */
void part_service_error(struct part_response *response, struct part_request *request,
                        const struct part_service *service, unsigned status, sk_err why);

#endif
