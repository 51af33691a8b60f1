/* Filters of patterns: a walk over the syntax tree, which is never built, only added up.
 *
 *     sequence      lengths add up; of all sets the rarest stay
 *     alternative   the shorter length; unions of a set of each side
 *     quantifier    nothing where it may be zero; else length times the least number
 *     (?=...)       its sets, for the value must have them; no length
 *     (?!...), (?(...)...), \1, (?R)   nothing
 *
 * Bytes are counted anywhere in the value, so sets stay sound wherever a match lies. Verbs such as
 * (*ACCEPT) end a match early: with any of them nothing is known. */
#include "seclang/op/regex.h"
#include "seclang/op/rows.h"

enum { LEAST_MOST = 1 << 20 };

static void walk_alternatives(struct seclang_filter *out, struct seclang_regex *r);

/* ── arithmetic ── */

static uint32_t
times(uint32_t a, uint32_t b)
{
    uint64_t product = (uint64_t)a * b;

    return product > LEAST_MOST ? LEAST_MOST : (uint32_t)product;
}

static void
add_part(struct seclang_filter *to, const struct seclang_filter *part)
{
    uint32_t sum = to->least + part->least;

    to->least = sum > LEAST_MOST ? LEAST_MOST : sum;
    for (unsigned i = 0; i < part->sets; i++)
        seclang_filter_offer(to, &part->set[i]);
}

/* The lightest union of `set` with one of the other side's. */
static void
offer_union(struct seclang_filter *to, const struct sk_bytes *set,
            const struct seclang_filter *other)
{
    struct sk_bytes best = { { 0 } };
    unsigned least = UINT32_MAX;

    for (unsigned i = 0; i < other->sets; i++) {
        struct sk_bytes both = *set;
        unsigned weight;

        sk_bytes_unite(&both, &other->set[i]);
        weight = seclang_filter_weight(&both);
        if (weight >= least) continue;
        least = weight;
        best = both;
    }
    if (other->sets > 0) seclang_filter_offer(to, &best);
}

static void
either(struct seclang_filter *a, const struct seclang_filter *b)
{
    struct seclang_filter both = { .least = a->least < b->least ? a->least : b->least };

    for (unsigned i = 0; i < a->sets; i++)
        offer_union(&both, &a->set[i], b);
    for (unsigned i = 0; i < b->sets; i++)
        offer_union(&both, &b->set[i], a);
    *a = both;
}

static struct seclang_filter
of_atom(const struct seclang_regex_atom *atom)
{
    struct seclang_filter part = { .least = atom->kind == SECLANG_REGEX_NOTHING ? 0 : 1 };

    if (atom->kind == SECLANG_REGEX_BYTES) seclang_filter_offer(&part, &atom->set);
    return part;
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
static void
quantify(struct seclang_filter *part, struct seclang_regex *r)
{
    uint32_t least;

    skip_ignored(r);
    while (!r->quoted && !r->unsure && quantifier(&least, r)) {
        part->least = times(part->least, least);
        if (least == 0) part->sets = 0;
        skip_ignored(r);
        if (!r->quoted && !seclang_regex_skip(r, SK_STR("?"))) seclang_regex_skip(r, SK_STR("+"));
        skip_ignored(r);
    }
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
static void
conditional(struct seclang_regex *r)
{
    struct seclang_filter ignored;

    if (seclang_regex_peek(r, 0) == '?' || seclang_regex_peek(r, 0) == '*')
        r->unsure = true; /* an assertion as condition */
    seclang_regex_skip_to(r, ')');
    walk_alternatives(&ignored, r);
    close_group(r);
}

/* Behind "(". Options hold up to the end of the group. */
static void
walk_group(struct seclang_filter *out, struct seclang_regex *r)
{
    struct group group = { true, true, false, false };
    bool fold = r->fold, extended = r->extended;

    *out = (struct seclang_filter){ 0 };
    if (seclang_regex_is(r, SK_STR("*")) || ++r->depth > SECLANG_REGEX_DEPTH) r->unsure = true;
    if (r->unsure) return;
    if (seclang_regex_skip(r, SK_STR("?("))) {
        conditional(r);
    } else {
        if (seclang_regex_skip(r, SK_STR("?"))) group = group_kind(r);
        if (group.options && seclang_regex_skip(r, SK_STR(")"))) {
            r->depth--;
            return; /* the options stay */
        }
        if (group.options && !seclang_regex_skip(r, SK_STR(":"))) r->unsure = true;
        if (!group.empty) {
            walk_alternatives(out, r);
            close_group(r);
        }
        if (!group.counts) out->least = 0;
        if (!group.must) out->sets = 0;
    }
    r->depth--;
    r->fold = fold;
    r->extended = extended;
}

/* ── the walk ── */

static void
walk_atom(struct seclang_filter *out, struct seclang_regex *r)
{
    static const struct seclang_regex_atom any = { .kind = SECLANG_REGEX_ANY, .code = -1 };
    static const struct seclang_regex_atom nothing = { .kind = SECLANG_REGEX_NOTHING, .code = -1 };
    struct seclang_regex_atom atom;
    unsigned char c = (unsigned char)r->text.p[r->at++];

    if (c == '(' && !r->quoted) {
        walk_group(out, r);
        return;
    }
    if (r->quoted)
        atom = seclang_regex_byte(r, c);
    else if (c == '\\')
        atom = seclang_regex_escape(r, false);
    else if (c == '[')
        atom = seclang_regex_class(r);
    else if (c == '.')
        atom = any;
    else if (c == '^' || c == '$')
        atom = nothing;
    else
        atom = seclang_regex_byte(r, c);
    *out = of_atom(&atom);
}

static void
walk_sequence(struct seclang_filter *out, struct seclang_regex *r)
{
    *out = (struct seclang_filter){ 0 };
    for (skip_ignored(r); r->at < r->text.n && !r->unsure; skip_ignored(r)) {
        struct seclang_filter part;
        int c = seclang_regex_peek(r, 0);

        if (!r->quoted && (c == '|' || c == ')')) return;
        walk_atom(&part, r);
        quantify(&part, r);
        add_part(out, &part);
    }
}

static void
walk_alternatives(struct seclang_filter *out, struct seclang_regex *r)
{
    walk_sequence(out, r);
    while (!r->unsure && !r->quoted && seclang_regex_skip(r, SK_STR("|"))) {
        struct seclang_filter other;

        walk_sequence(&other, r);
        either(out, &other);
    }
}

void
seclang_filter_of_regex(struct seclang_filter *filter, sk_str pattern)
{
    struct seclang_regex r = { .text = pattern };

    walk_alternatives(filter, &r);
    if (r.unsure || r.at < pattern.n) *filter = (struct seclang_filter){ 0 };
}
