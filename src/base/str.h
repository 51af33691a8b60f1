/* Text and bytes: a pointer and a length, borrowed unless a function says otherwise. */
#ifndef SK_BASE_STR_H
#define SK_BASE_STR_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Not zero-terminated. p may be NULL only when n is 0. */
typedef struct {
    const char *p;
    size_t n;
} sk_str;

#define SK_STR(literal) ((sk_str){ "" literal, sizeof(literal) - 1 })
/* For "%.*s". */
#define SK_ARG(s) (int)(s).n, (s).n ? (s).p : ""

static inline sk_str
sk_str_of(const char *zero_terminated)
{
    return zero_terminated ? (sk_str){ zero_terminated, strlen(zero_terminated) } : (sk_str){ 0 };
}

static inline bool
sk_str_eq(sk_str a, sk_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* From `from` to the end; from > n gives an empty string. */
static inline sk_str
sk_str_from(sk_str s, size_t from)
{
    if (s.n == 0) return s; /* its p may be NULL, to which nothing may be added */
    if (from > s.n) from = s.n;
    return (sk_str){ s.p + from, s.n - from };
}

static inline sk_str
sk_str_first(sk_str s, size_t n)
{
    return (sk_str){ s.p, n < s.n ? n : s.n };
}

/* ASCII only: bytes from 0x80 compare as they are. */
bool sk_str_eq_nocase(sk_str a, sk_str b);
bool sk_str_starts(sk_str s, sk_str prefix);
bool sk_str_starts_nocase(sk_str s, sk_str prefix);
bool sk_str_ends(sk_str s, sk_str suffix);
/* Position of the first `needle`, or SIZE_MAX. The empty needle is at 0. */
size_t sk_str_find(sk_str s, sk_str needle);
size_t sk_str_find_nocase(sk_str s, sk_str needle);
size_t sk_str_find_byte(sk_str s, char byte);
/* Without the blanks (space, \t \n \v \f \r) at either end. */
sk_str sk_str_trim(sk_str s);
/* Cuts *rest at the first `separator`: returns what is before it, leaves what is behind. False
 * when *rest was used up (its p is then NULL). "a,,b" gives "a", "", "b"; "" gives "" once. */
bool sk_str_cut(sk_str *part, sk_str *rest, char separator);

/* The whole of s as a decimal number, sign allowed. False (value untouched) if it is not one or
 * does not fit. */
bool sk_str_to_i64(int64_t *value, sk_str s);

/* The number's decimal digits. */
sk_str sk_str_of_i64(sk_arena *mem, int64_t number);

/* Copies; zero-terminated as a courtesy (the zero is not counted). */
sk_str sk_str_copy(sk_arena *mem, sk_str s);
char *sk_str_zcopy(sk_arena *mem, sk_str s);
sk_str sk_str_lower(sk_arena *mem, sk_str s);
sk_str sk_str_printf(sk_arena *mem, const char *fmt, ...) SK_PRINTF(2, 3);

/* Does not tell by its time where a and b differ (it does tell by length). */
bool sk_str_eq_secret(sk_str a, sk_str b);

static inline unsigned char
sk_lower_byte(unsigned char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}
/* Eight bytes at once: A to Z get the bit that makes them small. */
static inline uint64_t
sk_lower_word(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t low = word & 0x7f * ones;
    uint64_t from_a = low + (0x80 - 'A') * ones, past_z = low + (0x7f - 'Z') * ones;

    return word | ((from_a ^ past_z) & ~word & 0x80 * ones) >> 2;
}

/* Of a hexadecimal digit; -1: it is none. */
static inline int
sk_hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)sk_lower_byte((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Space, \t \n \v \f \r. */
static inline bool
sk_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The first place from `at` on that is no blank; s.n where there is none. */
static inline size_t
sk_str_skip_blanks(sk_str s, size_t at)
{
    while (at < s.n && sk_is_blank(s.p[at]))
        at++;
    return at;
}

/* A text that grows on an arena. Zero-initialise with the arena: { .mem = mem }. */
struct sk_buf {
    sk_arena *mem;
    char *p;
    size_t n, size;
};

void sk_buf_add(struct sk_buf *buf, sk_str s);
void sk_buf_byte(struct sk_buf *buf, char c);
void sk_buf_printf(struct sk_buf *buf, const char *fmt, ...) SK_PRINTF(2, 3);
/* Room for n more bytes; returns where they start. Count them with buf->n += n. */
char *sk_buf_room(struct sk_buf *buf, size_t n);

static inline sk_str
sk_buf_str(const struct sk_buf *buf)
{
    return (sk_str){ buf->p, buf->n };
}

#endif
