/* xorshift64*; texts are joined from pieces of at most three kinds, with single bytes between. */
#include "dice.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { PIECES_MOST = 10, KINDS_MOST = 3, LONG_TEXT = 80 };

static const sk_str percent[] = {
    SK_STR("%41"),    SK_STR("%2f"),    SK_STR("%2F"),    SK_STR("%25"),    SK_STR("%00"),
    SK_STR("%"),      SK_STR("%4"),     SK_STR("%4g"),    SK_STR("%g1"),    SK_STR("%u0041"),
    SK_STR("%u"),     SK_STR("%u00"),   SK_STR("%U0061"), SK_STR("%uff1c"), SK_STR("%uFF1E"),
    SK_STR("%u2215"), SK_STR("%u00e9"), SK_STR("%u00zz"), SK_STR("%u3042"), SK_STR("+"),
    SK_STR("%e3%81"), SK_STR("%81"),    SK_STR("%c0%ae"), SK_STR("%uff00"), SK_STR("%2"),
};
static const sk_str entity[] = {
    SK_STR("&lt;"),    SK_STR("&lt"),      SK_STR("&GT;"),    SK_STR("&quot;"),  SK_STR("&amp;"),
    SK_STR("&amp"),    SK_STR("&nbsp;"),   SK_STR("&nbsp"),   SK_STR("&#60;"),   SK_STR("&#60"),
    SK_STR("&#x3c;"),  SK_STR("&#X3C"),    SK_STR("&#"),      SK_STR("&#x"),     SK_STR("&"),
    SK_STR("&#0;"),    SK_STR("&#256;"),   SK_STR("&#x100;"), SK_STR("&#12354"), SK_STR("&#x3042;"),
    SK_STR("&#99999"), SK_STR("&#xffff1"), SK_STR("&copy;"),  SK_STR("&ltx"),    SK_STR("&#;"),
    SK_STR("&#-1;"),   SK_STR("&apos;"),   SK_STR(";"),       SK_STR("&# 60;"),  SK_STR("&#x;"),
};
static const sk_str escape[] = {
    SK_STR("\\"),       SK_STR("\\\\"),    SK_STR("\\n"),       SK_STR("\\a"),
    SK_STR("\\b"),      SK_STR("\\v"),     SK_STR("\\x41"),     SK_STR("\\x4"),
    SK_STR("\\x"),      SK_STR("\\xg1"),   SK_STR("\\u0041"),   SK_STR("\\u004"),
    SK_STR("\\u"),      SK_STR("\\uff1c"), SK_STR("\\uFF00"),   SK_STR("\\u3042"),
    SK_STR("\\101"),    SK_STR("\\18"),    SK_STR("\\1"),       SK_STR("\\0"),
    SK_STR("\\377"),    SK_STR("\\400"),   SK_STR("\\8"),       SK_STR("\\'"),
    SK_STR("\\\""),     SK_STR("\\?"),     SK_STR("\\\n"),      SK_STR("\\41"),
    SK_STR("\\000041"), SK_STR("\\41 "),   SK_STR("\\ff1c"),    SK_STR("\\0ff1c"),
    SK_STR("\\3042"),   SK_STR("\\g"),     SK_STR("\\a1b2c3d"), SK_STR("\\00ff41"),
    SK_STR("\\\r\n"),   SK_STR("\\f"),     SK_STR("\\e"),       SK_STR("\\c"),
};
static const sk_str comment[] = {
    SK_STR("/*"),  SK_STR("*/"),       SK_STR("/"),    SK_STR("*"),   SK_STR("--"),
    SK_STR("-"),   SK_STR("#"),        SK_STR("<!--"), SK_STR("-->"), SK_STR("<!-"),
    SK_STR("<!"),  SK_STR("/*/"),      SK_STR("/**/"), SK_STR("//"),  SK_STR("--\n"),
    SK_STR("#\n"), SK_STR("/*!50000"), SK_STR(">"),
};
static const sk_str path[] = {
    SK_STR("/"),   SK_STR("."),   SK_STR(".."),   SK_STR("../"),  SK_STR("./"),    SK_STR("/."),
    SK_STR("/.."), SK_STR("//"),  SK_STR("\\"),   SK_STR("..\\"), SK_STR("a"),     SK_STR("bc"),
    SK_STR("..."), SK_STR("/./"), SK_STR("/../"), SK_STR("c:"),   SK_STR("x/../"), SK_STR(".\\"),
};
static const sk_str shell[] = {
    SK_STR("\""), SK_STR("'"),  SK_STR("\\"), SK_STR("^"),  SK_STR(","),   SK_STR(";"),
    SK_STR(" "),  SK_STR("  "), SK_STR("/"),  SK_STR(" /"), SK_STR("("),   SK_STR(" ("),
    SK_STR("C"),  SK_STR("aT"), SK_STR("\t"), SK_STR("\r"), SK_STR("\n"),  SK_STR("|"),
    SK_STR("&"),  SK_STR("$"),  SK_STR("`"),  SK_STR(";/"), SK_STR(" ;("), SK_STR("CMD"),
};
static const sk_str blank[] = {
    SK_STR(" "),    SK_STR("\t"),       SK_STR("\n"),   SK_STR("\r"),   SK_STR("\v"),
    SK_STR("\f"),   SK_STR("  "),       SK_STR("\0"),   SK_STR("a"),    SK_STR("\xa0"),
    SK_STR("\r\n"), SK_STR("\xc2\xa0"), SK_STR("\x85"), SK_STR("\0\0"), SK_STR("\xe3\x80\x80"),
    SK_STR("\x1c"), SK_STR("\x1f"),
};
static const sk_str digits[] = {
    SK_STR("0x41"),
    SK_STR("0x4"),
    SK_STR("0x"),
    SK_STR("0X41"),
    SK_STR("0x414243"),
    SK_STR("41"),
    SK_STR("4g"),
    SK_STR("zz"),
    SK_STR("00"),
    SK_STR("ff"),
    SK_STR("F"),
    SK_STR("a"),
    SK_STR("0"),
    SK_STR("0x4g"),
    SK_STR("0x41424"),
    SK_STR("YWJj"),
    SK_STR("YWI="),
    SK_STR("YQ=="),
    SK_STR("Y"),
    SK_STR("YW"),
    SK_STR("="),
    SK_STR("=="),
    SK_STR("+/"),
    SK_STR("-_"),
    SK_STR(" YWJj"),
    SK_STR("."),
    SK_STR("44GC"),
    SK_STR("\n"),
    SK_STR("YWJj\r\nYWJj"),
};
static const sk_str wide[] = {
    SK_STR("\xe3\x81\x82"),
    SK_STR("\xe6\x97\xa5\xe6\x9c\xac"),
    SK_STR("\xef\xbc\x9c"),
    SK_STR("\xc3\xa9"),
    SK_STR("\xc0\xae"),
    SK_STR("\xe0\x80\xaf"),
    SK_STR("\xf0\x9f\x8d\xb5"),
    SK_STR("\xf0\x80\x80\xaf"),
    SK_STR("\xf4\x90\x80\x80"),
    SK_STR("\xed\xa0\x80"),
    SK_STR("\xf8\x88\x80\x80\x80"),
    SK_STR("\xe3\x81"),
    SK_STR("\xe3"),
    SK_STR("\x81"),
    SK_STR("\xff"),
    SK_STR("\xc2"),
    SK_STR("\xfe\xff"),
    SK_STR("\xf0\x9f\x8d"),
    SK_STR("\xef\xbd\xb6"),
    SK_STR("\xc1\xbf"),
    SK_STR("\xef\xbf\xbf"),
};
static const sk_str plain[] = {
    SK_STR("a"),      SK_STR("Select"), SK_STR("union"), SK_STR("OR 1=1"), SK_STR("<script>"),
    SK_STR("alert("), SK_STR("'"),      SK_STR("\""),    SK_STR("etc"),    SK_STR("passwd"),
    SK_STR("name"),   SK_STR("127"),    SK_STR("1"),     SK_STR("-1"),     SK_STR("A"),
    SK_STR("Z"),      SK_STR("="),      SK_STR("&"),     SK_STR("_"),      SK_STR("0"),
};

