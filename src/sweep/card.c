#include "sweep/judge.h"

/* Issuer identification numbers and the lengths that are in use: ISO/IEC 7812, as the networks
 * publish them. Visa's cards of 13 digits are no longer issued; a JAN code that begins with 4 has
 * 13, too, so those with a right check digit of a JAN code are taken for one. */
static const struct {
    unsigned from, to; /* first digits */
    unsigned char digits, least, most;
} issuers[] = {
    { 4, 4, 1, 16, 16 },                                                         /* Visa */
    { 4, 4, 1, 13, 13 },       { 4, 4, 1, 19, 19 },       { 51, 55, 2, 16, 16 }, /* Mastercard */
    { 2221, 2720, 4, 16, 16 }, { 3528, 3589, 4, 16, 19 },                        /* JCB */
    { 34, 34, 2, 15, 15 },                              /* American Express */
    { 37, 37, 2, 15, 15 },     { 300, 305, 3, 14, 14 }, /* Diners Club */
    { 3095, 3095, 4, 14, 14 }, { 36, 36, 2, 14, 14 },     { 38, 39, 2, 14, 14 },
    { 6011, 6011, 4, 16, 19 },                                                   /* Discover */
    { 644, 649, 3, 16, 19 },   { 65, 65, 2, 16, 19 },     { 62, 62, 2, 16, 19 }, /* UnionPay */
};

static bool
is_issued(sk_str digits)
{
    for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++) {
        unsigned first = 0;
        for (int k = 0; k < issuers[i].digits; k++)
            first = first * 10 + (unsigned)(digits.p[k] - '0');
        if (first >= issuers[i].from && first <= issuers[i].to && digits.n >= issuers[i].least &&
            digits.n <= issuers[i].most)
            return true;
    }
    return false;
}

/* The sum of the digits, every second from the right counting `twice` times; two digits of a
 * product are added where `fold` is set. */
static unsigned
sum_of(sk_str digits, unsigned twice, bool fold)
{
    unsigned sum = 0;

    for (size_t i = 0; i < digits.n; i++) {
        unsigned value = (unsigned)(digits.p[digits.n - 1 - i] - '0') * (i % 2 ? twice : 1);
        sum += fold && value > 9 ? value - 9 : value;
    }
    return sum;
}

static bool
is_jan(sk_str digits)
{
    return digits.n == 13 && sum_of(digits, 3, false) % 10 == 0;
}

/* 4444444444444444: a placeholder. */
static bool
is_monotone(sk_str digits)
{
    for (size_t i = 1; i < digits.n; i++)
        if (digits.p[i] != digits.p[0]) return false;
    return true;
}

bool
sweep_is_card(sk_str digits)
{
    return digits.n >= 13 && digits.n <= 19 && sum_of(digits, 2, true) % 10 == 0 &&
           is_issued(digits) && !is_jan(digits) && !is_monotone(digits);
}
