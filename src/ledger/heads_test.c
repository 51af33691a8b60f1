#include "ledger/heads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
heads__are_kept_for_many_tenants_and_come_back_from_text(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(ledger_heads_close) struct ledger_heads *heads = ledger_heads_new();
    DEFER(ledger_heads_close) struct ledger_heads *again = ledger_heads_new();
    struct sk_buf text = { .mem = mem };

    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        sk_str name = sk_str_printf(mem, "tenant-%u", i % 1000);
        struct ledger_head *head = ledger_heads_take(heads, i % 1000 ? name : (sk_str){ 0 });

        assert_int_equal(head->nth, i / 1000);
        head->nth++;
        head->sequence = i + 1;
    }
    assert_int_equal(ledger_heads_count(heads), 1000);
    ledger_heads_take(heads, SK_STR("without-a-record"));
    ledger_heads_write(&text, heads);
    assert_false(sk_failed(ledger_heads_read(again, sk_buf_str(&text))));
    assert_int_equal(ledger_heads_count(again), 1000);
    assert_int_equal(ledger_heads_take(again, SK_STR("tenant-7"))->sequence, 2008);
    assert_int_equal(ledger_heads_take(again, (sk_str){ 0 })->nth, 3);
}

static void
heads__name_the_line_that_is_none(void **state)
{
    DEFER(ledger_heads_close) struct ledger_heads *heads = ledger_heads_new();
    sk_err e = ledger_heads_read(
        heads,
        SK_STR("{\"tenant\":\"a\",\"nth\":1,\"seq\":1}\n{\"tenant\":\"b\",\"nth\":0,\"seq\":1}\n"));

    (void)state;
    assert_int_equal(e.kind, SK_BAD);
    assert_non_null(strstr(e.why, "line 2"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads__are_kept_for_many_tenants_and_come_back_from_text),
        cmocka_unit_test(heads__name_the_line_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
