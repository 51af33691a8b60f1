"""nginx with the module, the application behind it, and a client that sends and reads by hand."""
import glob
import json
import os
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))
import servers  # noqa: E402
from upstream import Upstream  # noqa: E402

RULES = """
SecRequestBodyAccess On
SecRequestBodyLimit 1048576
SecRequestBodyNoFilesLimit 1048576
SecRequestBodyLimitAction Reject
SecRequestBodyJsonDepthLimit 64
SecArgumentsLimit 1000
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html application/json
SecResponseBodyLimit 1048576
SecResponseBodyLimitAction ProcessPartial
SecAuditEngine RelevantOnly
SecAuditLogRelevantStatus ^$
SecAuditLogParts ABIJDEFHZ
SecRule REQUEST_HEADERS:Content-Type "@contains json" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:Content-Type "@contains xml" "id:2,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "@beginsWith text/plain" "id:3,phase:1,pass,nolog,ctl:forceRequestBodyVariable=On"
SecRule REQBODY_ERROR "!@eq 0" "id:4,phase:2,deny,status:400,log,logdata:'%{REQBODY_ERROR_MSG}'"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" "id:5,phase:2,deny,status:400,log"
SecRule ARGS|ARGS_NAMES|XML:/*|XML://@*|FILES|REQUEST_BODY "@rx (?i)union\\s+select" "id:6,phase:2,deny,status:403,log"
SecRule ARGS|ARGS_NAMES|XML:/*|XML://@* "@contains twopoints" "id:7,phase:2,pass,log,setvar:tx.score=+2"
SecRule TX:score "@ge 5" "id:8,phase:2,deny,status:403,log"
SecRule RESPONSE_BODY "@rx leaked-words-here" "id:9,phase:4,t:none,deny,status:403,log"
"""

HTTP = """
    client_body_buffer_size 128k;
    client_max_body_size 0;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    upstream back {{ server 127.0.0.1:{back}; keepalive 8; }}
    sekisho on;
    sekisho_rules_file {dir}/base.rules;
    sekisho_audit_log {dir}/audit.json;
    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{h2} http2;
        sekisho_past_limit windows;
        location / {{ proxy_pass http://back; }}
        location /own-page/ {{ error_page 403 /own.html; proxy_pass http://back/; }}
        location = /own.html {{ return 200 "the operator's page"; }}
        location /detect/ {{ sekisho detect; proxy_pass http://back/; }}
        location /away/ {{ sekisho_rules 'SecRule ARGS "@contains goaway" "id:20,phase:2,deny,log,redirect:https://example.org/away"';
                           proxy_pass http://back/; }}
        location /drop/ {{ sekisho_rules 'SecRule ARGS "@contains dropme" "id:21,phase:2,drop,log"'; proxy_pass http://back/; }}
        location /refuse/ {{ sekisho_past_limit refuse; proxy_pass http://back/; }}
        location /unbuffered/ {{ proxy_request_buffering off; proxy_pass http://back/; }}
        location /now/ {{ proxy_buffering off; proxy_pass http://back/; }}
        location /held/ {{ proxy_buffering off; sekisho_hold 0; proxy_pass http://back/; }}
        location /seen/ {{ sekisho_rules 'SecResponseBodyMimeType text/event-stream'; proxy_pass http://back/; }}
        location /ws {{ proxy_pass http://back; proxy_set_header Upgrade $http_upgrade;
                        proxy_set_header Connection upgrade; }}
    }}
"""


