/* Compiling operators: equal operators with equal arguments share one state. */
#include "base/hash.h"
#include "seclang/link/linker.h"

struct seclang_compiled {
    const struct seclang_op *op;
    sk_str argument, folder; /* the folder, since files are named relative to it */
    bool has_macro;
    void *state;
};

static sk_str
folder_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash ? (sk_str){ file, (size_t)(slash - file) } : (sk_str){ 0 };
}

static bool
same(const struct seclang_compiled *a, const struct seclang_compiled *b)
{
    return a->op == b->op && a->has_macro == b->has_macro && sk_str_eq(a->argument, b->argument) &&
           sk_str_eq(a->folder, b->folder);
}

static struct seclang_compiled *
slot_of(const struct seclang_linker *l, const struct seclang_compiled *wanted)
{
    size_t i = (size_t)sk_hash(wanted->argument) & (l->compiled_size - 1);
    while (l->compiled[i].op && !same(&l->compiled[i], wanted))
        i = (i + 1) & (l->compiled_size - 1);
    return &l->compiled[i];
}

static void
grow(struct seclang_linker *l)
{
    struct seclang_compiled *old = l->compiled;
    size_t old_size = l->compiled_size;
    l->compiled_size = old_size ? old_size * 2 : 512;
    l->compiled = sk_array(l->scratch, l->compiled_size, sizeof *l->compiled);
    for (size_t i = 0; i < old_size; i++)
        if (old[i].op) *slot_of(l, &old[i]) = old[i];
}

static sk_err
compile(struct seclang_linker *l, void **state, sk_arena *mem, const struct seclang_compiled *what,
        struct seclang_place at)
{
    struct seclang_op_place place = { .rule_file = at.file,
                                      .only_check = mem == l->scratch,
                                      .cache = l->p->cache,
                                      .detector = l->rules->settings.detector,
                                      .pcre_match_limit = l->rules->settings.pcre_match_limit };
    *state = NULL;
    if (!what->op->compile) return sk_ok();
    sk_err e = what->op->compile(state, mem, &place, what->argument, what->has_macro);
    if (!sk_failed(e) || e.kind == SK_BUSY) return e;
    return seclang_parse_heed(l->p, seclang_place_fail(at, "@%s: %s", what->op->name, e.why));
}

static void
own(struct seclang_linker *l, const struct seclang_op *op, void *state)
{
    struct seclang_rules *r = l->rules;
    if (!state || !op->release) return;
    r->owned = seclang_draft_room(l->mem, r->owned, r->owned_count, sizeof *r->owned);
    r->owned[r->owned_count++] = (struct seclang_owned){ op, state };
}

sk_err
seclang_link_compile(struct seclang_linker *l, void **state, const struct seclang_op *op,
                     sk_str argument, bool has_macro, struct seclang_place at)
{
    struct seclang_compiled wanted = { op, argument, folder_of(at.file), has_macro, NULL };
    if (l->compiled_count * 2 >= l->compiled_size) grow(l);
    struct seclang_compiled *slot = slot_of(l, &wanted);
    if (!slot->op) {
        TRY(compile(l, &wanted.state, l->mem, &wanted, at));
        own(l, op, wanted.state);
        *slot = wanted;
        l->compiled_count++;
    }
    *state = slot->state;
    return sk_ok();
}

sk_err
seclang_link_try(struct seclang_linker *l, const struct seclang_op *op, sk_str argument,
                 bool has_macro, struct seclang_place at)
{
    struct seclang_compiled wanted = { op, argument, folder_of(at.file), has_macro, NULL };
    if (l->compiled_size && slot_of(l, &wanted)->op) return sk_ok();
    TRY(compile(l, &wanted.state, l->scratch, &wanted, at));
    if (wanted.state && op->release) op->release(wanted.state);
    return sk_ok();
}
