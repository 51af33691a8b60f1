/* Our own detectors behind @detectSQLi and @detectXSS. A value is read with the real grammar in
 * every place where an application may have put it: bare, or inside one of the quotes. Pure: no
 * state, no memory but the stack, time linear in the value. */
#ifndef SECLANG_DETECT_H
#define SECLANG_DETECT_H

#include "seclang/op/filter.h"

enum { SECLANG_REASON = 24 }; /* bytes of a reason with its final zero */

/* Whether the value, put into a query, would be read as SQL that the query did not have. `reason`
 * then says where it stood and what gave it away: "' union", "value comparison". */
bool seclang_detect_sql(char reason[SECLANG_REASON], sk_str value);
/* Whether the value, put into a page, would run script or load active content. */
bool seclang_detect_xss(char reason[SECLANG_REASON], sk_str value);

/* What every value has that the detectors find anything in. */
void seclang_detect_sql_filter(struct seclang_filter *filter);
void seclang_detect_xss_filter(struct seclang_filter *filter);

#endif
