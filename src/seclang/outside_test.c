/* @geoLookup with a database of the test's own, @rbl with a host that knows. */
#include "base/file.h"
#include "seclang/mmdb_test.h"
#include "seclang/replay.h"
#include "seclang/rules.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

/* ── a folder with databases ── */

static char folder[] = "/tmp/sekisho-geo-XXXXXX";
static sk_arena *all;

static const char *
path_of(const char *name)
{
    return sk_str_printf(all, "%s/%s", folder, name).p;
}

static void
write_file(const char *name, sk_str bytes)
{
    DEFER(sk_fd_close) int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
}

/* 192.0.2.0/24: Otsu in Japan, with all there is; 2001:db8::/32: France, the country alone. */
static sk_str
two_countries(const char *type)
{
    struct mmdb *db = SK_NEW(all, struct mmdb);
    struct sk_buf *d = &db->data;

    mmdb_begin(db, all);
    mmdb_network(db, "192.0.2.0", 24);
    mmdb_map(d, 6);
    mmdb_text(d, "city"), mmdb_map(d, 1), mmdb_named(d, "Otsu");
    mmdb_text(d, "continent"), mmdb_map(d, 1), mmdb_text(d, "code"), mmdb_text(d, "AS");
    mmdb_text(d, "country"), mmdb_map(d, 2), mmdb_text(d, "iso_code"), mmdb_text(d, "JP");
    mmdb_named(d, "Japan");
    mmdb_text(d, "location"), mmdb_map(d, 3), mmdb_text(d, "latitude"), mmdb_double(d, 35.0045);
    mmdb_text(d, "longitude"), mmdb_double(d, 135.8686);
    mmdb_text(d, "metro_code"), mmdb_number(d, 5, 501);
    mmdb_text(d, "postal"), mmdb_map(d, 1), mmdb_text(d, "code"), mmdb_text(d, "520-0806");
    mmdb_text(d, "subdivisions"), mmdb_list(d, 1), mmdb_map(d, 1);
    mmdb_text(d, "iso_code"), mmdb_text(d, "25");
    mmdb_network(db, "2001:db8::", 32);
    mmdb_map(d, 1);
    mmdb_text(d, "country"), mmdb_map(d, 1), mmdb_text(d, "iso_code"), mmdb_text(d, "FR");
    return mmdb_bytes(db, type);
}

static int
set_up(void **state)
{
    sk_str bytes;

    (void)state;
    all = sk_arena_new(0);
    if (!mkdtemp(folder)) return -1;
    bytes = two_countries("GeoLite2-City");
    write_file("city.mmdb", bytes);
    write_file("cut.mmdb", sk_str_first(bytes, bytes.n / 2));
    write_file("asn.mmdb", two_countries("GeoLite2-ASN"));
    write_file("old.dat", SK_STR("GeoIP legacy, no metadata"));
    return 0;
}

static int
tear_down(void **state)
{
    static const char *const names[] = { "city.mmdb", "cut.mmdb", "asn.mmdb", "old.dat" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i]));
    rmdir(folder);
    sk_arena_free(all);
    return 0;
}

/* ── one request ── */

struct outcome {
    struct seclang_tx *tx;
    struct seclang_rules *rules;
    struct seclang_worker *worker;
};

static sk_err
load(struct seclang_rules **rules, const char *text)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_text(source, sk_str_of(text), path_of("rules.conf"), 1);
    e = seclang_rules_new(rules, source);
    seclang_source_free(source);
    return e;
}

static void
judge(struct outcome *o, const char *text, const char *client, bool (*listed)(void *, sk_str))
{
    struct seclang_host host = { .listed = listed };
    sk_err e = load(&o->rules, text);

    if (sk_failed(e)) fail_msg("%s", e.why);
    e = seclang_worker_new(&o->worker, o->rules);
    if (sk_failed(e)) fail_msg("%s", e.why);
    o->tx = seclang_tx_new(o->worker, o->rules, all, &host);
    seclang_tx_conn(o->tx, sk_str_of(client), 1024, SK_STR("198.51.100.1"), 443);
    seclang_tx_request_line(o->tx, SK_STR("GET / HTTP/1.1"), SK_STR("GET"), SK_STR("/"),
                            SK_STR("HTTP/1.1"));
    (void)seclang_tx_request_headers(o->tx);
}

static void
forget(struct outcome *o)
{
    seclang_tx_free(o->tx);
    seclang_worker_free(o->worker);
    seclang_rules_free(o->rules);
}

