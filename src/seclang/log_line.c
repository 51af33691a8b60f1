/* Writing log lines. */
#include "seclang/log_line.h"

#include "seclang/macro_run.h"
#include "seclang/mask.h"
#include "seclang/seen.h"
#include "seclang/var/fetch.h"

/* At most `most` bytes of s, which is ASCII by now; says so where something is left out. */
static void
add_cut(struct sk_buf *out, sk_str s, size_t most)
{
    sk_buf_add(out, sk_str_first(s, most));
    if (s.n > most) sk_buf_add(out, SK_STR("..."));
}

static void
add_argument(struct sk_buf *out, const struct seclang_tx *tx, const struct seclang_rule *rule)
{
    struct sk_buf text = { .mem = tx->mem };

    seclang_log_escape(&text, seclang_macro_source(tx->mem, &rule->argument), true);
    sk_buf_add(out, sk_str_first(sk_buf_str(&text), SECLANG_LOG_PATTERN_MOST));
    if (text.n > SECLANG_LOG_PATTERN_MOST) sk_buf_add(out, SK_STR(" ..."));
}

/* The operator's own sentence is safe but for bytes that are no ASCII text. */
static void
add_sentence(struct sk_buf *out, sk_str s)
{
    static const char hex[] = "0123456789abcdef";

    if (s.n > 0 && s.p[s.n - 1] == '.') s.n--;
    for (size_t i = 0; i < s.n && out->n < SECLANG_LOG_REASON_MOST; i++) {
        unsigned char c = (unsigned char)s.p[i];
        char escape[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

        if (c <= 0x1f || c >= 0x7f)
            sk_buf_add(out, (sk_str){ escape, sizeof(escape) });
        else
            sk_buf_byte(out, (char)c);
    }
}

/* Quotes are escaped here though mod_security 2 leaves them: a client's name for an argument must
 * not be able to close a field of the line and write its own. */
sk_str
seclang_log_name(const struct seclang_tx *tx, const struct seclang_seen *seen)
{
    struct seclang_seen brief = *seen;
    struct sk_buf out = { .mem = tx->mem };
    sk_str name;

    brief.name = sk_str_first(seen->name, SECLANG_LOG_PATTERN_MOST); /* no more of it is shown */
    name = seclang_seen_name(tx->mem, &brief, SECLANG_NAME_ESCAPED);
    for (size_t i = 0; i < name.n && i < SECLANG_LOG_PATTERN_MOST; i++) {
        if (name.p[i] == '"')
            sk_buf_add(&out, SK_STR("\\x22"));
        else
            sk_buf_byte(&out, name.p[i]);
    }
    return sk_buf_str(&out);
}

sk_str
seclang_log_reason(const struct seclang_tx *tx, const struct seclang_record *record)
{
    const struct seclang_rule *rule = record->rule;
    sk_str name = seclang_log_name(tx, &record->seen);
    sk_str words = seclang_op_sentence(tx->mem, record->what, record->words);
    struct sk_buf out = { .mem = tx->mem };

    if (!record->asked) return SK_STR("Unconditional match in SecAction.");
    if (rule->negated || words.n == 0) {
        sk_buf_printf(&out, "Match of \"%s ", rule->op->name);
        add_argument(&out, tx, rule);
        if (rule->negated) {
            sk_buf_printf(&out, "\" against \"%.*s\" required.", SK_ARG(name));
            return sk_buf_str(&out);
        }
        sk_buf_add(&out, SK_STR("\""));
    } else {
        add_sentence(&out, words);
    }
    sk_buf_printf(&out, " at %.*s.", SK_ARG(name));
    return sk_buf_str(&out);
}

static void
add_field(struct sk_buf *out, const char *name, sk_str value)
{
    if (value.n == 0) return;
    sk_buf_add(out, SK_STR(" ["));
    sk_buf_add(out, sk_str_of(name));
    sk_buf_add(out, SK_STR(" \""));
    seclang_log_escape(out, value, true);
    sk_buf_add(out, SK_STR("\"]"));
}

static void
add_number(struct sk_buf *out, const char *name, int number)
{
    if (number > 0) sk_buf_printf(out, " [%s \"%d\"]", name, number);
}

static void
add_data(struct sk_buf *out, const struct seclang_tx *tx, sk_str data)
{
    struct sk_buf text = { .mem = tx->mem };

    if (data.n == 0) return;
    seclang_log_escape_hex(&text, sk_str_first(data, SECLANG_LOG_DATA_MOST + 1));
    sk_buf_add(out, SK_STR(" [data \""));
    add_cut(out, sk_buf_str(&text), SECLANG_LOG_DATA_MOST);
    sk_buf_add(out, SK_STR("\"]"));
}

void
seclang_log_fields(struct sk_buf *out, const struct seclang_tx *tx, const struct seclang_rule *head,
                   const struct seclang_match *match)
{
    if (head->file) {
        add_field(out, "file", sk_str_of(head->file));
        sk_buf_printf(out, " [line \"%u\"]", head->line);
    }
    sk_buf_printf(out, " [id \"%u\"]", head->id);
    add_field(out, "rev", sk_str_of(head->revision));
    add_field(out, "msg", sk_str_first(match->msg, SECLANG_LOG_DATA_MOST));
    add_data(out, tx, match->data);
    add_field(out, "severity", match->severity);
    add_field(out, "ver", match->version);
    add_number(out, "maturity", head->maturity);
    add_number(out, "accuracy", head->accuracy);
    for (size_t i = 0; i < match->tag_count && out->n < SECLANG_LOG_MESSAGE_MOST; i++)
        add_field(out, "tag", match->tags[i]);
}

void
seclang_log_tell(struct seclang_tx *tx, sk_str message)
{
    const struct seclang_list *host;
    struct sk_buf out = { .mem = tx->mem };

    if (!tx->host.log) return;
    host = seclang_fetch(tx, SECLANG_VAR_SERVER_NAME, NULL);
    sk_buf_add(&out, SK_STR("ModSecurity: "));
    sk_buf_add(&out, seclang_mask_text(tx, message));
    if (host->count > 0)
        add_field(&out, "hostname", sk_str_first(host->at[0]->text.s, SECLANG_LOG_PATTERN_MOST));
    add_field(&out, "uri", sk_str_first(tx->filename, SECLANG_LOG_DATA_MOST));
    add_field(&out, "unique_id", tx->id);
    tx->host.log(tx->host.ctx, sk_buf_str(&out));
}
