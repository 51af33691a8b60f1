/* What may be asked of post: docs/protocol/post.md. */
#include "post/house.h"

#include "post/message.h"

enum { OUTBOX_PAGE = 50, MANY_BODY = 1024 * 1024 };

static const char json_type[] = "application/json";

static sk_err
sender_check(const struct part_request *request)
{
    const struct post_house *house = request->ctx;
    if (part_peers_have(&house->senders, request->uid)) return sk_ok();
    return sk_fail(SK_DENIED, "this process may not send");
}

static void
answer(struct part_response *response, unsigned status, const struct sk_buf *body)
{
    response->status = status;
    response->type = sk_str_of(json_type);
    response->body = sk_buf_str(body);
}

static sk_err
send_post(struct part_response *response, struct part_request *request)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct post_house *house = request->ctx;
    struct post_message message;
    struct sk_buf body = { .mem = request->mem };
    struct sk_json_writer w = { .out = &body };
    sk_str id;
    TRY(sender_check(request));
    TRY(sk_json_read(&root, request->body));
    TRY(post_message_read(&message, root));
    TRY(post_queue_add(&id, request->mem, house->queue, &message, 1, sk_now()));
    sk_json_object(&w, NULL);
    sk_json_str(&w, "id", id);
    sk_json_end_object(&w);
    answer(response, 202, &body);
    return sk_ok();
}

static sk_err
messages_read(struct post_message *messages, const sk_json *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        sk_err e = post_message_read(&messages[i], sk_json_at(list, i));
        if (sk_failed(e)) return sk_fail(e.kind, "[%zu] %s", i, e.why);
    }
    return sk_ok();
}

static sk_err
send_many_post(struct part_response *response, struct part_request *request)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct post_house *house = request->ctx;
    struct sk_buf body = { .mem = request->mem };
    struct sk_json_writer w = { .out = &body };
    TRY(sender_check(request));
    TRY(sk_json_read(&root, request->body));
    size_t count = sk_json_count(root);
    if (count == 0 || count > POST_MANY_MAX)
        return sk_fail(SK_BAD, "a list of 1 to %d messages", POST_MANY_MAX);
    struct post_message *messages = sk_array(request->mem, count, sizeof *messages);
    sk_str *ids = sk_array(request->mem, count, sizeof *ids);
    TRY(messages_read(messages, root, count));
    TRY(post_queue_add(ids, request->mem, house->queue, messages, count, sk_now()));
    sk_json_object(&w, NULL);
    sk_json_array(&w, "ids");
    for (size_t i = 0; i < count; i++)
        sk_json_str(&w, NULL, ids[i]);
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    answer(response, 202, &body);
    return sk_ok();
}

static sk_err
message_get(struct part_response *response, struct part_request *request)
{
    struct post_house *house = request->ctx;
    struct sk_buf body = { .mem = request->mem };
    struct sk_json_writer w = { .out = &body };
    enum post_state state;
    TRY(post_queue_find(&state, house->queue, part_request_param(request, "id")));
    sk_json_object(&w, NULL);
    sk_json_text(&w, "state", post_state_names[state]);
    sk_json_end_object(&w);
    answer(response, 200, &body);
    return sk_ok();
}

static sk_err
status_get(struct part_response *response, struct part_request *request)
{
    struct post_house *house = request->ctx;
    struct sk_buf body = { .mem = request->mem };
    struct sk_json_writer w = { .out = &body };
    sk_json_object(&w, NULL);
    TRY(post_queue_status(&w, house->queue, sk_now()));
    post_human_status(&w, house);
    sk_json_end_object(&w);
    answer(response, 200, &body);
    return sk_ok();
}

static int64_t
number_of(const struct part_request *request, const char *name, int64_t usual)
{
    int64_t number = usual;
    sk_str text = part_form_get(&request->query, name);
    return text.n && (!sk_str_to_i64(&number, text) || number < 0) ? usual : number;
}

static sk_err
outbox_get(struct part_response *response, struct part_request *request)
{
    struct post_house *house = request->ctx;
    struct sk_buf body = { .mem = request->mem };
    struct sk_json_writer w = { .out = &body };
    int64_t limit = number_of(request, "limit", OUTBOX_PAGE);
    if (house->config.smtp.n) return sk_fail(SK_MISSING, "there is no outbox: mail is sent");
    if (limit > POST_OUTBOX_MAX) limit = POST_OUTBOX_MAX;
    sk_json_object(&w, NULL);
    sk_json_array(&w, "messages");
    TRY(post_queue_outbox(&w, house->queue, number_of(request, "before", 0), limit));
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    answer(response, 200, &body);
    return sk_ok();
}

static const struct part_route routes[] = {
    { PART_POST, "/v1/send", send_post, MANY_BODY, json_type },
    { PART_POST, "/v1/send-many", send_many_post, MANY_BODY, json_type },
    { PART_GET, "/v1/message/{id}", message_get, 0, NULL },
    { PART_GET, "/v1/status", status_get, 0, NULL },
    { PART_GET, "/v1/outbox", outbox_get, 0, NULL },
};

void
post_error_json(struct part_response *response, struct part_request *request, sk_err why)
{
    struct sk_buf body = { .mem = request->mem };
    struct sk_json_writer w = { .out = &body };
    sk_json_object(&w, NULL);
    sk_json_text(&w, "error", sk_kind_rows[why.kind].name);
    sk_json_text(&w, "why", why.why);
    sk_json_end_object(&w);
    answer(response, response->status, &body);
}

struct part_service
post_service(struct post_house *house, int listen_fd)
{
    return (struct part_service){
        .listen_fd = listen_fd,
        .threads = 2,
        .routes = routes,
        .count = sizeof routes / sizeof *routes,
        .ctx = house,
        .error_page = post_error_json,
        .peers = &house->heard,
    };
}
