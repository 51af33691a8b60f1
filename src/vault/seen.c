/* The details of a vault.read record, read without a tree: the fold meets them ten million times.
 */
#include "vault/scope.h"

const char *const vault_shown_names[VAULT_SHOWN] = { "plain", "masked", "render", "self" };

enum { DEPTH_MAX = 4 };

struct text {
    sk_str s;
    size_t at;
};

static char
here(const struct text *t)
{
    return t->at < t->s.n ? t->s.p[t->at] : 0;
}

/* The byte c, with blanks before it (the ledger writes a blank where a line's end was). */
static bool
take(struct text *t, char c)
{
    t->at = sk_str_skip_blanks(t->s, t->at);
    if (here(t) != c) return false;
    t->at++;
    return true;
}

/* A string without escapes: all that the keeper writes are names. */
static bool
string(sk_str *value, struct text *t)
{
    const char *end;

    if (!take(t, '"')) return false;
    end = memchr(t->s.p + t->at, '"', t->s.n - t->at);
    if (!end) return false;
    *value = (sk_str){ t->s.p + t->at, (size_t)(end - t->s.p) - t->at };
    t->at += value->n + 1;
    return !memchr(value->p, '\\', value->n);
}

/* Over a value of any kind; *value is its text. */
static bool
value_skip(sk_str *value, struct text *t, unsigned depth)
{
    size_t begin;
    sk_str part;
    char close;

    t->at = sk_str_skip_blanks(t->s, t->at);
    begin = t->at;
    if (here(t) == '"') {
        if (!string(&part, t)) return false;
    } else if (here(t) == '{' || here(t) == '[') {
        close = here(t) == '{' ? '}' : ']';
        t->at++;
        if (depth == DEPTH_MAX) return false;
        while (!take(t, close))
            if (!take(t, ',') && !take(t, ':') && !value_skip(&part, t, depth + 1)) return false;
    } else {
        while (t->at < t->s.n && !strchr(",}]: \t\n", t->s.p[t->at]))
            t->at++;
    }
    *value = (sk_str){ t->s.p + begin, t->at - begin };
    return t->at > begin;
}

/* ── members ── */

static bool
unquoted(sk_str *text, sk_str value)
{
    struct text t = { value, 0 };

    return string(text, &t) && t.at == value.n;
}

static bool
take_purpose(struct vault_seen *seen, sk_str value)
{
    return unquoted(&seen->purpose, value);
}

static bool
take_route(struct vault_seen *seen, sk_str value)
{
    return unquoted(&seen->route, value);
}

static bool
take_show(struct vault_seen *seen, sk_str value)
{
    sk_str word;

    if (!unquoted(&word, value)) return false;
    for (unsigned i = 0; i < VAULT_SHOWN; i++) {
        seen->shown = (enum vault_shown)i;
        if (sk_str_eq(word, sk_str_of(vault_shown_names[i]))) return true;
    }
    return false;
}

static bool
take_values(struct vault_seen *seen, sk_str value)
{
    int64_t number;

    if (!sk_str_to_i64(&number, value) || number < 0) return false;
    seen->values = (uint64_t)number;
    return true;
}

static bool
take_seen(struct vault_seen *seen, sk_str value)
{
    seen->seen = value;
    return true;
}

static const struct {
    const char *name;
    bool needed;
    bool (*take)(struct vault_seen *seen, sk_str value);
} members[] = {
    { "purpose", true, take_purpose }, { "show", true, take_show }, { "route", false, take_route },
    { "values", true, take_values },   { "seen", true, take_seen },
};

enum { MEMBERS = sizeof members / sizeof *members };

/* Members that are not known are passed over: a newer keeper may write more. */
static bool
member(struct vault_seen *seen, unsigned *had, struct text *t)
{
    sk_str name, value;

    if (!string(&name, t) || !take(t, ':') || !value_skip(&value, t, 0)) return false;
    for (unsigned i = 0; i < MEMBERS; i++) {
        if (!sk_str_eq(name, sk_str_of(members[i].name))) continue;
        if (*had & 1u << i) return false;
        *had |= 1u << i;
        return members[i].take(seen, value);
    }
    return true;
}

sk_err
vault_seen_read(struct vault_seen *seen, sk_str details)
{
    struct text t = { details, 0 };
    unsigned had = 0;

    *seen = (struct vault_seen){ 0 };
    if (!take(&t, '{')) return sk_fail(SK_BAD, "details are no object");
    do
        if (!member(seen, &had, &t)) return sk_fail(SK_BAD, "details: byte %zu", t.at);
    while (take(&t, ','));
    if (!take(&t, '}') || sk_str_skip_blanks(details, t.at) != details.n)
        return sk_fail(SK_BAD, "details: byte %zu", t.at);
    for (unsigned i = 0; i < MEMBERS; i++)
        if (members[i].needed && !(had & 1u << i))
            return sk_fail(SK_BAD, "details lack %s", members[i].name);
    return sk_ok();
}

/* ── people ── */

bool
vault_kinds_read(unsigned *kinds, sk_str names)
{
    sk_str name;

    *kinds = 0;
    while (sk_str_cut(&name, &names, '+')) {
        enum personal_kind kind = personal_kind_of(name);

        if (kind == PERSONAL_NONE) return false;
        *kinds |= personal_kind_bit(kind);
    }
    return *kinds != 0;
}

/* "name+phone":["per_…",…] */
static bool
group(struct text *t, void (*visit)(void *ctx, sk_str person, unsigned kinds), void *ctx)
{
    sk_str names, person;
    unsigned kinds;

    if (!string(&names, t) || !vault_kinds_read(&kinds, names) || !take(t, ':') || !take(t, '['))
        return false;
    do {
        if (!string(&person, t)) return false;
        visit(ctx, person, kinds);
    } while (take(t, ','));
    return take(t, ']');
}

sk_err
vault_seen_each(const struct vault_seen *seen,
                void (*visit)(void *ctx, sk_str person, unsigned kinds), void *ctx)
{
    struct text t = { seen->seen, 0 };

    if (!take(&t, '{')) return sk_fail(SK_BAD, "seen is no object");
    do
        if (!group(&t, visit, ctx)) return sk_fail(SK_BAD, "seen: byte %zu", t.at);
    while (take(&t, ','));
    if (!take(&t, '}') || t.at != seen->seen.n) return sk_fail(SK_BAD, "seen: byte %zu", t.at);
    return sk_ok();
}
