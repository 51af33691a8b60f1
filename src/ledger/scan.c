#include "ledger/scan.h"

#include "base/utf8.h"

enum { NUMBER_DIGITS_MAX = 15, EXPONENT_DIGITS_MAX = 2 };

struct scan {
    sk_str text;
    size_t at;
    unsigned depth;
};

static sk_err
fault(const struct scan *s, const char *what)
{
    return sk_fail(SK_BAD, "byte %zu: %s", s->at + 1, what);
}

/* The byte here; 0 at the end (a zero in the text is nowhere allowed, so it is as good as one). */
static char
here(const struct scan *s)
{
    return s->at < s->text.n ? s->text.p[s->at] : 0;
}

static void
blanks(struct scan *s)
{
    while (here(s) == ' ' || here(s) == '\t' || here(s) == '\n' || here(s) == '\r')
        s->at++;
}

static bool
take(struct scan *s, char c)
{
    if (here(s) != c) return false;
    s->at++;
    return true;
}

static bool
hex4(uint32_t *code, struct scan *s)
{
    *code = 0;
    for (int i = 0; i < 4; i++) {
        int value = sk_hex_value(here(s));
        if (value < 0) return false;
        *code = *code << 4 | (uint32_t)value;
        s->at++;
    }
    return true;
}

/* Behind \u: a character, or both halves of one; not U+0000, which C's texts cannot hold. */
static bool
escape_u(struct scan *s)
{
    uint32_t code, low;

    if (!hex4(&code, s) || code == 0) return false;
    if (code < 0xd800 || code > 0xdfff) return true;
    return code < 0xdc00 && take(s, '\\') && take(s, 'u') && hex4(&low, s) && low >= 0xdc00 &&
           low <= 0xdfff;
}

static bool
escape(struct scan *s)
{
    if (take(s, 'u')) return escape_u(s);
    if (here(s) == 0 || !strchr("\"\\/bfnrt", here(s))) return false;
    s->at++;
    return true;
}

/* Behind the opening quote. */
static sk_err
string(sk_str *text, bool *plain, struct scan *s)
{
    size_t begin = s->at;

    *plain = true;
    while (here(s) != '"') {
        unsigned char c = (unsigned char)here(s);
        uint32_t code;
        unsigned n;

        if (c < 0x20) return fault(s, "a text without its end");
        if (c == '\\') {
            s->at++;
            *plain = false;
            if (!escape(s)) return fault(s, "an escape that JSON does not have");
            continue;
        }
        n = c < 0x80 ? 1 : sk_utf8_decode(&code, sk_str_from(s->text, s->at));
        if (!n) return fault(s, "this is not UTF-8");
        s->at += n;
    }
    *text = (sk_str){ s->text.p + begin, s->at - begin };
    s->at++;
    return sk_ok();
}

static size_t
digits(struct scan *s)
{
    size_t begin = s->at;

    while (here(s) >= '0' && here(s) <= '9')
        s->at++;
    return s->at - begin;
}

static sk_err
number(struct scan *s)
{
    size_t n, fraction = 0;
    bool zero;

    take(s, '-');
    zero = here(s) == '0';
    n = digits(s);
    if (n == 0 || (zero && n > 1)) return fault(s, "a number without its digits");
    if (take(s, '.') && (fraction = digits(s)) == 0) return fault(s, "a number without its digits");
    if (n + fraction > NUMBER_DIGITS_MAX) return fault(s, "a number of more than 15 digits");
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '+')) take(s, '-');
        n = digits(s);
        if (n == 0 || n > EXPONENT_DIGITS_MAX) return fault(s, "a number that is too large");
    }
    return sk_ok();
}

static bool
word(struct scan *s, sk_str w)
{
    if (!sk_str_starts(sk_str_from(s->text, s->at), w)) return false;
    s->at += w.n;
    return true;
}

static sk_err value(struct ledger_member *member, struct scan *s);

/* Whether the name stands among the first `count`. */
static bool
is_double(const struct ledger_member *member, size_t count, sk_str name)
{
    for (size_t i = 0; i < count; i++)
        if (sk_str_eq(member[i].name, name)) return true;
    return false;
}

static sk_err
member_read(struct ledger_member *all, size_t count, struct scan *s)
{
    struct ledger_member *m = &all[count];
    bool plain;

    blanks(s);
    if (!take(s, '"')) return fault(s, "a name in quotes is expected");
    TRY(string(&m->name, &plain, s));
    if (!plain) return fault(s, "names are written without escapes");
    if (is_double(all, count, m->name)) return fault(s, "this name stands twice");
    blanks(s);
    if (!take(s, ':')) return fault(s, "':' is expected");
    TRY(value(m, s));
    blanks(s);
    return sk_ok();
}

/* Behind the opening brace. */
static sk_err
object(struct ledger_member *all, size_t *count, struct scan *s)
{
    *count = 0;
    blanks(s);
    if (take(s, '}')) return sk_ok();
    do {
        if (*count == LEDGER_SCAN_MEMBERS) return fault(s, "an object of more than 64 members");
        TRY(member_read(all, *count, s));
        ++*count;
    } while (take(s, ','));
    return take(s, '}') ? sk_ok() : fault(s, "',' or '}' is expected");
}

/* Behind the opening bracket. */
static sk_err
array(struct scan *s)
{
    struct ledger_member item;

    blanks(s);
    if (take(s, ']')) return sk_ok();
    do {
        TRY(value(&item, s));
        blanks(s);
    } while (take(s, ','));
    return take(s, ']') ? sk_ok() : fault(s, "',' or ']' is expected");
}

static sk_err
nested(struct ledger_member *member, struct scan *s)
{
    struct ledger_member inner[LEDGER_SCAN_MEMBERS];
    size_t begin = s->at, count;
    bool braces = here(s) == '{';

    if (++s->depth > LEDGER_SCAN_DEPTH) return fault(s, "too many levels");
    s->at++;
    TRY(braces ? object(inner, &count, s) : array(s));
    s->depth--;
    member->kind = braces ? LEDGER_OBJECT : LEDGER_OTHER;
    member->text = (sk_str){ s->text.p + begin, s->at - begin };
    return sk_ok();
}

static sk_err
value(struct ledger_member *member, struct scan *s)
{
    size_t begin;

    blanks(s);
    begin = s->at;
    member->plain = false;
    if (here(s) == '{' || here(s) == '[') return nested(member, s);
    if (take(s, '"')) {
        member->kind = LEDGER_STRING;
        return string(&member->text, &member->plain, s);
    }
    member->kind = LEDGER_OTHER;
    if (!word(s, SK_STR("true")) && !word(s, SK_STR("false")) && !word(s, SK_STR("null"))) {
        member->kind = LEDGER_NUMBER;
        TRY(number(s));
    }
    member->text = (sk_str){ s->text.p + begin, s->at - begin };
    return sk_ok();
}

sk_err
ledger_scan(struct ledger_member *member, size_t *count, sk_str text)
{
    struct scan s = { .text = text };

    blanks(&s);
    if (!take(&s, '{')) return fault(&s, "an object is expected");
    TRY(object(member, count, &s));
    blanks(&s);
    return s.at == text.n ? sk_ok() : fault(&s, "something stands behind the object");
}
