/* sekisho rules lint: everything that is wrong or may be slow, each with file, line and column. */
#include "base/json.h"
#include "explain/explain.h"
#include "seclang/inspect.h"
#include "sekisho/render.h"
#include "sekisho/rules.h"
#include "sekisho/tongue.h"

#include <stdio.h>
#include <unistd.h>

enum { PART_SHOWN = 100, PUMP_SHOWN = 60 };

struct tally {
    size_t errors, warnings, silent;
};

static const struct {
    const char *name; /* in JSON */
    bool error;
} kinds[] = {
    [SECLANG_NOTE_FAULT] = { "fault", true },
    [SECLANG_NOTE_WARNING] = { "warning", false },
    [SECLANG_NOTE_SLOW] = { "slow", false },
    [SECLANG_NOTE_NEVER_RUNS] = { "never runs", false },
    [SECLANG_NOTE_NEVER_SET] = { "never set", false },
    [SECLANG_NOTE_INHERITS] = { "inherits", false },
};

/* ── sentences ── */

static const char *
growth(unsigned power)
{
    if (power == SECLANG_POWER_EXPONENTIAL)
        return tongue("grows exponentially with the value's length",
                      "値の長さに対して指数的に増えます");
    if (power >= 4)
        return tongue("grows with the fourth power of the length or faster",
                      "値の長さの 4 乗以上で増えます");
    if (power == 3)
        return tongue("grows with the cube of the value's length", "値の長さの 3 乗で増えます");
    return tongue("grows with the square of the value's length", "値の長さの 2 乗で増えます");
}

static void
say_slow(struct sk_buf *out, const struct seclang_note *n)
{
    size_t bytes = n->slow.before.n + n->slow.pump.n * n->slow.times + n->slow.behind.n;

    sk_buf_printf(out,
                  tongue("rule %u can be slow: the work of its pattern %s. What repeats is ",
                         "規則 %u は遅くなることがあります。パターンの処理が%s。繰り返し部分: "),
                  n->rule, growth(n->slow.power));
    explain_text(out, n->subject, PART_SHOWN);
    sk_buf_add(out, sk_str_of(tongue("; try \"", "。例: \"")));
    explain_text(out, n->slow.before, PUMP_SHOWN);
    sk_buf_add(out, sk_str_of(tongue("\" and then \"", "\" の後に \"")));
    explain_text(out, n->slow.pump, PUMP_SHOWN);
    sk_buf_printf(
        out,
        tongue("\" %u times (%zu bytes). Make what repeats unable to match the same bytes in two "
               "ways, "
               "or give it a greatest number",
               "\" を %u 回（%zu "
               "バイト）。同じ文字列に二通りに一致しないようにするか、回数の上限を付けてください"),
        n->slow.times, bytes);
}

static void
say(struct sk_buf *out, const struct seclang_note *n)
{
    switch (n->kind) {
    case SECLANG_NOTE_FAULT:
    case SECLANG_NOTE_WARNING:
        explain_text(out, n->text, 2000);
        return;
    case SECLANG_NOTE_SLOW:
        say_slow(out, n);
        return;
    case SECLANG_NOTE_NEVER_RUNS:
        sk_buf_printf(
            out,
            tongue(
                "rule %u never runs: the rules above have decided it. Take it out, or change what "
                "they set",
                "規則 %u "
                "は実行されません。上の規則で決まっています。取り除くか、上の設定を変えてください"),
            n->rule);
        return;
    case SECLANG_NOTE_NEVER_SET:
        sk_buf_add(out, SK_STR("TX:"));
        explain_text(out, n->subject, 200);
        sk_buf_printf(
            out,
            tongue(": rule %u reads it, and nothing sets it. Set it with setvar, or mend the name",
                   "：規則 %u が読みますが、どこでも設定されません。setvar "
                   "で設定するか、名前を直してください"),
            n->rule);
        return;
    case SECLANG_NOTE_INHERITS:
        sk_buf_printf(out, tongue("rule %u takes ", "規則 %u は SecDefaultAction の "), n->rule);
        explain_text(out, n->subject, 200);
        sk_buf_add(out, sk_str_of(tongue(
                            " from SecDefaultAction. Say t:none first, or mean it",
                            " を引き継ぎます。意図しない場合は先に t:none を書いてください")));
        return;
    }
}

