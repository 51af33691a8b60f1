#include "part/form.h"

#include "base/utf8.h"

#include <assert.h>

/* They make a text read otherwise than it is stored: U+202A..202E, U+2066..2069. */
static bool
is_override(uint32_t code)
{
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

bool
part_text_clean(sk_str text, bool lines)
{
    while (text.n) {
        uint32_t code;
        unsigned n = sk_utf8_decode(&code, text);
        if (n == 0 || is_override(code)) return false;
        bool blank = lines && (code == '\t' || code == '\n' || code == '\r');
        if ((code < 0x20 && !blank) || (code >= 0x7f && code <= 0x9f)) return false;
        text = sk_str_from(text, n);
    }
    return true;
}

sk_err
part_percent_decode(sk_str *plain, sk_arena *mem, sk_str text, bool plus)
{
    char *out = sk_alloc(mem, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            int high = i + 2 < text.n ? sk_hex_value(text.p[i + 1]) : -1;
            int low = i + 2 < text.n ? sk_hex_value(text.p[i + 2]) : -1;
            if (high < 0 || low < 0) return sk_fail(SK_BAD, "broken %%-escape at byte %zu", i);
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = c;
    }
    out[n] = 0;
    *plain = (sk_str){ out, n };
    if (!part_text_clean(*plain, true)) return sk_fail(SK_BAD, "not clean UTF-8 text");
    return sk_ok();
}

sk_err
part_form_read(struct part_form *form, sk_arena *mem, sk_str text)
{
    sk_str pair, rest = text;
    form->count = 0;
    while (sk_str_cut(&pair, &rest, '&')) {
        if (pair.n == 0) continue;
        if (form->count == PART_FORM_FIELDS_MAX)
            return sk_fail(SK_FULL, "more than %d fields", PART_FORM_FIELDS_MAX);
        struct part_form_field *field = &form->field[form->count];
        size_t sign = sk_str_find_byte(pair, '=');
        sk_str value = sign != SIZE_MAX ? sk_str_from(pair, sign + 1) : (sk_str){ 0 };
        TRY(part_percent_decode(&field->name, mem, sk_str_first(pair, sign), true));
        if (field->name.n > PART_FORM_NAME_MAX)
            return sk_fail(SK_FULL, "a field's name is too long");
        TRY(part_percent_decode(&field->value, mem, value, true));
        form->count++;
    }
    return sk_ok();
}

sk_str
part_form_get(const struct part_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (sk_str_eq(form->field[i].name, sk_str_of(name))) return form->field[i].value;
    return (sk_str){ 0 };
}

size_t
part_form_count(const struct part_form *form, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < form->count; i++)
        n += sk_str_eq(form->field[i].name, sk_str_of(name));
    return n;
}

static bool
line_ok(sk_str s)
{
    return part_text_clean(s, false);
}

static bool
lines_ok(sk_str s)
{
    return part_text_clean(s, true);
}

static bool
is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A label of a host name: letters, digits and inner hyphens, RFC 1123 section 2.1. */
static bool
label_ok(sk_str label)
{
    if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
        return false;
    for (size_t i = 0; i < label.n; i++)
        if (!is_alnum(label.p[i]) && label.p[i] != '-') return false;
    return true;
}

/* As HTML's "valid e-mail address" with at least one dot in the domain. Dots at odd places before
 * the @ pass: Japanese carriers have given out such addresses. */
bool
part_email_valid(sk_str s)
{
    size_t at = sk_str_find_byte(s, '@');
    sk_str label, domain = sk_str_from(s, at == SIZE_MAX ? s.n : at + 1);
    size_t labels = 0;
    if (at == SIZE_MAX || at == 0 || at > 64 || domain.n == 0 || domain.n > 253) return false;
    for (size_t i = 0; i < at; i++)
        if (!is_alnum(s.p[i]) && !memchr(".!#$%&'*+/=?^_`{|}~-", s.p[i], 20)) return false;
    while (sk_str_cut(&label, &domain, '.')) {
        if (!label_ok(label)) return false;
        labels++;
    }
    return labels >= 2;
}

