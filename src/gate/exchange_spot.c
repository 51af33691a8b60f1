/* Values written into pages: see exchange_spot.h. */
#include "gate/exchange_spot.h"

#include "base/bytes.h"
#include "base/utf8.h"

/* ── characters ── */

#define LETTERS(w)                                                                                 \
    (SK_BYTES_SPAN(w, '0', '9') | SK_BYTES_SPAN(w, 'A', 'Z') | SK_BYTES_SPAN(w, 'a', 'z'))
#define HARMLESS(w)                                                                                \
    (LETTERS(w) | SK_BYTES_BIT(w, '.') | SK_BYTES_BIT(w, ',') | SK_BYTES_BIT(w, '-') |             \
     SK_BYTES_BIT(w, '_') | SK_BYTES_BIT(w, '@') | SK_BYTES_BIT(w, ':'))
#define SPACED(w) (HARMLESS(w) | SK_BYTES_BIT(w, ' ') | SK_BYTES_BIT(w, '*'))
#define LINED(w)  (SPACED(w) | SK_BYTES_BIT(w, '\n') | SK_BYTES_BIT(w, '\t'))
#define ADDRESS(w)                                                                                 \
    (LETTERS(w) | SK_BYTES_BIT(w, '.') | SK_BYTES_BIT(w, '-') | SK_BYTES_BIT(w, '_') |             \
     SK_BYTES_BIT(w, '@'))

static const struct sk_bytes letters = SK_BYTES(LETTERS); /* and digits */
static const struct sk_bytes harmless = SK_BYTES(HARMLESS);
static const struct sk_bytes spaced = SK_BYTES(SPACED);
static const struct sk_bytes lined = SK_BYTES(LINED);
static const struct sk_bytes address = SK_BYTES(ADDRESS);

/* A value's ASCII is all of a set, whatever else it has. */
static bool
consists_of(sk_str value, const struct sk_bytes *set)
{
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];

        if (c < 0x80 && !sk_bytes_has(set, c)) return false;
    }
    return true;
}

static bool
is_control(uint32_t code)
{
    return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0) ||
           code == 0x2028 || code == 0x2029;
}

typedef void (*escape)(struct sk_buf *out, uint32_t code);

/* Each character as it is, if its byte is in `bare` or it is wide and may be so; else escaped.
 * Control characters are left out. */
static void
put(struct sk_buf *out, sk_str value, const struct sk_bytes *bare, bool wide, escape escaped)
{
    while (value.n) {
        uint32_t code;
        unsigned n = sk_utf8_decode(&code, value);

        if (n == 0) { /* no value of the vault's; a byte that means nothing */
            value = sk_str_from(value, 1);
            continue;
        }
        if (code < 0x80 ? sk_bytes_has(bare, (unsigned char)code) : wide && !is_control(code))
            sk_buf_add(out, sk_str_first(value, n));
        else if (!is_control(code))
            escaped(out, code);
        value = sk_str_from(value, n);
    }
}

static void
as_entity(struct sk_buf *out, uint32_t code)
{
    sk_buf_printf(out, "&#%u;", (unsigned)code);
}

/* A JavaScript or JSON string's, in UTF-16. */
static void
as_unicode(struct sk_buf *out, uint32_t code)
{
    if (code > 0xffff) {
        code -= 0x10000;
        sk_buf_printf(out, "\\u%04x", 0xd800 + (unsigned)(code >> 10));
        code = 0xdc00 + (code & 0x3ff);
    }
    sk_buf_printf(out, "\\u%04x", (unsigned)code);
}

static void
as_percent(struct sk_buf *out, uint32_t code)
{
    char bytes[4];
    unsigned n = sk_utf8_encode(bytes, code);

    for (unsigned i = 0; i < n; i++)
        sk_buf_printf(out, "%%%02X", (unsigned char)bytes[i]);
}

/* ── spots ── */

static bool
put_text(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    (void)first;
    put(out, value, &lined, wide, as_entity);
    return true;
}

/* Also right where the attribute has no quotes. */
static bool
put_attribute(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    (void)first;
    put(out, value, &harmless, wide, as_entity);
    return true;
}

/* A program may read the attribute as JSON, or as HTML: what could mean something there stays out.
 */
