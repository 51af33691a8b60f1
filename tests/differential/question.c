#include "question.h"

#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ── arguments ── */

/* What neither quotes nor macros nor line ends would read differently. */
static sk_str
harmless(sk_arena *mem, sk_str s)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= ' ' && s.p[i] != '"' && s.p[i] != '\x7f' && s.p[i] != '%' &&
            s.p[i] != '\\')
            sk_buf_byte(&out, s.p[i]);
    return sk_str_trim(sk_buf_str(&out));
}

static sk_str
word(struct dice *d, sk_arena *mem)
{
    static const char *const words[] = { "a",   "ab", "GET",  "select", "Ab-c", "1",
                                         "_x_", "aa", "日本", "b c",    "$",    "a_b" };

    if (dice_one_in(d, 3)) return harmless(mem, dice_text(d, mem));
    return sk_str_of(dice_word(d, words, COUNT(words)));
}

static sk_str
words(struct dice *d, sk_arena *mem)
{
    struct sk_buf out = { .mem = mem };

    for (unsigned n = 1 + dice_below(d, 4); n > 0; n--) {
        sk_buf_add(&out, word(d, mem));
        if (n > 1) sk_buf_byte(&out, ' ');
    }
    return sk_str_trim(sk_buf_str(&out));
}

/* A bar begins hexadecimal digits. */
static sk_str
phrases(struct dice *d, sk_arena *mem)
{
    static const char *const hexadecimal[] = { "a|41|b", "|4142|", "x|2d|", "|2e|/" };
    sk_str some = words(d, mem);

    if (sk_str_find_byte(some, '|') == SIZE_MAX && !dice_one_in(d, 10)) return some;
    return sk_str_of(dice_word(d, hexadecimal, COUNT(hexadecimal)));
}

static sk_str
number(struct dice *d, sk_arena *mem)
{
    static const char *const odd[] = { "",           "-",
                                       "+5",         "0x10",
                                       "1e3",        "abc",
                                       "  7",        "5 ",
                                       "5abc",       "-0",
                                       "00",         "2147483647",
                                       "1.9",        "-1",
                                       "٣",          "--1",
                                       "+-2",        "1,000",
                                       "\t3",        "-2147483648",
                                       "4294967296", "99999999999999999999",
                                       "0012" };

    if (dice_one_in(d, 3)) return sk_str_of(dice_word(d, odd, COUNT(odd)));
    return sk_str_printf(mem, "%d", (int)dice_below(d, 12) - 3);
}

static sk_str
number_argument(struct dice *d, sk_arena *mem)
{
    return sk_str_trim(number(d, mem));
}

static sk_str
address(struct dice *d, sk_arena *mem)
{
    static const char *const odd[] = {
        "::1",        "2001:db8::/32", "2001:db8::1",    "fe80::1/64",     "::ffff:10.0.0.1",
        "10.0.0.0/8", "0.0.0.0/0",     "192.168.1.1/32", "192.168.1.0/24", "127.0.0.1",
        "::/0",       "10.1.2.3/9"
    };

    if (dice_one_in(d, 2)) return sk_str_of(dice_word(d, odd, COUNT(odd)));
    return sk_str_printf(mem, "10.%u.%u.%u", dice_below(d, 3), dice_below(d, 2),
                         dice_below(d, 256));
}

static sk_str
addresses(struct dice *d, sk_arena *mem)
{
    struct sk_buf out = { .mem = mem };

    for (unsigned n = 1 + dice_below(d, 3); n > 0; n--) {
        sk_buf_add(&out, address(d, mem));
        if (n > 1) sk_buf_add(&out, dice_one_in(d, 3) ? SK_STR(", ") : SK_STR(","));
    }
    return sk_buf_str(&out);
}

static sk_str
byte_ranges(struct dice *d, sk_arena *mem)
{
    struct sk_buf out = { .mem = mem };

    for (unsigned n = 1 + dice_below(d, 4); n > 0; n--) {
        unsigned from = dice_below(d, 256);

        sk_buf_printf(&out, "%u", from);
        if (dice_one_in(d, 2)) sk_buf_printf(&out, "-%u", from + dice_below(d, 256 - from));
        if (n > 1) sk_buf_byte(&out, ',');
    }
    return sk_buf_str(&out);
}

