"""What all cases share: one nginx with every kind of location, one application behind it."""
import http.client
import os
import socket

from accounts import Accounts
from backend import Backend, LEAK
from dns import Dns
from human import Human
from nginx import Nginx
import servers

RULES = """
SecRequestBodyAccess On
SecRequestBodyLimit 1048576
SecRequestBodyNoFilesLimit 1048576
SecRequestBodyLimitAction Reject
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html
SecResponseBodyLimit 65536
SecResponseBodyLimitAction Reject
SecAuditEngine RelevantOnly
SecAuditLogRelevantStatus ^$
SecAuditLogParts ABIJDEFHZ
SecRule REQUEST_HEADERS:X-Attack "@contains phase1" "id:101,phase:1,deny,status:403,log,msg:'one'"
SecRule REQUEST_BODY "@contains phase2attack" "id:102,phase:2,deny,status:403,log,msg:'two'"
SecRule RESPONSE_HEADERS:X-Debug "@contains leaked-secret-in-header" "id:103,phase:3,deny,status:403,log,msg:'three'"
SecRule RESPONSE_BODY "@contains leaked-secret-in-page" "id:104,phase:4,deny,status:403,log,msg:'four'"
SecRule REQUEST_HEADERS:X-Attack "@contains goaway" "id:105,phase:1,log,redirect:https://example.org/away"
SecRule REQUEST_HEADERS:X-Attack "@contains dropme" "id:106,phase:1,log,drop"
SecRule REQUEST_HEADERS:X-Attack "@contains phase5" "id:107,phase:5,pass,log,msg:'five'"
SecRule REQUEST_HEADERS:X-Attack "@contains malformed" "id:108,phase:1,deny,status:422,log"
SecRule REQUEST_LINE "@contains brokenline" "id:109,phase:1,deny,status:403,log,msg:'nine'"
SecRule ARGS "@contains brokenargument" "id:113,phase:2,deny,status:403,log,msg:'thirteen'"
SecRule REQUEST_HEADERS:X-Behind "@contains brokenbehind" "id:114,phase:1,pass,log,msg:'fourteen'"
SecRule REQUEST_HEADERS "@contains brokenheader" "id:115,phase:1,pass,log,msg:'fifteen'"
SecRule REQUEST_HEADERS:X-Attack "@contains named" "id:116,phase:1,nolog,pass,setenv:Bot=%{MATCHED_VAR}"
SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/json" "id:117,phase:1,nolog,pass,ctl:requestBodyProcessor=JSON"
SecAction "id:110,phase:1,nolog,pass,initcol:ip=%{REMOTE_ADDR}"
SecRule REQUEST_HEADERS:X-Attack "@contains counted" "id:111,phase:1,nolog,pass,setvar:ip.hits=+1"
SecRule REQUEST_HEADERS:X-Attack "@contains counted" "id:112,phase:1,deny,status:403,log,chain"
SecRule IP:HITS "@gt 20"
"""

