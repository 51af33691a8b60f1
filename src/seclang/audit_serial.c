/* The audit log in ModSecurity's native serial format (mod_security 2.9, apache2/msc_logging.c):
 *
 *     --a1b2c3d4-A--
 *     [23/Nov/2026:22:26:20.123000 +0900] ID CLIENT PORT SERVER PORT
 *     --a1b2c3d4-B--
 *     ...
 *     --a1b2c3d4-Z--
 *
 * Parts are those of SecAuditLogParts; A and Z always. What differs from mod_security 2:
 *
 *   C, I  the body is written anew from the arguments that were read (name=value&...), with secrets
 *         masked: a raw body could not be masked safely. XML: its text.
 *   K     where each rule stands, not its source text.
 */
#include "base/hash.h"
#include "seclang/audit.h"
#include "seclang/mask.h"
#include "seclang/record.h"
#include "seclang/seen.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

struct writer {
    struct sk_buf *out;
    const struct seclang_tx *tx;
    const struct seclang_audit_context *context;
    char boundary[9]; /* at random: nothing in a request can pretend to be a part */
};

static bool
has_part(const struct seclang_tx *tx, char part)
{
    return strchr(tx->set.audit_parts, part) != NULL;
}

static void
begin_part(struct writer *w, char part)
{
    if (part != 'A') sk_buf_byte(w->out, '\n');
    sk_buf_printf(w->out, "--%s-%c--\n", w->boundary, part);
}

/* One line of whatever text: what is no printable ASCII or UTF-8 is escaped, so that no text ends
 * a line. */
static void
add_text(struct writer *w, sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7f)
            sk_buf_printf(w->out, "\\x%02x", c);
        else
            sk_buf_byte(w->out, (char)c);
    }
}

static void
add_line(struct writer *w, sk_str s)
{
    add_text(w, s);
    sk_buf_byte(w->out, '\n');
}

/* ── A: who and when ── */

static void
add_time(struct writer *w)
{
    time_t jst = (time_t)(w->tx->begun / 1000) + 9 * 3600;
    struct tm tm;
    char text[32];

    gmtime_r(&jst, &tm);
    strftime(text, sizeof text, "%d/%b/%Y:%H:%M:%S", &tm);
    sk_buf_printf(w->out, "[%s.%03d000 +0900]", text, (int)(w->tx->begun % 1000));
}

static void
part_head(struct writer *w)
{
    const struct seclang_tx *tx = w->tx;

    add_time(w);
    sk_buf_printf(w->out, " %.*s %.*s %u %.*s %u", SK_ARG(tx->id), SK_ARG(tx->client),
                  tx->client_port, SK_ARG(tx->server), tx->server_port);
}

/* ── B and F: headers ── */

static void
add_headers(struct writer *w, enum seclang_var var,
            sk_str (*mask)(const struct seclang_tx *tx, sk_str name, sk_str value))
{
    const struct seclang_list *headers = &w->tx->list[var];

    for (unsigned i = 0; i < headers->count; i++) {
        const struct seclang_value *header = headers->at[i];
        add_text(w, header->name);
        sk_buf_add(w->out, SK_STR(": "));
        add_line(w, mask(w->tx, header->name, header->text.s));
    }
}

static void
part_request(struct writer *w)
{
    add_line(w, seclang_mask_target(w->tx, w->tx->line));
    add_headers(w, SECLANG_VAR_REQUEST_HEADERS, seclang_mask_request_header);
}

static void
part_response(struct writer *w)
{
    if (!w->tx->status && !w->context->status) return; /* none was sent */
    add_text(w, w->tx->response_protocol.n ? w->tx->response_protocol : w->tx->protocol);
    sk_buf_printf(w->out, " %d\n", w->context->status ? w->context->status : w->tx->status);
    add_headers(w, SECLANG_VAR_RESPONSE_HEADERS, seclang_mask_response_header);
}

/* ── C, I and E: bodies ── */

