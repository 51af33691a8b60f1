/* Answers on their way out: see exchange_out.h. */
#include "gate/exchange_out.h"

#include "gate/exchange_html.h"

#include <stdlib.h>

/* With so many the window is full: a piece may have as many more, if each is as short as can be. */
enum { ENOUGH = 240 };

static const sk_str mask = { "***", 3 };

/* ── types ── */

static enum gate_charset
charset_of(sk_str parameters, bool *said)
{
    size_t at = sk_str_find_nocase(parameters, SK_STR("charset=")), n = 0;
    sk_str value = sk_str_from(parameters, at == SIZE_MAX ? parameters.n : at + 8);

    *said = at != SIZE_MAX;
    if (value.n && value.p[0] == '"') value = sk_str_from(value, 1);
    while (n < value.n && value.p[n] != '"' && value.p[n] != ';' && !sk_is_blank(value.p[n]))
        n++;
    return gate_charset_of(sk_str_first(value, n));
}

/* Charsets in which not every ASCII byte is that sign. */
static bool
is_strange(sk_str parameters)
{
    static const char *const names[] = { "utf-16", "utf-32", "utf-7", "iso-2022", "hz-gb" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sk_str_find_nocase(parameters, sk_str_of(names[i])) != SIZE_MAX) return true;
    return false;
}

enum gate_page_type
gate_page_type_of(sk_str content_type, enum gate_charset *charset)
{
    static const struct {
        sk_str name;
        enum gate_page_type type;
    } rows[] = {
        { { "text/html", 9 }, GATE_PAGE_HTML },
        { { "application/xhtml+xml", 21 }, GATE_PAGE_HTML },
        { { "application/json", 16 }, GATE_PAGE_JSON },
        { { "text/json", 9 }, GATE_PAGE_JSON },
        { { "text/csv", 8 }, GATE_PAGE_CSV },
        { { "text/tab-separated-values", 25 }, GATE_PAGE_CSV },
        { { "text/plain", 10 }, GATE_PAGE_PLAIN },
    };
    size_t semicolon = sk_str_find_byte(content_type, ';');
    sk_str media = sk_str_trim(sk_str_first(content_type, semicolon));
    sk_str parameters =
        sk_str_from(content_type, semicolon == SIZE_MAX ? content_type.n : semicolon);
    bool said;

    *charset = charset_of(parameters, &said);
    if (is_strange(parameters)) return GATE_PAGE_NONE;
    if (!said && (sk_str_find_nocase(media, SK_STR("json")) != SIZE_MAX))
        *charset = GATE_CHARSET_UTF8; /* RFC 8259, 8.1 */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sk_str_eq_nocase(media, rows[i].name)) return rows[i].type;
    return media.n > 5 && sk_str_eq_nocase(sk_str_from(media, media.n - 5), SK_STR("+json"))
               ? GATE_PAGE_JSON
               : GATE_PAGE_NONE;
}

/* ── where one is ── */

struct slot {
    size_t at, n; /* of the window's text */
    struct personal_token token;
    enum gate_spot spot;
    bool first;  /* a field begins with it */
    bool undone; /* what comes behind says whether it is a whole field */
};

/* JSON's strings, CSV's fields. */
struct lines {
    bool in_string, escaped, some; /* some: the field has begun */
};

struct gate_out {
    enum gate_page_type type;
    enum gate_charset charset;
    struct gate_html html;
    struct lines lines;
    struct personal_scan scan;
    sk_arena *mem; /* of what is written for one token */
    size_t n, slots;
    size_t passed; /* bytes of the text that html or lines have seen: only tokens ask for them */
    bool ended;
    char text[GATE_OUT_WINDOW + 2 * GATE_OUT_PIECE];
    struct slot slot[GATE_OUT_TOKENS];
};

