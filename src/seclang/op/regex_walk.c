/* Walking over a pattern's syntax tree, which is never built: what is known of parts is joined as
 * they are read. What is not surely understood makes the whole walk unsure.
 *
 * Verbs such as (*ACCEPT) end a match early: with any of them nothing is known. */
#include "seclang/op/regex_walk.h"

struct walk {
    struct seclang_regex r;
    const struct seclang_algebra *algebra;
    void *ctx;
};

static void *walk_alternatives(struct walk *w);

static void *
nothing(struct walk *w)
{
    static const struct seclang_regex_atom atom = { .kind = SECLANG_REGEX_NOTHING, .code = -1 };

    return w->algebra->atom(w->ctx, &atom);
}

/* Any text or none. */
static void *
anything(struct walk *w)
{
    static const struct seclang_regex_atom any = { .kind = SECLANG_REGEX_ANY, .code = -1 };

    return w->algebra->repeat(w->ctx, w->algebra->atom(w->ctx, &any), 0);
}

/* ── what does not count, and quantifiers ── */

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

/* Comments, blanks under (?x), quotation marks: they may stand before a quantifier too. */
static void
skip_ignored(struct seclang_regex *r)
{
    for (;;) {
        if (seclang_regex_skip(r, SK_STR("\\E")))
            r->quoted = false;
        else if (r->quoted)
            return;
        else if (seclang_regex_skip(r, SK_STR("\\Q")))
            r->quoted = true;
        else if (seclang_regex_skip(r, SK_STR("(?#")))
            seclang_regex_skip_to(r, ')');
        else if (!skip_blank(r))
            return;
    }
}

static bool
read_number(uint32_t *value, sk_str s, size_t *at)
{
    size_t from = *at;

    for (*value = 0; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9' && *at - from < 6; (*at)++)
        *value = *value * 10 + (uint32_t)(s.p[*at] - '0');
    return *at > from;
}

/* {3} {3,} {3,5}. Other braces are plain text, but for forms that newer versions take for
 * quantifiers: {,5} and blanks. */
static bool
braces(uint32_t *least, struct seclang_regex *r)
{
    sk_str rest = sk_str_from(r->text, r->at);
    size_t at = 1;
    uint32_t most;

    if (rest.n < 2 || rest.p[0] != '{') return false;
    if (strchr(" \t,", rest.p[1])) r->unsure = true;
    if (!read_number(least, rest, &at)) return false;
    if (at < rest.n && rest.p[at] == ',') {
        at++;
        read_number(&most, rest, &at);
    }
    if (at < rest.n && strchr(" \t", rest.p[at])) r->unsure = true;
    if (at >= rest.n || rest.p[at] != '}') return false;
    r->at += at + 1;
    return true;
}

static bool
quantifier(uint32_t *least, struct seclang_regex *r)
{
    if (braces(least, r)) return true;
    *least = 0;
    if (seclang_regex_skip(r, SK_STR("*")) || seclang_regex_skip(r, SK_STR("?"))) return true;
    *least = 1;
    return seclang_regex_skip(r, SK_STR("+"));
}

/* All quantifiers behind a part, each with its ? or + (lazy, possessive). */
static void *
quantify(struct walk *w, void *part)
{
    struct seclang_regex *r = &w->r;
    uint32_t least;

    skip_ignored(r);
    while (!r->quoted && !r->unsure && quantifier(&least, r)) {
        part = w->algebra->repeat(w->ctx, part, least);
        skip_ignored(r);
        if (!r->quoted && !seclang_regex_skip(r, SK_STR("?"))) seclang_regex_skip(r, SK_STR("+"));
        skip_ignored(r);
    }
    return part;
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
            if (c == '^') r->fold = r->extended = false;
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
    }
}

/* Behind "(?": what kind of group. `counts`: its text is part of the match; `must`: its sets hold.
 */
struct group {
    bool counts, must;
    bool options; /* (?i): the rest of the group around it */
    bool empty;   /* a subroutine call, a comment: closed already */
};

static const struct {
    const char *opens;
    struct group group;
} groups[] = {
    { ":", { true, true, false, false } },    { ">", { true, true, false, false } },
    { "|", { true, true, false, false } },    { "=", { false, true, false, false } },
    { "!", { false, false, false, false } },  { "<=", { false, true, false, false } },
    { "<!", { false, false, false, false } },
};

/* Named groups, and calls of groups: (?<n>...) (?'n'...) (?P<n>...) (?R) (?1) (?&n) (?P>n) (?P=n).
 */
