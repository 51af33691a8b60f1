/* Looking for a literal with blanks in it: four bytes of it are looked for at all places of a block
 * of the text at once, each of them but the first either there or kept off by blanks; what has them
 * is walked from there, to the literal's beginning and to its end. */
#include "seclang/op/loose.h"

#include "seclang/op/rows.h"

enum {
    BLOCK = 32, /* starts that are asked about together; three more bytes are read */
    ANCHOR = 4, /* bytes of the literal that are looked for */
    NBSP = 0xa0,
    FOLD = 0x20,
    COMMON = 60 /* weight of a byte that is no letter: answers are full of brackets and digits */
};

_Static_assert((int)SECLANG_BULK_BEHIND >= BLOCK + ANCHOR - 1, "blocks go beyond the end");

/* Chosen when the program is loaded, but for the sanitizers, which are not ready by then. O2 would
 * leave the second loop of find_block to single bytes. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WIDE __attribute__((target_clones("avx2", "default"), optimize("O3")))
#else
#define WIDE
#endif

struct loose {
    const unsigned char *text;
    size_t n;
    const unsigned char *literal; /* without blanks, lower case */
    size_t length;
    size_t anchor; /* where in it the ANCHOR bytes are */
};

static inline bool
is_blank(unsigned char c)
{
    return c <= ' ' || c == NBSP;
}

/* A blank, or `c`, is at p; a few bytes more are taken for blanks. */
static inline unsigned char
fits(const unsigned char *p, unsigned char c)
{
    return ((*p & 0x7f) <= ' ') | ((*p | FOLD) == c);
}

/* The start of the first block from `at` on in which the four bytes may be; marks[] where. Most
 * blocks do not even have the first two. */
static WIDE size_t
find_block(unsigned char marks[BLOCK], const unsigned char *text, size_t n, size_t at,
           const unsigned char *anchor)
{
    unsigned char a = anchor[0] | FOLD, b = anchor[1] | FOLD, c = anchor[2] | FOLD,
                  d = anchor[3] | FOLD;

    for (; at < n; at += BLOCK) {
        const unsigned char *p = text + at;
        unsigned char two = 0, four = 0;

        for (unsigned i = 0; i < BLOCK; i++)
            two |= ((p[i] | FOLD) == a) & fits(p + i + 1, b);
        if (!two) continue;
        for (unsigned i = 0; i < BLOCK; i++) {
            marks[i] = ((p[i] | FOLD) == a) & fits(p + i + 1, b) &
                       (((p[i + 2] | FOLD) == b) | fits(p + i + 2, c)) &
                       (((p[i + 3] | FOLD) == b) | ((p[i + 3] | FOLD) == c) | fits(p + i + 3, d));
            four |= marks[i];
        }
        if (four) break;
    }
    return at;
}

static bool
goes_back(const struct loose *l, size_t at)
{
    for (size_t i = l->anchor; i > 0; i--) {
        while (at > 0 && is_blank(l->text[at - 1]))
            at--;
        if (at == 0 || sk_lower_byte(l->text[at - 1]) != l->literal[i - 1]) return false;
        at--;
    }
    return true;
}

static bool
goes_on(const struct loose *l, size_t at)
{
    for (size_t i = l->anchor; i < l->length; i++) {
        while (at < l->n && is_blank(l->text[at]))
            at++;
        if (at == l->n || sk_lower_byte(l->text[at]) != l->literal[i]) return false;
        at++;
    }
    return true;
}

static bool
is_in_block(const struct loose *l, size_t from, const unsigned char marks[BLOCK])
{
    for (size_t i = 0; i < BLOCK; i++) {
        uint64_t eight;

        memcpy(&eight, marks + i / 8 * 8, sizeof(eight));
        if (eight == 0) {
            i |= 7;
            continue;
        }
        if (marks[i] && from + i < l->n && goes_on(l, from + i) && goes_back(l, from + i))
            return true;
    }
    return false;
}

static unsigned
weight_of(unsigned char c)
{
    return c >= 'a' && c <= 'z' ? seclang_filter_byte_weight(c) : COMMON;
}

/* The rarest bytes in a row. */
static size_t
choose(const unsigned char *literal, size_t length)
{
    unsigned least = UINT32_MAX;
    size_t best = 0;

    for (size_t i = 0; i + ANCHOR <= length; i++) {
        unsigned weight = weight_of(literal[i]) *
                          (weight_of(literal[i + 1]) + weight_of(literal[i + 2]) + COMMON);

        if (weight >= least) continue;
        least = weight;
        best = i;
    }
    return best;
}

static bool
is_in(const struct loose *l)
{
    unsigned char marks[BLOCK];

    for (size_t at = 0; at < l->n; at += BLOCK) {
        at = find_block(marks, l->text, l->n, at, l->literal + l->anchor);
        if (at < l->n && is_in_block(l, at, marks)) return true;
    }
    return false;
}

bool
seclang_loose_in(sk_str text, sk_str literal)
{
    unsigned char plain[SECLANG_LOOSE_MOST];
    struct loose l = { (const unsigned char *)text.p, text.n, plain, 0, 0 };

    if (literal.n > SECLANG_LOOSE_MOST) return true;
    for (size_t i = 0; i < literal.n; i++)
        if (!is_blank((unsigned char)literal.p[i]))
            plain[l.length++] = sk_lower_byte((unsigned char)literal.p[i]);
    if (l.length < ANCHOR) return true;
    l.anchor = choose(plain, l.length);
    return is_in(&l);
}
