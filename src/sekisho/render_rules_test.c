/* Rendered rules are judged by the engine itself. */
#include "sekisho/judge.h"
#include "sekisho/render_test.h"

/* Without the Core Rule Set: our own rules only. */
static const char site_text[] =
    "rules { crs = none; before = []; }\n"
    "site shop { names = localhost; serve { allow_files = [\"/docs/api.yaml\"]; refuse_extensions "
    "= "
    "[\".xyz\"]; }\n"
    "  input \"/s/*/contact\" { name = \"text 10 required\"; email = \"email required\"; phone = "
    "phone; "
    "zip = postal; when = date; n = integer; x = number; u = url; k = kana; c = choice a|b; "
    "note = \"lines 20\"; only = true; } }";

static void
judge_of(struct judge *judge, sk_arena *mem, const char *text)
{
    struct conf *conf = conf_of(mem, text);
    struct render r = { .conf = conf, .state = "/state", .gate = "/state/gate", .module = "m.so" };
    sk_err e = judge_open(judge, render_rules(mem, &r, &conf->site[0]), "site.rules");

    if (sk_failed(e)) fail_msg("%s", e.why);
}

/* 0: passes. */
static int
status_of(const struct judge *judge, sk_str raw)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge_result result = { 0 };
    struct seclang_tx *tx = NULL;
    sk_err e = judge_request(&result, &tx, mem, judge, raw, (sk_str){ 0 });
    int status = result.verdict.act == SECLANG_PASS ? 0 : result.verdict.status;

    if (sk_failed(e)) fail_msg("%s", e.why);
    seclang_tx_free(tx);
    return status;
}

