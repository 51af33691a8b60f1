/* The verb `sekisho evidence`. */
#include "evidence/evidence.h"

#include "evidence/probe.h"
#include "evidence/status.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAMED_MAX = 128 };

struct job {
    sk_arena *mem;
    const char *state, *controls;
    bool json, all;
    const char *named[NAMED_MAX];
    size_t named_count;
    struct evidence_catalog catalog;
    struct evidence_results results;
};

static const char usage[] =
    "usage: sekisho evidence run [ID...] [--all] [--json] [--state DIR]\n"
    "       sekisho evidence status [--json] [--state DIR]\n"
    "\n"
    "run     asks the live system the questions that are due (or those named, or --all),\n"
    "        keeps what was seen in STATE/evidence/results.jsonl\n"
    "status  shows each promise: proven, failing, stale, attested or open, and counts them\n"
    "\n"
    "  --state DIR      the state folder of the running instance (default: var)\n"
    "  --controls DIR   another catalogue of promises\n"
    "  --json           for programs\n"
    "\n"
    "Exit: 0 all is well, 1 a probe failed, 2 wrong arguments or nothing runs there.\n";

static int
complain(sk_err e)
{
    fprintf(stderr, "sekisho evidence: %s\n", e.why);
    return sk_kind_rows[e.kind].exit_code == 1 ? 1 : 2;
}

static int
show(struct sk_buf *out)
{
    return fwrite(out->p, 1, out->n, stdout) == out->n && fflush(stdout) == 0 ? 0 : 1;
}

static sk_err
load(struct job *job)
{
    TRY(evidence_catalog_read(&job->catalog, job->mem, job->controls));
    return evidence_results_read(&job->results, job->mem, &job->catalog, job->state);
}

static sk_err
check_names(const struct job *job)
{
    for (size_t i = 0; i < job->named_count; i++) {
        const struct evidence_control *control =
            evidence_catalog_find(&job->catalog, sk_str_of(job->named[i]));
        if (!control) return sk_fail(SK_BAD, "%s: no such promise in the catalogue", job->named[i]);
        if (!control->probe.n)
            return sk_fail(SK_BAD, "%s: has no probe yet, so nothing can be run", job->named[i]);
    }
    return sk_ok();
}

static bool
chosen(const struct job *job, size_t at)
{
    const struct evidence_control *control = &job->catalog.control[at];
    if (!control->probe.n) return false;
    for (size_t i = 0; i < job->named_count; i++)
        if (sk_str_eq_nocase(control->id, sk_str_of(job->named[i]))) return true;
    if (job->named_count) return false;
    return job->all ||
           evidence_due(control, &job->results.newest[at], job->results.known[at], sk_now());
}

static sk_str *
failures_then_facts(sk_arena *mem, const struct evidence_report *report)
{
    sk_str *all = sk_array(mem, report->failure_count + report->fact_count + 1, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; i < report->failure_count; i++)
        all[n++] = report->failure[i];
    for (size_t i = 0; i < report->fact_count; i++)
        all[n++] = report->fact[i];
    return all;
}

/* Asks one question. A question that could not be asked is a failure: nothing was proven. */
static struct evidence_result
run_probe(struct job *job, const struct evidence_instance *instance,
          const struct evidence_control *control)
{
    const struct evidence_probe *probe = evidence_probe_find(control->probe);
    struct evidence_report *report = SK_NEW(job->mem, struct evidence_report);
    struct evidence_result result = { .control = control->id, .probe = control->probe };

    report->mem = job->mem;
    result.started = sk_now();
    if (!probe) {
        evidence_failed(report, "this program knows no probe of that name");
    } else {
        sk_err e = probe->run(report, instance);
        result.version = probe->version;
        if (sk_failed(e))
            evidence_failed(report, "the question could not be asked: %s", e.why);
        else if (!report->fact_count)
            evidence_failed(report, "nothing was observed");
    }
    result.ended = sk_now();
    result.passed = report->failure_count == 0;
    result.fact = failures_then_facts(job->mem, report);
    result.failure_count = report->failure_count;
    result.fact_count = report->failure_count + report->fact_count;
    return result;
}

