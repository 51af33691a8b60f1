/* A pass over pairs of bytes leaves few places where a token might start; each is read character
 * by character, whatever way those are written, for PERSONAL_SPAN_MAX bytes at most: so the time
 * is linear in the text. */
#include "personal/find.h"

#include "personal/shape.h"
#include "personal/unit.h"

/* Where a token is being read. */
struct reader {
    sk_str text;
    size_t start, at;
    bool whole, more; /* the text ended before something could be told */
    struct personal_token *token;
};

/* The first two bytes of whatever may start a token, a bit for each group of pairs; of ヲ を ｦ ０
 * １ ＋ Ｓ ｓ the second and third. */
enum {
    S = 1,       /* s */
    ZERO = 2,    /* 0 */
    PLUS = 4,    /* + */
    ONE = 8,     /* 1 */
    ENTITY = 16, /* &# */
    JSON = 32,   /* \u */
    PERCENT = 64,
    WO = 128,
    HIRAGANA_WO = 256,
    WIDE_SIGN = 512,
    WIDE_SMALL = 1024, /* ｓ ｦ */
    ESCAPED = S | ZERO | PLUS,
    SECOND = WO | HIRAGANA_WO | WIDE_SIGN | WIDE_SMALL, /* the token starts a byte before */
};
static const uint16_t firsts[256] = {
    ['s'] = S,          ['S'] = S,           ['0'] = ZERO,    ['+'] = PLUS, ['1'] = ONE,
    ['&'] = ENTITY,     ['\\'] = JSON,       ['%'] = PERCENT, [0x83] = WO,  [0x82] = HIRAGANA_WO,
    [0xbc] = WIDE_SIGN, [0xbd] = WIDE_SMALL,
};
static const uint16_t seconds[256] = {
    ['k'] = S,
    ['K'] = S,
    ['0'] = ONE,
    ['1'] = ONE,
    ['2'] = ONE | PERCENT,
    ['3'] = ONE | PERCENT,
    ['4'] = ONE,
    ['5'] = ONE | PERCENT,
    ['6'] = ONE,
    ['7'] = ONE | ZERO | PERCENT,
    ['8'] = ONE | PLUS,
    ['9'] = ZERO,
    ['e'] = PERCENT,
    ['E'] = PERCENT,
    ['#'] = ENTITY,
    ['u'] = JSON,
    ['&'] = ESCAPED,
    ['%'] = ESCAPED,
    ['\\'] = ESCAPED,
    [0xef] = ESCAPED | ONE,
    [0xb2] = WO,
    [0x92] = HIRAGANA_WO,
    [0x90] = WIDE_SIGN, /* ０ */
    [0x91] = WIDE_SIGN, /* １ */
    [0x8b] = WIDE_SIGN, /* ＋ */
    [0xb3] = WIDE_SIGN, /* Ｓ */
    [0x93] = WIDE_SMALL,
    [0xa6] = WIDE_SMALL,
};

/* The next character, without passing it. 0: there is none, or the span would be too long. */
static uint32_t
peek(struct reader *r, size_t *n)
{
    uint32_t code = personal_unit(n, r->text, r->at);

    if (r->at + *n - r->start > PERSONAL_SPAN_MAX) return 0;
    if (code != PERSONAL_UNIT_MORE) return code;
    if (r->whole && r->at < r->text.n) { /* what might have become an escape is a sign */
        unsigned char sign = (unsigned char)r->text.p[r->at];
        return sign < 0x80 ? sign : PERSONAL_UNIT_BROKEN;
    }
    r->more |= !r->whole;
    return 0;
}

static uint32_t
next(struct reader *r)
{
    size_t n;
    uint32_t code = peek(r, &n);

    r->at += code ? n : 0;
    return code;
}

/* Passes the sign if it is this one, or its small letter. */
static bool
takes(struct reader *r, uint32_t sign)
{
    uint32_t code = next(r);

    return code == sign || (code >= 'A' && code <= 'Z' && (code | 32) == sign);
}

