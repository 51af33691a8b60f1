/* libcurl: https://curl.se/libcurl/c/. For SMTP it says of a refusal only the reply's code; which
 * command was refused is read from the commands that it reports as sent. */
#include "post/wire.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { STOP_GRACE = 3000, ANSWER_MOST = 64 * 1024, KEEP = 20 };

struct post_wire {
    CURL *curl;
    const struct post_config *config;
    const struct post_gateway *gateway; /* NULL: mail */
    const struct post_queue *queue;
    char command[8]; /* last sent by SMTP */
    sk_str out;      /* what is left of the mail */
    size_t answered; /* bytes of the gateway's answer */
    sk_when stop;    /* when the queue's stop was seen; 0: not yet */
};

/* --- callbacks --- */

static size_t
mail_read(char *to, size_t size, size_t count, void *ctx)
{
    struct post_wire *wire = ctx;
    size_t n = size * count;
    if (n > wire->out.n) n = wire->out.n;
    if (n) memcpy(to, wire->out.p, n);
    wire->out = sk_str_from(wire->out, n);
    return n;
}

/* What a gateway says is not kept: it may name the recipient. */
static size_t
answer_drop(char *data, size_t size, size_t count, void *ctx)
{
    struct post_wire *wire = ctx;
    (void)data;
    wire->answered += size * count;
    return wire->answered > ANSWER_MOST ? 0 : size * count;
}

static int
heard(CURL *curl, curl_infotype type, char *data, size_t n, void *ctx)
{
    struct post_wire *wire = ctx;
    size_t word = 0;
    (void)curl;
    if (type != CURLINFO_HEADER_OUT || wire->gateway) return 0;
    while (word < n && word < sizeof wire->command - 1 && data[word] >= 'A' && data[word] <= 'Z')
        word++;
    bool quit = word == 4 && memcmp(data, "QUIT", 4) == 0; /* which follows a refusal */
    if (word < 4 || quit) return 0;
    memcpy(wire->command, data, word);
    wire->command[word] = 0;
    return 0;
}

/* Called at least once a second: what has begun may end within a grace. */
static int
go_on(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    struct post_wire *wire = ctx;
    (void)a, (void)b, (void)c, (void)d;
    if (!post_queue_stopped(wire->queue)) return 0;
    if (!wire->stop) wire->stop = sk_monotonic();
    return sk_monotonic() - wire->stop > STOP_GRACE;
}

/* --- setting up --- */

static void
common_set(struct post_wire *wire)
{
    CURL *c = wire->curl;
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)POST_CONNECT_PATIENCE);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)POST_SEND_PATIENCE);
    curl_easy_setopt(c, CURLOPT_MAXAGE_CONN, (long)KEEP);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    if (wire->config->ca.n) curl_easy_setopt(c, CURLOPT_CAINFO, wire->config->ca.p);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, go_on);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, wire);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, answer_drop);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, wire);
}

static void
text_set(CURL *c, CURLoption option, sk_str text)
{
    char copy[POST_SECRET_MAX + 1];
    if (text.n > POST_SECRET_MAX) return;
    memcpy(copy, text.p, text.n);
    copy[text.n] = 0;
    curl_easy_setopt(c, option, copy); /* copies */
    explicit_bzero(copy, text.n);
}

static void
smtp_set(struct post_wire *wire)
{
    const struct post_config *config = wire->config;
    CURL *c = wire->curl;
    text_set(c, CURLOPT_URL, config->smtp);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_USE_SSL, (long)(config->plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (config->user.n) {
        text_set(c, CURLOPT_USERNAME, config->user);
        text_set(c, CURLOPT_PASSWORD, config->password);
    }
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, mail_read);
    curl_easy_setopt(c, CURLOPT_READDATA, wire);
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, heard);
    curl_easy_setopt(c, CURLOPT_DEBUGDATA, wire);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
