/* JSON on its way in. The document is first read by base/json, which refuses what is malformed,
 * what is not UTF-8 and keys that stand twice; then walked for where its values lie. Strings and
 * numbers are values; a field that is true, false or null stays. */
#include "gate/exchange_in_inner.h"

#include "base/json.h"

struct walk {
    struct gate_exchange_in *in;
    sk_str s;
    size_t at;
    struct sk_buf name;                 /* the keys so far, with dots between */
    size_t before[GATE_EXCHANGE_DEPTH]; /* bytes of the name outside of each open value */
    bool array[GATE_EXCHANGE_DEPTH];
    unsigned depth;
};

static void
blanks(struct walk *w)
{
    w->at = sk_str_skip_blanks(w->s, w->at);
}

/* The string at the place, with its quotes. */
static sk_str
string_take(struct walk *w)
{
    size_t from = w->at++;

    while (w->at < w->s.n && w->s.p[w->at] != '"')
        w->at += w->s.p[w->at] == '\\' ? 2 : 1;
    w->at++;
    return (sk_str){ w->s.p + from, w->at - from };
}

static sk_str
inner(sk_str quoted)
{
    return (sk_str){ quoted.p + 1, quoted.n - 2 };
}

/* *text is what the string says; of one that has escapes a copy. */
static sk_err
string_decode(sk_str *text, struct walk *w, sk_str quoted)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_str one;

    *text = inner(quoted);
    if (sk_str_find_byte(quoted, '\\') == SIZE_MAX) return sk_ok();
    one = sk_str_printf(w->in->mem, "[%.*s]", SK_ARG(quoted));
    TRY(sk_json_read(&root, one));
    *text = sk_str_copy(w->in->mem, sk_json_as_str(sk_json_at(root, 0)));
    return sk_ok();
}

static sk_err
key_take(struct walk *w)
{
    sk_str quoted = string_take(w), key;

    TRY(string_decode(&key, w, quoted));
    w->name.n = w->before[w->depth - 1];
    if (w->name.n + key.n > GATE_EXCHANGE_NAME)
        return sk_fail(SK_FULL, "names in a JSON document of more than %d bytes",
                       GATE_EXCHANGE_NAME);
    if (w->name.n) sk_buf_byte(&w->name, '.');
    sk_buf_add(&w->name, key);
    blanks(w);
    w->at++; /* the colon */
    return sk_ok();
}

static sk_err
value_take(struct walk *w)
{
    struct gate_exchange_place place = { .at = w->at };
    bool string = w->s.p[w->at] == '"';
    sk_str raw;

    if (string) {
        raw = string_take(w);
    } else {
        while (w->at < w->s.n && !sk_is_blank(w->s.p[w->at]) && !strchr(",]}", w->s.p[w->at]))
            w->at++;
        raw = (sk_str){ w->s.p + place.at, w->at - place.at };
    }
    TRY(gate_exchange_in_field(&place.field, w->in, sk_buf_str(&w->name)));
    if (!place.field || (!string && strchr("tfn", raw.p[0]))) return sk_ok();
    place.n = raw.n;
    place.name = sk_str_copy(w->in->mem, sk_buf_str(&w->name));
    place.text = raw;
    if (string) TRY(string_decode(&place.text, w, raw));
    return gate_exchange_in_place(w->in, &place);
}

static sk_err
open_value(struct walk *w)
{
    if (w->depth == GATE_EXCHANGE_DEPTH)
        return sk_fail(SK_FULL, "a JSON document that is more than %d levels deep",
                       GATE_EXCHANGE_DEPTH);
    w->array[w->depth] = w->s.p[w->at++] == '[';
    w->before[w->depth++] = w->name.n;
    return sk_ok();
}

/* One sign or value of a document that is known to be well-formed. */
static sk_err
step(struct walk *w, bool *key_next)
{
    char c = w->s.p[w->at];

    if (c == '{' || c == '[') {
        TRY(open_value(w));
        *key_next = c == '{';
        return sk_ok();
    }
    if (c == '}' || c == ']') {
        w->name.n = w->before[--w->depth];
        *key_next = false;
        w->at++;
        return sk_ok();
    }
    if (c == ',') {
        *key_next = !w->array[w->depth - 1];
        w->at++;
        return sk_ok();
    }
    if (!*key_next) return value_take(w);
    *key_next = false;
    return key_take(w);
}

static sk_err
json_end(struct gate_exchange_in *in)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct walk w = { .in = in, .s = sk_buf_str(&in->body), .name = { .mem = in->mem } };
    bool key_next = false;

    if (sk_str_find_byte(w.s, '\0') != SIZE_MAX) /* to some readers it is the end */
        return sk_fail(SK_BAD, "JSON with a zero byte in it");
    TRY(sk_json_read(&root, w.s));
    for (blanks(&w); w.at < w.s.n; blanks(&w))
        TRY(step(&w, &key_next));
    return sk_ok();
}

/* RFC 8259, 8.1 */
static sk_err
json_begin(struct gate_exchange_in *in, sk_str parameters)
{
    in->charset = GATE_CHARSET_UTF8;
    return gate_exchange_in_charset(in, parameters);
}

const struct gate_exchange_type gate_exchange_json = { json_begin, gate_exchange_in_keep, json_end,
                                                       sk_json_quote };
