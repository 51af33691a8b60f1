#include "ledger/action.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool
is_word(sk_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '_') return false;
    return s.n > 0;
}

static void
actions__are_named_by_room_and_verb_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < ledger_action_count; i++) {
        const struct ledger_action *row = &ledger_actions[i];
        sk_str room, verb = sk_str_of(row->name);

        assert_true(sk_str_cut(&room, &verb, '.'));
        if (!is_word(room) || !is_word(verb)) fail_msg("%s is not room.verb", row->name);
        if (i > 0 && strcmp(ledger_actions[i - 1].name, row->name) >= 0)
            fail_msg("%s stands before %s", ledger_actions[i - 1].name, row->name);
        assert_true(row->ja[0] && row->en[0]);
    }
}

static void
actions__are_found_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < ledger_action_count; i++)
        assert_ptr_equal(ledger_action_find(sk_str_of(ledger_actions[i].name)), &ledger_actions[i]);
    assert_null(ledger_action_find(SK_STR("ledger.forge")));
    assert_null(ledger_action_find((sk_str){ 0 }));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions__are_named_by_room_and_verb_in_order),
        cmocka_unit_test(actions__are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
