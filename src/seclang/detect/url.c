/* Schemes that run script, as browsers find them at the beginning of a URL. */
#include "seclang/detect/html.h"

enum { SCHEME_MOST = 64, URL_MOST = 512 };

/* ── character references ── */

static const struct {
    const char *name;
    char c;
} references[] = {
    { "colon;", ':' }, { "Tab;", '\t' },   { "NewLine;", '\n' }, { "lpar;", '(' },
    { "rpar;", ')' },  { "sol;", '/' },    { "period;", '.' },   { "comma;", ',' },
    { "semi;", ';' },  { "equals;", '=' }, { "quot", '"' },      { "apos;", '\'' },
    { "grave;", '`' }, { "lt", '<' },      { "gt", '>' },        { "amp", '&' },
    { "nbsp", ' ' },   { "lowbar;", '_' }, { "lsqb;", '[' },     { "rsqb;", ']' },
    { "bsol;", '\\' }, { "excl;", '!' },   { "num;", '#' },      { "percnt;", '%' },
};

static size_t
read_number(uint32_t *code, sk_str s)
{
    bool hex = s.n > 2 && sk_lower_byte((unsigned char)s.p[2]) == 'x';
    size_t n = hex ? 3 : 2, first = n;
    uint32_t value = 0;

    for (; n < s.n; n++) {
        int digit = sk_hex_value(s.p[n]);
        if (digit < 0 || (!hex && digit > 9)) break;
        if (value < 0x110000) value = value * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (n == first) return 0;
    *code = value;
    return n < s.n && s.p[n] == ';' ? n + 1 : n;
}

size_t
seclang_html_character(uint32_t *code, sk_str s)
{
    size_t n = 0;

    *code = (unsigned char)s.p[0];
    if (s.p[0] != '&' || s.n < 3) return 1;
    if (s.p[1] == '#') n = read_number(code, s);
    for (size_t i = 0; n == 0 && i < sizeof references / sizeof *references; i++) {
        sk_str name = sk_str_of(references[i].name);
        if (!sk_str_starts(sk_str_from(s, 1), name)) continue;
        *code = (unsigned char)references[i].c;
        n = 1 + name.n;
        if (n < s.n && s.p[n] == ';') n++;
    }
    return n ? n : 1;
}

/* ── schemes ── */

static const char *const schemes[] = { "javascript:",  "vbscript:", "livescript:", "mocha:",
                                       "view-source:", "jscript:",  "vbs:" };

/* data: of these cannot run. */
static const char *const still[] = { "data:image/png",  "data:image/gif",       "data:image/jpeg",
                                     "data:image/jpg",  "data:image/webp",      "data:image/bmp",
                                     "data:image/avif", "data:font/",           "data:audio/",
                                     "data:video/",     "data:application/font" };

/* A URL's beginning as a browser spells it. */
struct spelled {
    char p[SCHEME_MOST];
    size_t n;
    bool referred; /* one of its first signs was written as a reference */
};

static sk_str
without_zeros(char out[URL_MOST], sk_str url)
{
    size_t n = 0;

    for (size_t i = 0; i < url.n && n < URL_MOST; i++)
        if (url.p[i]) out[n++] = url.p[i];
    return (sk_str){ out, n };
}

/* %3a: no browser resolves it in a scheme, but what passes URLs on does. */
static size_t
resolve_percent(uint32_t *code, sk_str url)
{
    int high = url.n > 2 ? sk_hex_value(url.p[1]) : -1,
        low = url.n > 2 ? sk_hex_value(url.p[2]) : -1;

    if (high < 0 || low < 0) return 1;
    *code = (uint32_t)(high * 16 + low);
    return 3;
}

/* Without blanks and control signs, in lower case, references and %XX resolved. */
static sk_str
spell(struct spelled *out, sk_str url)
{
    char room[URL_MOST];

    *out = (struct spelled){ 0 };
    url = without_zeros(room, url);
    while (url.n && out->n < SCHEME_MOST) {
        uint32_t code;
        size_t taken = seclang_html_character(&code, url);
        out->referred |= taken > 1 && out->n < 4;
        if (code == '%') taken = resolve_percent(&code, url);
        url = sk_str_from(url, taken);
        if (code <= ' ' || (code >= 0x7f && out->n == 0)) continue;
        out->p[out->n++] = code < 0x80 ? (char)sk_lower_byte((unsigned char)code) : '?';
    }
    return (sk_str){ out->p, out->n };
}

static bool
starts_with_any(sk_str text, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sk_str_starts(text, sk_str_of(names[i]))) return true;
    return false;
}

static bool
runs_script(sk_str spelled)
{
    return starts_with_any(spelled, schemes, sizeof schemes / sizeof *schemes);
}

/* Not quite the scheme: java and a quote or a reference, javasc at the end (a blank follows in what
 * was no attribute to the writer), javascript#. Pages are called java.html, not so. */
static bool
hints_at_script(sk_str spelled, bool referred)
{
    static const char whole[] = "javascript";
    size_t same = 0;
    char next;

    while (same < spelled.n && same < sizeof whole - 1 && spelled.p[same] == whole[same])
        same++;
    if (same < 4) return false;
    if (same == spelled.n) return same > 5 || referred;
    next = spelled.p[same];
    if (referred) return true;
    if (same == 4) return next == '\'' || next == '"';
    return same == sizeof whole - 1 && !strchr("./_-?0123456789abcdefghijklmnopqrstuvwxyz", next);
}

bool
seclang_url_runs_script(sk_str url)
{
    struct spelled room;
    sk_str spelled = spell(&room, url);

    if (runs_script(spelled) || hints_at_script(spelled, room.referred)) return true;
    if (sk_str_starts(spelled, SK_STR("feed:"))) return runs_script(sk_str_from(spelled, 5));
    return sk_str_starts(spelled, SK_STR("data:")) &&
           !starts_with_any(spelled, still, sizeof still / sizeof *still);
}

/* JavaScript: an introduction (2nd edition) */
static bool
is_title(sk_str text)
{
    size_t colon = sk_str_find_byte(text, ':');
    sk_str rest = sk_str_trim(sk_str_from(text, colon == SIZE_MAX ? text.n : colon + 1));

    for (size_t i = 0; i < rest.n && !strchr("(`=[", rest.p[i]); i++)
        if (rest.p[i] == ' ') return true;
    return false;
}

bool
seclang_text_is_script_url(sk_str text)
{
    struct spelled room;
    sk_str spelled = spell(&room, text);
    size_t colon = sk_str_find_byte(spelled, ':');

    if (!runs_script(spelled) || sk_str_starts(spelled, SK_STR("view")) || is_title(text))
        return false;
    for (size_t i = colon; i < spelled.n; i++)
        if (strchr("(`=[", spelled.p[i])) return true;
    return false;
}
