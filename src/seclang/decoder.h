/* Japanese charsets to UTF-8, by the C library's iconv. Opened when a worker is made, since opening
 * reads the library's modules from disk; decoding touches nothing outside. Of one thread. */
#ifndef SECLANG_DECODER_H
#define SECLANG_DECODER_H

#include "seclang/charset.h"

struct seclang_decoders;

/* `charsets`: bits (seclang_charset_bit). Yours: seclang_decoders_free. NULL: none was asked for.
 * SK_BROKEN: the C library does not have one of them. */
sk_err seclang_decoders_new(struct seclang_decoders **decoders, unsigned charsets) SK_CHECKED;
void seclang_decoders_free(struct seclang_decoders *decoders);

/* *out is `in` as UTF-8, on mem. False: not all of it is valid in that charset, or that charset was
 * not asked for; what is not valid is U+FFFD then, a byte each. */
bool seclang_decode(sk_str *out, sk_arena *mem, struct seclang_decoders *decoders,
                    enum seclang_charset charset, sk_str in);

#endif
