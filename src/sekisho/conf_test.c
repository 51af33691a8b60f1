#include "sekisho/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <stdio.h>

static sk_err
read_text(struct conf **conf, struct conf_faults *faults, sk_arena *mem, const char *text)
{
    *faults = (struct conf_faults){ .text = { .mem = mem } };
    return conf_read(conf, faults, mem, sk_str_of(text), "s.conf");
}

static void
expect_fault(const char *text, const char *expected)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    struct conf *conf;
    sk_err e = read_text(&conf, &faults, mem, text);
    sk_str told = faults.count ? sk_buf_str(&faults.text) : sk_str_of(e.why);

    assert_int_equal(e.kind, SK_BAD);
    if (sk_str_find(told, sk_str_of(expected)) == SIZE_MAX)
        fail_msg("expected %s, got %.*s", expected, SK_ARG(told));
}

static void
conf__reads_what_it_writes_at_first_run(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    struct conf *conf;
    sk_err e = read_text(&conf, &faults, mem, conf_first);

    (void)state;
    if (sk_failed(e)) fail_msg("%s %.*s", e.why, SK_ARG(sk_buf_str(&faults.text)));
    assert_int_equal(conf->https, 8443);
    assert_int_equal(conf->http, 8444);
    assert_int_equal(conf->mode, CONF_BLOCK);
    assert_int_equal(conf->site_count, 1);
    assert_int_equal(conf->site[0].body_limit, 12 << 20);
    assert_true(conf->site[0].serve_enabled);
    assert_true(conf->site[0].input_count > 0);
    assert_int_equal(conf->site[0].exchange_count, 1);
    assert_int_equal(conf->site[0].show_count, 1);
    assert_true(conf->shop);
}

static void
conf__names_line_column_and_the_nearest_word(void **state)
{
    (void)state;
    expect_fault("site a { names = x; }\nrules { paranoai = 2; }",
                 "s.conf:2:9: unknown name paranoai in rules: did you mean paranoia?");
    expect_fault("site a { names = x; }\nrules { mode = blok; }",
                 "s.conf:2:16: mode: expected one of block|detect|off");
    expect_fault("site a { names = x; }\nrules {\n  paranoia = 9; }",
                 "s.conf:3:14: paranoia: expected a number from 1 to 4");
    expect_fault("site a { names = x; body { limit = 12tb; } }", "expected a size such as 12mb");
    expect_fault("lisen { https = 1; }", "did you mean listen?");
    expect_fault("site a { }", "s.conf:1:1: site a has no names");
    expect_fault("site console { names = x; }", "s.conf:1:1: a site cannot be called console");
    expect_fault("site a { names = x; }\nsite a { names = y; }",
                 "s.conf:2:1: site a stands here twice");
    expect_fault("rules { mode = off; mode = block; }", "mode stands here twice");
    expect_fault("site a { names = x; upstream { servers = \"ftp://b\"; } }",
                 "expected http://host:port or unix:path");
    expect_fault("site a { names = x; certificate { chain = c.pem; } }",
                 "needs both chain and key");
    expect_fault("site a { names = x; rules = 3 }", "s.conf:1:21: unknown name rules");
    expect_fault("rules { mode = \"x }", "s.conf:1:16: this text has no closing quote");
}

static void
conf__tells_every_fault_not_only_the_first(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    struct conf *conf;
    sk_err e = read_text(&conf, &faults, mem, "rules { mode = x; inbound = y; }\nfoo = 1;");

    (void)state;
    assert_true(sk_failed(e));
    assert_int_equal(faults.count, 4); /* those three, and no site */
}

static void
conf__takes_the_charsets_that_can_be_decoded(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    struct conf *conf;
    sk_err e = read_text(&conf, &faults, mem,
                         "site a { names = x; body { charsets = [\"shift_jis\", \"EUC-JP\"]; } }\n"
                         "site b { names = y; }");

    (void)state;
    if (sk_failed(e)) fail_msg("%.*s", SK_ARG(sk_buf_str(&faults.text)));
    assert_int_equal(conf->site[0].body_charsets.count, 2);
    assert_int_equal(conf->site[1].body_charsets.count, 0);
    expect_fault("site a { names = x; body { charsets = Big5; } }",
                 "charset Big5: expected Shift_JIS, EUC-JP or ISO-2022-JP");
    expect_fault("site a { names = x; body { charsets = [\"EUC-JP\", \"euc-jp\"]; } }",
                 "charset EUC-JP stands there twice");
}

