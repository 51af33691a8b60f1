#include "shop/fold.h"

#include "base/utf8.h"

enum { VOICED = 0x3099, SEMI_VOICED = 0x309a };

/* U+FF61..FF9F in order. */
static const uint16_t full_width[] = {
    0x3002, 0x300c, 0x300d, 0x3001, 0x30fb, 0x30f2, 0x30a1, 0x30a3,      0x30a5, 0x30a7, 0x30a9,
    0x30e3, 0x30e5, 0x30e7, 0x30c3, 0x30fc, 0x30a2, 0x30a4, 0x30a6,      0x30a8, 0x30aa, 0x30ab,
    0x30ad, 0x30af, 0x30b1, 0x30b3, 0x30b5, 0x30b7, 0x30b9, 0x30bb,      0x30bd, 0x30bf, 0x30c1,
    0x30c4, 0x30c6, 0x30c8, 0x30ca, 0x30cb, 0x30cc, 0x30cd, 0x30ce,      0x30cf, 0x30d2, 0x30d5,
    0x30d8, 0x30db, 0x30de, 0x30df, 0x30e0, 0x30e1, 0x30e2, 0x30e4,      0x30e6, 0x30e8, 0x30e9,
    0x30ea, 0x30eb, 0x30ec, 0x30ed, 0x30ef, 0x30f3, VOICED, SEMI_VOICED,
};

static bool
between(uint32_t code, uint32_t from, uint32_t to)
{
    return code >= from && code <= to;
}

static uint32_t
fold_one(uint32_t code)
{
    if (code == 0x3000 || code == 0xa0) code = ' ';
    if (between(code, 0xff01, 0xff5e)) code -= 0xfee0;
    if (between(code, 0xff61, 0xff9f)) code = full_width[code - 0xff61];
    if (code == 0x309b || code == 0x309c) code -= 2; /* spacing sound marks */
    if (between(code, 0x30a1, 0x30f6)) code -= 0x60; /* katakana */
    if (between(code, 'A', 'Z')) code += 32;
    if (between(code, 0xc0, 0xde) && code != 0xd7) code += 32;
    return code < 0x20 ? ' ' : code;
}

/* The hiragana with its sound mark in one code, or 0: か is U+304B, が U+304C; は ば ぱ follow each
 * other. */
static uint32_t
join(uint32_t kana, uint32_t mark)
{
    bool of_ha = between(kana, 0x306f, 0x307b) && (kana - 0x306f) % 3 == 0;
    bool of_ka = between(kana, 0x304b, 0x3061) && (kana - 0x304b) % 2 == 0;
    bool of_tsu = kana == 0x3064 || kana == 0x3066 || kana == 0x3068;
    if (mark == SEMI_VOICED) return of_ha ? kana + 2 : 0;
    if (kana == 0x3046) return 0x3094;
    return of_ha || of_ka || of_tsu ? kana + 1 : 0;
}

static void
put(struct sk_buf *out, uint32_t code)
{
    char bytes[4];
    sk_buf_add(out, (sk_str){ bytes, sk_utf8_encode(bytes, code) });
}

sk_str
shop_fold(sk_arena *mem, sk_str text)
{
    struct sk_buf out = { .mem = mem };
    uint32_t kept = ' ', code; /* `kept` waits for a sound mark; a blank waits for a letter */
    bool some = false;
    while (text.n) {
        unsigned n = sk_utf8_decode(&code, text);
        text = sk_str_from(text, n ? n : 1);
        code = fold_one(n ? code : 0xfffd);
        uint32_t joined = code == VOICED || code == SEMI_VOICED ? join(kept, code) : 0;
        if (joined) {
            kept = joined;
            continue;
        }
        if (kept == ' ' && code == ' ') continue;
        if (kept != ' ' || some) put(&out, kept);
        some = true;
        kept = code;
    }
    if (kept != ' ') put(&out, kept);
    return sk_buf_str(&out);
}
