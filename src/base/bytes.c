#include "base/bytes.h"

void
sk_bytes_put_range(struct sk_bytes *set, unsigned char from, unsigned char to)
{
    for (unsigned c = from; c <= to; c++)
        sk_bytes_put(set, (unsigned char)c);
}

void
sk_bytes_unite(struct sk_bytes *set, const struct sk_bytes *with)
{
    for (int i = 0; i < 4; i++)
        set->w[i] |= with->w[i];
}

void
sk_bytes_invert(struct sk_bytes *set)
{
    for (int i = 0; i < 4; i++)
        set->w[i] = ~set->w[i];
}

unsigned
sk_bytes_count(const struct sk_bytes *set)
{
    unsigned n = 0;
    for (int i = 0; i < 4; i++)
        n += (unsigned)__builtin_popcountll(set->w[i]);
    return n;
}

struct sk_bytes
sk_bytes_of(sk_str s)
{
    struct sk_bytes set = { { 0 } };
    for (size_t i = 0; i < s.n; i++)
        sk_bytes_put(&set, (unsigned char)s.p[i]);
    return set;
}
