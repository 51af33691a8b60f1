#include "known_op.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

static bool
they_answer_as_we_about(sk_arena *mem, const struct answer *theirs, const struct question *other)
{
    struct answer ours;

    question_ask(&ours, mem, other);
    return question_same(mem, other, &ours, theirs);
}

/* ── what rules may say ── */

static bool
no_argument(sk_arena *mem, const struct question *q, const struct answer *ours,
            const struct answer *theirs)
{
    (void)mem;
    return q->argument.n == 0 && !ours->refused && theirs->refused;
}

/* They load a pattern that is none, and never find it. */
static bool
broken_pattern(sk_arena *mem, const struct question *q, const struct answer *ours,
               const struct answer *theirs)
{
    (void)mem, (void)q;
    return ours->refused && !theirs->refused && !theirs->match;
}

static bool
mask_of_no_bits(sk_arena *mem, const struct question *q, const struct answer *ours,
                const struct answer *theirs)
{
    sk_str part, rest = q->argument;

    (void)mem;
    while (sk_str_cut(&part, &rest, ','))
        if (sk_str_ends(part, SK_STR("/0"))) return !ours->refused && theirs->refused;
    return false;
}

static bool
blank_behind_comma(sk_arena *mem, const struct question *q, const struct answer *ours,
                   const struct answer *theirs)
{
    (void)mem;
    return sk_str_find(q->argument, SK_STR(", ")) != SIZE_MAX && !ours->refused && theirs->refused;
}

/* ── networks ── */

enum { NETWORKS_MOST = 64, WORD_MOST = 64 };

struct network {
    int family;
    unsigned char base[sizeof(struct in6_addr)];
    unsigned bits;
};

static bool
read_network(struct network *net, sk_str word)
{
    char text[WORD_MOST], *slash;
    unsigned most;

    *net = (struct network){ 0 };
    if (word.n >= sizeof(text)) return false;
    memcpy(text, word.p, word.n);
    text[word.n] = '\0';
    net->family = strchr(text, ':') ? AF_INET6 : AF_INET;
    most = net->family == AF_INET6 ? 128 : 32;
    slash = strchr(text, '/');
    net->bits = slash ? (unsigned)strtoul(slash + 1, NULL, 10) : most;
    if (slash) *slash = '\0';
    if (net->bits > most || inet_pton(net->family, text, net->base) != 1) return false;
    for (unsigned i = net->bits; i < most; i++)
        net->base[i / 8] &= (unsigned char)~(0x80 >> i % 8);
    return true;
}

/* Of networks that begin with the same address they know the first. */
static bool
same_base(sk_arena *mem, const struct question *q, const struct answer *ours,
          const struct answer *theirs)
{
    struct network known[NETWORKS_MOST], *net = known;
    struct question other = *q;
    struct sk_buf kept = { .mem = mem };
    sk_str word, rest = q->argument;

    (void)ours;
    while (net < known + NETWORKS_MOST && sk_str_cut(&word, &rest, ',')) {
        const struct network *before = known;

        if (!read_network(net, word)) return false;
        while (before < net && (before->family != net->family ||
                                memcmp(before->base, net->base, sizeof(net->base)) != 0))
            before++;
        if (before == net) sk_buf_printf(&kept, "%s%.*s", kept.n ? "," : "", SK_ARG(word));
        net += before == net;
    }
    other.argument = sk_buf_str(&kept);
    return other.argument.n < q->argument.n && they_answer_as_we_about(mem, theirs, &other);
}

/* ── numbers ── */

/* As strtoll reads it. */
static int64_t
wide(sk_str s)
{
    size_t i = sk_str_skip_blanks(s, 0);
    bool minus = i < s.n && s.p[i] == '-';
    int64_t value = 0;

    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+')) i++;
    for (; i < s.n && isdigit((unsigned char)s.p[i]); i++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, s.p[i] - '0', &value))
            return minus ? INT64_MIN : INT64_MAX;
    return minus ? -value : value;
}

static bool
fits(int64_t value)
{
    return value >= INT_MIN && value <= INT_MAX;
}

/* @eq takes what does not fit into an int for 0; the others count with 64 bits. */
static bool
large_number(sk_arena *mem, const struct question *q, const struct answer *ours,
             const struct answer *theirs)
{
    int64_t right = wide(q->argument), left = wide(q->value);
    bool less = left < right, equal = left == right;
    const char *op = q->op->name;

    (void)mem, (void)ours;
    if (theirs->refused || (fits(left) && fits(right))) return false;
    if (strcmp(op, "eq") == 0)
        return theirs->match == ((fits(left) ? left : 0) == (fits(right) ? right : 0));
    return theirs->match == ((op[0] == 'l' ? less : !less && !equal) || (op[1] == 'e' && equal));
}

