#include "console/record.h"

#include "console/stage_test.h"

enum { RECORDS = 120, MINUTE = 60 * 1000 };

/* A segment as the ledger writes it: a record a minute, the newest just now. */
static void
ledger_put(void)
{
    struct sk_buf out = { .mem = stage.mem };
    sk_when now = sk_now(), first = now - (RECORDS - 1) * MINUTE;
    sk_str folder = sk_str_printf(stage.mem, "%s/ledger/segment", stage.state);
    assert_int_equal(mkdir(folder.p, 0700), 0);
    for (int i = 0; i < RECORDS; i++) {
        struct ledger_record record = {
            .sequence = (uint64_t)i + 1,
            .nth = (uint64_t)i + 1,
            .time = sk_when_utc(stage.mem, first + i * MINUTE),
            .event = { .tenant = i % 2 ? SK_STR("kamone") : (sk_str){ 0 },
                       .request = sk_str_printf(stage.mem, "01REQUEST%d", i),
                       .principal = SK_STR("acc_0000000000000000000A"),
                       .role = SK_STR("operator"),
                       .action = i % 3 ? SK_STR("accounts.sign_in") : SK_STR("accounts.lock"),
                       .object = SK_STR("ses_0000000000000000000A"),
                       .outcome = i % 5 ? SK_STR("ok") : SK_STR("denied"),
                       .details = SK_STR("{\"method\":\"<b>\"}") },
        };
        ledger_record_write(&out, &record);
    }
    sk_str day = sk_str_first(sk_when_jst(stage.mem, first), 10);
    stage_put(sk_str_printf(stage.mem, "ledger/segment/%020d-%.*s.jsonl", 1, SK_ARG(day)).p,
              sk_buf_str(&out));
}

static void
pages__go_back_from_the_newest_and_miss_nobody(void **state)
{
    (void)state;
    ledger_put();
    struct record_page *page = SK_NEW(stage.mem, struct record_page);
    struct ledger_filter filter = { 0 };
    uint64_t next = RECORDS;
    do {
        assert_false(sk_failed(
            record_page_read(page, stage.mem, stage.state, &filter, CONSOLE_RECORD_ROWS)));
        for (size_t i = 0; i < page->count; i++)
            assert_int_equal(page->row[i].sequence, next--);
        filter.before = page->older;
    } while (page->older);
    assert_int_equal(next, 0);
}

static void
events__are_shown_in_the_readers_words_and_escaped(void **state)
{
    (void)state;
    stage_has(stage_get("/events"), "There are no records");
    ledger_put();
    struct part_response page = stage_get("/events");
    assert_int_equal(page.status, 200);
    stage_has(page, "<strong>a sign-in</strong>");
    stage_has(page, "{&quot;method&quot;:&quot;&lt;b&gt;&quot;}");
    stage_has(page, "<a href=\"/accounts/acc_0000000000000000000A\">");
    stage_has(page, "/events/request?id=01REQUEST119");
    stage_has(page, "href=\"?before=71\"");
    stage_has(stage_send((struct stage_ask){
                  .target = "/events", .ticket = stage_ticket(stage_operator), .lang = "ja" }),
              "<strong>サインイン</strong>");
}

static void
events__are_sieved_by_what_was_asked(void **state)
{
    (void)state;
    ledger_put();
    struct part_response page = stage_get("/events?action=accounts.lock&tenant=kamone");
    stage_has(page, "20 records");
    stage_has(page, "<option value=\"accounts.lock\" selected>");
    stage_has(stage_get("/events?request=01REQUEST7"), "1 record");
    stage_has(stage_get("/events?principal=acc_0000000000000000000B"), "There are no records");
    stage_has(stage_get("/events?from=2031-01-01T00:00"), "There are no records");
    page = stage_get("/events.csv?tenant=kamone");
    assert_true(sk_str_eq(page.type, SK_STR("text/csv; charset=utf-8")));
    size_t lines = 0;
    for (size_t i = 0; i < page.body.n; i++)
        lines += page.body.p[i] == '\n';
    assert_int_equal(lines, 1 + RECORDS / 2);
}

static void
request__shows_what_the_ledger_has_of_it(void **state)
{
    (void)state;
    ledger_put();
    struct part_response page = stage_get("/events/request?id=01REQUEST7");
    stage_has(page, "a sign-in");
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
    const struct CMUnitTest tests[] = {
        CASE(pages__go_back_from_the_newest_and_miss_nobody),
        CASE(events__are_shown_in_the_readers_words_and_escaped),
        CASE(events__are_sieved_by_what_was_asked),
        CASE(request__shows_what_the_ledger_has_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