static void
conf__refuses_words_that_would_change_nginx_conf(void **state)
{
    (void)state;
    expect_fault("site \"a b\" { names = x; }", "a site's name is at most 32 letters");
    expect_fault("site a { names = \"x; return 200\"; }", "is no host name");
    expect_fault("site a { names = x; upstream { servers = \"http://b;}\"; } }",
                 "holds characters that no address has");
    expect_fault("listen { address = \"1.2.3.4; x\"; }\nsite a { names = x; }",
                 "expected an IP address");
}

static void
conf__reads_declared_fields(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    struct conf *conf;
    const struct conf_input *input;
    sk_err e =
        read_text(&conf, &faults, mem,
                  "site a { names = x; input \"/c\" { name = \"text 100 required\"; kind = choice "
                  "a|b; only = true; fields { only = integer; } } }");

    (void)state;
    if (sk_failed(e)) fail_msg("%.*s", SK_ARG(sk_buf_str(&faults.text)));
    input = &conf->site[0].input[0];
    assert_true(input->only);
    assert_int_equal(input->field_count, 3);
    assert_int_equal(input->field[0].limit, 100);
    assert_true(input->field[0].required);
    assert_true(sk_str_eq(input->field[1].choices, SK_STR("a|b")));
    assert_true(sk_str_eq(input->field[2].name, SK_STR("only")));
    expect_fault("site a { names = x; input \"/c\" { m = emial; } }", "did you mean email");
    expect_fault("site a { names = x; input \"/c\" { m = \"text 0\"; } }",
                 "a length from 1 to 20000");
    expect_fault("site a { names = x; input \"/c\" { m = choice; } }", "expected choice a|b|c");
    expect_fault("site a { names = x; input \"/c\" { \"m|n\" = email; } }", "a field's name holds");
    expect_fault("site a { names = x; input contact { m = email; } }", "expected input \"/path\"");
}

static void
conf__reads_who_may_enter_a_place(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    const struct conf_admin *admin;
    struct conf *conf;
    sk_err e = read_text(&conf, &faults, mem,
                         "site a { names = x; admin \"/wp-admin\" { networks = [\"10.0.0.0/8\", "
                         "\"::1\"]; } admin \"/w\" { networks = \"0.0.0.0/0\"; realm = worker; "
                         "second_factor = false; screens = orders; } }");

    (void)state;
    if (sk_failed(e)) fail_msg("%.*s", SK_ARG(sk_buf_str(&faults.text)));
    admin = conf->site[0].admin;
    assert_int_equal(conf->site[0].admin_count, 2);
    assert_true(sk_str_eq(admin[0].path, SK_STR("/wp-admin")) && admin[0].second_factor);
    assert_int_equal(admin[0].networks.count, 2);
    assert_int_equal(admin[0].realm, 0);
    assert_int_equal(admin[1].realm, 2);
    assert_false(admin[1].second_factor);
    assert_true(sk_str_eq(admin[1].screens.item[0], SK_STR("orders")));
}

