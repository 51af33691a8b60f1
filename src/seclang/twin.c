/* Making twins. What is allowed in a value that has one is what second_look.c reads the same way
 * whatever transformation comes next. */
#include "seclang/twin.h"

#include "base/bytes.h"
#include "base/utf8.h"
#include "seclang/ascii_like.h"
#include "seclang/op/rows.h"
#include "seclang/second_look.h"
#include "seclang/tf/rows.h"

enum { SIGNS_END = 0xc0 /* code points below are ISO 8859-1's signs: kept, not opaque */ };

#define BIT SK_BYTES_BIT
/* What spellings, faces, figures and marks of quotation begin with, and controls but line ends and
 * tabs. */
#define APART(w)                                                                                   \
    (BIT(w, '(') | BIT(w, '<') | BIT(w, '>') | BIT(w, '\\') | BIT(w, '#') | BIT(w, '%') |          \
     BIT(w, '&') | SK_BYTES_SPAN(w, 0, 8) | SK_BYTES_SPAN(w, 11, 12) | SK_BYTES_SPAN(w, 14, 31) |  \
     BIT(w, 127))
#define HIGH(w) ((w) >= 2 ? ~(uint64_t)0 : 0)

static const struct sk_bytes apart = SK_BYTES(APART), high = SK_BYTES(HIGH);

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
begins_line(sk_str s, size_t i)
{
    while (i > 0 && (s.p[i - 1] == ' ' || s.p[i - 1] == '\t'))
        i--;
    return i == 0 || s.p[i - 1] == '\n' || s.p[i - 1] == '\r';
}

/* Rulers begin a line with several of these; "12,770" may be a price. */
static bool
is_drawing(sk_str s, size_t i)
{
    if (strchr("-=*_~", s.p[i])) return begins_line(s, i) || s.p[i - 1] == s.p[i];
    return s.p[i] == ',' && i > 0 && is_digit(s.p[i - 1]);
}

/* What the character is to those who cut: an ASCII byte, or 0. */
static unsigned char
best_fit(const struct seclang_rules *rules, uint32_t code)
{
    const struct seclang_unicode_map *map = rules->unicode_map;

    if (map && code <= 0xffff && map->best_fit[code]) return map->best_fit[code];
    return seclang_ascii_like(code);
}

/* A sign that a drawing may begin with would be one, once it is ASCII. */
static bool
is_harmless(unsigned char like)
{
    return like < 0x80 && !sk_bytes_has(&apart, like) && !strchr("-=*_~,", like);
}

struct maker {
    struct sk_buf cut, plain;
    bool differ;
};

/* One character beyond ASCII; its length, 0: the value has no twin. */
static unsigned
put_character(struct maker *m, const struct seclang_rules *rules, sk_str rest)
{
    uint32_t code;
    unsigned length = sk_utf8_decode(&code, rest);
    unsigned char like;

    if (length < 2 || code < SIGNS_END) return 0;
    like = best_fit(rules, code);
    if (like && !is_harmless(like)) return 0;
    sk_buf_byte(&m->plain, (char)SECLANG_OPAQUE);
    sk_buf_byte(&m->cut, (char)(like ? like : SECLANG_OPAQUE));
    if (like) m->differ = true;
    return length;
}

static bool
make(struct maker *m, const struct seclang_rules *rules, sk_str text)
{
    for (size_t i = 0; i < text.n;) {
        unsigned length = 1;

        if ((unsigned char)text.p[i] >= 0x80) {
            length = put_character(m, rules, sk_str_from(text, i));
            if (length == 0) return false;
        } else if (is_drawing(text, i)) {
            return false;
        } else {
            sk_buf_byte(&m->plain, text.p[i]);
            sk_buf_byte(&m->cut, text.p[i]);
        }
        i += length;
    }
    return true;
}

bool
seclang_twins_of(struct seclang_twins *twins, struct seclang_tx *tx,
                 const struct seclang_value *value)
{
    const struct sk_bytes *bytes = &value->text.bytes;
    struct maker m = { .cut = { .mem = tx->mem }, .plain = { .mem = tx->mem } };

    if (!value->text.mapped || !sk_bytes_meet(bytes, &high) || sk_bytes_meet(bytes, &apart))
        return false;
    sk_buf_room(&m.plain, value->text.s.n);
    sk_buf_room(&m.cut, value->text.s.n);
    if (!make(&m, tx->rules, value->text.s)) return false;
    twins->plain = seclang_value_new(tx->mem, value->name, sk_buf_str(&m.plain));
    twins->cut =
        m.differ ? seclang_value_new(tx->mem, value->name, sk_buf_str(&m.cut)) : twins->plain;
    return true;
}

/* Characters stay characters, and out of what a twin may hold come none. */
static bool
keeps_characters(const struct seclang_tf *tf)
{
    static bool (*const keep[])(sk_str * out, sk_arena * mem, sk_str in,
                                const struct seclang_unicode_map *map) = {
        seclang_tf_cmd_line,
        seclang_tf_compress_whitespace,
        seclang_tf_css_decode,
        seclang_tf_escape_seq_decode,
        seclang_tf_html_entity_decode,
        seclang_tf_js_decode,
        seclang_tf_lowercase,
        seclang_tf_none,
        seclang_tf_normalise_path,
        seclang_tf_normalise_path_win,
        seclang_tf_remove_comments,
        seclang_tf_remove_comments_char,
        seclang_tf_remove_nulls,
        seclang_tf_remove_whitespace,
        seclang_tf_replace_comments,
        seclang_tf_replace_nulls,
        seclang_tf_trim,
        seclang_tf_uppercase,
        seclang_tf_url_decode,
        seclang_tf_url_decode_uni,
        seclang_tf_utf8_to_unicode,
    };

    for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
        if (keep[i] == tf->run) return true;
    return false;
}

static bool
is_ascii(sk_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80) return false;
    return true;
}

static bool
is_word_list(const struct seclang_rule *rule)
{
    return strncmp(rule->op->name, "pm", 2) == 0 && seclang_op_pm_is_ascii(rule->op_state);
}

enum seclang_service
seclang_twin_serves(const struct seclang_rules *rules, const struct seclang_rule *rule,
                    unsigned looks)
{
    bool opaque = (looks & ~(unsigned)SECLANG_LOOK_NEAR) == SECLANG_LOOK_OPAQUE;

    if (!opaque && !(looks && is_word_list(rule))) return SECLANG_TWIN_NEVER;
    if (rule->argument.count && !is_ascii(rule->argument.part[0].literal))
        return SECLANG_TWIN_NEVER;
    for (unsigned form = rule->form; form > 0; form = rules->form[form].parent)
        if (!keeps_characters(rules->form[form].tf)) return SECLANG_TWIN_NEVER;
    return opaque ? SECLANG_TWIN_ALWAYS : SECLANG_TWIN_IF_ALIKE;
}