static bool
put_data(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    return consists_of(value, &spaced) && put_attribute(out, wide, first, value);
}

static bool
put_url(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    (void)wide;
    (void)first;
    if (!consists_of(value, &spaced)) return false;
    put(out, value, &address, false, as_percent);
    return true;
}

static bool
put_script(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    (void)first;
    put(out, value, &letters, wide, as_unicode);
    return true;
}

/* What the application has escaped for HTML before it went into JSON is gone with the token: a
 * value with markup in it stays out. */
static bool
put_json(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    (void)first;
    if (sk_str_find_byte(value, '<') != SIZE_MAX || sk_str_find_byte(value, '>') != SIZE_MAX)
        return false;
    put(out, value, &spaced, wide, as_unicode);
    return true;
}

/* A charset that is not known has nothing but ASCII in common with ours. */
static bool
is_writable(sk_str value, bool wide)
{
    for (size_t i = 0; i < value.n && !wide; i++)
        if ((unsigned char)value.p[i] >= 0x80) return false;
    return true;
}

static bool
put_plain(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    (void)first;
    if (!is_writable(value, wide)) return false;
    sk_buf_add(out, value);
    return true;
}

/* ── CSV ── */

/* Spreadsheets take a field that begins so for a formula, also in quotes, some also in full width.
 */
static bool
begins_formula(sk_str value)
{
    static const char *const signs[] = { "=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠" };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (sk_str_starts(value, sk_str_of(signs[i]))) return true;
    return false;
}

/* +81 90 1234 5678 */
static bool
is_phone(sk_str value)
{
    for (size_t i = 1; i < value.n; i++)
        if (value.p[i] != '-' && value.p[i] != ' ' && (value.p[i] < '0' || value.p[i] > '9'))
            return false;
    return value.n > 1 && value.p[0] == '+';
}

/* Each byte; one of `special` is written twice if it is a quote, else as a blank. */
static bool
put_csv_bytes(struct sk_buf *out, bool wide, bool first, sk_str value, const char *special)
{
    if (!is_writable(value, wide)) return false;
    if (first && begins_formula(value) && !is_phone(value)) sk_buf_byte(out, '\'');
    for (size_t i = 0; i < value.n; i++) {
        bool is = value.p[i] && strchr(special, value.p[i]);

        if (is && !special[1]) sk_buf_byte(out, '"');
        sk_buf_byte(out, is && special[1] ? ' ' : value.p[i]);
    }
    return true;
}

static bool
put_csv_quoted(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    return put_csv_bytes(out, wide, first, value, "\"");
}

static bool
put_csv_whole(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    bool bare = !begins_formula(value) || is_phone(value);

    if (!is_writable(value, wide)) return false;
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] && strchr("\",;'\t\r\n", value.p[i])) bare = false;
    if (bare) return put_csv_quoted(out, wide, first, value);
    sk_buf_byte(out, '"');
    (void)put_csv_quoted(out, wide, first, value);
    sk_buf_byte(out, '"');
    return true;
}

/* No quotes can be put around it: what separates becomes a blank. */
static bool
put_csv(struct sk_buf *out, bool wide, bool first, sk_str value)
{
    return put_csv_bytes(out, wide, first, value, "\",;\t\r\n");
}

bool
gate_spot_put(struct sk_buf *out, enum gate_spot spot, bool wide, bool first, sk_str value)
{
    static bool (*const rows[GATE_SPOTS])(struct sk_buf *, bool, bool, sk_str) = {
        [GATE_SPOT_TEXT] = put_text,
        [GATE_SPOT_FIELD] = put_attribute,
        [GATE_SPOT_QUOTED] = put_attribute,
        [GATE_SPOT_DATA] = put_data,
        [GATE_SPOT_URL] = put_url,
        [GATE_SPOT_SCRIPT] = put_script,
        [GATE_SPOT_JSON] = put_json,
        [GATE_SPOT_PLAIN] = put_plain,
        [GATE_SPOT_CSV] = put_csv,
        [GATE_SPOT_CSV_WHOLE] = put_csv_whole,
        [GATE_SPOT_CSV_QUOTED] = put_csv_quoted,
    };

    return rows[spot] && rows[spot](out, wide, first, value);
}
