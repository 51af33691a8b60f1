/* What a thread finds out about its rules, so that it need not do what nobody wants. */
#include "seclang/worker.h"

#include "seclang/loaded_test.h"

#include <stdio.h>

static bool
times(const char *text)
{
    struct seclang_worker *worker;
    struct seclang_rules *rules;
    bool found;

    if (load_rules(&rules, &worker, text) != 0) {
        fail_msg("these rules do not load: %s", text);
        return false;
    }
    found = worker->times;
    seclang_worker_free(worker);
    seclang_rules_free(rules);
    return found;
}

static void
phases__are_timed_where_somebody_may_tell(void **state)
{
    (void)state;
    assert_false(times("SecAuditEngine Off"));
    assert_true(times("SecAuditEngine RelevantOnly"));
    assert_false(times("SecAction id:1,pass,ctl:auditEngine=Off"));
    assert_true(times("SecAction id:1,pass,ctl:auditEngine=On"));
    assert_true(times("SecRule PERF_PHASE1 \"@ge 0\" id:1,pass"));
    assert_true(times("SecAction \"id:1,pass,msg:'%{PERF_COMBINED}'\""));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases__are_timed_where_somebody_may_tell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