curl_begin(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

sk_err
post_wire_open(struct post_wire **out, const struct post_config *config,
               const struct post_queue *queue, enum post_kind kind)
{
    struct post_wire *wire = calloc(1, sizeof *wire);
    pthread_once(&once, curl_begin);
    if (!wire || !(wire->curl = curl_easy_init())) {
        free(wire);
        return sk_fail(SK_FULL, "no memory");
    }
    wire->config = config;
    wire->queue = queue;
    wire->gateway = kind == POST_MAIL ? NULL : &config->gateway[kind];
    common_set(wire);
    if (kind == POST_MAIL) smtp_set(wire);
    *out = wire;
    return sk_ok();
}

void
post_wire_close(struct post_wire *wire)
{
    if (!wire) return;
    curl_easy_cleanup(wire->curl);
    free(wire);
}

/* --- sending --- */

/* Faults of libcurl that have a name of their own in logs; all others are told by number. */
static const struct {
    CURLcode code;
    const char *name;
} faults[] = {
    { CURLE_COULDNT_RESOLVE_HOST, "no such host" },
    { CURLE_COULDNT_CONNECT, "cannot connect" },
    { CURLE_OPERATION_TIMEDOUT, "no answer in time" },
    { CURLE_PEER_FAILED_VERIFICATION, "certificate not trusted" },
    { CURLE_SSL_CONNECT_ERROR, "no TLS" },
    { CURLE_USE_SSL_FAILED, "no TLS offered" },
    { CURLE_LOGIN_DENIED, "sign-in refused" },
    { CURLE_ABORTED_BY_CALLBACK, "stopped" },
};

static void
fault_tell(struct post_outcome *outcome, CURLcode code)
{
    outcome->verdict = POST_AWAY;
    snprintf(outcome->fault, sizeof outcome->fault, "curl %d", (int)code);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].code == code)
            snprintf(outcome->fault, sizeof outcome->fault, "%s", faults[i].name);
}

static bool
is_named(CURLcode code)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].code == code) return true;
    return false;
}

static const char *
bracketed(sk_arena *mem, sk_str address)
{
    struct sk_buf out = { .mem = mem };
    sk_buf_byte(&out, '<');
    post_address_write(&out, address);
    sk_buf_add(&out, (sk_str){ ">", 2 });
    return out.p;
}

static void
mail_send(struct post_outcome *outcome, struct post_wire *wire, sk_arena *mem,
          const struct post_job *job)
{
    struct sk_buf bytes = { .mem = mem };
    struct post_mail mail = { .from = &wire->config->from,
                              .to = job->recipient,
                              .subject = job->subject,
                              .text = job->text,
                              .unsubscribe = job->unsubscribe,
                              .id = job->id,
                              .date = job->queued };
    struct curl_slist *to = curl_slist_append(NULL, bracketed(mem, job->recipient));
    long code = 0;
    post_mail_write(&bytes, &mail);
    wire->out = sk_buf_str(&bytes);
    wire->command[0] = 0;
    curl_easy_setopt(wire->curl, CURLOPT_MAIL_FROM, bracketed(mem, wire->config->from.address));
    curl_easy_setopt(wire->curl, CURLOPT_MAIL_RCPT, to);
    CURLcode rc = curl_easy_perform(wire->curl);
    curl_easy_getinfo(wire->curl, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_setopt(wire->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(to);
    if (is_named(rc))
        fault_tell(outcome, rc);
    else if (rc != CURLE_OK)
        post_smtp_verdict(outcome, code, wire->command);
}

static struct curl_slist *
headers_make(struct post_wire *wire, sk_arena *mem, const struct post_job *job)
{
    const struct post_gateway *g = wire->gateway;
    struct curl_slist *list =
        curl_slist_append(NULL, sk_str_printf(mem, "Content-Type: %.*s", SK_ARG(g->type)).p);
    list = curl_slist_append(list, "Expect:");
    for (size_t i = 0; i < g->headers; i++) {
        struct sk_buf line = { .mem = mem };
        post_fill(&line, g->header[i], NULL, g, job);
        sk_buf_byte(&line, 0);
        if (memchr(line.p, '\n', line.n) == NULL) list = curl_slist_append(list, line.p);
    }
    return list;
}

static void
gateway_send(struct post_outcome *outcome, struct post_wire *wire, sk_arena *mem,
             const struct post_job *job)
{
    static const enum post_escape in_url = POST_ESCAPE_URL;
    const struct post_gateway *g = wire->gateway;
    struct sk_buf url = { .mem = mem }, body = { .mem = mem };
    struct curl_slist *headers = headers_make(wire, mem, job);
    CURL *c = wire->curl;
    long status = 0;
    bool get = sk_str_eq(g->method, SK_STR("GET"));
    post_fill(&url, g->url, &in_url, g, job);
    sk_buf_byte(&url, 0);
    post_fill(&body, g->body, &g->escape, g, job);
    wire->answered = 0;
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_URL, url.p);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    if (!get) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, body.n ? body.p : "");
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, sk_str_zcopy(mem, g->method));
    }
    CURLcode rc = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    if (rc == CURLE_OK || (rc == CURLE_WRITE_ERROR && status))
        post_gateway_verdict(outcome, g, status);
    else
        fault_tell(outcome, rc);
}

void
post_wire_send(struct post_outcome *outcome, struct post_wire *wire, sk_arena *mem,
               const struct post_job *job)
{
    *outcome = (struct post_outcome){ .verdict = POST_DONE };
    if (wire->gateway)
        gateway_send(outcome, wire, mem, job);
    else
        mail_send(outcome, wire, mem, job);
}