static sk_str
nothing(struct dice *d, sk_arena *mem)
{
    (void)d, (void)mem;
    return (sk_str){ 0 };
}

static sk_str
digits_pattern(struct dice *d, sk_arena *mem)
{
    static const char *const patterns[] = { "\\d{13,16}",
                                            "[0-9]+",
                                            "\\d{3}-?\\d{2}-?\\d{4}",
                                            "([0-9]{3}\\.){2}[0-9]{3}-[0-9]{2}",
                                            "\\d+",
                                            "(?:\\d{4}-?){3}\\d{4}",
                                            "^\\d+$",
                                            "\\d{4} ?\\d{6}" };

    (void)mem;
    return sk_str_of(dice_word(d, patterns, COUNT(patterns)));
}

/* ── regular expressions ── */

static void alternatives(struct dice *d, struct sk_buf *out, unsigned depth);

static void
atom(struct dice *d, struct sk_buf *out, unsigned depth)
{
    static const char *const single[] = {
        "a",   "b",       "c",   "A",   "1",   "_",     "-",     "é",    "/",      "<",
        "'",   " ",       ".",   "\\d", "\\D", "\\w",   "\\W",   "\\s",  "\\S",    "\\b",
        "\\B", "\\.",     "\\n", "^",   "$",   "\\x41", "[a-c]", "[^a]", "[\\d_]", "[[:alpha:]]",
        "\\h", "[^\\s-]", "\\A", "\\z", "\\Z", "\\v",   "\\/",   "="
    };
    static const char *const open[] = { "(",   "(",   "(?:",   "(?:", "(?i:",
                                        "(?=", "(?!", "(?<=a", "(?>", "(?s-i:" };

    if (depth > 0 && dice_one_in(d, 4)) {
        sk_buf_add(out, sk_str_of(dice_word(d, open, COUNT(open))));
        if (out->p[out->n - 1] != 'a') alternatives(d, out, depth - 1);
        sk_buf_byte(out, ')');
    } else {
        sk_buf_add(out, sk_str_of(dice_word(d, single, COUNT(single))));
    }
}

static void
sequence(struct dice *d, struct sk_buf *out, unsigned depth)
{
    static const char *const times[] = {
        "?", "*", "+", "{2}", "{1,3}", "*?", "+?", "++", "?+", "??"
    };

    for (unsigned n = 1 + dice_below(d, 4); n > 0; n--) {
        atom(d, out, depth);
        if (dice_one_in(d, 3) && out->p[out->n - 1] != '^' && out->p[out->n - 1] != '$')
            sk_buf_add(out, sk_str_of(dice_word(d, times, COUNT(times))));
    }
}

static void
alternatives(struct dice *d, struct sk_buf *out, unsigned depth)
{
    sequence(d, out, depth);
    while (dice_one_in(d, 4)) {
        sk_buf_byte(out, '|');
        sequence(d, out, depth);
    }
}

static sk_str
pattern(struct dice *d, sk_arena *mem)
{
    struct sk_buf out = { .mem = mem };

    if (dice_one_in(d, 5)) sk_buf_add(&out, SK_STR("(?i)"));
    alternatives(d, &out, 2);
    return sk_str_trim(sk_buf_str(&out));
}

/* ── values ── */

/* A text, or the argument with something done to it. */
static sk_str
related(struct dice *d, sk_arena *mem, sk_str argument)
{
    struct sk_buf out = { .mem = mem };
    unsigned from = argument.n ? dice_below(d, (unsigned)argument.n) : 0;

    if (dice_one_in(d, 4)) return dice_text(d, mem);
    if (dice_one_in(d, 2)) sk_buf_add(&out, dice_piece(d));
    sk_buf_add(&out, dice_one_in(d, 3) ? sk_str_from(argument, from) : argument);
    if (dice_one_in(d, 6)) out.n = dice_below(d, (unsigned)out.n + 1);
    if (dice_one_in(d, 2)) sk_buf_add(&out, dice_piece(d));
    if (out.n > 0 && dice_one_in(d, 6)) out.p[dice_below(d, (unsigned)out.n)] ^= 0x20;
    return sk_buf_str(&out);
}