SERVER = """
        sekisho_audit_log logs/audit.json;
        sekisho_audit_log logs/audit.serial serial;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        location / {{ proxy_pass http://back; }}
        location /env/ {{ add_header X-Bot $sekisho_env_bot; proxy_pass http://back/; }}
        location /return {{ return 200 "from nginx\\n"; }}
        location /detect/ {{ sekisho detect; proxy_pass http://back/; }}
        location /off/ {{ sekisho off; proxy_pass http://back/; }}
        location /partial/ {{ sekisho_rules 'SecResponseBodyLimitAction ProcessPartial'; proxy_pass http://back/; }}
        location /windows/ {{ sekisho_past_limit windows; client_max_body_size 8m; proxy_pass http://back/; }}
        location /refuse/ {{ sekisho_rules 'SecResponseBodyLimitAction ProcessPartial'; sekisho_past_limit refuse; proxy_pass http://back/; }}
        location /unbuffered/ {{ proxy_buffering off; proxy_pass http://back/; }}
        location /unseen/ {{ sekisho_unknown_encoding pass; proxy_pass http://back/; }}
        location /gzip/ {{ gzip on; gzip_types text/plain; gzip_min_length 1; gzip_proxied any; proxy_pass http://back/; }}
        location /inside/ {{ internal; root html; }}
        location /static/ {{ alias {folder}/html/; }}
        location /own-page/ {{ error_page 403 /own/blocked.html; proxy_pass http://back/; }}
        location /own/ {{ alias {folder}/html/inside/; }}
        location /fallback/ {{ root html; error_page 404 = @back; }}
        location @back {{ proxy_pass http://back; }}
        location /try/ {{ root html; try_files $uri @back; }}
        location /ws {{ proxy_pass http://back; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; }}
        location /site-b/ {{ sekisho_site 別館; proxy_pass http://back/; }}
        location /page/ {{ sekisho_block_page {folder}/page.html; proxy_pass http://back/; }}
        location /closed/ {{ deny all; }}
        location /gone/ {{ proxy_pass http://unix:{folder}/nobody.sock; }}
        location /rbl/ {{
            resolver 127.0.0.1:{dns} ipv6=off;
            sekisho_rules 'SecRule REMOTE_ADDR "@rbl list.example" "id:201,phase:1,deny,status:403,log,chain"
                SecRule REQUEST_HEADERS:X-Ask "@streq listed"
                SecRule REMOTE_ADDR "@rbl error.example" "id:202,phase:1,deny,status:403,log"
                SecRule REMOTE_ADDR "@rbl gone.example" "id:203,phase:1,deny,status:403,log"';
            proxy_pass http://back/;
        }}
        location /rbl-silent/ {{
            resolver 127.0.0.1:{dns} ipv6=off;
            sekisho_rules 'SecRule REMOTE_ADDR "@rbl silent.example" "id:204,phase:1,deny,status:403,log"';
            proxy_pass http://back/;
        }}
        location /rbl-alone/ {{
            sekisho_rules 'SecRule REMOTE_ADDR "@rbl alone.example" "id:205,phase:1,deny,status:403,log"';
            proxy_pass http://back/;
        }}
        location = /status {{ sekisho_status; sekisho off; }}
        location = /shun {{ sekisho_shun_list; sekisho off; }}
"""

# Clients say where they come from: nginx's realip module believes them here, and only here.
ENTRANCE = """
        set_real_ip_from 127.0.0.1;
        real_ip_header X-From;
        sekisho_site shop;
        sekisho_audit_log logs/audit.json;
        sekisho_area /wp-admin realm=operator from=10.0.0.0/8 from=2001:db8::/32;
        sekisho_area /wp-admin/worker realm=worker factors=1 from=10.0.0.0/8;
        sekisho_area /wp-admin/open realm=none from=10.0.0.0/8;
        sekisho_area /wp-admin/orders realm=operator screen=orders screen=sales from=10.0.0.0/8;
        sekisho_area /office realm=none from=10.0.0.0/8;
        sekisho_area /away realm=merchant from=0.0.0.0/0;
        sekisho_session /.sekisho/session;
        proxy_http_version 1.1;
        proxy_set_header Connection $http_connection;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Cookie $sekisho_cookie;
        proxy_set_header X-Sekisho-Ticket $sekisho_ticket;
        proxy_set_header X-Sekisho-Principal $sekisho_principal;
        proxy_set_header X-Sekisho-Role $sekisho_role;
        location = /.sekisho/session {{
            internal;
            sekisho off;
            proxy_pass http://accounts/v1/session;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header Cookie $http_cookie;
            proxy_set_header X-Sekisho-Realm $sekisho_realm;
        }}
        location / {{ proxy_pass http://back; }}
        location /off/ {{ sekisho off; satisfy any; allow all; proxy_pass http://back; }}
        location /moved/ {{ rewrite ^/moved/(.*)$ /wp-admin/$1; }}
        location /inside {{ error_page 404 = /wp-admin/; return 404; }}
        location /own-page {{ error_page 403 /own/blocked.html; sekisho_rules 'SecAction "id:300,phase:1,deny,status:403"'; proxy_pass http://back; }}
        location /own/ {{ alias {folder}/html/inside/; }}
"""

SHUN = """
        set_real_ip_from 127.0.0.1;
        real_ip_header X-From;
        sekisho_site shop;
        sekisho_audit_log logs/audit.json;
        sekisho_shun on;
        sekisho_area /office realm=none from=10.0.0.0/8;
        set $named $sekisho_id;
        location / {{ proxy_pass http://back; }}
        location /page/ {{ error_page 403 /own/blocked.html; proxy_pass http://back; }}
        location /own/ {{ alias {folder}/html/inside/; }}
        location /off/ {{ sekisho off; proxy_pass http://back; }}
"""

