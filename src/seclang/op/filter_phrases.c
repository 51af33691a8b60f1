/* Filters: which bytes a text needs. How rare a byte is in ordinary web texts decides which sets
 * are kept; the weights are a rough guess at texts that browsers send, Japanese ones included. */
#include "seclang/op/rows.h"

/* A set that nearly every text meets is not worth a look. */
enum { WEIGHT_MOST = 2000 };

#define BIT  SK_BYTES_BIT
#define SPAN SK_BYTES_SPAN
#define FREQUENT(w)                                                                                \
    (BIT(w, 'e') | BIT(w, 't') | BIT(w, 'a') | BIT(w, 'o') | BIT(w, 'i') | BIT(w, 'n') |           \
     BIT(w, 's') | BIT(w, 'r') | BIT(w, 'h') | BIT(w, 'l') | BIT(w, 'd') | BIT(w, 'c') |           \
     BIT(w, 'u'))
#define LETTERS(w)  SPAN(w, 'a', 'z')
#define CAPITALS(w) SPAN(w, 'A', 'Z')
#define DIGITS(w)   SPAN(w, '0', '9')
#define HIGH(w)     ((w) >= 2 ? ~(uint64_t)0 : 0)
#define USUAL(w)                                                                                   \
    (BIT(w, ' ') | BIT(w, '/') | BIT(w, '.') | BIT(w, '-') | BIT(w, '_') | BIT(w, '=') |           \
     BIT(w, '&') | BIT(w, ';') | BIT(w, ',') | BIT(w, ':'))
#define SOME(w) (BIT(w, '(') | BIT(w, ')') | BIT(w, '?') | BIT(w, '%') | BIT(w, '+'))
#define ALL(w)  (~(uint64_t)0 * ((w) < 4))

/* Each byte weighs the sum of its rows. What only the last row has are quotes, brackets, controls.
 */
#define IN(of, c) ((of((c) >> 6) >> ((c)&63)) & 1)
#define WEIGHT(c)                                                                                  \
    (22 * IN(LETTERS, c) + 35 * IN(FREQUENT, c) + 27 * IN(DIGITS, c) + 12 * IN(CAPITALS, c) +      \
     22 * IN(USUAL, c) + 9 * IN(SOME, c) + 1 * IN(HIGH, c) + 3 * IN(ALL, c))
#define FOUR(of, c) of(c), of((c) + 1), of((c) + 2), of((c) + 3)
#define SIXTEEN(c)                                                                                 \
    FOUR(WEIGHT, c), FOUR(WEIGHT, (c) + 4), FOUR(WEIGHT, (c) + 8), FOUR(WEIGHT, (c) + 12)
#define SIXTYFOUR(c) SIXTEEN(c), SIXTEEN((c) + 16), SIXTEEN((c) + 32), SIXTEEN((c) + 48)

static const unsigned char weights[256] = { SIXTYFOUR(0), SIXTYFOUR(64), SIXTYFOUR(128),
                                            SIXTYFOUR(192) };

/* Asked for every byte of every pattern and phrase, and most sets have a byte or two. */
unsigned
seclang_filter_weight(const struct sk_bytes *set)
{
    unsigned weight = 0;

    for (unsigned w = 0; w < 4; w++)
        for (uint64_t left = set->w[w]; left; left &= left - 1)
            weight += weights[64 * w + (unsigned)__builtin_ctzll(left)];
    return weight;
}

unsigned
seclang_filter_byte_weight(unsigned char c)
{
    return weights[c];
}

static bool
known(const struct seclang_filter *filter, const struct sk_bytes *set)
{
    for (unsigned i = 0; i < filter->sets; i++)
        if (memcmp(&filter->set[i], set, sizeof(*set)) == 0) return true;
    return false;
}

void
seclang_filter_offer(struct seclang_filter *filter, const struct sk_bytes *set)
{
    unsigned weight = seclang_filter_weight(set), at = filter->sets;

    if (weight > WEIGHT_MOST || known(filter, set)) return;
    while (at > 0 && seclang_filter_weight(&filter->set[at - 1]) > weight)
        at--;
    if (at == SECLANG_FILTER_SETS) return;
    if (filter->sets < SECLANG_FILTER_SETS) filter->sets++;
    for (unsigned i = filter->sets - 1; i > at; i--)
        filter->set[i] = filter->set[i - 1];
    filter->set[at] = *set;
}

static void
put_folded(struct sk_bytes *set, unsigned char c, bool fold)
{
    sk_bytes_put(set, c);
    if (!fold) return;
    sk_bytes_put(set, sk_lower_byte(c));
    if (c >= 'a' && c <= 'z') sk_bytes_put(set, (unsigned char)(c - 32));
}

void
seclang_filter_offer_text(struct seclang_filter *filter, sk_str text, bool fold)
{
    for (size_t i = 0; i < text.n; i++) {
        struct sk_bytes set = { { 0 } };

        put_folded(&set, (unsigned char)text.p[i], fold);
        seclang_filter_offer(filter, &set);
    }
}

/* The rarest single byte of a phrase, in both cases. */
static struct sk_bytes
rarest(sk_str phrase)
{
    struct seclang_filter filter = { 0 };

    seclang_filter_offer_text(&filter, phrase, true);
    return filter.set[0];
}

/* Any of the phrases may be the one: a set has a byte of each. Two sets: the rarest bytes, and the
 * first bytes, which fit better where phrases begin alike. */
void
seclang_filter_of_phrases(struct seclang_filter *filter, const sk_str *phrase, size_t count)
{
    struct sk_bytes rare = { { 0 } }, first = { { 0 } }, last = { { 0 } };
    size_t least = SIZE_MAX;

    *filter = (struct seclang_filter){ 0 };
    for (size_t i = 0; i < count; i++) {
        struct sk_bytes set;

        if (phrase[i].n == 0) return; /* matches anything */
        set = rarest(phrase[i]);
        sk_bytes_unite(&rare, &set);
        put_folded(&first, (unsigned char)phrase[i].p[0], true);
        put_folded(&last, (unsigned char)phrase[i].p[phrase[i].n - 1], true);
        if (phrase[i].n < least) least = phrase[i].n;
    }
    if (count == 0) return;
    filter->least = (uint32_t)(least & 0x7fffffff);
    seclang_filter_offer(filter, &rare);
    seclang_filter_offer(filter, &first);
    seclang_filter_offer(filter, &last);
}
