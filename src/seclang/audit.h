/* What both audit writers share. */
#ifndef SECLANG_AUDIT_H
#define SECLANG_AUDIT_H

#include "seclang/tx.h"

enum {
    SECLANG_AUDIT_VALUE_MOST = 1024, /* bytes of a value; of longer ones the beginning */
    SECLANG_AUDIT_BODY_MOST = 65536  /* bytes of a body in the serial format */
};

/* At most `most` bytes, not ending inside a UTF-8 character. */
sk_str seclang_audit_cut(sk_str s, size_t most);
/* Whether the match belongs into the audit log: not noauditlog, or it decided. */
bool seclang_audit_lists(const struct seclang_match *match);
/* The match's value and data as the log may show them; cut. */
sk_str seclang_audit_value(const struct seclang_tx *tx, const struct seclang_match *match);
sk_str seclang_audit_data(const struct seclang_tx *tx, const struct seclang_match *match);
/* "deny", "drop", "redirect", "pass": what was done, or with `wanted` what would have been. */
const char *seclang_audit_action(const struct seclang_tx *tx, bool wanted);

#endif