static void
has(struct outcome *o, const char *name, const char *wanted)
{
    sk_str got = seclang_tx_get(o->tx, name);

    if (!wanted ? got.p != NULL : !sk_str_eq(got, sk_str_of(wanted)))
        fail_msg("tx.%s is '%.*s', not '%s'", name, SK_ARG(got), wanted ? wanted : "(unset)");
}

/* ── @geoLookup ── */

#define GEO                                                                                        \
    "SecRuleEngine On\nSecGeoLookupDb city.mmdb\n"                                                 \
    "SecRule REMOTE_ADDR \"@geoLookup\" \"id:1,phase:1,pass,nolog,"                                \
    "setvar:'tx.found=%{GEO.COUNTRY_CODE} %{GEO.COUNTRY_NAME} %{GEO.COUNTRY_CONTINENT} "           \
    "%{GEO.REGION} %{GEO.CITY} %{GEO.POSTAL_CODE} %{GEO.LATITUDE} %{GEO.LONGITUDE} "               \
    "%{GEO.DMA_CODE}'\"\n"                                                                         \
    "SecRule GEO:COUNTRY_CODE \"@within JP KR\" \"id:2,phase:1,pass,nolog,setvar:tx.near=1\"\n"    \
    "SecRule &GEO \"@eq 0\" \"id:3,phase:1,pass,nolog,setvar:tx.nowhere=1\"\n"

static void
geo__fills_GEO_with_what_the_database_says(void **state)
{
    struct outcome o;

    (void)state;
    judge(&o, GEO, "192.0.2.77", NULL);
    has(&o, "found", "JP Japan AS 25 Otsu 520-0806 35.0045 135.8686 501");
    has(&o, "near", "1");
    has(&o, "nowhere", NULL);
    forget(&o);
    judge(&o, GEO, "2001:db8:1::2", NULL);
    has(&o, "found", "FR        ");
    has(&o, "near", NULL);
    forget(&o);
}

static void
geo__of_an_address_that_is_not_listed_nothing_matches(void **state)
{
    static const char *const clients[] = { "203.0.113.1", "2001:db9::1", "no address", "" };
    struct outcome o;

    (void)state;
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
        judge(&o, GEO, clients[i], NULL);
        has(&o, "found", NULL);
        has(&o, "nowhere", "1");
        forget(&o);
    }
}

static void
geo__a_second_lookup_takes_the_place_of_the_first(void **state)
{
    struct outcome o;

    (void)state;
    judge(&o,
          "SecRuleEngine On\nSecGeoLookupDb city.mmdb\n"
          "SecAction \"id:1,phase:1,pass,nolog,setvar:tx.other=2001:db8::9\"\n"
          "SecRule REMOTE_ADDR|TX:other \"@geoLookup\" \"id:2,phase:1,pass,nolog,"
          "setvar:'tx.last=%{GEO.COUNTRY_CODE}%{GEO.CITY}'\"\n",
          "192.0.2.1", NULL);
    has(&o, "last", "FR");
    forget(&o);
}

