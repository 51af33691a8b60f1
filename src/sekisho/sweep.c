/* sekisho sweep: personal data and card numbers in an application's databases and files. */
#include "sweep/sweep.h"
#include "base/json.h"
#include "sekisho/log.h"
#include "sekisho/tongue.h"

#include <stdio.h>

/* Beside the kinds of errors: something lies there. */
enum { EXIT_FOUND = 10, PROGRESS_MS = 2000 };

struct told {
    sk_when said;
};

static void
progress(void *ctx, const struct sweep *sweep, const char *place)
{
    struct told *told = ctx;
    sk_when now = sk_monotonic();

    if (now - told->said < PROGRESS_MS) return;
    told->said = now;
    fprintf(stderr,
            tongue("  %llu MB, %llu files, now %s\n", "  %llu MB、%llu ファイル、現在 %s\n"),
            (unsigned long long)sweep->bytes >> 20, (unsigned long long)sweep->files, place);
}

static const char *
kind_word(int kind)
{
    if (kind == SWEEP_CARD) return tongue("card number", "カード番号");
    return tongue(personal_kind_rows[kind].en, personal_kind_rows[kind].ja);
}

/* ── for programs ── */

static void
found_json(struct sk_json_writer *w, const struct sweep_found *f)
{
    for (int kind = 0; kind < SWEEP_KINDS; kind++) {
        if (f->count[kind] == 0) continue;
        sk_json_object(w, NULL);
        sk_json_text(w, "where", f->where);
        sk_json_text(w, "place", f->place);
        sk_json_text(w, "kind", sweep_kind_name(kind));
        sk_json_int(w, "count", (int64_t)f->count[kind]);
        sk_json_text(w, "sample", f->sample[kind]);
        sk_json_end_object(w);
    }
}

static void
tokens_json(struct sk_json_writer *w, const struct sweep_found *f)
{
    if (f->tokens == 0) return;
    sk_json_object(w, NULL);
    sk_json_text(w, "where", f->where);
    sk_json_text(w, "place", f->place);
    sk_json_int(w, "count", (int64_t)f->tokens);
    sk_json_end_object(w);
}

static void
print_json(const struct sweep *sweep)
{
    struct sk_buf out = { .mem = sweep->mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    sk_json_array(&w, "found");
    for (size_t i = 0; i < sweep->founds; i++)
        found_json(&w, &sweep->found[i]);
    sk_json_end_array(&w);
    sk_json_array(&w, "tokens");
    for (size_t i = 0; i < sweep->founds; i++)
        tokens_json(&w, &sweep->found[i]);
    sk_json_end_array(&w);
    sk_json_array(&w, "troubles");
    for (size_t i = 0; i < sweep->troubles; i++) {
        sk_json_object(&w, NULL);
        sk_json_text(&w, "place", sweep->trouble[i].place);
        sk_json_text(&w, "why", sweep->trouble[i].why);
        sk_json_end_object(&w);
    }
    sk_json_end_array(&w);
    sk_json_int(&w, "bytes", (int64_t)sweep->bytes);
    sk_json_int(&w, "texts", (int64_t)sweep->values);
    sk_json_int(&w, "files", (int64_t)sweep->files);
    sk_json_int(&w, "binaries", (int64_t)sweep->binaries);
    sk_json_int(&w, "older", (int64_t)sweep->older);
    sk_json_end_object(&w);
    printf("%.*s\n", SK_ARG(sk_buf_str(&out)));
}

/* ── for people ── */

static void
found_print(const struct sweep_found *f)
{
    for (int kind = 0; kind < SWEEP_KINDS; kind++)
        if (f->count[kind])
            printf("%s\n    %s: %llu  (%s)\n", f->place, kind_word(kind),
                   (unsigned long long)f->count[kind], f->sample[kind]);
    if (f->tokens)
        printf(
            tongue("%s\n    tokens: %llu, as it should be\n", "%s\n    トークン: %llu（正常）\n"),
            f->place, (unsigned long long)f->tokens);
}

static void
print_text(const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->founds; i++)
        found_print(&sweep->found[i]);
    for (size_t i = 0; i < sweep->troubles; i++)
        fprintf(stderr, tongue("not read: %s: %s\n", "読めません: %s: %s\n"),
                sweep->trouble[i].place, sweep->trouble[i].why);
    printf(tongue("%llu MB in %llu files and tables' columns looked at; %llu files are no text, "
                  "%llu are older.\n",
                  "%llu MB（ファイル %llu 件と表の列）を調べました。テキストでないもの %llu 件、"
                  "指定より古いもの %llu 件。\n"),
           (unsigned long long)sweep->bytes >> 20, (unsigned long long)sweep->files,
           (unsigned long long)sweep->binaries, (unsigned long long)sweep->older);
}

static bool
any_plain(const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->founds; i++)
        for (int kind = 0; kind < SWEEP_KINDS; kind++)
            if (sweep->found[i].count[kind]) return true;
    return false;
}

static sk_err
sweep_run(struct sweep *sweep, const struct verb_args *args)
{
    if (args->since) TRY(log_time_read(&sweep->since, "--since", args->since));
    sweep_begin(sweep);
    for (unsigned i = 0; i < args->count; i++)
        TRY(sweep_place(sweep, args->arg[i]));
    return sk_ok();
}

int
verb_sweep(const struct verb_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new_pages(0);
    struct told told = { sk_monotonic() };
    struct sweep sweep = { .mem = mem, .progress = progress, .ctx = &told };
    sk_err e = sweep_run(&sweep, args);

    if (sk_failed(e)) return verb_fail(e);
    if (args->json)
        print_json(&sweep);
    else
        print_text(&sweep);
    if (any_plain(&sweep)) return EXIT_FOUND;
    return sweep.troubles ? sk_kind_rows[SK_BROKEN].exit_code : 0;
}
