#include "personal/text.h"
#include "personal/value.h"

#include "base/json.h"
#include "base/utf8.h"

enum { BANK = 4, BRANCH = 3, NUMBER = 7, HOLDER_MAX = 30 };

/* Between the parts of an account that is given as text. */
#define SEPARATORS "-,/|\t\n "

struct parts {
    sk_str bank, branch, type, number, holder;
};

static const struct {
    const char *word;
    char digit;
} types[] = {
    { "1", '1' },        { "普通", '1' }, { "普通預金", '1' }, { "2", '2' },        { "当座", '2' },
    { "当座預金", '2' }, { "4", '4' },    { "貯蓄", '4' },     { "貯蓄預金", '4' },
};

/* A member that is missing is empty. */
static sk_err
member(sk_str *text, sk_arena *mem, const sk_json *root, const char *key)
{
    TRY(personal_text_nfkc(text, mem, sk_json_get_str(root, key)));
    *text = sk_str_trim(*text);
    return sk_ok();
}

static sk_err
cut_json(struct parts *parts, sk_arena *mem, sk_str text)
{
    DEFER(sk_json_close) sk_json *root = NULL;

    TRY(sk_json_read(&root, text));
    TRY(member(&parts->bank, mem, root, "bank"));
    TRY(member(&parts->branch, mem, root, "branch"));
    TRY(member(&parts->type, mem, root, "type"));
    TRY(member(&parts->number, mem, root, "number"));
    return member(&parts->holder, mem, root, "holder");
}

/* Up to the next sign between parts, and past those that follow it. */
static sk_str
cut_part(sk_str *text)
{
    size_t n = 0;

    while (n < text->n && !strchr(SEPARATORS, text->p[n]))
        n++;
    sk_str part = sk_str_first(*text, n);
    while (n < text->n && strchr(SEPARATORS, text->p[n]))
        n++;
    *text = sk_str_from(*text, n);
    return part;
}

static sk_err
cut_text(struct parts *parts, sk_arena *mem, sk_str text)
{
    TRY(personal_text_nfkc(&text, mem, text));
    text = sk_str_trim(text);
    parts->bank = cut_part(&text);
    parts->branch = cut_part(&text);
    parts->type = cut_part(&text);
    parts->number = cut_part(&text);
    parts->holder = text;
    return sk_ok();
}

