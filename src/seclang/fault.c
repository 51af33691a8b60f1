#include "seclang/fault.h"

/* A number that ends in a colon, at `at`; 0: there is none. */
static unsigned
number(sk_str s, size_t *at)
{
    unsigned value = 0;
    size_t i = *at;

    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && value < 100000000)
        value = value * 10 + (unsigned)(s.p[i++] - '0');
    if (i == *at || i >= s.n || s.p[i] != ':') return 0;
    *at = i + 1;
    return value;
}

/* The first ":12:34: "; a file's name does not look like it. */
struct seclang_fault
seclang_fault_of(const char *why)
{
    sk_str s = sk_str_of(why);

    for (size_t colon = 0; colon < s.n; colon++) {
        size_t at = colon + 1;
        unsigned line, column;

        if (s.p[colon] != ':' || !(line = number(s, &at)) || !(column = number(s, &at))) continue;
        if (at < s.n && s.p[at] == ' ')
            return (struct seclang_fault){ sk_str_first(s, colon), line, column,
                                           sk_str_from(s, at + 1) };
    }
    return (struct seclang_fault){ .what = s };
}
