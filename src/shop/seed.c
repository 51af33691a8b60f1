#include "shop/seed.h"

#include "base/file.h"
#include "base/json.h"
#include "part/form.h"
#include "shop/catalog.h"
#include "shop/picture.h"

#include <dirent.h>
#include <stdio.h>

struct seed {
    sk_arena *mem;
    struct part_store *store;
    const char *path;
    const sk_json *root;
    int64_t tenant;
};

/* Texts of both languages go to two parameters that follow each other. */
static sk_err
both_put(struct part_query *q, int at, const struct seed *s, const sk_json *object, const char *key)
{
    const sk_json *pair = sk_json_get(object, key);
    for (int i = 0; i < PART_LANGS; i++) {
        sk_str text = sk_json_get_str(pair, part_lang_names[i]);
        if (!text.n || !part_text_clean(text, true))
            return sk_fail(SK_BAD, "%s: %s.%s is missing or not clean text", s->path, key,
                           part_lang_names[i]);
        part_query_text(q, at + i, text);
    }
    return sk_ok();
}

static sk_err
tenant_put(struct seed *s)
{
    struct part_query *q;
    TRY(part_store_query(&q, s->store,
                         "INSERT INTO tenant (slug, position, theme, name_ja, name_en, lead_ja,"
                         " lead_en, about_ja, about_en)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
    part_query_text(q, 1, sk_json_get_str(s->root, "slug"));
    part_query_int(q, 2, sk_json_get_int(s->root, "position", 0));
    part_query_text(q, 3, sk_json_get_str(s->root, "theme"));
    TRY(both_put(q, 4, s, s->root, "name"));
    TRY(both_put(q, 6, s, s->root, "lead"));
    TRY(both_put(q, 8, s, s->root, "about"));
    TRY(part_query_run(q));
    s->tenant = part_store_last_key(s->store);
    return sk_ok();
}

static sk_err
category_put(struct seed *s, const sk_json *category, size_t position)
{
    struct part_query *q;
    TRY(part_store_query(&q, s->store,
                         "INSERT INTO category (tenant, slug, position, name_ja, name_en, lead_ja,"
                         " lead_en) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
    part_query_int(q, 1, s->tenant);
    part_query_text(q, 2, sk_json_get_str(category, "slug"));
    part_query_int(q, 3, (int64_t)position);
    TRY(both_put(q, 4, s, category, "name"));
    TRY(both_put(q, 6, s, category, "lead"));
    return part_query_run(q);
}

static sk_err
legal_put(struct seed *s, const sk_json *line, size_t position)
{
    struct part_query *q;
    TRY(part_store_query(&q, s->store,
                         "INSERT INTO legal (tenant, position, term_ja, term_en, text_ja, text_en)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
    part_query_int(q, 1, s->tenant);
    part_query_int(q, 2, (int64_t)position);
    TRY(both_put(q, 3, s, line, "term"));
    TRY(both_put(q, 5, s, line, "text"));
    return part_query_run(q);
}

/* "4d7350" */
static sk_err
colour_put(struct part_query *q, int at, const struct seed *s, sk_str hex)
{
    int64_t colour = 0;
    for (size_t i = 0; i < hex.n; i++) {
        const char *digits = "0123456789abcdef";
        const char *digit = hex.p[i] ? strchr(digits, hex.p[i]) : NULL;
        if (!digit) return sk_fail(SK_BAD, "%s: colour '%.*s'", s->path, SK_ARG(hex));
        colour = (colour << 4) | (digit - digits);
    }
    if (hex.n != 6) return sk_fail(SK_BAD, "%s: a colour has six digits", s->path);
    part_query_int(q, at, colour);
    return sk_ok();
}

static sk_err
product_numbers_put(struct part_query *q, const struct seed *s, const sk_json *product)
{
    const sk_json *colours = sk_json_get(product, "colours");
    sk_str drawing = sk_json_get_str(product, "picture");
    sk_str pattern = sk_json_get_str(product, "pattern");
    if (!shop_picture_known(drawing, pattern))
        return sk_fail(SK_BAD, "%s: no such picture '%.*s' or pattern '%.*s'", s->path,
                       SK_ARG(drawing), SK_ARG(pattern));
    part_query_int(q, 5, sk_json_get_int(product, "price", -1));
    part_query_int(q, 6, sk_json_get_int(product, "tax", -1));
    part_query_int(q, 7, sk_json_get_int(product, "stock", -1));
    part_query_text(q, 8, drawing);
    part_query_text(q, 9, pattern);
    part_query_text(q, 10, sk_json_get_str(product, "mark"));
    for (int i = 0; i < 3; i++)
        TRY(colour_put(q, 11 + i, s, sk_json_as_str(sk_json_at(colours, (size_t)i))));
    return sk_ok();
}

static sk_err
product_put(struct seed *s, const sk_json *product, size_t position)
{
    struct part_query *q;
    TRY(part_store_query(
        &q, s->store,
        "INSERT INTO product (tenant, category, position, added, price, tax, stock, picture,"
        " pattern, mark, colour_a, colour_b, colour_c, name_ja, name_en, size_ja, size_en,"
        " lead_ja, lead_en, text_ja, text_en) VALUES (?1,"
        " (SELECT id FROM category WHERE tenant = ?1 AND slug = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
        " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)"));
    part_query_int(q, 1, s->tenant);
    part_query_text(q, 2, sk_json_get_str(product, "category"));
    part_query_int(q, 3, (int64_t)position);
    part_query_text(q, 4, sk_json_get_str(product, "added"));
    TRY(product_numbers_put(q, s, product));
    TRY(both_put(q, 14, s, product, "name"));
    TRY(both_put(q, 16, s, product, "size"));
    TRY(both_put(q, 18, s, product, "lead"));
    TRY(both_put(q, 20, s, product, "text"));
    sk_err e = part_query_run(q);
    if (sk_failed(e)) return sk_fail(e.kind, "%s: product %zu: %s", s->path, position + 1, e.why);
    return shop_search_index(s->mem, s->store, part_store_last_key(s->store));
}

static sk_err
list_put(struct seed *s, const char *key, size_t most,
         sk_err (*put)(struct seed *, const sk_json *, size_t))
{
    const sk_json *list = sk_json_get(s->root, key);
    size_t count = sk_json_count(list);
    if (count > most) return sk_fail(SK_FULL, "%s: more than %zu %s", s->path, most, key);
    for (size_t i = 0; i < count; i++)
        TRY(put(s, sk_json_at(list, i), i));
    return sk_ok();
}

sk_err
shop_seed_file(struct part_store *store, const char *path)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_str text;
    TRY(sk_file_read(&text, mem, path, SHOP_SEED_FILE_MAX));
    sk_err e = sk_json_read(&root, text);
    if (sk_failed(e)) return sk_fail(SK_BAD, "%s: %s", path, e.why);
    struct seed s = { mem, store, path, root, 0 };
    TRY(tenant_put(&s));
    TRY(list_put(&s, "categories", SHOP_CATEGORIES_MAX, category_put));
    TRY(list_put(&s, "products", SHOP_SEED_PRODUCTS_MAX, product_put));
    return list_put(&s, "legal", SHOP_LEGAL_MAX, legal_put);
}

static sk_err
is_empty(bool *empty, struct part_store *store)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, "SELECT 1 FROM tenant LIMIT 1"));
    TRY(part_query_step(&row, q));
    *empty = !row;
    part_query_done(q);
    return sk_ok();
}

static sk_err
fill(void *ctx, struct part_store *store)
{
    const char *folder = *(const char **)ctx;
    struct dirent *d;
    sk_err e = sk_ok();
    bool empty;
    char path[512];
    TRY(is_empty(&empty, store)); /* within the transaction: the other instance may be first */
    DIR *dir = empty ? opendir(folder) : NULL;
    if (!dir) return empty ? sk_fail(SK_MISSING, "%s: no such folder", folder) : sk_ok();
    while (!sk_failed(e) && (d = readdir(dir))) {
        if (!sk_str_ends(sk_str_of(d->d_name), SK_STR(".json"))) continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        e = shop_seed_file(store, path);
    }
    closedir(dir);
    return e;
}

sk_err
shop_seed(struct part_store *store, const char *folder)
{
    return part_store_write(store, fill, &folder);
}
