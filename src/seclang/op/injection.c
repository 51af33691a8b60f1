/* @detectSQLi, @detectXSS: libinjection (Nick Galbreath), whose header no package ships. */
#include "seclang/op/rows.h"

int libinjection_sqli(const char *text, size_t n, char fingerprint[8]);
int libinjection_xss(const char *text, size_t n);

SECLANG_OP_RUN(sqli)
{
    char fingerprint[8] = { 0 };

    (void)state;
    if (value.n == 0 || !libinjection_sqli(value.p, value.n, fingerprint)) return false;
    seclang_op_capture(run, sk_str_copy(run->mem, sk_str_of(fingerprint)));
    run->matched = sk_str_printf(run->mem, "detected SQLi using libinjection with fingerprint '%s'",
                                 fingerprint);
    return true;
}

SECLANG_OP_RUN(xss)
{
    (void)state;
    if (value.n == 0 || !libinjection_xss(value.p, value.n)) return false;
    seclang_op_capture(run, value);
    run->matched = SK_STR("detected XSS using libinjection");
    return true;
}

SECLANG_OP_FILTER(some)
{
    (void)state, (void)argument;
    *filter = (struct seclang_filter){ .least = 1 };
}
