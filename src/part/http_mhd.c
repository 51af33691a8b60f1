/* libmicrohttpd: https://www.gnu.org/software/libmicrohttpd/manual/. Order of its callbacks for one
 * request: begin() with the request line's target, then serve() once when the headers are there,
 * once for each piece of the body, once at its end, then finish(). begin() may be the only one that
 * runs when the request breaks off. */
#include "part/http.h"
#include "part/log.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct part_http {
    struct part_service service;
    struct MHD_Daemon *daemon;
};

struct exchange {
    sk_arena *mem;
    struct part_request request;
    sk_err target; /* what became of the target */
    char target_why[128];
    bool started, too_large;
    struct sk_buf body;
};

static sk_str
header_get(const struct part_request *request, const char *name)
{
    return sk_str_of(MHD_lookup_connection_value(request->peer, MHD_HEADER_KIND, name));
}

static unsigned
peer_uid(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info ? part_peer_uid(info->connect_fd) : PART_PEER_NOBODY;
}

static void *
begin(void *cls, const char *uri, struct MHD_Connection *connection)
{
    struct part_http *http = cls;
    sk_arena *mem = sk_arena_new(32 * 1024);
    struct exchange *x = SK_NEW(mem, struct exchange);
    x->mem = x->request.mem = x->body.mem = mem;
    x->request.ctx = http->service.ctx;
    x->request.peer = connection;
    x->request.header = header_get;
    x->request.uid = peer_uid(connection);
    x->target = part_request_target(&x->request, sk_str_copy(mem, sk_str_of(uri)));
    /* The text of an error lives only until the next one. */
    strncpy(x->target_why, x->target.why, sizeof x->target_why - 1);
    x->target.why = x->target_why;
    return x;
}

static void
finish(void *cls, struct MHD_Connection *connection, void **ctx,
       enum MHD_RequestTerminationCode code)
{
    struct exchange *x = *ctx;
    (void)cls;
    (void)connection;
    (void)code;
    *ctx = NULL;
    if (x) sk_arena_free(x->mem);
}

static bool
has_header(const struct part_response *response, const char *name)
{
    for (size_t i = 0; i < response->count; i++)
        if (strcmp(response->header[i].name, name) == 0) return true;
    return false;
}

static void
header_put(struct MHD_Response *answer, struct exchange *x, const char *name, sk_str value)
{
    MHD_add_response_header(answer, name, sk_str_zcopy(x->mem, value));
}

static enum MHD_Result
send_response(struct part_http *http, struct exchange *x, const struct part_response *response)
{
    const struct part_service *service = &http->service;
    /* PERSISTENT: the body is on the arena, which goes in finish(). */
    struct MHD_Response *answer = MHD_create_response_from_buffer(
        response->body.n, (void *)response->body.p, MHD_RESPMEM_PERSISTENT);
    if (!answer) return MHD_NO;
    for (size_t i = 0; i < service->header_count; i++)
        if (!has_header(response, service->headers[i].name))
            header_put(answer, x, service->headers[i].name, service->headers[i].value);
    for (size_t i = 0; i < response->count; i++)
        header_put(answer, x, response->header[i].name, response->header[i].value);
    if (response->status != 304)
        header_put(answer, x, "Content-Type",
                   response->type.n ? response->type : SK_STR("text/html; charset=utf-8"));
    if (response->etag.n) header_put(answer, x, "ETag", response->etag);
    header_put(answer, x, "X-Request-Id", x->request.id);
    enum MHD_Result done = MHD_queue_response(x->request.peer, response->status, answer);
    MHD_destroy_response(answer);
    return done;
}

static enum MHD_Result
refuse(struct part_http *http, struct exchange *x, unsigned status, sk_err why)
{
    struct part_response response = { 0 };
    part_service_error(&response, &x->request, &http->service, status, why);
    /* The rest of the body is not read. */
    part_response_header(&response, "Connection", SK_STR("close"));
    return send_response(http, x, &response);
}

/* Most bytes that any route at this path takes. */
static size_t
body_most(const struct part_http *http, struct part_request *request)
{
    const struct part_route *route = NULL;
    sk_str allow;
    request->method = PART_POST;
    sk_err e = part_route_find(&route, &allow, request, http->service.routes, http->service.count);
    return sk_failed(e) ? 0 : route->body;
}

