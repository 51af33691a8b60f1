/* Rendered nginx.conf is looked at for what the promises name. */
#include "sekisho/render_test.h"

static sk_str
nginx_of(sk_arena *mem, const char *text)
{
    struct conf *conf = conf_of(mem, text);
    struct render r = { .conf = conf,
                        .state = "/state",
                        .gate = "/gate",
                        .module = "m.so",
                        .workers = 2,
                        .console = true };

    return render_nginx(mem, &r);
}

static void
expect_text(sk_str text, const char *part, bool there)
{
    if ((sk_str_find(text, sk_str_of(part)) != SIZE_MAX) != there)
        fail_msg("%s in nginx.conf: %s", there ? "missing" : "unexpected", part);
}

static void
nginx__speaks_only_tls_1_2_and_1_3_and_redirects_plain_http(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text =
        nginx_of(mem, "listen { https = 443; http = 80; }\nsite a { names = [\"a.jp\"]; }");

    (void)state;
    expect_text(text, "ssl_protocols TLSv1.2 TLSv1.3;", true);
    expect_text(text, "CBC", false);
    expect_text(text, "return 308 https://$host$request_uri;", true);
    expect_text(text, "max-age=63072000", true);
    expect_text(text, "server \"unix:/state/run/shop-2.sock\"", true);
    expect_text(nginx_of(mem, "site a { names = localhost; }"), "max-age=300", true);
    expect_text(nginx_of(mem, "site a { names = localhost; }"), "https://$host:8443$request_uri",
                true);
}

static void
nginx__asks_upstreams_and_then_backups(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text =
        nginx_of(mem, "site a { names = x; upstream { servers = [\"http://10.0.0.5:80/\", "
                      "\"unix:run/x.sock\"]; backup = \"http://b\"; } body { limit = 1mb; } }");

    (void)state;
    expect_text(text, "server \"10.0.0.5:80\" max_fails", true);
    expect_text(text, "server \"unix:/state/run/x.sock\" max_fails", true);
    expect_text(text, "server \"b\" max_fails=2 fail_timeout=5s backup;", true);
    expect_text(text, "client_max_body_size 1048576;", true);
}

static void
nginx__guards_places_and_leaves_the_way_to_signing_in(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text =
        nginx_of(mem, "site a { names = x; admin \"/wp-admin\" { networks = "
                      "[\"10.0.0.0/8\", \"::1\"]; realm = merchant; screens = [s, t]; } }");

    (void)state;
    expect_text(text, "sekisho_ticket_key \"/gate/ticket.key\";", true);
    expect_text(text,
                "sekisho_area /wp-admin realm=merchant factors=2 screen=s screen=t "
                "from=10.0.0.0/8 from=::1;",
                true);
    expect_text(text, "sekisho_area /.sekisho realm=none from=0.0.0.0/0 from=::/0;", true);
    expect_text(text, "server \"unix:/state/run/accounts-api.sock\";", true);
    expect_text(text, "proxy_set_header X-Sekisho-Site a;", true);
    expect_text(text, "proxy_set_header Cookie $sekisho_cookie;", true);
    expect_text(text, "X-Original-URL \"\"", true);
}

static void
nginx__lets_operators_sign_in_from_their_networks_alone(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = nginx_of(mem, "console { networks = \"192.0.2.1\"; }\n"
                                "site a { names = x; admin \"/a\" { networks = \"10.0.0.0/8\"; }"
                                " admin \"/m\" { networks = \"::1\"; realm = merchant; } }\n"
                                "site b { names = y; }"),
           head;
    size_t at = sk_str_find(text, SK_STR("server_name \"y\";"));

    (void)state;
    assert_true(at != SIZE_MAX);
    head = sk_str_from(text, at);
    expect_text(sk_str_first(head, sk_str_find(head, SK_STR("location"))), "sekisho_area", false);
    at = sk_str_find(head, SK_STR("location ^~ /.sekisho/operator/ {"));
    assert_true(at != SIZE_MAX);
    head = sk_str_from(head, at);
    expect_text(sk_str_first(head, sk_str_find(head, SK_STR("}"))),
                "sekisho_area /.sekisho/operator realm=none from=192.0.2.1 from=10.0.0.0/8;", true);
}

static void
nginx__guards_the_console_as_a_whole(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = nginx_of(mem, "site a { names = x; } console { networks = \"10.0.0.0/8\"; }"),
           head;
    size_t at = sk_str_find(text, SK_STR("listen 127.0.0.1:8445 ssl http2;"));

    (void)state;
    assert_true(at != SIZE_MAX);
    head = sk_str_from(text, at);
    expect_text(sk_str_first(head, sk_str_find(head, SK_STR("location"))),
                "sekisho_area / realm=operator factors=2 from=10.0.0.0/8;", true);
    expect_text(head, "proxy_pass http://sekisho_console;", true);
}

