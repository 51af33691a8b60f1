/* The block page: see page.h. */
#include "gate/page.h"

#include "base/hash.h"
#include "base/json.h"

enum kind { TEXT, VALUE, OPEN, CLOSE };

struct piece {
    enum kind kind;
    sk_str text;   /* TEXT */
    unsigned name; /* VALUE: row of values[]; OPEN, CLOSE: a language */
};

struct gate_page {
    struct piece pieces[GATE_PAGE_PIECES];
    unsigned count;
    sk_str styles, policy, active_policy;
};

extern const unsigned char gate_block_html[], gate_challenge_html[], gate_challenge_js[],
    gate_human_html[], gate_human_js[];
extern const size_t gate_block_html_size, gate_challenge_html_size, gate_challenge_js_size,
    gate_human_html_size, gate_human_js_size;

/* ── values ── */

struct value_row {
    const char *name;
    sk_str (*get)(const struct gate_page_facts *facts, char number[12]);
};

static sk_str
value_id(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return facts->id;
}

static sk_str
value_site(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return facts->site;
}

static sk_str
value_time(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return facts->time;
}

static sk_str
value_status(const struct gate_page_facts *facts, char number[12])
{
    unsigned status = facts->status > 0 && facts->status < 1000 ? (unsigned)facts->status : 0;
    char digits[3] = { (char)('0' + status / 100), (char)('0' + status / 10 % 10),
                       (char)('0' + status % 10) };

    memcpy(number, digits, sizeof digits);
    return (sk_str){ number, sizeof digits };
}

static sk_str
value_lang(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return facts->language == GATE_JA ? SK_STR("ja") : SK_STR("en");
}

static sk_str
value_title(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return sk_str_of(gate_words_of(facts->cause, facts->language)->title);
}

static sk_str
value_what(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return sk_str_of(gate_words_of(facts->cause, facts->language)->what);
}

static sk_str
value_meaning(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return sk_str_of(gate_words_of(facts->cause, facts->language)->meaning);
}

static sk_str
value_todo(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return sk_str_of(gate_words_of(facts->cause, facts->language)->todo);
}

static sk_str
value_puzzle(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return facts->puzzle;
}

static sk_str
value_to(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return facts->to;
}

static sk_str
human_text(const struct gate_page_facts *facts, size_t member)
{
    const char *text = NULL;

    if (facts->human) memcpy(&text, (const char *)facts->human->row + member, sizeof text);
    return sk_str_of(text);
}

static sk_str
value_provider(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return human_text(facts, offsetof(struct gate_human_row, title));
}

static sk_str
value_company(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return human_text(facts, offsetof(struct gate_human_row, company));
}

static sk_str
value_privacy(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return human_text(facts, offsetof(struct gate_human_row, privacy));
}

static sk_str
value_element(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return human_text(facts, offsetof(struct gate_human_row, element));
}

static sk_str
value_key(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return facts->human ? facts->human->key : (sk_str){ 0 };
}

static sk_str
value_script(const struct gate_page_facts *facts, char number[12])
{
    (void)number;
    return facts->script;
}

static const struct value_row values[] = {
    { "id", value_id },           { "site", value_site },       { "time", value_time },
    { "status", value_status },   { "lang", value_lang },       { "title", value_title },
    { "what", value_what },       { "meaning", value_meaning }, { "todo", value_todo },
    { "puzzle", value_puzzle },   { "to", value_to },           { "provider", value_provider },
    { "company", value_company }, { "privacy", value_privacy }, { "element", value_element },
    { "key", value_key },         { "script", value_script },
};
enum { VALUES = sizeof values / sizeof *values };

static const char *const languages[GATE_LANGUAGES] = { "ja", "en" };

/* ── reading ── */

static sk_err
bad(sk_str text, size_t at, const char *what, sk_str name)
{
    unsigned line = 1, column = 1;

    for (size_t i = 0; i < at && i < text.n; i++) {
        column = text.p[i] == '\n' ? 1 : column + 1;
        line += text.p[i] == '\n';
    }
    return sk_fail(SK_BAD, "%u:%u: %s \"%.*s\"", line, column, what, SK_ARG(name));
}

