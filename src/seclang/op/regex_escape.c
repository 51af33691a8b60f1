/* Escapes of PCRE2 patterns, on bytes and with the tables of the C locale. */
#include "seclang/op/regex.h"

#define BIT       SK_BYTES_BIT
#define SPAN      SK_BYTES_SPAN
#define DIGIT(w)  SPAN(w, '0', '9')
#define WORD(w)   (DIGIT(w) | SPAN(w, 'A', 'Z') | SPAN(w, 'a', 'z') | BIT(w, '_'))
#define SPACE(w)  (SPAN(w, '\t', '\r') | BIT(w, ' '))
#define ACROSS(w) (BIT(w, '\t') | BIT(w, ' ') | BIT(w, 0xa0))
#define DOWN(w)   (SPAN(w, '\n', '\r') | BIT(w, 0x85))

/* Letters that name a set; the capital names the complement. */
static const struct {
    char letter;
    struct sk_bytes set;
} sets[] = { { 'd', SK_BYTES(DIGIT) },
             { 'w', SK_BYTES(WORD) },
             { 's', SK_BYTES(SPACE) },
             { 'h', SK_BYTES(ACROSS) },
             { 'v', SK_BYTES(DOWN) } };

static const struct {
    char letter, byte;
} controls[] = { { 'a', 7 }, { 'e', 27 }, { 'f', 12 }, { 'n', 10 }, { 'r', 13 }, { 't', 9 } };

static const struct seclang_regex_atom unknown = { .kind = SECLANG_REGEX_UNKNOWN, .code = -1 };
static const struct seclang_regex_atom any = { .kind = SECLANG_REGEX_ANY, .code = -1 };

static struct seclang_regex_atom
unsure(struct seclang_regex *r)
{
    r->unsure = true;
    return any;
}

void
seclang_regex_skip_to(struct seclang_regex *r, char end)
{
    size_t n = sk_str_find_byte(sk_str_from(r->text, r->at), end);

    if (n == SIZE_MAX)
        r->unsure = true;
    else
        r->at += n + 1;
}

struct seclang_regex_atom
seclang_regex_byte(const struct seclang_regex *r, unsigned char c)
{
    struct seclang_regex_atom atom = { .kind = SECLANG_REGEX_BYTES, .code = c };

    sk_bytes_put(&atom.set, c);
    if (r->fold) seclang_regex_fold(&atom.set);
    return atom;
}

void
seclang_regex_fold(struct sk_bytes *set)
{
    for (int c = 'a'; c <= 'z'; c++) {
        unsigned char small = (unsigned char)c, large = (unsigned char)(c - 32);

        if (!sk_bytes_has(set, small) && !sk_bytes_has(set, large)) continue;
        sk_bytes_put(set, small);
        sk_bytes_put(set, large);
    }
}

/* Up to `most` digits of the base. */
static size_t
take_digits(unsigned *value, struct seclang_regex *r, unsigned base, size_t most)
{
    size_t n = 0;

    *value = 0;
    for (; n < most; n++, r->at++) {
        int c = seclang_regex_peek(r, 0), low = c >= 'A' && c <= 'Z' ? c + 32 : c, digit;

        digit = low >= '0' && low <= '9'   ? low - '0'
                : low >= 'a' && low <= 'f' ? low - 'a' + 10
                                           : 99;
        if (digit >= (int)base) break;
        *value = *value * base + (unsigned)digit;
    }
    return n;
}

/* \o{101}, \x{41}: at the brace. */
static struct seclang_regex_atom
braced(struct seclang_regex *r, unsigned base)
{
    unsigned value;

    r->at++;
    if (take_digits(&value, r, base, 6) == 0 || !seclang_regex_skip(r, SK_STR("}")) || value > 255)
        return unsure(r);
    return seclang_regex_byte(r, (unsigned char)value);
}

static struct seclang_regex_atom
hexadecimal(struct seclang_regex *r)
{
    unsigned value;

    if (seclang_regex_peek(r, 0) == '{') return braced(r, 16);
    take_digits(&value, r, 16, 2);
    return seclang_regex_byte(r, (unsigned char)value);
}

