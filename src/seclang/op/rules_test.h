/* For tests: the patterns of Debian's Core Rule Set (package modsecurity-crs), texts that resemble
 * attacks, and texts made from a pattern so that it often matches. */
#ifndef SECLANG_OP_RULES_TEST_H
#define SECLANG_OP_RULES_TEST_H

#include "base/file.h"
#include "base/pick_test.h"
#include "seclang/op/regex.h"
#include "seclang/op/scratch.h"

#include <glob.h>

enum { TEXT_MOST = 4096, LIST_MOST = 2000, FILE_MOST = 4 << 20 };

/* ── lists ── */

struct texts {
    sk_arena *mem;
    sk_str text[LIST_MOST];
    size_t count;
};

static inline void
keep_text(struct texts *list, sk_str s)
{
    if (list->count < LIST_MOST) list->text[list->count++] = s;
}

static inline void
each_file(struct texts *list, const char *names, void (*take)(struct texts *, sk_str))
{
    glob_t files;

    if (glob(names, 0, NULL, &files) != 0) return;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        sk_str text;

        if (!sk_failed(sk_file_read(&text, list->mem, files.gl_pathv[i], FILE_MOST)))
            take(list, text);
    }
    globfree(&files);
}

/* All "@rx ..." of a file; of \\ one backslash stays, of \" the quote. */
static inline void
take_patterns(struct texts *list, sk_str file)
{
    size_t at;

    while ((at = sk_str_find(file, SK_STR("@rx "))) != SIZE_MAX) {
        struct sk_buf out = { .mem = list->mem };
        bool quoted = at > 0 && (file.p[at - 1] == '"' || file.p[at - 1] == '!');

        file = sk_str_from(file, at + 4);
        sk_buf_room(&out, 1);
        for (at = 0; at < file.n && file.p[at] != '"' && file.p[at] != '\n'; at++) {
            if (file.p[at] == '\\' && at + 1 < file.n && strchr("\\\"", file.p[at + 1])) at++;
            sk_buf_byte(&out, file.p[at]);
        }
        if (quoted && sk_str_find(sk_buf_str(&out), SK_STR("%{")) == SIZE_MAX)
            keep_text(list, sk_buf_str(&out));
    }
}

/* Values of "uri:", "data:" and headers in the tests' YAML, roughly. */
static inline void
take_attacks(struct texts *list, sk_str file)
{
    sk_str line;

    while (sk_str_cut(&line, &file, '\n')) {
        size_t colon = sk_str_find(line, SK_STR(": "));

        line = sk_str_trim(sk_str_from(line, colon == SIZE_MAX ? line.n : colon + 2));
        if (line.n > 8 && pick(3) == 0) keep_text(list, line);
    }
}

/* ── texts ── */

static inline int
hex_value(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, sk_lower_byte((unsigned char)c));

    return c && at ? (int)(at - digits) : -1;
}