static bool
language_find(unsigned *row, sk_str name)
{
    for (unsigned i = 0; i < GATE_LANGUAGES; i++)
        if (sk_str_eq(name, sk_str_of(languages[i]))) {
            *row = i;
            return true;
        }
    return false;
}

static bool
value_find(unsigned *row, sk_str name)
{
    for (unsigned i = 0; i < VALUES; i++)
        if (sk_str_eq(name, sk_str_of(values[i].name))) {
            *row = i;
            return true;
        }
    return false;
}

/* One name between the braces. `inside` is the open section, or GATE_LANGUAGES. */
static sk_err
name_read(struct piece *piece, unsigned *inside, sk_str text, size_t at, sk_str name)
{
    bool opens = sk_str_starts(name, SK_STR("#")), closes = sk_str_starts(name, SK_STR("/"));

    if (!opens && !closes) {
        piece->kind = VALUE;
        if (value_find(&piece->name, name)) return sk_ok();
        return bad(text, at, "no such name in a block page:", name);
    }
    piece->kind = opens ? OPEN : CLOSE;
    if (!language_find(&piece->name, sk_str_from(name, 1)))
        return bad(text, at, "expected #ja, /ja, #en or /en, not", name);
    if (opens ? *inside != GATE_LANGUAGES : *inside != piece->name)
        return bad(text, at, "sections are closed before the next is opened; misplaced", name);
    *inside = opens ? piece->name : GATE_LANGUAGES;
    return sk_ok();
}

static sk_err
pieces_read(struct gate_page *page, sk_str text)
{
    unsigned inside = GATE_LANGUAGES;
    size_t at = 0;

    while (at < text.n) {
        sk_str rest = sk_str_from(text, at);
        size_t open = sk_str_find(rest, SK_STR("{{")), close;
        struct piece *piece = &page->pieces[page->count];

        if (page->count + 2 > GATE_PAGE_PIECES)
            return bad(text, at, "more names than a block page may have; cut", SK_STR(""));
        piece->text = sk_str_first(rest, open);
        page->count++;
        if (open == SIZE_MAX) break;
        close = sk_str_find(rest, SK_STR("}}"));
        if (close == SIZE_MAX || close < open + 2)
            return bad(text, at + open, "not closed:", SK_STR("{{"));
        TRY(name_read(piece + 1, &inside, text, at + open,
                      sk_str_trim((sk_str){ rest.p + open + 2, close - open - 2 })));
        page->count++;
        at += close + 2;
    }
    if (inside != GATE_LANGUAGES)
        return bad(text, text.n, "section not closed:", sk_str_of(languages[inside]));
    return sk_ok();
}

/* A hash for each <style>: the policy needs no 'unsafe-inline' then (CSP level 3, 8.4). */
static sk_err
policy_make(struct gate_page *page, sk_arena *mem, sk_str text)
{
    static const char rest_of_it[] = "; base-uri 'none'; frame-ancestors 'none'; form-action";
    struct sk_buf out = { .mem = mem };
    sk_str rest = text;
    unsigned styles = 0;

    for (;; styles++) {
        size_t open = sk_str_find(rest, SK_STR("<style>")), close;
        unsigned char digest[SK_SHA256];
        sk_str style;

        if (open == SIZE_MAX) break;
        rest = sk_str_from(rest, open + sizeof "<style>" - 1);
        close = sk_str_find(rest, SK_STR("</style>"));
        style = sk_str_first(rest, close);
        if (close == SIZE_MAX || sk_str_find(style, SK_STR("{{")) != SIZE_MAX)
            return bad(text, (size_t)(rest.p - text.p), "expected plain CSS up to",
                       SK_STR("</style>"));
        if (styles == GATE_PAGE_STYLES)
            return bad(text, (size_t)(rest.p - text.p), "at most four of", SK_STR("<style>"));
        sk_sha256(digest, style);
        sk_buf_printf(&out, "%s'sha256-", styles ? " " : "");
        sk_buf_add(&out, sk_base64(mem, (sk_str){ (const char *)digest, sizeof digest }));
        sk_buf_byte(&out, '\'');
    }
    if (styles == 0) sk_buf_add(&out, SK_STR("'none'"));
    page->styles = sk_buf_str(&out);
    page->policy = sk_str_printf(mem, "default-src 'none'; style-src %.*s%s 'none'",
                                 SK_ARG(page->styles), rest_of_it);
    page->active_policy = sk_str_printf(mem,
                                        "default-src 'none'; style-src %.*s%s 'self'; script-src "
                                        "'self'; worker-src 'self'",
                                        SK_ARG(page->styles), rest_of_it);
    return sk_ok();
}

