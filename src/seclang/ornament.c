/* Faces, rulers, figures. */
#include "seclang/ornament.h"

#include "base/utf8.h"

enum { RULER_LEAST = 3, FACE_MOST = 12 /* characters between the brackets */ };

static bool
is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* ── faces ── */

/* In ASCII; longer ones before those that they begin with. Hands that are letters, as in m(_ _)m,
 * stay beside them. */
static const char *const faces[] = {
    "<(_ _)>", "<(__)>",  "<(_._)>", "<(-_-)>", "<(^_^)>", "<(^^)>", "(*^_^*)", "(*^-^*)", "(*^^*)",
    "(#^.^#)", "(o^-^o)", "(^_^o)",  "(^_^;)",  "(^-^;)",  "(^^;)",  "(^o^)/",  "(^_^)/",  "(^^)/",
    "(^-^)/",  "(^_-)",   "(^_^)",   "(^-^)",   "(^o^)",   "(^.^)",  "(^^)v",   "(^^)",    "(-_-;)",
    "(-_-)",   "(-.-)",   "(;_;)",   "(;-;)",   "(T_T)",   "(T-T)",  "(>_<)",   "(_ _)",   "(_._)",
    "(__)",    "(@_@)",   "(+_+)",   "(=_=)",   "(._.)",   "(o_o)",  "(u_u)",
};

/* What eyes, mouths and hands are drawn with beyond ASCII:
 * ´｀・ωДд∀▽∇≧≦￣；＾＿ﾟ｡゜ー≡〃•◕●○□ε艸ﾉｰ～･. */
static const uint16_t features[] = {
    0x00b4, 0x00b0, 0x00ba, 0x02d8, 0x0300, 0x0301, 0x03b5, 0x03c9, 0x03c3, 0x0414, 0x0434, 0x0437,
    0x2022, 0x2200, 0x2207, 0x2225, 0x2261, 0x2266, 0x2267, 0x25a1, 0x25bd, 0x25cb, 0x25cf, 0x25d5,
    0x2665, 0x2032, 0x3003, 0x3063, 0x30ce, 0x30fb, 0x30fc, 0x30ee, 0x309c, 0x8278, 0xff1b, 0xff3e,
    0xff3f, 0xff40, 0xff5e, 0xff61, 0xff65, 0xff70, 0xff89, 0xff9f, 0xffe3,
};

static bool
is_feature(uint32_t code)
{
    if (code < 0x80) return code != 0 && strchr("*^_-;.=+ ", (int)code) != NULL;
    for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
        if (features[i] == code) return true;
    return false;
}

/* (´・ω・｀): features only, some of them beyond ASCII. */
static size_t
drawn_face(sk_str rest)
{
    bool beyond = false;
    size_t i = 1;

    for (unsigned count = 0; i < rest.n && count <= FACE_MOST; count++) {
        uint32_t code;
        unsigned length = sk_utf8_decode(&code, sk_str_from(rest, i));

        if (rest.p[i] == ')') return beyond ? i + 1 : 0;
        if (length == 0 || !is_feature(code)) return 0;
        beyond = beyond || length > 1;
        i += length;
    }
    return 0;
}

/* Whether s ends, breaks its line or goes on with a character beyond ASCII. */
static bool
is_apart(sk_str s)
{
    return s.n == 0 || (unsigned char)s.p[0] >= 0x80 || s.p[0] == '\r' || s.p[0] == '\n';
}

/* Behind a "<". */
static bool
begins_tag(sk_str s)
{
    return s.n > 0 && (is_letter(s.p[0]) || strchr("/!?", s.p[0]));
}

/* Asked at every byte of a text: most are told by two. */
static bool
may_begin_face(sk_str rest)
{
    unsigned char first = sk_lower_byte((unsigned char)rest.p[0]);
    unsigned char second = sk_lower_byte((unsigned char)rest.p[1]);

    if (first == '(') return second != 0 && strchr(" *#^-;>_@+=.otu", second) != NULL;
    return first == '<' && second == '(';
}

static bool
begins_with_face(sk_str rest, const char *face)
{
    return sk_lower_byte((unsigned char)rest.p[1]) == sk_lower_byte((unsigned char)face[1]) &&
           sk_str_starts_nocase(rest, sk_str_of(face));
}

