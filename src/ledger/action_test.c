#include "base/file.h"
#include "ledger/action.h"

#include <ftw.h>
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

/* ── every action that is recorded somewhere has its row ── */

static unsigned recorded;

/* The text in quotes that begins at `at`, when it is room.verb. */
static void
action_expect(sk_str text, size_t at, const char *path)
{
    sk_str rest = sk_str_from(text, at), name, room, verb;
    size_t begin = sk_str_find_byte(sk_str_first(rest, 120), '"');

    if (begin == SIZE_MAX) return;
    rest = sk_str_from(rest, begin + 1);
    if (!sk_str_cut(&name, &rest, '"')) return;
    verb = name;
    if (!sk_str_cut(&room, &verb, '.') || !is_word(room) || !is_word(verb)) return;
    recorded++;
    if (!ledger_action_find(name))
        fail_msg("%s records %.*s, which is not in the catalogue", path, SK_ARG(name));
}

static int
source_visit(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    static const char *const marks[] = { ".action = ", "parent_tell(p, ", " tell(w, ", " tell(e, ",
                                         "change(visit, " };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    sk_str text, name = sk_str_of(path);

    (void)s, (void)where;
    if (kind != FTW_F || !sk_str_ends(name, SK_STR(".c")) || sk_str_ends(name, SK_STR("_test.c")))
        return 0;
    assert_false(sk_failed(sk_file_read(&text, mem, path, 1 << 24)));
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = 0, found;

        while ((found = sk_str_find(sk_str_from(text, at), sk_str_of(marks[i]))) != SIZE_MAX) {
            at += found + strlen(marks[i]);
            action_expect(text, at, path);
        }
    }
    return 0;
}

static void
actions__that_are_recorded_are_in_the_catalogue(void **state)
{
    (void)state;
    assert_int_equal(nftw(SOURCE_DIR "/src", source_visit, 16, FTW_PHYS), 0);
    assert_true(recorded > 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions__are_named_by_room_and_verb_in_order),
        cmocka_unit_test(actions__are_found_by_name),
        cmocka_unit_test(actions__that_are_recorded_are_in_the_catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
