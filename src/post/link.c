/* Questions over STATE/run/post.sock. A connection a question: nothing is shared, so many threads
 * need no lock. */
#include "part/ask.h"
#include "post/post.h"

#include <stdlib.h>

struct post_link {
    sk_arena *mem;
    const char *path;
};

sk_err
post_link_open(struct post_link **out, const char *state)
{
    sk_arena *mem = sk_arena_new(512);
    struct post_link *link = SK_NEW(mem, struct post_link);
    link->mem = mem;
    link->path = sk_str_printf(mem, "%s/run/post.sock", state).p;
    *out = link;
    return sk_ok();
}

void
post_link_close(struct post_link *link)
{
    if (link) sk_arena_free(link->mem);
}

static sk_err
put(const struct post_link *link, sk_arena *mem, const char *target, sk_str body)
{
    struct part_answer answer;
    struct part_ask ask = {
        .path = link->path, .target = sk_str_of(target), .body = body, .patience = POST_PATIENCE
    };
    sk_err e = part_ask(&answer, mem, &ask);
    if (e.kind == SK_MISSING) return sk_fail(SK_BROKEN, "post: %s", e.why);
    TRY(e);
    return post_answer_read((unsigned)answer.status, answer.body);
}

sk_err
post_send(struct post_link *link, const struct post_message *message)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf body = { .mem = mem };
    post_message_write(&body, message);
    sk_err e = put(link, mem, "/v1/send", sk_buf_str(&body));
    explicit_bzero(body.p, body.n);
    return e;
}

/* Bytes that a message takes in a question at most: each of its own may become six. */
static size_t
weight(const struct post_message *m)
{
    const sk_str parts[] = { m->to, m->subject, m->text, m->purpose, m->key, m->unsubscribe };
    size_t n = 200;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t k = 0; k < parts[i].n; k++)
            n += (unsigned char)parts[i].p[k] < ' ' || parts[i].p[k] == 0x7f ? 6
                 : parts[i].p[k] == '"' || parts[i].p[k] == '\\'             ? 2
                                                                             : 1;
    return n;
}

sk_err
post_send_many(struct post_link *link, const struct post_message *messages, size_t count)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(POST_ASK_MAX);
    if (count > POST_MANY_MAX) return sk_fail(SK_FULL, "more than %d messages", POST_MANY_MAX);
    while (count) {
        struct sk_buf body = { .mem = mem };
        size_t n = 1, bytes = weight(messages);
        while (n < count && bytes + weight(messages + n) < POST_ASK_MAX)
            bytes += weight(messages + n++);
        post_messages_write(&body, messages, n);
        TRY(put(link, mem, "/v1/send-many", sk_buf_str(&body)));
        messages += n;
        count -= n;
        sk_arena_reset(mem);
    }
    return sk_ok();
}