static void
write_note(struct sk_buf *out, const struct seclang_note *n)
{
    bool error = kinds[n->kind].error;

    if (n->line) {
        explain_text(out, sk_str_of(n->file), 1000);
        sk_buf_printf(out, ":%u:%u: ", n->line, n->column);
    }
    rules_ink(out, error ? RULES_RED : RULES_YELLOW,
              error ? tongue("error", "誤り") : tongue("warning", "注意"));
    sk_buf_add(out, SK_STR(": "));
    say(out, n);
    sk_buf_byte(out, '\n');
}

static void
json_note(struct sk_json_writer *w, const struct seclang_note *n)
{
    struct sk_buf text = { .mem = w->out->mem };

    say(&text, n);
    sk_json_object(w, NULL);
    sk_json_text(w, "kind", kinds[n->kind].name);
    sk_json_bool(w, "error", kinds[n->kind].error);
    sk_json_text(w, "file", n->file);
    sk_json_int(w, "line", n->line);
    sk_json_int(w, "column", n->column);
    if (n->rule) sk_json_int(w, "rule", n->rule);
    sk_json_str(w, "text", sk_buf_str(&text));
    if (n->kind == SECLANG_NOTE_SLOW) {
        sk_json_str(w, "part", n->subject);
        sk_json_str(w, "before", n->slow.before);
        sk_json_str(w, "pump", n->slow.pump);
        sk_json_int(w, "times", n->slow.times);
        sk_json_int(w, "power", n->slow.power);
    }
    sk_json_end_object(w);
}

/* ── which are told ── */

/* Rules of the rule set that a level switches off are as they should be: counted, not told. */
static bool
is_told(sk_arena *mem, const struct seclang_note *n, const struct rules_site *site, bool of_site)
{
    sk_str crs;

    if (n->kind != SECLANG_NOTE_NEVER_RUNS || !of_site) return true;
    crs = render_path(mem, site->house.state, site->house.conf->crs);
    return !sk_str_starts(sk_str_of(n->file), crs) && strcmp(n->file, "site.rules") != 0;
}

static void
tell_progress(void *ctx, size_t done, size_t of)
{
    (void)ctx;
    if (done % 16 == 0 || done == of)
        fprintf(stderr, done == of ? "\r\033[K" : tongue("\r%zu of %zu rules", "\r規則 %zu / %zu"),
                done, of);
}

static void
tell(struct tally *tally, struct seclang_survey *survey, const struct rules_site *site,
     const struct verb_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    bool of_site = args->count < 2 && !args->rules;
    size_t count;
    const struct seclang_note *note = seclang_survey_notes(
        survey, &count, isatty(STDERR_FILENO) && !args->json ? tell_progress : NULL, NULL);

    if (args->json) sk_json_array(&w, NULL);
    for (size_t i = 0; i < count; i++) {
        if (!is_told(mem, &note[i], site, of_site)) {
            tally->silent++;
            continue;
        }
        *(kinds[note[i].kind].error ? &tally->errors : &tally->warnings) += 1;
        if (args->json)
            json_note(&w, &note[i]);
        else
            write_note(&out, &note[i]);
    }
    if (args->json) sk_json_end_array(&w);
    if (args->json) sk_buf_byte(&out, '\n');
    if (out.n) fwrite(out.p, 1, out.n, stdout);
}

static sk_err
load(struct rules_site *site, sk_arena *mem, const struct verb_args *args)
{
    if (args->count < 2) return rules_load(site, mem, args);
    site->source = seclang_source_new();
    for (unsigned i = 1; i < args->count; i++)
        seclang_source_file(site->source, args->arg[i]);
    return sk_ok();
}

static sk_err
lint(struct tally *tally, const struct verb_args *args)
{
    DEFER(rules_close) struct rules_site site = { 0 };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct seclang_survey *survey;

    TRY(load(&site, mem, args));
    survey = seclang_survey_new(site.source);
    tell(tally, survey, &site, args);
    if (!args->json)
        printf(
            tongue("%zu rules, %zu errors, %zu warnings; %zu rules are switched off by settings\n",
                   "規則 %zu 件、誤り %zu 件、注意 %zu 件。設定により無効な規則 %zu 件\n"),
            seclang_survey_count(survey), tally->errors, tally->warnings, tally->silent);
    seclang_survey_free(survey);
    return sk_ok();
}

int
rules_lint(const struct verb_args *args)
{
    struct tally tally = { 0 };
    sk_err e = lint(&tally, args);

    if (sk_failed(e)) return verb_fail(e);
    return tally.errors ? sk_kind_rows[SK_BAD].exit_code : 0;
}