static void
add_encoded(struct writer *w, sk_str s)
{
    static const char keep[] = "*-._[]";

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool letter = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (letter || (c && strchr(keep, c)))
            sk_buf_byte(w->out, (char)c);
        else if (c == ' ')
            sk_buf_byte(w->out, '+');
        else
            sk_buf_printf(w->out, "%%%02x", c);
    }
}

static void
part_request_body(struct writer *w)
{
    const struct seclang_tx *tx = w->tx;
    const struct seclang_list *args = &tx->list[SECLANG_VAR_ARGS];
    size_t begin = w->out->n;
    bool some = false;

    for (unsigned i = 0; i < args->count; i++) {
        const struct seclang_value *arg = args->at[i];
        if (!arg->post) continue;
        if (w->out->n - begin > SECLANG_AUDIT_BODY_MOST) break;
        if (some) sk_buf_byte(w->out, '&');
        some = true;
        add_encoded(w, seclang_mask_text(tx, arg->name));
        sk_buf_byte(w->out, '=');
        add_encoded(w, seclang_audit_cut(seclang_mask_argument(tx, arg->name, arg->text.s),
                                         SECLANG_AUDIT_VALUE_MOST));
    }
    if (tx->xml_text.n)
        add_text(w,
                 seclang_audit_cut(seclang_mask_body(tx, tx->xml_text), SECLANG_AUDIT_BODY_MOST));
}

static void
part_response_body(struct writer *w)
{
    sk_str body = sk_buf_str(&w->tx->response_text);

    sk_buf_add(w->out, seclang_audit_cut(seclang_mask_body(w->tx, body), SECLANG_AUDIT_BODY_MOST));
}

/* ── H: what the engine did ── */

static void
add_messages(struct writer *w)
{
    const struct seclang_tx *tx = w->tx;

    for (size_t i = 0; i < tx->match_count; i++) {
        const struct seclang_record *record = &tx->match[i];
        struct seclang_match match = seclang_record_match(tx, record);

        if (!seclang_audit_lists(&match)) continue;
        sk_buf_add(w->out, SK_STR("Message: "));
        add_line(w, seclang_mask_message(tx,
                                         seclang_record_message(tx, record, &match,
                                                                seclang_record_reason(tx, record)),
                                         &match));
    }
}

static void
add_stopwatch(struct writer *w)
{
    const struct seclang_tx *tx = w->tx;
    int64_t begun = tx->begun * 1000, spent = seclang_tx_clock() - tx->begun_us;

    sk_buf_printf(w->out, "Stopwatch: %" PRId64 " %" PRId64 " (- - -)\n", begun, spent);
    sk_buf_printf(w->out, "Stopwatch2: %" PRId64 " %" PRId64 "; combined=%" PRId64, begun, spent,
                  tx->phase_us[1] + tx->phase_us[2] + tx->phase_us[3] + tx->phase_us[4] +
                      tx->phase_us[5]);
    for (unsigned i = 1; i < SECLANG_PHASES; i++)
        sk_buf_printf(w->out, ", p%u=%" PRId64, i, tx->phase_us[i]);
    sk_buf_byte(w->out, '\n');
}

static void
add_names(struct writer *w, const char *title, const struct seclang_names *names)
{
    if (!names->count) return;
    sk_buf_printf(w->out, "%s: ", title);
    for (unsigned i = 0; i < names->count; i++) {
        sk_buf_add(w->out, i ? SK_STR(", \"") : SK_STR("\""));
        seclang_log_escape(w->out, names->at[i], true);
        sk_buf_byte(w->out, '"');
    }
    sk_buf_add(w->out, SK_STR(".\n"));
}

