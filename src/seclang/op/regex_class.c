/* Character classes of PCRE2 patterns: [a-z\d[:punct:]]. */
#include "seclang/op/regex.h"

#define BIT       SK_BYTES_BIT
#define SPAN      SK_BYTES_SPAN
#define DIGIT(w)  SPAN(w, '0', '9')
#define UPPER(w)  SPAN(w, 'A', 'Z')
#define LOWER(w)  SPAN(w, 'a', 'z')
#define ALPHA(w)  (UPPER(w) | LOWER(w))
#define ALNUM(w)  (ALPHA(w) | DIGIT(w))
#define WORD(w)   (ALNUM(w) | BIT(w, '_'))
#define ASCII(w)  ((w) < 2 ? ~(uint64_t)0 : 0)
#define BLANK(w)  (BIT(w, ' ') | BIT(w, '\t'))
#define CNTRL(w)  (SPAN(w, 0, 31) | BIT(w, 127))
#define GRAPH(w)  (ASCII(w) & ~CNTRL(w) & ~BIT(w, ' '))
#define PRINT(w)  (ASCII(w) & ~CNTRL(w))
#define PUNCT(w)  (GRAPH(w) & ~ALNUM(w))
#define SPACE(w)  (SPAN(w, '\t', '\r') | BIT(w, ' '))
#define XDIGIT(w) (DIGIT(w) | SPAN(w, 'A', 'F') | SPAN(w, 'a', 'f'))

static const struct {
    const char *name;
    struct sk_bytes set;
} posix[] = {
    { "alpha", SK_BYTES(ALPHA) }, { "lower", SK_BYTES(LOWER) },   { "upper", SK_BYTES(UPPER) },
    { "alnum", SK_BYTES(ALNUM) }, { "ascii", SK_BYTES(ASCII) },   { "blank", SK_BYTES(BLANK) },
    { "cntrl", SK_BYTES(CNTRL) }, { "digit", SK_BYTES(DIGIT) },   { "graph", SK_BYTES(GRAPH) },
    { "print", SK_BYTES(PRINT) }, { "punct", SK_BYTES(PUNCT) },   { "space", SK_BYTES(SPACE) },
    { "word", SK_BYTES(WORD) },   { "xdigit", SK_BYTES(XDIGIT) },
};

/* At "[:name:]", whose end is there. Under (?i), lower and upper mean alpha: folding them says the
 * same. Unknown names are unsure: also [.a.], [=a=], and [[:<:]], which are no classes. */
static struct seclang_regex_atom
posix_name(struct seclang_regex *r)
{
    struct seclang_regex_atom atom = { .kind = SECLANG_REGEX_BYTES, .code = -1 };
    sk_str name = sk_str_from(r->text, r->at + 2);
    bool negated = sk_str_starts(name, SK_STR("^"));

    if (negated) name = sk_str_from(name, 1);
    name = sk_str_first(name, sk_str_find(name, SK_STR(":]")));
    for (size_t i = 0; i < sizeof(posix) / sizeof(posix[0]); i++) {
        if (!sk_str_eq(name, sk_str_of(posix[i].name))) continue;
        r->at = (size_t)(name.p - r->text.p) + name.n + 2;
        atom.set = posix[i].set;
        if (r->fold) seclang_regex_fold(&atom.set);
        if (negated) sk_bytes_invert(&atom.set);
        return atom;
    }
    r->unsure = true;
    return atom;
}

/* "[:" begins a name only where ":]" follows, with letters between them. */
static bool
at_posix_name(const struct seclang_regex *r)
{
    sk_str rest = sk_str_from(r->text, r->at);
    size_t end;

    if (!sk_str_starts(rest, SK_STR("[:")) && !sk_str_starts(rest, SK_STR("[.")) &&
        !sk_str_starts(rest, SK_STR("[=")))
        return false;
    for (end = 2; end < rest.n && rest.p[end] != ']' && rest.p[end] != '\\'; end++)
        if (rest.p[end] == rest.p[1]) return end + 1 < rest.n && rest.p[end + 1] == ']';
    return false;
}

/* \Q and \E inside a class: PCRE2 reads them in between the parts of a range, too ("[=\Q\E-c]").
 * Nobody writes that, so it is unsure. */
static bool
at_quotes(struct seclang_regex *r)
{
    sk_str rest = sk_str_from(r->text, r->at);

    return sk_str_starts(rest, SK_STR("\\Q")) || sk_str_starts(rest, SK_STR("\\E"));
}

static struct seclang_regex_atom
item(struct seclang_regex *r)
{
    int c = seclang_regex_peek(r, 0);

    if (at_posix_name(r)) return posix_name(r);
    if (c < 0 || at_quotes(r)) r->unsure = true;
    if (c >= 0) r->at++;
    if (c == '\\') return seclang_regex_escape(r, true);
    return seclang_regex_byte(r, (unsigned char)c);
}

/* A range is only what surely is one; hyphens beside sets are unsure. */
static void
add_item(struct sk_bytes *set, struct seclang_regex *r)
{
    struct seclang_regex_atom from = item(r), to;

    if (from.kind == SECLANG_REGEX_ANY) r->unsure = true; /* a property: its bytes are not known */
    sk_bytes_unite(set, &from.set);
    if (at_quotes(r)) r->unsure = true;
    if (seclang_regex_peek(r, 0) != '-' || seclang_regex_peek(r, 1) == ']') return;
    r->at++;
    to = item(r);
    if (from.code < 0 || to.code < from.code)
        r->unsure = true;
    else
        sk_bytes_put_range(set, (unsigned char)from.code, (unsigned char)to.code);
}

struct seclang_regex_atom
seclang_regex_class(struct seclang_regex *r)
{
    struct seclang_regex_atom atom = { .kind = SECLANG_REGEX_BYTES, .code = -1 };
    bool negated, first = true;

    if (at_quotes(r)) r->unsure = true;
    negated = seclang_regex_skip(r, SK_STR("^"));
    for (;; first = false) {
        if (r->unsure || r->at >= r->text.n) {
            r->unsure = true;
            return atom;
        }
        if (!first && seclang_regex_skip(r, SK_STR("]"))) break;
        add_item(&atom.set, r);
    }
    if (r->fold) seclang_regex_fold(&atom.set);
    if (negated) sk_bytes_invert(&atom.set);
    return atom;
}