/* Digits with zeros in front; false: there are none, too many, or another sign. */
static bool
add_number(struct sk_buf *out, sk_str digits, size_t width)
{
    if (digits.n == 0 || digits.n > width) return false;
    for (size_t i = digits.n; i < width; i++)
        sk_buf_byte(out, '0');
    for (size_t i = 0; i < digits.n; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9') return false;
    sk_buf_add(out, digits);
    return true;
}

static char
type_of(sk_str type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (sk_str_eq(type, sk_str_of(types[i].word))) return types[i].digit;
    return 0;
}

/* U+30A1 ァ to U+30F4 ヴ in half width: capital kana, marks split off, as the records have them. */
static const char *const halves[] = {
    "ｱ",  "ｱ",  "ｲ", "ｲ",  "ｳ",  "ｳ",  "ｴ",  "ｴ",  "ｵ",  "ｵ",  "ｶ",  "ｶﾞ", "ｷ",  "ｷﾞ",
    "ｸ",  "ｸﾞ", "ｹ", "ｹﾞ", "ｺ",  "ｺﾞ", "ｻ",  "ｻﾞ", "ｼ",  "ｼﾞ", "ｽ",  "ｽﾞ", "ｾ",  "ｾﾞ",
    "ｿ",  "ｿﾞ", "ﾀ", "ﾀﾞ", "ﾁ",  "ﾁﾞ", "ﾂ",  "ﾂ",  "ﾂﾞ", "ﾃ",  "ﾃﾞ", "ﾄ",  "ﾄﾞ", "ﾅ",
    "ﾆ",  "ﾇ",  "ﾈ", "ﾉ",  "ﾊ",  "ﾊﾞ", "ﾊﾟ", "ﾋ",  "ﾋﾞ", "ﾋﾟ", "ﾌ",  "ﾌﾞ", "ﾌﾟ", "ﾍ",
    "ﾍﾞ", "ﾍﾟ", "ﾎ", "ﾎﾞ", "ﾎﾟ", "ﾏ",  "ﾐ",  "ﾑ",  "ﾒ",  "ﾓ",  "ﾔ",  "ﾔ",  "ﾕ",  "ﾕ",
    "ﾖ",  "ﾖ",  "ﾗ", "ﾘ",  "ﾙ",  "ﾚ",  "ﾛ",  "ﾜ",  "ﾜ",  "ｲ",  "ｴ",  "ｦ",  "ﾝ",  "ｳﾞ",
};

/* The sign's half-width form; NULL: a transfer record cannot have it. */
static const char *
half_of(uint32_t code, char ascii[2])
{
    static const struct {
        uint32_t code;
        const char *half;
    } signs[] = {
        { 0x30fc, "-" }, { 0x30fb, "." }, { 0x300c, "｢" }, { 0x300d, "｣" }, { 0xa5, "\\" },
    };

    code = personal_katakana(code);
    if (code >= 0x30a1 && code <= 0x30f4) return halves[code - 0x30a1];
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (signs[i].code == code) return signs[i].half;
    if (code >= 'a' && code <= 'z') code -= 32;
    bool known = (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
                 (code && code < 0x80 && strchr(" ().,-/\\", (int)code));
    ascii[0] = known ? (char)code : 0;
    return known ? ascii : NULL;
}

static bool
add_holder(struct sk_buf *out, sk_str holder)
{
    size_t signs = 0;
    uint32_t code;

    while (holder.n) {
        char ascii[2] = { 0 };
        holder = sk_str_from(holder, sk_utf8_decode(&code, holder));
        const char *half = half_of(code, ascii);
        if (!half) return false;
        if (signs == 0 && strchr(SEPARATORS, half[0])) continue; /* in front they separate parts */
        signs += sk_utf8_count(sk_str_of(half));
        sk_buf_add(out, sk_str_of(half));
    }
    return signs > 0 && signs <= HOLDER_MAX;
}

/* Bank, branch, type and number, which say whose account it is. */
static enum personal_unfit
add_numbers(struct sk_buf *out, const struct parts *parts)
{
    char type = type_of(parts->type);

    if (!add_number(out, parts->bank, BANK)) return PERSONAL_UNFIT_BANK_FORM;
    sk_buf_byte(out, '-');
    if (!add_number(out, parts->branch, BRANCH)) return PERSONAL_UNFIT_BANK_FORM;
    if (!type) return PERSONAL_UNFIT_BANK_TYPE;
    sk_buf_printf(out, "-%c-", type);
    return add_number(out, parts->number, NUMBER) ? PERSONAL_FITS : PERSONAL_UNFIT_BANK_FORM;
}

sk_err
personal_read_bank(struct personal_value *value, sk_arena *mem, sk_str typed)
{
    struct sk_buf out = { .mem = mem };
    struct parts parts = { 0 };
    bool json = sk_str_starts(sk_str_trim(typed), SK_STR("{"));
    sk_str holder;

    sk_err e = json ? cut_json(&parts, mem, typed) : cut_text(&parts, mem, typed);
    if (e.kind == SK_BAD) return personal_does_not_fit(value, PERSONAL_UNFIT_BANK_FORM);
    TRY(e);
    enum personal_unfit why = add_numbers(&out, &parts);
    if (why) return personal_does_not_fit(value, why);
    value->compared = sk_str_copy(mem, sk_buf_str(&out));
    sk_buf_byte(&out, ' ');
    if (!personal_text_tidy(&holder, mem, parts.holder, false) || !add_holder(&out, holder))
        return personal_does_not_fit(value, PERSONAL_UNFIT_BANK_HOLDER);
    value->shown = sk_buf_str(&out);
    return sk_ok();
}
