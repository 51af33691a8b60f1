/* The sieve against looking at each place of a text for each phrase. */
#include "seclang/op/sieve.h"

#include "base/pick_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { TEXT = 600, PHRASES = 60, OWNERS = 7, ROUNDS = 400, LONGEST = 60 };

/* Few letters, so that phrases begin and end alike. */
static sk_str
random_bytes(sk_arena *mem, size_t n)
{
    static const char bytes[] = "abAB .'\0\xe3";
    char *p = sk_alloc(mem, n + 1);

    for (size_t i = 0; i < n; i++)
        p[i] = bytes[pick(pick(3) ? 2 : sizeof(bytes) - 1)];
    return (sk_str){ p, n };
}

/* Phrases lie in it, some of them in the other case; behind it is what is to be behind a text. */
static sk_str
random_text(sk_arena *mem, const struct seclang_phrase *phrase)
{
    size_t n = pick(TEXT);
    char *p = sk_alloc(mem, n + SECLANG_BULK_BEHIND);

    memset(p, 'a', n + SECLANG_BULK_BEHIND);
    if (n > 0) memcpy(p, random_bytes(mem, n).p, n);
    for (unsigned i = pick(4); i > 0; i--) {
        sk_str text = phrase[pick(PHRASES)].text;
        size_t at = n > text.n ? pick((unsigned)(n - text.n + 1)) : n;

        if (n < text.n) continue;
        memcpy(p + at, text.p, text.n);
        for (size_t k = 0; pick(2) && k < text.n; k++)
            if (p[at + k] == 'a') p[at + k] = 'A';
    }
    return (sk_str){ p, n };
}

static void
find_plainly(struct seclang_bulk_hit *hits, const struct seclang_phrase *phrase, sk_str text)
{
    for (unsigned i = 0; i < PHRASES; i++)
        for (size_t at = 0; at + phrase[i].text.n <= text.n; at++)
            if (sk_str_eq_nocase((sk_str){ text.p + at, phrase[i].text.n }, phrase[i].text))
                seclang_phrase_found(&phrase[i], at + phrase[i].text.n, hits);
}

static void
check(const struct seclang_bulk_hit *hits, const struct seclang_bulk_hit *plain, sk_str text)
{
    for (unsigned i = 0; i < OWNERS; i++) {
        if (hits[i].may == plain[i].may && hits[i].phrase == plain[i].phrase &&
            hits[i].end == plain[i].end)
            continue;
        fail_msg("owner %u in \"%.*s\": %d and %d, ends %zu and %zu", i, SK_ARG(text), hits[i].may,
                 plain[i].may, hits[i].end, plain[i].end);
    }
}

static void
draw(struct seclang_phrase phrase[PHRASES], sk_arena *mem)
{
    for (unsigned i = 0; i < PHRASES; i++) {
        unsigned owner = pick(OWNERS);

        phrase[i] = (struct seclang_phrase){ random_bytes(mem, SECLANG_SIEVE_LEAST + pick(LONGEST)),
                                             owner, owner > 0 };
    }
}

static void
sieve__finds_what_looking_everywhere_finds(void **state)
{
    sk_arena *mem = sk_arena_new(1 << 16);
    struct seclang_phrase phrase[PHRASES];
    unsigned found = 0;

    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        const struct seclang_sieve *sieve;

        draw(phrase, mem);
        sieve = seclang_sieve_new(mem, phrase, PHRASES);
        for (unsigned i = 0; i < 20; i++) {
            struct seclang_bulk_hit hits[OWNERS] = { { 0 } }, plain[OWNERS] = { { 0 } };
            sk_str text = random_text(mem, phrase);

            seclang_sieve_scan(sieve, text, hits);
            find_plainly(plain, phrase, text);
            check(hits, plain, text);
            for (unsigned k = 0; k < OWNERS; k++)
                found += plain[k].may;
        }
        sk_arena_reset(mem);
    }
    print_message("%u found\n", found);
    assert_true(found > ROUNDS);
    sk_arena_free(mem);
}

static void
sieve__leaves_out_what_is_too_short(void **state)
{
    static const struct seclang_phrase phrase[] = { { { "a shorter o", 11 }, 0, true },
                                                    { { NULL, 0 }, 0, true },
                                                    { { "twelve bytes", 12 }, 1, true } };
    static char text[64 + SECLANG_BULK_BEHIND] = "a shorter one, and TWELVE bytes off";
    sk_arena *mem = sk_arena_new(0);
    struct seclang_bulk_hit hits[2] = { { 0 } };

    (void)state;
    seclang_sieve_scan(seclang_sieve_new(mem, phrase, 3), (sk_str){ text, 35 }, hits);
    assert_false(hits[0].may);
    assert_true(hits[1].may);
    assert_ptr_equal(hits[1].phrase, &phrase[2].text);
    assert_int_equal(hits[1].end, 31);
    seclang_sieve_scan(seclang_sieve_new(mem, NULL, 0), (sk_str){ text, 35 }, hits);
    sk_arena_free(mem);
}

/* Behind the end stands what would make the phrase whole. */
static void
sieve__looks_no_further_than_the_end(void **state)
{
    static const struct seclang_phrase phrase[] = { { { "complete sentence", 17 }, 0, false } };
    static char text[64 + SECLANG_BULK_BEHIND] = "one complete sentence";
    sk_arena *mem = sk_arena_new(0);
    const struct seclang_sieve *sieve = seclang_sieve_new(mem, phrase, 1);

    (void)state;
    for (size_t n = 0; n <= 21; n++) {
        struct seclang_bulk_hit hit = { 0 };

        seclang_sieve_scan(sieve, (sk_str){ text, n }, &hit);
        assert_int_equal(hit.may, n == 21);
        assert_null(hit.phrase); /* it does not answer */
    }
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sieve__finds_what_looking_everywhere_finds),
        cmocka_unit_test(sieve__leaves_out_what_is_too_short),
        cmocka_unit_test(sieve__looks_no_further_than_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
