/* Bodies on their way in. The first byte says the type and the size of pieces, the rest is the
 * body, read whole and in pieces: the same places, in order, within the body. */
#include "gate/exchange_in.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct gate_exchange_field fields[] = {
    { { "n", 1 }, PERSONAL_NAME, 0 },   { { "c[t]", 4 }, PERSONAL_PHONE, 0 },
    { { "t1", 2 }, PERSONAL_PHONE, 1 }, { { "t2", 2 }, PERSONAL_PHONE, 2 },
    { { "t3", 2 }, PERSONAL_PHONE, 3 },
};
enum { FIELDS = sizeof fields / sizeof *fields };

static sk_err
read_in(struct gate_exchange_in **in, sk_arena *mem, const char *type, sk_str body, size_t piece)
{
    TRY(gate_exchange_in_new(in, mem, fields, FIELDS, (enum gate_charset)(body.n & 1),
                             sk_str_of(type)));
    for (; body.n; body = sk_str_from(body, piece)) {
        sk_str part = sk_str_first(body, piece);
        char *copy = malloc(part.n); /* no larger: overreads are seen */

        memcpy(copy, part.p, part.n);
        sk_err e = gate_exchange_in_add(*in, (sk_str){ copy, part.n });
        free(copy);
        TRY(e);
    }
    return gate_exchange_in_end(*in);
}

static void
same(const struct gate_exchange_in *a, const struct gate_exchange_in *b, size_t size)
{
    size_t n, m, at = 0;
    const struct gate_exchange_place *p = gate_exchange_in_places(a, &n);
    const struct gate_exchange_place *q = gate_exchange_in_places(b, &m);

    if (n != m) abort();
    (void)gate_exchange_in_values(a, &m);
    for (size_t i = 0; i < n; i++)
        if (p[i].value >= m && p[i].value != SIZE_MAX) abort();
    for (size_t i = 0; i < n; i++) {
        if (p[i].at != q[i].at || p[i].n != q[i].n || !sk_str_eq(p[i].text, q[i].text)) abort();
        if (p[i].at < at || p[i].at + p[i].n > size || p[i].text.n == 0) abort();
        at = p[i].at + p[i].n;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = { "application/x-www-form-urlencoded", "application/json",
                                         "multipart/form-data; boundary=B" };
    sk_str body = { (const char *)data + 1, size - 1 };
    struct gate_exchange_in *a, *b;
    sk_arena *mem;

    if (size < 2) return 0;
    mem = sk_arena_new(0);
    sk_err e = read_in(&a, mem, types[data[0] % 3], body, body.n);
    sk_err f = read_in(&b, mem, types[data[0] % 3], body, 1 + data[0] / 3);
    if (sk_failed(e) != sk_failed(f)) abort();
    if (!sk_failed(e)) same(a, b, body.n);
    sk_arena_free(mem);
    return 0;
}
