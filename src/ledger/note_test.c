#include "base/pick_test.h"
#include "ledger/note.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const unsigned char seed[SK_SIGN_SEED] = "an example's seed, known to all";

static void
key_make(struct ledger_key *key, sk_str origin)
{
    unsigned char public[SK_SIGN_PUBLIC];

    assert_false(sk_failed(sk_sign_public(public, seed)));
    assert_false(sk_failed(ledger_key_set(key, origin, public)));
}

/* The example of https://c2sp.org/signed-note: its key, and a note that is no checkpoint. */
static void
vkey__has_the_id_of_the_published_example(void **state)
{
    const sk_str text =
        SK_STR("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    const sk_str note =
        SK_STR("This is an example message.\n\n\xe2\x80\x94 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1"
               "Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n");
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct ledger_checkpoint checkpoint;
    struct ledger_key key;
    sk_err e;

    (void)state;
    assert_false(sk_failed(ledger_vkey_read(&key, text)));
    assert_string_equal(key.origin, "example.com/foo");
    ledger_vkey_write(&out, &key);
    assert_true(sk_str_eq(sk_buf_str(&out), text));
    e = ledger_checkpoint_read(&checkpoint, note, &key);
    assert_int_equal(e.kind, SK_BAD);
    assert_non_null(strstr(e.why, "is none of")); /* so its signature was right */
}

static void
vkey__must_be_whole(void **state)
{
    static const char *const wrong[] = {
        "",
        "example.com/foo",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv",
        "exam ple+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    };
    struct ledger_key key;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(ledger_vkey_read(&key, sk_str_of(wrong[i])).kind, SK_BAD);
}

static void
checkpoint__is_read_as_it_was_written(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf note = { .mem = mem };
    struct ledger_checkpoint written = { .size = 20852163 }, read;
    struct ledger_key key;

    (void)state;
    key_make(&key, SK_STR("関所.example/log"));
    memset(written.root.b, 7, sizeof written.root.b);
    assert_false(sk_failed(ledger_checkpoint_write(&note, &written, &key, seed)));
    sk_buf_add(&note, SK_STR("\xe2\x80\x94 witness.example AAAA\n")); /* another's is passed over */
    assert_false(sk_failed(ledger_checkpoint_read(&read, sk_buf_str(&note), &key)));
    assert_int_equal(read.size, written.size);
    assert_true(ledger_hash_eq(&read.root, &written.root));
}

static void
checkpoint__with_any_bit_changed_is_refused(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf note = { .mem = mem };
    struct ledger_checkpoint written = { .size = 41 }, read;
    struct ledger_key key, other;

    (void)state;
    key_make(&key, SK_STR("ledger.example"));
    key_make(&other, SK_STR("other.example"));
    assert_false(sk_failed(ledger_checkpoint_write(&note, &written, &key, seed)));
    assert_int_equal(ledger_checkpoint_read(&read, sk_buf_str(&note), &other).kind, SK_BAD);
    for (size_t at = 0; at < note.n; at++) {
        char bit = (char)(1 << pick(8));
        bool padding; /* base64's last character before '=' has bits that say nothing */

        note.p[at] = (char)(note.p[at] ^ bit);
        padding = at + 1 < note.n && note.p[at + 1] == '=';
        if (!padding && at + 1 < note.n)
            assert_int_equal(ledger_checkpoint_read(&read, sk_buf_str(&note), &key).kind, SK_BAD);
        note.p[at] = (char)(note.p[at] ^ bit);
    }
    for (size_t n = 0; n + 1 < note.n; n++)
        assert_int_equal(
            ledger_checkpoint_read(&read, sk_str_first(sk_buf_str(&note), n), &key).kind, SK_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vkey__has_the_id_of_the_published_example),
        cmocka_unit_test(vkey__must_be_whole),
        cmocka_unit_test(checkpoint__is_read_as_it_was_written),
        cmocka_unit_test(checkpoint__with_any_bit_changed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
