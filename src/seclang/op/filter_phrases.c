/* Filters: which bytes a text needs. How rare a byte is in ordinary web texts decides which sets
 * are kept; the weights are a rough guess at texts that browsers send, Japanese ones included. */
#include "seclang/op/rows.h"

static unsigned
byte_weight(unsigned c)
{
    if (c >= 'a' && c <= 'z') return strchr("etaoinsrhldcu", (int)c) ? 60 : 25;
    if (c >= '0' && c <= '9') return 30;
    if (c >= 'A' && c <= 'Z') return 15;
    if (c >= 0x80) return 4;
    if (c < 0x20 || c == 0x7f) return 1;
    if (strchr(" /.-_=&;,:", (int)c)) return 25;
    return strchr("()?%+", (int)c) ? 12 : 3; /* quotes, brackets, backslash, ... */
}

unsigned
seclang_filter_weight(const struct sk_bytes *set)
{
    unsigned weight = 0;

    for (unsigned c = 0; c < 256; c++)
        if (sk_bytes_has(set, (unsigned char)c)) weight += byte_weight(c);
    return weight;
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

    if (sk_bytes_count(set) == 256 || known(filter, set)) return;
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
