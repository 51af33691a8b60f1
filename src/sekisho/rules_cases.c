/* sekisho rules test: text cases, or one request, through the rules of the first site.
 *
 * A case file (*.case):
 *
 *     === a title that says what is expected
 *     GET /?q=1 HTTP/1.1
 *     Host: localhost
 *
 *     --- 403 942100
 *
 * The last line names the status (or pass), then rules that must have matched, or with ! must not.
 */
#include "base/file.h"
#include "explain/explain.h"
#include "sekisho/judge.h"
#include "sekisho/rules.h"
#include "sekisho/tongue.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { CASE_FILES_MAX = 1000, VALUE_SHOWN = 200 };

struct bench {
    struct judge judge;
    unsigned passed, failed;
};

static bool
has_match(const struct judge_result *result, int64_t rule)
{
    for (size_t i = 0; i < result->match_count; i++)
        if (result->match[i].rule == rule) return true;
    return false;
}

static int
status_of(const struct judge_result *result)
{
    return result->verdict.act == SECLANG_PASS ? 0 : result->verdict.status;
}

/* One of its words: pass, a status, a rule. */
static bool
is_so(const struct judge_result *result, sk_str word, bool not )
{
    int64_t number;

    if (sk_str_eq(word, SK_STR("pass"))) return status_of(result) == 0;
    if (!sk_str_to_i64(&number, sk_str_from(word, not ))) return false;
    if (number < 1000 && !not ) return status_of(result) == number;
    return has_match(result, number) != not ;
}

/* "403 942100 !920350" against what happened; false with the word that is not so. */
static bool
is_expected(sk_str *wrong, const struct judge_result *result, sk_str expected)
{
    sk_str word, rest = expected;

    while (sk_str_cut(&word, &rest, ' ')) {
        bool not = sk_str_starts(word, SK_STR("!"));

        *wrong = word;
        if (word.n == 0) continue;
        if (!is_so(result, word, not )) return false;
    }
    return true;
}

static void
matches_print(const struct judge_result *result)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    for (size_t i = 0; i < result->match_count; i++) {
        const struct seclang_match *m = &result->match[i];
        struct sk_buf out = { .mem = mem };

        if (!m->log) continue;
        sk_buf_printf(&out, "  %u ", m->rule);
        explain_text(&out, m->variable, VALUE_SHOWN);
        sk_buf_add(&out, SK_STR(": "));
        explain_text(&out, m->msg, VALUE_SHOWN);
        sk_buf_add(&out, SK_STR(" ["));
        explain_text(&out, m->value, VALUE_SHOWN);
        printf("%.*s]\n", SK_ARG(sk_buf_str(&out)));
    }
}

static void
case_run(struct bench *bench, sk_str title, sk_str request, sk_str expected)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge_result result = { 0 };
    struct seclang_tx *tx = NULL;
    sk_str wrong = { 0 };
    sk_err e = judge_request(&result, &tx, mem, &bench->judge, request, (sk_str){ 0 });

    if (sk_failed(e)) {
        bench->failed++;
        printf("FAIL %.*s: %s\n", SK_ARG(title), e.why);
        return;
    }
    if (is_expected(&wrong, &result, expected)) {
        bench->passed++;
        printf("ok   %.*s\n", SK_ARG(title));
    } else {
        bench->failed++;
        printf("FAIL %.*s: expected %.*s, got %d\n", SK_ARG(title), SK_ARG(wrong),
               status_of(&result));
        matches_print(&result);
    }
    seclang_tx_free(tx);
}

/* The line end before "--- " belongs to the case's text, not to the request's body. */
static sk_str
without_last_newline(sk_str s)
{
    if (s.n && s.p[s.n - 1] == '\n') s.n--;
    if (s.n && s.p[s.n - 1] == '\r') s.n--;
    return s;
}

static void
text_run(struct bench *bench, sk_str text)
{
    sk_str line, rest = text, title = { 0 };
    const char *start = NULL;

    while (sk_str_cut(&line, &rest, '\n')) {
        sk_str bare = sk_str_trim(line);

        if (sk_str_starts(bare, SK_STR("=== "))) {
            title = sk_str_from(bare, 4);
            start = rest.p;
        } else if (sk_str_starts(bare, SK_STR("--- ")) && start) {
            sk_str request = { start, (size_t)(line.p - start) };

            case_run(bench, title, without_last_newline(request), sk_str_from(bare, 4));
            start = NULL;
        }
    }
}

static sk_err
file_run(struct bench *bench, const char *path)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text;

    TRY(sk_file_read(&text, mem, path, JUDGE_REQUEST_MAX));
    text_run(bench, text);
    return sk_ok();
}

static int
is_case(const struct dirent *entry)
{
    return sk_str_ends(sk_str_of(entry->d_name), SK_STR(".case"));
}

static sk_err
folder_run(struct bench *bench, const char *path)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, is_case, alphasort);
    sk_err e = sk_ok();

    if (n < 0) return sk_fail(SK_MISSING, "cannot read the folder %s", path);
    for (int i = 0; i < n; i++) {
        char file[4096];

        snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
        if (!sk_failed(e) && i < CASE_FILES_MAX) e = file_run(bench, file);
        free(names[i]);
    }
    free(names);
    return e;
}

static sk_err
one_request(struct bench *bench, const char *path)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge_result result = { 0 };
    struct seclang_tx *tx = NULL;
    sk_str raw;

    TRY(sk_file_read(&raw, mem, path, JUDGE_REQUEST_MAX));
    TRY(judge_request(&result, &tx, mem, &bench->judge, raw, (sk_str){ 0 }));
    if (result.verdict.act == SECLANG_PASS)
        puts(tongue("passes", "通過"));
    else
        printf(tongue("refused with %d by rule %u\n", "拒否 %d（規則 %u）\n"),
               result.verdict.status, result.verdict.rule);
    printf(tongue("score %.*s\n", "点数 %.*s\n"), SK_ARG(result.inbound));
    matches_print(&result);
    seclang_tx_free(tx);
    return sk_ok();
}

static sk_err
test(struct bench *bench, const struct verb_args *args)
{
    DEFER(rules_close) struct rules_site site = { 0 };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const char *path = args->count > 1 ? args->arg[1] : NULL;
    struct stat s;

    if (!path && !args->request)
        return sk_fail(SK_BAD, "rules test: expected DIR, FILE or --request FILE");
    TRY(rules_load(&site, mem, args));
    TRY(judge_open_source(&bench->judge, site.source));
    if (args->request) return one_request(bench, args->request);
    if (stat(path, &s) == 0 && S_ISDIR(s.st_mode)) return folder_run(bench, path);
    return file_run(bench, path);
}

int
rules_test(const struct verb_args *args)
{
    struct bench bench = { 0 };
    sk_err e = test(&bench, args);

    judge_close(&bench.judge);
    if (sk_failed(e)) return verb_fail(e);
    if (!args->request) printf("%u passed, %u failed, 0 skipped\n", bench.passed, bench.failed);
    return bench.failed ? 1 : 0;
}
