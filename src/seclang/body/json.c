/* JSON (RFC 8259), a byte at a time: no tree and no recursion, so that a body's depth costs a few
 * bytes a level and its length is walked once.
 *
 * Values become arguments: strings decoded, numbers as written, true and false as words, null as
 * the empty text (mod_security 2.9.7). A fault names the byte, counted from 0, and ends the
 * reading; what was half read by then is reported too. Only text that is not UTF-8 is a fault that
 * reading goes on after. */
#include "seclang/body/inner.h"
#include "seclang/body/json_path.h"

#include "base/utf8.h"

enum expect {
    WANT_VALUE,
    WANT_VALUE_OR_END, /* after [ */
    WANT_KEY,
    WANT_KEY_OR_END, /* after { */
    WANT_COLON,
    WANT_COMMA_OR_END,
    WANT_NOTHING
};

enum token { NO_TOKEN, STRING, ESCAPE, UNICODE, NUMBER, LITERAL };

enum number { MINUS, ZERO, INTEGER, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, EXPONENT_DIGIT };

/* Long keys around many values: a document of 4 KB could have 2 MB of names to judge. */
enum { NAMES_FREE = 96 << 10, NAMES_A_BYTE = 16 /* of names that all values have together */ };

struct json {
    struct seclang_body base;
    size_t offset; /* of the byte that is read now */
    size_t names;  /* bytes of names reported so far */
    bool stopped;
    enum expect expect;
    enum token token;
    struct sk_buf text; /* of the token, decoded */
    enum number number;
    const char *literal;      /* the word that is expected */
    unsigned digits;          /* of \uXXXX still to come */
    uint32_t code, surrogate; /* surrogate: a first half that waits for its second, or 0 */
    struct seclang_json_path path;
};

static struct seclang_body *
begin(sk_arena *mem, sk_str content_type, const struct seclang_body_limits *limits,
      const struct seclang_body_sink *sink)
{
    struct json *j = SK_NEW(mem, struct json);

    (void)content_type;
    seclang_body_init(&j->base, mem, limits, sink);
    j->text.mem = mem;
    seclang_json_path_init(&j->path, mem);
    return &j->base;
}

static void
fault(struct json *j, const char *what)
{
    seclang_body_fault(&j->base, "JSON parsing error: %s at byte %zu", what, j->offset);
    j->stopped = true;
}

/* The token's text, copied: the buffer is used again. */
static sk_str
take_text(struct json *j)
{
    sk_str text = j->text.n ? sk_str_copy(j->base.out, sk_buf_str(&j->text)) : SK_STR("");
    j->text.n = 0;
    return text;
}

static void
report(struct json *j, sk_str value)
{
    size_t most =
        j->base.limits.piece > 0 ? SECLANG_JSON_NAME_MOST_IN_PIECES : SECLANG_JSON_NAME_MOST;
    bool whole;
    sk_str name = seclang_json_path_name(&j->path, j->base.out, most, &whole);

    if (!whole) seclang_body_fault(&j->base, "JSON parsing error: name over %zu bytes long", most);
    if (!seclang_body_argument(&j->base, name, value)) j->stopped = true;
    j->names += name.n;
    if (j->names > NAMES_FREE + NAMES_A_BYTE * j->offset) fault(j, "too much of it is names");
}

static void
value_ends(struct json *j)
{
    j->token = NO_TOKEN;
    j->expect = j->path.depth ? WANT_COMMA_OR_END : WANT_NOTHING;
}

/* ── strings ── */

static void
add_code(struct json *j, uint32_t code)
{
    char bytes[4];
    unsigned n = sk_utf8_encode(bytes, code);

    sk_buf_add(&j->text, n ? (sk_str){ bytes, n } : SK_STR("\xef\xbf\xbd"));
}

/* Half a surrogate pair alone is no character. */
static void
settle_surrogate(struct json *j)
{
    if (j->surrogate) add_code(j, 0xfffd);
    j->surrogate = 0;
}

static void
end_unicode(struct json *j)
{
    uint32_t code = j->code;

    j->token = STRING;
    if (code >= 0xdc00 && code <= 0xdfff && j->surrogate) {
        add_code(j, 0x10000 + ((j->surrogate - 0xd800) << 10) + (code - 0xdc00));
        j->surrogate = 0;
        return;
    }
    settle_surrogate(j);
    if (code >= 0xd800 && code <= 0xdbff)
        j->surrogate = code;
    else
        add_code(j, code);
}

static void
check_text(struct json *j, sk_str text)
{
    if (!sk_utf8_valid(text))
        seclang_body_fault(&j->base, "JSON parsing error: text that is not UTF-8 before byte %zu",
                           j->offset);
}

