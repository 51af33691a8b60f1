/* Messages as they come in: what is taken becomes a mail whose header lines are ours alone, and a
 * gateway's question that is JSON with the same texts. */
#include "post/message.h"
#include "post/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "Date: ",
                                     "From: ",
                                     "To: <",
                                     "Subject: ",
                                     "Message-ID: <",
                                     "List-Unsubscribe: <",
                                     "Auto-Submitted: ",
                                     "MIME-Version: 1.",
                                     "Content-Type: text",
                                     "Content-Transfer",
                                     " " };

static void
header_check(sk_str line)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sk_str_starts(line, sk_str_of(names[i]))) return;
    abort();
}

static void
mail_check(sk_arena *mem, const struct post_message *m)
{
    static const struct post_sender from = { { "店", 3 }, { "a@example.jp", 12 } };
    struct sk_buf out = { .mem = mem };
    struct post_mail mail = { .from = &from,
                              .to = m->to,
                              .subject = m->subject,
                              .text = m->text,
                              .unsubscribe = m->unsubscribe,
                              .id = SK_STR("msg_1") };
    sk_str line, rest;
    bool body = false;
    post_mail_write(&out, &mail);
    rest = sk_buf_str(&out);
    while (rest.n && sk_str_cut(&line, &rest, '\n')) {
        if (!sk_str_ends(line, SK_STR("\r"))) abort();
        line.n--;
        if (sk_str_find_byte(line, '\r') != SIZE_MAX || line.n > 998) abort();
        if (!line.n) body = true;
        if (!body) header_check(line);
        if (body && line.n > 76) abort();
    }
}

static void
gateway_check(sk_arena *mem, const struct post_message *m)
{
    static const enum post_escape json = POST_ESCAPE_JSON;
    DEFER(sk_json_close) sk_json *root = NULL;
    struct sk_buf out = { .mem = mem };
    struct post_gateway g = { 0 };
    struct post_job job = { .recipient = m->to, .text = m->text };
    post_fill(&out, SK_STR("{\"to\":\"{to}\",\"text\":\"{text}\"}"), &json, &g, &job);
    if (sk_failed(sk_json_read(&root, sk_buf_str(&out)))) abort();
    if (!sk_str_eq(sk_json_get_str(root, "text"), m->text)) abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *root = NULL;
    struct post_message m;
    if (sk_failed(sk_json_read(&root, (sk_str){ (const char *)data, size }))) return 0;
    if (sk_failed(post_message_read(&m, root))) return 0;
    if (m.kind == POST_MAIL)
        mail_check(mem, &m);
    else
        gateway_check(mem, &m);
    return 0;
}
