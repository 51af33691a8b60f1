#include "console/scope_job.h"

#include "console/keeper_test.h"
#include "ledger/reader.h"

#include <time.h>

enum { PEOPLE = 30 };

static sk_str
person(int i)
{
    return sk_str_printf(stage.mem, "per_%020d", i);
}

/* Each of them seen once by acc_A, whole; the first three by acc_B, masked, too. */
static void
ledger_put(void)
{
    struct sk_buf out = { .mem = stage.mem };
    sk_when now = sk_now();
    sk_str folder = sk_str_printf(stage.mem, "%s/ledger/segment", stage.state);

    assert_int_equal(mkdir(folder.p, 0700), 0);
    for (int i = 0; i < PEOPLE + 3; i++) {
        bool masked = i >= PEOPLE;
        struct ledger_record record = {
            .sequence = (uint64_t)i + 1,
            .nth = (uint64_t)i + 1,
            .time = sk_when_utc(stage.mem, now - 60000 + i),
            .event = { .tenant = i % 2 ? SK_STR("shop/tea") : SK_STR("shop/rice"),
                       .request = sk_str_printf(stage.mem, "REQ%d", i),
                       .principal = masked ? SK_STR("acc_B") : SK_STR("acc_A"),
                       .action = SK_STR("vault.read"),
                       .outcome = SK_STR("ok"),
                       .details = sk_str_printf(stage.mem,
                                                "{\"purpose\":\"orders\",\"show\":\"%s\",\"route\":"
                                                "\"/admin\",\"values\":2,"
                                                "\"seen\":{\"name+phone\":[\"%.*s\"]}}",
                                                masked ? "masked" : "plain",
                                                SK_ARG(person(masked ? i - PEOPLE : i))) },
        };
        ledger_record_write(&out, &record);
    }
    sk_str day = sk_str_first(sk_when_jst(stage.mem, now), 10);
    stage_put(sk_str_printf(stage.mem, "ledger/segment/%020d-%.*s.jsonl", 1, SK_ARG(day)).p,
              sk_buf_str(&out));
}

/* The page once nothing runs any more. */
static struct part_response
page_when_done(void)
{
    const struct timespec step = { 0, 5 * 1000000 };
    struct scope_glance glance;

    for (int turn = 0; turn < 4000; turn++) {
        scope_job_look(&glance, stage.mem, stage.console->scope, sk_now());
        if (glance.state != SCOPE_RUNS) return stage_get("/vault/scope");
        nanosleep(&step, NULL);
    }
    fail_msg("it runs and runs");
    return (struct part_response){ 0 };
}

static struct part_response
asked(const char *fields)
{
    struct part_response begun = stage_send(stage_form("/vault/scope", "/vault/scope", fields));

    assert_int_equal(begun.status, 303);
    return page_when_done();
}

static void
scope__is_a_table_of_each_tenant(void **state)
{
    (void)state;
    ledger_put();
    struct part_response page = stage_get("/vault/scope?principal=acc_A&ticket=REQ1");
    stage_has(page, "name=\"principal\" type=\"search\" value=\"acc_A\"");
    stage_has_not(page, "What was found");
    page = asked("&principal=acc_A");
    stage_has(page, "<div id=\"found\">"); /* nothing is waited for any more */
    stage_has(page, "<dd><strong>30</strong> people</dd>");
    stage_has(page, "<h2>shop/rice</h2>");
    stage_has(page, "15 people <span class=\"soft\">15 of them shown whole,");
    stage_has(page, "<th scope=\"row\">name, phone number</th>");
    stage_has(page, "<svg class=\"bar \""); /* all of them, and no alarm */
    stage_has_not(page, "bar act");
    stage_has(page, "sekisho vault scope --principal &#39;acc_A&#39; --out report");
    page = asked("&tenant=shop%2Ftea&principal=acc_B");
    stage_has(page, "<dd><strong>1</strong> people</dd>");
    stage_has_not(page, "rice");
    page = asked("&principal=%27+%3B+rm");
    stage_has(page, "Nobody was seen");
    stage_has(page, "&#39;&#39;\\&#39;&#39; ; rm&#39;"); /* quoted for a shell */
}

static void
scope__is_saved_as_a_list_and_as_tables(void **state)
{
    (void)state;
    ledger_put();
    assert_int_equal(stage_get("/vault/scope/people.tsv").status, 404);
    (void)asked("&purpose=orders&route=%2Fadmin");
    struct part_response list = stage_get("/vault/scope/people.tsv");
    assert_int_equal(list.status, 200);
    stage_has(list, "tenant\tperson\tplain\tmasked\trender\tself\tfirst\tlast\n");
    stage_has(list, "shop/rice\tper_00000000000000000000\tname+phone\tname+phone\t-\t-\t1\t31\n");
    size_t lines = 0;
    for (size_t i = 0; i < list.body.n; i++)
        lines += list.body.p[i] == '\n';
    assert_int_equal(lines, PEOPLE + 1);
    stage_has(stage_get("/vault/scope/tables.json"), "{\"people\":30,\"values\":66,\"records\":33");
}

static void
scope__of_no_ledger_or_no_time_is_told(void **state)
{
    (void)state;
    struct part_response page =
        stage_send(stage_form("/vault/scope", "/vault/scope", "&since=yesterday"));
    assert_int_equal(page.status, 422);
    stage_has(page, "This is not a time");
    stage_has(asked(""), "The ledger could not be read");
}

/* Two questions at a time are not taken; and the end of the house is the end of what runs. */
static void
scope__is_counted_one_question_at_a_time(void **state)
{
    const struct vault_scope_ask ask = { .principal = SK_STR("acc_A") };
    struct scope_glance glance;
    struct scope_job *job;
    size_t busy = 0, begun = 0;

    (void)state;
    ledger_put();
    assert_false(sk_failed(scope_job_open(&job, stage.state)));
    for (int turn = 0; turn < 50; turn++) {
        sk_err e = scope_job_begin(job, &ask, SK_STR("acc_1"), sk_now());
        if (sk_failed(e)) assert_int_equal(e.kind, SK_BUSY);
        busy += sk_failed(e);
        begun += !sk_failed(e);
        scope_job_look(&glance, stage.mem, job, sk_now());
        assert_true(sk_str_eq(glance.ask.principal, SK_STR("acc_A")));
        assert_true(glance.state == SCOPE_RUNS || glance.state == SCOPE_DONE);
    }
    assert_true(begun >= 1 && begun + busy == 50);
    scope_job_close(job);
}

static int
begin(void **state)
{
    if (stage_open(state) != 0) return -1;
    played_begin();
    return 0;
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, played_close)
    const struct CMUnitTest tests[] = {
        CASE(scope__is_a_table_of_each_tenant),
        CASE(scope__is_saved_as_a_list_and_as_tables),
        CASE(scope__of_no_ledger_or_no_time_is_told),
        CASE(scope__is_counted_one_question_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
