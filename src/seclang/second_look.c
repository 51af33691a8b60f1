/* A value read again, with its characters beyond ASCII taken whole; see the header.
 *
 *     "大阪'--"  ─ opaque ─▶  "µµ'--"  ─ t:utf8toUnicode, t:urlDecodeUni, ... ─▶  @rx
 *
 * Characters are looked for in the value as it came and after every transformation; spellings like
 * %u5927, only in front of the transformation that would have cut them. */
#include "seclang/second_look.h"

#include "base/utf8.h"
#include "seclang/ascii_like.h"
#include "seclang/op/regex_walk.h"
#include "seclang/ornament.h"
#include "seclang/tf/rows.h"
#include "seclang/worker.h"

enum {
    DEPTH_MOST = 32,  /* longer chains of transformations: the match stands */
    ASCII_END = 0x80, /* the first code point that is none of ASCII */
    SIGNS_END = 0xc0, /* below are ISO 8859-1's signs, whose low byte is the sign itself */
    CODE_LAST = 0x10ffff,
    LEAD_FIRST = 0xc2, /* bytes that begin a character of UTF-8 */
    LEAD_LAST = 0xf4
};

typedef bool tf_run(sk_str *out, sk_arena *mem, sk_str in, const struct seclang_unicode_map *map);

/* ── which rules ── */

