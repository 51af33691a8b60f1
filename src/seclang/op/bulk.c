/* Many patterns and phrases over a long text: Vectorscan says in a pass over each kind which of
 * them may match; only those operators then answer. One database of both kinds would be scanned a
 * little faster, but takes many times as long to make.
 *
 * Vectorscan takes no lookaround, back reference or atomic group; may not be asked for the end of
 * the text, which is shown to it with more behind (scan.c), and not for negated classes. Such
 * patterns it gets widened (regex_widen.c). What matches the empty text then, or is too large for
 * it, is a candidate always. What it takes it understands as PCRE2 does. */
#include "seclang/op/pool.h"
#include "seclang/op/regex_walk.h"
#include "seclang/op/rows.h"

#include <stdlib.h>

/* The two databases. A product's note has a byte for each ask: 1 where it is of this kind and
 * Vectorscan does not know it. */
enum kind { PATTERNS, PHRASES, KINDS };

struct seclang_bulk {
    size_t count;
    const struct seclang_product *product[KINDS]; /* NULL: nobody asks such */
};

/* While it is made. */
struct asks {
    const struct seclang_bulk_ask *at;
    size_t count;
};

/* The arguments of hs_compile_multi: the patterns that are left. */
struct wanted {
    const char **text;
    unsigned *flags, *id;
    unsigned count;
};

/* Quotations, comments and (?x) change what a byte of the pattern means. */
static bool
is_plain(const char *pattern)
{
    if (strstr(pattern, "\\Q") || strstr(pattern, "(?#")) return false;
    for (const char *at = pattern; (at = strstr(at, "(?"));) {
        at += 2;
        if (memchr(at, 'x', strspn(at, "^-imnsxxJU"))) return false;
    }
    return true;
}

/* Whether the pattern asks for the end of the text: $, \z or \Z; not \$ and [$]. Where it is not
 * plain, a guess that may be wrong the other way only. */
static bool
asks_for_end(const char *pattern)
{
    bool plain = is_plain(pattern), class = false;

    for (const char *p = pattern; *p; p++) {
        if (*p == '$' && (!class || !plain)) return true;
        if (*p == '\\' && (p[1] == 'z' || p[1] == 'Z')) return true;
        if (*p == '\\' && plain && p[1]) {
            p++;
        } else if (class) {
            class = *p != ']';
        } else if (*p == '[') {
            class = true;
            p += p[1] == '^';
            p += p[1] == ']'; /* the first one is a byte */
        }
    }
    return false;
}

/* Running over anything but one byte, as in '[^']+', Vectorscan 5.4.9 may run past it with AVX-512:
 * 951230's "Table '[^']+' doesn't exist" was lost 4 times in 200,000 matches of random pages. */
static bool
runs_to_a_byte(const char *pattern)
{
    return strstr(pattern, "[^") != NULL;
}

