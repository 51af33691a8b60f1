/* Masking in texts: names, cards, queries, cookies. */
#include "seclang/mask.h"

#include "base/bytes.h"
#include "seclang/body/body.h"

enum {
    NAME_MOST = 256, /* bytes of a name looked at in one go: longer ones overlap */
    INNER_MOST = 2   /* addresses within an address */
};

/* Exactly "[masked 12]": masking twice must not change the number. */
static bool
is_masked(sk_str s)
{
    sk_str prefix = SK_STR("[masked ");
    size_t n = prefix.n;

    if (!sk_str_starts(s, prefix)) return false;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n > prefix.n && n + 1 == s.n && s.p[n] == ']';
}

sk_str
seclang_mask_all(sk_arena *mem, sk_str s)
{
    return s.n && !is_masked(s) ? sk_str_printf(mem, "[masked %zu]", s.n) : s;
}

/* ── names ── */

/* Secret wherever they stand in a name. */
static const char *const anywhere[] = {
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "cvv",
    "cvc",
    "apikey",
    "api_key",
    "api-key",
    "cardnumber",
    "cardno",
    "cardnum",
    "creditcard",
    "pincode",
    "userpass",
    "loginpass",
    "authorization",
    "credential",
    "パスワード",
    "ﾊﾟｽﾜｰﾄﾞ",
    "暗証",
    "カード番号",
    "ｶｰﾄﾞ番号",
    "クレジットカード",
    "セキュリティコード",
};

/* Secret as a word of their own: card_no, cardNo, user.pin. */
static const char *const words[] = { "pass", "card", "pin", "csc", "pan" };

/* Full-width ASCII (U+FF01..U+FF5E, three bytes in UTF-8) at the start of s: its ASCII byte. */
static char
full_width(sk_str s)
{
    unsigned char b = s.n > 2 ? (unsigned char)s.p[1] : 0, c = s.n > 2 ? (unsigned char)s.p[2] : 0;

    if (s.n < 3 || (unsigned char)s.p[0] != 0xef || (c & 0xc0) != 0x80) return 0;
    if (b == 0xbc && c > 0x80) return (char)(c - 0x80 + 0x20);
    if (b == 0xbd && c < 0x9f) return (char)(c - 0x80 + 0x60);
    return 0;
}

/* Full-width letters become ASCII; case is kept. */
static sk_str
narrow(char out[NAME_MOST], sk_str name)
{
    size_t n = 0;

    while (name.n && n < NAME_MOST) {
        char c = full_width(name);
        out[n++] = c ? c : name.p[0];
        name = sk_str_from(name, c ? 3 : 1);
    }
    return (sk_str){ out, n };
}

static bool
is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool
is_letter(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z');
}

/* Where the word at the start of s ends: before anything that is no letter, and before a hump
 * (cardNo). */
static size_t
word_length(sk_str s)
{
    size_t n = 1;

    while (n < s.n && is_letter(s.p[n])) {
        if (is_upper(s.p[n]) && !is_upper(s.p[n - 1])) break;
        n++;
    }
    return n;
}

static bool
has_secret_word(sk_str name)
{
    while (name.n) {
        size_t n = is_letter(name.p[0]) ? word_length(name) : 1;
        for (size_t i = 0; n > 1 && i < sizeof words / sizeof *words; i++)
            if (sk_str_eq_nocase(sk_str_first(name, n), sk_str_of(words[i]))) return true;
        name = sk_str_from(name, n);
    }
    return false;
}

/* What such a name may begin with, in either case: few places are looked at closer. */
static struct sk_bytes
firsts_of_secrets(void)
{
    struct sk_bytes firsts = { { 0 } };

    for (size_t i = 0; i < sizeof anywhere / sizeof *anywhere; i++) {
        unsigned char c = (unsigned char)anywhere[i][0];

        sk_bytes_put(&firsts, c);
        if (c >= 'a' && c <= 'z') sk_bytes_put(&firsts, (unsigned char)(c - 'a' + 'A'));
    }
    return firsts;
}

static bool
begins_secret(sk_str s)
{
    unsigned char first = sk_lower_byte((unsigned char)s.p[0]);

    for (size_t i = 0; i < sizeof anywhere / sizeof *anywhere; i++)
        if ((unsigned char)anywhere[i][0] == first &&
            sk_str_starts_nocase(s, sk_str_of(anywhere[i])))
            return true;
    return false;
}

