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

/* An assertion, by its letter; 0: the empty text. */
static void *
nothing(struct walk *w, int letter)
{
    struct seclang_regex_atom atom = { .kind = SECLANG_REGEX_NOTHING, .code = letter };

    if (w->r.lines && (letter == '^' || letter == '$')) atom.code = -1;
    return w->algebra->atom(w->ctx, &atom);
}

/* Any text or none. */
static void *
anything(struct walk *w)
{
    static const struct seclang_regex_atom any = { .kind = SECLANG_REGEX_ANY, .code = -1 };

    return w->algebra->repeat(w->ctx, w->algebra->atom(w->ctx, &any), 0, SECLANG_REGEX_NO_END);
}

/* ── quantifiers ── */

/* All quantifiers behind a part, each with its ? or + (lazy, possessive). */
static void *
quantify(struct walk *w, void *part)
{
    struct seclang_regex *r = &w->r;
    struct seclang_regex_times times;

    seclang_regex_skip_ignored(r);
    while (seclang_regex_quantifier(&times, r)) {
        part = w->algebra->repeat(w->ctx, part, times.least, times.most);
        if (times.possessive) r->narrow = true;
    }
    return part;
}

/* ── groups ── */

/* Behind "(?(": what is asked, then one or two branches. Nothing is known of it. */
static void *
conditional(struct walk *w)
{
    struct seclang_regex *r = &w->r;

    if (seclang_regex_peek(r, 0) == '?' || seclang_regex_peek(r, 0) == '*')
        r->unsure = true; /* an assertion as condition */
    seclang_regex_skip_to(r, ')');
    (void)walk_alternatives(w);
    seclang_regex_close(r);
    return anything(w);
}

/* What a group says of the text around it. */
static void *
value_of(struct walk *w, struct seclang_regex_group group, void *part)
{
    if (group.counts) return part;
    return group.must ? w->algebra->ahead(w->ctx, part) : nothing(w, -1);
}

static void *
plain_group(struct walk *w)
{
    struct seclang_regex *r = &w->r;
    struct seclang_regex_group group = { .counts = true, .must = true };
    void *part;

    if (seclang_regex_skip(r, SK_STR("?"))) group = seclang_regex_group(r);
    if (group.options && !seclang_regex_skip(r, SK_STR(":"))) r->unsure = true;
    if (group.empty) return anything(w);
    if (group.atomic) r->narrow = true;
    part = walk_alternatives(w);
    seclang_regex_close(r);
    return value_of(w, group, part);
}

/* "?i)" and its like: options for the rest of the group around it. */
static bool
bare_options(struct seclang_regex *r)
{
    struct seclang_regex tried = *r;
    struct seclang_regex_group group;

    if (!seclang_regex_skip(&tried, SK_STR("?"))) return false;
    group = seclang_regex_group(&tried);
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
    if (r->unsure) return nothing(w, 0);
    if (seclang_regex_skip(r, SK_STR("?("))) {
        part = conditional(w);
    } else if (bare_options(r)) {
        r->depth--;
        return nothing(w, 0); /* the options stay */
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
    static const struct seclang_regex_atom any = { .kind = SECLANG_REGEX_ANY, .code = '.' };
    struct seclang_regex *r = &w->r;
    struct seclang_regex_atom atom;
    unsigned char c = (unsigned char)r->text.p[r->at++];
    unsigned char sign = r->quoted ? 0 : c; /* between \Q and \E nothing is one */

    if (sign == '(') return walk_group(w);
    if (sign == '^' || sign == '$') return nothing(w, c);
    if (sign == '\\')
        atom = seclang_regex_escape(r, false);
    else if (sign == '[')
        atom = seclang_regex_class(r);
    else if (sign == '.')
        atom = any;
    else
        atom = seclang_regex_byte(r, c);
    return w->algebra->atom(w->ctx, &atom);
}

static void *
walk_sequence(struct walk *w)
{
    struct seclang_regex *r = &w->r;
    void *all = nothing(w, 0);

    for (seclang_regex_skip_ignored(r); r->at < r->text.n && !r->unsure;
         seclang_regex_skip_ignored(r)) {
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

    if (w.r.narrow && algebra->narrow) algebra->narrow(ctx);
    return w.r.unsure || w.r.at < pattern.n ? NULL : all;
}
