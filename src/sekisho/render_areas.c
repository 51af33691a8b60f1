/* What nginx.conf says about people: areas, the pages of accounts, the console; and what a request
 * that passes takes along. */
#include "sekisho/render.h"

#include "base/net.h"

enum { WIDEST_V4 = 8, WIDEST_V6 = 16 };

/* What an application might believe about where a request came from or what it is about. Taken
 * from the client, each would be a way past the rules or past the record. */
static void
unbelieved(struct sk_buf *out)
{
    static const char *const headers[] = {
        "Forwarded",
        "X-Forwarded-Prefix",
        "X-Forwarded-Server",
        "X-Forwarded-Scheme",
        "X-Forwarded-Ssl",
        "X-Forwarded-By",
        "X-Forwarded-User",
        "X-Original-URL",
        "X-Original-Host",
        "X-Rewrite-URL",
        "X-Host",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "Client-IP",
        "True-Client-IP",
        "X-Originating-IP",
        "X-Remote-IP",
        "X-Remote-Addr",
        "X-HTTP-Host-Override",
    };

    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
        sk_buf_printf(out, "            proxy_set_header %s \"\";\n", headers[i]);
}

void
render_passed(struct sk_buf *out)
{
    sk_buf_add(
        out,
        SK_STR("            proxy_http_version 1.1;\n"
               "            proxy_set_header Host $sekisho_host;\n"
               "            proxy_set_header Connection $sekisho_connection;\n"
               "            proxy_set_header Upgrade $sekisho_upgrade;\n"
               "            proxy_set_header Accept-Encoding \"\"; # responses are looked at\n"
               "            proxy_set_header X-Request-Id $sekisho_id;\n"
               "            proxy_set_header X-Real-IP $remote_addr;\n"
               "            proxy_set_header X-Forwarded-For $remote_addr; # the client's own is "
               "not believed\n"
               "            proxy_set_header X-Forwarded-Proto https;\n"
               "            proxy_set_header X-Forwarded-Host $sekisho_host;\n"
               "            proxy_set_header X-Forwarded-Port $server_port;\n"
               "            proxy_set_header X-Sekisho-Ticket $sekisho_ticket;\n"
               "            proxy_set_header X-Sekisho-Principal $sekisho_principal;\n"
               "            proxy_set_header X-Sekisho-Role $sekisho_role;\n"
               "            proxy_hide_header Server;\n"
               "            proxy_hide_header X-Powered-By;\n"));
    unbelieved(out);
}

/* The operators' own. What is as wide as the Internet is nobody's own: an area that is open to all
 * does not mean that nobody is shut out. */
static void
spare(struct sk_buf *out, const struct conf_list *networks)
{
    struct sk_net net;

    for (size_t i = 0; i < networks->count; i++) {
        if (!sk_net_read(&net, networks->item[i]) ||
            net.bits < (sk_net_is_v4(&net) ? 96 + WIDEST_V4 : WIDEST_V6))
            continue;
        sk_buf_printf(out, "    sekisho_shun_spare %.*s;\n", SK_ARG(networks->item[i]));
    }
}

void
render_shun(struct sk_buf *out, const struct conf *conf)
{
    if (!conf->shun.enabled) return;
    sk_buf_printf(out, "    sekisho_shun on;\n    sekisho_shun_after %lld %lldm;\n",
                  (long long)conf->shun.strikes, (long long)conf->shun.longest);
    spare(out, &conf->shun.spare);
    spare(out, &conf->console.networks);
    for (size_t i = 0; i < conf->site_count; i++)
        for (size_t k = 0; k < conf->site[i].admin_count; k++)
            spare(out, &conf->site[i].admin[k].networks);
    sk_buf_byte(out, '\n');
}

static const struct conf_row *
realm_row(void)
{
    const struct conf_row *row = conf_admin_rows;

    while (strcmp(row->key, "realm") != 0)
        row++;
    return row;
}

static void
from(struct sk_buf *out, const struct conf_list *networks)
{
    for (size_t i = 0; i < networks->count; i++)
        sk_buf_printf(out, " from=%.*s", SK_ARG(networks->item[i]));
}