static sk_str
number_value(struct dice *d, sk_arena *mem, sk_str argument)
{
    return dice_one_in(d, 3) ? argument : number(d, mem);
}

static sk_str
address_value(struct dice *d, sk_arena *mem, sk_str argument)
{
    static const char *const odd[] = {
        "",          "1.2.3",      "10.0.0.1 ",       " 10.0.0.1",   "abc",   "1.2.3.4.5",
        "256.1.1.1", "10.0.0.1/8", "::ffff:10.1.2.3", "2001:DB8::1", "[::1]", "01.02.03.04"
    };
    sk_str one = address(d, mem);

    if (dice_one_in(d, 5)) return sk_str_of(dice_word(d, odd, COUNT(odd)));
    if (dice_one_in(d, 3))
        one = sk_str_trim(sk_str_first(argument, sk_str_find_byte(argument, ',')));
    return dice_one_in(d, 6) ? one : sk_str_first(one, sk_str_find_byte(one, '/'));
}

static sk_str
digits_value(struct dice *d, sk_arena *mem, sk_str argument)
{
    static const char *const known[] = {
        "4111111111111111", "4111-1111-1111-1111", "5500005555555559", "378282246310005",
        "078-05-1120",      "219099999",           "529.982.247-25",   "12345678909",
        "1237 010180",      "000-12-3456",         "666-12-3456",      "9999010100"
    };
    struct sk_buf out = { .mem = mem };

    (void)argument;
    if (dice_one_in(d, 3)) sk_buf_add(&out, dice_piece(d));
    if (dice_one_in(d, 2)) {
        sk_buf_add(&out, sk_str_of(dice_word(d, known, COUNT(known))));
        if (dice_one_in(d, 3))
            out.p[dice_below(d, (unsigned)out.n)] = (char)('0' + dice_below(d, 10));
    } else {
        for (unsigned n = dice_below(d, 18); n > 0; n--)
            sk_buf_byte(&out, dice_one_in(d, 9) ? '-' : (char)('0' + dice_below(d, 10)));
    }
    if (dice_one_in(d, 3)) sk_buf_add(&out, dice_piece(d));
    return sk_buf_str(&out);
}

static sk_str
pattern_value(struct dice *d, sk_arena *mem, sk_str argument)
{
    static const char *const pieces[] = { "a",  "b", "c",    "A",    "B",  "1",    "0",  "_",  "-",
                                          "é",  "/", "<",    "'",    " ",  ".",    "\n", "aa", "ab",
                                          "bc", "=", "\xe9", "\r\n", "\t", "\xff", "x" };
    struct sk_buf out = { .mem = mem };

    if (dice_one_in(d, 8)) return sk_str_first(related(d, mem, argument), QUESTION_VALUE_MOST);
    for (unsigned n = dice_below(d, 12); n > 0; n--) {
        sk_buf_add(&out, sk_str_of(dice_word(d, pieces, COUNT(pieces))));
        if (dice_one_in(d, 30)) sk_buf_byte(&out, '\0');
    }
    return sk_str_first(sk_buf_str(&out), QUESTION_VALUE_MOST);
}

static sk_str
any_value(struct dice *d, sk_arena *mem, sk_str argument)
{
    (void)argument;
    return dice_text(d, mem);
}

/* ── the operators ── */

