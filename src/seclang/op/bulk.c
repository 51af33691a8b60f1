/* Many patterns and phrases over a long text, in few passes: Vectorscan says which patterns may
 * match (bulk_patterns.c), the sieve which phrases are there (sieve.c), the loose look which
 * literals may be where blanks are taken out (loose.c). Only those operators then answer, and @pm
 * need not even be asked. */
#include "seclang/op/bulk.h"

#include "seclang/op/loose.h"

/* Lies with the product, and is as much shared. */
struct kept {
    struct seclang_phrase *phrase; /* of all asks, in order */
    size_t phrase_count;
    struct seclang_sieve *sieve;
    struct seclang_phrase *loose;
    size_t loose_count;
};

struct seclang_bulk {
    size_t count;
    const struct seclang_product *product; /* NULL: nobody asks */
    const struct kept *kept;
};

/* ── what is asked ── */

/* The phrases of an ask that are looked for as they are. */
static size_t
phrases_of(const sk_str **phrase, const struct seclang_bulk_ask *ask)
{
    *phrase = ask->kind == SECLANG_ASK_LITERAL ? &ask->pattern : ask->phrase;
    if (ask->kind == SECLANG_ASK_LITERAL) return 1;
    return ask->kind == SECLANG_ASK_PHRASES ? ask->phrase_count : 0;
}

static void
list_phrases(struct seclang_bulk_asks *asks, sk_arena *mem)
{
    struct seclang_phrase *all = sk_array(mem, SECLANG_BULK_PHRASES, sizeof(*all));
    char *always = sk_zalloc(mem, asks->count + 1);

    asks->phrase = all;
    asks->always = always;
    for (unsigned i = 0; i < asks->count; i++) {
        const struct seclang_bulk_ask *ask = &asks->at[i];
        bool answers = ask->kind == SECLANG_ASK_PHRASES && !ask->lower;
        const sk_str *phrase;
        size_t count = phrases_of(&phrase, ask);

        always[i] = count > SECLANG_BULK_PHRASES - asks->phrase_count;
        for (size_t k = 0; k < count && !always[i]; k++)
            all[asks->phrase_count++] = (struct seclang_phrase){ phrase[k], i, answers };
    }
}

static void
add_text(struct sk_buf *what, sk_str text)
{
    sk_buf_add(what, (sk_str){ (const char *)&text.n, sizeof(text.n) });
    sk_buf_add(what, text);
}

/* Lengths stand before their texts, so that no two lists give the same bytes. */
static void
key_of(unsigned char key[SK_SHA256], const struct seclang_bulk_asks *asks)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(64 << 10);
    struct sk_buf what = { .mem = mem };

    add_text(&what, SK_STR("bulk; patterns with $ and [^ widened, short phrases as patterns"));
    for (size_t i = 0; i < asks->count; i++) {
        const struct seclang_bulk_ask *ask = &asks->at[i];

        sk_buf_printf(&what, "%d %d %zu\n", ask->kind, ask->lower, ask->phrase_count);
        add_text(&what, ask->pattern);
        for (size_t k = 0; k < ask->phrase_count; k++)
            add_text(&what, ask->phrase[k]);
    }
    sk_sha256(key, sk_buf_str(&what));
}

/* ── making ── */

/* Of those who are asked always nothing is looked for. */
static const void *
keep(sk_arena *mem, const void *from)
{
    const struct seclang_bulk_asks *asks = from;
    struct kept *kept = SK_NEW(mem, struct kept);

    kept->phrase = sk_array(mem, asks->phrase_count + 1, sizeof(*kept->phrase));
    kept->loose = sk_array(mem, asks->count + 1, sizeof(*kept->loose));
    for (size_t i = 0; i < asks->phrase_count; i++) {
        struct seclang_phrase *phrase = &kept->phrase[kept->phrase_count++];

        *phrase = asks->phrase[i];
        if (asks->always[phrase->owner])
            phrase->text.n = 0;
        else
            phrase->text = sk_str_copy(mem, phrase->text);
    }
    for (unsigned i = 0; i < asks->count; i++)
        if (asks->at[i].kind == SECLANG_ASK_LOOSE)
            kept->loose[kept->loose_count++] =
                (struct seclang_phrase){ sk_str_copy(mem, asks->at[i].pattern), i, false };
    kept->sieve = seclang_sieve_new(mem, kept->phrase, kept->phrase_count);
    return kept;
}

