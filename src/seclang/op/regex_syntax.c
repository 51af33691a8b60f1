/* What stands around the atoms of PCRE2 patterns: blanks and comments, quantifiers, the kinds of
 * groups. Shared by the walk for filters and by the tree. */
#include "seclang/op/regex.h"

/* ── what does not count ── */

static bool
skip_blank(struct seclang_regex *r)
{
    int c = seclang_regex_peek(r, 0);

    if (!r->extended) return false;
    if (c == '#') {
        size_t end = sk_str_find_byte(sk_str_from(r->text, r->at), '\n');

        r->at = end == SIZE_MAX ? r->text.n : r->at + end + 1;
        return true;
    }
    if (c == 0x85) r->unsure = true; /* a blank for some, not for others */
    if (c != ' ' && (c < '\t' || c > '\r')) return false;
    r->at++;
    return true;
}

void
seclang_regex_skip_ignored(struct seclang_regex *r)
{
    for (;;) {
        bool quoted = r->quoted;

        if (seclang_regex_skip(r, SK_STR("\\E")))
            r->quoted = false;
        else if (!quoted && seclang_regex_skip(r, SK_STR("\\Q")))
            r->quoted = true;
        else if (!quoted && seclang_regex_skip(r, SK_STR("(?#")))
            seclang_regex_skip_to(r, ')');
        else if (quoted || !skip_blank(r))
            return;
    }
}

/* ── quantifiers ── */

/* Leading zeros are allowed, as many as one likes; counts over 65,535 PCRE2 itself refuses. */
enum { NUMBER_MOST = 100000 };

static bool
read_number(uint32_t *value, sk_str s, size_t *at)
{
    size_t from = *at;

    for (*value = 0; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; (*at)++)
        if (*value < NUMBER_MOST) *value = *value * 10 + (uint32_t)(s.p[*at] - '0');
    return *at > from;
}

/* {3} {3,} {3,5}. Other braces are plain text, but for forms that newer versions take for
 * quantifiers: {,5} and blanks. */
static bool
braces(struct seclang_regex_times *times, struct seclang_regex *r)
{
    sk_str rest = sk_str_from(r->text, r->at);
    size_t at = 1;

    if (rest.n < 2 || rest.p[0] != '{') return false;
    if (strchr(" \t,", rest.p[1])) r->unsure = true;
    if (!read_number(&times->least, rest, &at)) return false;
    times->most = times->least;
    if (at < rest.n && rest.p[at] == ',') {
        at++;
        if (!read_number(&times->most, rest, &at)) times->most = SECLANG_REGEX_NO_END;
    }
    if (at < rest.n && strchr(" \t", rest.p[at])) r->unsure = true;
    if (at >= rest.n || rest.p[at] != '}') return false;
    r->at += at + 1;
    return true;
}

static bool
quantifier(struct seclang_regex_times *times, struct seclang_regex *r)
{
    static const struct {
        char sign[2];
        struct seclang_regex_times times;
    } signs[] = { { "*", { 0, SECLANG_REGEX_NO_END, false } },
                  { "?", { 0, 1, false } },
                  { "+", { 1, SECLANG_REGEX_NO_END, false } } };

    if (braces(times, r)) return true;
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (!seclang_regex_skip(r, sk_str_of(signs[i].sign))) continue;
        *times = signs[i].times;
        return true;
    }
    return false;
}

bool
seclang_regex_quantifier(struct seclang_regex_times *times, struct seclang_regex *r)
{
    *times = (struct seclang_regex_times){ 0 };
    if (r->quoted || r->unsure || !quantifier(times, r)) return false;
    seclang_regex_skip_ignored(r);
    if (!r->quoted && !seclang_regex_skip(r, SK_STR("?")))
        times->possessive = seclang_regex_skip(r, SK_STR("+"));
    seclang_regex_skip_ignored(r);
    return true;
}

/* ── groups ── */

/* (?i) (?i-s: (?^ ...: the letters up to : or ). Unknown letters are unsure. */
static void
take_options(struct seclang_regex *r)
{
    bool on = true;

    for (;; r->at++) {
        int c = seclang_regex_peek(r, 0);

        if (c == ':' || c == ')') return;
        if (c == '-' || c == '^') {
            if (c == '^') {
                r->fold = r->extended = false;
                r->narrow = true;
            }
            if (c == '-') on = false;
        } else if (c == 'i') {
            r->fold = on;
        } else if (c == 'x') {
            r->extended = on;
            if (seclang_regex_peek(r, 1) == 'x') r->unsure = true; /* blanks in classes */
        } else if (c < 0 || !strchr("smnJU", c) || c == 0) {
            r->unsure = true;
            return;
        }
        if (c == 'm') r->lines = true;
        if (c == 's' && !on) r->narrow = true;
    }
}

static const struct {
    const char *opens;
    struct seclang_regex_group group;
} groups[] = {
    { ":", { .counts = true, .must = true } },
    { ">", { .counts = true, .must = true, .atomic = true } },
    { "|", { .counts = true, .must = true } },
    { "=", { .must = true } },
    { "!", { .counts = false } },
    { "<=", { .must = true } },
    { "<!", { .counts = false } },
};

/* Named groups, and calls of groups: (?<n>...) (?'n'...) (?P<n>...) (?R) (?1) (?&n) (?P>n) (?P=n).
 */
static struct seclang_regex_group
named_group(struct seclang_regex *r)
{
    struct seclang_regex_group group = { .counts = true, .must = true };
    int c = seclang_regex_peek(r, 0), next = seclang_regex_peek(r, 1);

    if (c == '<' || c == '\'' || (c == 'P' && next == '<')) {
        r->at += c == 'P' ? 2 : 1;
        seclang_regex_skip_to(r, c == '\'' ? '\'' : '>');
        return group;
    }
    group.empty = c == 'R' || c == '&' || c == 'P' || (c >= '0' && c <= '9') || c == '+' ||
                  (c == '-' && next >= '0' && next <= '9');
    if (group.empty) {
        seclang_regex_skip_to(r, ')');
        return group;
    }
    group.options = true;
    take_options(r);
    return group;
}

struct seclang_regex_group
seclang_regex_group(struct seclang_regex *r)
{
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (seclang_regex_skip(r, sk_str_of(groups[i].opens))) return groups[i].group;
    return named_group(r);
}

void
seclang_regex_close(struct seclang_regex *r)
{
    if (r->quoted || !seclang_regex_skip(r, SK_STR(")"))) r->unsure = true;
}
