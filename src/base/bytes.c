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

/* Of a long text: one independent store a byte, where a bit would have to wait for the last one. */
static struct sk_bytes
bytes_of_many(sk_str s)
{
    struct sk_bytes set = { { 0 } };
    unsigned char seen[256] = { 0 };

    for (size_t i = 0; i < s.n; i++)
        seen[(unsigned char)s.p[i]] = 1;
    for (unsigned c = 0; c < 256; c++)
        set.w[c >> 6] |= (uint64_t)seen[c] << (c & 63);
    return set;
}

struct sk_bytes
sk_bytes_of(sk_str s)
{
    enum { MANY = 1024 };
    struct sk_bytes set = { { 0 } };

    if (s.n >= MANY) return bytes_of_many(s);
    for (size_t i = 0; i < s.n; i++)
        sk_bytes_put(&set, (unsigned char)s.p[i]);
    return set;
}