static void
json_pass(struct lines *l, sk_str bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        char c = bytes.p[i];

        if (l->escaped)
            l->escaped = false;
        else if (l->in_string && c == '\\')
            l->escaped = true;
        else if (c == '"')
            l->in_string = !l->in_string;
    }
}

static bool
separates(char c)
{
    return c == ',' || c == ';' || c == '\t' || c == '\r' || c == '\n';
}

/* Quotes within a field are written twice, and so seem to close it and to open it again. */
static void
csv_pass(struct lines *l, sk_str bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        char c = bytes.p[i];

        if (c == '"' && (l->in_string || !l->some)) {
            l->in_string = !l->in_string;
            l->escaped = !l->in_string; /* it was quoted */
            l->some = l->escaped;
            continue;
        }
        if (c == '"' && l->escaped) l->in_string = true;
        if (!l->in_string && separates(c))
            *l = (struct lines){ 0 };
        else
            l->some = true;
    }
}

/* So that html and lines say where the text's end is. */
static void
pass(struct gate_out *out)
{
    sk_str bytes = { out->text + out->passed, out->n - out->passed };

    if (out->type == GATE_PAGE_HTML)
        gate_html_pass(&out->html, bytes);
    else if (out->type == GATE_PAGE_JSON)
        json_pass(&out->lines, bytes);
    else if (out->type == GATE_PAGE_CSV)
        csv_pass(&out->lines, bytes);
    out->passed = out->n;
}

static void
slot_place(struct gate_out *out, struct slot *slot)
{
    const struct lines *l = &out->lines;

    pass(out);
    switch (out->type) {
    case GATE_PAGE_HTML:
        slot->spot = gate_html_spot(&out->html);
        break;
    case GATE_PAGE_JSON:
        slot->spot = l->in_string ? GATE_SPOT_JSON : GATE_SPOT_CLOSED;
        break;
    case GATE_PAGE_CSV:
        slot->first = !l->some;
        slot->spot = l->in_string ? GATE_SPOT_CSV_QUOTED : GATE_SPOT_CSV;
        slot->undone = slot->first && !l->in_string;
        break;
    default:
        slot->spot = GATE_SPOT_PLAIN;
    }
}

/* ── collecting ── */

/* What comes behind a token that begins a bare field: the field's end, or more of it. */
static void
settle(struct gate_out *out, bool whole)
{
    struct slot *newest = out->slots ? &out->slot[out->slots - 1] : NULL;

    if (!newest || !newest->undone) return;
    newest->undone = false;
    if (whole) newest->spot = GATE_SPOT_CSV_WHOLE;
}

/* Where nothing may be put nobody is asked for: it would be recorded as shown, and use a budget up.
 */
static void
slot_add(struct gate_out *out, const struct personal_part *part)
{
    struct slot *slot = &out->slot[out->slots];

    *slot = (struct slot){ .at = out->n, .n = part->text.n, .token = *part->token };
    slot_place(out, slot);
    if (slot->spot != GATE_SPOT_CLOSED) out->slots++;
}

static void
part_take(void *ctx, const struct personal_part *part)
{
    struct gate_out *out = ctx;

    settle(out, separates(part->text.p[0]));
    if (part->token && out->slots < GATE_OUT_TOKENS) slot_add(out, part);
    memcpy(out->text + out->n, part->text.p, part->text.n);
    out->n += part->text.n;
}

struct gate_out *
gate_out_new(enum gate_page_type type, enum gate_charset charset)
{
    sk_arena *mem = sk_arena_new(PERSONAL_VALUE_MAX * 4);
    struct gate_out *out = malloc(sizeof *out);

    if (!out) abort(); /* as an arena does */
    memset(out, 0, offsetof(struct gate_out, text));
    out->type = type;
    out->charset = charset;
    out->mem = mem;
    return out;
}

void
gate_out_free(struct gate_out *out)
{
    if (!out) return;
    sk_arena_free(out->mem);
    free(out);
}