static const struct {
    const char *name;
    unsigned looks;
} operators[] = {
    { "beginswith", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
    { "contains", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
    { "containsword", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
    { "detectsqli", SECLANG_LOOK_OPAQUE },
    { "detectxss", SECLANG_LOOK_OPAQUE },
    { "endswith", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
    { "pm", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
    { "pmf", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
    { "pmfromfile", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
    { "rx", SECLANG_LOOK_OPAQUE },
    { "rxglobal", SECLANG_LOOK_OPAQUE },
    { "streq", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
    { "strmatch", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
    { "validatebyterange", SECLANG_LOOK_OPAQUE },
    { "verifycc", SECLANG_LOOK_OPAQUE },
    { "verifycpf", SECLANG_LOOK_OPAQUE },
    { "verifyssn", SECLANG_LOOK_OPAQUE },
    { "verifysvnr", SECLANG_LOOK_OPAQUE },
    { "within", SECLANG_LOOK_OPAQUE | SECLANG_LOOK_WHOLE },
};

static unsigned
looks_of(const struct seclang_op *op)
{
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
        if (strcmp(operators[i].name, op->name) == 0) return operators[i].looks;
    return 0; /* numbers, addresses, encodings */
}

/* \xe3 or \x{e3} at the start of s. */
static bool
is_lead_escape(sk_str s)
{
    size_t at = s.n > 2 && s.p[2] == '{' ? 3 : 2;
    unsigned byte;

    if (s.n < at + 2 || s.p[0] != '\\' || s.p[1] != 'x') return false;
    if (!seclang_tf_is_hex(seclang_tf_at(s, at)) || !seclang_tf_is_hex(seclang_tf_at(s, at + 1)))
        return false;
    byte = seclang_tf_hex_byte(seclang_tf_at(s, at), seclang_tf_at(s, at + 1));
    return byte >= LEAD_FIRST && byte <= LEAD_LAST;
}

/* A pattern that spells characters beyond ASCII, byte by byte or as they are, knows what it looks
 * for. Typographers' quotes do not count: the Core Rule Set has them beside the plain ones. */
static bool
spells_characters(sk_str pattern)
{
    for (size_t i = 0; i < pattern.n;) {
        sk_str rest = sk_str_from(pattern, i);
        uint32_t code = 0;
        unsigned length = sk_utf8_decode(&code, rest);

        if (length == 0 || (code >= ASCII_END && !seclang_ascii_like(code))) return true;
        if (is_lead_escape(rest)) return true;
        i += code == '\\' && rest.n > 1 && seclang_tf_at(rest, 1) < ASCII_END ? 2 : length;
    }
    return false;
}

static bool
is_text_no_more(const struct seclang_tf *tf)
{
    static tf_run *const made[] = { seclang_tf_base64_encode, seclang_tf_hex_encode,
                                    seclang_tf_length,        seclang_tf_md5,
                                    seclang_tf_sha1,          seclang_tf_url_encode };

    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
        if (tf->run == made[i]) return true;
    return false;
}

/* Whether what comes out of the chain is still made of characters. %uHHHH that nothing decodes is
 * not cut: rules that look for it look for characters. */
static bool
keeps_characters(const struct seclang_rules *rules, unsigned node)
{
    bool decoded = false;
    unsigned depth = 0;

    for (; node != 0; node = rules->form[node].parent) {
        const struct seclang_tf *tf = rules->form[node].tf;

        if (++depth > DEPTH_MOST || is_text_no_more(tf)) return false;
        if (tf->run == seclang_tf_url_decode_uni) decoded = true;
        if (tf->run == seclang_tf_utf8_to_unicode && !decoded) return false;
    }
    return true;
}

/* Bodies are long, and a rule may match each of them. */
static unsigned
reads_near(const struct seclang_rule *rule, sk_str pattern)
{
    return rule->form == 0 && seclang_regex_is_local(pattern) ? SECLANG_LOOK_NEAR : 0;
}

/* A negated rule fires on what its pattern does not allow: reading it more kindly would open it. */
unsigned
seclang_second_look_of(const struct seclang_rules *rules, const struct seclang_rule *rule)
{
    unsigned looks;
    sk_str pattern;

    if (!rules->settings.second_look || rule->negated || !rule->op) return 0;
    looks = looks_of(rule->op);
    if (looks == 0 || !keeps_characters(rules, rule->form)) return 0;
    if (strncmp(rule->op->name, "rx", 2) != 0) return looks;
    if (!seclang_macro_constant(&rule->argument)) return 0;
    pattern = rule->argument.count ? rule->argument.part[0].literal : (sk_str){ 0 };
    return spells_characters(pattern) ? 0 : looks | reads_near(rule, pattern);
}

/* ── spellings in ASCII: each says how long the one at the start of s is, and what it means; 0 as
 * the code: nothing beyond ASCII, to be left as it is ── */

static size_t
hex_span(sk_str s, size_t at, size_t most)
{
    size_t n = 0;

    while (n < most && at + n < s.n && seclang_tf_is_hex(seclang_tf_at(s, at + n)))
        n++;
    return n;
}

static uint32_t
hex_code(sk_str s, size_t at, size_t digits)
{
    uint32_t code = 0;

    for (size_t i = 0; i < digits; i++)
        code = code << 4 | seclang_tf_digit(seclang_tf_at(s, at + i));
    return code;
}

static size_t
percent_u(uint32_t *code, sk_str s)
{
    if (s.n < 6 || (s.p[1] | 0x20) != 'u' || hex_span(s, 2, 4) < 4) return 1;
    *code = hex_code(s, 2, 4);
    return 6;
}

static size_t
javascript(uint32_t *code, sk_str s)
{
    if (s.n < 6 || s.p[1] != 'u' || hex_span(s, 2, 4) < 4) return s.n < 2 ? 1 : 2;
    *code = hex_code(s, 2, 4);
    return 6;
}

static size_t
css(uint32_t *code, sk_str s)
{
    size_t digits = hex_span(s, 1, 6), end = 1 + digits;

    if (digits == 0) return s.n < 2 ? 1 : 2;
    *code = hex_code(s, 1, digits);
    return end < s.n && seclang_tf_is_space(seclang_tf_at(s, end)) ? end + 1 : end;
}

/* Numbers that name no character are cut as ever. */
static size_t
html(uint32_t *code, sk_str s)
{
    bool hex = s.n > 2 && (s.p[2] | 0x20) == 'x';
    size_t from = hex ? 3 : 2, at = from;
    uint32_t value = 0;

    if (s.n < 2 || s.p[1] != '#') return 1;
    for (; at < s.n && value <= CODE_LAST; at++) {
        unsigned char c = seclang_tf_at(s, at);

        if (hex ? !seclang_tf_is_hex(c) : c < '0' || c > '9') break;
        value = value * (hex ? 16 : 10) + seclang_tf_digit(c);
    }
    if (at == from || value > CODE_LAST) return 1;
    *code = value;
    return at < s.n && s.p[at] == ';' ? at + 1 : at;
}

static const struct spelling {
    tf_run *decoder;
    char first;
    size_t (*read)(uint32_t *code, sk_str s);
} spellings[] = {
    { seclang_tf_url_decode_uni, '%', percent_u },
    { seclang_tf_js_decode, '\\', javascript },
    { seclang_tf_css_decode, '\\', css },
    { seclang_tf_html_entity_decode, '&', html },
};

static const struct spelling *
spelling_before(const struct seclang_tf *tf)
{
    for (size_t i = 0; tf && i < sizeof(spellings) / sizeof(spellings[0]); i++)
        if (spellings[i].decoder == tf->run) return &spellings[i];
    return NULL;
}

/* ── reading ── */

struct look {
    const struct seclang_rules *rules;
    const struct seclang_op_run *run;
    sk_arena *mem; /* of this look alone */
    unsigned how;
    bool fresh;        /* text as it came, or just decoded: ornaments may be in it */
    bool cuts_ahead;   /* utf8toUnicode is still to come */
    bool unescapes;    /* some transformation reads backslashes: none is a yen sign */
    bool differs;      /* something was read otherwise */
    bool beyond_ascii; /* the value has characters that are none of ASCII */
    bool prose;        /* it has, and no quotes: rulers and figures are such */
};

/* Full-width forms and the map's entries become ASCII by themselves; else the best fit is what
 * those who cut do not know of. */
static unsigned char
best_fit(const struct look *l, uint32_t code)
{
    const struct seclang_unicode_map *map = l->rules->unicode_map;

    if (map && code <= 0xffff && map->best_fit[code]) return map->best_fit[code];
    return seclang_ascii_like(code);
}

/* Where nothing cuts it, a quotation mark that the pattern names stays as the pattern has it. */
static bool
is_named(const struct look *l, uint32_t code, sk_str bytes)
{
    return code >= SIGNS_END && seclang_ascii_like(code) &&
           sk_str_find(l->run->argument, bytes) != SIZE_MAX;
}

/* Signs stay visible to rules that look for them in text of one byte a character (941310). */
static unsigned char
one_byte(uint32_t code)
{
    return (unsigned char)(code < SIGNS_END ? code : SECLANG_OPAQUE);
}

static void
put_character(struct look *l, struct sk_buf *out, uint32_t code, sk_str spelled)
{
    unsigned char like = best_fit(l, code);
    char utf8[4];
    unsigned length = l->how == SECLANG_LOOK_WHOLE ? sk_utf8_encode(utf8, code) : 0;

    l->differs = true;
    if (length > 0)
        sk_buf_add(out, (sk_str){ utf8, length });
    else if (l->cuts_ahead || (unsigned char)spelled.p[0] < ASCII_END)
        sk_buf_byte(out, (char)(like > 0 && like < ASCII_END ? like : one_byte(code)));
    else if (is_named(l, code, spelled))
        sk_buf_add(out, spelled);
    else
        sk_buf_byte(out, (char)one_byte(code));
}

/* The length of what stands at the start of s; *code is what it means, 0 where it stays. */
static size_t
read_one(uint32_t *code, sk_str s, const struct spelling *spelling)
{
    size_t length;

    *code = 0;
    if (spelling && s.p[0] == spelling->first)
        length = spelling->read(code, s);
    else if (seclang_tf_at(s, 0) < ASCII_END)
        return 1;
    else
        length = sk_utf8_decode(code, s);
    if (length == 0) return 1; /* no UTF-8: bytes as ever */
    if (*code < ASCII_END) *code = 0;
    return length;
}

static size_t
beside_japanese(const struct look *l, sk_str text, size_t at)
{
    size_t length = text.p[at] == '\\' && l->unescapes ? 0 : seclang_figure(text, at);

    return length > 0 ? length : seclang_quote_mark(text, at);
}

/* A face or a figure is as one character; a ruler as nothing, since its line is a comment or an
 * error to SQL. Returns the length of what was read. */
static size_t
read_ornament(struct look *l, struct sk_buf *out, sk_str text, size_t at)
{
    size_t length;

    if (l->how != SECLANG_LOOK_OPAQUE) return 0;
    length = l->prose ? seclang_ruler(text, at) : 0;
    if (length == 0) {
        length = seclang_face(text, at);
        if (length == 0 && l->prose) length = beside_japanese(l, text, at);
        if (length > 0) sk_buf_byte(out, (char)SECLANG_OPAQUE);
    }
    if (length > 0) l->differs = true;
    return length;
}

static bool
has_character(sk_str text)
{
    uint32_t code;

    for (size_t i = 0; i < text.n; i++)
        if (seclang_tf_at(text, i) >= LEAD_FIRST && sk_utf8_decode(&code, sk_str_from(text, i)) > 1)
            return true;
    return false;
}

/* Bytes that begin a character of UTF-8, and those that begin an ornament. */
#define LEADS(w) SK_BYTES_SPAN(w, LEAD_FIRST, LEAD_LAST)
#define ORNAMENTS(w)                                                                               \
    (SK_BYTES_SPAN(w, '0', '9') | SK_BYTES_BIT(w, '(') | SK_BYTES_BIT(w, '<') |                    \
     SK_BYTES_BIT(w, '>') | SK_BYTES_BIT(w, '\\') | SK_BYTES_BIT(w, '#') | SK_BYTES_BIT(w, '-') |  \
     SK_BYTES_BIT(w, '=') | SK_BYTES_BIT(w, '*') | SK_BYTES_BIT(w, '_') | SK_BYTES_BIT(w, '~'))

#define QUOTES(w) (SK_BYTES_BIT(w, '\'') | SK_BYTES_BIT(w, '"') | SK_BYTES_BIT(w, '`'))

static const struct sk_bytes leads = SK_BYTES(LEADS), ornaments = SK_BYTES(ORNAMENTS),
                             quotes = SK_BYTES(QUOTES);

/* Where to look closer: what lies between is copied in one go. */
static struct sk_bytes
starts_of(const struct look *l, const struct spelling *spelling)
{
    struct sk_bytes starts = leads;

    if (l->fresh) sk_bytes_unite(&starts, &ornaments);
    if (spelling) sk_bytes_put(&starts, (unsigned char)spelling->first);
    return starts;
}

/* Reads what begins at text[at]; returns where to go on. */
static size_t
read_at(struct look *l, struct sk_buf *out, sk_str text, size_t at, const struct spelling *spelling)
{
    size_t length = l->fresh ? read_ornament(l, out, text, at) : 0;
    sk_str rest = sk_str_from(text, at);
    uint32_t code;

    if (length > 0) return at + length;
    length = read_one(&code, rest, spelling);
    if (code)
        put_character(l, out, code, sk_str_first(rest, length));
    else
        sk_buf_add(out, sk_str_first(rest, length));
    return at + length;
}

static sk_str
read_whole(struct look *l, sk_str text, const struct sk_bytes *starts,
           const struct spelling *spelling)
{
    struct sk_buf out = { .mem = l->mem };

    sk_buf_room(&out, text.n); /* what is read is never longer than what was there */
    for (size_t i = 0; i < text.n;) {
        size_t from = i;

        while (i < text.n && !sk_bytes_has(starts, seclang_tf_at(text, i)))
            i++;
        sk_buf_add(&out, (sk_str){ text.p + from, i - from });
        if (i < text.n) i = read_at(l, &out, text, i, spelling);
    }
    return sk_buf_str(&out);
}

/* `next` is the transformation that comes now; NULL: none. */
static sk_str
read_text(struct look *l, sk_str text, const struct sk_bytes *present,
          const struct seclang_tf *next)
{
    const struct spelling *spelling = spelling_before(next);
    struct sk_bytes starts = starts_of(l, spelling);

    if (!sk_bytes_meet(&starts, present)) return text;
    if (sk_bytes_meet(&leads, present) && has_character(text)) l->beyond_ascii = true;
    l->prose = l->beyond_ascii && !sk_bytes_meet(&quotes, present);
    return read_whole(l, text, &starts, spelling);
}

static bool
reads_backslashes(const struct seclang_tf *tf)
{
    return tf->run == seclang_tf_js_decode || tf->run == seclang_tf_css_decode ||
           tf->run == seclang_tf_escape_seq_decode;
}

/* Whether new text may come out of it. */
static bool
decodes(const struct seclang_tf *tf)
{
    static tf_run *const known[] = { seclang_tf_base64_decode, seclang_tf_base64_decode_ext,
                                     seclang_tf_css_decode,    seclang_tf_escape_seq_decode,
                                     seclang_tf_hex_decode,    seclang_tf_html_entity_decode,
                                     seclang_tf_js_decode,     seclang_tf_sql_hex_decode,
                                     seclang_tf_url_decode,    seclang_tf_url_decode_uni };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (tf->run == known[i]) return true;
    return false;
}

/* One transformation, in front of which the text is read. */
static sk_str
step(struct look *l, sk_str text, const struct seclang_tf *tf)
{
    bool cut = tf->run == seclang_tf_utf8_to_unicode;
    struct sk_bytes present = sk_bytes_of(text);
    sk_str read = read_text(l, text, &present, tf), out;

    l->fresh = false;
    if (cut && l->how == SECLANG_LOOK_WHOLE) return read;
    if (read.p != text.p) present = sk_bytes_of(read);
    if (!tf->always && !sk_bytes_meet(&tf->needs, &present)) return read;
    if (!tf->run(&out, l->mem, read, l->rules->unicode_map)) return read;
    l->fresh = decodes(tf);
    return out;
}

/* The value's form, as seclang_value_form makes it, but read by `how`. */
static sk_str
form_of(struct look *l, sk_str text, unsigned node)
{
    const struct seclang_form *form = l->rules->form;
    unsigned path[DEPTH_MOST], depth = 0, cuts = 0;
    struct sk_bytes present;

    for (; node != 0; node = form[node].parent) {
        path[depth++] = node;
        cuts += form[node].tf->run == seclang_tf_utf8_to_unicode;
        l->unescapes = l->unescapes || reads_backslashes(form[node].tf);
    }
    l->fresh = true;
    while (depth > 0) {
        const struct seclang_tf *tf = form[path[--depth]].tf;

        l->cuts_ahead = cuts > 0;
        text = step(l, text, tf);
        cuts -= tf->run == seclang_tf_utf8_to_unicode;
    }
    l->cuts_ahead = false;
    present = sk_bytes_of(text);
    return read_text(l, text, &present, NULL);
}

/* One reading: whether the match is there, too; also where nothing was read otherwise. */
static bool
matches(struct seclang_worker *worker, const struct seclang_rule *rule,
        const struct seclang_op_run *run, unsigned how, sk_str raw, unsigned node)
{
    struct look l = { .rules = worker->rules, .run = run, .mem = worker->look_mem, .how = how };
    struct seclang_op_run again = *run;
    sk_str text = form_of(&l, raw, node);

    if (!l.differs) return true;
    again.want_captures = false;
    again.capture_count = 0;
    return rule->op->run(rule->op_state, &again, text) || again.limit_hit;
}

/* ── long texts: only around the match ── */

/* Bytes that stand in no ornament and no character: behind one of them reading begins anew. */
#define APART(w)                                                                                   \
    (SK_BYTES_SPAN(w, 'a', 'n') | SK_BYTES_SPAN(w, 'p', 's') | SK_BYTES_SPAN(w, 'w', 'z') |        \
     SK_BYTES_SPAN(w, 'A', 'N') | SK_BYTES_SPAN(w, 'P', 'S') | SK_BYTES_SPAN(w, 'W', 'Z') |        \
     SK_BYTES_BIT(w, '\n') | SK_BYTES_BIT(w, '\r') | SK_BYTES_BIT(w, '"') | SK_BYTES_BIT(w, '&') | \
     SK_BYTES_BIT(w, ':') | SK_BYTES_BIT(w, '{') | SK_BYTES_BIT(w, '}'))

static const struct sk_bytes apart = SK_BYTES(APART);

enum {
    BACK_MOST = 256, /* bytes before a match in which such a byte is looked for */
    LONG = 256       /* bytes: shorter texts are soon read as a whole */
};

/* Whether the text from `from` to `to` is read as it is, wherever reading began. */
static bool
reads_as_is(struct look *l, sk_str text, size_t from, size_t to)
{
    struct sk_bytes starts = starts_of(l, NULL);
    struct sk_buf out = { .mem = l->mem };
    size_t back = 0;

    while (from > 0 && !sk_bytes_has(&apart, seclang_tf_at(text, from - 1))) {
        if (++back > BACK_MOST) return false;
        from--;
    }
    while (from < to && !l->differs)
        from = sk_bytes_has(&starts, seclang_tf_at(text, from)) ? read_at(l, &out, text, from, NULL)
                                                                : from + 1;
    return !l->differs;
}

/* Where it matched; found again where nobody wanted to know. */
static sk_str
match_in(const struct seclang_rule *rule, const struct seclang_op_run *run, sk_str raw)
{
    struct seclang_op_run again = *run;

    if (run->capture_count > 0) return run->capture[0];
    again.want_captures = again.quiet = true;
    return rule->op->run(rule->op_state, &again, raw) && again.capture_count > 0 ? again.capture[0]
                                                                                 : (sk_str){ 0 };
}

/* What matched, with a byte on each side, is in the opaque text as it is in this one: a match
 * there, too. As in prose, where most is read otherwise. */
static bool
matches_near(struct seclang_worker *worker, const struct seclang_rule *rule,
             const struct seclang_op_run *run, sk_str raw)
{
    struct look l = { .rules = worker->rules,
                      .run = run,
                      .mem = worker->look_mem,
                      .how = SECLANG_LOOK_OPAQUE,
                      .fresh = true,
                      .prose = true };
    sk_str match = match_in(rule, run, raw);
    size_t from, to;

    if (!match.p || !raw.p || match.p < raw.p || match.p + match.n > raw.p + raw.n) return false;
    from = (size_t)(match.p - raw.p);
    to = from + match.n;
    return reads_as_is(&l, raw, from > 0 ? from - 1 : 0, to < raw.n ? to + 1 : to);
}

/* Of a text without transformations, plain phrases are read as they are. */
static bool
is_told_at_once(struct seclang_worker *worker, const struct seclang_rule *rule,
                const struct seclang_op_run *run, sk_str raw, unsigned node)
{
    unsigned looks = worker->second_look[rule->index];

    if (looks == 0 || (node == 0 && (looks & SECLANG_LOOK_WHOLE))) return true;
    return node == 0 && (looks & SECLANG_LOOK_NEAR) && raw.n >= LONG &&
           matches_near(worker, rule, run, raw);
}

bool
seclang_second_look(struct seclang_worker *worker, const struct seclang_rule *rule,
                    const struct seclang_op_run *run, sk_str raw, unsigned node)
{
    unsigned looks = worker->second_look[rule->index];
    bool yes =
        is_told_at_once(worker, rule, run, raw, node) ||
        ((looks & SECLANG_LOOK_OPAQUE) &&
         matches(worker, rule, run, SECLANG_LOOK_OPAQUE, raw, node)) ||
        ((looks & SECLANG_LOOK_WHOLE) && matches(worker, rule, run, SECLANG_LOOK_WHOLE, raw, node));

    if (looks) sk_arena_reset(worker->look_mem);
    return yes;
}
