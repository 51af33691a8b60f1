/* Bodies on their way in: see exchange_in.h. What the types have in common, and forms. */
#include "gate/exchange_in_inner.h"

/* ── what the types share ── */

sk_err
gate_exchange_in_keep(struct gate_exchange_in *in, sk_str bytes)
{
    if (bytes.n > GATE_EXCHANGE_BODY - in->body.n)
        return sk_fail(SK_FULL, "a form or JSON document of more than %d bytes",
                       GATE_EXCHANGE_BODY);
    sk_buf_add(&in->body, bytes);
    return sk_ok();
}

sk_err
gate_exchange_in_field(const struct gate_exchange_field **field, const struct gate_exchange_in *in,
                       sk_str name)
{
    *field = NULL;
    if (name.n > GATE_EXCHANGE_NAME)
        return sk_fail(SK_FULL, "a field's name of more than %d bytes", GATE_EXCHANGE_NAME);
    (void)gate_charset_decode(&name, in->mem, in->charset, name); /* else it is none of ours */
    *field = gate_exchange_field_find(in->fields, in->field_count, name);
    return sk_ok();
}

sk_err
gate_exchange_in_place(struct gate_exchange_in *in, const struct gate_exchange_place *place)
{
    sk_str name, text;

    if (place->text.n == 0) return sk_ok();
    if (!gate_charset_decode(&text, in->mem, in->charset, place->text) ||
        !gate_charset_decode(&name, in->mem, in->charset, place->name))
        return sk_fail(SK_BAD, "a field that is to be exchanged is not of the pages' charset");
    if (in->places == GATE_EXCHANGE_PLACES)
        return sk_fail(SK_FULL, "more than %d values that are to be exchanged",
                       GATE_EXCHANGE_PLACES);
    in->place[in->places] = *place;
    in->place[in->places].name = name;
    in->place[in->places++].text = text;
    return sk_ok();
}

/* Words of a header that need no quotes. Without ', which PHP takes for one. */
static bool
is_word(char c)
{
    unsigned char small = sk_lower_byte((unsigned char)c);

    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-_.+/:", c));
}

/* What is inside of quotes, or a word. */
static bool
value_take(sk_str *value, sk_str *rest)
{
    bool quoted = rest->n && rest->p[0] == '"';
    size_t n = quoted, start = quoted;

    while (n < rest->n && (quoted ? rest->p[n] != '"' && rest->p[n] != '\\' : is_word(rest->p[n])))
        n++;
    if (quoted && (n == rest->n || rest->p[n] != '"')) return false;
    *value = (sk_str){ rest->p + start, n - start };
    *rest = sk_str_from(*rest, n + quoted);
    return quoted || value->n > 0;
}

static void
blanks_skip(sk_str *rest)
{
    *rest = sk_str_from(*rest, sk_str_skip_blanks(*rest, 0));
}

bool
gate_exchange_parameter(sk_str *name, sk_str *value, sk_str *rest)
{
    size_t equals;

    blanks_skip(rest);
    if (rest->n == 0 || rest->p[0] != ';') return false;
    *rest = sk_str_from(*rest, 1);
    blanks_skip(rest);
    equals = sk_str_find_byte(*rest, '=');
    if (equals == SIZE_MAX || equals == 0) {
        *rest = rest->n ? *rest : SK_STR(";");
        return false;
    }
    *name = sk_str_first(*rest, equals);
    for (size_t i = 0; i < name->n; i++)
        if (!is_word(name->p[i]) && name->p[i] != '*') return false;
    *rest = sk_str_from(*rest, equals + 1);
    if (!value_take(value, rest)) {
        *rest = SK_STR(";");
        return false;
    }
    blanks_skip(rest);
    return rest->n == 0 || rest->p[0] == ';';
}

/* UTF-8 may always be said. */
sk_err
gate_exchange_in_charset(struct gate_exchange_in *in, sk_str parameters)
{
    sk_str name, value;

    while (gate_exchange_parameter(&name, &value, &parameters)) {
        enum gate_charset said = gate_charset_of(value);

        if (!sk_str_eq_nocase(name, SK_STR("charset"))) continue;
        if (said != GATE_CHARSET_UTF8 && said != in->charset)
            return sk_fail(SK_BAD, "a body of another charset than the pages'");
        in->charset = said;
    }
    return parameters.n ? sk_fail(SK_BAD, "a malformed Content-Type") : sk_ok();
}

/* ── forms ── */

/* *out is `s` without its escapes: s itself, or on mem. False: a % that begins none, which readers
 * understand in different ways. */
