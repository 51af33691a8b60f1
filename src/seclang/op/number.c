/* Operators that compare whole numbers, read as atoi(3) does: blanks, a sign, digits; what follows
 * is ignored, no digit is 0. Where a number does not fit, atoi's answer is undefined (glibc's wraps
 * round, so that a huge number may be a small one); here it is the largest or smallest one. */
#include "seclang/op/rows.h"

#include <limits.h>

static int
number(sk_str s)
{
    size_t i = 0;
    int64_t value = 0;
    bool minus;

    while (i < s.n && (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r')))
        i++;
    minus = i < s.n && s.p[i] == '-';
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+')) i++;
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && value <= INT_MAX; i++)
        value = value * 10 + s.p[i] - '0';
    if (minus) value = -value;
    if (value > INT_MAX) return INT_MAX;
    return value < INT_MIN ? INT_MIN : (int)value;
}

#define COMPARES(name, sign, word)                                                                 \
    SECLANG_OP_RUN(name)                                                                           \
    {                                                                                              \
        int right = number(run->argument);                                                         \
                                                                                                   \
        (void)state;                                                                               \
        if (!(number(value) sign right)) return false;                                             \
        if (!run->quiet)                                                                           \
            run->matched = sk_str_printf(run->mem, "Operator " word " matched %d", right);         \
        return true;                                                                               \
    }

COMPARES(eq, ==, "EQ")
COMPARES(ge, >=, "GE")
COMPARES(gt, >, "GT")
COMPARES(le, <=, "LE")
COMPARES(lt, <, "LT")