sk_err
seclang_bulk_new(struct seclang_bulk **bulk, sk_arena *mem, struct seclang_cache *cache,
                 const struct seclang_bulk_ask *asks, size_t count)
{
    DEFER(sk_arena_close) sk_arena *scratch = sk_arena_new(0);
    struct seclang_bulk *b = SK_NEW(mem, struct seclang_bulk);
    struct seclang_bulk_asks from = { .at = asks, .count = count };
    struct seclang_recipe recipe = {
        .note = count, .database = true, .make = seclang_bulk_build, .from = &from, .cache = cache
    };

    *bulk = b;
    if (count == 0) return sk_ok();
    list_phrases(&from, scratch);
    key_of(recipe.key, &from);
    TRY(seclang_pool_take(&b->product, &recipe));
    from.always = b->product->note;
    b->kept = seclang_pool_keep(b->product, keep, &from);
    b->count = count;
    return sk_ok();
}

void
seclang_bulk_free(struct seclang_bulk *bulk)
{
    if (!bulk) return;
    seclang_pool_give(bulk->product);
    *bulk = (struct seclang_bulk){ 0 };
}

/* ── scanning ── */

struct scan {
    const struct seclang_bulk *bulk;
    sk_str text;
    struct seclang_bulk_hit *hits;
};

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    const struct scan *s = ctx;

    (void)from, (void)flags;
    if (id < s->bulk->count)
        s->hits[id].may = true;
    else if (to <= s->text.n)
        seclang_phrase_found(&s->bulk->kept->phrase[id - s->bulk->count], (size_t)to, s->hits);
    return 0;
}

static void
look_loosely(const struct scan *s)
{
    const struct kept *kept = s->bulk->kept;

    for (size_t i = 0; i < kept->loose_count; i++)
        if (seclang_loose_in(s->text, kept->loose[i].text))
            s->hits[kept->loose[i].owner].may = true;
}

void
seclang_bulk_scan(const struct seclang_bulk *bulk, struct seclang_scratch *scratch, sk_str text,
                  struct seclang_bulk_hit *hits)
{
    struct scan s = { bulk, text, hits };
    const struct seclang_product *product = bulk->product;
    bool answered = true;

    if (!product) return;
    for (size_t i = 0; i < bulk->count; i++)
        hits[i] = (struct seclang_bulk_hit){ 0 };
    if (product->db) answered = seclang_scan_in_place(product->db, scratch, text, on_match, &s);
    seclang_sieve_scan(bulk->kept->sieve, text, hits);
    look_loosely(&s);
    for (size_t i = 0; i < bulk->count; i++)
        if (product->note[i] || !answered)
            hits[i] = (struct seclang_bulk_hit){ .may = true }; /* not known: to be asked */
}

/* ── which operators ── */

static bool
ask_pattern(struct seclang_bulk_ask *ask, const void *state, sk_str argument)
{
    (void)state;
    ask->kind = SECLANG_ASK_PATTERN;
    ask->pattern = argument;
    return argument.n > 0;
}

static bool
ask_phrases(struct seclang_bulk_ask *ask, const void *state, sk_str argument)
{
    (void)argument;
    ask->kind = SECLANG_ASK_PHRASES;
    ask->phrase_count = seclang_op_pm_phrases(&ask->phrase, state);
    return ask->phrase_count > 0;
}

static bool
ask_literal(struct seclang_bulk_ask *ask, const void *state, sk_str argument)
{
    (void)state;
    ask->kind = SECLANG_ASK_LITERAL;
    ask->pattern = argument;
    return argument.n > 0;
}

static const struct {
    const char *name;
    bool (*take)(struct seclang_bulk_ask *ask, const void *state, sk_str argument);
} rows[] = {
    { "contains", ask_literal }, { "containsword", ask_literal }, { "pm", ask_phrases },
    { "pmf", ask_phrases },      { "pmfromfile", ask_phrases },   { "rx", ask_pattern },
};

bool
seclang_bulk_ask_of(struct seclang_bulk_ask *ask, const struct seclang_op *op, const void *state,
                    sk_str argument)
{
    *ask = (struct seclang_bulk_ask){ 0 };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].name, op->name) == 0) return rows[i].take(ask, state, argument);
    return false;
}