static bool
is_known(const char *pattern)
{
    hs_compile_error_t *error = NULL;
    hs_expr_info_t *info = NULL;
    bool takes_text;

    if (pattern[0] == '(' && pattern[1] == '*') return false; /* options of PCRE2's own */
    if (asks_for_end(pattern) || runs_to_a_byte(pattern)) return false;
    if (hs_expression_info(pattern, HS_FLAG_DOTALL, &info, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        return false;
    }
    takes_text = info->min_width > 0;
    free(info); /* malloc'ed, as no allocator was set */
    return takes_text;
}

/* What Vectorscan is asked in place of the pattern; NULL: nothing. */
static const char *
shown(sk_arena *mem, sk_str pattern)
{
    const char *text = sk_str_zcopy(mem, pattern);
    sk_str wide;

    if (strlen(text) == pattern.n && is_known(text)) return text;
    if (!seclang_regex_widen(&wide, mem, pattern)) return NULL;
    text = sk_str_zcopy(mem, wide);
    return is_known(text) ? text : NULL;
}

static void
choose(struct wanted *wanted, char *always, sk_arena *mem, const struct asks *asks)
{
    wanted->text = sk_array(mem, asks->count, sizeof(*wanted->text));
    wanted->flags = sk_array(mem, asks->count, sizeof(*wanted->flags));
    wanted->id = sk_array(mem, asks->count, sizeof(*wanted->id));
    for (size_t i = 0; i < asks->count; i++) {
        const char *text;

        if (asks->at[i].phrase_count > 0) continue;
        text = shown(mem, asks->at[i].pattern);
        if (!text) {
            always[i] = 1;
            continue;
        }
        wanted->text[wanted->count] = text;
        wanted->flags[wanted->count] = HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH;
        wanted->id[wanted->count++] = (unsigned)i;
    }
}

static void
leave_out(struct wanted *wanted, char *always, unsigned at)
{
    always[wanted->id[at]] = 1;
    wanted->count--;
    for (unsigned i = at; i < wanted->count; i++) {
        wanted->text[i] = wanted->text[i + 1];
        wanted->id[i] = wanted->id[i + 1];
    }
}

/* What cannot be compiled shows one at a time; where it is not said which, none are compiled. */
static void
compile(struct seclang_product *product, struct wanted *wanted)
{
    while (wanted->count > 0) {
        hs_compile_error_t *error = NULL;
        int at;

        if (hs_compile_multi(wanted->text, wanted->flags, wanted->id, wanted->count, HS_MODE_BLOCK,
                             NULL, &product->db, &error) == HS_SUCCESS)
            return;
        at = error ? error->expression : -1;
        hs_free_compile_error(error);
        product->db = NULL;
        if (at >= 0 && (unsigned)at < wanted->count)
            leave_out(wanted, product->note, (unsigned)at);
        else
            while (wanted->count > 0)
                leave_out(wanted, product->note, wanted->count - 1);
    }
}

static sk_err
build_patterns(struct seclang_product *product, const void *from)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct wanted wanted = { 0 };

    choose(&wanted, product->note, mem, from);
    compile(product, &wanted);
    return sk_ok();
}

/* The arguments of hs_compile_lit_multi. */
struct literals {
    const char *text[SECLANG_BULK_PHRASES];
    size_t length[SECLANG_BULK_PHRASES];
    unsigned flags[SECLANG_BULK_PHRASES], id[SECLANG_BULK_PHRASES];
    unsigned count;
};

/* All phrases of an ask have its number. */
static void
take_phrases(struct literals *literals, char *always, const struct asks *asks, unsigned ask)
{
    const struct seclang_bulk_ask *a = &asks->at[ask];

    if (a->phrase_count > SECLANG_BULK_PHRASES - literals->count) {
        always[ask] = 1;
        return;
    }
    for (size_t i = 0; i < a->phrase_count; i++) {
        literals->text[literals->count] = a->phrase[i].p;
        literals->length[literals->count] = a->phrase[i].n;
        literals->flags[literals->count] = HS_FLAG_CASELESS;
        literals->id[literals->count++] = ask;
    }
}

/* HS_FLAG_SINGLEMATCH would make it a hundred times slower to compile. */
static sk_err
build_phrases(struct seclang_product *product, const void *from)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct literals *l = SK_NEW(mem, struct literals);
    const struct asks *asks = from;
    hs_compile_error_t *error = NULL;

    for (unsigned i = 0; i < asks->count; i++)
        take_phrases(l, product->note, asks, i);
    if (l->count == 0 ||
        hs_compile_lit_multi(l->text, l->flags, l->id, l->length, l->count, HS_MODE_BLOCK, NULL,
                             &product->db, &error) == HS_SUCCESS)
        return sk_ok();
    hs_free_compile_error(error);
    product->db = NULL;
    for (size_t i = 0; i < asks->count; i++)
        product->note[i] = asks->at[i].phrase_count > 0;
    return sk_ok();
}

static const struct {
    const char *what;
    sk_err (*build)(struct seclang_product *product, const void *from);
} kinds[KINDS] = {
    [PATTERNS] = { "bulk of patterns, those with $ and [^ widened", build_patterns },
    [PHRASES] = { "bulk of phrases, caseless", build_phrases },
};

