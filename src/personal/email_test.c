#include "personal/typed_test.h"

static void
email__is_compared_in_small_letters(void **unused)
{
    (void)unused;
    reads(PERSONAL_EMAIL, " Taro.Yamada@Example.JP ", "Taro.Yamada@example.jp",
          "taro.yamada@example.jp");
    reads(PERSONAL_EMAIL, "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp", "taro@example.jp");
    reads(PERSONAL_EMAIL, "taro@日本語.jp", "taro@xn--wgv71a119e.jp", "taro@xn--wgv71a119e.jp");
    reads(PERSONAL_EMAIL, "taro+shop@example.jp", "taro+shop@example.jp", "taro+shop@example.jp");
}

static void
email__of_carriers_may_have_dots_in_a_row(void **unused)
{
    (void)unused;
    reads(PERSONAL_EMAIL, "a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp");
}

static void
email__that_does_not_fit_is_refused(void **unused)
{
    (void)unused;
    refuses(PERSONAL_EMAIL, "", "empty");
    refuses(PERSONAL_EMAIL, "taro", "email.sign");
    refuses(PERSONAL_EMAIL, "taro@a@example.jp", "email.sign");
    refuses(PERSONAL_EMAIL, "@example.jp", "email.local");
    refuses(PERSONAL_EMAIL, ".taro@example.jp", "email.local");
    refuses(PERSONAL_EMAIL, "太郎@example.jp", "email.local");
    refuses(PERSONAL_EMAIL, "taro\r\nBcc: x@example.jp", "email.local");
    refuses(PERSONAL_EMAIL, "taro@localhost", "email.domain");
    refuses(PERSONAL_EMAIL, "taro@192.0.2.1", "email.domain");
    refuses(PERSONAL_EMAIL, "taro@example.jp.", "email.domain");
    refuses(PERSONAL_EMAIL, "taro@", "email.domain");
    refuses(PERSONAL_EMAIL, "ske0bp1cq2dr3es4ft5@sekisho.invalid", "token");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(email__is_compared_in_small_letters),
        cmocka_unit_test(email__of_carriers_may_have_dots_in_a_row),
        cmocka_unit_test(email__that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