static bool
piece_is_secret(sk_str piece, const struct sk_bytes *firsts)
{
    char buffer[NAME_MOST];
    sk_str name = narrow(buffer, piece);

    for (size_t i = 0; i < name.n; i++)
        if (sk_bytes_has(firsts, (unsigned char)name.p[i]) && begins_secret(sk_str_from(name, i)))
            return true;
    return has_secret_word(name);
}

bool
seclang_mask_name(sk_str name)
{
    struct sk_bytes firsts = firsts_of_secrets();

    for (; name.n > NAME_MOST; name = sk_str_from(name, NAME_MOST / 2))
        if (piece_is_secret(sk_str_first(name, NAME_MOST), &firsts)) return true;
    return piece_is_secret(name, &firsts);
}

bool
seclang_mask_header_name(sk_str name)
{
    if (sk_str_eq_nocase(name, SK_STR("Cookie")) || sk_str_eq_nocase(name, SK_STR("Set-Cookie")))
        return false;
    return seclang_mask_name(name); /* also Authorization, Proxy-Authorization, X-CSRF-Token */
}

/* ── cards ── */

/* The byte at the start of s, raw or, where text is url-encoded, as %XX; *n is its length. */
static int
byte_at(sk_str s, bool encoded, size_t *n)
{
    *n = 1;
    if (!s.n) return -1;
    if (!encoded || s.p[0] != '%' || s.n < 3 || sk_hex_value(s.p[1]) < 0 ||
        sk_hex_value(s.p[2]) < 0)
        return (unsigned char)s.p[0];
    *n = 3;
    return sk_hex_value(s.p[1]) << 4 | sk_hex_value(s.p[2]);
}

/* Blanks and dashes that Japanese keyboards put between groups of digits, in UTF-8. */
static char
wide_separator(const char three[3])
{
    static const char *const separators[] = {
        "\xe3\x80\x80" /* ideographic space */,
        "\xe3\x83\xbc" /* long vowel mark */,
        "\xe2\x80\x90" /* hyphen */,
        "\xe2\x80\x93" /* en dash */,
        "\xe2\x80\x95" /* bar */,
        "\xe2\x88\x92" /* minus */,
    };

    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
        if (memcmp(three, separators[i], 3) == 0) return '-';
    return full_width((sk_str){ three, 3 });
}

/* The character at the start of s as ASCII: also full-width, each byte raw or as %XX. 0: none. */
static char
ascii_at(sk_str s, bool encoded, size_t *n)
{
    char three[3];
    size_t total = 0, step;
    int c = byte_at(s, encoded, n);

    if (c < 0x80) return c < 0 ? 0 : (char)c;
    if (c != 0xe2 && c != 0xe3 && c != 0xef) return 0;
    for (int i = 0; i < 3; i++, total += step) {
        int byte = byte_at(sk_str_from(s, total), encoded, &step);
        if (byte < 0) return 0;
        three[i] = (char)byte;
    }
    *n = total;
    return wide_separator(three);
}

struct digit {
    char value;
    size_t from, to; /* its bytes */
};

/* A run of digits, at most one separator between two of them. */
struct run {
    struct digit digit[SECLANG_CARD_MOST];
    unsigned count;                 /* of the digits looked at */
    bool joined[SECLANG_CARD_MOST]; /* no separator stands before it */
    bool more_joined;               /* a digit follows the last one without a separator */
};

static bool
is_separator(char c)
{
    return c == ' ' || c == '-' || c == '+' || c == '.' || c == '_' || c == '/';
}

/* Reads up to SECLANG_CARD_MOST digits from the start of s, which is a digit. */
static void
read_run(struct run *run, sk_str s, bool encoded)
{
    size_t at = 0, n;
    bool separated = false;

    run->count = 0;
    run->more_joined = false;
    for (char c; (c = ascii_at(sk_str_from(s, at), encoded, &n)); at += n) {
        bool digit = c >= '0' && c <= '9';
        if (digit && run->count == SECLANG_CARD_MOST) {
            run->more_joined = !separated;
            return;
        }
        if (digit) {
            run->joined[run->count] = !separated && run->count > 0;
            run->digit[run->count++] = (struct digit){ c, at, at + n };
        } else if (separated || !is_separator(c)) {
            return;
        }
        separated = !digit;
    }
}

static bool
check_digit_valid(const struct run *run, unsigned count)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < count; i++) {
        unsigned value = (unsigned)(run->digit[count - 1 - i].value - '0') << (i % 2);
        sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
}

static bool
ends_here(const struct run *run, unsigned count)
{
    return count < run->count ? !run->joined[count] : !run->more_joined;
}

