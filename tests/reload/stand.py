"""What the cases stand on: Debian's nginx with the gate, its rules, clients that never rest, and what
the kernel says of memory."""
import glob
import http.client
import os
import pwd
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import servers  # noqa: E402

MODULE = os.path.join(servers.TOP, "build/release/ngx_http_sekisho_module.so")

RULES = """
SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 1048576
SecResponseBodyAccess On
SecAuditEngine Off
SecRule REQUEST_HEADERS:X-Generation "@streq {generation}" "id:1,phase:1,t:none,deny,status:418,nolog"
{more}
"""
CRS = """Include /etc/modsecurity/crs/crs-setup.conf
Include /usr/share/modsecurity-crs/rules/*.conf
"""
CONFIG = """load_module {module};
daemon off;
user {user};
worker_processes {workers};
worker_rlimit_core 0;
pid {dir}/nginx.pid;
error_log {dir}/error.log notice;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {dir}/tmp/body; proxy_temp_path {dir}/tmp/p; fastcgi_temp_path {dir}/tmp/f;
    uwsgi_temp_path {dir}/tmp/u; scgi_temp_path {dir}/tmp/s;
    access_log off;
    client_max_body_size 4m;
    modsecurity_use_error_log off;
    {http}
}}
"""
SITE = """
    sekisho on;
    sekisho_rules_file {dir}/base.rules;
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location / {{ return 200 "as it was\\n"; }}
        location /two/ {{
            sekisho_rules 'SecRuleRemoveById 920350';
            return 200 "as it was\\n";
        }}
        location = /status {{ sekisho off; sekisho_status; }}
    }}
"""


class Skipped(Exception):
    pass


def has_crs():
    return os.path.exists("/etc/modsecurity/crs/crs-setup.conf")


def user():
    """Of the workers: nobody, where we may choose."""
    return "nobody nogroup" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


class Stand:
    """nginx in a folder of its own. `http` is the inside of its http block."""

    def __init__(self, http=SITE, workers=2, cache="cache", more="", **words):
        self.dir = servers.folder("sekisho-reload-")
        self.port = servers.free_port()
        self.cache = os.path.join(self.dir, cache)
        self.more = more
        os.makedirs(os.path.join(self.dir, "tmp"))
        self.log = os.path.join(self.dir, "error.log")
        self.conf = os.path.join(self.dir, "nginx.conf")
        http = 'sekisho_cache "%s";\n' % self.cache + http.format(dir=self.dir, port=self.port, **words)
        self.write("nginx.conf", CONFIG.format(module=MODULE, dir=self.dir, workers=workers, user=user(), http=http))
        self.rules(0)
        self.process = None

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".new", path)

    def rules(self, generation, more=""):
        self.write("base.rules", RULES.format(generation=generation, more=self.more + more))

    def command(self, *more):
        return ["/usr/sbin/nginx", "-p", self.dir, "-c", self.conf, "-e", self.log, *more]

    def test(self):
        """nginx -t: (ok, what it said)."""
        done = subprocess.run(self.command("-t"), capture_output=True, text=True, check=False)
        return done.returncode == 0, done.stderr

    def start(self):
        with open(os.path.join(self.dir, "output"), "wb") as output:
            self.process = servers.start(self.command(), stdout=output, stderr=output)
        if not servers.wait_port(self.port, self.process):
            raise RuntimeError("nginx did not start: " + self.said())
        return self

    def stop(self):
        if self.process:
            servers.stop(self.process)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def files(self):
        return sorted(glob.glob(os.path.join(self.cache, "*.rules")))

    def ask(self, path="/", **headers):
        conn = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            conn.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = conn.getresponse()
            return answer.status, answer.read()
        finally:
            conn.close()

    def reload(self, generation, more="", seconds=30):
        """Another rule comes into force: how long that took, in seconds."""
        self.rules(generation, more)
        begun = time.monotonic()
        self.process.send_signal(signal.SIGHUP)
        while time.monotonic() < begun + seconds:
            if self.ask(X_Generation=str(generation))[0] == 418:
                return time.monotonic() - begun
            time.sleep(0.01)
        raise AssertionError("rules of generation %d never came into force: %s" % (generation, self.said()[-600:]))

    def children(self):
        path = "/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)
        with open(path, encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]

    def settle(self, workers, seconds=20):
        """Waits until the workers of earlier configurations are gone."""
        end = time.monotonic() + seconds
        while len(self.children()) > workers:
            assert time.monotonic() < end, "old workers stay: %s" % self.children()
            time.sleep(0.05)
        return self.children()


# ── memory ──