static bool
form_decode(sk_str *out, sk_arena *mem, sk_str s)
{
    struct sk_buf buf = { .mem = mem };

    *out = s;
    if (sk_str_find_byte(s, '%') == SIZE_MAX && sk_str_find_byte(s, '+') == SIZE_MAX) return true;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%') {
            int high = i + 2 < s.n ? sk_hex_value(s.p[i + 1]) : -1;
            int low = i + 2 < s.n ? sk_hex_value(s.p[i + 2]) : -1;

            if (high < 0 || low < 0) return false;
            sk_buf_byte(&buf, (char)(high << 4 | low));
            i += 2;
        } else {
            sk_buf_byte(&buf, s.p[i] == '+' ? ' ' : s.p[i]);
        }
    }
    *out = sk_buf_str(&buf);
    return true;
}

/* One pair. */
static sk_err
form_pair(struct gate_exchange_in *in, sk_str pair, size_t at)
{
    size_t equals = sk_str_find_byte(pair, '=');
    sk_str raw = sk_str_from(pair, equals == SIZE_MAX ? pair.n : equals + 1);
    struct gate_exchange_place place = { .at = at + pair.n - raw.n, .n = raw.n };

    if (!form_decode(&place.name, in->mem, sk_str_first(pair, equals)))
        return sk_fail(SK_BAD, "a field's name with a %% that begins no escape");
    TRY(gate_exchange_in_field(&place.field, in, place.name));
    if (!place.field) return sk_ok();
    if (!form_decode(&place.text, in->mem, raw))
        return sk_fail(SK_BAD, "a field that is to be exchanged with a %% that begins no escape");
    return gate_exchange_in_place(in, &place);
}

static sk_err
form_end(struct gate_exchange_in *in)
{
    sk_str body = sk_buf_str(&in->body), rest = body, pair;

    if (sk_str_find_byte(body, ';') != SIZE_MAX) /* browsers escape it; to some it separates */
        return sk_fail(SK_BAD, "a form with a bare semicolon");
    while (sk_str_cut(&pair, &rest, '&'))
        if (pair.n) TRY(form_pair(in, pair, (size_t)(pair.p - body.p)));
    return sk_ok();
}

/* Everything that is not a letter or a digit, as browsers do, but for what they leave. */
static void
form_write(struct sk_buf *out, sk_str token)
{
    for (size_t i = 0; i < token.n; i++) {
        unsigned char c = (unsigned char)token.p[i], small = sk_lower_byte(c);

        if ((small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-_.*", c)))
            sk_buf_byte(out, (char)c);
        else
            sk_buf_printf(out, "%%%02X", c);
    }
}

const struct gate_exchange_type gate_exchange_form = { gate_exchange_in_charset,
                                                       gate_exchange_in_keep, form_end,
                                                       form_write };

/* ── the types ── */

static const struct {
    sk_str name; /* of "+json" any that ends so */
    const struct gate_exchange_type *type;
} types[] = {
    { { "application/x-www-form-urlencoded", 33 }, &gate_exchange_form },
    { { "multipart/form-data", 19 }, &gate_exchange_multipart },
    { { "application/json", 16 }, &gate_exchange_json },
};

static const struct gate_exchange_type *
type_of(sk_str media)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (sk_str_eq_nocase(media, types[i].name)) return types[i].type;
    if (sk_str_starts_nocase(media, SK_STR("application/")) && media.n > 5 &&
        sk_str_eq_nocase(sk_str_from(media, media.n - 5), SK_STR("+json")))
        return &gate_exchange_json;
    return NULL;
}

sk_err
gate_exchange_in_new(struct gate_exchange_in **made, sk_arena *mem,
                     const struct gate_exchange_field *fields, size_t count,
                     enum gate_charset charset, sk_str content_type)
{
    struct gate_exchange_in *in = *made = SK_NEW(mem, struct gate_exchange_in);
    size_t semicolon = sk_str_find_byte(content_type, ';');
    sk_str media = sk_str_trim(sk_str_first(content_type, semicolon));
    sk_str parameters =
        sk_str_from(content_type, semicolon == SIZE_MAX ? content_type.n : semicolon);

    *in = (struct gate_exchange_in){ .type = type_of(media),
                                     .mem = mem,
                                     .fields = fields,
                                     .field_count = count,
                                     .charset = charset };
    in->body.mem = mem;
    if (!in->type)
        return sk_fail(SK_BAD,
                       "a body that is neither a form nor JSON, where fields are exchanged");
    return in->type->begin(in, parameters);
}

sk_err
gate_exchange_in_add(struct gate_exchange_in *in, sk_str bytes)
{
    return in->type->add(in, bytes);
}

sk_err
gate_exchange_in_end(struct gate_exchange_in *in)
{
    TRY(in->type->end(in));
    return gate_exchange_in_join(in);
}

const struct gate_exchange_place *
gate_exchange_in_places(const struct gate_exchange_in *in, size_t *count)
{
    *count = in->places;
    return in->place;
}

void
gate_exchange_in_write(struct sk_buf *out, const struct gate_exchange_in *in, sk_str token)
{
    sk_str bytes;

    /* tokens are ASCII or kana, which all of them have */
    if (gate_charset_encode(&bytes, in->mem, in->charset, token)) in->type->write(out, bytes);
}
