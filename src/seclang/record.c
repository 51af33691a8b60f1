/* Records of matches, and what can be said of them. */
#include "seclang/record.h"

#include "seclang/log_line.h"
#include "seclang/macro_run.h"
#include "seclang/seen.h"

static const char *const severity_name[] = { "EMERGENCY", "ALERT",  "CRITICAL", "ERROR",
                                             "WARNING",   "NOTICE", "INFO",     "DEBUG" };

static const sk_str *
tags_of(struct seclang_tx *tx, const struct seclang_rule *head)
{
    sk_str *tag;

    if (head->tag_text) return head->tag_text;
    tag = sk_array(tx->mem, head->tag_count, sizeof(sk_str));
    for (size_t i = 0; i < head->tag_count; i++)
        tag[i] = seclang_macro_expand(tx, &head->tag[i], head);
    return tag;
}

struct seclang_record
seclang_record_of(struct seclang_tx *tx, const struct seclang_rule *rule,
                  const struct seclang_seen *seen, const struct seclang_op_run *run)
{
    const struct seclang_rule *head = rule->head;

    return (struct seclang_record){
        .rule = rule,
        .seen = *seen,
        .msg = seclang_macro_expand(tx, &head->msg, head),
        .data = seclang_macro_expand(tx, &head->logdata, head),
        .tag = tags_of(tx, head),
        .what = run ? run->what : NULL,
        .words = run ? run->matched : (sk_str){ 0 },
        .asked = run != NULL,
        .phase = tx->phase,
    };
}

struct seclang_match
seclang_record_match(const struct seclang_tx *tx, const struct seclang_record *record)
{
    const struct seclang_rule *head = record->rule->head;
    struct seclang_match match = {
        .rule = head->id,
        .file = head->file,
        .line = head->line,
        .phase = record->phase,
        .variable = seclang_seen_name(tx->mem, &record->seen, SECLANG_NAME_PLAIN),
        .value = record->seen.text,
        .msg = record->msg,
        .data = record->data,
        .version = sk_str_of(head->version),
        .tags = record->tag,
        .tag_count = record->tag ? head->tag_count : 0,
        .log = head->log,
        .audit = head->audit,
        .disruptive = record->disruptive,
    };

    if (head->severity >= 0 && head->severity <= 7)
        match.severity = sk_str_of(severity_name[head->severity]);
    return match;
}

static bool
allows(const struct seclang_record *record)
{
    enum seclang_disruptive does = record->rule->head->disruptive;

    return does == SECLANG_DO_ALLOW || does == SECLANG_DO_ALLOW_PHASE ||
           does == SECLANG_DO_ALLOW_REQUEST;
}

/* "Access denied with code 403 (phase 2)." or "Warning." */
static void
add_outcome(struct sk_buf *out, const struct seclang_record *record)
{
    static const char *const allowed[] = { [SECLANG_DO_ALLOW] = "Access allowed",
                                           [SECLANG_DO_ALLOW_PHASE] = "Access to phase allowed",
                                           [SECLANG_DO_ALLOW_REQUEST] =
                                               "Access to request allowed" };
    const struct seclang_verdict *verdict = &record->verdict;

    if (!record->acts) {
        sk_buf_add(out, SK_STR("Warning."));
    } else if (allows(record)) {
        sk_buf_printf(out, "%s (phase %u).", allowed[record->rule->head->disruptive],
                      record->phase);
    } else if (verdict->act == SECLANG_DROP) {
        sk_buf_printf(out, "Access denied with connection close (phase %u).", record->phase);
    } else if (verdict->act == SECLANG_REDIRECT) {
        sk_buf_add(out, SK_STR("Access denied with redirection to "));
        seclang_log_escape(out, verdict->url, false);
        sk_buf_printf(out, " using status %d (phase %u).", verdict->status, record->phase);
    } else {
        sk_buf_printf(out, "Access denied with code %d (phase %u).", verdict->status,
                      record->phase);
    }
}

sk_str
seclang_record_reason(const struct seclang_tx *tx, const struct seclang_record *record)
{
    if (!record->rule->head->file && !record->asked) return record->msg; /* no rule of any file */
    return seclang_log_reason(tx, record);
}

sk_str
seclang_record_message(const struct seclang_tx *tx, const struct seclang_record *record,
                       const struct seclang_match *shown, sk_str reason)
{
    struct sk_buf out = { .mem = tx->mem };

    add_outcome(&out, record);
    sk_buf_byte(&out, ' ');
    sk_buf_add(&out, reason);
    seclang_log_fields(&out, tx, record->rule->head, shown);
    return sk_buf_str(&out);
}
