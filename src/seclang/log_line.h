/* The error log's line about a match, in ModSecurity's form:
 *
 *     ModSecurity: Warning. Pattern match "..." at ARGS:q. [file "..."] [line "46"] [id "942100"]
 *     [msg "..."] [data "..."] [severity "CRITICAL"] [ver "..."] [tag "..."] [hostname "..."]
 *     [uri "..."] [unique_id "..."]
 *
 * (one line). Control bytes, quotes and whatever is not ASCII are escaped. */
#ifndef SECLANG_LOG_LINE_H
#define SECLANG_LOG_LINE_H

#include "seclang/record.h"

enum {
    SECLANG_LOG_PATTERN_MOST = 252, /* bytes of an operator's argument, as mod_security 2 */
    SECLANG_LOG_DATA_MOST = 512,    /* bytes of data, escaped, as mod_security 2 */
    SECLANG_LOG_REASON_MOST = 700,
    SECLANG_LOG_MESSAGE_MOST = 6000 /* tags that do not fit are left out */
};

/* The variable's name, safe between quotes. */
sk_str seclang_log_name(const struct seclang_tx *tx, const struct seclang_seen *seen);
/* Why it matched: "Pattern match "..." at ARGS:q." */
sk_str seclang_log_reason(const struct seclang_tx *tx, const struct seclang_record *record);
/* Appends the fields, from [file "..."] to the tags, with the texts of `match`. */
void seclang_log_fields(struct sk_buf *out, const struct seclang_tx *tx,
                        const struct seclang_rule *head, const struct seclang_match *match);
/* Gives the whole line to the host's log. Secrets of other variables that stand in it are masked;
 * those of the match itself must be hidden already (hide.h). */
void seclang_log_tell(struct seclang_tx *tx, sk_str message);

#endif