static enum MHD_Result
start(struct part_http *http, struct exchange *x)
{
    sk_str id = part_request_header(&x->request, "X-Request-Id"), length;
    int64_t bytes = 0;
    x->started = true;
    if (http->service.peers && !part_peers_have(http->service.peers, x->request.uid))
        return refuse(http, x, 403, sk_fail(SK_DENIED, "this process is not heard here"));
    x->request.id = part_id_valid(id) ? id : part_id_new(x->mem);
    if (sk_failed(x->target))
        return refuse(http, x, x->target.kind == SK_FULL ? 414 : 400, x->target);
    length = part_request_header(&x->request, "Content-Length");
    if (length.n && (!sk_str_to_i64(&bytes, length) || bytes > PART_HTTP_BODY_MAX))
        return refuse(http, x, 413, sk_fail(SK_FULL, "the body is too large"));
    return MHD_YES;
}

/* `data` lies in the library's own buffer, where it would be found until the next request. */
static void
collect(struct part_http *http, struct exchange *x, char *data, size_t n)
{
    if (x->too_large || x->body.n + n > body_most(http, &x->request))
        x->too_large = true;
    else
        sk_buf_add(&x->body, (sk_str){ data, n });
    explicit_bzero(data, n);
}

static enum MHD_Result
serve(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
      const char *version, const char *data, size_t *n, void **ctx)
{
    struct part_http *http = cls;
    struct exchange *x = *ctx;
    struct part_response response = { 0 };
    (void)connection;
    (void)url;
    (void)version;
    if (!x->started) return start(http, x);
    if (*n) {
        collect(http, x, (char *)data, *n);
        *n = 0;
        return MHD_YES;
    }
    /* A body where none is taken is left to the route's own verdict (404, 405, 415). */
    bool post = strcmp(method, "POST") == 0;
    if (x->too_large && post && body_most(http, &x->request))
        return refuse(http, x, 413, sk_fail(SK_FULL, "the body is too large"));
    part_service_answer(&response, &x->request, &http->service, sk_str_of(method),
                        sk_buf_str(&x->body));
    return send_response(http, x, &response);
}

/* Paths and queries are decoded by us, strictly. */
static size_t
leave_encoded(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

static void log_fault(void *cls, const char *fmt, va_list args) SK_PRINTF(2, 0);

static void
log_fault(void *cls, const char *fmt, va_list args)
{
    char text[256];
    (void)cls;
    if (vsnprintf(text, sizeof text, fmt, args) < 0) return;
    text[strcspn(text, "\n")] = 0;
    part_log(PART_DEBUG, "http: %s", text);
}

sk_err
part_http_start(struct part_http **out, const struct part_service *service)
{
    struct part_http *http = calloc(1, sizeof *http);
    unsigned flags = MHD_USE_ITC | MHD_USE_ERROR_LOG;
    bool waits = service->waits;
    flags |= waits ? MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION
                   : MHD_USE_EPOLL_INTERNAL_THREAD;
    if (!http) return sk_fail(SK_FULL, "http: no memory");
    http->service = *service;
    http->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, serve, http, MHD_OPTION_EXTERNAL_LOGGER, log_fault, NULL,
        MHD_OPTION_LISTEN_SOCKET, service->listen_fd, MHD_OPTION_THREAD_POOL_SIZE,
        service->threads > 1 && !waits ? service->threads : 0, MHD_OPTION_CONNECTION_LIMIT,
        waits ? service->threads : (unsigned)PART_HTTP_CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)PART_HTTP_PATIENCE,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(64 * 1024), MHD_OPTION_URI_LOG_CALLBACK, begin,
        http, MHD_OPTION_NOTIFY_COMPLETED, finish, http, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_encoded, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (!http->daemon) {
        free(http);
        return sk_fail(SK_BROKEN, "http: the service could not be started on its socket");
    }
    *out = http;
    return sk_ok();
}

void
part_http_stop(struct part_http *http)
{
    if (!http) return;
    /* The library shuts a socket down that it still listens on, also for the parent, who keeps it
     * for the process that starts next: so it is taken from it first. */
    int listen_fd = MHD_quiesce_daemon(http->daemon);
    MHD_stop_daemon(http->daemon);
    if (listen_fd >= 0) close(listen_fd);
    free(http);
}
