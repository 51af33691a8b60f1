/* SecAuditLogType Concurrent: where an event's own file lies, and the line of the index that leads
 * to it, as mod_security 2 writes them:
 *
 *     /20261123/20261123-2226/20261123-222620-01JTEST
 *     shop 192.0.2.1 - - [23/Nov/2026:22:26:20 +0900] "GET / HTTP/1.1" 403 - "-" "curl" 01JTEST "-"
 *         /20261123/20261123-2226/20261123-222620-01JTEST 0 1234 md5:...      (one line) */
#include "base/hash.h"
#include "seclang/audit.h"
#include "seclang/mask.h"
#include "seclang/seen.h"

#include <time.h>

enum { ID_MOST = 64 };

static void
add_time(struct sk_buf *out, const struct seclang_tx *tx, const char *format)
{
    time_t jst = (time_t)(tx->begun / 1000) + 9 * 3600;
    struct tm tm;
    char text[64];
    size_t n;

    gmtime_r(&jst, &tm);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the formats stand below */
    n = strftime(text, sizeof text, format, &tm);
#pragma GCC diagnostic pop
    sk_buf_add(out, (sk_str){ text, n });
}

/* The id may be the host's choice, and lead anywhere: only what is harmless in a name stays. */
static void
add_id(struct sk_buf *out, sk_str id)
{
    id = sk_str_first(id, ID_MOST);
    for (size_t i = 0; i < id.n; i++) {
        unsigned char c = (unsigned char)id.p[i], lower = sk_lower_byte(c);
        bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '_' || c == '@';

        sk_buf_byte(out, plain ? (char)c : '_');
    }
}

sk_str
seclang_audit_name(const struct seclang_tx *tx)
{
    struct sk_buf out = { .mem = tx->mem };

    add_time(&out, tx, "/%Y%m%d/%Y%m%d-%H%M/%Y%m%d-%H%M%S-");
    add_id(&out, tx->id);
    return sk_buf_str(&out);
}

static void
add_quoted(struct sk_buf *out, sk_str text)
{
    sk_buf_byte(out, '"');
    seclang_log_escape(out, text.n > 0 ? text : SK_STR("-"), true);
    sk_buf_byte(out, '"');
}

static void
add_header(struct sk_buf *out, const struct seclang_tx *tx, sk_str name)
{
    sk_buf_byte(out, ' ');
    add_quoted(out, seclang_mask_request_header(
                        tx, name, seclang_tx_header(tx, SECLANG_VAR_REQUEST_HEADERS, name)));
}

/* A word of the line: it must not end it, nor be empty. */
static void
add_word(struct sk_buf *out, sk_str word)
{
    if (word.n == 0) sk_buf_byte(out, '-');
    for (size_t i = 0; i < word.n; i++) {
        unsigned char c = (unsigned char)word.p[i];

        sk_buf_byte(out, c <= ' ' || c == 0x7f ? '_' : (char)c);
    }
    sk_buf_byte(out, ' ');
}

static void
add_digest(struct sk_buf *out, sk_str text)
{
    unsigned char digest[SK_MD5];

    sk_md5(digest, text);
    sk_buf_add(out, SK_STR(" md5:"));
    sk_buf_add(out, sk_hex(out->mem, (sk_str){ (const char *)digest, sizeof digest }));
}

void
seclang_audit_index(struct sk_buf *out, const struct seclang_tx *tx,
                    const struct seclang_audit_context *context, sk_str name, sk_str text)
{
    add_word(out, context->site);
    add_word(out, tx->client);
    sk_buf_add(out, SK_STR("- - "));
    add_time(out, tx, "[%d/%b/%Y:%H:%M:%S +0900] ");
    add_quoted(out, seclang_mask_target(tx, tx->line));
    sk_buf_printf(out, " %d ", context->status);
    if (tx->response_length > 0)
        sk_buf_printf(out, "%zu", tx->response_length);
    else
        sk_buf_byte(out, '-');
    add_header(out, tx, SK_STR("Referer"));
    add_header(out, tx, SK_STR("User-Agent"));
    sk_buf_byte(out, ' ');
    add_word(out, tx->id);
    add_quoted(out, seclang_mask_text(tx, tx->session_id));
    sk_buf_printf(out, " %.*s 0 %zu", SK_ARG(name), text.n);
    add_digest(out, text);
    sk_buf_byte(out, '\n');
}
