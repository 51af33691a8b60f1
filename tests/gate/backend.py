"""The application behind the gate: every answer that the gate must be able to judge.

Plain threads and sockets, so that it can answer wrongly on purpose."""
import gzip
import socket
import threading
import time
import zlib

LEAK = b"leaked-secret-in-page"


class Backend:
    def __init__(self):
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(256)
        self.port = self.sock.getsockname()[1]
        self.endless_sent = 0
        self.seen = []  # (method, target, headers, body)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                conn, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(conn,), daemon=True).start()

    def serve(self, conn):
        try:
            f = conn.makefile("rb")
            while self.one(conn, f):
                pass
        except OSError:
            pass
        finally:
            conn.close()

    def one(self, conn, f):
        line = f.readline()
        if not line:
            return False
        method, target, _ = line.decode("latin-1").split(" ", 2)
        headers = {}
        while True:
            h = f.readline().strip()
            if not h:
                break
            name, _, value = h.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self.body(f, headers)
        self.seen.append((method, target, headers, body))
        return self.answer(conn, f, method, target, headers, body)

    @staticmethod
    def body(f, headers):
        if headers.get("transfer-encoding", "").lower() == "chunked":
            out = b""
            while True:
                n = int(f.readline().strip() or b"0", 16)
                out += f.read(n)
                f.readline()
                if n == 0:
                    return out
        return f.read(int(headers.get("content-length", "0")))

    def answer(self, conn, f, method, target, headers, body):
        path = target.split("?")[0]
        handler = getattr(self, "do_" + path.strip("/").split("/")[0].replace("-", "_").replace(".", "_"), None)
        if handler:
            return handler(conn, f, method, target, headers, body)
        return self.send(conn, method, b"ok %d\n" % len(body))

    def do_sets_cookies(self, conn, f, method, target, headers, body):
        cookies = ["mine=1", "__Host-sekisho-operator=stolen; Path=/; Secure", "also=2", "__HOST-sekisho-pass=x"]
        return self.send(conn, method, b"ok", more=[("Set-Cookie", c) for c in cookies])

    def do_login(self, conn, f, method, target, headers, body):
        """Signs in whoever brings the right password; says no in the way that the target names."""
        if b"right" in body:
            return self.send(conn, method, b"", "302 Found", more=[("Location", "/account")])
        if b"slow" in body:
            time.sleep(0.5)
        if "led" in target:
            return self.send(conn, method, b"", "302 Found", more=[("Location", "/login/led?error=1")])
        return self.send(conn, method, b"wrong", "401 Unauthorized")

    @staticmethod
    def send(conn, method, body, status="200 OK", type="text/html", more=()):
        head = "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n" % (status, type, len(body))
        head += "".join("%s: %s\r\n" % m for m in more) + "\r\n"
        conn.sendall(head.encode() + (b"" if method == "HEAD" else body))
        return True

    def do_leak(self, conn, f, method, target, headers, body):
        return self.send(conn, method, b"<p>" + LEAK + b"</p>")

    def do_leak_binary(self, conn, f, method, target, headers, body):
        return self.send(conn, method, LEAK, type="image/png")

    def do_leak_header(self, conn, f, method, target, headers, body):
        return self.send(conn, method, b"x", more=[("X-Debug", "leaked-secret-in-header")])

    def do_leak_gzip(self, conn, f, method, target, headers, body):
        return self.send(conn, method, gzip.compress(b"<p>" + LEAK), more=[("Content-Encoding", "gzip")])

    def do_leak_deflate(self, conn, f, method, target, headers, body):
        return self.send(conn, method, zlib.compress(b"<p>" + LEAK), more=[("Content-Encoding", "deflate")])

    def do_leak_br(self, conn, f, method, target, headers, body):
        return self.send(conn, method, b"\x0b\x02\x80abc\x03", more=[("Content-Encoding", "br")])

    def do_broken_gzip(self, conn, f, method, target, headers, body):
        return self.send(conn, method, gzip.compress(b"x" * 1000)[:-9], more=[("Content-Encoding", "gzip")])

    def do_bomb(self, conn, f, method, target, headers, body):
        return self.send(conn, method, gzip.compress(bytes(64 << 20)), more=[("Content-Encoding", "gzip")])

    def do_packed(self, conn, f, method, target, headers, body):
        return self.send(conn, method, gzip.compress(b"harmless " * 500), more=[("Content-Encoding", "gzip")])

    def do_leak_chunked(self, conn, f, method, target, headers, body):
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        for part in (b"x" * 5000, LEAK[:9], LEAK[9:], b"y" * 100):
            conn.sendall(b"%x\r\n%s\r\n" % (len(part), part))
            time.sleep(0.02)
        conn.sendall(b"0\r\n\r\n")
        return True

    def do_long(self, conn, f, method, target, headers, body):
        """/long/N/AT: N bytes of text with the leak at AT; without AT, harmless."""
        parts = target.split("/")
        page = bytearray(b"a" * int(parts[2]))
        if len(parts) > 3:
            at = int(parts[3])
            page[at:at + len(LEAK)] = LEAK
        return self.send(conn, method, bytes(page))

    def do_endless(self, conn, f, method, target, headers, body):
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + LEAK)
        sent = 0
        try:
            for _ in range(3000):
                conn.sendall(b"z" * 65536)
                sent += 65536
        except OSError:
            pass
        self.endless_sent = sent
        return False

    def do_sse(self, conn, f, method, target, headers, body):
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: 1\n\n")
        time.sleep(1.5)
        conn.sendall(b"data: 2\n\n")
        return False

    def do_ws(self, conn, f, method, target, headers, body):
        conn.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        while True:
            data = conn.recv(1000)
            if not data:
                return False
            conn.sendall(data.upper())

    def do_accel(self, conn, f, method, target, headers, body):
        return self.send(conn, method, b"", more=[("X-Accel-Redirect", "/inside/leak.html")])

    def do_accel_ok(self, conn, f, method, target, headers, body):
        return self.send(conn, method, b"", more=[("X-Accel-Redirect", "/inside/fine.html")])

    def do_no_content(self, conn, f, method, target, headers, body):
        conn.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        return True

    def do_not_modified(self, conn, f, method, target, headers, body):
        conn.sendall(b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n")
        return True

    def do_cut(self, conn, f, method, target, headers, body):
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\nshort")
        return False

    def do_slow(self, conn, f, method, target, headers, body):
        time.sleep(0.5)
        return self.send(conn, method, b"slow")