static void
conf__refuses_places_that_would_be_open_or_unclear(void **state)
{
    (void)state;
    expect_fault("site a { names = x; admin \"/a\" { } }", "expected those that may enter");
    expect_fault("site a { names = x; admin \"/a\" { networks = [\"10.0.0.1/8\"]; } }",
                 "expected an address or a network");
    expect_fault("site a { names = x; admin \"/a\" { networks = \"::1\"; realm = buyer; } }",
                 "operator|merchant|worker");
    expect_fault("site a { names = x; admin wp { networks = \"::1\"; } }",
                 "expected admin \"/path\"");
    expect_fault("site a { names = x; admin \"/a b\" { networks = \"::1\"; } }", "single slashes");
    expect_fault("site a { names = x; admin \"/a/../b\" { networks = \"::1\"; } }",
                 "single slashes");
    expect_fault("site a { names = x; admin \"/a;\" { networks = \"::1\"; } }", "single slashes");
    expect_fault("site a { names = x; admin \"/a\" { networks = \"::1\"; screens = \"a; b\"; } }",
                 "screens:");
    expect_fault("site a { names = x; }\nconsole { networks = [\"me\"]; }",
                 "expected an address or a network");
    expect_fault("site a { names = x; }\nconsole { port = 8443; }", "another one than");
}

static void
conf__reads_where_an_application_signs_people_in(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    const struct conf_login *login;
    struct conf *conf;
    sk_err e =
        read_text(&conf, &faults, mem,
                  "site a { names = x; challenge = always; login \"/wp-login.php\" { account = "
                  "log; failed = [\"status 200\", \"location /login?error\"]; per_source = 5; } }");

    (void)state;
    if (sk_failed(e)) fail_msg("%.*s", SK_ARG(sk_buf_str(&faults.text)));
    login = conf->site[0].login;
    assert_int_equal(conf->site[0].challenge, CONF_CHALLENGE_ALWAYS);
    assert_true(sk_str_eq(login->account, SK_STR("log")));
    assert_int_equal(login->failed.count, 2);
    assert_int_equal(login->per_source, 5);
    assert_int_equal(login->per_account, 10);
    expect_fault("site a { names = x; login \"/l\" { account = log; } }", "expected one to eight");
    expect_fault("site a { names = x; login \"/l\" { failed = \"status 42\"; } }",
                 "expected \"status 401\"");
    expect_fault("site a { names = x; login \"/l\" { failed = \"location /a;b\"; } }",
                 "expected \"status 401\"");
    expect_fault(
        "site a { names = x; login \"/l\" { failed = \"status 401\"; account = \"a;b\"; } }",
        "a field's name");
    expect_fault("site a { names = x; login \"/l//\" { failed = \"status 401\"; } }",
                 "single slashes");
}

static void
conf__reads_where_personal_data_is_exchanged(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    struct conf *conf;
    sk_err e = read_text(
        &conf, &faults, mem,
        "purpose orders { sites = [\"a\"]; realms = merchant; kinds = [\"name\"]; }\n"
        "site a { names = x; exchange \"/buy\" { name = [\"your-name\", "
        "\"c[name]\"]; phone = [tel, \"t1+t2+t3\"]; earns = orders; } exchange \"/n\" { note = "
        "メモ; person = new; tenant = 2; } show \"/o\" { purpose = orders; kinds = "
        "[name, phone]; } show \"/\" { } }");

    (void)state;
    if (sk_failed(e)) fail_msg("%.*s", SK_ARG(sk_buf_str(&faults.text)));
    const struct conf_site *site = &conf->site[0];
    assert_int_equal(site->exchange_count, 2);
    assert_int_equal(site->exchange[0].fields[PERSONAL_NAME].count, 2);
    assert_true(sk_str_eq(site->exchange[0].fields[PERSONAL_PHONE].item[0], SK_STR("tel")));
    assert_true(sk_str_eq(site->exchange[0].earns, SK_STR("orders")));
    assert_int_equal(site->exchange[1].person, CONF_PERSON_NEW);
    assert_int_equal(site->exchange[1].tenant, 2);
    assert_int_equal(site->show_count, 2);
    assert_int_equal(site->show[0].kinds.count, 2);
}

