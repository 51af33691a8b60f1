#include "ticket/ticket.h"

#include "base/hash.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 500 };

static const struct ticket_key key = { "0123456789abcdef0123456789abcde" };
static const struct ticket_key other = { "0123456789abcdef0123456789abcdX" };
static const sk_when then = 1795670000000;

struct parts {
    sk_str challenge, salt, signature;
    int64_t number;
};

/* As a browser solves it. */
static struct parts
solved(sk_arena *mem, sk_when until)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct sk_buf text = { .mem = mem };
    struct parts made;

    ticket_puzzle_make(&text, &key, SK_STR("shop 192.0.2.0/24"), MOST, until);
    assert_false(sk_failed(sk_json_read(&root, sk_buf_str(&text))));
    assert_true(sk_str_eq(sk_json_get_str(root, "algorithm"), SK_STR("SHA-256")));
    assert_int_equal(sk_json_get_int(root, "maxnumber", 0), MOST);
    made = (struct parts){ sk_str_copy(mem, sk_json_get_str(root, "challenge")),
                           sk_str_copy(mem, sk_json_get_str(root, "salt")),
                           sk_str_copy(mem, sk_json_get_str(root, "signature")), 0 };
    for (; made.number <= MOST; made.number++) {
        unsigned char digest[SK_SHA256];
        sk_str tried = sk_str_printf(mem, "%.*s%lld", SK_ARG(made.salt), (long long)made.number);

        sk_sha256(digest, tried);
        if (sk_str_eq(sk_hex(mem, (sk_str){ (char *)digest, sizeof digest }), made.challenge))
            return made;
    }
    fail_msg("no number from 0 to maxnumber solves it");
    return made;
}

static sk_str
solution(sk_arena *mem, struct parts parts)
{
    return sk_base64(mem, sk_str_printf(mem,
                                        "{\"algorithm\":\"SHA-256\",\"challenge\":\"%.*s\","
                                        "\"number\":%lld,\"salt\":\"%.*s\",\"signature\":\"%.*s\","
                                        "\"took\":12}",
                                        SK_ARG(parts.challenge), (long long)parts.number,
                                        SK_ARG(parts.salt), SK_ARG(parts.signature)));
}

static enum sk_kind
kind_of(sk_str text, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ticket_solved got;

    return ticket_puzzle_verify(&got, mem, &key, SK_STR("shop 192.0.2.0/24"), text, now).kind;
}

static void
puzzle__is_solved_by_its_number_until_its_end(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct parts parts = solved(mem, then);
    struct ticket_solved got;

    assert_false(sk_failed(ticket_puzzle_verify(&got, mem, &key, SK_STR("shop 192.0.2.0/24"),
                                                solution(mem, parts), then - 1)));
    assert_true(sk_str_eq(got.challenge, parts.challenge));
    assert_true(got.until == then);
    assert_int_equal(kind_of(solution(mem, parts), then), SK_DENIED);
}

static void
puzzle__is_refused_elsewhere_and_under_another_key(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = solution(mem, solved(mem, then));
    struct ticket_solved got;

    assert_int_equal(
        ticket_puzzle_verify(&got, mem, &key, SK_STR("shop 192.0.3.0/24"), text, 1).kind,
        SK_DENIED);
    assert_int_equal(
        ticket_puzzle_verify(&got, mem, &other, SK_STR("shop 192.0.2.0/24"), text, 1).kind,
        SK_DENIED);
}

static void
puzzle__with_another_number_or_challenge_is_not_solved(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct parts right = solved(mem, then), wrong = right, second = solved(mem, then);

    wrong.number++;
    assert_int_equal(kind_of(solution(mem, wrong), 1), SK_DENIED);
    wrong = right;
    wrong.challenge = second.challenge;
    assert_int_equal(kind_of(solution(mem, wrong), 1), SK_DENIED);
    wrong.signature = second.signature;
    assert_int_equal(kind_of(solution(mem, wrong), 1), SK_DENIED);
}

/* salt + number is hashed as one text: moving a digit across must change what is accepted. */
static void
puzzle__is_not_made_to_live_longer_by_moving_digits(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct parts parts = solved(mem, then), moved;

    while (parts.number < 10)
        parts = solved(mem, then);
    assert_true(sk_str_ends(parts.salt, SK_STR("&")));
    moved = parts;
    moved.salt = sk_str_printf(mem, "%.*s%lld", SK_ARG(parts.salt), (long long)parts.number / 10);
    moved.number = parts.number % 10;
    assert_int_equal(kind_of(solution(mem, moved), 1), SK_BAD);
    moved.salt = sk_str_first(parts.salt, parts.salt.n - 1);
    assert_int_equal(kind_of(solution(mem, moved), 1), SK_BAD);
}

static void
puzzle__refuses_what_is_no_solution(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char *longest = sk_alloc(mem, TICKET_SOLUTION + 4);

    memset(longest, 'A', TICKET_SOLUTION + 4);
    assert_int_equal(kind_of(SK_STR(""), 1), SK_BAD);
    assert_int_equal(kind_of(SK_STR("===="), 1), SK_BAD);
    assert_int_equal(kind_of(SK_STR("e30="), 1), SK_BAD);
    assert_int_equal(kind_of((sk_str){ longest, TICKET_SOLUTION + 4 }, 1), SK_BAD);
    assert_int_equal(kind_of(sk_base64(mem, SK_STR("{\"algorithm\":\"SHA-1\"}")), 1), SK_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puzzle__is_solved_by_its_number_until_its_end),
        cmocka_unit_test(puzzle__is_refused_elsewhere_and_under_another_key),
        cmocka_unit_test(puzzle__with_another_number_or_challenge_is_not_solved),
        cmocka_unit_test(puzzle__is_not_made_to_live_longer_by_moving_digits),
        cmocka_unit_test(puzzle__refuses_what_is_no_solution),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
