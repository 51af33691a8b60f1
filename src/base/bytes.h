/* Sets of byte values: 256 bits. The engine's filters are made of them. */
#ifndef SK_BASE_BYTES_H
#define SK_BASE_BYTES_H

#include "base/str.h"

struct sk_bytes {
    uint64_t w[4];
};

/* Constant sets. `of` is a macro that gives word w (bytes 64 w ... 64 w + 63) of the set:
 *     #define QUOTES(w) (SK_BYTES_BIT(w, '"') | SK_BYTES_BIT(w, '\''))
 *     static const struct sk_bytes quotes = SK_BYTES(QUOTES);
 * A span lies within one word. */
#define SK_BYTES(of)                                                                               \
    {                                                                                              \
        {                                                                                          \
            of(0), of(1), of(2), of(3)                                                             \
        }                                                                                          \
    }
#define SK_BYTES_BIT(w, c) ((c) >> 6 == (w) ? (uint64_t)1 << ((c)&63) : 0)
#define SK_BYTES_SPAN(w, from, to)                                                                 \
    ((from) >> 6 == (w) ? (~(uint64_t)0 >> (63 - ((to) - (from)))) << ((from)&63) : 0)

static inline void
sk_bytes_put(struct sk_bytes *set, unsigned char c)
{
    set->w[c >> 6] |= (uint64_t)1 << (c & 63);
}

static inline bool
sk_bytes_has(const struct sk_bytes *set, unsigned char c)
{
    return (set->w[c >> 6] >> (c & 63)) & 1;
}

static inline bool
sk_bytes_meet(const struct sk_bytes *a, const struct sk_bytes *b)
{
    return ((a->w[0] & b->w[0]) | (a->w[1] & b->w[1]) | (a->w[2] & b->w[2]) |
            (a->w[3] & b->w[3])) != 0;
}

/* Adds from..to, both included. */
void sk_bytes_put_range(struct sk_bytes *set, unsigned char from, unsigned char to);
void sk_bytes_unite(struct sk_bytes *set, const struct sk_bytes *with);
void sk_bytes_invert(struct sk_bytes *set);
unsigned sk_bytes_count(const struct sk_bytes *set);
/* The bytes that are present in s. */
struct sk_bytes sk_bytes_of(sk_str s);

#endif