/* ── phrases and words ── */

/* TX.0 has the way through all phrases that was gone: the letters as the first phrase on it has
 * them, and of a phrase inside of another one also what the longer one begins with. */
static bool
spelled(sk_arena *mem, const struct answer *ours, const struct answer *theirs)
{
    sk_str our = question_escaped(mem, sk_str_lower(mem, ours->captures));

    return ours->match == theirs->match && sk_str_ends(sk_str_lower(mem, theirs->captures), our);
}

static bool
spelling(sk_arena *mem, const struct question *q, const struct answer *ours,
         const struct answer *theirs)
{
    (void)q;
    return !ours->refused && !theirs->refused && spelled(mem, ours, theirs);
}

static bool
has_ff(sk_arena *mem, const struct question *q, sk_str phrase)
{
    (void)mem, (void)q;
    return sk_str_find_byte(phrase, '\xff') != SIZE_MAX;
}

/* In a phrase, but not at its beginning. */
static bool
is_inside(sk_arena *mem, const struct question *q, sk_str phrase)
{
    sk_str other, all = q->argument;

    while (sk_str_cut(&other, &all, ' '))
        if (other.n > phrase.n && sk_str_find_nocase(sk_str_from(other, 1), phrase) != SIZE_MAX)
            return true;
    return has_ff(mem, q, phrase);
}

/* After a letter that does not fit they go back to the longest beginning of the phrase that they
 * have just read, but only if the letter before it would have led there as well. */
static bool
is_overlooked(sk_arena *mem, const struct question *q, sk_str phrase)
{
    sk_str p = sk_str_lower(mem, phrase), text = sk_str_lower(mem, q->value);
    size_t *back = sk_array(mem, p.n + 1, sizeof(*back)), at = 0;

    back[0] = 0;
    for (size_t i = 1; i <= p.n; i++)
        back[i] = i > 1 && p.p[back[i - 1]] == p.p[i - 1] ? back[i - 1] + 1 : 0;
    for (size_t i = 0; i < text.n && at < p.n; i++) {
        while (at > 0 && p.p[at] != text.p[i])
            at = back[at];
        at += p.p[at] == text.p[i];
    }
    return at < p.n && sk_str_find(text, p) != SIZE_MAX;
}

/* They have not got the phrases for which `lacks` is true. */
static bool
lacking(sk_arena *mem, const struct question *q, const struct answer *theirs,
        bool (*lacks)(sk_arena *mem, const struct question *q, sk_str phrase))
{
    struct question other = *q;
    struct sk_buf kept = { .mem = mem };
    sk_str phrase, rest = q->argument;
    struct answer ours = { 0 };

    while (sk_str_cut(&phrase, &rest, ' '))
        if (!lacks(mem, q, phrase)) sk_buf_printf(&kept, " %.*s", SK_ARG(phrase));
    other.argument = sk_str_trim(sk_buf_str(&kept));
    if (other.argument.n == q->argument.n || theirs->refused) return false;
    if (other.argument.n > 0) question_ask(&ours, mem, &other);
    return spelled(mem, &ours, theirs);
}

static bool
ff_phrases(sk_arena *mem, const struct question *q, const struct answer *ours,
           const struct answer *theirs)
{
    (void)ours;
    return lacking(mem, q, theirs, has_ff);
}

static bool
overlooked_phrases(sk_arena *mem, const struct question *q, const struct answer *ours,
                   const struct answer *theirs)
{
    (void)ours;
    return lacking(mem, q, theirs, is_overlooked);
}

/* What they say they found is one of the phrases, and is there. */
static bool
is_found(sk_arena *mem, const struct question *q, const struct answer *theirs)
{
    sk_str phrase, rest = q->argument;
    struct answer said = { .match = true };

    while (theirs->match && sk_str_cut(&phrase, &rest, ' ')) {
        said.captures = sk_str_printf(mem, "%.*s|||||||||", SK_ARG(phrase));
        if (spelled(mem, &said, theirs) && sk_str_find_nocase(q->value, phrase) != SIZE_MAX)
            return true;
    }
    return false;
}

/* Of phrases inside of others they find some, and some not. */
static bool
inner_phrases(sk_arena *mem, const struct question *q, const struct answer *ours,
              const struct answer *theirs)
{
    sk_str phrase, rest = q->argument;

    (void)ours;
    if (lacking(mem, q, theirs, is_inside)) return true;
    while (sk_str_cut(&phrase, &rest, ' '))
        if (is_inside(mem, q, phrase)) return is_found(mem, q, theirs);
    return false;
}

/* Between bars they take letters for digits, but not digits; and what they have read is not cut to
 * its new length. Told of one phrase with one such piece. */