static struct group
named_group(struct seclang_regex *r)
{
    struct group group = { true, true, false, false };
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

static struct group
group_kind(struct seclang_regex *r)
{
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (seclang_regex_skip(r, sk_str_of(groups[i].opens))) return groups[i].group;
    return named_group(r);
}

static void
close_group(struct seclang_regex *r)
{
    if (r->quoted || !seclang_regex_skip(r, SK_STR(")"))) r->unsure = true;
}

/* Behind "(?(": what is asked, then one or two branches. Nothing is known of it. */
static void *
conditional(struct walk *w)
{
    struct seclang_regex *r = &w->r;

    if (seclang_regex_peek(r, 0) == '?' || seclang_regex_peek(r, 0) == '*')
        r->unsure = true; /* an assertion as condition */
    seclang_regex_skip_to(r, ')');
    (void)walk_alternatives(w);
    close_group(r);
    return anything(w);
}

/* What a group says of the text around it. */
static void *
value_of(struct walk *w, struct group group, void *part)
{
    if (group.counts) return part;
    return group.must ? w->algebra->ahead(w->ctx, part) : nothing(w);
}

static void *
plain_group(struct walk *w)
{
    struct seclang_regex *r = &w->r;
    struct group group = { true, true, false, false };
    void *part;

    if (seclang_regex_skip(r, SK_STR("?"))) group = group_kind(r);
    if (group.options && !seclang_regex_skip(r, SK_STR(":"))) r->unsure = true;
    if (group.empty) return anything(w);
    part = walk_alternatives(w);
    close_group(r);
    return value_of(w, group, part);
}

/* "?i)" and its like: options for the rest of the group around it. */
static bool
bare_options(struct seclang_regex *r)
{
    struct seclang_regex tried = *r;
    struct group group;

    if (!seclang_regex_skip(&tried, SK_STR("?"))) return false;
    group = group_kind(&tried);
    if (!group.options || !seclang_regex_skip(&tried, SK_STR(")"))) return false;
    *r = tried;
    return true;
}

/* Behind "(". Options hold up to the end of the group. */
static void *
walk_group(struct walk *w)
{
    struct seclang_regex *r = &w->r;
    bool fold = r->fold, extended = r->extended;
    void *part;

    if (seclang_regex_is(r, SK_STR("*")) || ++r->depth > SECLANG_REGEX_DEPTH) r->unsure = true;
    if (r->unsure) return nothing(w);
    if (seclang_regex_skip(r, SK_STR("?("))) {
        part = conditional(w);
    } else if (bare_options(r)) {
        r->depth--;
        return nothing(w); /* the options stay */
    } else {
        part = plain_group(w);
    }
    r->depth--;
    r->fold = fold;
    r->extended = extended;
    return part;
}

/* ── the walk ── */

static void *
walk_atom(struct walk *w)
{
    static const struct seclang_regex_atom any = { .kind = SECLANG_REGEX_ANY, .code = -1 };
    struct seclang_regex *r = &w->r;
    struct seclang_regex_atom atom;
    unsigned char c = (unsigned char)r->text.p[r->at++];

    if (c == '(' && !r->quoted) return walk_group(w);
    if (!r->quoted && (c == '^' || c == '$')) return nothing(w);
    if (r->quoted)
        atom = seclang_regex_byte(r, c);
    else if (c == '\\')
        atom = seclang_regex_escape(r, false);
    else if (c == '[')
        atom = seclang_regex_class(r);
    else if (c == '.')
        atom = any;
    else
        atom = seclang_regex_byte(r, c);
    return w->algebra->atom(w->ctx, &atom);
}

static void *
walk_sequence(struct walk *w)
{
    struct seclang_regex *r = &w->r;
    void *all = nothing(w);

    for (skip_ignored(r); r->at < r->text.n && !r->unsure; skip_ignored(r)) {
        int c = seclang_regex_peek(r, 0);
        void *part;

        if (!r->quoted && (c == '|' || c == ')')) break;
        part = quantify(w, walk_atom(w));
        all = w->algebra->join(w->ctx, all, part);
    }
    return all;
}

static void *
walk_alternatives(struct walk *w)
{
    void *all = walk_sequence(w);

    while (!w->r.unsure && !w->r.quoted && seclang_regex_skip(&w->r, SK_STR("|"))) {
        void *other = walk_sequence(w);

        all = w->algebra->either(w->ctx, all, other);
    }
    return all;
}

void *
seclang_regex_walk(const struct seclang_algebra *algebra, void *ctx, sk_str pattern)
{
    struct walk w = { .r.text = pattern, .algebra = algebra, .ctx = ctx };
    void *all = walk_alternatives(&w);

    return w.r.unsure || w.r.at < pattern.n ? NULL : all;
}