/* The bytes of the longest card number at the start of s, or 0. It ends where its group of digits
 * ends. */
static size_t
card_length(sk_str s, bool encoded)
{
    struct run run;

    read_run(&run, s, encoded);
    for (unsigned count = run.count; count >= SECLANG_CARD_LEAST; count--)
        if (ends_here(&run, count) && check_digit_valid(&run, count))
            return run.digit[count - 1].to;
    return 0;
}

/* Cheap answer for most texts. A digit holds a digit or the first byte of full-width ones, however
 * it is encoded ("%34", "%EF%BC%94"). */
static bool
may_hold_card(sk_str s)
{
    unsigned digits = 0;

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        digits += (unsigned char)(c - '0') < 10 || c == 0xef;
    }
    return digits >= SECLANG_CARD_LEAST;
}

/* A byte that neither is a digit nor begins one. */
static bool
is_plain(char c, bool encoded)
{
    return (unsigned char)c < 0x80 && (c < '0' || c > '9') && (c != '%' || !encoded);
}

/* Whether the word around this digit is a hexadecimal one (a digest, a session's or request's id):
 * its digits are no card, whatever their check digit says by chance. One letter alone ("a4111...")
 * does not make it one. */
static bool
in_hex_word(sk_str s, size_t at)
{
    size_t from = at, to = at, letters = 0;

    while (from > 0 && sk_hex_value(s.p[from - 1]) >= 0)
        from--;
    while (to < s.n && sk_hex_value(s.p[to]) >= 0)
        to++;
    for (size_t i = from; i < to; i++)
        letters += s.p[i] > '9';
    bool longer = (from > 0 && is_letter(s.p[from - 1])) || (to < s.n && is_letter(s.p[to]));
    return letters >= 2 && !longer;
}

static sk_str
mask_cards(sk_arena *mem, sk_str s, bool encoded)
{
    struct sk_buf out = { .mem = mem };
    size_t kept = 0, n;
    bool joined = false, masked = false;

    for (size_t i = 0; i < s.n; i += n) {
        n = 1;
        if (is_plain(s.p[i], encoded)) {
            joined = false;
            continue;
        }
        char c = ascii_at(sk_str_from(s, i), encoded, &n);
        bool digit = c >= '0' && c <= '9';
        size_t card = digit && !joined ? card_length(sk_str_from(s, i), encoded) : 0;
        if (card && n == 1 && in_hex_word(s, i)) card = 0;
        if (!c) n = 1;
        joined = digit && !card;
        if (!card) continue;
        sk_buf_add(&out, (sk_str){ s.p + kept, i - kept });
        sk_buf_printf(&out, "[masked %zu]", card);
        kept = i + card;
        n = card;
        masked = true;
    }
    if (!masked) return s;
    sk_buf_add(&out, sk_str_from(s, kept));
    return sk_buf_str(&out);
}

/* "5%4111..." may be text or a letter A: both readings count. */
sk_str
seclang_mask_cards(sk_arena *mem, sk_str s)
{
    if (!may_hold_card(s)) return s;
    s = mask_cards(mem, s, false);
    return sk_str_find_byte(s, '%') == SIZE_MAX ? s : mask_cards(mem, s, true);
}

/* ── queries ── */

/* Who else says that a name is secret, and how many addresses may still stand in one another. */
struct asked {
    bool (*also)(const void *, sk_str); /* NULL: nobody */
    const void *ctx;
    unsigned depth;
};

static sk_str mask_uri(sk_arena *mem, sk_str uri, struct asked asked);

static bool
argument_is_secret(sk_arena *mem, sk_str raw, const struct asked *asked)
{
    sk_str name = seclang_url_decode(mem, raw, true, NULL);

    return seclang_mask_name(name) || (asked->also && asked->also(asked->ctx, name));
}

/* A value may be an address with a query of its own: to=%2Freset%3Ftoken%3D... It is shown decoded
 * then. */
static sk_str
mask_inner(sk_arena *mem, sk_str value, struct asked asked)
{
    if (asked.depth == 0 || sk_str_find_byte(value, '%') == SIZE_MAX) return value;
    asked.depth--;
    sk_str inner = seclang_url_decode(mem, value, true, NULL);
    if (sk_str_find_byte(inner, '?') == SIZE_MAX) return value;
    sk_str masked = mask_uri(mem, inner, asked);
    return masked.p == inner.p ? value : masked;
}

