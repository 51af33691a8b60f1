/* @detectSQLi, @detectXSS: our own detectors (seclang/detect), or libinjection (Nick Galbreath),
 * whose header no package ships, or both. Which of them is asked is SekishoDetector's. libinjection
 * has assertions that end the process, so it is called only where it was asked for. */
#include "seclang/detect/detect.h"
#include "seclang/op/rows.h"

int libinjection_sqli(const char *text, size_t n, char fingerprint[8]);
int libinjection_xss(const char *text, size_t n);

struct detector {
    bool own, libinjection;
};

SECLANG_OP_COMPILE(detector)
{
    struct detector *d = SK_NEW(mem, struct detector);

    (void)argument, (void)has_macro;
    d->own = place->detector != SECLANG_LIBINJECTION;
    d->libinjection = place->detector != SECLANG_OWN;
    *state = d;
    return sk_ok();
}

static bool
own_sqli(struct seclang_op_run *run, sk_str value)
{
    char reason[SECLANG_REASON];

    if (!seclang_detect_sql(reason, value)) return false;
    seclang_op_capture(run, sk_str_copy(run->mem, sk_str_of(reason)));
    run->matched = sk_str_printf(run->mem, "detected SQL injection (%s)", reason);
    return true;
}

static bool
oracle_sqli(struct seclang_op_run *run, sk_str value)
{
    char fingerprint[8] = { 0 };

    if (!libinjection_sqli(value.p, value.n, fingerprint)) return false;
    seclang_op_capture(run, sk_str_copy(run->mem, sk_str_of(fingerprint)));
    run->matched = sk_str_printf(run->mem, "detected SQLi using libinjection with fingerprint '%s'",
                                 fingerprint);
    return true;
}

SECLANG_OP_RUN(sqli)
{
    const struct detector *d = state;

    if (value.n == 0) return false;
    return (d->own && own_sqli(run, value)) || (d->libinjection && oracle_sqli(run, value));
}

static bool
own_xss(struct seclang_op_run *run, sk_str value)
{
    char reason[SECLANG_REASON];

    if (!seclang_detect_xss(reason, value)) return false;
    run->matched = sk_str_printf(run->mem, "detected XSS (%s)", reason);
    return true;
}

static bool
oracle_xss(struct seclang_op_run *run, sk_str value)
{
    if (!libinjection_xss(value.p, value.n)) return false;
    run->matched = SK_STR("detected XSS using libinjection");
    return true;
}

SECLANG_OP_RUN(xss)
{
    const struct detector *d = state;

    if (value.n == 0) return false;
    if (!(d->own && own_xss(run, value)) && !(d->libinjection && oracle_xss(run, value)))
        return false;
    seclang_op_capture(run, value);
    return true;
}

SECLANG_OP_FILTER(sqli)
{
    const struct detector *d = state;

    (void)argument;
    *filter = (struct seclang_filter){ .least = 1 };
    if (!d->libinjection) seclang_detect_sql_filter(filter);
}

SECLANG_OP_FILTER(xss)
{
    const struct detector *d = state;

    (void)argument;
    *filter = (struct seclang_filter){ .least = 1 };
    if (!d->libinjection) seclang_detect_xss_filter(filter);
}