static void
geo__a_database_that_cannot_be_used_is_an_error_with_its_place(void **state)
{
    static const char *const cases[][2] = {
        { "gone.mmdb", "No such file" },
        { "cut.mmdb", "no database in MaxMind's format" },
        { "old.dat", "no database in MaxMind's format" },
        { "asn.mmdb", "is a database of type GeoLite2-ASN; expected one of countries or cities" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sk_str text = sk_str_printf(all, "SecRuleEngine On\nSecGeoLookupDb %s\n", cases[i][0]);
        struct seclang_rules *rules;
        sk_err e = load(&rules, text.p);

        assert_int_equal(e.kind, SK_BAD);
        if (!strstr(e.why, "rules.conf:2:16: ") || !strstr(e.why, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], e.why);
    }
}

static bool
warned(const struct seclang_rules *rules, const char *text)
{
    size_t count;
    const struct seclang_warning *warning = seclang_rules_warnings(rules, &count);

    for (size_t i = 0; i < count; i++)
        if (strstr(warning[i].text, text)) return true;
    return false;
}

static void
geo__without_a_database_there_is_a_warning_and_no_match(void **state)
{
    struct outcome o;

    (void)state;
    judge(&o,
          "SecRuleEngine On\n"
          "SecRule REMOTE_ADDR \"@geoLookup\" \"id:1,phase:1,pass,nolog,setvar:tx.found=1\"\n",
          "192.0.2.1", NULL);
    has(&o, "found", NULL);
    assert_true(warned(o.rules, "without SecGeoLookupDb"));
    forget(&o);
}

/* ── @rbl ── */

static bool
knows(void *ctx, sk_str name)
{
    (void)ctx;
    return sk_str_eq(name, SK_STR("77.2.0.192.list.example"));
}

#define RBL                                                                                        \
    "SecRuleEngine On\n"                                                                           \
    "SecRule REMOTE_ADDR \"@rbl List.Example.\" \"id:1,phase:1,pass,nolog,capture,"                \
    "setvar:'tx.said=%{TX.0}'\"\n"                                                                 \
    "SecRule REMOTE_ADDR \"@rbl list.example\" \"id:2,phase:1,pass,nolog,setvar:tx.twice=1\"\n"    \
    "SecRule REMOTE_ADDR \"!@rbl other.example\" \"id:3,phase:1,pass,nolog,setvar:tx.fine=1\"\n"

static void
rbl__asks_the_host_and_never_waits(void **state)
{
    struct outcome o;
    const sk_str *zone;
    size_t count;

    (void)state;
    judge(&o, RBL, "192.0.2.77", knows);
    has(&o, "said", "RBL lookup of 192.0.2.77 succeeded at list.example");
    has(&o, "twice", "1");
    has(&o, "fine", "1");
    zone = seclang_rules_rbl_zones(o.rules, &count);
    assert_int_equal(count, 2);
    assert_true(sk_str_eq(zone[0], SK_STR("list.example")));
    assert_true(sk_str_eq(zone[1], SK_STR("other.example")));
    forget(&o);
    judge(&o, RBL, "192.0.2.78", knows);
    has(&o, "said", NULL);
    forget(&o);
    judge(&o, RBL, "192.0.2.77", NULL);
    has(&o, "said", NULL);
    forget(&o);
}

static void
rbl__names_are_turned_around(void **state)
{
    (void)state;
    assert_true(sk_str_eq(seclang_rbl_name(all, SK_STR("l.example"), SK_STR("192.0.2.1")),
                          SK_STR("1.2.0.192.l.example")));
    assert_true(sk_str_eq(seclang_rbl_name(all, SK_STR("l.example"), SK_STR("2001:db8::1f")),
                          SK_STR("f.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
                                 ".l.example")));
    assert_int_equal(seclang_rbl_name(all, SK_STR("l.example"), SK_STR("unix:")).n, 0);
}

static void
rbl__only_addresses_of_lists_count(void **state)
{
    static const unsigned char listed[4] = { 127, 0, 0, 2 }, error[4] = { 127, 255, 255, 254 },
                               page[4] = { 203, 0, 113, 9 };

    (void)state;
    assert_true(seclang_rbl_lists(listed));
    assert_false(seclang_rbl_lists(error));
    assert_false(seclang_rbl_lists(page)); /* a provider's page for names that do not exist */
}

static void
rbl__what_cannot_be_asked_is_said_when_loading(void **state)
{
    struct seclang_rules *rules;
    struct sk_buf many = { .mem = all };
    sk_err e;

    (void)state;
    e = load(&rules, "SecRule ARGS:host \"@rbl list.example\" \"id:1,phase:1,pass\"\n");
    assert_false(sk_failed(e));
    assert_true(warned(rules, "of another one in ARGS nothing is known"));
    seclang_rules_free(rules);
    e = load(&rules, "SecRule REMOTE_ADDR \"@rbl\" \"id:1,phase:1,pass\"\n");
    assert_non_null(strstr(e.why, "@rbl needs the list's domain"));
    e = load(&rules, "SecRule REMOTE_ADDR \"@rbl a b\" \"id:1,phase:1,pass\"\n");
    assert_non_null(strstr(e.why, "is no domain"));
    for (int i = 1; i <= SECLANG_RBL_MOST + 1; i++)
        sk_buf_printf(&many, "SecRule REMOTE_ADDR \"@rbl l%d.example\" \"id:%d,phase:1,pass\"\n", i,
                      i);
    e = load(&rules, sk_str_zcopy(all, sk_buf_str(&many)));
    assert_non_null(strstr(e.why, "more than 8 lists"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geo__fills_GEO_with_what_the_database_says),
        cmocka_unit_test(geo__of_an_address_that_is_not_listed_nothing_matches),
        cmocka_unit_test(geo__a_second_lookup_takes_the_place_of_the_first),
        cmocka_unit_test(geo__a_database_that_cannot_be_used_is_an_error_with_its_place),
        cmocka_unit_test(geo__without_a_database_there_is_a_warning_and_no_match),
        cmocka_unit_test(rbl__asks_the_host_and_never_waits),
        cmocka_unit_test(rbl__names_are_turned_around),
        cmocka_unit_test(rbl__only_addresses_of_lists_count),
        cmocka_unit_test(rbl__what_cannot_be_asked_is_said_when_loading),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
