"""One nginx with the module, a vault and an application that knows nothing of either."""
import gzip
import http.client
import os
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "gate"), os.path.join(HERE, "..", "lib")]

import servers  # noqa: E402
from backend import Backend  # noqa: E402
from nginx import Nginx  # noqa: E402
from vault import Vault  # noqa: E402

RULES = """
SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 4194304
SecRequestBodyNoFilesLimit 2097152
SecResponseBodyAccess On
SecResponseBodyMimeType text/html
SecResponseBodyLimit 131072
SecResponseBodyLimitAction ProcessPartial
SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/json" "id:117,phase:1,nolog,pass,ctl:requestBodyProcessor=JSON"
SecRule ARGS "@contains attack" "id:1,phase:2,deny,status:403,log"
SecRule RESPONSE_BODY "@contains 山田 太郎" "id:2,phase:4,deny,status:403,log"
"""
SERVER = """
        sekisho_site shop;
        sekisho_exchange /form person=self earns=orders field=name:name field=phone:tel field=email:email
            field=address:customer[address] field=birthday:birth field=reading:kana field=note:memo field=phone:t1+t2+t3;
        sekisho_exchange /office/new person=new tenant=2 field=name:name;
        sekisho_exchange /sjis charset=Shift_JIS field=name:name field=reading:kana;
        sekisho_show /orders purpose=orders;
        sekisho_show /denied purpose=denied;
        sekisho_show /half purpose=half;
        sekisho_show /phones purpose=orders kinds=phone;
        client_max_body_size 20m;
        proxy_set_header Cookie $sekisho_cookie;
        proxy_http_version 1.1;
        location / { proxy_pass http://127.0.0.1:%(back)d; }
        location /off/ { sekisho off; proxy_pass http://127.0.0.1:%(back)d; }
        location /form/off/ { sekisho off; proxy_pass http://127.0.0.1:%(back)d; }
        location /windows/ { sekisho_past_limit windows; proxy_pass http://127.0.0.1:%(back)d; }
        location /gzip/ { gzip on; gzip_min_length 1; gzip_types text/plain; proxy_pass http://127.0.0.1:%(back)d; }
        location /unbuffered/ { proxy_buffering off; proxy_pass http://127.0.0.1:%(back)d; }
        location /form/again { proxy_pass http://again; proxy_next_upstream error timeout non_idempotent; }
        location /.sekisho/ { proxy_pass http://127.0.0.1:%(back)d; }
"""
CONFIG = """
load_module %(module)s;
worker_processes 1;
worker_rlimit_core 0;
pid logs/nginx.pid;
error_log logs/error.log warn;
events { worker_connections 512; }
http {
    client_body_temp_path tmp/body; proxy_temp_path tmp/proxy; fastcgi_temp_path tmp/f; uwsgi_temp_path tmp/u; scgi_temp_path tmp/s;
    access_log off;
    client_body_buffer_size 16k;
    sekisho on;
    sekisho_rules_file %(folder)s/base.rules;
    sekisho_zone 2m;
    sekisho_ticket_key %(folder)s/ticket.key;
    sekisho_vault unix:%(folder)s/vault.sock timeout=1s;
    upstream again { server 127.0.0.1:%(drops)d max_fails=0; server 127.0.0.1:%(back)d backup max_fails=0; }
    server { listen 127.0.0.1:%(port)d; %(server)s }
    server { listen 127.0.0.1:%(h2)d http2; %(server)s }
}
"""


class App(Backend):
    """Answers with what it was told to; keeps what it was sent."""

    def __init__(self):
        super().__init__()
        self.pages = {}

    def answer(self, conn, f, method, target, headers, body):
        path = target.split("?")[0]
        page = self.pages.get(path)
        if callable(page):
            return page(conn, headers)
        if page is None:
            return self.send(conn, method, b"ok %d\n" % len(body), type="text/html")
        text, kind, more = page
        return self.send(conn, method, text, type=kind, more=more)

    def page(self, path, text, kind="text/html; charset=utf-8", more=(), packed=False):
        text = text.encode() if isinstance(text, str) else text
        if packed:
            text, more = gzip.compress(text), (*more, ("Content-Encoding", "gzip"))
        self.pages[path] = (text, kind, more)


class Drops(Backend):
    """Reads a request and goes away: nginx asks the next one."""

    def answer(self, conn, f, method, target, headers, body):
        return False


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        self.text = self.body.decode("utf-8", "replace")

    def __repr__(self):
        return "%s %r" % (self.status, self.body[:300])


class Scene:
    def __init__(self, module, folder, server=SERVER, **words):
        self.folder, self.app, self.drops = folder, App(), Drops()
        self.port, self.h2 = servers.free_port(), servers.free_port()
        self.vault = Vault(os.path.join(folder, "vault.sock"))
        with open(os.path.join(folder, "ticket.key"), "wb") as file:
            file.write(os.urandom(32))
        with open(os.path.join(folder, "base.rules"), "w", encoding="utf-8") as file:
            file.write(RULES)
        self.nginx = Nginx(module, folder, CONFIG % {
            "module": module, "folder": folder, "port": self.port, "h2": self.h2,
            "back": self.app.port, "drops": self.drops.port,
            "server": server % {"back": self.app.port, **words}})
        # memory that was given back is to be given out again, or it could not be measured
        self.nginx.env["ASAN_OPTIONS"] = "detect_leaks=0:quarantine_size_mb=0:thread_local_quarantine_size_kb=0"

    def start(self):
        ok, text = self.nginx.check()
        if not ok:
            raise RuntimeError(text)
        self.nginx.start(self.port)

    def stop(self):
        self.nginx.stop()

    def ask(self, target, method="GET", body=None, type=None, cookie="", chunked=False, **headers):
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if type:
            headers["Content-Type"] = type
        if cookie:
            headers["Cookie"] = cookie
        if chunked:
            body = iter([body[i:i + 7000] for i in range(0, len(body), 7000)])
        conn.request(method, target, body=body, headers=headers, encode_chunked=chunked)
        answer = Answer(conn.getresponse())
        conn.close()
        return answer

    def got(self, target):
        """What the application was sent last for a target: headers, body."""
        found = [(h, b) for _, t, h, b in self.app.seen if t == target]
        assert found, "the application has not seen " + target
        return found[-1]

    def raw(self, data, read=None, timeout=5):
        s = socket.create_connection(("127.0.0.1", self.port), 5)
        s.sendall(data)
        s.settimeout(timeout)
        out = b""
        try:
            while read is None or len(out) < read:
                part = s.recv(65536)
                if not part:
                    break
                out += part
        except (socket.timeout, ConnectionResetError):
            pass
        s.close()
        return out

    def memory(self):
        """Resident kilobytes of the worker."""
        pid = self.nginx.workers()[0]
        with open("/proc/%d/status" % pid, encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

    def until(self, what, seconds=10):
        end = time.monotonic() + seconds
        while not what():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.02)