/* \0, \012: octal. \1 ... \9: a back reference, in a class not so. Longer ones depend on how many
 * groups there are. */
static struct seclang_regex_atom
number(struct seclang_regex *r, int first, bool in_class)
{
    unsigned value;
    int next = seclang_regex_peek(r, 0);

    if (first == '0') {
        take_digits(&value, r, 8, 2);
        return seclang_regex_byte(r, (unsigned char)value);
    }
    if (in_class || (next >= '0' && next <= '9')) return unsure(r);
    return unknown;
}

/* \g{1}, \g-1, \g<name>, \k{name} ...: references to groups, backwards or as subroutines. */
static struct seclang_regex_atom
reference(struct seclang_regex *r)
{
    unsigned value;
    int c = seclang_regex_peek(r, 0);

    if (c == '{' || c == '<' || c == '\'') {
        r->at++;
        seclang_regex_skip_to(r, (char)(c == '{' ? '}' : c == '<' ? '>' : '\''));
        return unknown;
    }
    if (c == '-' || c == '+') r->at++;
    if (take_digits(&value, r, 10, 5) == 0) return unsure(r);
    return unknown;
}

/* \pL, \p{Lu}, \P{^Han}: one character with a property of Unicode's. */
static struct seclang_regex_atom
property(struct seclang_regex *r)
{
    if (seclang_regex_skip(r, SK_STR("{")))
        seclang_regex_skip_to(r, '}');
    else if (r->at < r->text.n)
        r->at++;
    else
        r->unsure = true;
    return any;
}

static struct seclang_regex_atom
control(struct seclang_regex *r)
{
    int c = seclang_regex_peek(r, 0);

    if (c < 32 || c > 126) return unsure(r);
    r->at++;
    return seclang_regex_byte(r, (unsigned char)((c >= 'a' && c <= 'z' ? c - 32 : c) ^ 0x40));
}

/* Escapes that name a byte or a set; false where c is none of them. */
static bool
named(struct seclang_regex_atom *atom, struct seclang_regex *r, int c)
{
    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
        if (controls[i].letter == c) {
            *atom = seclang_regex_byte(r, (unsigned char)controls[i].byte);
            return true;
        }
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
        if (sets[i].letter == (c | 0x20)) {
            *atom = (struct seclang_regex_atom){ SECLANG_REGEX_BYTES, sets[i].set, -1 };
            if (c != sets[i].letter) sk_bytes_invert(&atom->set);
            return true;
        }
    return false;
}

/* What stands for no fixed byte, outside of classes. */
static struct seclang_regex_atom
special(struct seclang_regex *r, int c)
{
    if (c > 0 && strchr("bBAzZGK", c))
        return (struct seclang_regex_atom){ .kind = SECLANG_REGEX_NOTHING,
                                            .code = c == 'K'               ? 0
                                                    : c == 'Z' || c == 'G' ? -1
                                                                           : c };
    if (c == 'N' && seclang_regex_is(r, SK_STR("{U"))) return unsure(r);
    if (c == 'N' || c == 'C' || c == 'X') return any;
    if (c == 'R') /* \r\n, or one byte that goes down */
        return (struct seclang_regex_atom){ SECLANG_REGEX_ANY, SK_BYTES(DOWN), -1 };
    if (c == 'g' || c == 'k') return reference(r);
    return unsure(r);
}

struct seclang_regex_atom
seclang_regex_escape(struct seclang_regex *r, bool in_class)
{
    struct seclang_regex_atom atom;
    int c = seclang_regex_peek(r, 0);
    bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

    if (c < 0) return unsure(r);
    r->at++;
    if (!alnum) return seclang_regex_byte(r, (unsigned char)c);
    if (named(&atom, r, c)) return atom;
    if (c >= '0' && c <= '9') return number(r, c, in_class);
    if (c == 'x') return hexadecimal(r);
    if (c == 'o' && seclang_regex_peek(r, 0) == '{') return braced(r, 8);
    if (c == 'c') return control(r);
    if (c == 'p' || c == 'P') return property(r);
    if (in_class) return c == 'b' ? seclang_regex_byte(r, '\b') : unsure(r);
    return special(r, c);
}
