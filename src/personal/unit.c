#include "personal/unit.h"

#include "base/utf8.h"

enum { ENTITY_MAX = 8 }; /* bytes of a reference, "&" and ";" included */

static const struct {
    const char *name; /* with its ";" */
    uint32_t code;
} entities[] = {
    { "commat;", '@' }, { "period;", '.' }, { "plus;", '+' },     { "nbsp;", ' ' },
    { "sol;", '/' },    { "hyphen;", '-' }, { "minus;", 0x2212 }, { "dash;", '-' },
};

static uint32_t
narrow(uint32_t code)
{
    if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0;
    return code == 0x3000 ? ' ' : code;
}

/* Hexadecimal digits or decimal ones up to the ";". */
static bool
number_read(uint32_t *code, sk_str text)
{
    bool hex = text.n && (text.p[0] == 'x' || text.p[0] == 'X');
    size_t i = hex;

    *code = 0;
    for (; i < text.n && text.p[i] != ';'; i++) {
        int digit = sk_hex_value(text.p[i]);
        if (digit < 0 || (!hex && digit > 9)) return false;
        *code = *code * (hex ? 16 : 10) + (uint32_t)digit;
    }
    return i > hex && *code < 0x110000;
}

static uint32_t
entity_read(size_t *n, sk_str text)
{
    sk_str body = sk_str_from(sk_str_first(text, ENTITY_MAX), 1);
    size_t end = sk_str_find_byte(body, ';');
    uint32_t code;

    *n = 1;
    if (end == SIZE_MAX) return text.n < ENTITY_MAX ? PERSONAL_UNIT_MORE : '&';
    body.n = end + 1;
    *n = body.n + 1;
    if (body.p[0] == '#' && number_read(&code, sk_str_from(body, 1))) return code;
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (sk_str_eq(body, sk_str_of(entities[i].name))) return entities[i].code;
    *n = 1;
    return '&';
}

static uint32_t
json_read(size_t *n, sk_str text)
{
    uint32_t code = 0;

    *n = 1;
    if (text.n < 2) return PERSONAL_UNIT_MORE;
    if (text.p[1] == '/') {
        *n = 2;
        return '/';
    }
    if (text.p[1] != 'u') return '\\';
    for (size_t i = 2; i < 6; i++) {
        if (i >= text.n) return PERSONAL_UNIT_MORE;
        int digit = sk_hex_value(text.p[i]);
        if (digit < 0) return '\\';
        code = code * 16 + (uint32_t)digit;
    }
    *n = 6;
    return code;
}

/* The byte of %XX at `at`; -1: there is none, -2: the text ends before it could be told. */
static int
percent_byte(sk_str text, size_t at)
{
    for (size_t i = 0; i < 3; i++) {
        if (at + i >= text.n) return -2;
        char c = text.p[at + i];
        if (i == 0 ? c != '%' : sk_hex_value(c) < 0) return -1;
    }
    return sk_hex_value(text.p[at + 1]) * 16 + sk_hex_value(text.p[at + 2]);
}

static uint32_t
percent_read(size_t *n, sk_str text)
{
    char bytes[3];
    uint32_t code;

    *n = 1;
    for (unsigned i = 0; i < 3; i++) {
        int byte = percent_byte(text, i * 3);
        if (byte == -2) return PERSONAL_UNIT_MORE;
        if (byte < 0) return '%';
        bytes[i] = (char)byte;
        unsigned used = sk_utf8_decode(&code, (sk_str){ bytes, i + 1 });
        if (!used) continue;
        *n = (i + 1) * 3;
        return code;
    }
    return '%';
}

/* Whether what is left may be the start of one character of UTF-8. */
static bool
is_cut(sk_str rest)
{
    unsigned char lead = (unsigned char)rest.p[0];
    size_t whole = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

    if (lead < 0xc2 || lead > 0xf4 || rest.n >= whole) return false;
    for (size_t i = 1; i < rest.n; i++)
        if (((unsigned char)rest.p[i] & 0xc0) != 0x80) return false;
    return true;
}

uint32_t
personal_unit(size_t *n, sk_str text, size_t at)
{
    sk_str rest = sk_str_from(text, at);
    uint32_t code;

    *n = 1;
    if (rest.n == 0) return PERSONAL_UNIT_MORE;
    if (rest.p[0] == '&') return narrow(entity_read(n, rest));
    if (rest.p[0] == '\\') return narrow(json_read(n, rest));
    if (rest.p[0] == '%') return narrow(percent_read(n, rest));
    unsigned used = sk_utf8_decode(&code, rest);
    if (!used) return is_cut(rest) ? PERSONAL_UNIT_MORE : PERSONAL_UNIT_BROKEN;
    *n = used;
    return narrow(code);
}

/* Whether an escape that starts `back` bytes before `at` ends there. */
static bool
is_escape(uint32_t *code, sk_str text, size_t at, size_t back, char sign)
{
    size_t n;

    if (at < back || text.p[at - back] != sign) return false;
    *code = personal_unit(&n, sk_str_first(text, at), at - back);
    return n == back;
}

uint32_t
personal_unit_before(size_t *n, sk_str text, size_t at)
{
    uint32_t code;

    *n = 0;
    if (at == 0) return 0;
    for (size_t back = 9; back >= 3; back -= 3) /* a character of three bytes, of two, of one */
        if (is_escape(&code, text, at, back, '%')) return *n = back, code;
    if (is_escape(&code, text, at, 6, '\\')) return *n = 6, code;
    if (at >= 2 && text.p[at - 2] == '\\' && strchr("nrtbf", text.p[at - 1])) return *n = 2, '\n';
    *n = 1;
    while (*n < 4 && *n < at && ((unsigned char)text.p[at - *n] & 0xc0) == 0x80)
        ++*n;
    sk_str one = { text.p + at - *n, *n };
    return sk_utf8_decode(&code, one) == *n ? narrow(code) : PERSONAL_UNIT_BROKEN;
}
