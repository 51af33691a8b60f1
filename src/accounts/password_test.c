#include "accounts/password.h"
#include "base/hash.h"
#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#include "accounts/keys_test.h"

#define PBKDF2_FORM                                                                                \
    "$pbkdf2-sha512$k=1,i=210000$AAECAwQFBgcICQoLDA0ODw"                                           \
    "$tt2oaelLeCwaexF2S9Jo4mREmdAUxMH8x_O8X559CT0"

static const struct accounts_bound of_hana = {
    .realm = SK_STR("buyer"),
    .tenant = SK_STR("kamone"),
    .account = SK_STR("acc_1"),
};
static const struct accounts_cost usual = { 0 };
/* A tenth of its time: for what is the same for both. */
static const struct accounts_cost quick = { .stretch = ACCOUNTS_STRETCH_ARGON2ID };

static sk_str
stored_of(struct test_keys *s, const struct accounts_cost *cost, sk_str password)
{
    sk_str stored;
    assert_false(
        sk_failed(accounts_password_hash(&stored, s->mem, s->keys, cost, &of_hana, password)));
    return stored;
}

static bool
matches(struct test_keys *s, sk_str stored, sk_str password)
{
    bool again;
    return accounts_password_matches(&again, s->keys, &quick, &of_hana, stored, password);
}

static void
password__is_known_again_in_every_spelling_of_it(void **state)
{
    struct test_keys *s = *state;
    sk_str stored = stored_of(s, &usual, SK_STR("ガラスペン と 青いインク"));
    assert_true(sk_str_starts(stored, SK_STR("$pbkdf2-sha512$k=1,i=210000$")));
    assert_true(matches(s, stored, SK_STR("ガラスペン と 青いインク")));
    assert_true(matches(s, stored, SK_STR("ｶﾞﾗｽﾍﾟﾝ　と　青いｲﾝｸ")));
    assert_false(matches(s, stored, SK_STR("ガラスペン と 青いインク ")));
    assert_false(matches(s, stored, SK_STR("")));
    assert_false(matches(s, stored, SK_STR("\xff")));
}

static void
password__is_not_cut_however_long(void **state)
{
    struct test_keys *s = *state;
    char text[ACCOUNTS_PASSWORD_BYTES + 1];
    memset(text, 'a', sizeof text);
    sk_str whole = { text, ACCOUNTS_PASSWORD_BYTES }, stored = stored_of(s, &quick, whole);
    assert_true(matches(s, stored, whole));
    assert_false(matches(s, stored, sk_str_first(whole, whole.n - 1)));
    assert_int_equal(accounts_password_hash(&stored, s->mem, s->keys, &quick, &of_hana,
                                            (sk_str){ text, sizeof text })
                         .kind,
                     SK_BAD);
}

static void
password__of_one_account_is_none_of_another(void **state)
{
    struct test_keys *s = *state;
    sk_str stored = stored_of(s, &quick, SK_STR("correct horse")), other_hash;
    struct accounts_bound other = of_hana;
    bool again;
    other.account = SK_STR("acc_2");
    assert_false(accounts_password_matches(&again, s->keys, &quick, &other, stored,
                                           SK_STR("correct horse")));
    other_hash = stored_of(s, &quick, SK_STR("correct horse"));
    assert_false(sk_str_eq(stored, other_hash)); /* the salt */
}

static void
password__needs_the_pepper(void **state)
{
    struct test_keys *s = *state;
    sk_str stored = stored_of(s, &quick, SK_STR("correct horse"));
    assert_int_equal(remove(s->path), 0);
    accounts_keys_close(&s->keys);
    assert_false(sk_failed(accounts_keys_open(&s->keys, s->path)));
    assert_false(matches(s, stored, SK_STR("correct horse")));
}

static void
password__is_hashed_again_when_key_or_cost_have_changed(void **state)
{
    struct test_keys *s = *state;
    sk_str stored = stored_of(s, &usual, SK_STR("correct horse"));
    const struct accounts_cost more = { .rounds = 220000 };
    bool again;
#define AGAIN(cost)                                                                                \
    (accounts_password_matches(&again, s->keys, cost, &of_hana, stored,                            \
                               SK_STR("correct horse")) &&                                         \
     again)
    assert_false(AGAIN(&usual));
    assert_true(AGAIN(&more));
    assert_true(AGAIN(&quick));
    stored = stored_of(s, &more, SK_STR("correct horse"));
    assert_false(AGAIN(&usual)); /* dearer than asked is no reason */
    assert_false(sk_failed(test_keys_add(s)));
    assert_true(AGAIN(&usual));
    assert_true(sk_str_starts(stored_of(s, &usual, SK_STR("x")), SK_STR("$pbkdf2-sha512$k=2,")));
}

static void
password__may_be_stretched_by_argon2id(void **state)
{
    struct test_keys *s = *state;
    sk_str stored = stored_of(s, &quick, SK_STR("correct horse"));
    assert_true(sk_str_starts(stored, SK_STR("$argon2id$k=1,m=19456,t=2$")));
    assert_true(matches(s, stored, SK_STR("correct horse")));
    assert_false(matches(s, stored, SK_STR("correct hors")));
}

