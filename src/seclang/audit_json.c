/* The audit log as JSON: one line an event (docs/notes/001-the-house.md shows it). */
#include "base/utf8.h"
#include "seclang/audit.h"
#include "seclang/mask.h"

static sk_str
cut(sk_str s)
{
    return seclang_audit_cut(s, SECLANG_AUDIT_VALUE_MOST);
}

/* ── scores ── */

/* The Core Rule Set names its sums differently from version to version, and keeps zeros in some of
 * them: the largest counts. */
static int64_t
largest(const struct seclang_tx *tx, const char *const names[])
{
    int64_t most = 0, score;

    for (; *names; names++)
        if (sk_str_to_i64(&score, seclang_tx_get(tx, *names)) && score > most) most = score;
    return most;
}

static void
add_scores(struct sk_json_writer *w, const struct seclang_tx *tx)
{
    static const char *const inbound[] = { "blocking_inbound_anomaly_score",
                                           "detection_inbound_anomaly_score",
                                           "inbound_anomaly_score", "anomaly_score", NULL };
    static const char *const outbound[] = { "blocking_outbound_anomaly_score",
                                            "detection_outbound_anomaly_score",
                                            "outbound_anomaly_score", NULL };

    sk_json_object(w, "scores");
    sk_json_int(w, "inbound", largest(tx, inbound));
    sk_json_int(w, "outbound", largest(tx, outbound));
    sk_json_end_object(w);
}

/* ── matches ── */

static void
add_match(struct sk_json_writer *w, const struct seclang_tx *tx, const struct seclang_match *match)
{
    sk_json_object(w, NULL);
    sk_json_int(w, "rule", match->rule);
    sk_json_int(w, "phase", match->phase);
    sk_json_str(w, "variable", cut(seclang_mask_text(tx, match->variable)));
    sk_json_str(w, "value", seclang_audit_value(tx, match));
    sk_json_str(w, "msg", cut(seclang_mask_text(tx, match->msg)));
    sk_json_str(w, "data", seclang_audit_data(tx, match));
    sk_json_str(w, "severity", match->severity);
    sk_json_str(w, "version", match->version);
    sk_json_array(w, "tags");
    for (size_t i = 0; i < match->tag_count; i++)
        sk_json_str(w, NULL, cut(seclang_mask_text(tx, match->tags[i])));
    sk_json_end_array(w);
    if (match->file) sk_json_text(w, "file", match->file);
    sk_json_int(w, "line", match->line);
    sk_json_bool(w, "decisive", match->disruptive);
    sk_json_end_object(w);
}

static void
add_matches(struct sk_json_writer *w, const struct seclang_tx *tx)
{
    size_t count;
    const struct seclang_match *match = seclang_tx_matches(tx, &count);

    sk_json_array(w, "matches");
    for (size_t i = 0; i < count; i++)
        if (seclang_audit_lists(&match[i])) add_match(w, tx, &match[i]);
    sk_json_end_array(w);
}

/* ── headers ── */

typedef sk_str mask_header(const struct seclang_tx *tx, sk_str name, sk_str value);

static sk_str
key_of(const struct seclang_tx *tx, const struct seclang_list *headers, unsigned i)
{
    return cut(sk_utf8_mend(tx->mem, headers->at[i]->name));
}

static bool
came_before(const struct seclang_tx *tx, const struct seclang_list *headers, unsigned i)
{
    sk_str key = key_of(tx, headers, i);

    for (unsigned k = 0; k < i; k++)
        if (sk_str_eq_nocase(key_of(tx, headers, k), key)) return true;
    return false;
}

/* A header that came several times is one member, its values joined by ", " (RFC 9110, section
 * 5.2): JSON with a key twice is read differently everywhere. */
static sk_str
joined(const struct seclang_tx *tx, const struct seclang_list *headers, unsigned first,
       mask_header *mask)
{
    struct sk_buf out = { .mem = tx->mem };
    sk_str key = key_of(tx, headers, first);

    for (unsigned i = first; i < headers->count; i++) {
        const struct seclang_value *header = headers->at[i];
        if (!sk_str_eq_nocase(key_of(tx, headers, i), key)) continue;
        if (i > first) sk_buf_add(&out, SK_STR(", "));
        sk_buf_add(&out, mask(tx, header->name, header->text.s));
        if (out.n > SECLANG_AUDIT_VALUE_MOST) break;
    }
    return out.n ? cut(sk_buf_str(&out)) : SK_STR("");
}

static void
add_headers(struct sk_json_writer *w, const char *key, const struct seclang_tx *tx,
            enum seclang_var var, mask_header *mask)
{
    const struct seclang_list *headers = &tx->list[var];

    sk_json_object(w, key);
    for (unsigned i = 0; i < headers->count; i++) {
        if (came_before(tx, headers, i)) continue;
        sk_json_str(w, sk_str_zcopy(tx->mem, key_of(tx, headers, i)), joined(tx, headers, i, mask));
    }
    sk_json_end_object(w);
}

/* ── the line ── */

static const char *
engine_name(const struct seclang_tx *tx)
{
    static const char *const names[] = {
        [SECLANG_OFF] = "off", [SECLANG_DETECT] = "detect", [SECLANG_ON] = "block"
    };

    return names[tx->set.engine];
}

static void
add_head(struct sk_json_writer *w, const struct seclang_tx *tx,
         const struct seclang_audit_context *context)
{
    sk_json_str(w, "time", sk_when_utc(tx->mem, tx->begun));
    sk_json_str(w, "id", tx->id);
    sk_json_str(w, "site", context->site);
    sk_json_str(w, "client", tx->client);
    sk_json_str(w, "method", cut(tx->method));
    sk_json_str(w, "uri", cut(seclang_mask_target(tx, tx->uri)));
    sk_json_str(w, "protocol", cut(tx->protocol));
    sk_json_int(w, "status", context->status);
    sk_json_text(w, "engine", engine_name(tx));
    sk_json_text(w, "action", seclang_audit_action(tx, false));
    if (tx->decision.noted && !tx->decision.made)
        sk_json_text(w, "wanted", seclang_audit_action(tx, true));
    if (tx->decision.noted)
        sk_json_int(w, "rule", tx->decision.verdict.rule);
    else
        sk_json_null(w, "rule");
}

void
seclang_audit_json(struct sk_buf *out, const struct seclang_tx *tx,
                   const struct seclang_audit_context *context)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    add_head(&w, tx, context);
    add_scores(&w, tx);
    add_matches(&w, tx);
    if (tx->body_error)
        sk_json_str(&w, "body_error", cut(seclang_mask_text(tx, tx->body_error_msg)));
    add_headers(&w, "request", tx, SECLANG_VAR_REQUEST_HEADERS, seclang_mask_request_header);
    sk_json_int(&w, "request_bytes", (int64_t)tx->body_length);
    add_headers(&w, "response", tx, SECLANG_VAR_RESPONSE_HEADERS, seclang_mask_response_header);
    sk_json_int(&w, "response_bytes", (int64_t)tx->response_length);
    sk_json_int(&w, "duration_us", seclang_tx_clock() - tx->begun_us);
    sk_json_end_object(&w);
    sk_buf_byte(out, '\n');
}
