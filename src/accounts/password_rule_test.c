#include "accounts/password_rule.h"

#include "base/file.h"
#include "base/utf8.h"
#include "part/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int
rules_open(void **state)
{
    struct accounts_rules *rules = NULL;
    sk_err e = accounts_rules_open(&rules, SOURCE_DIR "/src/accounts/common");
    if (sk_failed(e)) fail_msg("%s", e.why);
    *state = rules;
    return 0;
}

static int
rules_close(void **state)
{
    accounts_rules_free(*state);
    return 0;
}

static const sk_str hana[] = { SK_STR("佐藤 はな"), SK_STR("Hana.Sato@kamone-bunko.example.jp"),
                               SK_STR("鴨音文庫"), SK_STR("090-1234-5678") };

static enum accounts_password_fault
judge(void **state, const char *password, bool alone)
{
    struct accounts_password_ask ask = { sk_str_of(password), alone, hana, 4 };
    return accounts_password_judge(*state, &ask);
}

static void
rule__says_what_is_wrong(void **state)
{
    static const struct {
        const char *password;
        bool alone;
        enum accounts_password_fault fault;
    } rows[] = {
        { "", true, ACCOUNTS_PASSWORD_EMPTY },
        { "k7#Qz9w", false, ACCOUNTS_PASSWORD_SHORT },
        { "k7#Qz9wP", false, ACCOUNTS_PASSWORD_GOOD },
        { "k7#Qz9wPvR2mXt", true, ACCOUNTS_PASSWORD_SHORT },
        { "k7#Qz9wPvR2mXtL", true, ACCOUNTS_PASSWORD_GOOD },
        { "correct horse battery staple", true, ACCOUNTS_PASSWORD_GOOD },
        { "あさごはんは納豆とみそ汁がよい", true, ACCOUNTS_PASSWORD_GOOD },
        { "あさごはんは納豆", false, ACCOUNTS_PASSWORD_GOOD }, /* characters count, not bytes */
        { "さごはんは納豆", false, ACCOUNTS_PASSWORD_SHORT },
        { "tab\tand more of it", true, ACCOUNTS_PASSWORD_TEXT },
        { "\xff\xfe and more of it", true, ACCOUNTS_PASSWORD_TEXT },
        /* leaked, walks, Japanese: also in capitals and full width */
        { "password1", false, ACCOUNTS_PASSWORD_COMMON },
        { "PassWord1", false, ACCOUNTS_PASSWORD_COMMON },
        { "ｐａｓｓｗｏｒｄ１", false, ACCOUNTS_PASSWORD_COMMON },
        { "1qaz2wsx3edc4rfv", true, ACCOUNTS_PASSWORD_COMMON },
        { "qwertyuiop@[", false, ACCOUNTS_PASSWORD_COMMON },
        { "sakura1234", false, ACCOUNTS_PASSWORD_COMMON },
        { "aishiteru1", false, ACCOUNTS_PASSWORD_COMMON },
        { "パスワード123", false, ACCOUNTS_PASSWORD_COMMON },
        { "ﾊﾟｽﾜｰﾄﾞ123", false, ACCOUNTS_PASSWORD_COMMON },
        { "あいうえおかきくけこさしすせそ", true, ACCOUNTS_PASSWORD_COMMON },
        { "aaaaaaaaaaaaaaaa", true, ACCOUNTS_PASSWORD_COMMON },
        { "はなはなはなはなはなはなはなはな", true, ACCOUNTS_PASSWORD_REPEATS },
        { "xyxyxyxyxyxyxyxyxy", true, ACCOUNTS_PASSWORD_REPEATS },
        { "hayashihayashihayashi", true, ACCOUNTS_PASSWORD_WEAK },
        { "watanabe20201010", true, ACCOUNTS_PASSWORD_WEAK },
        { "hana.sato2026", false, ACCOUNTS_PASSWORD_OWN },
        { "kamone-bunko2026", true, ACCOUNTS_PASSWORD_OWN },
        { "Sekisho20261126", true, ACCOUNTS_PASSWORD_OWN },
        { "Hana.Sato@kamone-bunko.example.jp", true, ACCOUNTS_PASSWORD_OWN },
        { "090-1234-5678", false, ACCOUNTS_PASSWORD_OWN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum accounts_password_fault fault = judge(state, rows[i].password, rows[i].alone);
        if (fault != rows[i].fault) fail_msg("\"%s\": %d", rows[i].password, (int)fault);
    }
}

static void
rule__takes_128_characters_of_any_kind(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf text = { .mem = mem };
    for (int i = 0; i < 128; i++) {
        const char *signs[] = { "茶", "\xf0\x9f\x8d\xb5", "ゑ", "q", "7", "-" };
        sk_buf_add(&text, sk_str_of(signs[(i * 7 + i / 5) % 6]));
    }
    struct accounts_password_ask ask = { sk_buf_str(&text), true, NULL, 0 };
    assert_int_equal(accounts_password_judge(*state, &ask), ACCOUNTS_PASSWORD_GOOD);
    sk_buf_byte(&text, 'x');
    ask.password = sk_buf_str(&text);
    assert_int_equal(accounts_password_judge(*state, &ask), ACCOUNTS_PASSWORD_LONG);
    char large[513];
    memset(large, 'x', sizeof large);
    ask.password = (sk_str){ large, sizeof large };
    assert_int_equal(accounts_password_judge(*state, &ask), ACCOUNTS_PASSWORD_LONG);
}

/* OWASP ASVS 5.0 V6.2.4: 3,000 of those that the rules would else allow. */
static void
list__has_three_thousand_of_each_length_that_is_asked_for(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text, line;
    size_t with = 0, alone = 0;
    assert_false(sk_failed(sk_file_read(&text, mem, SOURCE_DIR "/src/accounts/common/passwords.txt",
                                        2 * 1024 * 1024)));
    while (sk_str_cut(&line, &text, '\n')) {
        if (sk_str_starts(line, SK_STR("# "))) continue;
        with += sk_utf8_count(line) >= ACCOUNTS_PASSWORD_WITH;
        alone += sk_utf8_count(line) >= ACCOUNTS_PASSWORD_ALONE;
    }
    assert_in_range(with, 3000, ACCOUNTS_COMMON_MAX);
    assert_in_range(alone, 3000, ACCOUNTS_COMMON_MAX);
}

static void
lists__are_refused_when_out_of_order_or_missing(void **state)
{
    (void)state;
    char folder[] = "/tmp/accounts_rules.XXXXXX", path[64];
    struct accounts_rules *rules = NULL;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(accounts_rules_open(&rules, folder).kind, SK_MISSING);
    snprintf(path, sizeof path, "%s/passwords.txt", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("# remark\nbbbbbbbb\naaaaaaaa\n", file);
    fclose(file);
    assert_int_equal(accounts_rules_open(&rules, folder).kind, SK_BROKEN);
    sk_file_remove_tree(folder);
    assert_null(rules);
}

static void
faults__have_words_in_both_languages(void **state)
{
    (void)state;
    static const char *const files[] = { SOURCE_DIR "/src/accounts/ui/words/credentials.ja.json",
                                         SOURCE_DIR "/src/accounts/ui/words/credentials.en.json" };
    for (size_t f = 0; f < 2; f++) {
        struct part_words *words;
        sk_err e = part_words_load(&words, files[f]);
        if (sk_failed(e)) fail_msg("%s", e.why);
        for (int i = 1; i < ACCOUNTS_PASSWORD_FAULTS; i++)
            if (!part_words_get(words, accounts_password_words[i]).n)
                fail_msg("%s: %s", files[f], accounts_password_words[i]);
        part_words_free(words);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule__says_what_is_wrong),
        cmocka_unit_test(rule__takes_128_characters_of_any_kind),
        cmocka_unit_test(list__has_three_thousand_of_each_length_that_is_asked_for),
        cmocka_unit_test(lists__are_refused_when_out_of_order_or_missing),
        cmocka_unit_test(faults__have_words_in_both_languages),
    };
    return cmocka_run_group_tests(tests, rules_open, rules_close);
}
