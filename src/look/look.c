#include "look/look.h"

#include "base/file.h"
#include "part/assets.h"

#include <dirent.h>

struct look {
    sk_arena *mem;
    struct part_templates *pages;
    struct part_words *words[PART_LANGS];
    struct part_assets *assets;
};

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

/* OWASP HTTP Headers Cheat Sheet. Strict-Transport-Security is the gate's, who speaks TLS. */
const struct part_header look_headers[LOOK_HEADERS] = {
    { "Content-Security-Policy",
      TEXT("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
           "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'") },
    { "X-Content-Type-Options", TEXT("nosniff") },
    { "X-Frame-Options", TEXT("DENY") },
    { "Referrer-Policy", TEXT("same-origin") },
    { "Permissions-Policy", TEXT("camera=(), microphone=(), geolocation=(), payment=(), usb=()") },
    { "Cross-Origin-Opener-Policy", TEXT("same-origin") },
    { "Cross-Origin-Resource-Policy", TEXT("same-origin") },
    { "Cache-Control", TEXT("no-store") },
};

enum { WORDS_FILES_MAX = 16 }; /* of one language */

struct words_paths {
    const char *path[WORDS_FILES_MAX + 1]; /* ends with NULL */
    size_t count;
};

static sk_err
words_add(struct words_paths *paths, const char *path)
{
    if (paths->count == WORDS_FILES_MAX)
        return sk_fail(SK_FULL, "%s: more than %d files of words", path, WORDS_FILES_MAX);
    paths->path[paths->count++] = path;
    return sk_ok();
}

/* ja.json, and whatever ends with .ja.json: a subject of its own may bring its own words. */
static sk_err
words_find(struct words_paths *paths, sk_arena *mem, const char *folder, const char *lang)
{
    sk_str ending = sk_str_printf(mem, ".%s.json", lang);
    DIR *dir = opendir(folder);
    if (!dir) return sk_fail(SK_MISSING, "%s: no such folder", folder);
    sk_err e = words_add(paths, sk_str_printf(mem, "%s/%s.json", folder, lang).p);
    for (struct dirent *d; !sk_failed(e) && (d = readdir(dir));)
        if (sk_str_ends(sk_str_of(d->d_name), ending))
            e = words_add(paths, sk_str_printf(mem, "%s/%s", folder, d->d_name).p);
    closedir(dir);
    return e;
}

static sk_err
words_load(struct look *look, const char *shared, const char *own)
{
    for (int i = 0; i < PART_LANGS; i++) {
        const char *lang = part_lang_names[i];
        struct words_paths paths = { .count = 0 };
        TRY(words_find(&paths, look->mem, sk_str_printf(look->mem, "%s/words", shared).p, lang));
        TRY(words_find(&paths, look->mem, sk_str_printf(look->mem, "%s/words", own).p, lang));
        TRY(part_words_load_all(&look->words[i], paths.path));
        TRY(part_templates_check(look->pages, look->words[i]));
    }
    return sk_ok();
}

static sk_err
load(struct look *look, const char *share, const char *ui, const char *assets)
{
    sk_str shared = sk_str_printf(look->mem, "%s/src/look/ui", share);
    sk_str own = sk_str_printf(look->mem, "%s/%s", share, ui);
    const char *own_files = sk_str_printf(look->mem, "%s/asset", own.p).p;
    bool has_files = sk_file_exists(own_files);
    const char *const folders[] = { shared.p, own.p, NULL };
    const char *const files[] = { sk_str_printf(look->mem, "%s/asset", shared.p).p,
                                  has_files ? own_files : NULL, NULL };
    TRY(part_templates_load_all(&look->pages, folders));
    TRY(words_load(look, shared.p, own.p));
    return part_assets_load(&look->assets, files, assets);
}

sk_err
look_open(struct look **out, const char *share, const char *ui, const char *assets)
{
    sk_arena *mem = sk_arena_new(16 * 1024);
    struct look *look = SK_NEW(mem, struct look);
    look->mem = mem;
    sk_err e = load(look, share, ui, assets);
    if (sk_failed(e))
        look_close(look);
    else
        *out = look;
    return e;
}

void
look_close(struct look *look)
{
    if (!look) return;
    part_assets_free(look->assets);
    for (int i = 0; i < PART_LANGS; i++)
        part_words_free(look->words[i]);
    part_templates_free(look->pages);
    sk_arena_free(look->mem);
}