static void
end_string(struct json *j)
{
    settle_surrogate(j);
    check_text(j, sk_buf_str(&j->text));
    j->token = NO_TOKEN;
    if (j->expect == WANT_KEY) {
        seclang_json_path_key(&j->path, sk_buf_str(&j->text));
        j->text.n = 0;
        j->expect = WANT_COLON;
        return;
    }
    report(j, take_text(j));
    value_ends(j);
}

/* A long string (or a number) that has not ended yet. Keys are not cut: they are parts of names. */
static void
cut_text(struct json *j)
{
    sk_str piece;

    if (j->expect == WANT_KEY && seclang_body_piece_due(&j->base, j->text.n)) {
        fault(j, "a key that is too long");
        return;
    }
    piece = seclang_body_piece(&j->base, &j->text);
    if (j->token != NUMBER) check_text(j, piece);
    report(j, piece);
}

/* Reads as much of the string as needs no thought. Returns how many bytes. */
static size_t
read_string(struct json *j, sk_str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] != '"' && s.p[n] != '\\' && (unsigned char)s.p[n] >= 0x20)
        n++;
    if (n) {
        settle_surrogate(j);
        sk_buf_add(&j->text, sk_str_first(s, n));
        return n;
    }
    if (s.p[0] == '"')
        end_string(j);
    else if (s.p[0] == '\\')
        j->token = ESCAPE;
    else
        fault(j, "control character in a string");
    return 1;
}

static size_t
read_escape(struct json *j, sk_str s)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = s.p[0];
    const char *at = c ? strchr(from, c) : NULL;

    j->token = STRING;
    if (c == 'u') {
        j->token = UNICODE;
        j->digits = 4;
        j->code = 0;
    } else if (at) {
        settle_surrogate(j);
        sk_buf_byte(&j->text, to[at - from]);
    } else {
        fault(j, "unknown escape in a string");
    }
    return 1;
}

static size_t
read_unicode(struct json *j, sk_str s)
{
    char c = s.p[0];
    unsigned digit;

    if (c >= '0' && c <= '9')
        digit = (unsigned)(c - '0');
    else if ((c | 32) >= 'a' && (c | 32) <= 'f')
        digit = (unsigned)((c | 32) - 'a' + 10);
    else {
        fault(j, "bad \\u escape in a string");
        return 1;
    }
    j->code = j->code << 4 | digit;
    if (--j->digits == 0) end_unicode(j);
    return 1;
}

/* ── numbers and words ── */

/* The state after c, or -1: c does not belong to the number. */
static int
number_step(enum number state, char c)
{
    static const struct {
        const char *on;
        enum number from, to;
    } steps[] = {
        { "0", MINUS, ZERO },
        { "123456789", MINUS, INTEGER },
        { "0123456789", INTEGER, INTEGER },
        { ".", ZERO, POINT },
        { ".", INTEGER, POINT },
        { "0123456789", POINT, FRACTION },
        { "0123456789", FRACTION, FRACTION },
        { "eE", ZERO, EXPONENT },
        { "eE", INTEGER, EXPONENT },
        { "eE", FRACTION, EXPONENT },
        { "+-", EXPONENT, EXPONENT_SIGN },
        { "0123456789", EXPONENT, EXPONENT_DIGIT },
        { "0123456789", EXPONENT_SIGN, EXPONENT_DIGIT },
        { "0123456789", EXPONENT_DIGIT, EXPONENT_DIGIT },
    };

    for (size_t i = 0; c && i < sizeof steps / sizeof *steps; i++)
        if (steps[i].from == state && strchr(steps[i].on, c)) return (int)steps[i].to;
    return -1;
}

static void
end_number(struct json *j)
{
    static const bool whole[] = {
        [ZERO] = true, [INTEGER] = true, [FRACTION] = true, [EXPONENT_DIGIT] = true
    };

    if (!whole[j->number]) {
        fault(j, "malformed number");
        return;
    }
    report(j, take_text(j));
    value_ends(j);
}

/* Returns 0 when the byte is the first behind the number. */
static size_t
read_number(struct json *j, sk_str s)
{
    int next = number_step(j->number, s.p[0]);

    if (next < 0) {
        end_number(j);
        return 0;
    }
    j->number = (enum number)next;
    sk_buf_byte(&j->text, s.p[0]);
    return 1;
}