static void
part_trailer(struct writer *w)
{
    const struct seclang_tx *tx = w->tx;

    add_messages(w);
    if (tx->decision.made)
        sk_buf_printf(w->out, "Action: Intercepted (phase %u)\n", tx->decision.phase);
    add_stopwatch(w);
    sk_buf_add(w->out, SK_STR("Producer: Sekisho.\n"));
    sk_buf_add(w->out, SK_STR("Server: "));
    add_line(w, w->context->site);
    add_names(w, "Sanitised-Args", &tx->hidden_arguments);
    add_names(w, "Sanitised-Request-Headers", &tx->hidden_request_headers);
    add_names(w, "Sanitised-Response-Headers", &tx->hidden_response_headers);
    if (tx->set.engine != SECLANG_OFF)
        sk_buf_printf(w->out, "Engine-Mode: \"%s\"\n",
                      tx->set.engine == SECLANG_ON ? "ENABLED" : "DETECTION_ONLY");
}

/* ── J and K: files, rules ── */

static void
part_files(struct writer *w)
{
    const struct seclang_list *files = &w->tx->list[SECLANG_VAR_FILES];
    const struct seclang_list *sizes = &w->tx->list[SECLANG_VAR_FILES_SIZES];

    for (unsigned i = 0; i < files->count; i++) {
        sk_str size = i < sizes->count ? sizes->at[i]->text.s : SK_STR("0");
        sk_buf_printf(w->out, "%u,%.*s,\"", i + 1, SK_ARG(size));
        seclang_log_escape(w->out, seclang_mask_text(w->tx, files->at[i]->text.s), true);
        sk_buf_add(w->out, SK_STR("\",\"<Unknown Content-Type>\"\n"));
    }
    sk_buf_printf(w->out, "Total,%zu\n", w->tx->report.files_combined_size);
}

static void
part_rules(struct writer *w)
{
    for (size_t i = 0; i < w->tx->match_count; i++) {
        struct seclang_match match = seclang_record_match(w->tx, &w->tx->match[i]);
        if (!seclang_audit_lists(&match) || !match.file) continue;
        sk_buf_printf(w->out, "# rule %u at %s:%u\n", match.rule, match.file, match.line);
    }
}

static bool
is_multipart(const struct seclang_tx *tx)
{
    return sk_str_eq_nocase(tx->processor, SK_STR("MULTIPART"));
}

static bool
wants_body(const struct seclang_tx *tx)
{
    return tx->body_done && (has_part(tx, 'C') || (has_part(tx, 'I') && !is_multipart(tx)));
}

static bool
wants_fake_body(const struct seclang_tx *tx)
{
    return tx->body_done && has_part(tx, 'I') && is_multipart(tx);
}

static bool
wants_response_body(const struct seclang_tx *tx)
{
    return tx->response_text.n > 0 && has_part(tx, 'E');
}

static bool
wants_files(const struct seclang_tx *tx)
{
    return is_multipart(tx) && has_part(tx, 'J');
}

static const struct {
    char part;
    bool (*wanted)(const struct seclang_tx *tx); /* NULL: when SecAuditLogParts names it */
    void (*write)(struct writer *w);
} parts[] = {
    { 'B', NULL, part_request },
    { 'C', wants_body, part_request_body },
    { 'I', wants_fake_body, part_request_body },
    { 'F', NULL, part_response },
    { 'E', wants_response_body, part_response_body },
    { 'H', NULL, part_trailer },
    { 'J', wants_files, part_files },
    { 'K', NULL, part_rules },
};

void
seclang_audit_serial(struct sk_buf *out, const struct seclang_tx *tx,
                     const struct seclang_audit_context *context)
{
    struct writer w = { .out = out, .tx = tx, .context = context };
    unsigned char random[4];

    sk_random(random, sizeof random);
    snprintf(w.boundary, sizeof w.boundary, "%02x%02x%02x%02x", random[0], random[1], random[2],
             random[3]);
    begin_part(&w, 'A');
    part_head(&w);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        bool wanted = parts[i].wanted ? parts[i].wanted(tx) : has_part(tx, parts[i].part);
        if (!wanted) continue;
        begin_part(&w, parts[i].part);
        parts[i].write(&w);
    }
    begin_part(&w, 'Z');
    sk_buf_byte(out, '\n');
}