static void
conf__says_what_is_wrong_with_an_exchange(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "exchange \"/a\" { }", "expected fields, such as" },
        { "exchange \"/a//\" { name = n; }", "single slashes" },
        { "exchange \"/a\" { name = \"a;b\"; }", "a field's name holds" },
        { "exchange \"/a\" { name = [n, n]; }", "n stands there twice" },
        { "exchange \"/a\" { name = n; note = n; }", "n stands there twice" },
        { "exchange \"/a\" { name = \"a+b\"; }", "in three fields is expected" },
        { "exchange \"/a\" { name = \"a+b+c\"; }", "in three fields is expected" },
        { "exchange \"/a\" { phone = \"a+b\"; }", "in three fields is expected" },
        { "exchange \"/a\" { phone = \"a+b+b\"; }", "b stands there twice" },
        { "exchange \"/a\" { phone = \"a++c\"; }", "a field's name holds" },
        { "exchange \"/a\" { shoe = n; }", "shoe" },
        { "exchange \"/a\" { name = n; person = other; }", "self" },
        { "exchange \"/a\" { name = n; tenant = 17; }", "16" },
        { "exchange \"/a\" { name = n; earns = \"a b\"; }", "a purpose's name" },
        { "show \"/a\" { purpose = \"a;b\"; }", "a purpose's name" },
        { "show \"/a\" { kinds = shoe; }", "kinds: shoe: expected name" },
        { "show { }", "expected show" },
        { "show \"/a\" { purpose = other; }", "there is no purpose other" },
        { "exchange \"/a\" { name = n; earns = other; }", "there is no purpose other" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200];

        snprintf(text, sizeof text, "site a { names = x; %s }", rows[i][0]);
        expect_fault(text, rows[i][1]);
    }
}

static void
conf__gives_the_console_a_port_and_this_machine(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    struct conf *conf;
    sk_err e =
        read_text(&conf, &faults, mem, "listen { https = 443; http = 80; } site a { names = x; }");

    (void)state;
    assert_false(sk_failed(e));
    assert_int_equal(conf->console.port, 445);
    assert_int_equal(conf->console.networks.count, 2);
    assert_true(sk_str_eq(conf->console.networks.item[1], SK_STR("::1")));
}

static void
conf__reads_who_tells_people_from_programs(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    struct conf *conf;
    sk_err e = read_text(&conf, &faults, mem,
                         "human { provider = recaptcha-score; site_key = 0x4-a_b; secret = k;\n"
                         "  score = 0.75; verify = \"http://127.0.0.1:9/v\";\n"
                         "  script = \"https://www.recaptcha.net/recaptcha/api.js\"; }\n"
                         "site a { names = x; }");

    (void)state;
    if (sk_failed(e)) fail_msg("%s %.*s", e.why, SK_ARG(sk_buf_str(&faults.text)));
    assert_int_equal(conf->human.provider, CONF_RECAPTCHA_SCORE);
    assert_int_equal(conf->human.score, 75);
    e = read_text(&conf, &faults, mem, "site a { names = x; }");
    assert_false(sk_failed(e));
    assert_int_equal(conf->human.provider, CONF_PROOF_OF_WORK);
    assert_int_equal(conf->human.score, 50);
}

#define SITE "\nsite a { names = x; }"

static void
conf__says_where_and_how_to_mend_what_a_provider_lacks(void **state)
{
    (void)state;
    expect_fault("human { provider = captcha; }" SITE,
                 "s.conf:1:20: provider: expected one of "
                 "proof-of-work|turnstile|hcaptcha|recaptcha|recaptcha-score");
    expect_fault("\nhuman { provider = turnstile; secret = k; }" SITE,
                 "s.conf:2:1: human: site_key: missing: the public key");
    expect_fault("\nhuman { provider = turnstile; site_key = k; }" SITE,
                 "s.conf:2:1: human: secret: missing: the path of a file");
    expect_fault("human {\n  provider = turnstile; secret = k;\n  site_key = \"k; x\"; }" SITE,
                 "s.conf:3:3: human: site_key: expected letters, digits");
    expect_fault("human { site_key = k; }" SITE,
                 "s.conf:1:9: human: site_key: there is no provider");
    expect_fault("human { provider = hcaptcha; site_key = k; secret = k; score = 1.5; }" SITE,
                 "score: expected a share from 0.0 to 1.0");
}

