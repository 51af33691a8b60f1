/* nginx.conf of the gate.
 *
 * TLS follows the "recommended security type" of IPA and CRYPTREC's TLS configuration guidelines
 * (TLS暗号設定ガイドライン, version 3.1): TLS 1.3 and 1.2 only; under 1.2 only key exchange with
 * forward secrecy and authenticated encryption, the server's order of preference; no renegotiation,
 * no compression (OpenSSL 3 has neither by default). Session tickets are off, since nginx would
 * keep their key as long as it runs. */
#include "sekisho/render.h"

#include <stdio.h>

static const char ciphers[] = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                              "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
                              "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";

/* Names that only this machine answers to: a long HSTS there would lock a developer's other
 * projects on localhost out of plain HTTP for years. */
static bool
is_local(const struct conf_site *site)
{
    for (size_t i = 0; i < site->names.count; i++) {
        sk_str name = site->names.item[i];

        if (!sk_str_eq(name, SK_STR("localhost")) && !sk_str_ends(name, SK_STR(".localhost")) &&
            !sk_str_starts(name, SK_STR("127.")) && !sk_str_eq(name, SK_STR("[::1]")))
            return false;
    }
    return true;
}

static void
head(struct sk_buf *out, const struct render *r)
{
    sk_buf_printf(
        out,
        "# Made by sekisho from %s. Do not edit: the next start or reload writes it anew.\n"
        "load_module \"%s\";\n"
        "daemon off;\n"
        "worker_processes %u;\n"
        "worker_rlimit_core 0;\n"
        "pid \"%s/run/gate.pid\";\n"
        "error_log \"%s/log/gate-error.log\" warn;\n"
        "events { worker_connections 4096; }\n\n"
        "http {\n",
        r->conf->file, r->module, r->workers, r->state, r->state);
}

