#include "base/when.h"

#include <time.h>

enum { JST_SECONDS = 9 * 3600 }; /* no summer time since 1951 */

static sk_when
clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (sk_when)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

sk_when
sk_now(void)
{
    return clock_ms(CLOCK_REALTIME);
}

sk_when
sk_monotonic(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

/* Splits into broken-down time and the milliseconds that are over. */
static int
broken_down(struct tm *tm, sk_when when)
{
    sk_when second = when >= 0 ? when / 1000 : (when - 999) / 1000;
    time_t t = (time_t)second;
    gmtime_r(&t, tm);
    return (int)(when - second * 1000);
}

sk_str
sk_when_jst(sk_arena *mem, sk_when when)
{
    struct tm tm;
    char text[32];
    int ms = broken_down(&tm, when + JST_SECONDS * 1000);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    return sk_str_printf(mem, "%s.%03d +09:00", text, ms);
}

sk_str
sk_when_utc(sk_arena *mem, sk_when when)
{
    struct tm tm;
    char text[32];
    int ms = broken_down(&tm, when);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    return sk_str_printf(mem, "%s.%03dZ", text, ms);
}