static sk_str
mask_query(sk_arena *mem, sk_str query, struct asked asked)
{
    struct sk_buf out = { .mem = mem };
    bool masked = false;

    for (sk_str rest = query; rest.n;) {
        size_t end = 0;
        while (end < rest.n && rest.p[end] != '&' && rest.p[end] != ';')
            end++;
        sk_str pair = sk_str_first(rest, end);
        size_t equals = sk_str_find_byte(pair, '=');
        if (equals != SIZE_MAX && equals + 1 < pair.n &&
            argument_is_secret(mem, sk_str_first(pair, equals), &asked)) {
            sk_buf_add(&out, sk_str_first(pair, equals + 1));
            sk_buf_add(&out, seclang_mask_all(mem, sk_str_from(pair, equals + 1)));
            masked = true;
        } else {
            sk_str inner = mask_inner(mem, pair, asked);
            masked |= inner.p != pair.p;
            sk_buf_add(&out, inner);
        }
        if (end < rest.n) sk_buf_byte(&out, rest.p[end]);
        rest = sk_str_from(rest, end + 1);
    }
    return seclang_mask_cards(mem, masked ? sk_buf_str(&out) : query);
}

static sk_str
mask_uri(sk_arena *mem, sk_str uri, struct asked asked)
{
    size_t mark = sk_str_find_byte(uri, '?'), end = uri.n;

    if (mark == SIZE_MAX) return seclang_mask_cards(mem, uri);
    while (end > mark && uri.p[end - 1] != ' ')
        end--;
    bool line = end > mark && sk_str_starts(sk_str_from(uri, end), SK_STR("HTTP/"));
    end = line ? end - 1 : uri.n; /* "GET /a?b HTTP/1.1" */
    sk_str raw = { uri.p + mark + 1, end - mark - 1 };
    sk_str path = seclang_mask_cards(mem, sk_str_first(uri, mark + 1));
    sk_str query = mask_query(mem, raw, asked);
    if (path.p == uri.p && query.p == raw.p) return uri;
    return sk_str_printf(mem, "%.*s%.*s%.*s", SK_ARG(path), SK_ARG(query),
                         SK_ARG(sk_str_from(uri, end)));
}

sk_str
seclang_mask_query(sk_arena *mem, sk_str query, bool (*also)(const void *, sk_str), const void *ctx)
{
    return mask_query(mem, query, (struct asked){ also, ctx, INNER_MOST });
}

sk_str
seclang_mask_uri(sk_arena *mem, sk_str uri, bool (*also)(const void *, sk_str), const void *ctx)
{
    return mask_uri(mem, uri, (struct asked){ also, ctx, INNER_MOST });
}

/* ── cookies ── */

/* "name=value" with the value masked. */
static void
add_cookie(struct sk_buf *out, sk_str pair)
{
    size_t equals = sk_str_find_byte(pair, '=');

    if (equals == SIZE_MAX || equals + 1 == pair.n) {
        sk_buf_add(out, pair);
        return;
    }
    sk_buf_add(out, sk_str_first(pair, equals + 1));
    sk_buf_add(out, seclang_mask_all(out->mem, sk_str_from(pair, equals + 1)));
}

sk_str
seclang_mask_cookies(sk_arena *mem, sk_str header)
{
    struct sk_buf out = { .mem = mem };
    sk_str pair, rest = header;

    while (sk_str_cut(&pair, &rest, ';')) {
        add_cookie(&out, pair);
        if (rest.p) sk_buf_byte(&out, ';');
    }
    return out.n ? sk_buf_str(&out) : header;
}

sk_str
seclang_mask_set_cookie(sk_arena *mem, sk_str header)
{
    struct sk_buf out = { .mem = mem };
    size_t end = sk_str_find_byte(header, ';');

    add_cookie(&out, sk_str_first(header, end));
    if (end != SIZE_MAX) sk_buf_add(&out, sk_str_from(header, end));
    return out.n ? sk_buf_str(&out) : header;
}

sk_str
seclang_mask_places(sk_arena *mem, sk_str s, sk_str secret)
{
    struct sk_buf out = { .mem = mem };
    size_t at = secret.n ? sk_str_find(s, secret) : SIZE_MAX;

    if (at == SIZE_MAX) return s;
    for (; at != SIZE_MAX; at = sk_str_find(s, secret)) {
        sk_buf_add(&out, sk_str_first(s, at));
        sk_buf_printf(&out, "[masked %zu]", secret.n);
        s = sk_str_from(s, at + secret.n);
    }
    sk_buf_add(&out, s);
    return sk_buf_str(&out);
}