size_t
seclang_face(sk_str text, size_t at)
{
    sk_str rest = sk_str_from(text, at);
    size_t drawn;

    if (rest.n < 3 || (rest.p[0] != '(' && rest.p[1] != '(' && rest.p[0] != '>')) return 0;
    drawn = rest.p[0] == '(' ? drawn_face(rest) : 0;
    if (drawn > 0) return drawn;
    if (sk_str_starts(rest, SK_STR(">_<"))) return begins_tag(sk_str_from(rest, 3)) ? 0 : 3;
    if (sk_str_starts(rest, SK_STR("(^^;")) && is_apart(sk_str_from(rest, 4))) return 4;
    if (sk_str_starts(rest, SK_STR("(^_^;")) && is_apart(sk_str_from(rest, 5))) return 5;
    if (rest.n < 4 || !may_begin_face(rest)) return 0;
    for (size_t i = 0; i < sizeof(faces) / sizeof(faces[0]); i++)
        if (begins_with_face(rest, faces[i])) return strlen(faces[i]);
    return 0;
}

/* ── quotations ── */

static bool
begins_line(sk_str text, size_t at)
{
    return at == 0 || text.p[at - 1] == '\n' || text.p[at - 1] == '\r';
}

size_t
seclang_quote_mark(sk_str text, size_t at)
{
    if (at + 1 >= text.n || text.p[at] != '>' || text.p[at + 1] != ' ' || !begins_line(text, at))
        return 0;
    for (size_t i = at + 2; i < text.n && text.p[i] != '\r' && text.p[i] != '\n'; i++)
        if ((unsigned char)text.p[i] >= 0x80) return 1;
    return 0;
}

/* ── rulers ── */

size_t
seclang_ruler(sk_str text, size_t at)
{
    char c = at < text.n ? text.p[at] : '\0';
    size_t end = at;

    if (c == '\0' || !strchr("-=*_~", c)) return 0;
    if (!begins_line(text, at)) return 0;
    while (end < text.n && text.p[end] == c)
        end++;
    if (end - at < RULER_LEAST) return 0;
    return end == text.n || text.p[end] == '\n' || text.p[end] == '\r' ? end - at : 0;
}

/* ── figures ── */

static size_t
digits(sk_str s, size_t at)
{
    size_t n = 0;

    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return n;
}

/* The end of "12,770" or "770" from `at`; *grouped: it has a comma. */
static size_t
number_end(bool *grouped, sk_str s, size_t at)
{
    size_t n = digits(s, at), end = at + n;

    *grouped = false;
    if (n == 0 || n > 3) return end;
    while (end < s.n && s.p[end] == ',' && digits(s, end + 1) == 3) {
        *grouped = true;
        end += 4;
    }
    return end;
}

static bool
is_word(char c)
{
    return (c >= '0' && c <= '9') || is_letter(c);
}

static bool
is_apart_before(sk_str text, size_t at)
{
    return at == 0 || is_apart((sk_str){ text.p + at - 1, 1 });
}

/* The yen sign of Japanese keyboards is a backslash; \141 of "\141lert" is none. */
static size_t
yen(sk_str text, size_t at)
{
    bool grouped;
    size_t end = number_end(&grouped, text, at + 1);

    if (end == at + 1 || !is_apart_before(text, at)) return 0;
    return end < text.n && (is_word(text.p[end]) || text.p[end] == '\\') ? 0 : end - at;
}

static size_t
grouped_yen(sk_str text, size_t at)
{
    sk_str before = sk_str_first(text, at);
    bool grouped;
    size_t end;

    if (at > 0 && (is_word(text.p[at - 1]) || text.p[at - 1] == ',')) return 0;
    end = number_end(&grouped, text, at);
    if (!grouped) return 0;
    return sk_str_starts(sk_str_from(text, end), SK_STR("円")) ||
                   sk_str_ends(before, SK_STR("¥")) || sk_str_ends(before, SK_STR("￥"))
               ? end - at
               : 0;
}

static size_t
order_number(sk_str text, size_t at)
{
    size_t n = digits(text, at + 1);
    bool blank = at > 0 && text.p[at - 1] == ' ';

    if (n == 0 || at == 0 || (unsigned char)text.p[at - 1 - (blank && at > 1)] < 0x80) return 0;
    return is_apart(sk_str_from(text, at + 1 + n)) ? n + 1 : 0;
}

size_t
seclang_figure(sk_str text, size_t at)
{
    char c = at < text.n ? text.p[at] : '\0';

    if (c == '\\') return yen(text, at);
    if (c == '#') return order_number(text, at);
    return c >= '0' && c <= '9' ? grouped_yen(text, at) : 0;
}
