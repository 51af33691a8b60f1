#include "seclang/parse/near.h"

enum { LONGEST = 48 };

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;
    return m < c ? m : c;
}

static unsigned
distance(sk_str a, sk_str b)
{
    unsigned row[LONGEST + 1];
    for (unsigned j = 0; j <= b.n; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a.n; i++) {
        unsigned corner = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= b.n; j++) {
            bool same = sk_lower_byte((unsigned char)a.p[i - 1]) ==
                        sk_lower_byte((unsigned char)b.p[j - 1]);
            unsigned up = row[j];
            row[j] = least(row[j] + 1, row[j - 1] + 1, corner + !same);
            corner = up;
        }
    }
    return row[b.n];
}

void
seclang_near_offer(struct seclang_near *near, const char *name)
{
    sk_str known = sk_str_of(name);
    if (near->got.n > LONGEST || known.n > LONGEST) return;
    unsigned d = distance(near->got, known);
    if (near->best && d >= near->distance) return;
    near->best = name;
    near->distance = d;
}

sk_str
seclang_near_text(sk_arena *mem, const struct seclang_near *near)
{
    /* More than a third of the letters wrong is another word. */
    if (!near->best || near->distance * 3 > near->got.n) return SK_STR("");
    return sk_str_printf(mem, "; did you mean %s?", near->best);
}