static void
conf__takes_no_address_that_would_change_a_page_or_leak_a_secret(void **state)
{
    static const char *const wrong[] = { "http://example.jp/", "https://",
                                         "https:///x",         "ftp://example.jp/",
                                         "https://a.jp/;x",    "https://a.jp/ 'unsafe-inline'",
                                         "https://a.jp/,b",    "http://127.0.0.1.example.jp/",
                                         "https://u@a.jp/",    "javascript:x" };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        for (int k = 0; k < 2; k++)
            expect_fault(sk_str_printf(mem,
                                       "human { provider = turnstile; site_key = k; secret = k; "
                                       "%s = \"%s\"; }" SITE,
                                       k ? "verify" : "script", wrong[i])
                             .p,
                         "expected https://host/path (http only to this machine)");
}

static void
conf__reads_shares(void **state)
{
    static const char *const wrong[] = { "",     ".5", "0.", "0.123", "-0.1", "0.-1",
                                         "1.01", "2",  "x",  "0.5x",  "0.+1" };
    int64_t n = 0;

    (void)state;
    assert_true(conf_share_read(&n, SK_STR("0")) && n == 0);
    assert_true(conf_share_read(&n, SK_STR("1.0")) && n == 100);
    assert_true(conf_share_read(&n, SK_STR("0.5")) && n == 50);
    assert_true(conf_share_read(&n, SK_STR("0.05")) && n == 5);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (conf_share_read(&n, sk_str_of(wrong[i]))) fail_msg("%s", wrong[i]);
}

static void
conf__reads_sizes_and_switches(void **state)
{
    int64_t n = 0;
    bool b = false;

    (void)state;
    assert_true(conf_size_read(&n, SK_STR("12mb")) && n == 12 << 20);
    assert_true(conf_size_read(&n, SK_STR("3k")) && n == 3072);
    assert_true(conf_size_read(&n, SK_STR("77")) && n == 77);
    assert_false(conf_size_read(&n, SK_STR("mb")));
    assert_false(conf_size_read(&n, SK_STR("-1k")));
    assert_false(conf_size_read(&n, SK_STR("9999999999999gb")));
    assert_true(conf_bool_read(&b, SK_STR("Yes")) && b);
    assert_true(conf_bool_read(&b, SK_STR("off")) && !b);
    assert_false(conf_bool_read(&b, SK_STR("maybe")));
}

/* ── purposes ── */

