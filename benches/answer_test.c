/* The answer reader, fed whole and byte by byte. */
#include "answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct answer a;

/* Feeds in pieces of `step` bytes; returns the end and how many bytes were used in all. */
static enum answer_end
feed(const char *text, size_t step, size_t *used)
{
    size_t n = strlen(text), some = 0;
    enum answer_end end = ANSWER_MORE;

    for (*used = 0; *used < n && end == ANSWER_MORE; *used += some) {
        size_t piece = n - *used < step ? n - *used : step;
        end = answer_feed(&a, text + *used, piece, &some);
    }
    return end;
}

static void
expect(const char *text, size_t whole, int status, bool bodiless)
{
    static const size_t steps[] = { 1, 3, 7, 4096 };

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        size_t used;

        answer_reset(&a, bodiless);
        assert_int_equal(feed(text, steps[i], &used), ANSWER_DONE);
        assert_int_equal(used, whole);
        assert_int_equal(a.status, status);
    }
}

static void
answer__ends_with_its_content_length(void **state)
{
    const char *text = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhelloHTTP/1.1 404";

    (void)state;
    expect(text, strlen(text) - 12, 200, false);
}

static void
answer__ends_with_the_last_chunk_and_its_trailer(void **state)
{
    const char *text =
        "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;x=y\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nDigest: x\r\n\r\n";

    (void)state;
    expect(text, strlen(text), 403, false);
}

static void
answer__to_HEAD_has_no_body(void **state)
{
    const char *text = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n";

    (void)state;
    expect(text, strlen(text), 200, true);
}

static void
answer__passes_over_100_continue(void **state)
{
    const char *text =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

    (void)state;
    expect(text, strlen(text), 204, false);
    assert_true(a.closes);
}

static void
answer__without_length_ends_when_the_peer_closes(void **state)
{
    size_t used;

    (void)state;
    answer_reset(&a, false);
    assert_int_equal(feed("HTTP/1.1 200 OK\r\n\r\nsome", 2, &used), ANSWER_MORE);
    assert_int_equal(answer_closed(&a), ANSWER_DONE);
}

static void
answer__cut_off_is_bad(void **state)
{
    size_t used;

    (void)state;
    answer_reset(&a, false);
    assert_int_equal(feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome", 2, &used),
                     ANSWER_MORE);
    assert_int_equal(answer_closed(&a), ANSWER_BAD);
}

static void
answer__that_is_not_http_is_bad(void **state)
{
    size_t used;

    (void)state;
    answer_reset(&a, false);
    assert_int_equal(feed("SSH-2.0-OpenSSH\r\n\r\n", 5, &used), ANSWER_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer__ends_with_its_content_length),
        cmocka_unit_test(answer__ends_with_the_last_chunk_and_its_trailer),
        cmocka_unit_test(answer__to_HEAD_has_no_body),
        cmocka_unit_test(answer__passes_over_100_continue),
        cmocka_unit_test(answer__without_length_ends_when_the_peer_closes),
        cmocka_unit_test(answer__cut_off_is_bad),
        cmocka_unit_test(answer__that_is_not_http_is_bad),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