/* Decoded or not, cut, with bytes changed. */
static inline sk_str
mutated(char *out, sk_str s)
{
    size_t n = 0, from = pick(4) ? 0 : pick((unsigned)s.n);
    bool decode = pick(2) != 0;

    for (size_t i = from; i < s.n && n < TEXT_MOST; i++) {
        if (decode && s.p[i] == '%' && i + 2 < s.n && hex_value(s.p[i + 1]) >= 0 &&
            hex_value(s.p[i + 2]) >= 0) {
            out[n++] = (char)(hex_value(s.p[i + 1]) * 16 + hex_value(s.p[i + 2]));
            i += 2;
        } else {
            out[n++] = decode && s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    if (n > 0 && pick(3) == 0) out[pick((unsigned)n)] = (char)pick(256);
    return (sk_str){ out, n };
}

/* Bytes that stand in the pattern itself. */
static inline sk_str
scrambled(char *out, sk_str pattern)
{
    size_t n = pick(40);

    for (size_t i = 0; i < n; i++)
        out[i] = pattern.n ? pattern.p[pick((unsigned)pattern.n)] : 'a';
    return (sk_str){ out, n };
}

/* ── texts from a pattern's own tree ── */

struct maker {
    struct seclang_regex r;
    char *out;
    size_t n;
    unsigned depth;
};

static void make_alternatives(struct maker *m);

static inline void
put(struct maker *m, unsigned char c)
{
    if (m->n < TEXT_MOST) m->out[m->n++] = (char)c;
}

static inline void
put_of(struct maker *m, const struct seclang_regex_atom *atom)
{
    unsigned char start = (unsigned char)pick(256);

    if (atom->kind == SECLANG_REGEX_NOTHING || atom->kind == SECLANG_REGEX_UNKNOWN) return;
    if (pick(2)) start = (unsigned char)(32 + pick(95));
    for (unsigned i = 0; i < 256; i++)
        if ((atom->kind == SECLANG_REGEX_ANY && sk_bytes_count(&atom->set) == 0) ||
            sk_bytes_has(&atom->set, (unsigned char)(start + i))) {
            put(m, (unsigned char)(start + i));
            return;
        }
}

static inline void
make_group(struct maker *m)
{
    size_t before = m->n;
    bool negative = seclang_regex_is(&m->r, SK_STR("?!")) || seclang_regex_is(&m->r, SK_STR("?<!"));

    if (seclang_regex_skip(&m->r, SK_STR("?"))) {
        while (m->r.at < m->r.text.n && !strchr(":>|=!)", m->r.text.p[m->r.at])) {
            if (m->r.text.p[m->r.at] == 'i') m->r.fold = true;
            m->r.at++;
        }
        if (seclang_regex_skip(&m->r, SK_STR(")"))) return;
        m->r.at++;
    }
    make_alternatives(m);
    seclang_regex_skip(&m->r, SK_STR(")"));
    if (negative) m->n = before;
}

static inline void
make_atom(struct maker *m)
{
    struct seclang_regex_atom atom = { .kind = SECLANG_REGEX_ANY, .code = -1 };
    unsigned char c = (unsigned char)m->r.text.p[m->r.at++];

    if (c == '(') {
        make_group(m);
        return;
    }
    if (c == '^' || c == '$') return;
    if (c == '\\')
        atom = seclang_regex_escape(&m->r, false);
    else if (c == '[')
        atom = seclang_regex_class(&m->r);
    else if (c != '.')
        atom = seclang_regex_byte(&m->r, c);
    put_of(m, &atom);
}

/* How often: the least number, sometimes one or two more. */
static inline unsigned
take_times(struct seclang_regex *r)
{
    unsigned least = 1, more = 0;
    sk_str rest = sk_str_from(r->text, r->at);

    if (rest.n > 2 && rest.p[0] == '{' && rest.p[1] >= '0' && rest.p[1] <= '9') {
        least = (unsigned)strtoul(rest.p + 1, NULL, 10);
        more = memchr(rest.p, ',', sk_str_find_byte(rest, '}')) ? pick(2) : 0;
        seclang_regex_skip_to(r, '}');
    } else if (seclang_regex_skip(r, SK_STR("*"))) {
        least = pick(3);
    } else if (seclang_regex_skip(r, SK_STR("?"))) {
        least = pick(2);
    } else if (seclang_regex_skip(r, SK_STR("+"))) {
        more = pick(3);
    } else {
        return 1;
    }
    if (!seclang_regex_skip(r, SK_STR("?"))) seclang_regex_skip(r, SK_STR("+"));
    return least + more < 40 ? least + more : 40;
}

static inline void
make_sequence(struct maker *m)
{
    while (m->r.at < m->r.text.n && !strchr("|)", m->r.text.p[m->r.at])) {
        size_t from = m->r.at, before = m->n, behind;
        unsigned times;

        make_atom(m);
        times = take_times(&m->r);
        behind = m->r.at;
        if (times == 0) m->n = before;
        for (unsigned i = 1; i < times && m->n < TEXT_MOST / 2; i++) {
            m->r.at = from;
            make_atom(m);
        }
        m->r.at = behind;
    }
}

/* Any of the branches, each as likely. */
static void
make_alternatives(struct maker *m)
{
    size_t from = m->n;

    if (++m->depth > 50) return;
    make_sequence(m);
    for (unsigned branch = 2; seclang_regex_skip(&m->r, SK_STR("|")); branch++) {
        size_t end = m->n;

        make_sequence(m);
        if (pick(branch) == 0) {
            memmove(m->out + from, m->out + end, m->n - end);
            m->n = from + (m->n - end);
        } else {
            m->n = end;
        }
    }
    m->depth--;
}

/* A text that the pattern is likely to match, with something around it at times. `out` holds
 * TEXT_MOST bytes. */
static inline sk_str
made(char *out, sk_str pattern)
{
    struct maker m = { .r = { .text = pattern }, .out = out };

    if (pick(3) == 0) put(&m, (unsigned char)(32 + pick(95)));
    make_alternatives(&m);
    if (pick(3) == 0) put(&m, (unsigned char)(32 + pick(95)));
    return (sk_str){ out, m.n };
}

/* Parts of patterns; clang-format would give each a line. */
/* clang-format off */
static const char *const tokens[] = {
    "a", "b", "A", "<", "(", "(?:", "(?i)", "(?-i)", "(?i:", "(?x)", "(?x:", "(?=", "(?!",
    "(?<=a", "(?>", "(?|", ")", ")", ")", "|", "*", "+", "?", "{2}", "{0}", "{1,2}", "{,2}",
    "{0,}", "??", "*+", "[ab]", "[^a]", "[a-c]", "[^<-b]", "[]a]", "[^]a]", "[\\w<]",
    "[[:upper:]]", "[^[:^lower:]]", "[\\Qa-\\Eb]", "[a\\E-c]", "[#\\Q\\E-c]", "\\d", "\\W",
    "\\s", "\\N", "\\R", "\\h", "\\V", "\\x41", "\\x", "\\01", "\\1", "\\b", "\\K", "\\Q",
    "\\E", "\\Qa*\\E", "(?#a)", "#", "\n", " ", "^", "$", ".", "(?(1)a|b)", "(?(DEFINE)<)",
    "(?R)?", "(?1)", "(?<n>", "\\k<n>", "\\p{L}", "\\cA", "\\o{74}", "(?^)", "(?n)", "(?J)",
    "\\G", "\\z", "\\X", "[\\b]",
};
/* clang-format on */

/* Patterns that nobody would write. */
static inline sk_str
random_pattern(char *out)
{
    size_t n = 0;

    for (unsigned i = 1 + pick(8); i > 0; i--) {
        const char *token = tokens[pick(sizeof(tokens) / sizeof(tokens[0]))];

        memcpy(out + n, token, strlen(token));
        n += strlen(token);
    }
    return (sk_str){ out, n };
}

/* Of the bytes that those look for. */
static inline sk_str
random_text(char *out)
{
    static const char bytes[] = "aabbccABC<<01 _\n\r\b*#-]";
    size_t n = pick(7);

    for (size_t k = 0; k < n; k++)
        out[k] = bytes[pick(sizeof(bytes))];
    return (sk_str){ out, n };
}

#endif
