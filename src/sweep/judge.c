#include "sweep/judge.h"

#include "base/utf8.h"
#include "personal/token.h"

struct judge {
    sk_arena *mem;
    sk_str text; /* folded */
    unsigned hints;
    sweep_hit *hit;
    void *ctx;
};

/* ── one way of writing ── */

/* Full-width signs as ASCII, all hyphens as one. ー is one between digits only. */
static uint32_t
fold(uint32_t code, bool behind_digit)
{
    if (code >= 0xff01 && code <= 0xff5e) code -= 0xfee0;
    if (code == 0x3000 || code == 0xa0) return ' ';
    if ((code >= 0x2010 && code <= 0x2015) || code == 0x2212) return '-';
    return code == 0x30fc && behind_digit ? '-' : code;
}

static sk_str
folded(sk_arena *mem, sk_str text)
{
    struct sk_buf out = { .mem = mem };
    char *to = sk_buf_room(&out, text.n + 4);
    uint32_t code;

    while (text.n) {
        unsigned n = sk_utf8_decode(&code, text);
        bool digit = out.n && to[out.n - 1] >= '0' && to[out.n - 1] <= '9';
        if (n == 0)
            to[out.n++] = 0x1a; /* a byte that is no UTF-8: a sign that belongs to nothing */
        else if (code < 0x80)
            to[out.n++] = (char)code;
        else
            out.n += sk_utf8_encode(to + out.n, fold(code, digit));
        text = sk_str_from(text, n ? n : 1);
    }
    return sk_buf_str(&out);
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
    return is_digit(c) ||
           (sk_lower_byte((unsigned char)c) >= 'a' && sk_lower_byte((unsigned char)c) <= 'z') ||
           c == '_';
}

static void
found(const struct judge *j, int kind, sk_str value)
{
    struct sk_buf mask = { .mem = j->mem };

    if (kind == SWEEP_CARD)
        sk_buf_printf(&mask, "****-****-****-%.*s", SK_ARG(sk_str_from(value, value.n - 4)));
    else
        personal_mask(&mask, (enum personal_kind)kind, value);
    j->hit(j->ctx, kind, sk_buf_str(&mask));
}

/* Whether text is a value of the kind; if so it was found. */
static bool
is_value(const struct judge *j, enum personal_kind kind, sk_str text)
{
    struct personal_value value;

    if (sk_failed(personal_read(&value, j->mem, kind, text))) return false;
    found(j, (int)kind, value.shown);
    return true;
}

/* ── addresses with an @ ── */

static bool
is_local(char c)
{
    return is_word(c) || (c && strchr(".+-", c));
}

static bool
is_domain(char c)
{
    return is_word(c) ? c != '_' : c == '.' || c == '-';
}

/* logo@2x.png: what a file is called. */
static bool
is_file_name(sk_str domain)
{
    static const char *const ends[] = { ".png", ".jpg",  ".jpeg", ".gif",
                                        ".svg", ".webp", ".css",  ".js" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (domain.n > strlen(ends[i]) &&
            sk_str_eq_nocase(sk_str_from(domain, domain.n - strlen(ends[i])), sk_str_of(ends[i])))
            return true;
    return false;
}

/* 日本語.jp: letters that are not ASCII count only up to a dot. What is behind example.jp in a
 * Japanese sentence has no blank before it. */
static size_t
past_label(sk_str text, size_t at)
{
    enum { LABEL_MAX = 120 };
    size_t to = at;

    while (to < text.n && to - at < LABEL_MAX && (unsigned char)text.p[to] >= 0x80)
        to++;
    return to < text.n && text.p[to] == '.' ? to : at;
}

/* Around the @ at `at`; returns where to go on. */
static size_t
mail_at(const struct judge *j, size_t at)
{
    enum { LOCAL_MAX = 64, DOMAIN_MAX = 253 };
    size_t from = at, to = past_label(j->text, at + 1);

    while (from > 0 && at - from < LOCAL_MAX && is_local(j->text.p[from - 1]))
        from--;
    while (to < j->text.n && to - at < DOMAIN_MAX && is_domain(j->text.p[to]))
        to++;
    while (to > at + 1 && !is_word(j->text.p[to - 1]))
        to--; /* the full stop of a sentence */
    sk_str domain = { j->text.p + at + 1, to - at - 1 };
    if (from < at && !is_file_name(domain))
        is_value(j, PERSONAL_EMAIL, (sk_str){ j->text.p + from, to - from });
    return to;
}

/* ── numbers ── */

enum { NUMBER_MAX = 40 };

/* Digits in groups with one kind of separator. */
struct number {
    char digits[NUMBER_MAX];
    size_t n, groups, end;
    unsigned char group[NUMBER_MAX]; /* digits of each */
};

static void
number_read(struct number *number, sk_str text, size_t at, char separator, size_t groups)
{
    *number = (struct number){ .groups = 1 };
    while (at < text.n && number->n < NUMBER_MAX) {
        if (is_digit(text.p[at])) {
            number->digits[number->n++] = text.p[at++];
            number->group[number->groups - 1]++;
        } else if (number->groups < groups && text.p[at] == separator && at + 1 < text.n &&
                   is_digit(text.p[at + 1])) {
            number->groups++;
            at++;
        } else {
            break;
        }
    }
    number->end = at;
}

/* As cards are printed: 4 4 4 4 (3), 4 6 5, 4 6 4, or without separators. */
static bool
is_card_shape(const struct number *n)
{
    if (n->groups == 1) return true;
    if (n->groups == 3) return n->group[0] == 4 && n->group[1] == 6 && n->group[2] >= 4;
    for (size_t i = 0; i < 4 && i < n->groups; i++)
        if (n->group[i] != 4) return false;
    return n->groups == 4 || n->groups == 5;
}

/* Behind a card's number its date may follow, with the same blank between. */
static bool
card_at(const struct judge *j, size_t at, size_t *end)
{
    static const struct {
        char separator;
        unsigned char groups;
    } forms[] = { { 0, 1 }, { '-', 5 }, { ' ', 3 }, { ' ', 4 }, { ' ', 5 } };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct number n;
        number_read(&n, j->text, at, forms[i].separator, forms[i].groups);
        sk_str digits = { n.digits, n.n };
        if (n.end < j->text.n && (is_word(j->text.p[n.end]) || j->text.p[n.end] == '-')) continue;
        if (!is_card_shape(&n) || !sweep_is_card(digits)) continue;
        found(j, SWEEP_CARD, digits);
        *end = n.end;
        return true;
    }
    return false;
}