void
gate_out_add(struct gate_out *out, sk_str piece)
{
    personal_scan_feed(&out->scan, piece, part_take, out);
}

void
gate_out_end(struct gate_out *out)
{
    personal_scan_end(&out->scan, part_take, out);
    settle(out, true);
    out->ended = true;
}

bool
gate_out_is_full(const struct gate_out *out)
{
    return out->n >= GATE_OUT_WINDOW || out->slots >= ENOUGH;
}

bool
gate_out_has_some(const struct gate_out *out)
{
    return out->n > 0;
}

bool
gate_out_has_tokens(const struct gate_out *out)
{
    return out->slots > 0;
}

bool
gate_out_token(const struct gate_out *out, size_t i, const struct personal_token **token)
{
    if (i >= out->slots) return false;
    *token = &out->slot[i].token;
    return true;
}

/* ── writing ── */

struct writing {
    gate_out_tell *tell;
    void (*put)(void *ctx, sk_str text);
    void *ctx;
};

/* What programs and forms send back stays a token where it is not shown: a mask would be stored in
 * its place. */
static bool
is_for_eyes(enum gate_spot spot)
{
    return spot != GATE_SPOT_FIELD && spot != GATE_SPOT_DATA && spot != GATE_SPOT_URL;
}

/* HTML, JSON and scripts have escapes for whatever the charset lacks; text and lists do not. */
static bool
slot_put(struct sk_buf *buf, const struct gate_out *out, const struct slot *slot, sk_str value)
{
    bool plain = out->type == GATE_PAGE_PLAIN || out->type == GATE_PAGE_CSV;
    sk_str bytes;

    if (!gate_spot_put(buf, slot->spot, plain || out->charset == GATE_CHARSET_UTF8, slot->first,
                       value))
        return false;
    if (!plain) return true;
    if (!gate_charset_encode(&bytes, out->mem, out->charset, sk_buf_str(buf))) {
        buf->n = 0;
        return false;
    }
    if (bytes.p == buf->p) return true;
    *buf = (struct sk_buf){ .mem = out->mem };
    sk_buf_add(buf, bytes);
    return true;
}

static void
slot_write(struct gate_out *out, const struct slot *slot, const struct writing *w)
{
    sk_str as_it_was = { out->text + slot->at, slot->n }, text = { 0 };
    enum gate_fate fate = w->tell(w->ctx, &slot->token, &text);
    bool eyes = is_for_eyes(slot->spot), done = false;
    struct sk_buf buf;

    sk_arena_reset(out->mem);
    buf = (struct sk_buf){ .mem = out->mem };
    if (fate == GATE_FATE_SHOW || (fate == GATE_FATE_HALF && eyes))
        done = slot_put(&buf, out, slot, text);
    if (!done && fate != GATE_FATE_LEAVE && eyes) done = slot_put(&buf, out, slot, mask);
    w->put(w->ctx, done ? sk_buf_str(&buf) : as_it_was);
}

void
gate_out_write(struct gate_out *out, gate_out_tell *tell, void (*put)(void *ctx, sk_str text),
               void *ctx)
{
    struct writing w = { tell, put, ctx };
    size_t at = 0, left = out->slots && out->slot[out->slots - 1].undone;

    for (size_t i = 0; i < out->slots - left; i++) {
        const struct slot *slot = &out->slot[i];

        if (slot->at > at) put(ctx, (sk_str){ out->text + at, slot->at - at });
        slot_write(out, slot, &w);
        at = slot->at + slot->n;
    }
    if (left) out->slot[0] = out->slot[out->slots - 1];
    size_t until = left ? out->slot[0].at : out->n;
    if (until > at) put(ctx, (sk_str){ out->text + at, until - at });
    if (!out->ended) pass(out);
    memmove(out->text, out->text + until, out->n - until);
    out->n -= until;
    out->passed = out->n;
    out->slots = left;
    out->slot[0].at = 0;
}
