#include "sweep/charset.h"

#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>

static const char *const names[] = { [SWEEP_SHIFT_JIS] = "CP932", [SWEEP_EUC_JP] = "EUC-JP-MS" };

enum { CUT = 3 }; /* bytes of a sign that the end of a sample may have cut off */

/* Converts what can be; returns how many bytes could not, each as U+FFFD. `end`: not counted there,
 * since a sign may be cut off. */
static size_t
convert(struct sk_buf *out, const char *from, sk_str text)
{
    iconv_t with = iconv_open("UTF-8", from);
    char *in = (char *)text.p; /* iconv() does not write there */
    size_t left = text.n, faults = 0;

    if ((intptr_t)with == -1) return text.n;
    while (left) {
        size_t room = left * 3 + 4, space = room;
        char *to = sk_buf_room(out, room);
        size_t done = iconv(with, &in, &left, &to, &space);
        out->n += room - space;
        if (done != (size_t)-1 || left == 0) break;
        if (errno == E2BIG) continue;
        sk_buf_add(out, SK_STR("\xef\xbf\xbd"));
        faults += left > CUT;
        in++;
        left--;
    }
    iconv_close(with);
    return faults;
}

/* Shift_JIS has bytes that EUC-JP has not: nearly every text tells itself apart by them. The other
 * way round it is not so: most of EUC-JP is Shift_JIS of half-width kana. */
static bool
may_be_euc(sk_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= 0x80 && c <= 0xa0 && c != 0x8e && c != 0x8f) return false;
    }
    return true;
}

enum sweep_charset
sweep_charset_of(sk_str first)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    if (first.n && memchr(first.p, 0, first.n)) return SWEEP_BINARY;
    for (size_t cut = 0; cut <= CUT && cut <= first.n; cut++)
        if (sk_utf8_valid(sk_str_first(first, first.n - cut))) return SWEEP_UTF8;
    struct sk_buf out = { .mem = mem };
    if (may_be_euc(first) && convert(&out, names[SWEEP_EUC_JP], first) == 0) return SWEEP_EUC_JP;
    return convert(&out, names[SWEEP_SHIFT_JIS], first) == 0 ? SWEEP_SHIFT_JIS : SWEEP_UTF8;
}

sk_str
sweep_charset_read(sk_arena *mem, enum sweep_charset charset, sk_str text)
{
    struct sk_buf out = { .mem = mem };

    if (charset != SWEEP_SHIFT_JIS && charset != SWEEP_EUC_JP) return text;
    convert(&out, names[charset], text);
    return sk_buf_str(&out);
}