LOGIN = """
        set_real_ip_from 127.0.0.1;
        real_ip_header X-From;
        sekisho_site shop;
        sekisho_audit_log logs/audit.json;
        sekisho_login /login/plain account=log failed=status:401 per_account=4 per_source=6 per_network=9;
        sekisho_login /login/led account=log failed=location:/login/led?error per_source=3;
        sekisho_login /login/json account=who failed=status:401 per_account=3;
        sekisho_login /login/crowd failed=status:401 per_site=5;
        sekisho_login /login/adaptive account=log failed=status:401 per_account=4 per_source=50 challenge=adaptive;
        sekisho_login /login/always account=log failed=status:401 challenge=always;
        sekisho_login /login/many account=log failed=status:401;
        location / {{ proxy_pass http://back; }}
        location = /.sekisho/challenge {{ sekisho off; sekisho_challenge; }}
        location = /.sekisho/challenge.js {{ sekisho off; sekisho_challenge; }}
"""

# One server for each company, since what is remembered of one is remembered of it alone.
HUMAN = """
    server {{
        listen 127.0.0.1:{port};
        set_real_ip_from 127.0.0.1;
        real_ip_header X-From;
        sekisho_site shop;
        sekisho_human {name} key=0x4-site_key ask=/.sekisho/human{more};
        sekisho_login /login/always account=log failed=status:401 challenge=always;
        location / {{ proxy_pass http://back; }}
        location = /.sekisho/challenge {{ sekisho off; sekisho_challenge; }}
        location = /.sekisho/challenge.js {{ sekisho off; sekisho_challenge; }}
        location = /.sekisho/human.js {{ sekisho off; sekisho_challenge; }}
        location = /.sekisho/human {{
            internal;
            sekisho off;
            proxy_pass http://human/v1/human;
            proxy_method POST;
            proxy_pass_request_headers off;
            proxy_set_header Content-Type application/json;
            proxy_set_body $sekisho_human;
            proxy_read_timeout 1s;
        }}
        error_page 502 503 504 /away.html;
        location = /away.html {{ internal; alias {folder}/html/inside/fine.html; }}
    }}
"""
HUMANS = {"turnstile": "", "hcaptcha": "", "recaptcha": " script=http://127.0.0.1:9/recaptcha/api.js", "recaptcha-score": ""}

CONFIG = """
load_module {module};
worker_processes 2;
worker_rlimit_core 0;
pid logs/nginx.pid;
error_log logs/error.log warn;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path tmp/body; proxy_temp_path tmp/proxy; fastcgi_temp_path tmp/f; uwsgi_temp_path tmp/u; scgi_temp_path tmp/s;
    log_format facts '$sekisho_id $sekisho_action $sekisho_rule $status $request_uri';
    access_log logs/access.log facts;
    client_body_buffer_size 16k;
    client_max_body_size 4m;
    underscores_in_headers on; ignore_invalid_headers off;
    upstream back {{ server 127.0.0.1:{back}; keepalive 8; }}
    sekisho on;
    sekisho_rules_file {folder}/base.rules;
    sekisho_zone 2m;
    sekisho_ticket_key {folder}/ticket.key;
    sekisho_shun_after 5 1h;
    sekisho_shun_spare 203.0.113.0/24 2001:db8:5::/48;
    server {{ listen 127.0.0.1:{shun}; {shun_text} }}
    server {{ listen 127.0.0.1:{login}; {login_text} }}
    upstream accounts {{ server 127.0.0.1:{accounts}; }}
    upstream human {{ server 127.0.0.1:{human}; }}
    {humans}
    server {{ listen 127.0.0.1:{entrance}; {entrance_text} }}
    server {{ listen 127.0.0.1:{entrance_h2} http2; {entrance_text} }}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        sekisho_site shop;
        {server}
    }}
    server {{
        listen 127.0.0.1:{h2} http2;
        sekisho_site shop;
        {server}
    }}
    server {{
        listen 127.0.0.1:{ms};
        sekisho off;
        location / {{
            modsecurity on;
            modsecurity_rules 'SecRuleEngine On
                SecAuditLog {folder}/logs/ms-audit.log';
            modsecurity_transaction_id "own-$request_id";
            modsecurity_use_error_log off;
            proxy_pass http://back;
        }}
        location /concurrent/ {{
            modsecurity on;
            modsecurity_rules 'SecRuleEngine On
                SecAuditLogType Concurrent
                SecAuditLogStorageDir {folder}/events
                SecAuditLogDirMode 0750
                SecAuditLogFileMode 0640
                SecAuditLog {folder}/logs/index';
            modsecurity_transaction_id "$arg_id";
            proxy_pass http://back/;
        }}
        location /no-engine/ {{ modsecurity on; proxy_pass http://back/; }}
    }}
}}
"""


