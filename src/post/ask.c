/* The bytes of questions and answers: see post.h. */
#include "base/json.h"
#include "post/post.h"

const char *const post_kind_names[POST_KINDS] = { "mail", "sms", "voice" };

static void
text_put(struct sk_json_writer *w, const char *key, sk_str value)
{
    if (value.n) sk_json_str(w, key, value);
}

static void
message_put(struct sk_json_writer *w, const struct post_message *m)
{
    sk_json_object(w, NULL);
    sk_json_text(w, "kind", post_kind_names[m->kind]);
    sk_json_str(w, "to", m->to);
    text_put(w, "subject", m->subject);
    sk_json_str(w, "text", m->text);
    sk_json_str(w, "purpose", m->purpose);
    sk_json_str(w, "key", m->key);
    text_put(w, "unsubscribe", m->unsubscribe);
    if (m->life) sk_json_int(w, "life", m->life);
    sk_json_end_object(w);
}

void
post_message_write(struct sk_buf *out, const struct post_message *message)
{
    struct sk_json_writer w = { .out = out };
    message_put(&w, message);
}

void
post_messages_write(struct sk_buf *out, const struct post_message *messages, size_t count)
{
    struct sk_json_writer w = { .out = out };
    sk_json_array(&w, NULL);
    for (size_t i = 0; i < count; i++)
        message_put(&w, &messages[i]);
    sk_json_end_array(&w);
}

static enum sk_kind
kind_of(sk_str name)
{
    for (int i = SK_OK + 1; i < SK_KINDS; i++)
        if (sk_str_eq(name, sk_str_of(sk_kind_rows[i].name))) return (enum sk_kind)i;
    return SK_BROKEN;
}

sk_err
post_answer_read(unsigned status, sk_str body)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    if (status == 202) return sk_ok();
    sk_err e = sk_json_read(&root, body);
    sk_str why = sk_json_get_str(root, "why");
    if (sk_failed(e) || !why.n) return sk_fail(SK_BROKEN, "post: answered %u", status);
    return sk_fail(kind_of(sk_json_get_str(root, "error")), "post: %.*s", SK_ARG(why));
}