sk_err
gate_page_new(struct gate_page **page, sk_arena *mem, sk_str text)
{
    struct gate_page *made = SK_NEW(mem, struct gate_page);

    if (text.n > GATE_PAGE_BYTES) return sk_fail(SK_FULL, "larger than %d bytes", GATE_PAGE_BYTES);
    TRY(pieces_read(made, text));
    TRY(policy_make(made, mem, text));
    *page = made;
    return sk_ok();
}

sk_str
gate_page_default(void)
{
    return (sk_str){ (const char *)gate_block_html, gate_block_html_size };
}

sk_str
gate_page_challenge(void)
{
    return (sk_str){ (const char *)gate_challenge_html, gate_challenge_html_size };
}

sk_str
gate_page_script(void)
{
    return (sk_str){ (const char *)gate_challenge_js, gate_challenge_js_size };
}

sk_str
gate_page_human(void)
{
    return (sk_str){ (const char *)gate_human_html, gate_human_html_size };
}

sk_str
gate_page_human_script(void)
{
    return (sk_str){ (const char *)gate_human_js, gate_human_js_size };
}

sk_str
gate_page_styles(const struct gate_page *page)
{
    return page->styles;
}

sk_str
gate_page_active_policy(const struct gate_page *page)
{
    return page->active_policy;
}

sk_str
gate_page_policy(const struct gate_page *page)
{
    return page->policy;
}

/* ── writing ── */

static void
escape(struct sk_buf *out, sk_str s)
{
    static const struct {
        char byte;
        const char *entity;
    } rows[] = {
        { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&#39;" },
    };

    for (size_t i = 0; i < s.n; i++) {
        const char *entity = NULL;

        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
            if (s.p[i] == rows[k].byte) entity = rows[k].entity;
        if (entity)
            sk_buf_add(out, sk_str_of(entity));
        else
            sk_buf_byte(out, s.p[i]);
    }
}

void
gate_page_html(struct sk_buf *out, const struct gate_page *page,
               const struct gate_page_facts *facts)
{
    char number[12];
    bool shown = true;

    for (unsigned i = 0; i < page->count; i++) {
        const struct piece *piece = &page->pieces[i];

        if (piece->kind == OPEN)
            shown = piece->name == (unsigned)facts->language;
        else if (piece->kind == CLOSE)
            shown = true;
        else if (shown && piece->kind == TEXT)
            sk_buf_add(out, piece->text);
        else if (shown)
            escape(out, values[piece->name].get(facts, number));
    }
}

void
gate_page_json(struct sk_buf *out, const struct gate_page_facts *facts)
{
    const struct gate_words *words = gate_words_of(facts->cause, facts->language);
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    sk_json_object(&w, "error");
    sk_json_str(&w, "id", facts->id);
    sk_json_int(&w, "status", facts->status);
    sk_json_text(&w, "title", words->title);
    sk_json_text(&w, "message", words->what);
    sk_json_text(&w, "help", words->todo);
    sk_json_end_object(&w);
    sk_json_end_object(&w);
    sk_buf_byte(out, '\n');
}