def memory(pid):
    """kB of a process: its own pages, those it shares with relatives, and its fair share of all
    that is no file's."""
    sums = {"private": 0, "shared": 0, "pss": 0}
    with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name == "Private_Dirty":
                sums["private"] += int(rest.split()[0])
            elif name == "Shared_Dirty":
                sums["shared"] += int(rest.split()[0])
            elif name == "Pss_Anon":
                sums["pss"] += int(rest.split()[0])
    return sums


def anonymous(pid):
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        for line in file:
            if line.startswith("RssAnon"):
                return int(line.split()[1])
    return 0


def open_files(pid):
    """What a process keeps open, once that is the same for a moment: a master closes its way to a
    worker when it hears that this has ended."""
    before = None
    for _ in range(60):
        now = []
        for name in os.listdir("/proc/%d/fd" % pid):
            try:
                now.append(os.readlink("/proc/%d/fd/%s" % (pid, name)).split(":")[0])
            except FileNotFoundError:
                pass
        if sorted(now) == before:
            return before
        before = sorted(now)
        time.sleep(0.3)
    raise AssertionError("what the master keeps open does not come to rest")


def read_answer(file):
    """The status of one answer with a Content-Length; 0 where nothing came at all."""
    line = file.readline()
    if not line:
        return 0
    length = 0
    while True:
        header = file.readline()
        if header in (b"\r\n", b""):
            break
        if header.lower().startswith(b"content-length:"):
            length = int(header.split(b":")[1])
    file.read(length)
    return int(line.split()[1])


class Load:
    """Clients in threads. A connection that the server closed between two requests is opened again,
    as every browser does, and counted as reopened; anything else that is not the expected answer
    has failed."""

    def __init__(self, port):
        self.port = port
        self.over = threading.Event()
        self.done = self.reopened = self.uploads = 0
        self.failed = []
        self.lock = threading.Lock()
        kinds = [self.keep_alive, self.keep_alive, self.fresh, self.fresh, self.slow_upload]
        self.threads = [threading.Thread(target=self.guard, args=(kind,)) for kind in kinds]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(30)

    def guard(self, kind):
        while not self.over.is_set():
            try:
                kind()
            except (OSError, ValueError) as error:
                self.fail("%s: %r" % (kind.__name__, error))

    def fail(self, what):
        with self.lock:
            self.failed.append(what)

    def count(self, status, wanted, what):
        with self.lock:
            self.done += 1
        if status != wanted:
            self.fail("%s was answered %s, not %s" % (what, status, wanted))

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 20)

    def fresh(self):
        with self.connect() as sock:
            sock.sendall(b"GET /?q=new HTTP/1.1\r\nHost: shop\r\nUser-Agent: x\r\nAccept: */*\r\nConnection: close\r\n\r\n")
            self.count(read_answer(sock.makefile("rb")), 200, "a request on a new connection")
        with self.connect() as sock:
            sock.sendall(b"GET /?q=%3Cscript%3Ealert(1)%3C/script%3E HTTP/1.1\r\nHost: shop\r\nUser-Agent: x\r\n"
                         b"Accept: */*\r\nConnection: close\r\n\r\n")
            self.count(read_answer(sock.makefile("rb")), 403, "an attack on a new connection")
        time.sleep(0.005)

    def keep_alive(self):
        body = b"name=%E5%B1%B1%E7%94%B0&note=%E3%81%93%E3%82%93%E3%81%AB%E3%81%A1%E3%81%AF"
        request = (b"POST /two/form HTTP/1.1\r\nHost: shop\r\nUser-Agent: x\r\nAccept: */*\r\n"
                   b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)) + body
        with self.connect() as sock:
            file, first = sock.makefile("rb"), True
            while not self.over.is_set():
                try:
                    sock.sendall(request)
                    status = read_answer(file)
                except (ConnectionResetError, BrokenPipeError):
                    status = 0
                if status == 0 and not first:
                    with self.lock:
                        self.reopened += 1
                    return
                self.count(status, 200, "a request on a kept connection")
                first = False
                time.sleep(0.005)

    def slow_upload(self):
        """Longer than most reloads take: begun under the old rules, ended after the swap."""
        body = b"x=" + b"a" * 20000
        with self.connect() as sock:
            sock.sendall(b"POST /slow HTTP/1.1\r\nHost: shop\r\nUser-Agent: x\r\nAccept: */*\r\nConnection: close\r\n"
                         b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body))
            for at in range(0, len(body), 2000):
                sock.sendall(body[at:at + 2000])
                self.over.wait(0.08)
            self.count(read_answer(sock.makefile("rb")), 200, "a slow upload")
        with self.lock:
            self.uploads += 1
