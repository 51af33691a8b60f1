/* Operators that match what is not valid: bytes out of a range, broken URL encoding, broken UTF-8.
 */
#include "seclang/op/rows.h"

/* ── validateByteRange 9,10,13,32-126 ── */

static sk_err
read_byte(unsigned *byte, sk_str part)
{
    int64_t number;

    if (!sk_str_to_i64(&number, sk_str_trim(part)) || number < 0 || number > 255)
        return sk_fail(SK_BAD, "\"%.*s\" is no byte: 0 to 255", SK_ARG(part));
    *byte = (unsigned)number;
    return sk_ok();
}

SECLANG_OP_COMPILE(byte_range)
{
    struct sk_bytes *allowed = SK_NEW(mem, struct sk_bytes);
    sk_str part;

    (void)place, (void)has_macro;
    *state = allowed;
    while (sk_str_cut(&part, &argument, ',')) {
        size_t dash = sk_str_find_byte(part, '-');
        unsigned from, to;

        if (sk_str_trim(part).n == 0) continue;
        TRY(read_byte(&from, sk_str_first(part, dash)));
        to = from;
        if (dash != SIZE_MAX) TRY(read_byte(&to, sk_str_from(part, dash + 1)));
        if (from > to) return sk_fail(SK_BAD, "the range %u-%u is empty", from, to);
        sk_bytes_put_range(allowed, (unsigned char)from, (unsigned char)to);
    }
    return sk_ok();
}

static bool
outside(sk_str value, const struct sk_bytes *allowed)
{
    for (size_t i = 0; i < value.n; i++)
        if (!sk_bytes_has(allowed, (unsigned char)value.p[i])) return true;
    return false;
}

/* At high levels many values of a request say this. */
static sk_str
outside_range(sk_arena *mem, size_t count, sk_str range)
{
    struct sk_buf out = { .mem = mem };

    sk_buf_add(&out, SK_STR("Found "));
    sk_buf_add(&out, sk_str_of_i64(mem, (int64_t)count));
    sk_buf_add(&out, SK_STR(" byte(s) outside range: "));
    sk_buf_add(&out, range);
    return sk_buf_str(&out);
}

SECLANG_OP_RUN(byte_range)
{
    const struct sk_bytes *allowed = state;
    size_t count = 0;

    if (run->quiet) return outside(value, allowed);
    for (size_t i = 0; i < value.n; i++)
        if (!sk_bytes_has(allowed, (unsigned char)value.p[i])) count++;
    if (count == 0) return false;
    run->matched = outside_range(run->mem, count, run->argument);
    return true;
}

SECLANG_OP_FILTER(byte_range)
{
    struct sk_bytes refused = *(const struct sk_bytes *)state;

    (void)argument;
    sk_bytes_invert(&refused);
    *filter = (struct seclang_filter){ .least = 1, .sets = 1, .set = { refused } };
}

/* ── validateUrlEncoding ── */

static bool
is_hex(char c)
{
    unsigned char low = sk_lower_byte((unsigned char)c);

    return (c >= '0' && c <= '9') || (low >= 'a' && low <= 'f');
}

SECLANG_OP_RUN(url_encoding)
{
    (void)state;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] != '%') continue;
        if (value.n - i < 3) {
            run->matched =
                SK_STR("Invalid URL Encoding: Not enough characters at the end of input");
            return true;
        }
        if (!is_hex(value.p[i + 1]) || !is_hex(value.p[i + 2])) {
            run->matched = SK_STR("Invalid URL Encoding: Non-hexadecimal digits used");
            return true;
        }
        i += 2;
    }
    return false;
}

SECLANG_OP_FILTER(url_encoding)
{
    (void)state, (void)argument;
    *filter = (struct seclang_filter){ .least = 1, .sets = 1 };
    sk_bytes_put(&filter->set[0], '%');
}

/* ── validateUtf8Encoding: RFC 3629, but U+110000 to U+13FFFF pass, as in mod_security 2 ── */

/* The length of the character at the start of s, or 0 and what is wrong with it. */
static size_t
utf8_length(const char **wrong, sk_str s)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char first = (unsigned char)s.p[0];
    size_t length = first < 0x80             ? 1
                    : (first & 0xe0) == 0xc0 ? 2
                    : (first & 0xf0) == 0xe0 ? 3
                    : (first & 0xf8) == 0xf0 ? 4
                                             : 0;
    uint32_t code = first & (0xffu >> (length + 1));

    *wrong = NULL;
    if (length == 1) return 1;
    if (length == 0) *wrong = "invalid byte value in character";
    if (first >= 0xf5 && length == 4) *wrong = "use of restricted character";
    if (!*wrong && s.n < length) *wrong = "not enough bytes in character";
    for (size_t i = 1; i < length && !*wrong; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if ((c & 0xc0) != 0x80) *wrong = "invalid byte value in character";
        code = code << 6 | (c & 0x3f);
    }
    if (*wrong) return 0;
    if (code >= 0xd800 && code <= 0xdfff)
        *wrong = "use of restricted character";
    else if (code < least[length])
        *wrong = "overlong character detected";
    return *wrong ? 0 : length;
}

SECLANG_OP_RUN(utf8_encoding)
{
    const char *wrong;

    (void)state;
    for (size_t i = 0; i < value.n;) {
        size_t length = utf8_length(&wrong, sk_str_from(value, i));

        if (length == 0) {
            if (!run->quiet)
                run->matched =
                    sk_str_printf(run->mem, "Invalid UTF-8 encoding: %s (offset %zu)", wrong, i);
            return true;
        }
        i += length;
    }
    return false;
}

SECLANG_OP_FILTER(utf8_encoding)
{
    (void)state, (void)argument;
    *filter = (struct seclang_filter){ .least = 1, .sets = 1 };
    sk_bytes_put_range(&filter->set[0], 0x80, 0xff);
}