static bool
is_digit(uint32_t code)
{
    return code >= '0' && code <= '9';
}

static bool
is_alnum(uint32_t code)
{
    return is_digit(code) || ((code | 32) >= 'a' && (code | 32) <= 'z' && code < 0x80);
}

static void
put(struct reader *r, uint32_t code)
{
    r->token->text[r->token->n++] = (char)code;
}

/* A digit from..to goes into the token. */
static bool
digit(struct reader *r, char from, char to)
{
    uint32_t code = next(r);

    if (code < (uint32_t)from || code > (uint32_t)to) return false;
    put(r, code);
    return true;
}

/* What is put between the digits of a number. */
static bool
is_hyphen(uint32_t code)
{
    return code == '-' || code == '.' || code == ' ' || code == 0xa0 || code == 0x2212 ||
           code == 0x30fc || code == 0x2500 || (code >= 0x2010 && code <= 0x2015);
}

static void
skip_hyphen(struct reader *r)
{
    size_t n;
    if (is_hyphen(peek(r, &n))) r->at += n;
}

/* Joins the parts of one number or date. */
static bool
is_joint(uint32_t code, enum personal_kind kind)
{
    return code == '-' || code == '.' || (code == '/' && kind == PERSONAL_BIRTHDAY);
}

/* A number neither goes on nor is part of a longer one: 2026-090-..., 0.09001234567. */
static bool
number_ends(struct reader *r)
{
    size_t n;
    uint32_t code = peek(r, &n);

    if (is_digit(code)) return false;
    if (!is_joint(code, r->token->kind)) return true;
    struct reader behind = *r;
    behind.at += n;
    bool ends = !is_digit(peek(&behind, &n));
    r->more |= behind.more;
    return ends;
}

static bool
number_starts(const struct reader *r)
{
    size_t n, m;
    uint32_t code = personal_unit_before(&n, r->text, r->start);

    if (is_digit(code)) return false;
    if (!is_joint(code, r->token->kind)) return true;
    return !is_digit(personal_unit_before(&m, r->text, r->start - n));
}

/* +81, a blank or hyphen, (0). */
static bool
read_country(struct reader *r)
{
    size_t n;

    if (!takes(r, '8') || !takes(r, '1')) return false;
    skip_hyphen(r);
    if (peek(r, &n) != '(') return true;
    r->at += n;
    if (!takes(r, '0') || !takes(r, ')')) return false;
    skip_hyphen(r);
    return true;
}

static bool
read_phone(struct reader *r, uint32_t first)
{
    if (first == '+' && !read_country(r)) return false;
    r->token->kind = PERSONAL_PHONE;
    put(r, '0');
    if (!digit(r, '7', '9') || r->token->text[1] == '8' || !digit(r, '0', '0')) return false;
    skip_hyphen(r);
    put(r, '-');
    if (!digit(r, '0', '0')) return false;
    for (int i = 0; i < 3; i++)
        if (!digit(r, '0', '9')) return false;
    skip_hyphen(r);
    put(r, '-');
    for (int i = 0; i < 4; i++)
        if (!digit(r, '0', '9')) return false;
    return number_starts(r) && number_ends(r);
}

/* One or two digits up to `max`, written with two. */
static bool
read_two(struct reader *r, unsigned max)
{
    size_t n;
    uint32_t tens = '0', ones = next(r);

    if (is_digit(ones) && is_digit(peek(r, &n))) {
        tens = ones;
        ones = next(r);
    }
    if (!is_digit(ones)) return false;
    unsigned value = (tens - '0') * 10 + ones - '0';
    put(r, tens);
    put(r, ones);
    return value >= 1 && value <= max;
}