class Skipped(Exception):
    pass


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return "%s %r" % (self.status, self.body[:200])


class Scene:
    def __init__(self, module, folder):
        self.module, self.folder = module, folder
        self.backend = Backend()
        self.dns = Dns({"1.0.0.127.list.example": "127.0.0.2", "1.0.0.127.error.example": "127.255.255.254",
                        "1.0.0.127.alone.example": "127.0.0.2"}, silent=("1.0.0.127.silent.example",))
        self.accounts = Accounts()
        self.asker = Human()
        self.human = {name: servers.free_port() for name in HUMANS}
        self.port, self.h2, self.ms, self.entrance, self.entrance_h2, self.shun, self.login = (
            servers.free_port() for _ in range(7))
        self.ticket_key = os.urandom(32)
        with open(os.path.join(folder, "ticket.key"), "wb") as f:
            f.write(self.ticket_key)
        self.file("base.rules", RULES)
        self.file("page.html", "<p>own {{id}} {{status}} {{#ja}}日本語{{/ja}}{{#en}}English{{/en}}</p>")
        self.nginx = Nginx(module, folder, self.config())
        os.makedirs(os.path.join(folder, "events"))
        os.chmod(os.path.join(folder, "events"), 0o777)
        self.file("html/inside/leak.html", "<p>%s</p>" % LEAK.decode())
        self.file("html/inside/fine.html", "<p>fine</p>")
        self.file("html/inside/blocked.html", "<p>the operator's page</p>")
        self.file("html/long.html", "b" * 60000)
        self.file("html/late.html", "b" * 50000 + LEAK.decode())

    def config(self):
        return CONFIG.format(module=self.module, folder=self.folder, back=self.backend.port, port=self.port, h2=self.h2,
                             ms=self.ms, accounts=self.accounts.port, human=self.asker.port,
                             humans="".join(HUMAN.format(name=n, port=p, more=HUMANS[n], folder=self.folder)
                                            for n, p in self.human.items()), entrance=self.entrance,
                             entrance_h2=self.entrance_h2, entrance_text=ENTRANCE.format(folder=self.folder),
                             login=self.login, login_text=LOGIN.format(folder=self.folder),
                             shun=self.shun, shun_text=SHUN.format(folder=self.folder),
                             server=SERVER.format(folder=self.folder, dns=self.dns.port))

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)

    def start(self):
        ok, text = self.nginx.check()
        if not ok:
            raise RuntimeError(text)
        self.nginx.start(self.port)

    def stop(self):
        self.nginx.stop()
        self.dns.stop()

    def ask(self, target, method="GET", headers=None, body=None, port=None, form=False, chunked=False):
        conn = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        headers = dict(headers or {})
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if chunked:
            body = iter([body[i:i + 7000] for i in range(0, len(body), 7000)])
        conn.request(method, target, body=body, headers=headers, encode_chunked=chunked)
        r = conn.getresponse()
        answer = Answer(r.status, r.headers, r.read())
        conn.close()
        return answer

    def raw(self, data, port=None, timeout=5):
        """All that comes back until the connection closes or nothing comes for `timeout`."""
        s = socket.create_connection(("127.0.0.1", port or self.port), 5)
        s.sendall(data)
        s.settimeout(timeout)
        out = b""
        try:
            while True:
                part = s.recv(65536)
                if not part:
                    break
                out += part
        except (socket.timeout, ConnectionResetError):
            pass
        s.close()
        return out

    def seen(self, mark):
        """Whether the application got a request with `mark` in its target or body."""
        return any(mark in t or mark.encode() in b for _, t, _, b in self.backend.seen)