sk_err
look_asset_answer(struct part_response *response, const struct part_request *request,
                  const struct look *look)
{
    return part_asset_answer(response, request, look->assets, part_request_param(request, "name"));
}

/* --- a view --- */

static void
query_add(struct sk_buf *out, const struct part_form *query)
{
    for (size_t i = 0; i < query->count; i++) {
        if (sk_str_eq(query->field[i].name, SK_STR("lang"))) continue;
        sk_buf_byte(out, '&');
        part_url_escape(out, query->field[i].name);
        sk_buf_byte(out, '=');
        part_url_escape(out, query->field[i].value);
    }
}

/* The same page in a language. */
static sk_str
address_in(const struct look_view *view, enum part_lang lang)
{
    struct sk_buf out = { .mem = view->mem };
    sk_str segment, path = view->request->path;
    bool first = true;
    while (sk_str_cut(&segment, &path, '/')) {
        if (!first) sk_buf_byte(&out, '/');
        part_url_escape(&out, segment);
        first = false;
    }
    sk_buf_printf(&out, "?lang=%s", part_lang_names[lang]);
    query_add(&out, &view->request->query);
    return sk_buf_str(&out);
}

void
look_view_begin(struct look_view *view, const struct look *look, struct part_response *response,
                struct part_request *request, sk_when now)
{
    static const char *const files[][2] = { { "style", "look.css" },
                                            { "script", "look.js" },
                                            { "icon", "icon.svg" },
                                            { "icons", "icons.svg" } };
    struct part_value *v = part_object_new(request->mem);
    *view = (struct look_view){ .look = look,
                                .request = request,
                                .response = response,
                                .mem = request->mem,
                                .now = now,
                                .values = v,
                                .lang = part_lang_choose(response, request) };
    part_set_text(v, "lang", sk_str_of(part_lang_names[view->lang]));
    part_set_flag(v, "japanese", view->lang == PART_JA);
    part_set_text(v, "in_japanese", address_in(view, PART_JA));
    part_set_text(v, "in_english", address_in(view, PART_EN));
    part_set_text(v, "request", request->id);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        part_set_text(v, files[i][0], part_asset_path(look->assets, files[i][1]));
}

void
look_view_place(struct look_view *view, sk_str place, sk_str home)
{
    part_set_text(view->values, "place", place);
    part_set_text(view->values, "place_path", home);
}

sk_err
look_view_show(struct look_view *view, const char *template, sk_str title)
{
    struct sk_buf page = { .mem = view->mem };
    part_set_text(view->values, "title", title);
    TRY(part_template_render(&page, view->look->pages, template, view->look->words[view->lang],
                             view->values));
    view->response->body = sk_buf_str(&page);
    view->response->type = (sk_str){ 0 };
    return sk_ok();
}

sk_err
look_view_error(struct look_view *view)
{
    static const unsigned told[] = { 401, 403, 404, 413, 500, 503 };
    unsigned status = view->response->status, as = 400;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (told[i] == status) as = status;
    sk_str what = look_words(view, sk_str_printf(view->mem, "error.%u.title", as).p);
    part_set_int(view->values, "status", status);
    part_set_text(view->values, "what", what);
    part_set_text(view->values, "cure",
                  look_words(view, sk_str_printf(view->mem, "error.%u.text", as).p));
    return look_view_show(view, "look/error", what);
}

/* --- words --- */

sk_str
look_words(const struct look_view *view, const char *key)
{
    return part_words_get(view->look->words[view->lang], key);
}

sk_str
look_words_with(const struct look_view *view, const char *key, sk_str text)
{
    sk_str words = look_words(view, key);
    struct sk_buf out = { .mem = view->mem };
    for (size_t at; (at = sk_str_find_byte(words, '#')) != SIZE_MAX;) {
        sk_buf_add(&out, sk_str_first(words, at));
        sk_buf_add(&out, text);
        words = sk_str_from(words, at + 1);
    }
    sk_buf_add(&out, words);
    return sk_buf_str(&out);
}

sk_str
look_words_n(const struct look_view *view, const char *key, int64_t n)
{
    const char *one = sk_str_printf(view->mem, "%s.one", key).p;
    if (n == 1 && look_words(view, one).n) key = one;
    return look_words_with(view, key, look_number(view->mem, n));
}
