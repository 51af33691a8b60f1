#include "base/json.h"

#include "base/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>

static void
quote_byte(struct sk_buf *out, unsigned char c)
{
    static const char short_form[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
    };
    if (c == '"' || c == '\\' || (c < 32 && short_form[c])) {
        sk_buf_byte(out, '\\');
        sk_buf_byte(out, c < 32 ? short_form[c] : (char)c);
    } else if (c < 32 || c == 127) {
        sk_buf_printf(out, "\\u%04x", c);
    } else {
        sk_buf_byte(out, (char)c);
    }
}

void
sk_json_quote(struct sk_buf *out, sk_str s)
{
    uint32_t code;
    sk_buf_byte(out, '"');
    while (s.n) {
        unsigned n = (unsigned char)s.p[0] < 0x80 ? 1 : sk_utf8_decode(&code, s);
        if (n == 1)
            quote_byte(out, (unsigned char)s.p[0]);
        else
            sk_buf_add(out, n ? sk_str_first(s, n) : SK_STR("\xef\xbf\xbd"));
        s = sk_str_from(s, n ? n : 1);
    }
    sk_buf_byte(out, '"');
}

static void
begin_member(struct sk_json_writer *w, const char *key)
{
    if (w->some[w->depth]) sk_buf_byte(w->out, ',');
    w->some[w->depth] = true;
    if (!key) return;
    sk_json_quote(w->out, sk_str_of(key));
    sk_buf_byte(w->out, ':');
}

static void
begin_level(struct sk_json_writer *w, const char *key, char bracket)
{
    begin_member(w, key);
    sk_buf_byte(w->out, bracket);
    assert(w->depth + 1 < SK_JSON_DEPTH);
    w->some[++w->depth] = false;
}

static void
end_level(struct sk_json_writer *w, char bracket)
{
    assert(w->depth > 0);
    w->depth--;
    sk_buf_byte(w->out, bracket);
}

void
sk_json_object(struct sk_json_writer *w, const char *key)
{
    begin_level(w, key, '{');
}

void
sk_json_array(struct sk_json_writer *w, const char *key)
{
    begin_level(w, key, '[');
}

void
sk_json_end_object(struct sk_json_writer *w)
{
    end_level(w, '}');
}

void
sk_json_end_array(struct sk_json_writer *w)
{
    end_level(w, ']');
}

void
sk_json_str(struct sk_json_writer *w, const char *key, sk_str value)
{
    begin_member(w, key);
    sk_json_quote(w->out, value);
}

void
sk_json_text(struct sk_json_writer *w, const char *key, const char *value)
{
    sk_json_str(w, key, sk_str_of(value));
}

void
sk_json_int(struct sk_json_writer *w, const char *key, int64_t value)
{
    begin_member(w, key);
    sk_buf_printf(w->out, "%" PRId64, value);
}

void
sk_json_bool(struct sk_json_writer *w, const char *key, bool value)
{
    begin_member(w, key);
    sk_buf_add(w->out, value ? SK_STR("true") : SK_STR("false"));
}

void
sk_json_null(struct sk_json_writer *w, const char *key)
{
    begin_member(w, key);
    sk_buf_add(w->out, SK_STR("null"));
}

static void
free_wiped(void *p)
{
    if (!p) return;
    explicit_bzero(p, malloc_usable_size(p));
    free(p);
}

void
sk_json_wipe_all(void)
{
    json_set_alloc_funcs(malloc, free_wiped);
}

static const json_t *
tree(const sk_json *value)
{
    return (const json_t *)value;
}

static const sk_json *
ours(const json_t *value)
{
    return (const sk_json *)value;
}

sk_err
sk_json_read(sk_json **root, sk_str text)
{
    json_error_t error;
    json_t *value = json_loadb(text.n ? text.p : "", text.n,
                               JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    *root = (sk_json *)value;
    if (value) return sk_ok();
    return sk_fail(SK_BAD, "line %d, column %d: %s", error.line, error.column, error.text);
}

void
sk_json_free(sk_json *root)
{
    json_decref((json_t *)root);
}

void
sk_json_close(sk_json **root)
{
    sk_json_free(*root);
    *root = NULL;
}

const sk_json *
sk_json_get(const sk_json *object, const char *key)
{
    return object ? ours(json_object_get(tree(object), key)) : NULL;
}

const sk_json *
sk_json_at(const sk_json *array, size_t index)
{
    return array ? ours(json_array_get(tree(array), index)) : NULL;
}

size_t
sk_json_count(const sk_json *value)
{
    if (!value) return 0;
    return json_is_array(tree(value)) ? json_array_size(tree(value))
                                      : json_object_size(tree(value));
}

sk_str
sk_json_as_str(const sk_json *value)
{
    if (!value || !json_is_string(tree(value))) return (sk_str){ 0 };
    return (sk_str){ json_string_value(tree(value)), json_string_length(tree(value)) };
}

sk_str
sk_json_get_str(const sk_json *object, const char *key)
{
    return sk_json_as_str(sk_json_get(object, key));
}

int64_t
sk_json_get_int(const sk_json *object, const char *key, int64_t otherwise)
{
    const sk_json *value = sk_json_get(object, key);
    return value && json_is_integer(tree(value)) ? json_integer_value(tree(value)) : otherwise;
}

double
sk_json_get_real(const sk_json *object, const char *key, double otherwise)
{
    const sk_json *value = sk_json_get(object, key);
    return value && json_is_number(tree(value)) ? json_number_value(tree(value)) : otherwise;
}

bool
sk_json_get_bool(const sk_json *object, const char *key, bool otherwise)
{
    const sk_json *value = sk_json_get(object, key);
    return value && json_is_boolean(tree(value)) ? json_is_true(tree(value)) : otherwise;
}

void
sk_json_each(const sk_json *object, void (*visit)(void *ctx, const char *key, const sk_json *),
             void *ctx)
{
    json_t *all = (json_t *)tree(object);
    for (void *at = json_object_iter(all); at; at = json_object_iter_next(all, at))
        visit(ctx, json_object_iter_key(at), ours(json_object_iter_value(at)));
}