static void
conf__reads_what_personal_data_may_be_read_for(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct conf_faults faults;
    const struct conf_purpose *p;
    struct conf *conf;
    sk_err e = read_text(&conf, &faults, mem,
                         "purpose orders { sites = [\"a\", \"console\"]; realms = merchant; "
                         "kinds = [\"name\", \"phone\"]; routes = [\"/admin\"]; show = plain; "
                         "ticket = 5; earned_days = 30; hour { tenant = 150; } }\n"
                         "site a { names = x; }\n"
                         "vault { keep = [\"trade_completed 14 days\"]; }\n"
                         "keeper { root_key = passphrase; }");

    (void)state;
    if (sk_failed(e)) fail_msg("%.*s", SK_ARG(sk_buf_str(&faults.text)));
    assert_int_equal(conf->purpose_count, 1);
    p = &conf->purpose[0];
    assert_true(sk_str_eq(p->name, SK_STR("orders")));
    assert_int_equal(p->sites.count, 2);
    assert_int_equal(p->ticket, 5);
    assert_int_equal(p->show, 0);
    assert_int_equal(p->level, 2);
    assert_int_equal(p->hour.tenant, 150);
    assert_int_equal(p->hour.principal, 100);
    assert_int_equal(p->day.purpose, 1500);
    assert_int_equal(conf->keeper.root_key, 1);
    assert_int_equal(conf->vault.keep.count, 1);
    /* the house's own: the command line's, of tenants that no site can be called */
    assert_int_equal(faults.count, 0);
    assert_true(sk_str_eq(conf->probe.name, SK_STR("sekisho.probe")));
    assert_true(sk_str_eq(conf->probe.sites.item[0], SK_STR("console")));
    assert_true(sk_str_eq(conf->probe.roles.item[0], SK_STR("local")));
    assert_int_equal(conf->probe.tenants.count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_false(conf_is_plain(conf->probe.tenants.item[i], "-_/"));
    assert_int_equal(conf->probe.ticket, 3);
    assert_int_equal(conf->probe.level, 2);
}

static void
purpose_fault(const char *inside, const char *expected)
{
    char text[512];

    snprintf(text, sizeof text,
             "site a { names = x; }\npurpose p { sites = a; realms = merchant; kinds = name; %s }",
             inside);
    expect_fault(text, expected);
}

static void
conf__refuses_purposes_that_are_for_nothing_or_unclear(void **state)
{
    (void)state;
    expect_fault("site a { names = x; }\npurpose { sites = a; }", "expected purpose NAME");
    expect_fault("site a { names = x; }\npurpose \"a b\" { }", "letters, digits");
    expect_fault("site a { names = x; }\npurpose p { realms = merchant; kinds = name; }", "sites:");
    expect_fault("site a { names = x; }\npurpose p { sites = a; kinds = name; }", "realms:");
    expect_fault("site a { names = x; }\npurpose p { sites = a; realms = buyer; }", "kinds:");
    expect_fault("site a { names = x; }\npurpose p { sites = b; realms = buyer; kinds = name; }",
                 "2:13: purpose p: sites: b: there is no such site");
    expect_fault("site a { names = x; }\npurpose p { sites = a; realms = king; kinds = name; }",
                 "king: expected operator");
    expect_fault("site a { names = x; }\npurpose p { sites = a; realms = buyer; kinds = shoe; }",
                 "shoe: expected name");
    purpose_fault("routes = admin;", "single slashes");
    purpose_fault("roles = \"a b\";", "letters, digits");
    purpose_fault("tenants = \"a b\";", "a tenant's name");
    purpose_fault("show = all;", "plain|masked|render|erase|letter");
    purpose_fault("hour { tenants = 3; }", "did you mean tenant");
    purpose_fault("show = erase;", "kinds: who erases sees none");
    expect_fault("site a { names = x; }\npurpose p { sites = a; realms = buyer; show = erase; "
                 "earned_days = 1; }",
                 "earned_days: nothing is earned");
    purpose_fault("hour { tenant = 0; }", "a number from 1");
    purpose_fault("hour { tenant = 1; }", "hour: no limit may be smaller");
    purpose_fault("day { principal = 99; }", "day: no limit may be smaller");
    purpose_fault("ticket = 21;", "ticket: more than an account may read in a second");
    purpose_fault("} purpose p { sites = a; realms = buyer; kinds = name;", "stands here twice");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conf__reads_what_it_writes_at_first_run),
        cmocka_unit_test(conf__names_line_column_and_the_nearest_word),
        cmocka_unit_test(conf__tells_every_fault_not_only_the_first),
        cmocka_unit_test(conf__takes_the_charsets_that_can_be_decoded),
        cmocka_unit_test(conf__refuses_words_that_would_change_nginx_conf),
        cmocka_unit_test(conf__reads_declared_fields),
        cmocka_unit_test(conf__reads_who_may_enter_a_place),
        cmocka_unit_test(conf__refuses_places_that_would_be_open_or_unclear),
        cmocka_unit_test(conf__reads_where_an_application_signs_people_in),
        cmocka_unit_test(conf__reads_where_personal_data_is_exchanged),
        cmocka_unit_test(conf__says_what_is_wrong_with_an_exchange),
        cmocka_unit_test(conf__gives_the_console_a_port_and_this_machine),
        cmocka_unit_test(conf__reads_who_tells_people_from_programs),
        cmocka_unit_test(conf__says_where_and_how_to_mend_what_a_provider_lacks),
        cmocka_unit_test(conf__takes_no_address_that_would_change_a_page_or_leak_a_secret),
        cmocka_unit_test(conf__reads_shares),
        cmocka_unit_test(conf__reads_sizes_and_switches),
        cmocka_unit_test(conf__reads_what_personal_data_may_be_read_for),
        cmocka_unit_test(conf__refuses_purposes_that_are_for_nothing_or_unclear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
