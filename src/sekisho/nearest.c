#include "sekisho/nearest.h"

enum { LENGTH_MAX = 40 };

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned
distance(sk_str a, sk_str b)
{
    unsigned d[LENGTH_MAX + 1][LENGTH_MAX + 1];

    if (a.n > LENGTH_MAX || b.n > LENGTH_MAX) return LENGTH_MAX;
    for (unsigned i = 0; i <= a.n; i++)
        d[i][0] = i;
    for (unsigned j = 0; j <= b.n; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        for (size_t j = 1; j <= b.n; j++) {
            unsigned cost = a.p[i - 1] != b.p[j - 1];

            d[i][j] = least(least(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + cost);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[a.n][b.n];
}

void
nearest_try(struct nearest *nearest, const char *name)
{
    unsigned far = distance(nearest->wrong, sk_str_of(name));

    if (far > nearest->distance || (nearest->best && far == nearest->distance)) return;
    nearest->best = name;
    nearest->distance = far;
}
