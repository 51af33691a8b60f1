#include "accounts/cbor.h"

/* Major types, RFC 8949 3.1. */
enum { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAGGED, SIMPLE };

/* The head of an item: its type and its number (a value, a length or a count). */
static bool
head_read(unsigned *type, uint64_t *number, sk_str *rest)
{
    static const uint64_t least[] = { 24, 0x100, 0x10000, 0x100000000 };

    if (!rest->n) return false;
    unsigned first = (unsigned char)rest->p[0], low = first & 31;
    *type = first >> 5;
    *rest = sk_str_from(*rest, 1);
    *number = low;
    if (low < 24) return true;
    if (low > 27) return false; /* reserved, or of indefinite length */
    size_t n = (size_t)1 << (low - 24);
    if (rest->n < n) return false;
    *number = 0;
    for (size_t i = 0; i < n; i++)
        *number = *number << 8 | (unsigned char)rest->p[i];
    *rest = sk_str_from(*rest, n);
    return *type == SIMPLE || *number >= least[low - 24];
}

static bool
string_read(sk_str *text, sk_str *rest, unsigned wanted)
{
    unsigned type;
    uint64_t n;

    if (!head_read(&type, &n, rest) || type != wanted || n > rest->n) return false;
    *text = sk_str_first(*rest, (size_t)n);
    *rest = sk_str_from(*rest, (size_t)n);
    return true;
}

bool
accounts_cbor_map(size_t *pairs, sk_str *rest)
{
    unsigned type;
    uint64_t n;

    if (!head_read(&type, &n, rest) || type != MAP || n > ACCOUNTS_CBOR_ITEMS) return false;
    *pairs = (size_t)n;
    return true;
}

bool
accounts_cbor_text(sk_str *text, sk_str *rest)
{
    return string_read(text, rest, TEXT);
}

bool
accounts_cbor_bytes(sk_str *bytes, sk_str *rest)
{
    return string_read(bytes, rest, BYTES);
}

bool
accounts_cbor_item(sk_str *item, sk_str *rest)
{
    uint64_t open[ACCOUNTS_CBOR_DEPTH + 1] = { 1 }, n; /* items that each level still wants */
    sk_str whole = *rest;
    unsigned type, depth = 0;

    for (size_t items = 0; items < ACCOUNTS_CBOR_ITEMS; items++) {
        if (!head_read(&type, &n, rest)) return false;
        open[depth]--;
        if (type == TAGGED) return false;
        if (type == BYTES || type == TEXT) {
            if (n > rest->n) return false;
            *rest = sk_str_from(*rest, (size_t)n);
        }
        if (type == ARRAY || type == MAP) {
            if (++depth > ACCOUNTS_CBOR_DEPTH || n > ACCOUNTS_CBOR_ITEMS) return false;
            open[depth] = type == MAP ? n * 2 : n;
        }
        while (open[depth] == 0) {
            if (depth-- == 0) {
                *item = sk_str_first(whole, whole.n - rest->n);
                return true;
            }
        }
    }
    return false;
}
