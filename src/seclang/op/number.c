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

/* What an argument without macros is, read once, and what a match says. */
struct number {
    int right;
    sk_str words;
};

static sk_err
compile(void **state, sk_arena *mem, const char *word, sk_str argument, bool has_macro)
{
    struct number *n;

    *state = NULL;
    if (has_macro) return sk_ok();
    n = *state = SK_NEW(mem, struct number);
    n->right = number(argument);
    n->words = sk_str_printf(mem, "Operator %s matched %d", word, n->right);
    return sk_ok();
}

#define COMPARES(name, sign, word)                                                                 \
    SECLANG_OP_COMPILE(name)                                                                       \
    {                                                                                              \
        (void)place;                                                                               \
        return compile(state, mem, word, argument, has_macro);                                     \
    }                                                                                              \
    SECLANG_OP_RUN(name)                                                                           \
    {                                                                                              \
        const struct number *known = state;                                                        \
        int right = known ? known->right : number(run->argument);                                  \
                                                                                                   \
        if (!(number(value) sign right)) return false;                                             \
        if (known)                                                                                 \
            run->matched = known->words;                                                           \
        else if (!run->quiet)                                                                      \
            run->matched = sk_str_printf(run->mem, "Operator " word " matched %d", right);         \
        return true;                                                                               \
    }

COMPARES(eq, ==, "EQ")
COMPARES(ge, >=, "GE")
COMPARES(gt, >, "GT")
COMPARES(le, <=, "LE")
COMPARES(lt, <, "LT")