static void
render_area(struct sk_buf *out, const struct conf_admin *admin)
{
    sk_buf_printf(out, "        sekisho_area %.*s realm=%.*s factors=%d", SK_ARG(admin->path),
                  SK_ARG(conf_choice_word(realm_row(), admin->realm)),
                  admin->second_factor ? 2 : 1);
    for (size_t i = 0; i < admin->screens.count; i++)
        sk_buf_printf(out, " screen=%.*s", SK_ARG(admin->screens.item[i]));
    from(out, &admin->networks);
    sk_buf_add(out, SK_STR(";\n"));
}

void
render_login(struct sk_buf *out, const struct conf_site *site, const struct conf_login *login)
{
    static const char *const words[] = { [CONF_CHALLENGE_ADAPTIVE] = "adaptive",
                                         [CONF_CHALLENGE_ALWAYS] = "always",
                                         [CONF_CHALLENGE_OFF] = "off" };

    sk_buf_printf(out,
                  "        sekisho_login %.*s window=%lldm per_account=%lld per_source=%lld "
                  "per_network=%lld per_site=%lld challenge=%s",
                  SK_ARG(login->path), (long long)login->minutes, (long long)login->per_account,
                  (long long)login->per_source, (long long)login->per_network,
                  (long long)login->per_site, words[site->challenge]);
    if (login->account.n) sk_buf_printf(out, " account=%.*s", SK_ARG(login->account));
    for (size_t i = 0; i < login->failed.count; i++) {
        sk_str rest = login->failed.item[i], kind;

        (void)sk_str_cut(&kind, &rest, ' ');
        sk_buf_printf(out, " failed=%.*s:%.*s", SK_ARG(kind), SK_ARG(rest));
    }
    sk_buf_add(out, SK_STR(";\n"));
}

/* Signing in must be possible before one has signed in, also where an area is the whole site. Its
 * networks are the area's then: those of every area around count. */
void
render_areas(struct sk_buf *out, const struct conf_site *site)
{
    for (size_t i = 0; i < site->admin_count; i++)
        render_area(out, &site->admin[i]);
    if (site->admin_count)
        sk_buf_add(out, SK_STR("        sekisho_area /.sekisho realm=none from=0.0.0.0/0 "
                               "from=::/0;\n"));
}

/* Operators sign in from where some place is open to them, and from nowhere else: the console's
 * networks and those of every area of theirs. */
static void
from_operators(struct sk_buf *out, const struct conf *conf)
{
    from(out, &conf->console.networks);
    for (size_t i = 0; i < conf->site_count; i++)
        for (size_t k = 0; k < conf->site[i].admin_count; k++)
            if (sk_str_eq(conf_choice_word(realm_row(), conf->site[i].admin[k].realm),
                          SK_STR("operator")))
                from(out, &conf->site[i].admin[k].networks);
}

static void
accounts_location(struct sk_buf *out, sk_str site, const char *path)
{
    sk_buf_printf(out,
                  "        location ^~ %s {\n"
                  "            proxy_pass http://sekisho_accounts;\n"
                  "            client_max_body_size 64k;\n"
                  "            proxy_set_header X-Sekisho-Site %.*s;\n",
                  path, SK_ARG(site));
    render_passed(out);
    sk_buf_add(out, SK_STR("            proxy_connect_timeout 2s;\n"
                           "            proxy_read_timeout 30s;\n"));
}

/* Accounts decodes a path once, as nginx does to choose the location, and knows no other spelling:
 * so this need not be an area of the whole server, which would cost each of its requests. */
static void
operators_location(struct sk_buf *out, const struct render *r, const struct conf_site *site)
{
    accounts_location(out, site->name, "/.sekisho/operator/");
    render_areas(out, site);
    sk_buf_add(out, SK_STR("            sekisho_area /.sekisho/operator realm=none"));
    from_operators(out, r->conf);
    sk_buf_add(out, SK_STR(";\n        }\n"));
}