/* With separators: in the groups that such a number has. Without: a mobile's or another number of
 * 11 digits; one of 10 digits only where numbers are expected, since orders have such, too. */
static bool
is_phone_shape(const struct judge *j, const struct number *n, sk_str shown)
{
    if (n->groups == 1)
        return n->n == 11 || (j->hints & personal_kind_bit(PERSONAL_PHONE)) ||
               (n->n == 10 && sk_str_starts(shown, SK_STR("0120")));
    if (n->groups != 3) return false;
    size_t first = sk_str_find_byte(shown, '-');
    return first == n->group[0] && shown.n - first == 2u + n->group[1] + n->group[2];
}

static bool
phone_at(const struct judge *j, size_t at, size_t *end)
{
    static const char separators[] = { '-', ' ', '.' };
    struct personal_value value;

    for (size_t i = 0; i < sizeof separators; i++) {
        struct number n;
        number_read(&n, j->text, at, separators[i], 3);
        sk_str typed = { j->text.p + at, n.end - at };
        if (n.n < 10 || n.n > 11 || (n.end < j->text.n && is_word(j->text.p[n.end])) ||
            (n.end + 1 < j->text.n && j->text.p[n.end] == '-' && is_digit(j->text.p[n.end + 1])) ||
            sk_failed(personal_read(&value, j->mem, PERSONAL_PHONE, typed)) ||
            !is_phone_shape(j, &n, value.shown))
            continue;
        found(j, PERSONAL_PHONE, value.shown);
        *end = n.end;
        return true;
    }
    return false;
}

/* +81 90-1234-5678; of other countries where a column lets expect it. */
static bool
abroad_at(const struct judge *j, size_t at, size_t *end)
{
    enum { LONGEST = 24 };
    sk_str rest = sk_str_first(sk_str_from(j->text, at), LONGEST);
    size_t n = 1;

    if (!sk_str_starts(rest, SK_STR("+81")) && !(j->hints & personal_kind_bit(PERSONAL_PHONE)))
        return false;
    while (n < rest.n && (is_digit(rest.p[n]) || strchr("- ()", rest.p[n])))
        n++;
    while (n > 1 && !is_digit(rest.p[n - 1]))
        n--;
    if (n < 9 || (n < rest.n && is_word(rest.p[n]))) return false;
    *end = at + n;
    return is_value(j, PERSONAL_PHONE, sk_str_first(rest, n));
}

/* The number at `at`, whatever it is; returns where to go on. */
static size_t
number_at(const struct judge *j, size_t at)
{
    struct number all;
    size_t end;

    if (card_at(j, at, &end) || phone_at(j, at, &end)) return end;
    number_read(&all, j->text, at, '-', NUMBER_MAX);
    return all.end > at ? all.end : at + 1;
}

/* ── places ── */

static const char *const prefectures[] = {
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県",   "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県",   "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県",   "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
};

