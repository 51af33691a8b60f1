/* Directives that set one thing. */
#include "base/file.h"
#include "seclang/parse/directive.h"

typedef const struct seclang_call *call_of;

static void *
member(call_of call)
{
    return (char *)&call->p->rules->settings + call->row->at;
}

static bool
word_value(int *value, call_of call)
{
    for (const struct seclang_word *w = call->row->word; w && w->name; w++)
        if (sk_str_eq_nocase(call->arg[0].text, sk_str_of(w->name))) {
            *value = w->value;
            return true;
        }
    return false;
}

static sk_err
no_such_word(call_of call)
{
    struct sk_buf expected = { .mem = call->p->scratch };
    for (const struct seclang_word *w = call->row->word; w->name; w++)
        sk_buf_printf(&expected, "%s%s", w == call->row->word ? "" : ", ", w->name);
    return seclang_parse_fail(call->p, &call->arg[0], 0, "%s %.*s: expected %.*s", call->row->name,
                              SK_ARG(call->arg[0].text), SK_ARG(sk_buf_str(&expected)));
}

sk_err
seclang_set_flag(call_of call)
{
    int value;
    if (!word_value(&value, call)) return no_such_word(call);
    *(bool *)member(call) = value != 0;
    return sk_ok();
}

sk_err
seclang_set_word(call_of call)
{
    int value;
    if (!word_value(&value, call)) return no_such_word(call);
    memcpy(member(call), &value, sizeof value); /* enums are ints here */
    return sk_ok();
}

static sk_err
number(int64_t *value, call_of call)
{
    if (sk_str_to_i64(value, call->arg[0].text) && *value >= call->row->from &&
        *value <= call->row->to)
        return sk_ok();
    return seclang_parse_fail(
        call->p, &call->arg[0], 0, "%s %.*s: expected a number from %lld to %lld", call->row->name,
        SK_ARG(call->arg[0].text), (long long)call->row->from, (long long)call->row->to);
}

sk_err
seclang_set_unsigned(call_of call)
{
    int64_t value;
    TRY(number(&value, call));
    *(unsigned *)member(call) = (unsigned)value;
    return sk_ok();
}

sk_err
seclang_set_size(call_of call)
{
    int64_t value;
    TRY(number(&value, call));
    *(size_t *)member(call) = (size_t)value;
    return sk_ok();
}

sk_err
seclang_set_mode(call_of call)
{
    sk_str text = call->arg[0].text;
    unsigned least = (unsigned)call->row->from, mode = 0;
    bool octal = text.n > 0 && text.n <= 5;

    for (size_t i = 0; octal && i < text.n; i++) {
        octal = text.p[i] >= '0' && text.p[i] <= '7';
        mode = mode * 8 + (unsigned)(text.p[i] - '0');
    }
    if (sk_str_eq_nocase(text, SK_STR("default"))) octal = true, mode = least;
    if (!octal || mode > (unsigned)call->row->to || (mode & least) != least)
        return seclang_parse_fail(call->p, &call->arg[0], 0,
                                  "%s %.*s: expected permissions in octal that let the owner in, "
                                  "such as %#o, or default",
                                  call->row->name, SK_ARG(text), least);
    *(unsigned *)member(call) = mode;
    return sk_ok();
}

sk_err
seclang_set_text(call_of call)
{
    *(const char **)member(call) = sk_str_zcopy(call->p->mem, call->arg[0].text);
    return sk_ok();
}

sk_err
seclang_set_audit_parts(call_of call)
{
    sk_str parts = call->arg[0].text;
    for (size_t i = 0; i < parts.n; i++)
        if (!strchr("ABCDEFGHIJKZ", parts.p[i]))
            return seclang_parse_fail(call->p, &call->arg[0], i,
                                      "there is no audit part %c; the parts are A to K and Z",
                                      parts.p[i]);
    return seclang_set_text(call);
}

sk_err
seclang_set_relevant_status(call_of call)
{
    call->p->relevant_status = call->arg[0].text;
    call->p->relevant_status_at = seclang_parse_at(call->p, &call->arg[0], 0);
    return sk_ok();
}

static bool
has_mime_type(const struct seclang_settings *s, sk_str type)
{
    for (size_t i = 0; i < s->response_mime_type_count; i++)
        if (sk_str_eq(s->response_mime_types[i], type)) return true;
    return false;
}

sk_err
seclang_set_mime_types(call_of call)
{
    struct seclang_settings *s = &call->p->rules->settings;
    if (!call->p->mime_types_said) s->response_mime_type_count = 0; /* the defaults go */
    call->p->mime_types_said = true;
    for (size_t i = 0; i < call->count; i++) {
        sk_str type = sk_str_lower(call->p->mem, call->arg[i].text);
        if (has_mime_type(s, type)) continue;
        sk_str *list = sk_array(call->p->mem, s->response_mime_type_count + 1, sizeof *list);
        if (s->response_mime_type_count)
            memcpy(list, s->response_mime_types, s->response_mime_type_count * sizeof *list);
        list[s->response_mime_type_count++] = type;
        s->response_mime_types = list;
    }
    return sk_ok();
}