static bool
read_year(struct reader *r)
{
    unsigned year = 1;

    put(r, '1');
    for (int i = 0; i < 3; i++) {
        if (!digit(r, '0', '9')) return false;
        year = year * 10 + (unsigned)(r->token->text[i + 1] - '0');
    }
    return year <= PERSONAL_YEAR_LAST && year != PERSONAL_YEAR_LEFT_OUT;
}

static bool
read_birthday(struct reader *r)
{
    r->token->kind = PERSONAL_BIRTHDAY;
    if (!read_year(r)) return false;
    uint32_t sign = next(r);
    bool words = sign == 0x5e74; /* 年 */
    if (!words && sign != '-' && sign != '/' && sign != '.') return false;
    put(r, '-');
    if (!read_two(r, 12) || next(r) != (words ? 0x6708 : sign)) return false; /* 月 */
    put(r, '-');
    if (!read_two(r, 28)) return false;
    if (words && next(r) != 0x65e5) return false; /* 日 */
    return number_starts(r) && (words || number_ends(r));
}

/* Half-width and hiragana as full-width katakana. */
static uint32_t
katakana(uint32_t code)
{
    static const char half[] =
        "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノ"
        "ハヒフヘホマミムメモヤユヨラリルレロワン"; /* from U+FF66 on, 3 bytes each */
    if (code >= 0x3041 && code <= 0x3096) return code + 0x60;
    if (code >= 0xff66 && code <= 0xff9d)
        sk_utf8_decode(&code, (sk_str){ half + (code - 0xff66) * 3, 3 });
    return code;
}

static bool
read_reading(struct reader *r)
{
    r->token->kind = PERSONAL_READING;
    for (int i = 0; i < PERSONAL_KANA_LEAD + PERSONAL_KANA_DIGITS; i++) {
        uint32_t code = i ? katakana(next(r)) : PERSONAL_KANA_WO;
        bool fits = i < PERSONAL_KANA_LEAD && code == PERSONAL_KANA_WO;
        for (int k = 0; i >= PERSONAL_KANA_LEAD && k < 32 && !fits; k++)
            fits = personal_kana32[k] == code;
        if (!fits) return false;
        r->token->n =
            (unsigned char)(r->token->n + sk_utf8_encode(r->token->text + r->token->n, code));
    }
    return true;
}

static enum personal_kind
kind_of_letter(uint32_t letter)
{
    for (int kind = PERSONAL_NAME; kind < PERSONAL_KINDS; kind++)
        if (letter && (uint32_t)personal_letters[kind] == letter) return (enum personal_kind)kind;
    return PERSONAL_NONE;
}

static bool
read_domain(struct reader *r)
{
    for (const char *c = PERSONAL_DOMAIN; *c; c++) {
        if (!takes(r, (unsigned char)*c)) return false;
        put(r, (unsigned char)*c);
    }
    return true;
}

/* Behind a token of letters comes no letter, or the next token: 姓 and 名 in a row. */
static bool
letters_end(struct reader *r)
{
    size_t n;
    struct reader behind = *r;

    if (!is_alnum(peek(r, &n))) return true;
    bool another = takes(&behind, 's') && takes(&behind, 'k') && kind_of_letter(next(&behind) | 32);
    r->more |= behind.more;
    return another;
}

/* The letter or digit in small; 0: another sign, or not of the case that the token has so far. */
static uint32_t
small(uint32_t code, unsigned *cases)
{
    if (!is_alnum(code)) return 0;
    if (!is_digit(code)) *cases |= code & 32 ? 1 : 2;
    return *cases == 3 ? 0 : is_digit(code) ? code : code | 32;
}

static bool
read_letters(struct reader *r, uint32_t first)
{
    unsigned cases = first & 32 ? 1 : 2;

    if (small(next(r), &cases) != 'k') return false;
    uint32_t letter = small(next(r), &cases);
    r->token->kind = kind_of_letter(letter);
    if (r->token->kind == PERSONAL_NONE) return false;
    put(r, 's');
    put(r, 'k');
    put(r, letter);
    for (int i = 0; i < PERSONAL_DIGITS; i++) {
        uint32_t code = small(next(r), &cases);
        if (!code || !strchr(personal_base32, (int)code)) return false;
        put(r, code);
    }
    if (r->token->kind == PERSONAL_EMAIL && !read_domain(r)) return false;
    return letters_end(r);
}