static bool
hexadecimal_phrase(sk_arena *mem, const struct question *q, const struct answer *ours,
                   const struct answer *theirs)
{
    struct question other = { .op = seclang_op_find(SK_STR("contains")) };
    struct sk_buf text = { .mem = mem };
    size_t from = sk_str_find_byte(q->argument, '|'), to, letters = 0;

    (void)ours;
    if (from == SIZE_MAX || sk_str_find_byte(q->argument, ' ') != SIZE_MAX) return false;
    to = from + 1 + sk_str_find_byte(sk_str_from(q->argument, from + 1), '|');
    for (size_t i = from; i < to; i++)
        letters += isalpha((unsigned char)q->argument.p[i]) != 0;
    if (letters > 1) return false; /* two of them are a byte to them */
    sk_buf_add(&text, sk_str_first(q->argument, from));
    sk_buf_add(&text, sk_str_from(q->argument, to + 1));
    sk_buf_add(&text, sk_str_from(q->argument, text.n));
    other.argument = sk_str_lower(mem, sk_buf_str(&text));
    other.value = sk_str_lower(mem, q->value);
    return they_answer_as_we_about(mem, theirs, &other);
}

static bool
literal_strmatch(sk_arena *mem, const struct question *q, const struct answer *ours,
                 const struct answer *theirs)
{
    struct question other = { seclang_op_find(SK_STR("contains")), q->argument, q->value };

    (void)ours;
    return sk_str_find_byte(q->argument, '|') != SIZE_MAX &&
           they_answer_as_we_about(mem, theirs, &other);
}

/* Digits and underscores become bytes that are no part of a word to us either. */
static sk_str
letters_alone(sk_arena *mem, sk_str s)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (isdigit((unsigned char)c)) c = (char)(c - '0' + 0x10);
        sk_buf_byte(&out, (char)(c == '_' ? 0x1b : c));
    }
    return sk_buf_str(&out);
}

static bool
word_of_letters(sk_arena *mem, const struct question *q, const struct answer *ours,
                const struct answer *theirs)
{
    struct question other = { q->op, letters_alone(mem, q->argument),
                              letters_alone(mem, q->value) };

    (void)ours;
    return they_answer_as_we_about(mem, theirs, &other);
}

/* ── patterns ── */

static bool
multiline(sk_arena *mem, const struct question *q, const struct answer *ours,
          const struct answer *theirs)
{
    struct question other = *q;

    (void)ours;
    other.argument = sk_str_printf(mem, "(?m)%.*s", SK_ARG(q->argument));
    return sk_str_find_byte(q->value, '\n') != SIZE_MAX &&
           they_answer_as_we_about(mem, theirs, &other);
}

/* They search what is left of the value from each of its bytes on, as if it began there. */
static bool
anchored_anywhere(sk_arena *mem, const struct question *q, const struct answer *ours,
                  const struct answer *theirs)
{
    struct question other = *q;

    (void)ours;
    for (size_t at = 1; at + 1 < q->value.n; at++) {
        other.value = sk_str_from(q->value, at);
        if (they_answer_as_we_about(mem, theirs, &other)) return theirs->match;
    }
    return false;
}

static struct known_op rows[] = {
    { "op-argument-empty", "*", no_argument, 0 },
    { "op-containsword-letters", "containsword", word_of_letters, 0 },
    { "op-ipmatch-blank", "ipmatch", blank_behind_comma, 0 },
    { "op-ipmatch-base", "ipmatch", same_base, 0 },
    { "op-ipmatch-zero", "ipmatch", mask_of_no_bits, 0 },
    { "op-number-large", "eq", large_number, 0 },
    { "op-number-large", "ge", large_number, 0 },
    { "op-number-large", "gt", large_number, 0 },
    { "op-number-large", "le", large_number, 0 },
    { "op-number-large", "lt", large_number, 0 },
    { "op-pm-hexadecimal", "pm", hexadecimal_phrase, 0 },
    { "op-pm-spelling", "pm", spelling, 0 },
    { "op-pm-ff", "pm", ff_phrases, 0 },
    { "op-pm-inside", "pm", inner_phrases, 0 },
    { "op-pm-overlap", "pm", overlooked_phrases, 0 },
    { "op-rx-broken", "rx", broken_pattern, 0 },
    { "op-rx-multiline", "rx", multiline, 0 },
    { "op-strmatch-literal", "strmatch", literal_strmatch, 0 },
    { "op-verify-anchor", "verifycpf", anchored_anywhere, 0 },
    { "op-verify-anchor", "verifyssn", anchored_anywhere, 0 },
    { "op-verify-anchor", "verifysvnr", anchored_anywhere, 0 },
};

struct known_op *
known_op_rows(size_t *count)
{
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}
