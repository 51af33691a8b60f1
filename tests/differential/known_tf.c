#include "known_tf.h"

static sk_str
ours(sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    sk_str out;

    return tf->run(&out, mem, in, NULL) ? out : in;
}

/* Our answers about the parts between the bytes `c`, with these bytes in between. */
static bool
parts(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in, char c)
{
    struct sk_buf joined = { .mem = mem };
    sk_str part, rest = in;
    bool first = true;

    if (sk_str_find_byte(in, c) == SIZE_MAX) return false;
    while (sk_str_cut(&part, &rest, c)) {
        if (!first) sk_buf_byte(&joined, c);
        sk_buf_add(&joined, ours(mem, tf, part));
        first = false;
    }
    *out = sk_buf_str(&joined);
    return true;
}

static sk_str
without_byte(sk_arena *mem, sk_str in, char c)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < in.n; i++)
        if (in.p[i] != c) sk_buf_byte(&out, in.p[i]);
    return sk_buf_str(&out);
}

static bool
is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

/* As they read base64: up to the first zero byte, lines may be broken and blanks may stand at their
 * ends (RFC 2045); anything else beside digits and at most two '=' at the end is an error. *digits
 * is the text without breaks and blanks. */
static bool
read_lines(sk_str *digits, sk_arena *mem, sk_str in)
{
    struct sk_buf out = { .mem = mem };
    size_t padding = 0;
    bool blank = false;

    in = sk_str_first(in, sk_str_find_byte(in, '\0'));
    for (size_t i = 0; i < in.n; i++) {
        bool end = in.p[i] == '\n' || sk_str_starts(sk_str_from(in, i), SK_STR("\r\n"));

        padding += in.p[i] == '=';
        if (in.p[i] == ' ' || end) {
            blank = !end;
            i += end && in.p[i] == '\r';
            continue;
        }
        if (blank || padding > 2 || (in.p[i] != '=' && (padding || !is_base64(in.p[i]))))
            return false;
        sk_buf_byte(&out, in.p[i]);
    }
    *digits = sk_buf_str(&out);
    return true;
}

/* Nothing but groups of four gives bytes, and an error gives none at all. */
static bool
strict_base64(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    sk_str digits;

    *out = (sk_str){ 0 };
    if (!read_lines(&digits, mem, in)) return true;
    *out = ours(mem, tf, sk_str_first(digits, digits.n - digits.n % 4));
    return digits.n % 4 != 0;
}

/* Ours ends at the end of the first line, as apr_base64_decode does. */
static bool
base64_lines(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    sk_str digits;

    if (!read_lines(&digits, mem, in)) return false;
    *out = ours(mem, tf, digits);
    return digits.n % 4 == 0 && digits.n < in.n;
}

/* The value of the digit 9 is 61, which is also the code of '='. */
static bool
base64_nine(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    size_t digits = 0;

    (void)mem, (void)tf;
    for (size_t i = 0; i < in.n; i++)
        digits += is_base64(in.p[i]);
    *out = (sk_str){ 0 };
    return in.n > 0 && in.p[in.n - 1] == '9' && digits % 4 == 1;
}

static bool
base64_past_zero(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    *out = ours(mem, tf, without_byte(mem, in, '\0'));
    return sk_str_find_byte(in, '\0') != SIZE_MAX;
}

static bool
parts_at_zero(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    return parts(out, mem, tf, in, '\0');
}

static bool
parts_at_nbsp(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    return parts(out, mem, tf, in, '\xa0');
}

static bool
cut_at_zero(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    sk_str whole = ours(mem, tf, in);
    size_t zero = sk_str_find_byte(whole, '\0');

    *out = sk_str_first(whole, zero);
    return zero != SIZE_MAX;
}

static bool
without_c2(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    *out = ours(mem, tf, without_byte(mem, in, '\xc2'));
    return sk_str_find_byte(in, '\xc2') != SIZE_MAX;
}

static bool
without_last_byte(sk_str *out, sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    *out = ours(mem, tf, sk_str_first(in, in.n - 1));
    return in.n > 0;
}

static struct known_tf rows[] = {
    { "tf-base64decode-strict", "base64decode", strict_base64, 0 },
    { "tf-base64decode-lines", "base64decode", base64_lines, 0 },
    { "tf-base64decodeext-nine", "base64decodeext", base64_nine, 0 },
    { "tf-base64decodeext-zero", "base64decodeext", base64_past_zero, 0 },
    { "tf-cmdline-zero", "cmdline", parts_at_zero, 0 },
    { "tf-compresswhitespace-nbsp", "compresswhitespace", parts_at_nbsp, 0 },
    { "tf-cssdecode-zero", "cssdecode", cut_at_zero, 0 },
    { "tf-removewhitespace-c2", "removewhitespace", without_c2, 0 },
    { "tf-sqlhexdecode-last", "sqlhexdecode", without_last_byte, 0 },
};

struct known_tf *
known_tf_rows(size_t *count)
{
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}
