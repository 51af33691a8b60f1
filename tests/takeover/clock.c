/* For the takeover test: preloaded, it lets the wall clock run TAKEOVER_SPEED times as fast since
 * TAKEOVER_BASE (ns since 1970), so that ten minutes of budgets pass in half a minute. Whoever can
 * preload something into the keeper is the superuser; the product has no such switch. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NANOSECONDS 1000000000LL

static long long base, speed = 1;

__attribute__((constructor)) static void
clock_set(void)
{
    const char *b = getenv("TAKEOVER_BASE"), *s = getenv("TAKEOVER_SPEED");

    base = b ? strtoll(b, NULL, 10) : 0;
    speed = b && s ? strtoll(s, NULL, 10) : 1;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
    long result = syscall(SYS_clock_gettime, clock, t);
    long long now;

    if (result != 0 || clock != CLOCK_REALTIME || speed == 1) return (int)result;
    now = t->tv_sec * NANOSECONDS + t->tv_nsec;
    if (now > base) now = base + (now - base) * speed;
    t->tv_sec = (time_t)(now / NANOSECONDS);
    t->tv_nsec = (long)(now % NANOSECONDS);
    return 0;
}
