#include "base/file.h"
#include "evidence/probe.h"
#include "evidence/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const sk_when hour = 3600000, now = 1800000000000;

struct world {
    sk_arena *mem;
    char state[64];
    struct evidence_catalog catalog;
};

static int
make_world(void **out)
{
    struct world *w = calloc(1, sizeof *w);
    w->mem = sk_arena_new(0);
    strcpy(w->state, "/tmp/sekisho-status-XXXXXX");
    assert_non_null(mkdtemp(w->state));
    sk_err e = evidence_catalog_read(&w->catalog, w->mem, SOURCE_DIR "/controls");
    if (sk_failed(e)) fail_msg("%s", e.why);
    *out = w;
    return 0;
}

static int
end_world(void **in)
{
    struct world *w = *in;
    const char *const names[] = { "results.jsonl", "attestations.json" };
    for (int i = 0; i < 2; i++)
        unlink(sk_str_printf(w->mem, "%s/evidence/%s", w->state, names[i]).p);
    rmdir(sk_str_printf(w->mem, "%s/evidence", w->state).p);
    rmdir(w->state);
    sk_arena_free(w->mem);
    free(w);
    return 0;
}

static void
keep_result(struct world *w, const char *control, bool passed, sk_when ended)
{
    sk_str fact = SK_STR("TLS 1.1 refused");
    const struct evidence_control *c = evidence_catalog_find(&w->catalog, sk_str_of(control));
    struct evidence_result r = { .control = c->id,
                                 .probe = c->probe,
                                 .version = evidence_probe_find(c->probe)->version,
                                 .started = ended - 5,
                                 .ended = ended,
                                 .passed = passed,
                                 .fact = &fact,
                                 .fact_count = 1,
                                 .failure_count = !passed };
    sk_err e = evidence_result_append(w->state, &r);
    if (sk_failed(e)) fail_msg("%s", e.why);
}

static struct evidence_board
board_of(struct world *w, sk_when when)
{
    struct evidence_results *results = SK_NEW(w->mem, struct evidence_results);
    struct evidence_board board;
    assert_false(sk_failed(evidence_results_read(results, w->mem, &w->catalog, w->state)));
    sk_err e = evidence_board_make(&board, w->mem, &w->catalog, results, w->state, when);
    if (sk_failed(e)) fail_msg("%s", e.why);
    return board;
}

static enum evidence_standing
standing(struct world *w, const char *control, sk_when when)
{
    struct evidence_board board = board_of(w, when);
    const struct evidence_control *c = evidence_catalog_find(&w->catalog, sk_str_of(control));
    return board.standing[c - w->catalog.control];
}

static void
board__counts_everything_open_before_the_first_run(void **state)
{
    struct world *w = *state;
    struct evidence_board board = board_of(w, now);
    sk_str counts = evidence_board_counts(w->mem, &board);
    unsigned cases = 0;
    for (size_t i = 0; i < w->catalog.count; i++)
        cases += w->catalog.control[i].case_name.n > 0 && w->catalog.control[i].probe.n == 0;
    sk_str wanted = sk_str_printf(
        w->mem, "0 proven, 0 failing, 0 stale, %u tested, 0 attested, %u open", cases, 80 - cases);
    assert_true(cases > 0);
    assert_string_equal(counts.p, wanted.p);
    assert_int_equal(standing(w, "ACC-04", now), EVIDENCE_TESTED);
}

static void
board__the_newest_run_decides(void **state)
{
    struct world *w = *state;
    keep_result(w, "GATE-01", true, now - 20);
    assert_int_equal(standing(w, "GATE-01", now), EVIDENCE_PROVEN);
    keep_result(w, "GATE-01", false, now - 10);
    assert_int_equal(standing(w, "GATE-01", now), EVIDENCE_FAILING);
}

static void
board__an_old_success_is_stale_not_proven(void **state)
{
    struct world *w = *state;
    keep_result(w, "GATE-01", true, now - 3 * hour); /* every hour */
    assert_int_equal(standing(w, "GATE-01", now), EVIDENCE_STALE);
    assert_int_equal(standing(w, "GATE-01", now - 2 * hour), EVIDENCE_PROVEN);
}

static void
board__a_success_from_the_future_proves_nothing(void **state)
{
    struct world *w = *state;
    keep_result(w, "GATE-01", true, now + 3 * hour);
    assert_int_equal(standing(w, "GATE-01", now), EVIDENCE_STALE);
}

static void
results__pass_over_a_line_cut_by_a_crash(void **state)
{
    struct world *w = *state;
    keep_result(w, "GATE-01", true, now);
    FILE *f = fopen(sk_str_printf(w->mem, "%s/evidence/results.jsonl", w->state).p, "a");
    fputs("{\"control\":\"GATE-02\",\"pro", f);
    fclose(f);
    keep_result(w, "GATE-05", true, now);
    struct evidence_board board = board_of(w, now);
    assert_int_equal(board.results->broken_lines, 1);
    assert_int_equal(board.count[EVIDENCE_PROVEN], 2);
}

static void
attestation__holds_until_it_expires_and_only_where_allowed(void **state)
{
    struct world *w = *state;
    mkdir(sk_str_printf(w->mem, "%s/evidence", w->state).p, 0700);
    const char *path = sk_str_printf(w->mem, "%s/evidence/attestations.json", w->state).p;
    FILE *f = fopen(path, "w");
    fprintf(f,
            "[{\"control\":\"EVID-02\",\"role\":\"CISO\",\"date_ms\":%lld,\"expires_ms\":%lld,"
            "\"sha256\":\"%064d\"}]",
            (long long)(now - hour), (long long)(now + hour), 7);
    fclose(f);
    assert_int_equal(standing(w, "EVID-02", now), EVIDENCE_ATTESTED);
    assert_int_equal(standing(w, "EVID-02", now + 2 * hour), EVIDENCE_OPEN);

    f = fopen(path, "w");
    fprintf(f,
            "[{\"control\":\"GATE-01\",\"role\":\"CISO\",\"date_ms\":1,\"expires_ms\":2,"
            "\"sha256\":\"%064d\"}]",
            7);
    fclose(f);
    struct evidence_results results;
    struct evidence_board board;
    assert_false(sk_failed(evidence_results_read(&results, w->mem, &w->catalog, w->state)));
    sk_err e = evidence_board_make(&board, w->mem, &w->catalog, &results, w->state, now);
    assert_int_equal(e.kind, SK_BAD);
}

static void
due__never_run_failed_or_old(void **state)
{
    struct world *w = *state;
    const struct evidence_control *c = evidence_catalog_find(&w->catalog, SK_STR("GATE-01"));
    struct evidence_result r = { .passed = true, .ended = now };
    assert_true(evidence_due(c, &r, false, now));
    assert_false(evidence_due(c, &r, true, now + 1));
    assert_true(evidence_due(c, &r, true, now + hour));
    r.passed = false;
    assert_true(evidence_due(c, &r, true, now + 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(board__counts_everything_open_before_the_first_run,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(board__the_newest_run_decides, make_world, end_world),
        cmocka_unit_test_setup_teardown(board__an_old_success_is_stale_not_proven, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(board__a_success_from_the_future_proves_nothing, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(results__pass_over_a_line_cut_by_a_crash, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(attestation__holds_until_it_expires_and_only_where_allowed,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(due__never_run_failed_or_old, make_world, end_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
