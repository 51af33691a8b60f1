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

/* `format` by strptime; true when all of the text but `left` was read. */
static bool
read_clock(sk_when *when, const char **left, const char *text, const char *form)
{
    struct tm tm = { 0 };
    const char *end = strptime(text, form, &tm);

    if (!end) return false;
    *left = end;
    *when = (sk_when)timegm(&tm) * 1000;
    return true;
}

bool
sk_when_read(sk_when *when, sk_str utc)
{
    char text[40];
    const char *left;
    sk_when read;

    if (utc.n >= sizeof text) return false;
    memcpy(text, utc.n ? utc.p : "", utc.n);
    text[utc.n] = 0;
    if (!read_clock(&read, &left, text, "%Y-%m-%dT%H:%M:%S")) return false;
    if (*left == '.') {
        sk_when unit = 100;
        for (left++; *left >= '0' && *left <= '9'; left++, unit /= 10)
            read += (*left - '0') * unit;
    }
    if (strcmp(left, "Z") != 0) return false;
    *when = read;
    return true;
}

bool
sk_when_read_jst(sk_when *when, sk_str s)
{
    static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M",
                                         "%Y-%m-%d" };
    char text[40];
    const char *left;

    if (s.n >= sizeof text) return false;
    memcpy(text, s.n ? s.p : "", s.n);
    text[s.n] = 0;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        sk_when read;
        if (!read_clock(&read, &left, text, forms[i]) || *left) continue;
        *when = read - JST_SECONDS * 1000;
        return true;
    }
    return false;
}