static void
tell_progress(const struct job *job, const struct evidence_result *result)
{
    if (job->json) return;
    printf("%-9.*s %-7s %.*s, %lld ms, %zu facts\n", SK_ARG(result->control),
           result->passed ? "proven" : "FAILING", SK_ARG(result->probe),
           (long long)(result->ended - result->started), result->fact_count);
    for (size_t i = 0; i < result->failure_count; i++)
        printf("          ! %.*s\n", SK_ARG(result->fact[i]));
    fflush(stdout);
}

static int
verb_run(struct job *job)
{
    struct evidence_instance instance;
    bool failed = false;
    sk_err e = load(job);
    if (!sk_failed(e)) e = check_names(job);
    if (!sk_failed(e)) e = evidence_instance_read(&instance, job->mem, job->state);
    if (sk_failed(e)) return complain(e);
    for (size_t i = 0; i < job->catalog.count; i++) {
        if (!chosen(job, i)) continue;
        struct evidence_result result = run_probe(job, &instance, &job->catalog.control[i]);
        e = evidence_result_append(job->state, &result);
        if (sk_failed(e)) return complain(e);
        tell_progress(job, &result);
        job->results.newest[i] = result;
        job->results.known[i] = true;
        failed |= !result.passed;
    }
    struct evidence_board board;
    struct sk_buf out = { .mem = job->mem };
    e = evidence_board_make(&board, job->mem, &job->catalog, &job->results, job->state, sk_now());
    if (sk_failed(e)) return complain(e);
    if (job->json)
        evidence_board_json(&out, &board);
    else
        sk_buf_printf(&out, "%.*s\n", SK_ARG(evidence_board_counts(job->mem, &board)));
    return show(&out) || failed;
}

static int
verb_status(struct job *job)
{
    struct evidence_board board;
    struct sk_buf out = { .mem = job->mem };
    sk_err e = load(job);
    if (!sk_failed(e))
        e = evidence_board_make(&board, job->mem, &job->catalog, &job->results, job->state,
                                sk_now());
    if (sk_failed(e)) return complain(e);
    if (job->json)
        evidence_board_json(&out, &board);
    else
        evidence_board_print(&out, &board);
    return show(&out);
}

static const struct {
    const char *name;
    int (*run)(struct job *);
} verbs[] = { { "run", verb_run }, { "status", verb_status } };

/* True: go on. False: *code is the answer. */
static bool
read_options(struct job *job, int *code, int argc, char **argv)
{
    static const struct option options[] = {
        { "state", required_argument, NULL, 's' }, { "controls", required_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },        { "all", no_argument, NULL, 'a' },
        { "help", no_argument, NULL, 'h' },        { NULL, 0, NULL, 0 },
    };
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 's')
            job->state = optarg;
        else if (c == 'c')
            job->controls = optarg;
        else if (c == 'j')
            job->json = true;
        else if (c == 'a')
            job->all = true;
        else {
            fputs(usage, c == 'h' ? stdout : stderr);
            *code = c == 'h' ? 0 : 2;
            return false;
        }
    }
    for (int i = optind; i < argc && job->named_count < NAMED_MAX; i++)
        job->named[job->named_count++] = argv[i];
    return true;
}

int
evidence_main(int argc, char **argv)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(65536);
    const char *home = getenv("SEKISHO_CONTROLS");
    struct job job = { .mem = mem, .state = "var", .controls = home ? home : CONTROLS_DIR };
    int code = 2;

    for (size_t i = 0; argc > 0 && i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(argv[0], verbs[i].name) != 0) continue;
        return read_options(&job, &code, argc, argv) ? verbs[i].run(&job) : code;
    }
    bool help = argc > 0 && strcmp(argv[0], "--help") == 0;
    fputs(usage, help ? stdout : stderr);
    return help ? 0 : 2;
}