static void
nginx__limits_where_an_application_signs_people_in(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text =
        nginx_of(mem, "site a { names = x; challenge = off; login \"/in\" { account = log; "
                      "failed = [\"status 401\", \"location /in?e=1&x\"]; minutes = 5; } }");

    (void)state;
    expect_text(text,
                "sekisho_login /in window=5m per_account=10 per_source=20 per_network=60 "
                "per_site=1000 challenge=off account=log failed=status:401 "
                "failed=location:/in?e=1&x;",
                true);
    expect_text(text, "location = /.sekisho/challenge {", true);
}

static void
nginx__asks_a_company_who_is_a_person_where_one_is_named(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = nginx_of(mem, "site a { names = x; }");

    (void)state;
    expect_text(text, "sekisho_human", false);
    text = nginx_of(mem, "human { provider = hcaptcha; site_key = 0x4-k; secret = k; }\n"
                         "site a { names = x; }\nsite b { names = y; }");
    expect_text(text, "sekisho_human hcaptcha key=0x4-k ask=/.sekisho/human;", true);
    expect_text(text, "upstream sekisho_human { server \"unix:/state/run/human.sock\"; }", true);
    expect_text(text, "proxy_set_body $sekisho_human;", true);
    text = nginx_of(mem, "human { provider = recaptcha; site_key = k; secret = k;\n"
                         "  script = \"https://www.recaptcha.net/recaptcha/api.js\"; }\n"
                         "site a { names = x; }");
    expect_text(text, " script=https://www.recaptcha.net/recaptcha/api.js;", true);
}

static void
nginx__swaps_personal_data_where_the_site_says_so(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = nginx_of(
        mem,
        "purpose orders { sites = [\"a\"]; realms = merchant; kinds = [\"name\"]; }\n"
        "site a { names = x; exchange \"/buy\" { phone = [\"tel\", "
        "\"c[t]\"]; earns = orders; } exchange \"/n\" { name = n; person = "
        "new; tenant = 2; charset = shift_jis; } show \"/o\" { purpose = orders; kinds = [name, "
        "phone]; } show \"/\" { } }");

    (void)state;
    expect_text(text,
                "sekisho_exchange /buy person=self earns=orders \"field=phone:tel\" "
                "\"field=phone:c[t]\";",
                true);
    expect_text(text,
                "sekisho_exchange /n person=new tenant=2 charset=shift_jis "
                "\"field=name:n\";",
                true);
    expect_text(text, "sekisho_show /o purpose=orders kinds=name,phone;", true);
    expect_text(text, "sekisho_show /;", true);
    expect_text(text, "/run/vault.sock\" timeout=2s;", true);
    expect_text(nginx_of(mem, "site a { names = x; }"), "sekisho_vault", false);
}

static void
nginx__never_shuts_operators_out(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = nginx_of(mem, "site a { names = x; admin \"/a\" { networks = [\"10.0.0.0/8\", "
                                "\"0.0.0.0/0\", \"::/0\", \"2001:db8::/32\"]; } }\n"
                                "shun { spare = \"192.0.2.1\"; longest = 60; strikes = 5; }");

    (void)state;
    expect_text(text, "sekisho_shun on;", true);
    expect_text(text, "sekisho_shun_after 5 60m;", true);
    expect_text(text, "sekisho_shun_spare 10.0.0.0/8;", true);
    expect_text(text, "sekisho_shun_spare 2001:db8::/32;", true);
    expect_text(text, "sekisho_shun_spare 127.0.0.1;", true);
    expect_text(text, "sekisho_shun_spare 192.0.2.1;", true);
    expect_text(text, "sekisho_shun_spare 0.0.0.0/0;", false);
    expect_text(text, "sekisho_shun_spare ::/0;", false);
    expect_text(text, "location = /shun { sekisho_shun_list; }", true);
    expect_text(nginx_of(mem, "site a { names = x; } shun { enabled = false; }"), "sekisho_shun on",
                false);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nginx__speaks_only_tls_1_2_and_1_3_and_redirects_plain_http),
        cmocka_unit_test(nginx__asks_upstreams_and_then_backups),
        cmocka_unit_test(nginx__guards_places_and_leaves_the_way_to_signing_in),
        cmocka_unit_test(nginx__lets_operators_sign_in_from_their_networks_alone),
        cmocka_unit_test(nginx__guards_the_console_as_a_whole),
        cmocka_unit_test(nginx__limits_where_an_application_signs_people_in),
        cmocka_unit_test(nginx__asks_a_company_who_is_a_person_where_one_is_named),
        cmocka_unit_test(nginx__swaps_personal_data_where_the_site_says_so),
        cmocka_unit_test(nginx__never_shuts_operators_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