sk_err
seclang_set_mime_types_clear(call_of call)
{
    call->p->rules->settings.response_mime_type_count = 0;
    call->p->mime_types_said = true;
    return sk_ok();
}

sk_err
seclang_set_argument_separator(call_of call)
{
    if (call->arg[0].text.n != 1)
        return seclang_parse_fail(call->p, &call->arg[0], 0, "expected one character, usually &");
    call->p->rules->argument_separator = call->arg[0].text.p[0];
    return sk_ok();
}

sk_err
seclang_set_form_charset(call_of call)
{
    struct seclang_rules *rules = call->p->rules;

    rules->form_charsets = 0;
    for (size_t i = 0; i < call->count; i++) {
        enum seclang_charset charset = seclang_charset_find(call->arg[i].text);

        if (charset == SECLANG_CHARSET_OTHER || call->arg[i].text.n == 0)
            return seclang_parse_fail(call->p, &call->arg[i], 0,
                                      "SekishoFormCharset %.*s: expected Shift_JIS, EUC-JP, "
                                      "ISO-2022-JP or UTF-8",
                                      SK_ARG(call->arg[i].text));
        if (i == 0) rules->form_charset = charset;
        if (charset != SECLANG_CHARSET_UTF8) rules->form_charsets |= seclang_charset_bit(charset);
    }
    return sk_ok();
}

sk_err
seclang_set_cookie_format(call_of call)
{
    int64_t value;
    TRY(number(&value, call));
    call->p->rules->cookie_format = (int)value;
    return sk_ok();
}

sk_err
seclang_set_collection_timeout(call_of call)
{
    int64_t value;
    TRY(number(&value, call));
    call->p->rules->collection_timeout = (unsigned)value;
    return sk_ok();
}

sk_err
seclang_set_web_app_id(call_of call)
{
    call->p->rules->web_app_id = sk_str_zcopy(call->p->mem, call->arg[0].text);
    return sk_ok();
}

sk_err
seclang_set_unicode_map(call_of call)
{
    enum { MAP_MOST = 4 << 20 };
    struct seclang_parser *p = call->p;
    int64_t page = 20127;
    sk_str text;
    const char *path = seclang_parse_beside(p->scratch, p->text->file, call->arg[0].text.p);
    if (call->count == 2 && (!sk_str_to_i64(&page, call->arg[1].text) || page < 0 || page > 65535))
        return seclang_parse_fail(p, &call->arg[1], 0, "expected a code page such as 20127");
    sk_err e = sk_file_read(&text, p->scratch, path, MAP_MOST);
    if (sk_failed(e)) return seclang_parse_fail(p, &call->arg[0], 0, "%s", e.why);
    struct seclang_unicode_map *map = SK_NEW(p->mem, struct seclang_unicode_map);
    e = seclang_unicode_map_read(map, text, (unsigned)page);
    if (sk_failed(e)) return seclang_parse_fail(p, &call->arg[0], 0, "%s: %s", path, e.why);
    p->rules->unicode_map = map;
    return sk_ok();
}

/* A later one takes its place. */
sk_err
seclang_set_geo(call_of call)
{
    struct seclang_parser *p = call->p;
    const char *path = seclang_parse_beside(p->scratch, p->text->file, call->arg[0].text.p);
    struct seclang_geo *geo;
    sk_err e = seclang_geo_open(&geo, path);
    if (sk_failed(e)) return seclang_parse_fail(p, &call->arg[0], 0, "%s", e.why);
    seclang_geo_close(p->rules->geo);
    p->rules->geo = geo;
    return sk_ok();
}

sk_err
seclang_set_fold(call_of call)
{
    int value;
    if (!word_value(&value, call)) return no_such_word(call);
    call->p->no_fold = !value;
    return sk_ok();
}

sk_err
seclang_set_screen(call_of call)
{
    int value;
    if (!word_value(&value, call)) return no_such_word(call);
    call->p->no_screen = !value;
    return sk_ok();
}

sk_err
seclang_set_quiet(call_of call)
{
    (void)call;
    return sk_ok();
}

sk_err
seclang_set_warned(call_of call)
{
    if (call->row->word && call->count &&
        sk_str_eq_nocase(call->arg[0].text, sk_str_of(call->row->word->name)))
        return sk_ok();
    seclang_parse_warn(call->p, call->at, "%s: %s", call->row->name, call->row->help);
    return sk_ok();
}

sk_err
seclang_set_refused(call_of call)
{
    if (call->row->word && call->count &&
        sk_str_eq_nocase(call->arg[0].text, sk_str_of(call->row->word->name)))
        return sk_ok();
    return seclang_place_fail(call->at, "%s is not done here: %s", call->row->name,
                              call->row->help);
}

sk_err
seclang_set_include(call_of call)
{
    sk_err e =
        seclang_parse_files(call->p, call->arg[0].text.p, call->p->text->file, call->row->at != 0);
    /* Errors inside the file carry their place; that it is not there must get ours. */
    if (e.kind == SK_MISSING || e.kind == SK_DENIED)
        return seclang_parse_fail(call->p, &call->arg[0], 0, "%s", e.why);
    return e;
}