void
render_entrance(struct sk_buf *out, const struct render *r, const struct conf_site *site)
{
    sk_buf_printf(out,
                  "        sekisho_session /.sekisho/session;\n"
                  "        location = /.sekisho/session {\n"
                  "            internal;\n"
                  "            sekisho off;\n"
                  "            proxy_pass http://sekisho_accounts_api/v1/session;\n"
                  "            proxy_http_version 1.1;\n"
                  "            proxy_set_header Connection \"\";\n"
                  "            proxy_pass_request_body off;\n"
                  "            proxy_set_header Content-Length \"\";\n"
                  "            proxy_set_header X-Request-Id $sekisho_id;\n"
                  "            proxy_set_header X-Real-IP $remote_addr;\n"
                  "            proxy_set_header X-Sekisho-Realm $sekisho_realm;\n"
                  "            proxy_set_header X-Sekisho-Site %.*s;\n"
                  "            proxy_connect_timeout 2s;\n"
                  "            proxy_read_timeout 5s;\n"
                  "        }\n"
                  "        location = /.sekisho/challenge {\n"
                  "            sekisho off;\n"
                  "            sekisho_challenge;\n"
                  "            client_max_body_size 16k;\n"
                  "        }\n"
                  "        location = /.sekisho/challenge.js {\n"
                  "            sekisho off;\n"
                  "            sekisho_challenge;\n"
                  "        }\n"
                  "        location = /.sekisho/human.js {\n"
                  "            sekisho off;\n"
                  "            sekisho_challenge;\n"
                  "        }\n",
                  SK_ARG(site->name));
    accounts_location(out, site->name, "/.sekisho/");
    sk_buf_add(out, SK_STR("        }\n"));
    operators_location(out, r, site);
}

static void
part_upstream(struct sk_buf *out, const struct render *r, const char *name, const char *socket)
{
    sk_buf_printf(out,
                  "    upstream sekisho_%s {\n"
                  "        server \"unix:%s/run/%s.sock\";\n"
                  "        keepalive 8;\n"
                  "    }\n",
                  name, r->state, socket);
}

void
render_parts(struct sk_buf *out, const struct render *r)
{
    part_upstream(out, r, "accounts", "accounts");
    part_upstream(out, r, "accounts_api", "accounts-api");
    if (r->console) part_upstream(out, r, "console", "console");
    render_human_upstream(out, r);
}

const struct conf_site render_console_site = {
    .name = { "console", 7 },
    .body_limit = 1024 * 1024,
    .body_utf8 = true,
    .serve_enabled = true,
    .serve_listing = true,
    .serve_allow = { .item = { { "/", 1 } }, .count = 1 },
};

/* A listener of its own, by whatever name it is called: who may come is said by networks, and its
 * certificate is the first site's. */
void
render_console(struct sk_buf *out, const struct render *r)
{
    const struct conf_site *first = &r->conf->site[0];
    struct conf_site *console = SK_NEW(out->mem, struct conf_site);

    *console = render_console_site;
    console->admin_count = 1;
    console->admin[0] = (struct conf_admin){ .path = SK_STR("/"), /* realm: operator, row 0 */
                                             .networks = r->conf->console.networks,
                                             .second_factor = true };
    sk_buf_add(out, SK_STR("    server {\n"));
    render_listen(out, r, r->conf->console.port, " ssl http2");
    sk_buf_printf(out,
                  "        server_name \"\";\n"
                  "        ssl_certificate \"%s/tls/%.*s.pem\";\n"
                  "        ssl_certificate_key \"%s/tls/%.*s.key\";\n"
                  "        client_max_body_size 1m;\n"
                  "        sekisho on;\n"
                  "        sekisho_site console;\n"
                  "        sekisho_rules_file \"%s/console.rules\";\n"
                  "        add_header X-Content-Type-Options $sekisho_nosniff always;\n"
                  "        add_header Referrer-Policy $sekisho_referrer always;\n"
                  "        add_header X-Frame-Options $sekisho_frames always;\n"
                  "        add_header Content-Security-Policy $sekisho_policy always;\n",
                  r->gate, SK_ARG(first->name), r->gate, SK_ARG(first->name), r->gate);
    render_areas(out, console);
    render_entrance(out, r, console);
    sk_buf_add(out, SK_STR("        location / {\n"
                           "            proxy_pass http://sekisho_console;\n"
                           "            proxy_set_header X-Sekisho-Site console;\n"));
    render_passed(out);
    sk_buf_add(out, SK_STR("            proxy_connect_timeout 2s;\n"
                           "            proxy_read_timeout 60s;\n"
                           "        }\n"));
    render_error_page(out, r);
    sk_buf_add(out, SK_STR("    }\n"));
}
