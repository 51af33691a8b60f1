/* Counters. */
#include "gate/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
board__counts_for_the_site_and_in_all(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *root = NULL;
    struct gate_board board = { 0 };
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    unsigned shop = gate_board_site(&board, SK_STR("shop")),
             desk = gate_board_site(&board, SK_STR("窓口"));

    (void)state;
    assert_int_equal(gate_board_site(&board, SK_STR("shop")), shop);
    gate_board_count(&board, shop, GATE_COUNT_REFUSED);
    gate_board_count(&board, desk, GATE_COUNT_REFUSED);
    gate_board_count(&board, GATE_SITES, GATE_COUNT_REFUSED);
    sk_json_object(&w, NULL);
    gate_board_json(&w, &board);
    sk_json_end_object(&w);
    assert_int_equal(sk_json_read(&root, sk_buf_str(&out)).kind, SK_OK);
    assert_int_equal(sk_json_get_int(sk_json_get(root, "requests"), "refused", 0), 3);
    assert_int_equal(sk_json_get_int(sk_json_at(sk_json_get(root, "sites"), 1), "refused", 0), 1);
    assert_true(sk_str_eq(sk_json_get_str(sk_json_at(sk_json_get(root, "sites"), 1), "name"),
                          SK_STR("窓口")));
}

static void
board__has_no_65th_site(void **state)
{
    struct gate_board board = { 0 };
    char name[16];

    (void)state;
    for (unsigned i = 0; i < GATE_SITES; i++) {
        snprintf(name, sizeof name, "site%u", i);
        assert_int_equal(gate_board_site(&board, sk_str_of(name)), i);
    }
    assert_int_equal(gate_board_site(&board, SK_STR("more")), GATE_SITES);
    assert_int_equal(gate_board_site(&board, SK_STR("site63")), 63);
}

static void
board__tells_a_death_from_a_reload(void **state)
{
    struct gate_board board = { 0 };

    (void)state;
    for (int i = 0; i < 3; i++) {
        gate_board_loaded(&board);
        gate_board_started(&board, 2, 1000);
        gate_board_started(&board, 2, 1000);
    }
    assert_int_equal(board.worker_starts, 6);
    assert_int_equal(board.worker_restarts, 0);
    gate_board_started(&board, 2, 1234);
    assert_int_equal(board.worker_restarts, 1);
    assert_int_equal(board.last_restart, 1234);
}

static void
board__tells_why_a_load_was_refused_until_one_is_not(void **state)
{
    struct gate_board board = { 0 };
    char why[2 * GATE_WHY];

    (void)state;
    memset(why, 'x', sizeof why);
    why[sizeof why - 1] = '\0';
    gate_board_refused(&board, why, 1000);
    assert_int_equal(strlen(board.refused_why), GATE_WHY - 1);
    gate_board_refused(&board, "a.rules:3:1: no", 2000);
    assert_string_equal(board.refused_why, "a.rules:3:1: no");
    assert_int_equal(board.refused_loads, 2);
    assert_int_equal(board.last_refused, 2000);
    gate_board_loaded(&board);
    assert_string_equal(board.refused_why, "");
    assert_int_equal(board.refused_loads, 2);
}

static void
board__counts_by_upstream_and_keeps_the_end_of_a_long_name(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *root = NULL;
    struct gate_board board = { 0 };
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    sk_str one = SK_STR("unix:/var/run/shop-1.sock");
    sk_str folders = sk_str_printf(mem, "unix:/%0300d/shop-2.sock", 0);

    (void)state;
    assert_int_equal(gate_board_upstream(&board, one), GATE_UPSTREAMS);
    assert_int_equal(gate_board_upstream_add(&board, one), 0);
    assert_int_equal(gate_board_upstream_add(&board, folders), 1);
    assert_int_equal(gate_board_upstream_add(&board, one), 0);
    assert_int_equal(gate_board_upstream(&board, folders), 1);
    gate_board_upstream_count(&board, 0, true);
    gate_board_upstream_count(&board, 0, false);
    gate_board_upstream_count(&board, 0, true);
    gate_board_upstream_count(&board, GATE_UPSTREAMS, true);
    assert_true(sk_str_ends(sk_str_of(board.upstreams[1].name), SK_STR("/shop-2.sock")));
    sk_json_object(&w, NULL);
    gate_board_json(&w, &board);
    sk_json_end_object(&w);
    assert_int_equal(sk_json_read(&root, sk_buf_str(&out)).kind, SK_OK);
    const sk_json *shown = sk_json_get(sk_json_get(root, "upstreams"), "unix:/var/run/shop-1.sock");
    assert_int_equal(sk_json_get_int(shown, "answers", 0), 2);
    assert_int_equal(sk_json_get_int(shown, "failures", 0), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(board__counts_by_upstream_and_keeps_the_end_of_a_long_name),
        cmocka_unit_test(board__counts_for_the_site_and_in_all),
        cmocka_unit_test(board__has_no_65th_site),
        cmocka_unit_test(board__tells_a_death_from_a_reload),
        cmocka_unit_test(board__tells_why_a_load_was_refused_until_one_is_not),
    };

    return cmocka_run_group_tests_name("gate/tally", tests, NULL, NULL);
}
