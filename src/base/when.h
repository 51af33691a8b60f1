/* Points in time: milliseconds since 1970 UTC; shown in Japan's time (UTC+9, no summer time). */
#ifndef SK_BASE_WHEN_H
#define SK_BASE_WHEN_H

#include "base/str.h"

typedef int64_t sk_when;

sk_when sk_now(void);
/* For durations: never jumps. */
sk_when sk_monotonic(void);
/* "2026-11-23 22:26:20.123 +09:00" */
sk_str sk_when_jst(sk_arena *mem, sk_when when);
/* "2026-11-23T13:26:20.123Z", RFC 3339 */
sk_str sk_when_utc(sk_arena *mem, sk_when when);
/* Reads what sk_when_utc writes; the milliseconds may be missing. False: it is not of that form. */
bool sk_when_read(sk_when *when, sk_str utc);
/* Reads a date, or date and time, of Japan's clock: "2026-11-23", "2026-11-23T09:00". */
bool sk_when_read_jst(sk_when *when, sk_str text);

#endif
