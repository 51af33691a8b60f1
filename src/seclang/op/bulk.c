/* Many patterns over a long text: Vectorscan says in one pass which of them may match, PCRE2 then
 * answers for those alone.
 *
 * Vectorscan takes no lookaround, back reference or atomic group; such patterns, patterns that
 * match the empty text and patterns too large for it stay candidates always. What it takes it
 * understands as PCRE2 does, but for $, which also matches before a last newline: too much, never
 * too little. */
#include "seclang/op/rows.h"
#include "seclang/op/scratch.h"

#include <limits.h>
#include <stdlib.h>

struct seclang_bulk {
    size_t count;
    unsigned char *always; /* per pattern: Vectorscan does not know it */
    hs_database_t *db;     /* of the others; NULL: there are none */
};

/* The arguments of hs_compile_multi: the patterns that are left. */
struct wanted {
    const char **text;
    unsigned *flags, *id;
    unsigned count;
};

static bool
is_known(const char *pattern)
{
    hs_compile_error_t *error = NULL;
    hs_expr_info_t *info = NULL;

    if (pattern[0] == '(' && pattern[1] == '*') return false; /* options of PCRE2's own */
    if (hs_expression_info(pattern, HS_FLAG_DOTALL, &info, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        return false;
    }
    free(info); /* malloc'ed, as no allocator was set */
    return true;
}

static void
choose(struct wanted *wanted, struct seclang_bulk *bulk, sk_arena *mem, const sk_str *patterns)
{
    wanted->text = sk_array(mem, bulk->count, sizeof(*wanted->text));
    wanted->flags = sk_array(mem, bulk->count, sizeof(*wanted->flags));
    wanted->id = sk_array(mem, bulk->count, sizeof(*wanted->id));
    for (size_t i = 0; i < bulk->count; i++) {
        const char *text = sk_str_zcopy(mem, patterns[i]);

        if (strlen(text) != patterns[i].n || !is_known(text)) {
            bulk->always[i] = 1;
            continue;
        }
        wanted->text[wanted->count] = text;
        wanted->flags[wanted->count] = HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH;
        wanted->id[wanted->count++] = (unsigned)i;
    }
}

static void
leave_out(struct wanted *wanted, struct seclang_bulk *bulk, unsigned at)
{
    bulk->always[wanted->id[at]] = 1;
    wanted->count--;
    for (unsigned i = at; i < wanted->count; i++) {
        wanted->text[i] = wanted->text[i + 1];
        wanted->id[i] = wanted->id[i + 1];
    }
}

/* What cannot be compiled shows one at a time; where it is not said which, none are compiled. */
static void
compile(struct seclang_bulk *bulk, struct wanted *wanted)
{
    while (wanted->count > 0) {
        hs_compile_error_t *error = NULL;
        int at;

        if (hs_compile_multi(wanted->text, wanted->flags, wanted->id, wanted->count, HS_MODE_BLOCK,
                             NULL, &bulk->db, &error) == HS_SUCCESS)
            return;
        at = error ? error->expression : -1;
        hs_free_compile_error(error);
        bulk->db = NULL;
        if (at >= 0 && (unsigned)at < wanted->count)
            leave_out(wanted, bulk, (unsigned)at);
        else
            while (wanted->count > 0)
                leave_out(wanted, bulk, wanted->count - 1);
    }
}

sk_err
seclang_bulk_new(struct seclang_bulk **bulk, sk_arena *mem, const sk_str *patterns, size_t count)
{
    struct seclang_bulk *b = SK_NEW(mem, struct seclang_bulk);
    struct wanted wanted = { 0 };
    sk_err failed;

    *bulk = b;
    b->count = count;
    b->always = sk_array(mem, count, 1);
    choose(&wanted, b, mem, patterns);
    compile(b, &wanted);
    if (!b->db) return sk_ok();
    failed = seclang_database_register(b->db);
    if (sk_failed(failed)) {
        hs_free_database(b->db);
        b->db = NULL;
    }
    return failed;
}

void
seclang_bulk_free(struct seclang_bulk *bulk)
{
    if (!bulk || !bulk->db) return;
    seclang_database_release(bulk->db);
    bulk->db = NULL;
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
    hs_scratch_t *hs = bulk->db ? seclang_scratch_hs(scratch) : NULL;

    if (bulk->count > 0) memcpy(candidates, bulk->always, bulk->count);
    if (!bulk->db) return;
    if (!hs || text.n > UINT_MAX ||
        hs_scan(bulk->db, text.p ? text.p : "", (unsigned)text.n, 0, hs, on_match, candidates) !=
            HS_SUCCESS)
        memset(candidates, 1, bulk->count); /* no answer: ask all of them */
}