static void
add_text(struct sk_buf *what, sk_str text)
{
    sk_buf_add(what, (sk_str){ (const char *)&text.n, sizeof(text.n) });
    sk_buf_add(what, text);
}

/* Lengths stand before their texts, so that no two lists give the same bytes. False: nobody asks.
 */
static bool
key_of(unsigned char key[SK_SHA256], const struct asks *asks, enum kind kind)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(64 << 10);
    struct sk_buf what = { .mem = mem };
    bool some = false;

    add_text(&what, sk_str_of(kinds[kind].what));
    for (size_t i = 0; i < asks->count; i++) {
        const struct seclang_bulk_ask *ask = &asks->at[i];
        bool mine = (ask->phrase_count > 0) == (kind == PHRASES);

        some = some || mine;
        sk_buf_printf(&what, "%d %zu\n", mine, ask->phrase_count);
        if (mine && kind == PATTERNS) add_text(&what, ask->pattern);
        for (size_t k = 0; mine && k < ask->phrase_count; k++)
            add_text(&what, ask->phrase[k]);
    }
    sk_sha256(key, sk_buf_str(&what));
    return some;
}

sk_err
seclang_bulk_new(struct seclang_bulk **bulk, sk_arena *mem, struct seclang_cache *cache,
                 const struct seclang_bulk_ask *asks, size_t count)
{
    struct seclang_bulk *b = SK_NEW(mem, struct seclang_bulk);
    struct asks from = { asks, count };

    *bulk = b;
    b->count = count;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct seclang_recipe recipe = { .note = count,
                                         .database = true,
                                         .make = kinds[kind].build,
                                         .from = &from,
                                         .cache = cache };

        if (key_of(recipe.key, &from, kind)) TRY(seclang_pool_take(&b->product[kind], &recipe));
    }
    return sk_ok();
}

void
seclang_bulk_free(struct seclang_bulk *bulk)
{
    if (!bulk) return;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        seclang_pool_give(bulk->product[kind]);
        bulk->product[kind] = NULL;
    }
}

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    unsigned char *candidates = ctx;

    (void)from, (void)to, (void)flags;
    candidates[id] = 1;
    return 0;
}

static void
scan(const struct seclang_product *product, struct seclang_scratch *scratch, sk_str text,
     unsigned char *candidates, size_t count)
{
    for (size_t i = 0; i < count; i++)
        candidates[i] |= (unsigned char)product->note[i];
    if (product->db && !seclang_scan_in_place(product->db, scratch, text, on_match, candidates))
        memset(candidates, 1, count); /* no answer: ask all of them */
}

void
seclang_bulk_scan(const struct seclang_bulk *bulk, struct seclang_scratch *scratch, sk_str text,
                  unsigned char *candidates)
{
    if (bulk->count > 0) memset(candidates, 0, bulk->count);
    for (enum kind kind = 0; kind < KINDS; kind++)
        if (bulk->product[kind]) scan(bulk->product[kind], scratch, text, candidates, bulk->count);
}

static void
ask_pattern(struct seclang_bulk_ask *ask, const void *state, sk_str argument)
{
    (void)state;
    ask->pattern = argument;
}

static void
ask_phrases(struct seclang_bulk_ask *ask, const void *state, sk_str argument)
{
    (void)argument;
    ask->phrase_count = seclang_op_pm_phrases(&ask->phrase, state);
}

static const struct {
    const char *name;
    void (*take)(struct seclang_bulk_ask *ask, const void *state, sk_str argument);
} rows[] = {
    { "pm", ask_phrases },
    { "pmf", ask_phrases },
    { "pmfromfile", ask_phrases },
    { "rx", ask_pattern },
};

bool
seclang_bulk_ask_of(struct seclang_bulk_ask *ask, const struct seclang_op *op, const void *state,
                    sk_str argument)
{
    *ask = (struct seclang_bulk_ask){ 0 };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].name, op->name) == 0) rows[i].take(ask, state, argument);
    return ask->phrase_count > 0 || ask->pattern.n > 0;
}