class Scene:
    def __init__(self, module, large):
        self.large = large
        self.upstream = Upstream()
        self.dir = servers.folder("sekisho-stream-")
        self.port, self.h2 = servers.free_port(), servers.free_port()
        self.sanitized = b"__asan_init" in open(module, "rb").read()
        with open(os.path.join(self.dir, "base.rules"), "w", encoding="ascii") as file:
            file.write(RULES)
        http = HTTP.format(back=self.upstream.port, dir=self.dir, port=self.port, h2=self.h2)
        environment = servers.sanitizer_environment(os.path.join(self.dir, "asan")) if self.sanitized else None
        self.nginx = servers.Nginx(self.dir, http, "load_module %s;" % module, environment=environment)

    def start(self):
        self.nginx.start(self.port)
        while not self.nginx.workers():  # the master listens before it has any
            time.sleep(0.05)

    def faults(self):
        """What the sanitizers have reported."""
        return [open(path, encoding="utf-8", errors="replace").read()[:3000]
                for path in glob.glob(os.path.join(self.dir, "asan.*"))]

    def stop(self):
        servers.stop(self.nginx.process)

    # ── what the worker needs ──

    def worker_memory(self, field):
        """VmRSS or VmHWM of the worker, in bytes."""
        with open("/proc/%d/status" % self.nginx.workers()[0], encoding="ascii") as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) << 10
        return 0

    def peak_begin(self):
        """Forgets the highest memory until now; returns what there is now."""
        with open("/proc/%d/clear_refs" % self.nginx.workers()[0], "w", encoding="ascii") as file:
            file.write("5")
        return self.worker_memory("VmRSS")

    def connections(self):
        """Open sockets of the worker, but listening ones and those to the application."""
        return len(os.listdir("/proc/%d/fd" % self.nginx.workers()[0]))

    def events(self, target):
        """The audit log's lines about a target; they are written a moment after the answer."""
        for _ in range(100):
            with open(os.path.join(self.dir, "audit.json"), encoding="utf-8") as file:
                found = [event for event in map(json.loads, file) if event["uri"] == target]
            if found:
                return found
            time.sleep(0.02)
        return []

    # ── a client ──

    def connect(self, port=None):
        return socket.create_connection(("127.0.0.1", port or self.port), 30)

    def send(self, target, kind, body, length=None, chunked=False, seconds=60):
        """Posts pieces of a body; stops when an answer comes. (status, answer, bytes sent)"""
        sock = self.connect()
        head = "POST %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: %s\r\n" % (target, kind)
        head += "Transfer-Encoding: chunked\r\n\r\n" if chunked else "Content-Length: %d\r\n\r\n" % length
        sent = 0
        try:
            sock.sendall(head.encode())
            for piece in body:
                sock.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
                sent += len(piece)
                if answered(sock):
                    break
            else:
                if chunked:
                    sock.sendall(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = read_all(sock, seconds)
        return status_of(answer), answer, sent

    def post(self, target, kind, body, **more):
        """A body that is there as a whole, sent in pieces."""
        pieces = [body[i:i + 65536] for i in range(0, len(body), 65536)]
        return self.send(target, kind, pieces, length=len(body), **more)

    def ask(self, target, more="", seconds=60):
        sock = self.connect()
        sock.sendall(("GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s\r\n" % (target, more)).encode())
        return read_all(sock, seconds)

    def watch(self, target, more=""):
        """(seconds since the request, bytes) for everything that comes, as it comes."""
        sock, begun = self.connect(), time.monotonic()
        sock.sendall(("GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s\r\n" % (target, more)).encode())
        sock.settimeout(30)
        try:
            while data := sock.recv(65536):
                yield time.monotonic() - begun, data
        except ConnectionResetError:
            pass
        sock.close()

    def reached(self, mark):
        """What the application has got whole whose target has `mark`: bytes of its body."""
        return [count for target, count, whole in self.upstream.seen if mark in target and whole]


def answered(sock):
    sock.setblocking(False)
    try:
        return bool(sock.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True
    finally:
        sock.setblocking(True)


def read_all(sock, seconds):
    sock.settimeout(seconds)
    out = []
    try:
        while data := sock.recv(1 << 20):
            out.append(data)
    except (socket.timeout, ConnectionResetError):
        pass
    sock.close()
    return b"".join(out)


def status_of(answer):
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
