/* Numbers that a pattern finds and a check digit confirms: cards (ISO/IEC 7812-1, Luhn), CPF
 * (Brazil), SSN (United States), SVNR (Austria). Digits only count; the pattern may let signs
 * between them. */
#include "seclang/op/rows.h"
#include "seclang/op/scratch.h"

enum { DIGITS_MOST = 11 };

struct verify {
    pcre2_code *code;
    uint32_t limit;
};

SECLANG_OP_COMPILE(verify)
{
    struct verify *v = SK_NEW(mem, struct verify);

    *state = v;
    v->limit = place->pcre_match_limit ? place->pcre_match_limit : SECLANG_PCRE_LIMIT;
    if (has_macro) return sk_fail(SK_BAD, "a pattern with macros is not offered here");
    return seclang_pcre_compile(&v->code, argument, PCRE2_DOTALL | PCRE2_MULTILINE);
}

SECLANG_OP_RELEASE(verify)
{
    struct verify *v = state;

    if (!v) return;
    pcre2_code_free(v->code);
    v->code = NULL;
}

/* The pattern's filter: lines that begin and end do not change what a match must consume. */
SECLANG_OP_FILTER(verify)
{
    (void)state;
    seclang_filter_of_regex(filter, argument);
    if (filter->least == 0) filter->least = 1; /* empty matches do not count */
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The first digits of s, at most DIGITS_MOST; returns how many there are in all. */
static size_t
digits_of(int digit[DIGITS_MOST], sk_str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.n; i++)
        if (is_digit(s.p[i]) && count++ < DIGITS_MOST) digit[count - 1] = s.p[i] - '0';
    return count;
}

static bool
all_equal(const int *digit, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (digit[i] != digit[0]) return false;
    return true;
}

/* Each digit is the one before it plus one. */
static bool
ascending(const int *digit, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (digit[i] != digit[i - 1] + 1) return false;
    return true;
}

/* Every second digit from the right, but the last, counts double: 7 gives 14, 1 + 4. */
static bool
is_card(sk_str s)
{
    int sum = 0;
    size_t digits = 0;

    for (size_t i = s.n; i-- > 0;) {
        int value = s.p[i] - '0';

        if (!is_digit(s.p[i])) continue;
        if (digits++ % 2 == 1) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
        sum += value;
        sum %= 10;
    }
    return digits > 0 && sum == 0;
}

/* Sum of the first `count` digits with weights count + 1 ... 2, modulo 11. */
static int
cpf_check(const int *digit, int count)
{
    int sum = 0, rest;

    for (int i = 0; i < count; i++)
        sum += digit[i] * (count + 1 - i);
    rest = sum % 11;
    return rest < 2 ? 0 : 11 - rest;
}

static bool
is_cpf(sk_str s)
{
    static const int counted[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0 }; /* a usual placeholder */
    int digit[DIGITS_MOST], first;

    if (digits_of(digit, s) < DIGITS_MOST) return false;
    if (all_equal(digit, DIGITS_MOST) || !memcmp(digit, counted, sizeof(counted))) return false;
    first = cpf_check(digit, 9);
    return digit[9] == first && digit[10] == cpf_check(digit, 10);
}

static bool
is_ssn(sk_str s)
{
    int d[DIGITS_MOST], area;

    if (digits_of(d, s) != 9 || all_equal(d, 9) || ascending(d, 9)) return false;
    area = d[0] * 100 + d[1] * 10 + d[2];
    if (area == 0 || area == 666 || area >= 740) return false;
    return d[3] + d[4] > 0 && d[5] + d[6] + d[7] + d[8] > 0;
}

/* LLLP DDMMYY: the check digit is the fourth (Austria's social insurance number). */
static bool
is_svnr(sk_str s)
{
    static const int weight[] = { 3, 7, 9, 0, 5, 8, 4, 2, 1, 6 };
    int digit[DIGITS_MOST], sum = 0;

    if (digits_of(digit, s) < 10 || all_equal(digit, 10)) return false;
    for (int i = 0; i < 10; i++)
        sum += weight[i] * digit[i];
    return sum % 11 % 10 == digit[3];
}

/* Tries each place where the pattern fits, one byte further each time. */
static bool
search(const struct verify *v, struct seclang_op_run *run, sk_str value, const char *what,
       bool (*is)(sk_str))
{
    struct seclang_scratch *s = run->scratch;

    pcre2_set_match_limit(s->context, v->limit);
    for (size_t from = 0; from < value.n; from++) {
        const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->match);
        int pairs = pcre2_match(v->code, (PCRE2_SPTR)value.p, value.n, from, PCRE2_NOTEMPTY,
                                s->match, s->context);
        sk_str part;

        if (pairs == PCRE2_ERROR_NOMATCH) return false;
        if (pairs < 0) {
            run->limit_hit = true;
            return false;
        }
        from = at[0] > from ? at[0] : from;
        part = sk_str_first(sk_str_from(value, at[0]), at[1] - at[0]);
        if (!is(part)) continue;
        seclang_op_capture(run, part);
        seclang_op_say(run, what, run->argument);
        return true;
    }
    return false;
}

SECLANG_OP_RUN(verify_cc)
{
    return search(state, run, value, "CC# match", is_card);
}

SECLANG_OP_RUN(verify_cpf)
{
    return search(state, run, value, "CPF# match", is_cpf);
}

SECLANG_OP_RUN(verify_ssn)
{
    return search(state, run, value, "SSN# match", is_ssn);
}

SECLANG_OP_RUN(verify_svnr)
{
    return search(state, run, value, "SVNR# match", is_svnr);
}