static bool
read_token(struct reader *r, size_t glue)
{
    size_t n;
    uint32_t first = next(r);

    if (first == '0' || first == '+') return read_phone(r, first);
    if (first == '1') return read_birthday(r);
    if (katakana(first) == PERSONAL_KANA_WO) return read_reading(r);
    if (first != 's' && first != 'S') return false;
    return (r->start == glue || !is_alnum(personal_unit_before(&n, r->text, r->start))) &&
           read_letters(r, first);
}

/* Tells whether a token starts at `start`. */
static enum personal_find
try_at(struct personal_found *found, sk_str text, size_t start, size_t glue, bool whole)
{
    struct reader r = { .text = text, .start = start, .at = start, .whole = whole };

    found->at = start;
    found->token = (struct personal_token){ 0 };
    r.token = &found->token;
    bool is = read_token(&r, glue);
    if (r.more) return PERSONAL_FIND_MORE;
    found->n = r.at - start;
    return is ? PERSONAL_FIND_ONE : PERSONAL_FIND_NONE;
}

/* ── where one may start ── */

/* Sixteen bytes at once; any compiler for any machine turns it into what the machine has. */
typedef unsigned char bytes16 __attribute__((vector_size(16)));
enum { BLOCK = sizeof(bytes16) };

static bytes16
load(const unsigned char *p)
{
    bytes16 bytes;

    memcpy(&bytes, p, sizeof bytes);
    return bytes;
}

/* The first of p[0] ... p[15] that makes a pair of the tables above with the byte behind it, or
 * nearly so; BLOCK: none does. */
static unsigned
block_first(const unsigned char *p)
{
    bytes16 a = load(p), b = load(p + 1);
    bytes16 escaped =
        (bytes16)(b == '&') | (bytes16)(b == '%') | (bytes16)(b == '\\') | (bytes16)(b == 0xef);
    bytes16 hit = (bytes16)((a | 32) == 's') & ((bytes16)((b | 32) == 'k') | escaped);
    uint64_t half[2];

    hit |= (bytes16)(a == '0') & ((bytes16)((b & 0xf1) == '1') | escaped);
    hit |= (bytes16)(a == '+') & ((bytes16)(b == '8') | escaped);
    hit |= (bytes16)(a == '1') & ((bytes16)((b & 0xf0) == '0') | escaped);
    hit |= ((bytes16)(a == '&') & (bytes16)(b == '#')) | (bytes16)(a == '%');
    hit |= (bytes16)(a == '\\') & (bytes16)(b == 'u');
    hit |= (bytes16)(a == 0x83) & (bytes16)(b == 0xb2);
    hit |= (bytes16)(a == 0x82) & (bytes16)(b == 0x92);
    hit |= (bytes16)((a & 0xfe) == 0xbc) & ((bytes16)((b & 0xfe) == 0x90) | (bytes16)(b == 0x8b) |
                                            (bytes16)((b & 0xdf) == 0x93) | (bytes16)(b == 0xa6));
    memcpy(half, &hit, sizeof half);
    if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__) return half[0] | half[1] ? 0 : BLOCK;
    if (half[0]) return (unsigned)__builtin_ctzll(half[0]) / 8;
    return half[1] ? BLOCK / 2 + (unsigned)__builtin_ctzll(half[1]) / 8 : BLOCK;
}

/* Bytes at the start of rest that make up a token's first characters at least, so that they can be
 * looked at as they are. */
enum { AHEAD = 9 };

