/* Inside of loading: what seclang_rules_new is made of, for tests and for the command line. */
#ifndef SECLANG_RULES_H
#define SECLANG_RULES_H

#include "seclang/rule.h"

struct seclang_parser;

/* No rules, and the settings that hold where nothing is said. Yours: seclang_rules_free. */
struct seclang_rules *seclang_rules_empty(void);

/* link/link.c: drafts become rules. The parser's state is used up. */
sk_err seclang_link(struct seclang_parser *p) SK_CHECKED;

#endif