/* OWASP ASVS 5.0, appendix C: what is asked for below that is raised to it. */
static void
argon2id__is_never_cheaper_than_its_passes_allow(void **state)
{
    static const struct {
        uint32_t passes, memory;
        const char *stored;
    } rows[] = {
        { 1, 0, "$argon2id$k=1,m=47104,t=1$" },     { 1, 65536, "$argon2id$k=1,m=65536,t=1$" },
        { 2, 12288, "$argon2id$k=1,m=19456,t=2$" }, { 3, 12288, "$argon2id$k=1,m=12288,t=3$" },
        { 3, 1, "$argon2id$k=1,m=12288,t=3$" },     { 4, 20000, "$argon2id$k=1,m=20000,t=4$" },
    };
    struct test_keys *s = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct accounts_cost cost = { ACCOUNTS_STRETCH_ARGON2ID, rows[i].passes, rows[i].memory };
        sk_str stored = stored_of(s, &cost, SK_STR("correct horse"));
        if (!sk_str_starts(stored, sk_str_of(rows[i].stored)))
            fail_msg("%.*s, not %s", SK_ARG(stored), rows[i].stored);
        assert_true(matches(s, stored, SK_STR("correct horse")));
    }
}

static void
stored_form__is_refused_when_it_was_changed(void **state)
{
    struct test_keys *s = *state;
    sk_str stored = stored_of(s, &usual, SK_STR("correct horse"));
    sk_str rest = sk_str_from(stored, sk_str_find(stored, SK_STR("0000$")) + 4);
    sk_str refused[] = {
        SK_STR(""),
        SK_STR("$"),
        SK_STR("correct horse"),
        sk_str_first(stored, stored.n - 1),
        sk_str_printf(s->mem, "$pbkdf2-sha512$k=1,i=209999%.*s", SK_ARG(rest)),
        sk_str_printf(s->mem, "$pbkdf2-sha512$k=1,i=10000001%.*s", SK_ARG(rest)),
        sk_str_printf(s->mem, "$pbkdf2-sha512$k=1,i=-1%.*s", SK_ARG(rest)),
        sk_str_printf(s->mem, "$pbkdf2-sha512$k=0,i=210000%.*s", SK_ARG(rest)),
        sk_str_printf(s->mem, "$pbkdf2-sha512$k=1,i=210000,x=1%.*s", SK_ARG(rest)),
        sk_str_printf(s->mem, "$pbkdf2-sha512$k=2,i=210000%.*s", SK_ARG(rest)),
        sk_str_printf(s->mem, "$pbkdf2-sha256$k=1,i=210000%.*s", SK_ARG(rest)),
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (matches(s, refused[i], SK_STR("correct horse"))) fail_msg("row %zu", i);
}

/* The form must stay; computed with Python's hashlib and hmac from password.h's description. */
static void
stored_form__is_read_by_the_programs_of_tomorrow(void **state)
{
    struct test_keys *s = *state;
    FILE *file = fopen(s->path, "w");
    assert_non_null(file);
    fputs("1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", file);
    fclose(file);
    accounts_keys_close(&s->keys);
    assert_false(sk_failed(accounts_keys_open(&s->keys, s->path)));
    assert_true(matches(s, SK_STR(PBKDF2_FORM), SK_STR("正しい馬")));
}

/* CPU time of this thread in ms: others that run do not count. */
static sk_when
cpu_now(void)
{
    struct timespec t;
    assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t), 0);
    return (sk_when)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static sk_when
time_of(struct test_keys *s, sk_str stored)
{
    sk_when begun = cpu_now();
    bool again;
    assert_false(accounts_password_matches(&again, s->keys, &usual, &of_hana, stored,
                                           SK_STR("a guess of somebody")));
    return cpu_now() - begun;
}

/* Who asks for an account that is not there waits as long. The bound is wide: other programs run.
 */
static void
password__of_nobody_takes_as_long(void **state)
{
    struct test_keys *s = *state;
    sk_str stored = stored_of(s, &usual, SK_STR("correct horse"));
    sk_when real = INT32_MAX, nobody = INT32_MAX;
    for (int i = 0; i < 3; i++) {
        sk_when a = time_of(s, stored), b = time_of(s, (sk_str){ 0 });
        if (a < real) real = a;
        if (b < nobody) nobody = b;
    }
    if (nobody * 2 < real || real * 2 < nobody)
        fail_msg("an account: %d ms, nobody: %d ms", (int)real, (int)nobody);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, test_keys_open, test_keys_close)
    const struct CMUnitTest tests[] = {
        CASE(password__is_known_again_in_every_spelling_of_it),
        CASE(password__is_not_cut_however_long),
        CASE(password__of_one_account_is_none_of_another),
        CASE(password__needs_the_pepper),
        CASE(password__is_hashed_again_when_key_or_cost_have_changed),
        CASE(argon2id__is_never_cheaper_than_its_passes_allow),
        CASE(password__may_be_stretched_by_argon2id),
        CASE(stored_form__is_refused_when_it_was_changed),
        CASE(stored_form__is_read_by_the_programs_of_tomorrow),
        CASE(password__of_nobody_takes_as_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