static bool
is_plain_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* May go on in another way of writing. */
static bool
is_escaped(unsigned char c)
{
    return c == '&' || c == '%' || c == '\\' || c == 0xef;
}

static bool
may_letters(const unsigned char *p)
{
    return is_escaped(p[1]) || is_escaped(p[2]) || kind_of_letter(p[2] | 32);
}

static bool
may_phone(const unsigned char *p)
{
    return is_escaped(p[1]) || is_escaped(p[2]) || p[2] == (p[0] == '+' ? '1' : '0');
}

/* Four digits and a sign. */
static bool
may_birthday(const unsigned char *p)
{
    for (int i = 1; i < 4; i++) {
        if (is_escaped(p[i])) return true;
        if (!is_plain_digit(p[i])) return false;
    }
    return is_escaped(p[4]) || p[4] == '-' || p[4] == '/' || p[4] == '.' || p[4] == 0xe5; /* 年 */
}

/* \u00XX, \u30f2, \u3092, \uffXX. */
static bool
may_json(const unsigned char *p)
{
    if (p[2] == '3')
        return p[3] == '0' && p[5] == '2' && (p[4] == '9' || sk_lower_byte(p[4]) == 'f');
    return (p[2] == '0' && p[3] == '0') || (p[2] | 32) == 'f';
}

/* Of the characters of three bytes %E3%83%B2, %E3%82%92 and %EF... */
static bool
may_percent(const unsigned char *p)
{
    if ((p[1] | 32) != 'e' || (p[2] | 32) == 'f') return true;
    return p[2] == '3' && p[8] == '2' && (p[7] == '9' || (p[7] | 32) == 'b');
}

static bool
may_start(const unsigned char *p, unsigned bits)
{
    if (bits & S) return may_letters(p);
    if (bits & (ZERO | PLUS)) return may_phone(p);
    if (bits & ONE) return may_birthday(p);
    if (bits & JSON) return may_json(p);
    return !(bits & PERCENT) || may_percent(p);
}

static unsigned
bits_at(sk_str text, size_t i)
{
    const unsigned char *p = (const unsigned char *)text.p + i;
    unsigned bits = firsts[p[0]] & seconds[p[1]];

    return bits && (i + AHEAD > text.n || may_start(p, bits)) ? bits : 0;
}

/* The next place at or behind i where one may start, and its bits; 0: there is none. */
static size_t
next_place(sk_str text, size_t i, unsigned *bits)
{
    while (i + 1 < text.n) {
        size_t end = i + BLOCK < text.n ? i + BLOCK : text.n - 1;
        if (end == i + BLOCK) i += block_first((const unsigned char *)text.p + i);
        for (; i < end; i++) /* where one is, others are near: text in percent signs, numbers */
            if ((*bits = bits_at(text, i))) return i;
    }
    *bits = 0;
    return i;
}

enum personal_find
personal_find(struct personal_found *found, sk_str text, size_t from, size_t glue, bool whole)
{
    unsigned bits;

    for (size_t i = next_place(text, from, &bits); bits; i = next_place(text, i + 1, &bits)) {
        bool second = bits & SECOND;
        if (second && i == from) continue; /* its first byte lies before */
        enum personal_find is = try_at(found, text, i - second, glue, whole);
        if (is != PERSONAL_FIND_NONE) return is;
    }
    /* the last two bytes may be the first of three */
    found->at = whole ? text.n : text.n > from + 2 ? text.n - 2 : from;
    return PERSONAL_FIND_NONE;
}

bool
personal_token_find(struct personal_found *found, sk_str text, size_t from)
{
    return personal_find(found, text, from, from, true) == PERSONAL_FIND_ONE;
}

bool
personal_token_is(struct personal_token *token, sk_str text)
{
    struct personal_found found;

    text = sk_str_trim(text);
    if (!personal_token_find(&found, text, 0) || found.at != 0 || found.n != text.n) return false;
    *token = found.token;
    return true;
}