static void
common(struct sk_buf *out, const struct render *r)
{
    static const char *const temps[] = { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" };

    for (size_t i = 0; i < sizeof(temps) / sizeof(temps[0]); i++)
        sk_buf_printf(out, "    %s_temp_path \"%s/tmp/%s\";\n", temps[i], r->gate, temps[i]);
    sk_buf_printf(
        out,
        "    types { text/html html; }\n"
        "    default_type application/octet-stream;\n"
        "    access_log off; # addresses of visitors: the audit log has what is needed\n"
        "    server_tokens off;\n"
        "    underscores_in_headers on;  # else nginx drops such headers unseen\n"
        "    ignore_invalid_headers off;\n"
        "    # slow clients\n"
        "    client_header_timeout 10s;\n"
        "    client_body_timeout 15s;\n"
        "    send_timeout 15s;\n"
        "    keepalive_timeout 30s;\n"
        "    reset_timedout_connection on;\n"
        "    large_client_header_buffers 4 16k;\n"
        "    client_body_buffer_size 128k;\n"
        "    sekisho_zone 16m;\n"
        "    sekisho_ticket_key \"%s/ticket.key\";\n"
        "    sekisho_cache \"%s/gate/cache\"; # written when a configuration is tried\n"
        "    # what visitors wrote belongs into one record, where it can be kept and pruned\n"
        "    modsecurity_use_error_log off;\n"
        "    sekisho_audit_log \"%s/log/gate-audit.json\" json;\n\n",
        r->gate, r->state, r->state);
}

static void
tls(struct sk_buf *out)
{
    sk_buf_printf(out,
                  "    ssl_protocols TLSv1.2 TLSv1.3;\n"
                  "    ssl_ciphers %s;\n"
                  "    ssl_conf_command Ciphersuites TLS_AES_256_GCM_SHA384:"
                  "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256;\n"
                  "    ssl_conf_command Options NoRenegotiation;\n"
                  "    ssl_prefer_server_ciphers on;\n"
                  "    ssl_ecdh_curve X25519:prime256v1:secp384r1;\n"
                  "    ssl_session_tickets off;\n"
                  "    ssl_session_cache shared:sekisho_tls:10m;\n"
                  "    ssl_session_timeout 1h;\n\n",
                  ciphers);
}

/* Added only where the application has not set its own. */
static void
maps(struct sk_buf *out)
{
    static const struct {
        const char *variable, *upstream, *value;
    } defaults[] = {
        { "nosniff", "x_content_type_options", "nosniff" },
        { "referrer", "referrer_policy", "strict-origin-when-cross-origin" },
        { "permissions", "permissions_policy",
          "camera=(), microphone=(), geolocation=(), payment=(self), usb=()" },
        { "frames", "x_frame_options", "SAMEORIGIN" },
        { "policy", "content_security_policy", "frame-ancestors 'self'" },
    };

    for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
        sk_buf_printf(out, "    map $upstream_http_%s $sekisho_%s { '' \"%s\"; default ''; }\n",
                      defaults[i].upstream, defaults[i].variable, defaults[i].value);
    sk_buf_printf(
        out,
        "    # nothing but WebSockets may leave HTTP: h2c would be a tunnel past the rules\n"
        "    map $http_upgrade $sekisho_upgrade { ~*^websocket$ websocket; default ''; }\n"
        "    map $sekisho_upgrade $sekisho_connection { '' ''; default upgrade; }\n"
        "    # the name that nginx chose the site by, and a port that is one\n"
        "    map \"$host $http_host\" $sekisho_host {\n"
        "        \"~*^(?<sekisho_name>[^ ]+) \\k<sekisho_name>\\.?(?<sekisho_port>:[0-9]{1,5})$\""
        " $sekisho_name$sekisho_port;\n"
        "        default $host;\n"
        "    }\n"
        "    map $http_accept_language $sekisho_tongue { default en; ~*^\\s*ja ja; }\n\n");
}

static sk_str
server_address(sk_arena *mem, const struct render *r, sk_str server)
{
    sk_str path = sk_str_from(server, 5);

    if (!sk_str_starts(server, SK_STR("unix:"))) {
        sk_str host = sk_str_from(server, 7);
        size_t slash = sk_str_find_byte(host, '/');
        return slash == SIZE_MAX ? host : sk_str_first(host, slash);
    }
    path = render_path(mem, r->state, path);
    return sk_str_printf(mem, "unix:%.*s", SK_ARG(path));
}

/* A server that fails is passed over for a short while; the next one is asked at once. */
static void
upstream(struct sk_buf *out, const struct render *r, const struct conf_site *site)
{
    sk_buf_printf(out, "    upstream sekisho_%.*s {\n        zone sekisho_%.*s 64k;\n",
                  SK_ARG(site->name), SK_ARG(site->name));
    for (int64_t i = 0; site->servers.count == 0 && i < r->conf->instances; i++)
        sk_buf_printf(
            out, "        server \"unix:%s/run/shop-%lld.sock\" max_fails=1 fail_timeout=2s;\n",
            r->state, (long long)i + 1);
    for (size_t i = 0; i < site->servers.count; i++)
        sk_buf_printf(out, "        server \"%.*s\" max_fails=2 fail_timeout=5s;\n",
                      SK_ARG(server_address(out->mem, r, site->servers.item[i])));
    for (size_t i = 0; i < site->backup.count; i++)
        sk_buf_printf(out, "        server \"%.*s\" max_fails=2 fail_timeout=5s backup;\n",
                      SK_ARG(server_address(out->mem, r, site->backup.item[i])));
    sk_buf_add(out, SK_STR("        keepalive 32;\n    }\n"));
}

void
render_listen(struct sk_buf *out, const struct render *r, int64_t port, const char *words)
{
    sk_str address = r->conf->address;
    bool v6 = sk_str_find_byte(address, ':') != SIZE_MAX;

    sk_buf_printf(out, "        listen %s%.*s%s:%lld%s;\n", v6 ? "[" : "", SK_ARG(address),
                  v6 ? "]" : "", (long long)port, words);
    if (sk_str_eq(address, SK_STR("127.0.0.1")))
        sk_buf_printf(out, "        listen [::1]:%lld%s;\n", (long long)port, words);
}

static void
security_headers(struct sk_buf *out, const struct conf_site *site)
{
    sk_buf_printf(out,
                  "        add_header Strict-Transport-Security \"max-age=%s\" always;\n"
                  "        add_header X-Content-Type-Options $sekisho_nosniff always;\n"
                  "        add_header Referrer-Policy $sekisho_referrer always;\n"
                  "        add_header Permissions-Policy $sekisho_permissions always;\n"
                  "        add_header X-Frame-Options $sekisho_frames always;\n"
                  "        add_header Content-Security-Policy $sekisho_policy always;\n",
                  is_local(site) ? "300" : "63072000; includeSubDomains");
}

static void
names(struct sk_buf *out, const struct conf_site *site)
{
    sk_buf_add(out, SK_STR("        server_name"));
    for (size_t i = 0; i < site->names.count; i++)
        sk_buf_printf(out, " \"%.*s\"", SK_ARG(site->names.item[i]));
    sk_buf_add(out, SK_STR(";\n"));
}

static void
proxy(struct sk_buf *out, const struct conf_site *site)
{
    sk_buf_printf(out,
                  "        location / {\n"
                  "            proxy_pass http://sekisho_%.*s;\n",
                  SK_ARG(site->name));
    render_passed(out);
    sk_buf_add(out,
               SK_STR("            proxy_set_header Cookie $sekisho_cookie; # without our own\n"
                      "            proxy_connect_timeout 2s;\n"
                      "            proxy_read_timeout 60s;\n"
                      "            # nginx itself does not repeat POST, LOCK and PATCH\n"
                      "            proxy_next_upstream error timeout invalid_header http_502 "
                      "http_503;\n"
                      "            proxy_next_upstream_tries 3;\n"
                      "            proxy_next_upstream_timeout 10s;\n"
                      "        }\n"));
}

void
render_error_page(struct sk_buf *out, const struct render *r)
{
    sk_str policy = render_page_policy(out->mem);

    sk_buf_printf(out,
                  "        error_page 502 503 504 /.sekisho/away.html;\n"
                  "        location = /.sekisho/away.html {\n"
                  "            internal;\n"
                  "            rewrite ^ /away.$sekisho_tongue.html break;\n"
                  "            root \"%s/pages\";\n"
                  "            ssi on;\n"
                  "            charset utf-8;\n"
                  "            add_header X-Request-Id $sekisho_id always;\n"
                  "            add_header Cache-Control no-store always;\n"
                  "            add_header Retry-After 30 always;\n"
                  "            add_header X-Content-Type-Options nosniff always;\n"
                  "            add_header Content-Security-Policy \"%.*s\" always;\n"
                  "        }\n",
                  r->gate, SK_ARG(policy));
}

static void
site_server(struct sk_buf *out, const struct render *r, const struct conf_site *site)
{
    sk_buf_add(out, SK_STR("    server {\n"));
    render_listen(out, r, r->conf->https, " ssl http2");
    names(out, site);
    sk_buf_printf(out,
                  "        ssl_certificate \"%s/tls/%.*s.pem\";\n"
                  "        ssl_certificate_key \"%s/tls/%.*s.key\";\n"
                  "        client_max_body_size %lld;\n"
                  "        sekisho on;\n"
                  "        sekisho_site %.*s;\n"
                  "        sekisho_rules_file \"%s/site-%.*s.rules\";\n"
                  "        sekisho_past_limit %s;\n",
                  r->gate, SK_ARG(site->name), r->gate, SK_ARG(site->name),
                  site->body_past == CONF_WINDOWS ? 0LL : (long long)site->body_limit,
                  SK_ARG(site->name), r->gate, SK_ARG(site->name),
                  site->body_past == CONF_WINDOWS ? "windows" : "refuse");
    security_headers(out, site);
    render_areas(out, site);
    for (size_t i = 0; i < site->login_count; i++)
        render_login(out, site, &site->login[i]);
    render_exchanges(out, site);
    render_entrance(out, r, site);
    render_human(out, r->conf);
    proxy(out, site);
    render_error_page(out, r);
    sk_buf_add(out, SK_STR("    }\n"));
}

/* Names that are nobody's: told so (421), never proxied. The handshake uses the first site's
 * certificate, since clients that speak to a bare address send no name. */
static void
strangers(struct sk_buf *out, const struct render *r)
{
    const struct conf_site *first = &r->conf->site[0];

    sk_buf_add(out, SK_STR("    server {\n"));
    render_listen(out, r, r->conf->https, " ssl http2 default_server");
    sk_buf_printf(out,
                  "        server_name \"\";\n"
                  "        ssl_certificate \"%s/tls/%.*s.pem\";\n"
                  "        ssl_certificate_key \"%s/tls/%.*s.key\";\n"
                  "        return 421;\n"
                  "    }\n",
                  r->gate, SK_ARG(first->name), r->gate, SK_ARG(first->name));
}

static void
plain(struct sk_buf *out, const struct render *r)
{
    char port[24] = "";

    if (r->conf->https != 443) snprintf(port, sizeof(port), ":%lld", (long long)r->conf->https);
    sk_buf_add(out, SK_STR("    server {\n"));
    render_listen(out, r, r->conf->http, " default_server");
    sk_buf_add(out, SK_STR("        server_name \"\";\n        return 444;\n    }\n"));
    for (size_t i = 0; i < r->conf->site_count; i++) {
        sk_buf_add(out, SK_STR("    server {\n"));
        render_listen(out, r, r->conf->http, "");
        names(out, &r->conf->site[i]);
        sk_buf_printf(out, "        return 308 https://$host%s$request_uri;\n    }\n", port);
    }
}

static void
status(struct sk_buf *out, const struct render *r)
{
    sk_buf_printf(out,
                  "    server {\n"
                  "        listen \"unix:%s/run/status.sock\";\n"
                  "        location / { sekisho_status; }\n"
                  "        location = /shun { sekisho_shun_list; }\n"
                  "    }\n",
                  r->state);
}

sk_str
render_nginx(sk_arena *mem, const struct render *r)
{
    struct sk_buf out = { .mem = mem };

    head(&out, r);
    common(&out, r);
    render_vault(&out, r);
    render_shun(&out, r->conf);
    tls(&out);
    maps(&out);
    for (size_t i = 0; i < r->conf->site_count; i++)
        upstream(&out, r, &r->conf->site[i]);
    render_parts(&out, r);
    strangers(&out, r);
    for (size_t i = 0; i < r->conf->site_count; i++)
        site_server(&out, r, &r->conf->site[i]);
    if (r->console) render_console(&out, r);
    plain(&out, r);
    status(&out, r);
    sk_buf_add(&out, SK_STR("}\n"));
    return sk_buf_str(&out);
}
