#include "post/inquiry.h"

#include <curl/curl.h>

void
post_inquiry_begin(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct hearing {
    struct sk_buf body;
    bool too_long;
};

static size_t
hear(char *data, size_t size, size_t count, void *ctx)
{
    struct hearing *hearing = ctx;
    size_t n = size * count;
    hearing->too_long = hearing->body.n + n > POST_HUMAN_ANSWER_MAX;
    if (hearing->too_long) return 0;
    sk_buf_add(&hearing->body, (sk_str){ data, n });
    return n;
}

/* Redirects are not followed: the secret is for one address. */
static void
set(CURL *c, struct hearing *hearing, const struct post_human *human, sk_arena *mem, sk_str form)
{
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_URL, sk_str_zcopy(mem, human->verify));
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)POST_INQUIRY_CONNECT);
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)POST_INQUIRY_PATIENCE);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)form.n);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, form.p); /* borrowed until the transfer has ended */
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, hear);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, hearing);
}

/* Faults that have a name of their own in the log; all others are told by number. */
static const struct {
    CURLcode code;
    const char *why;
} faults[] = {
    { CURLE_COULDNT_RESOLVE_HOST, "there is no such host" },
    { CURLE_COULDNT_CONNECT, "it cannot be reached" },
    { CURLE_OPERATION_TIMEDOUT, "it does not answer in time" },
    { CURLE_PEER_FAILED_VERIFICATION, "its certificate is not trusted" },
    { CURLE_SSL_CONNECT_ERROR, "it speaks no TLS" },
    { CURLE_GOT_NOTHING, "it closes the connection" },
};

static sk_err
fault_of(CURLcode code)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (faults[i].code == code) return sk_fail(SK_BUSY, "%s", faults[i].why);
    return sk_fail(SK_BUSY, "curl %d", (int)code);
}

sk_err
post_inquire(struct post_inquiry *answer, sk_arena *mem, const struct post_human *human,
             sk_str form)
{
    struct hearing hearing = { .body = { .mem = mem } };
    CURL *c = curl_easy_init();
    if (!c) return sk_fail(SK_FULL, "no memory");
    set(c, &hearing, human, mem, form);
    CURLcode rc = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_cleanup(c);
    answer->body = sk_buf_str(&hearing.body);
    if (hearing.too_long)
        return sk_fail(SK_BROKEN, "its answer is longer than %d bytes", POST_HUMAN_ANSWER_MAX);
    return rc == CURLE_OK ? sk_ok() : fault_of(rc);
}
