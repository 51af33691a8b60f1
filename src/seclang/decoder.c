/* The one file that knows iconv. */
#include "seclang/decoder.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

/* The C library's names. Its SHIFT_JIS is not what browsers send: 0x5C would be a yen sign there.
 */
static const char *const name[SECLANG_CHARSET_OTHER] = {
    [SECLANG_CHARSET_SHIFT_JIS] = "CP932",
    [SECLANG_CHARSET_EUC_JP] = "EUC-JP-MS",
    [SECLANG_CHARSET_ISO_2022_JP] = "ISO-2022-JP-3",
};

struct seclang_decoders {
    iconv_t from[SECLANG_CHARSET_OTHER];
    bool open[SECLANG_CHARSET_OTHER];
};

void
seclang_decoders_free(struct seclang_decoders *decoders)
{
    if (!decoders) return;
    for (unsigned i = 0; i < SECLANG_CHARSET_OTHER; i++)
        if (decoders->open[i]) iconv_close(decoders->from[i]);
    free(decoders);
}

sk_err
seclang_decoders_new(struct seclang_decoders **decoders, unsigned charsets)
{
    struct seclang_decoders *d;

    *decoders = NULL;
    if (charsets == 0) return sk_ok();
    d = calloc(1, sizeof(*d));
    if (!d) return sk_fail(SK_BROKEN, "no memory for charsets");
    for (unsigned i = 0; i < SECLANG_CHARSET_OTHER; i++) {
        if (!name[i] || !(charsets & 1U << i)) continue;
        d->from[i] = iconv_open("UTF-8", name[i]);
        if ((intptr_t)d->from[i] == -1) {
            seclang_decoders_free(d);
            return sk_fail(SK_BROKEN, "the C library does not know the charset %s", name[i]);
        }
        d->open[i] = true;
    }
    *decoders = d;
    return sk_ok();
}

enum { WIDEST = 4 /* bytes of UTF-8 that one byte may become: half-width kana are three */ };

static const char replacement[] = "\xef\xbf\xbd";

bool
seclang_decode(sk_str *out, sk_arena *mem, struct seclang_decoders *decoders,
               enum seclang_charset charset, sk_str in)
{
    size_t room = WIDEST * in.n + WIDEST, left = in.n;
    char *text = sk_alloc(mem, room), *to = text;
    union {
        const char *in;
        char *borrowed; /* iconv takes it so, but does not write to it */
    } from = { in.p };
    bool valid = true;

    *out = in;
    if (!decoders || charset >= SECLANG_CHARSET_OTHER || !decoders->open[charset]) return false;
    iconv(decoders->from[charset], NULL, NULL, NULL, NULL);
    while (left > 0 &&
           iconv(decoders->from[charset], &from.borrowed, &left, &to, &room) == (size_t)-1) {
        if (errno == E2BIG || room < sizeof(replacement)) return false;
        memcpy(to, replacement, sizeof(replacement) - 1);
        to += sizeof(replacement) - 1;
        room -= sizeof(replacement) - 1;
        from.borrowed++;
        left--;
        valid = false;
    }
    iconv(decoders->from[charset], NULL, NULL, &to, &room); /* what it still holds back */
    *out = (sk_str){ text, (size_t)(to - text) };
    return valid;
}