/* The bytes of a prefecture's name that ends with the sign at `at`; 0: none does. */
static size_t
prefecture_ends(sk_str text, size_t at)
{
    enum { SIGN = 3 }; /* 都 道 府 県 */

    if (!strchr("\xe9\xe5\xe7", text.p[at]) || at + SIGN > text.n) return 0;
    for (size_t i = 0; i < sizeof prefectures / sizeof *prefectures; i++) {
        size_t n = strlen(prefectures[i]);
        if (at + SIGN >= n && memcmp(text.p + at, prefectures[i] + n - SIGN, SIGN) == 0 &&
            memcmp(text.p + at + SIGN - n, prefectures[i], n) == 0)
            return n;
    }
    return 0;
}

/* The place where one of the words ends that begins within `most` bytes; 0: none. */
static size_t
soon(sk_str text, const char *const *words, size_t count, size_t most)
{
    size_t best = 0, at_best = SIZE_MAX;

    for (size_t i = 0; i < count; i++) {
        size_t at = sk_str_find(sk_str_first(text, most), sk_str_of(words[i]));
        if (at < at_best) {
            at_best = at;
            best = at + strlen(words[i]);
        }
    }
    return best;
}

/* A prefecture that ends with the sign at `at`, a town within ten signs of the same line, a house's
 * number within twenty. */
static bool
address_at(const struct judge *j, size_t at, size_t *end)
{
    enum { TOWN = 30, HOUSE = 60 };
    static const char *const towns[] = { "市", "区", "郡", "町", "村" };
    size_t n = prefecture_ends(j->text, at);

    if (n == 0) return false;
    at = at + 3 - n;
    sk_str rest = sk_str_from(j->text, at);
    size_t line = sk_str_find_byte(rest, '\n');
    if (line != SIZE_MAX) rest.n = line;
    size_t town = soon(sk_str_from(rest, n), towns, sizeof towns / sizeof *towns, TOWN);
    if (town == 0) return false;
    n += town;
    for (size_t i = 0; i < HOUSE && n + i < rest.n; i++) {
        if (strchr("<\"\t,;", rest.p[n + i])) return false;
        if (!is_digit(rest.p[n + i])) continue;
        *end = at + n + i + 1;
        found(j, PERSONAL_ADDRESS, sk_str_first(rest, n));
        return true;
    }
    return false;
}

/* ── what a column lets expect ── */

/* Some letters, nothing that a name has not. */
static bool
is_name(sk_str text)
{
    enum { NAME_MAX_BYTES = 60 };

    if (text.n < 3 || text.n > NAME_MAX_BYTES) return false;
    for (size_t i = 0; i < text.n; i++)
        if (is_digit(text.p[i]) || (text.p[i] > 0 && strchr("@/:{}<>=_#\\", text.p[i])))
            return false;
    return true;
}

static void
whole_value(const struct judge *j)
{
    static const enum personal_kind kinds[] = { PERSONAL_READING, PERSONAL_BIRTHDAY };
    sk_str text = sk_str_trim(j->text);

    if ((j->hints & personal_kind_bit(PERSONAL_NAME)) && is_name(text))
        is_value(j, PERSONAL_NAME, text);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (j->hints & personal_kind_bit(kinds[i])) {
            sk_str value = text;
            if (kinds[i] == PERSONAL_BIRTHDAY && text.n > 10 && text.p[4] == '-')
                value.n = 10; /* the midnight behind it */
            is_value(j, kinds[i], value);
        }
}

/* ── the text ── */

/* Whether a number may begin here: not within a word or another number. */
static bool
begins(sk_str text, size_t at)
{
    if (at == 0) return true;
    if (is_word(text.p[at - 1])) return false;
    return !(strchr("-.", text.p[at - 1]) && at > 1 && is_word(text.p[at - 2]));
}

static size_t
step(const struct judge *j, size_t at)
{
    char c = j->text.p[at];
    size_t end;

    if (c == '@') return mail_at(j, at);
    if (c == '+' && abroad_at(j, at, &end)) return end;
    if (is_digit(c) && begins(j->text, at)) return number_at(j, at);
    if ((unsigned char)c >= 0xe0 && address_at(j, at, &end)) return end;
    return at + 1;
}

static void
judge_part(struct judge *j, sk_str text)
{
    j->text = folded(j->mem, text);
    for (size_t at = 0; at < j->text.n;)
        at = step(j, at);
    if (j->hints) whole_value(j);
}

void
sweep_judge(uint64_t *tokens, sk_arena *mem, unsigned hints, sk_str text, sweep_hit *hit, void *ctx)
{
    struct judge j = { .mem = mem, .hints = hints, .hit = hit, .ctx = ctx };
    struct personal_found token = { 0 };
    size_t at = 0;

    for (; personal_token_find(&token, text, at); at = token.at + token.n, ++*tokens)
        judge_part(&j, (sk_str){ text.p + at, token.at - at });
    judge_part(&j, sk_str_from(text, at));
}
