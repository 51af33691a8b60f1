/* Accept-Language and Accept. */
#include "gate/accept.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
language__follows_weights_and_order(void **state)
{
    static const struct {
        const char *header;
        enum gate_language wanted;
    } cases[] = {
        { "", GATE_JA },
        { "ja", GATE_JA },
        { "ja-JP,ja;q=0.9,en;q=0.8", GATE_JA },
        { "en-US,en;q=0.9,ja;q=0.8", GATE_EN },
        { "en;q=0.5, JA ; q=0.7", GATE_JA },
        { "en,ja", GATE_EN },
        { "ja,en", GATE_JA },
        { "fr,de;q=0.9", GATE_EN },
        { "fr,*;q=0.1", GATE_JA },
        { "ja;q=0,*", GATE_EN },
        { "ja;q=0", GATE_EN },
        { "jam,en-GB", GATE_EN },
        { "ja;q=1.000,en;q=0.999", GATE_JA },
        { "ja;q=0.001,en;q=0.002", GATE_EN },
        { "ja;q=x,en;q=0.1", GATE_EN },
        { ",,;,ja", GATE_JA },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (gate_accept_language(sk_str_of(cases[i].header)) != cases[i].wanted)
            fail_msg("%s", cases[i].header);
    }
}

static void
language__does_not_read_endless_headers(void **state)
{
    char header[3 * GATE_ACCEPT_MOST + 3];

    (void)state;
    for (size_t i = 0; i < GATE_ACCEPT_MOST; i++)
        memcpy(header + 3 * i, "fr,", 3);
    memcpy(header + 3 * GATE_ACCEPT_MOST, "ja", 3);
    assert_int_equal(gate_accept_language(sk_str_of(header)), GATE_EN);
}

static void
json__is_for_those_who_ask_for_it_by_name(void **state)
{
    (void)state;
    assert_true(gate_accept_json(SK_STR("application/json")));
    assert_true(gate_accept_json(SK_STR("application/json, text/plain, */*")));
    assert_true(gate_accept_json(SK_STR("text/html;q=0.5,Application/JSON")));
    assert_false(gate_accept_json(SK_STR("text/html,application/json")));
    assert_false(gate_accept_json(SK_STR("*/*")));
    assert_false(gate_accept_json(SK_STR("")));
    assert_false(gate_accept_json(SK_STR("application/json;q=0")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(language__follows_weights_and_order),
        cmocka_unit_test(language__does_not_read_endless_headers),
        cmocka_unit_test(json__is_for_those_who_ask_for_it_by_name),
    };

    return cmocka_run_group_tests_name("gate/accept", tests, NULL, NULL);
}
