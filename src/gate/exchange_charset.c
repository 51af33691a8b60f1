/* Japanese charsets: see exchange_charset.h. */
#include "gate/exchange_charset.h"

#include "base/utf8.h"

#include <iconv.h>

enum { WIDEST = 4 /* bytes of a character, in any of them */ };

static const struct {
    const char *said;
    enum gate_charset charset;
} names[] = {
    { "utf-8", GATE_CHARSET_UTF8 },
    { "utf8", GATE_CHARSET_UTF8 },
    { "shift_jis", GATE_CHARSET_SHIFT_JIS },
    { "shift-jis", GATE_CHARSET_SHIFT_JIS },
    { "sjis", GATE_CHARSET_SHIFT_JIS },
    { "x-sjis", GATE_CHARSET_SHIFT_JIS },
    { "windows-31j", GATE_CHARSET_SHIFT_JIS },
    { "ms932", GATE_CHARSET_SHIFT_JIS },
    { "cp932", GATE_CHARSET_SHIFT_JIS },
    { "sjis-win", GATE_CHARSET_SHIFT_JIS },
    { "euc-jp", GATE_CHARSET_EUC_JP },
    { "eucjp", GATE_CHARSET_EUC_JP },
    { "x-euc-jp", GATE_CHARSET_EUC_JP },
    { "eucjp-win", GATE_CHARSET_EUC_JP },
};

enum gate_charset
gate_charset_of(sk_str name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sk_str_eq_nocase(name, sk_str_of(names[i].said))) return names[i].charset;
    return GATE_CHARSET_OTHER;
}

/* The converter from or to UTF-8; NULL: the C library has none. */
static iconv_t
converter(enum gate_charset charset, bool encode)
{
    static const char *const library[] = {
        [GATE_CHARSET_SHIFT_JIS] = "CP932", [GATE_CHARSET_EUC_JP] = "EUC-JP-MS"
    };
    static iconv_t open[2][GATE_CHARSET_OTHER];
    iconv_t *one = &open[encode][charset];

    if (!*one) {
        *one =
            encode ? iconv_open(library[charset], "UTF-8") : iconv_open("UTF-8", library[charset]);
        if ((intptr_t)*one == -1) *one = NULL;
    }
    return *one;
}

static bool
convert(sk_str *to, sk_arena *mem, iconv_t with, sk_str from)
{
    size_t left = from.n, room = from.n * WIDEST;
    char *out = sk_alloc(mem, room + 1), *end = out;
    union {
        const char *in;
        char *borrowed; /* iconv takes it so, but does not write to it */
    } text = { from.p };

    if (!with) return false;
    (void)iconv(with, NULL, NULL, NULL, NULL);
    if (iconv(with, &text.borrowed, &left, &end, &room) != 0 || left) return false;
    *to = (sk_str){ out, (size_t)(end - out) };
    return true;
}

static bool
is_ascii(sk_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80) return false;
    return true;
}

bool
gate_charset_decode(sk_str *to, sk_arena *mem, enum gate_charset charset, sk_str from)
{
    *to = from;
    if (is_ascii(from)) return true;
    if (charset == GATE_CHARSET_UTF8) return sk_utf8_valid(from);
    return charset != GATE_CHARSET_OTHER && convert(to, mem, converter(charset, false), from);
}

bool
gate_charset_encode(sk_str *to, sk_arena *mem, enum gate_charset charset, sk_str from)
{
    *to = from;
    if (charset == GATE_CHARSET_UTF8 || is_ascii(from)) return true;
    return charset != GATE_CHARSET_OTHER && convert(to, mem, converter(charset, true), from);
}