static const struct kind {
    const char *op;
    sk_str (*argument)(struct dice *d, sk_arena *mem);
    sk_str (*value)(struct dice *d, sk_arena *mem, sk_str argument);
} kinds[] = {
    { "beginsWith", word, related },
    { "contains", word, related },
    { "containsWord", word, related },
    { "detectSQLi", nothing, any_value },
    { "detectXSS", nothing, any_value },
    { "endsWith", word, related },
    { "eq", number_argument, number_value },
    { "ge", number_argument, number_value },
    { "gt", number_argument, number_value },
    { "ipMatch", addresses, address_value },
    { "le", number_argument, number_value },
    { "lt", number_argument, number_value },
    { "noMatch", nothing, any_value },
    { "pm", phrases, related },
    { "rx", pattern, pattern_value },
    { "rx", pattern, pattern_value },
    { "rx", pattern, pattern_value },
    { "streq", word, related },
    { "strmatch", word, related },
    { "unconditionalMatch", nothing, any_value },
    { "validateByteRange", byte_ranges, any_value },
    { "validateUrlEncoding", nothing, any_value },
    { "validateUtf8Encoding", nothing, any_value },
    { "verifyCC", digits_pattern, digits_value },
    { "verifyCPF", digits_pattern, digits_value },
    { "verifySSN", digits_pattern, digits_value },
    { "verifySVNR", digits_pattern, digits_value },
    { "within", words, related },
};

static const struct kind *
kind_of(const char *op)
{
    size_t i = 0;

    while (strcasecmp(kinds[i].op, op) != 0)
        i++;
    return &kinds[i];
}

const char *
question_operator(size_t number)
{
    return kinds[number % COUNT(kinds)].op;
}

sk_str
question_argument(struct dice *d, sk_arena *mem, const char *op)
{
    return kind_of(op)->argument(d, mem);
}

sk_str
question_value(struct dice *d, sk_arena *mem, const char *op, sk_str argument)
{
    return kind_of(op)->value(d, mem, argument);
}

/* ── our answer ── */

static sk_str
captures_of(sk_arena *mem, const struct seclang_op_run *run)
{
    struct sk_buf out = { .mem = mem };

    for (unsigned i = 0; i < QUESTION_CAPTURES; i++) {
        if (i > 0) sk_buf_byte(&out, '|');
        if (i < run->capture_count) sk_buf_add(&out, run->capture[i]);
    }
    return sk_buf_str(&out);
}

static bool
passes(const struct question *q, const void *state)
{
    struct seclang_filter filter;
    struct sk_bytes present = sk_bytes_of(q->value);

    if (!q->op->filter) return true;
    q->op->filter(&filter, state, q->argument);
    return seclang_filter_passes(&filter, q->value.n, &present);
}

void
question_ask(struct answer *answer, sk_arena *mem, const struct question *q)
{
    /* they have libinjection; how ours differ from it is what ./test detect is about */
    struct seclang_op_place place = { .rule_file = "", .detector = SECLANG_LIBINJECTION };
    struct seclang_op_run run = { .mem = mem, .argument = q->argument, .want_captures = true };
    void *state = NULL;

    *answer = (struct answer){ .refused = true, .passes = true };
    if (sk_failed(q->op->compile(&state, mem, &place, q->argument, false))) return;
    if (!sk_failed(seclang_scratch_new(&run.scratch))) {
        answer->refused = false;
        answer->match = q->op->run(state, &run, q->value);
        seclang_scratch_free(run.scratch);
    }
    if (answer->match) {
        answer->captures = captures_of(mem, &run);
        answer->passes = passes(q, state);
    }
    if (q->op->release) q->op->release(state);
}

/* ── comparing ── */

sk_str
question_escaped(sk_arena *mem, sk_str s)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c < ' ' || c > '~' || c == '"' || c == '\\')
            sk_buf_printf(&out, "\\x%02x", c);
        else
            sk_buf_byte(&out, (char)c);
    }
    return sk_buf_str(&out);
}

bool
question_same(sk_arena *mem, const struct question *q, const struct answer *ours,
              const struct answer *theirs)
{
    bool captures = strcmp(q->op->name, "rx") == 0 || strcmp(q->op->name, "pm") == 0;

    if (ours->match != theirs->match || ours->refused != theirs->refused) return false;
    return !ours->match || !captures ||
           sk_str_eq(question_escaped(mem, ours->captures), theirs->captures);
}
