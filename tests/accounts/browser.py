"""Browsers, mail and the store, for the cases in cases.py. Standard library only."""
import base64
import hashlib
import hmac
import html
import http.client
import json
import os
import re
import socket
import sqlite3
import ssl
import subprocess
import time
import urllib.parse

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SECONDS = 20
_next_address = [0]


def address():
    """A loopback address whose network nobody has had before: limits count by network."""
    _next_address[0] += 1
    return "127.%d.%d.1" % (1 + _next_address[0] // 250, 1 + _next_address[0] % 250)


def urlsafe(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode(fields):
    return urllib.parse.urlencode(fields)


def totp(secret, now=None):
    """RFC 6238 with SHA-1, six digits, 30 seconds, from the base 32 that the page shows."""
    key = base64.b32decode(secret.replace(" ", "").upper() + "=" * (-len(secret.replace(" ", "")) % 8))
    step = int((time.time() if now is None else now) // 30).to_bytes(8, "big")
    mac = hmac.new(key, step, hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((int.from_bytes(mac[at:at + 4], "big") & 0x7fffffff) % 1000000)


class Browser:
    """Keeps cookies as a browser would; a connection a request, from an address of its own."""

    def __init__(self, shop, source=None, port=None, host="localhost"):
        self.shop, self.source, self.cookies = shop, source or address(), {}
        self.port = port or shop.port
        self.host = "%s:%d" % (host, self.port)
        self.status, self.headers, self.text, self.location = 0, [], "", None

    def ask(self, method, path, body=None, **more):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        conn = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=SECONDS, context=context,
                                           source_address=(self.source, 0))
        headers = {"Host": self.host, "User-Agent": AGENT, "Accept": "text/html,*/*",
                   "Accept-Language": "en"}
        if self.cookies:
            headers["Cookie"] = "; ".join("%s=%s" % pair for pair in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers.update(more)
        conn.request(method, path, body, headers)
        answer = conn.getresponse()
        self.status, self.headers = answer.status, answer.getheaders()
        self.text = answer.read().decode("utf-8", "replace")
        self.location = answer.getheader("Location")
        conn.close()
        for name, value in self.headers:
            if name.lower() == "set-cookie":
                self.keep(value)
        return self

    def keep(self, line):
        name, _, rest = line.partition("=")
        value = rest.partition(";")[0]
        if "Max-Age=0" in line:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def get(self, path):
        return self.ask("GET", path)

    def hidden(self, name):
        found = re.search(r'name="%s" value="([^"]*)"' % name, self.text)
        return html.unescape(found.group(1)) if found else ""

    def post(self, path, **fields):
        """With the token of the page at hand."""
        return self.ask("POST", path, encode(dict(fields, token=self.hidden("token"))))

    def fill(self, path, **fields):
        return self.get(path).post(path, **fields)

    def sign_in(self, realm, email, password, **more):
        return self.fill("/.sekisho/%s/sign-in" % realm, email=email, password=password, **more)

    def session(self, realm, site="shop"):
        """What the gate is told about this browser's cookies: the status."""
        return self.shop.session(realm, site, self.cookies)[0]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("sekisho", timeout=SECONDS)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        self.sock.connect(self.path)


class Shop:
    """What stands behind the pages: questions, the outbox, the store."""

    def __init__(self, instance, people):
        self.instance, self.port, self.state = instance, instance.port, instance.state
        self.people, self.seen, self.read = people, set(), []
        self.patience = 15  # seconds for a mail

    def socket(self, name):
        return UnixConnection(os.path.join(self.state, "run", name))

    def question(self, path, body, **headers):
        conn = self.socket("accounts-api.sock")
        conn.request("POST", path, json.dumps(body), dict({"Content-Type": "application/json"}, **headers))
        answer = conn.getresponse()
        text = answer.read().decode()
        conn.close()
        return answer.status, json.loads(text)

    def session(self, realm, site, cookies):
        conn = self.socket("accounts-api.sock")
        conn.request("GET", "/v1/session", None, {
            "X-Sekisho-Realm": realm, "X-Sekisho-Site": site,
            "Cookie": "; ".join("%s=%s" % pair for pair in cookies.items())})
        answer = conn.getresponse()
        answer.read()
        conn.close()
        return answer.status, {n.lower(): v for n, v in answer.getheaders()}

    def person(self, realm, tenant, email, password, *more):
        top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        done = subprocess.run([self.people, self.state, top, realm, tenant, email, password, *more], text=True,
                              capture_output=True, check=False)
        if done.returncode:
            raise SystemExit("no person: " + done.stderr)
        return done.stdout.strip()

    def ticket(self, account, realm, role, level, site="console"):
        """As the gate signs it, with a session that is there."""
        session = "ses_%s" % base64.b32encode(os.urandom(13))[:20].decode().translate(str.maketrans("ILOU", "0189"))
        now = int(time.time() * 1000)
        self.store("INSERT INTO session (token, id, account, realm, site, level, wait, made, used, ends, device,"
                   " place) VALUES (?, ?, ?, ?, 'console', ?, '', ?, ?, ?, '', '')",
                   os.urandom(32), session, account, realm, level, now, now, now + 3600000)
        with open(os.path.join(self.state, "conf", "accounts", "ticket.key"), "rb") as file:
            key = file.read()
        payload = {"id": "test", "site": site, "realm": realm, "principal": account, "role": role,
                   "session": session, "level": level, "route": "/", "at": now}
        text = "v1." + urlsafe(json.dumps(payload).encode())
        return text + "." + urlsafe(hmac.new(key, text.encode(), hashlib.sha256).digest())

    def outbox(self):
        conn = self.socket("post.sock")
        conn.request("GET", "/v1/outbox?limit=200")
        answer = conn.getresponse()
        text = answer.read().decode()
        conn.close()
        if answer.status != 200:
            raise SystemExit("the outbox answers %d: %s" % (answer.status, text[:200]))
        return json.loads(text)["messages"]

    def mail(self, to, purpose):
        """The text of a mail to somebody that was not looked at before."""
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            for message in self.outbox():
                key = message["id"]
                if message["to"] == to and message["purpose"] == purpose and key not in self.seen:
                    self.seen.add(key)
                    self.read.append(message["text"])
                    return message["text"]
            time.sleep(0.1)
        return None

    def link(self, to, purpose):
        """The path of the link in such a mail."""
        text = self.mail(to, purpose)
        if text is None:
            return None
        return re.search(r"https://[^/\s]+(/\.sekisho/\S+)", text).group(1)

    def store(self, sql, *values):
        """Looks into, or changes, the accounts' database: clocks cannot be moved."""
        path = os.path.join(self.state, "accounts", "accounts.db")
        with sqlite3.connect(path, timeout=10) as db:
            return db.execute(sql, values).fetchall()
