/* Fingerprints of values: 122 or 128 bits, by a key that is drawn when a thread starts.
 *
 * A polynomial over the value's words at a secret point (J. L. Carter and M. N. Wegman, "Universal
 * classes of hash functions", 1979): where the processor multiplies without carry, one over blocks
 * of 16 bytes in GF(2^128), modulo x^128 + x^7 + x^2 + x + 1; elsewhere two over words of 7 bytes
 * modulo 2^61 - 1. Two different values of n blocks share a fingerprint with a chance of at most
 * n / 2^128, or (n / 2^61)^2, whoever chose them, since nobody learns the point. */
#ifndef SECLANG_PRINT_H
#define SECLANG_PRINT_H

#include "base/str.h"

struct seclang_print {
    uint64_t a, b;
};

enum { SECLANG_PRINT_POWERS = 5 };

struct seclang_printer {
    uint64_t a[SECLANG_PRINT_POWERS], b[SECLANG_PRINT_POWERS]; /* powers of two points */
    uint64_t point[2];                                         /* the one of GF(2^128) */
    bool carryless;
};

/* Draws the key. */
void seclang_printer_draw(struct seclang_printer *printer);
/* The same for processors that only multiply with carry: for tests. */
void seclang_printer_draw_plain(struct seclang_printer *printer);

/* Of a text alone: what several prints of it begin with. */
struct seclang_print seclang_print_text(const struct seclang_printer *printer, sk_str text);
/* Of a text, whose print is `begun`, with its name, for the purpose that `tag` numbers, from 1 on:
 * so no print is all zeros. Texts and names are shorter than 4 GB. */
struct seclang_print seclang_print_end(const struct seclang_printer *printer,
                                       struct seclang_print begun, sk_str text, sk_str name,
                                       uint64_t tag);

#endif