static size_t
read_literal(struct json *j, sk_str s)
{
    if (s.p[0] != j->literal[j->text.n]) {
        fault(j, "unknown word");
        return 1;
    }
    sk_buf_byte(&j->text, s.p[0]);
    if (j->literal[j->text.n]) return 1;
    sk_str word = take_text(j);
    report(j, word.p[0] == 'n' ? SK_STR("") : word);
    value_ends(j);
    return 1;
}

/* ── between tokens ── */

static bool
begin_literal(struct json *j, char c)
{
    static const char *const words[] = { "true", "false", "null" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i][0] == c) {
            j->literal = words[i];
            j->token = LITERAL;
            sk_buf_byte(&j->text, c);
            return true;
        }
    return false;
}

static void
begin_container(struct json *j, bool array)
{
    seclang_json_path_enter(&j->path, array);
    if (j->path.counted > j->base.limits.depth) fault(j, "JSON depth limit exceeded");
    j->expect = array ? WANT_VALUE_OR_END : WANT_KEY_OR_END;
}

static bool
begin_value(struct json *j, char c)
{
    if (c == '{' || c == '[') {
        begin_container(j, c == '[');
    } else if (c == '"') {
        j->token = STRING;
        j->expect = WANT_VALUE;
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        j->token = NUMBER;
        j->number = c == '-' ? MINUS : c == '0' ? ZERO : INTEGER;
        sk_buf_byte(&j->text, c);
    } else {
        return begin_literal(j, c);
    }
    return true;
}

/* True when c closes the innermost container and may do so here. */
static bool
close_container(struct json *j, char c)
{
    bool may = j->expect == WANT_COMMA_OR_END || j->expect == WANT_VALUE_OR_END ||
               j->expect == WANT_KEY_OR_END;

    if (!may || !j->path.depth) return false;
    if (c != (j->path.level[j->path.depth - 1].array ? ']' : '}')) return false;
    seclang_json_path_leave(&j->path);
    value_ends(j);
    return true;
}

static bool
step(struct json *j, char c)
{
    if (close_container(j, c)) return true;
    switch (j->expect) {
    case WANT_VALUE:
    case WANT_VALUE_OR_END:
        return begin_value(j, c);
    case WANT_KEY:
    case WANT_KEY_OR_END:
        j->token = STRING;
        j->expect = WANT_KEY;
        return c == '"';
    case WANT_COLON:
        j->expect = WANT_VALUE;
        return c == ':';
    case WANT_COMMA_OR_END:
        j->expect = j->path.level[j->path.depth - 1].array ? WANT_VALUE : WANT_KEY;
        return c == ',';
    case WANT_NOTHING:
        break;
    }
    return false;
}

/* Those of the RFC and two more that yajl, mod_security 2's reader, takes: rules see what is
 * behind. */
static bool
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t
read_between(struct json *j, sk_str s)
{
    char c = s.p[0];

    if (is_blank(c)) return 1;
    if (step(j, c)) return 1;
    j->token = NO_TOKEN;
    fault(j, j->expect == WANT_NOTHING ? "trailing text" : "unexpected character");
    return 1;
}

static void
feed(struct seclang_body *body, sk_str chunk)
{
    static size_t (*const read[])(struct json *, sk_str) = {
        [NO_TOKEN] = read_between, [STRING] = read_string, [ESCAPE] = read_escape,
        [UNICODE] = read_unicode,  [NUMBER] = read_number, [LITERAL] = read_literal,
    };
    struct json *j = (struct json *)body;

    if (j->stopped || chunk.n == 0) return;
    chunk = seclang_body_take(body, chunk);
    while (chunk.n) {
        size_t n = read[j->token](j, chunk);
        if (j->stopped) return; /* the offset stays at the fault */
        j->offset += n;
        if (seclang_body_piece_due(body, j->text.n)) cut_text(j);
        if (j->stopped) return;
        chunk = sk_str_from(chunk, n);
    }
}

/* What was being read when the text ended, or when a fault ended it. */
static void
report_rest(struct json *j)
{
    if (j->token == NO_TOKEN) return;
    settle_surrogate(j);
    sk_str text = take_text(j);
    if (j->expect == WANT_KEY) {
        seclang_json_path_key(&j->path, text);
        text = SK_STR("");
    }
    report(j, text);
    j->token = NO_TOKEN;
}

static void
finish(struct seclang_body *body, struct seclang_body_report *out)
{
    struct json *j = (struct json *)body;

    if (!j->stopped && j->token == NUMBER) end_number(j);
    if (!j->stopped && j->expect != WANT_NOTHING && body->no_files > 0) fault(j, "premature end");
    report_rest(j);
    *out = (struct seclang_body_report){ .error = body->error };
}

const struct seclang_body_kind seclang_body_json = { "JSON", begin, feed, finish, NULL };
