#include "accounts/agent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct {
    const char *agent, *family;
} cases[] = {
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/131.0.0.0 Safari/537.36",
      "Chrome, Windows" },
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
      "Edge, Windows" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
      "Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
      "Safari, iPhone" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
      "Gecko) Mobile/15E148 Safari Line/14.19.0",
      "LINE, iPhone" },
    { "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux" },
    { "Mozilla/5.0 (Linux; Android 14; SM-S921Q) AppleWebKit/537.36 (KHTML, like Gecko) "
      "SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
      "Samsung Internet, Android" },
    { "curl/7.88.1", "curl" },
    { "iPad", "iPad" },
    { "端末", "" },
    { "", "" },
};

static void
agent__is_told_as_program_and_system(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sk_str got = accounts_agent_family(mem, sk_str_of(cases[i].agent));
        if (!sk_str_eq(got, sk_str_of(cases[i].family)))
            fail_msg("%s: %.*s", cases[i].agent, SK_ARG(got));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(agent__is_told_as_program_and_system) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