static void
expect_path(const struct judge *judge, const char *path, int status)
{
    char raw[512];
    int got;

    snprintf(raw, sizeof(raw), "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    got = status_of(judge, sk_str_of(raw));
    if (got != status) fail_msg("%s: expected %d, got %d", path, status, got);
}

static void
serve__refuses_what_is_never_served_in_any_spelling(void **state)
{
    static const char *const paths[] = {
        "/.git/config",
        "/.env",
        "/a/.htaccess",
        "/.%67it/config",
        "/%2egit/HEAD",
        "/%252egit/HEAD",
        "/.GIT/config",
        "/x/..%2f.env",
        "/index.php~",
        "/index.php.bak",
        "/a.OLD",
        "/a.orig;x=1",
        "/backup.zip",
        "/site-2026.tar.gz",
        "/dump.sql",
        "/dump.sql.gz",
        "/shop.sqlite3",
        "/wp-config.php",
        "/wp-config.php.bak",
        "/config.yml",
        "/composer.json",
        "/package-lock.json",
        "/server.key",
        "/id_rsa",
        "/keys/id_ed25519.pub",
        "/.env.",
        "/.env%20",
        "/a.sql.",
        "/CVS/Entries",
        "/x.XYZ",
        "/.svn/entries",
        "/.DS_Store",
        "/a/.vscode/settings.json",
        "/x.swp",
        "/a%00.bak",
        "/\\.git\\config",
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge judge;

    (void)state;
    judge_of(&judge, mem, site_text);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        expect_path(&judge, paths[i], 403);
    judge_close(&judge);
}

static void
serve__lets_a_shops_pages_pass(void **state)
{
    static const char *const paths[] = {
        "/",
        "/index.html",
        "/s/kyoto/product/12",
        "/style.css",
        "/js/app.min.js?v=1.2.3",
        "/.well-known/acme-challenge/x",
        "/.well-known/security.txt",
        "/s/kyoto/picture/3.svg",
        "/%E6%8A%B9%E8%8C%B6",
        "/docs/api.yaml",
        "/news/2026.11.23",
        "/v1.2/orders",
        "/a/feedback.html",
        "/images/old-town.jpg",
        "/sitemap.xml",
        "/manifest.json",
        "/robots.txt",
        "/data/menu.json",
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge judge;

    (void)state;
    judge_of(&judge, mem, site_text);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        expect_path(&judge, paths[i], 0);
    judge_close(&judge);
}

static void
serve__keeps_to_the_allowed_prefixes(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge judge;

    (void)state;
    judge_of(&judge, mem,
             "rules { crs = none; before = []; }\nsite a { names = x; serve { allow = "
             "[\"/shop/\", \"/img/\"]; } }");
    expect_path(&judge, "/shop/1", 0);
    expect_path(&judge, "/admin", 403);
    expect_path(&judge, "/shop/../admin", 403);
    expect_path(&judge, "/shop/%2e%2e/admin", 403);
    expect_path(&judge, "/.sekisho/operator/sign-in", 0);
    expect_path(&judge, "/.sekisho", 403);
    expect_path(&judge, "/a/.sekisho/x", 403);
    expect_path(&judge, "/.sekisho/.env", 403);
    judge_close(&judge);
}

static int
post_status(const struct judge *judge, const char *path, const char *type, const char *body)
{
    char raw[4096];

    snprintf(raw, sizeof(raw), "POST %s HTTP/1.1\r\nHost: localhost\r\n%s%s%s\r\n%s", path,
             type ? "Content-Type: " : "", type ? type : "", type ? "\r\n" : "", body);
    return status_of(judge, sk_str_of(raw));
}

static const char form[] = "application/x-www-form-urlencoded";
#define GOOD "name=%E8%8A%B1%E5%AD%90&email=hanako%40example.jp"

static void
input__takes_declared_forms_with_full_width_phones(void **state)
{
    static const char *const bodies[] = {
        GOOD,
        GOOD
        "&phone=090-1234-5678&zip=100-0001&when=2026-11-23&n=-5&x=1.25&u=https%3A%2F%2Fa.jp%2F",
        GOOD "&phone=%EF%BC%90%EF%BC%99%EF%BC%90%EF%BC%8D1234%EF%BC%8D5678", /* full-width digits */
        GOOD "&phone=%2B81+3+1234+5678&zip=%E3%80%92100-0001",
        GOOD "&k=%E3%82%B5%E3%82%A4%E3%83%88%E3%82%A6&c=b&note=a%0D%0Ab",
        GOOD "&phone=&zip=",
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge judge;

    (void)state;
    judge_of(&judge, mem, site_text);
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        int got = post_status(&judge, "/s/kyoto/contact", form, bodies[i]);
        if (got) fail_msg("%s: %d", bodies[i], got);
    }
    judge_close(&judge);
}

static void
input__refuses_other_forms(void **state)
{
    static const struct {
        const char *body;
        int status;
    } cases[] = {
        { "name=a&email=hanako", 422 },
        { "name=a&email=a%40b%40c.jp", 422 },
        { "name=a", 422 },                          /* email is required */
        { "name=12345678901&email=a%40b.jp", 422 }, /* eleven characters */
        { "name=a%0Ab&email=a%40b.jp", 422 },       /* one line only */
        { "name=a%01&email=a%40b.jp", 422 },
        { GOOD "&phone=abc", 422 },
        { GOOD "&phone=12345", 422 },
        { GOOD "&zip=12345678", 422 },
        { GOOD "&when=2026-13-01", 422 },
        { GOOD "&n=1.5", 422 },
        { GOOD "&x=1e3", 422 },
        { GOOD "&u=javascript:1", 422 },
        { GOOD "&k=Saito", 422 },
        { GOOD "&c=d", 422 },
        { GOOD "&name=b", 400 },               /* twice */
        { GOOD "&admin=1", 400 },              /* not declared */
        { "name=%83%65&email=a%40b.jp", 400 }, /* Shift_JIS */
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge judge;

    (void)state;
    judge_of(&judge, mem, site_text);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int got = post_status(&judge, "/s/kyoto/contact", form, cases[i].body);
        if (got != cases[i].status)
            fail_msg("%s: expected %d, got %d", cases[i].body, cases[i].status, got);
    }
    assert_int_equal(post_status(&judge, "/s/kyoto/contact", "application/json", "{\"name\":1}"),
                     415);
    assert_int_equal(post_status(&judge, "/s/kyoto/contact", NULL, GOOD), 415);
    assert_int_equal(post_status(&judge, "/elsewhere", form, "anything=goes"), 0);
    judge_close(&judge);
}

/* `count` times あ in the field. */
static int
long_status(const struct judge *judge, sk_arena *mem, unsigned count)
{
    struct sk_buf raw = { .mem = mem };

    sk_buf_printf(&raw, "POST /c HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n\r\nm=", form);
    for (unsigned i = 0; i < count; i++)
        sk_buf_add(&raw, SK_STR("%E3%81%82"));
    return status_of(judge, sk_buf_str(&raw));
}

static void
input__counts_characters_and_not_bytes(void **state)
{
    static const unsigned limits[] = { 1, 99, 100, 101, 150, 200, 250, 4000, 20000 };

    (void)state;
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        struct judge judge;

        judge_of(&judge, mem,
                 sk_str_printf(mem,
                               "rules { crs = none; before = []; }\nsite a { names = x; input "
                               "\"/c\" { m = \"lines %u\"; } }",
                               limits[i])
                     .p);
        assert_int_equal(long_status(&judge, mem, limits[i]), 0);
        assert_int_equal(long_status(&judge, mem, limits[i] / 2), 0);
        assert_int_equal(long_status(&judge, mem, limits[i] + 1), 422);
        assert_int_equal(long_status(&judge, mem, limits[i] + 137), 422);
        judge_close(&judge);
    }
}

static void
bodies__that_are_not_what_they_say_are_refused(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge judge;

    (void)state;
    judge_of(&judge, mem, site_text);
    assert_int_equal(post_status(&judge, "/", "application/json", "{\"a\": [1, 2"), 400);
    assert_int_equal(post_status(&judge, "/", "application/xml", "<a><b></a>"), 400);
    assert_int_equal(post_status(&judge, "/", "multipart/form-data; boundary=b",
                                 "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"),
                     400);
    assert_int_equal(post_status(&judge, "/", "application/json", "{\"a\": [1, 2]}"), 0);
    judge_close(&judge);
}

/* 日本語 as each of the charsets has it. */
static const struct {
    const char *charset, *body;
} japanese[] = {
    { "Shift_JIS", "m=%93%FA%96%7B%8C%EA" },
    { "EUC-JP", "m=%C6%FC%CB%DC%B8%EC" },
    { "ISO-2022-JP", "m=%1B%24BF%7CK%5C8l%1B%28B" },
};

/* Three characters pass: of bytes it would be more, and most are no UTF-8. By every name that
 * clients use, and by none. */
static void
expect_decoded(sk_arena *mem, const struct judge *judge, const char *charset, const char *body)
{
    sk_str said = sk_str_of(conf_charset_find(sk_str_of(charset))->said), name;

    assert_int_equal(post_status(judge, "/c", form, body), 0);
    while (sk_str_cut(&name, &said, '|')) {
        sk_str type = sk_str_printf(mem, "%s; charset=%.*s", form, SK_ARG(name));
        int got = post_status(judge, "/c", type.p, body);

        if (got) fail_msg("%s: %d", type.p, got);
    }
}

static void
charsets__of_forms_are_decoded_where_the_site_names_them(void **state)
{
    static const char text[] = "rules { crs = none; before = []; }\nsite a { names = x; body { "
                               "charsets = [%s]; } input \"/c\" { m = \"text 3\"; } }";

    (void)state;
    for (size_t i = 0; i < sizeof(japanese) / sizeof(japanese[0]); i++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        struct judge judge;

        judge_of(&judge, mem,
                 sk_str_printf(mem, text, sk_str_printf(mem, "\"%s\"", japanese[i].charset).p).p);
        expect_decoded(mem, &judge, japanese[i].charset, japanese[i].body);
        assert_int_equal(post_status(&judge, "/c", form, "m=%E6%97%A5%E6%9C%AC%E8%AA%9E"), 0);
        assert_int_not_equal(post_status(&judge, "/c", form, "m=%FF%FF"), 0);
        judge_close(&judge);
        judge_of(&judge, mem, sk_str_printf(mem, text, "").p);
        assert_int_not_equal(post_status(&judge, "/c", form, japanese[i].body), 0);
        judge_close(&judge);
    }
}

static void
detect__still_refuses_what_was_declared(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge judge;

    (void)state;
    judge_of(&judge, mem,
             "rules { mode = detect; crs = none; before = []; }\nsite a { names = x; input "
             "\"/c\" { n = integer; } }");
    expect_path(&judge, "/.env", 403);
    assert_int_equal(post_status(&judge, "/c", form, "n=x"), 422);
    judge_close(&judge);
}

/* With Debian's Core Rule Set, where it is installed. */
static void
rules__let_japanese_pass_and_refuse_injections(void **state)
{
    static const char *const words[] = {
        "%E9%B9%BF%E6%B2%BC%E5%B8%82%E5%BE%A1%E6%88%90%E6%A9%8B",
        "%E6%A0%AA%E5%BC%8F%E4%BC%9A%E7%A4%BE",
        "%E6%98%8E%E7%B4%B0%E6%9B%B8",
        "%E6%8A%B9%E8%8C%B6%E3%81%AE%E3%81%8A%E8%8F%93%E5%AD%90",
    };
    static const char *const browser =
        "Host: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0\r\n"
        "Accept: text/html\r\nAccept-Language: ja\r\n\r\n";
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct judge judge;

    (void)state;
    if (access("/usr/share/modsecurity-crs/rules", R_OK) != 0) skip();
    judge_of(&judge, mem, "rules { before = []; }\nsite a { names = localhost; }");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        sk_str raw = sk_str_printf(mem, "GET /?q=%s HTTP/1.1\r\n%s", words[i], browser);
        if (status_of(&judge, raw)) fail_msg("%s was refused", words[i]);
    }
    assert_int_equal(
        status_of(
            &judge,
            sk_str_printf(mem, "GET /?q=1%%27%%20or%%20%%271%%27=%%271 HTTP/1.1\r\n%s", browser)),
        403);
    judge_close(&judge);
    judge_of(&judge, mem, "rules { before = []; mode = detect; }\nsite a { names = localhost; }");
    assert_int_equal(
        status_of(
            &judge,
            sk_str_printf(mem, "GET /?q=1%%27%%20or%%20%%271%%27=%%271 HTTP/1.1\r\n%s", browser)),
        0);
    judge_close(&judge);
}

/* The form of a browser in that charset, judged by Debian's Core Rule Set. */
static int
crs_status(sk_arena *mem, const char *site, const char *charset)
{
    struct judge judge;
    int status;

    judge_of(&judge, mem, site);
    status = status_of(&judge,
                       sk_str_printf(mem,
                                     "POST /c HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
                                     "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0\r\n"
                                     "Content-Length: 20\r\nContent-Type: %s; charset=%s\r\n\r\n%s",
                                     form, charset, japanese[0].body));
    judge_close(&judge);
    return status;
}

static void
rules__take_the_charsets_that_the_site_names(void **state)
{
    static const char text[] = "rules { before = []; }\nsite a { names = localhost; body { "
                               "utf8 = no; charsets = [%s]; } }";
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const char *named = sk_str_printf(mem, text, "\"Shift_JIS\", \"EUC-JP\"").p;
    const char *none = sk_str_printf(mem, text, "").p;

    (void)state;
    if (access("/usr/share/modsecurity-crs/rules", R_OK) != 0) skip();
    assert_int_equal(crs_status(mem, named, "Shift_JIS"), 0);
    assert_int_equal(crs_status(mem, named, "Windows-31J"), 0);
    assert_int_equal(crs_status(mem, named, "UTF-8"), 0);
    assert_int_equal(crs_status(mem, named, "big5"), 403);
    assert_int_equal(crs_status(mem, none, "Shift_JIS"), 403);
}

/* A password is what a person likes, injections included; nowhere else is it looked away from. */
static void
rules__look_at_passwords_only_outside_of_our_own_pages(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(judge_close) struct judge judge = { 0 };
    static const char *const field[] = { "password", "old", "new" };
    static const struct {
        const char *path;
        int status;
    } rows[] = {
        { "/.sekisho/operator/sign-in", 0 },       { "/.sekisho/operator/password?to=/x", 0 },
        { "/.sekisho/operator/reset", 0 },         { "/sign-in", 403 },
        { "/.sekisho/../sign-in", 403 },           { "/.sekisho/%2e%2e/sign-in", 403 },
        { "/.sekisho/operator/..;/sign-in", 403 }, { "//.sekisho/operator/sign-in", 403 },
    };

    (void)state;
    judge_of(&judge, mem, "rules { before = []; }\nsite a { names = localhost; }");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *name = field[i % (sizeof field / sizeof *field)];
        sk_str body = sk_str_printf(mem, "%s=1%%27+or+%%271%%27%%3D%%271+union+select", name);
        sk_str raw = sk_str_printf(mem,
                                   "POST %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n"
                                   "User-Agent: Mozilla/5.0 (X11) Firefox/115.0\r\nContent-Type: "
                                   "application/x-www-form-urlencoded\r\nContent-Length: "
                                   "%zu\r\n\r\n%.*s",
                                   rows[i].path, body.n, SK_ARG(body));
        int got = status_of(&judge, raw);

        if (got != rows[i].status) fail_msg("%s: %d", rows[i].path, got);
    }
}