static const struct kind {
    const sk_str *piece;
    size_t count;
} kinds[] = {
    { percent, COUNT(percent) }, { entity, COUNT(entity) }, { escape, COUNT(escape) },
    { comment, COUNT(comment) }, { path, COUNT(path) },     { shell, COUNT(shell) },
    { blank, COUNT(blank) },     { digits, COUNT(digits) }, { wide, COUNT(wide) },
    { plain, COUNT(plain) },
};

struct dice
dice_of(uint64_t seed)
{
    struct dice d = { (seed + 1) * 0x9e3779b97f4a7c15u };

    if (d.state == 0) d.state = 1;
    for (int i = 0; i < 4; i++)
        dice_below(&d, 2);
    return d;
}

unsigned
dice_below(struct dice *d, unsigned below)
{
    d->state ^= d->state >> 12;
    d->state ^= d->state << 25;
    d->state ^= d->state >> 27;
    return (unsigned)((((d->state * 0x2545f4914f6cdd1du) >> 32) * below) >> 32);
}

bool
dice_one_in(struct dice *d, unsigned n)
{
    return dice_below(d, n) == 0;
}

const char *
dice_word(struct dice *d, const char *const *words, size_t count)
{
    return words[dice_below(d, (unsigned)count)];
}

static sk_str
piece_of(struct dice *d, const struct kind *kind)
{
    return kind->piece[dice_below(d, (unsigned)kind->count)];
}

sk_str
dice_piece(struct dice *d)
{
    return piece_of(d, &kinds[dice_below(d, COUNT(kinds))]);
}

static sk_str
noise(struct dice *d, sk_arena *mem)
{
    struct sk_buf out = { .mem = mem };

    for (unsigned n = dice_below(d, LONG_TEXT); n > 0; n--)
        sk_buf_byte(&out, (char)dice_below(d, 256));
    return sk_buf_str(&out);
}

sk_str
dice_text(struct dice *d, sk_arena *mem)
{
    struct sk_buf out = { .mem = mem };
    const struct kind *chosen[KINDS_MOST];

    if (dice_one_in(d, 10)) return noise(d, mem);
    for (unsigned i = 0; i < KINDS_MOST; i++)
        chosen[i] = &kinds[dice_below(d, COUNT(kinds))];
    for (unsigned pieces = dice_below(d, PIECES_MOST + 1); pieces > 0; pieces--) {
        if (dice_one_in(d, 6))
            sk_buf_byte(&out, (char)(dice_one_in(d, 4) ? dice_below(d, 256) : 'a'));
        else
            sk_buf_add(&out, piece_of(d, chosen[dice_below(d, KINDS_MOST)]));
    }
    return sk_buf_str(&out);
}
