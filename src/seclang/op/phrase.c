/* @pm, @pmFromFile: any of many phrases, without regard to ASCII case, through Vectorscan's literal
 * matcher. What is reported is the phrase that ends first, of several the longest. */
#include "base/file.h"
#include "seclang/op/pool.h"
#include "seclang/op/rows.h"

struct phrases {
    const sk_str *phrase;
    size_t count;
};

/* The phrases lie with the product: they are as long as the database, and as much shared. */
struct pm {
    const struct phrases *all;
    const struct seclang_product *product; /* NULL: there are no phrases */
};

struct list {
    sk_arena *mem;
    sk_str *phrase;
    size_t count, room;
};

static sk_err
add(struct list *list, sk_str phrase)
{
    if (list->count == SECLANG_PHRASES_MOST)
        return sk_fail(SK_FULL, "more than %d phrases", SECLANG_PHRASES_MOST);
    if (phrase.n > SECLANG_PHRASE_BYTES)
        return sk_fail(SK_FULL, "a phrase of more than %d bytes", SECLANG_PHRASE_BYTES);
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 16;

        list->phrase =
            sk_grow(list->mem, list->phrase, list->room * sizeof(sk_str), room * sizeof(sk_str));
        list->room = room;
    }
    list->phrase[list->count++] = sk_str_copy(list->mem, phrase);
    return sk_ok();
}

/* Cuts the next word off; false when there is none. */
static bool
next_word(sk_str *word, sk_str *rest)
{
    size_t from = 0, to;

    while (from < rest->n && strchr(" \t\n\v\f\r", rest->p[from]) && rest->p[from])
        from++;
    for (to = from; to < rest->n && (!strchr(" \t\n\v\f\r", rest->p[to]) || !rest->p[to]);)
        to++;
    *word = sk_str_first(sk_str_from(*rest, from), to - from);
    *rest = sk_str_from(*rest, to);
    return word->n > 0;
}

static sk_err
read_words(struct list *list, sk_str argument)
{
    sk_str text, word;

    seclang_op_unescape(&text, list->mem, argument);
    while (next_word(&word, &text))
        TRY(add(list, word));
    return sk_ok();
}

/* A phrase a line; empty lines and those that begin with # do not count. */
static sk_err
read_file(struct list *list, const struct seclang_op_place *place, sk_str name)
{
    const char *path;
    sk_str text, line, phrase;

    TRY(seclang_op_path(&path, list->mem, place, name));
    TRY(sk_file_read(&text, list->mem, path, SECLANG_LIST_BYTES));
    while (sk_str_cut(&line, &text, '\n')) {
        seclang_op_unescape(&phrase, list->mem, line);
        phrase = sk_str_trim(phrase);
        if (phrase.n > 0 && phrase.p[0] != '#') TRY(add(list, phrase));
    }
    return sk_ok();
}

/* The arguments of hs_compile_lit_multi. */
static sk_err
build(struct seclang_product *product, const void *from)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const struct phrases *all = from;
    const char **text = sk_array(mem, all->count, sizeof(*text));
    size_t *length = sk_array(mem, all->count, sizeof(*length));
    unsigned *flags = sk_array(mem, all->count, sizeof(*flags));
    unsigned *id = sk_array(mem, all->count, sizeof(*id));
    hs_compile_error_t *error = NULL;
    sk_err failed;

    for (size_t i = 0; i < all->count; i++) {
        text[i] = all->phrase[i].p;
        length[i] = all->phrase[i].n;
        flags[i] = HS_FLAG_CASELESS;
        id[i] = (unsigned)i;
    }
    if (hs_compile_lit_multi(text, flags, id, length, (unsigned)all->count, HS_MODE_BLOCK, NULL,
                             &product->db, &error) == HS_SUCCESS)
        return sk_ok();
    failed = sk_fail(SK_BROKEN, "Vectorscan refuses the phrases: %s",
                     error ? error->message : "no reason given");
    hs_free_compile_error(error);
    product->db = NULL;
    return failed;
}

/* Lengths stand before their texts, so that no two lists give the same bytes. */
static void
key_of(unsigned char key[SK_SHA256], const struct phrases *all)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(64 << 10);
    struct sk_buf what = { .mem = mem };

    sk_buf_add(&what, SK_STR("phrases, caseless\n"));
    for (size_t i = 0; i < all->count; i++) {
        size_t n = all->phrase[i].n;

        sk_buf_add(&what, (sk_str){ (const char *)&n, sizeof(n) });
        sk_buf_add(&what, all->phrase[i]);
    }
    sk_sha256(key, sk_buf_str(&what));
}

static const void *
phrases_copy(sk_arena *mem, const void *from)
{
    const struct phrases *given = from;
    struct phrases *all = SK_NEW(mem, struct phrases);
    sk_str *phrase = sk_array(mem, given->count, sizeof(*phrase));

    for (size_t i = 0; i < given->count; i++)
        phrase[i] = sk_str_copy(mem, given->phrase[i]);
    *all = (struct phrases){ phrase, given->count };
    return all;
}

