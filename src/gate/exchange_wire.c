/* Questions to the vault: see exchange_wire.h. */
#include "gate/exchange_wire.h"

#include "base/hash.h"

enum { BUCKETS = 1024 /* twice as many as there are tokens, so that looking ends */ };

static void
text(struct sk_json_writer *w, const char *key, sk_str value)
{
    if (value.n) sk_json_str(w, key, value);
}

/* ── in ── */

void
gate_wire_in(struct sk_buf *out, const struct gate_wire_about *about,
             const struct gate_exchange_place *places, size_t count)
{
    struct sk_json_writer w = { .out = out };

    sk_json_object(&w, NULL);
    text(&w, "self", about->self);
    text(&w, "tenant", about->tenant);
    text(&w, "earns", about->earns);
    sk_json_array(&w, "fields");
    for (size_t i = 0; i < count; i++) {
        sk_json_object(&w, NULL);
        sk_json_str(&w, "name", places[i].name);
        sk_json_text(&w, "kind", personal_kind_rows[places[i].field->kind].name);
        sk_json_str(&w, "text", places[i].text);
        sk_json_end_object(&w);
    }
    sk_json_end_array(&w);
    sk_json_end_object(&w);
}

/* A value that the vault did not keep is one that the application would refuse: it misses it then,
 * and says so in its own words. */
static sk_err
field_read(sk_str *token, sk_arena *mem, const sk_json *field)
{
    sk_str made = sk_json_get_str(field, "token");

    if (!made.p && !sk_json_get_str(field, "why").p)
        return sk_fail(SK_BROKEN, "the vault says nothing of a field");
    *token = sk_str_copy(mem, made);
    return sk_ok();
}

/* It goes into a header. */
static bool
is_cookie(sk_str self)
{
    for (size_t i = 0; i < self.n; i++) {
        unsigned char c = (unsigned char)self.p[i], small = sk_lower_byte(c);

        if ((small < 'a' || small > 'z') && (c < '0' || c > '9') && (!c || !strchr("-_.~", c)))
            return false;
    }
    return self.n <= GATE_WIRE_SELF;
}

sk_err
gate_wire_in_read(sk_str *tokens, sk_str *self, int64_t *age, sk_arena *mem, size_t count,
                  sk_str answer)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    const sk_json *fields;

    TRY(sk_json_read(&root, answer));
    fields = sk_json_get(root, "fields");
    if (sk_json_count(fields) != count)
        return sk_fail(SK_BROKEN, "the vault does not speak of all fields");
    for (size_t i = 0; i < count; i++)
        TRY(field_read(&tokens[i], mem, sk_json_at(fields, i)));
    *self = sk_str_copy(mem, sk_json_get_str(root, "self"));
    if (!is_cookie(*self)) return sk_fail(SK_BROKEN, "the vault's cookie is none");
    *age = sk_json_get_int(root, "age", 0);
    return sk_ok();
}

/* ── out ── */

struct seen {
    sk_str bucket[BUCKETS];
};

/* False: it was there already. */
static bool
see(struct seen *seen, sk_str token)
{
    size_t i = sk_hash(token) % BUCKETS;

    for (; seen->bucket[i].n; i = (i + 1) % BUCKETS)
        if (sk_str_eq(seen->bucket[i], token)) return false;
    seen->bucket[i] = token;
    return true;
}

void
gate_wire_out(struct sk_buf *out, sk_arena *mem, const struct gate_wire_about *about,
              const struct gate_out *window)
{
    struct sk_json_writer w = { .out = out };
    struct seen *seen = SK_NEW(mem, struct seen);
    const struct personal_token *token;

    sk_json_object(&w, NULL);
    text(&w, "purpose", about->purpose);
    text(&w, "self", about->self);
    text(&w, "tenant", about->tenant);
    sk_json_array(&w, "tokens");
    for (size_t i = 0; gate_out_token(window, i, &token); i++)
        if ((!about->kinds || (about->kinds & personal_kind_bit(token->kind))) &&
            see(seen, personal_token_str(token)))
            sk_json_str(&w, NULL, personal_token_str(token));
    sk_json_end_array(&w);
    sk_json_end_object(&w);
}

enum gate_fate
gate_wire_fate(sk_str *shown, const sk_json *values, const struct personal_token *token)
{
    char name[PERSONAL_TOKEN_MAX + 1];
    const sk_json *value;
    sk_str said;

    memcpy(name, token->text, token->n);
    name[token->n] = '\0';
    value = sk_json_get(values, name);
    *shown = sk_json_get_str(value, "text");
    said = sk_json_get_str(value, "show");
    if (shown->p && (sk_str_eq(said, SK_STR("plain")) || sk_str_eq(said, SK_STR("self"))))
        return GATE_FATE_SHOW;
    if (shown->p) return GATE_FATE_HALF;
    return sk_str_eq(sk_json_get_str(value, "why"), SK_STR("unknown_token")) ? GATE_FATE_LEAVE
                                                                             : GATE_FATE_MASK;
}
