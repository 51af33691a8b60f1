/* Many patterns over a long text: Vectorscan says in one pass which of them may match, PCRE2 then
 * answers for those alone.
 *
 * Vectorscan takes no lookaround, back reference or atomic group; such patterns, patterns that
 * match the empty text and patterns too large for it stay candidates always, and so do those that
 * may ask for the end of the text, which is shown to it with more behind (scan.c), and those with
 * negated classes. What it takes it understands as PCRE2 does. */
#include "seclang/op/pool.h"
#include "seclang/op/rows.h"

#include <stdlib.h>

struct seclang_bulk {
    size_t count;
    const struct seclang_product *product; /* its note: per pattern, 1 where Vectorscan does not
                                              know it. NULL: there are no patterns */
};

/* While it is made. */
struct patterns {
    const sk_str *text;
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

    if (pattern[0] == '(' && pattern[1] == '*') return false; /* options of PCRE2's own */
    if (asks_for_end(pattern) || runs_to_a_byte(pattern)) return false;
    if (hs_expression_info(pattern, HS_FLAG_DOTALL, &info, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        return false;
    }
    free(info); /* malloc'ed, as no allocator was set */
    return true;
}

static void
choose(struct wanted *wanted, char *always, sk_arena *mem, const struct patterns *patterns)
{
    wanted->text = sk_array(mem, patterns->count, sizeof(*wanted->text));
    wanted->flags = sk_array(mem, patterns->count, sizeof(*wanted->flags));
    wanted->id = sk_array(mem, patterns->count, sizeof(*wanted->id));
    for (size_t i = 0; i < patterns->count; i++) {
        const char *text = sk_str_zcopy(mem, patterns->text[i]);

        if (strlen(text) != patterns->text[i].n || !is_known(text)) {
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
build(struct seclang_product *product, const void *from)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct wanted wanted = { 0 };

    choose(&wanted, product->note, mem, from);
    compile(product, &wanted);
    return sk_ok();
}

/* Lengths stand before their texts, so that no two lists give the same bytes. */
static void
key_of(unsigned char key[SK_SHA256], const struct patterns *patterns)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(16 << 10);
    struct sk_buf what = { .mem = mem };

    sk_buf_printf(&what, "patterns without $ and [^, flags %x\n",
                  HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH);
    for (size_t i = 0; i < patterns->count; i++) {
        size_t n = patterns->text[i].n;

        sk_buf_add(&what, (sk_str){ (const char *)&n, sizeof(n) });
        sk_buf_add(&what, patterns->text[i]);
    }
    sk_sha256(key, sk_buf_str(&what));
}

sk_err
seclang_bulk_new(struct seclang_bulk **bulk, sk_arena *mem, struct seclang_cache *cache,
                 const sk_str *patterns, size_t count)
{
    struct seclang_bulk *b = SK_NEW(mem, struct seclang_bulk);
    struct patterns from = { patterns, count };
    struct seclang_recipe recipe = {
        .note = count, .database = true, .make = build, .from = &from, .cache = cache
    };

    *bulk = b;
    b->count = count;
    if (count == 0) return sk_ok();
    key_of(recipe.key, &from);
    return seclang_pool_take(&b->product, &recipe);
}

void
seclang_bulk_free(struct seclang_bulk *bulk)
{
    if (!bulk) return;
    seclang_pool_give(bulk->product);
    bulk->product = NULL;
}

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    unsigned char *candidates = ctx;

    (void)from, (void)to, (void)flags;
    candidates[id] = 1;
    return 0;
}

void
seclang_bulk_scan(const struct seclang_bulk *bulk, struct seclang_scratch *scratch, sk_str text,
                  unsigned char *candidates)
{
    const hs_database_t *db = bulk->product ? bulk->product->db : NULL;

    if (bulk->product) memcpy(candidates, bulk->product->note, bulk->count);
    if (!db) return;
    if (!seclang_scan(db, scratch, text, on_match, candidates))
        memset(candidates, 1, bulk->count); /* no answer: ask all of them */
}