/* Digits with hyphens, blanks, brackets and a leading +: 9 to 15 digits (E.164 ends at 15). */
static bool
phone_ok(sk_str s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9')
            digits++;
        else if (!memchr("-() ", s.p[i], 4) && !(i == 0 && s.p[i] == '+'))
            return false;
    }
    return digits >= 9 && digits <= 15;
}

static bool (*const kind_ok[PART_FIELD_KINDS])(sk_str) = {
    [PART_FIELD_LINE] = line_ok,
    [PART_FIELD_LINES] = lines_ok,
    [PART_FIELD_EMAIL] = part_email_valid,
    [PART_FIELD_PHONE] = phone_ok,
};

/* Full-width signs as a Japanese keyboard gives them (U+FF01..FF5E, U+3000) to ASCII. */
static sk_str
narrow(sk_arena *mem, sk_str s)
{
    struct sk_buf out = { .mem = mem };
    while (s.n) {
        uint32_t code;
        char bytes[4];
        unsigned n = sk_utf8_decode(&code, s);
        if (n == 0) return s;
        if (code >= 0xff01 && code <= 0xff5e)
            code -= 0xfee0;
        else if (code == 0x3000)
            code = ' ';
        else if (code == 0x2010 || code == 0x2212 || code == 0x30fc)
            code = '-';
        sk_buf_add(&out, (sk_str){ bytes, sk_utf8_encode(bytes, code) });
        s = sk_str_from(s, n);
    }
    return sk_buf_str(&out);
}

static sk_str
unix_lines(sk_arena *mem, sk_str s)
{
    struct sk_buf out = { .mem = mem };
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '\r')
            sk_buf_byte(&out, s.p[i]);
        else if (i + 1 == s.n || s.p[i + 1] != '\n')
            sk_buf_byte(&out, '\n');
    }
    return sk_buf_str(&out);
}

static enum part_field_fault
field_fault(sk_str value, const struct part_field *row)
{
    if (value.n == 0) return row->required ? PART_FIELD_EMPTY : PART_FIELD_OK;
    if (sk_utf8_count(value) > row->most) return PART_FIELD_LONG;
    return kind_ok[row->kind](value) ? PART_FIELD_OK : PART_FIELD_FORMAT;
}

/* Blanks at both ends, the ideographic one (U+3000) too. */
static sk_str
trim(sk_str s)
{
    static const sk_str wide = { "\xe3\x80\x80", 3 };
    for (sk_str before = { 0 }; before.n != s.n || before.p != s.p;) {
        before = s;
        s = sk_str_trim(s);
        if (sk_str_starts(s, wide)) s = sk_str_from(s, wide.n);
        if (sk_str_ends(s, wide)) s = sk_str_first(s, s.n - wide.n);
    }
    return s;
}

size_t
part_form_check(struct part_field_answer *answers, sk_arena *mem, const struct part_form *form,
                const struct part_field *rows, size_t count)
{
    size_t faults = 0;
    assert(count <= PART_FIELD_ROWS_MAX);
    for (size_t i = 0; i < count; i++) {
        sk_str value = part_form_get(form, rows[i].name);
        bool symbols = rows[i].kind == PART_FIELD_EMAIL || rows[i].kind == PART_FIELD_PHONE;
        if (symbols) value = narrow(mem, value);
        if (rows[i].kind == PART_FIELD_LINES) value = unix_lines(mem, value);
        answers[i].value = trim(value);
        answers[i].fault = field_fault(answers[i].value, &rows[i]);
        if (part_form_count(form, rows[i].name) > 1) answers[i].fault = PART_FIELD_TWICE;
        faults += answers[i].fault != PART_FIELD_OK;
    }
    return faults;
}
