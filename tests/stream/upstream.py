"""The application behind the gate: it takes bodies without keeping them, and answers slowly, endlessly
or hugely on purpose. Plain threads and sockets."""
import base64
import gzip
import hashlib
import socket
import threading
import time

LEAK = b"leaked-words-here"
BLOCK = b"harmless text of a page. " * 2622  # some 64 KB


class Upstream:
    def __init__(self):
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(256)
        self.port = self.sock.getsockname()[1]
        self.seen = []  # (target, bytes of body, whether it was whole)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            conn, _ = self.sock.accept()
            threading.Thread(target=self.serve, args=(conn,), daemon=True).start()

    def serve(self, conn):
        with conn, conn.makefile("rb") as file:
            try:
                while self.one(conn, file):
                    pass
            except (OSError, ValueError):
                pass

    def one(self, conn, file):
        line = file.readline()
        if not line:
            return False
        target = line.split(b" ")[1].decode()
        fields = {}
        while (h := file.readline().strip()):
            name, _, value = h.partition(b":")
            fields[name.lower()] = value.strip()
        count, whole = self.take(file, fields)
        self.seen.append((target, count, whole))
        if not whole:
            return False
        words = target.split("?")[0].strip("/").split("/")
        handler = getattr(self, "do_" + words[0].replace("-", "_"), None)
        if handler:
            return handler(conn, file, fields, words[1:])
        return self.send(conn, b"%d bytes\n" % count, b"text/plain")

    @staticmethod
    def take(file, fields):
        if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
            count = 0
            while True:
                size = file.readline().strip()
                if not size:
                    return count, False
                n = int(size, 16)
                count += len(file.read(n))
                file.readline()
                if n == 0:
                    return count, True
        left = int(fields.get(b"content-length", b"0"))
        count = 0
        while left:
            data = file.read(min(left, 1 << 16))
            if not data:
                return count, False
            count += len(data)
            left -= len(data)
        return count, True

    @staticmethod
    def send(conn, body, kind, status=b"200 OK", more=b""):
        conn.sendall(b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n%s"
                     % (status, kind, len(body), more, body))
        return True

    @staticmethod
    def parts(conn, kind, parts, pause):
        """A chunked answer in parts, `pause` seconds between them."""
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n" % kind)
        for i, part in enumerate(parts):
            if i:
                time.sleep(pause)
            conn.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        conn.sendall(b"0\r\n\r\n")
        return True

    def do_events(self, conn, _file, _fields, words):
        events = [b"data: %d\n\n" % i for i in range(int(words[0]))]
        if len(words) > 1:
            events[-1] = b"data: " + LEAK + b"\n\n"
        return self.parts(conn, b"text/event-stream", events, 0.25)

    def do_lines(self, conn, _file, _fields, words):
        lines = [b'{"line":%d}\n' % i for i in range(int(words[0]))]
        return self.parts(conn, b"application/json", lines, float(words[1]))

    def do_parts(self, conn, _file, _fields, words):
        """A page in parts; the last word says what the last one holds."""
        parts = [b"<p>part %d</p>" % i for i in range(int(words[0]))]
        if words[2] == "leak":
            parts.append(LEAK + b"</html>")
        if words[2] == "split":
            parts += [b"<p>" + LEAK[:8], LEAK[8:] + b"</html>"]
        return self.parts(conn, b"text/html", parts, float(words[1]))

    def do_poll(self, conn, _file, _fields, words):
        time.sleep(float(words[0]))
        return self.send(conn, b"at last\n", b"text/html")

    def do_download(self, conn, _file, fields, words):
        """N megabytes; of a range only what was asked for."""
        size, begin, status, more = int(words[0]) << 20, 0, b"200 OK", b"Accept-Ranges: bytes\r\n"
        if b"range" in fields:
            begin, _, end = fields[b"range"].partition(b"=")[2].partition(b"-")
            begin, end = int(begin), int(end)
            more += b"Content-Range: bytes %d-%d/%d\r\n" % (begin, end, size)
            size, status = end - begin + 1, b"206 Partial Content"
        conn.sendall(b"HTTP/1.1 %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n%s\r\n"
                     % (status, size, more))
        block = bytes(range(256)) * 4096
        at = begin % 256
        while size:
            piece = block[at:at + size]
            conn.sendall(piece)
            size -= len(piece)
            at = 0
        return True

    def do_page(self, conn, _file, _fields, words):
        """N megabytes of HTML; LEAK stands AT bytes before the end of the last one."""
        blocks, at = int(words[0]) * 16, int(words[1]) if len(words) > 1 else 0
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
                     % (blocks * len(BLOCK)))
        for _ in range(blocks - 1):
            conn.sendall(BLOCK)
        last = BLOCK if not at else BLOCK[:-at] + LEAK + BLOCK[len(BLOCK) - at + len(LEAK):]
        conn.sendall(last)
        return True

    def do_packed(self, conn, _file, _fields, words):
        body = BLOCK * int(words[0]) * 16 + (LEAK if len(words) > 1 else b"")
        return self.send(conn, gzip.compress(body, 1), b"text/html", more=b"Content-Encoding: gzip\r\n")

    @staticmethod
    def do_ws(conn, file, fields, _words):
        """A WebSocket that says what it hears, in capitals, and something of its own first."""
        key = fields.get(b"sec-websocket-key", b"") + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key).digest())
        conn.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     b"Sec-WebSocket-Accept: %s\r\n\r\n\x81\x05hello" % accept)
        while True:
            head = file.read(2)
            if len(head) < 2:
                return False
            mask = file.read(4)
            data = bytes(c ^ mask[i % 4] for i, c in enumerate(file.read(head[1] & 127)))
            conn.sendall(b"\x81%c%s" % (len(data), data.upper()))
