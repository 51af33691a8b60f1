/* Values as rules saw them: their names for logs and macros, and text made safe for log lines. */
#ifndef SECLANG_SEEN_H
#define SECLANG_SEEN_H

#include "seclang/tx.h"

enum seclang_name_style {
    SECLANG_NAME_ESCAPED, /* MATCHED_VAR_NAME and log lines: mod_security 2's escapes, no & */
    SECLANG_NAME_PLAIN    /* for people and JSON: bytes as they are, & of a count */
};

/* "ARGS:q", "REQUEST_URI", "&ARGS". */
sk_str seclang_seen_name(sk_arena *mem, const struct seclang_seen *seen,
                         enum seclang_name_style style);

/* Nothing in it that is escaped where quotes are not. */
bool seclang_log_plain(sk_str s);
/* \n \r \t \b \v \\ as such (and \" where `quotes`), other bytes outside of 0x20..0x7e as \xHH. */
void seclang_log_escape(struct sk_buf *out, sk_str s, bool quotes);
/* As above but quotes and backslashes as \x22 and \x5c: the form of [data "..."]. */
void seclang_log_escape_hex(struct sk_buf *out, sk_str s);

#endif