static void
derive(struct seclang_traits *traits, sk_arena *mem, const void *from)
{
    const struct phrases *all = from;

    seclang_filter_of_phrases(&traits->filter, all->phrase, all->count);
    seclang_grams_of_texts(&traits->grams, mem, all->phrase, all->count);
}

static sk_err
keep(void **state, sk_arena *mem, const struct list *list, struct seclang_cache *cache)
{
    struct phrases all = { list->phrase, list->count };
    struct seclang_recipe recipe = {
        .database = true, .make = build, .derive = derive, .from = &all, .cache = cache
    };
    struct pm *pm = SK_NEW(mem, struct pm);

    *state = pm;
    if (all.count == 0) return sk_ok();
    key_of(recipe.key, &all);
    TRY(seclang_pool_take(&pm->product, &recipe));
    pm->all = seclang_pool_keep(pm->product, phrases_copy, &all);
    return sk_ok();
}

SECLANG_OP_COMPILE(pm)
{
    DEFER(sk_arena_close) sk_arena *aside = sk_arena_new(0);
    struct list list = { .mem = aside };

    (void)has_macro; /* a list of phrases has none */
    *state = NULL;
    TRY(read_words(&list, argument));
    if (list.count == 0) return sk_fail(SK_BAD, "@pm needs phrases");
    if (place->only_check) return sk_ok();
    return keep(state, mem, &list, place->cache);
}

SECLANG_OP_COMPILE(pm_file)
{
    DEFER(sk_arena_close) sk_arena *aside = sk_arena_new(64 << 10);
    struct list list = { .mem = aside };
    sk_str name;
    bool some = false;

    (void)has_macro;
    *state = NULL;
    while (next_word(&name, &argument)) {
        TRY(read_file(&list, place, name));
        some = true;
    }
    if (!some) return sk_fail(SK_BAD, "@pmFromFile needs a file");
    if (place->only_check) return sk_ok();
    return keep(state, mem, &list, place->cache);
}

struct found {
    const struct phrases *all;
    bool some;
    unsigned id;
    unsigned long long to;
    size_t end; /* of the value */
};

/* Matches come in no particular order. */
static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    struct found *f = ctx;
    const sk_str *phrase = f->all->phrase;

    (void)from, (void)flags;
    if (to > f->end) return 0;
    if (f->some && to > f->to) return 0;
    if (f->some && to == f->to) {
        if (phrase[id].n < phrase[f->id].n) return 0;
        if (phrase[id].n == phrase[f->id].n && id > f->id) return 0; /* spelled otherwise */
    }
    f->some = true;
    f->id = id;
    f->to = to;
    return 0;
}

SECLANG_OP_RUN(pm)
{
    const struct pm *pm = state;
    struct found found = { .all = pm ? pm->all : NULL, .end = value.n };

    if (!pm || !pm->product || value.n == 0) return false;
    if (!seclang_scan(pm->product->db, run->scratch, value, on_match, &found)) {
        run->limit_hit = true;
        return false;
    }
    if (!found.some) return false;
    seclang_bulk_tell(run, pm->all->phrase[found.id]);
    return true;
}

void
seclang_bulk_tell(struct seclang_op_run *run, sk_str phrase)
{
    seclang_op_capture(run, phrase);
    seclang_op_say(run, "Matched phrase", phrase);
}

SECLANG_OP_RELEASE(pm)
{
    struct pm *pm = state;

    if (!pm) return;
    seclang_pool_give(pm->product);
    *pm = (struct pm){ 0 };
}

SECLANG_OP_FILTER(pm)
{
    const struct pm *pm = state;

    (void)argument;
    *filter = (struct seclang_filter){ 0 };
    if (pm && pm->product) *filter = seclang_pool_traits(pm->product, derive, pm->all)->filter;
}

SECLANG_OP_GRAMS(pm)
{
    const struct pm *pm = state;

    (void)argument, (void)mem;
    *grams = (struct seclang_grams){ 0 };
    if (pm && pm->product) *grams = seclang_pool_traits(pm->product, derive, pm->all)->grams;
}

bool
seclang_op_pm_is_ascii(const void *state)
{
    const struct pm *pm = state;

    for (size_t i = 0; pm && pm->all && i < pm->all->count; i++)
        for (size_t k = 0; k < pm->all->phrase[i].n; k++)
            if ((unsigned char)pm->all->phrase[i].p[k] >= 0x80) return false;
    return true;
}

size_t
seclang_op_pm_phrases(const sk_str **phrase, const void *state)
{
    const struct pm *pm = state;

    *phrase = pm && pm->all ? pm->all->phrase : NULL;
    return pm && pm->all ? pm->all->count : 0;
}