static void
exchanged__fields_are_kept_out_of_the_log_each_part_of_a_joined_one_too(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf *conf = conf_of(mem, "rules { crs = none; before = []; }\n"
                                     "site a { names = x; exchange \"/buy\" { name = \"c[name]\"; "
                                     "phone = \"tel1+tel2+tel3\"; } }");
    struct render r = { .conf = conf, .state = "/state", .gate = "/state/gate", .module = "m.so" };
    sk_str rules = render_rules(mem, &r, &conf->site[0]);

    (void)state;
    assert_int_not_equal(sk_str_find(rules, SK_STR(",sanitiseArg:c[name],sanitiseArg:tel1,"
                                                   "sanitiseArg:tel2,sanitiseArg:tel3\"")),
                         SIZE_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serve__refuses_what_is_never_served_in_any_spelling),
        cmocka_unit_test(serve__lets_a_shops_pages_pass),
        cmocka_unit_test(serve__keeps_to_the_allowed_prefixes),
        cmocka_unit_test(input__takes_declared_forms_with_full_width_phones),
        cmocka_unit_test(input__refuses_other_forms),
        cmocka_unit_test(input__counts_characters_and_not_bytes),
        cmocka_unit_test(bodies__that_are_not_what_they_say_are_refused),
        cmocka_unit_test(charsets__of_forms_are_decoded_where_the_site_names_them),
        cmocka_unit_test(detect__still_refuses_what_was_declared),
        cmocka_unit_test(rules__let_japanese_pass_and_refuse_injections),
        cmocka_unit_test(rules__take_the_charsets_that_the_site_names),
        cmocka_unit_test(exchanged__fields_are_kept_out_of_the_log_each_part_of_a_joined_one_too),
        cmocka_unit_test(rules__look_at_passwords_only_outside_of_our_own_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
