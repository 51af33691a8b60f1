"""An application that believes everything and remembers what reached it: what the gate lets through
can be compared with what it was asked to stop. Plain threads and sockets."""
import socket
import threading


class Recorder:
    def __init__(self):
        self.sock = socket.socket()
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(64)
        self.port = self.sock.getsockname()[1]
        self.seen = []  # (head, body), bytes as they came
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                conn, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(conn,), daemon=True).start()

    def _serve(self, conn):
        with conn, conn.makefile("rb") as file:
            try:
                while self._one(conn, file):
                    pass
            except (OSError, ValueError):
                pass

    def _one(self, conn, file):
        head = b""
        while line := file.readline():
            head += line
            if line == b"\r\n":
                break
        if not head.endswith(b"\r\n\r\n"):
            return False
        fields = self.fields(head)
        body = self._body(file, fields)
        self.seen.append((head, body))
        if fields.get(b"upgrade"):  # one who would switch to anything
            conn.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n"
                         % fields[b"upgrade"])
            while data := conn.recv(4096):
                self.seen.append((data, b""))
            return False
        text = b"<!DOCTYPE html><title>ok</title>reached the application"
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(text)
                     + (b"" if head.startswith(b"HEAD") else text))
        return True

    @staticmethod
    def fields(head):
        pairs = (line.partition(b":") for line in head.split(b"\r\n")[1:])
        return {name.strip().lower(): value.strip() for name, _, value in pairs if name}

    @staticmethod
    def _body(file, fields):
        if fields.get(b"transfer-encoding", b"").lower() != b"chunked":
            return file.read(int(fields.get(b"content-length", b"0")))
        body = b""
        while n := int(file.readline().strip() or b"0", 16):
            body += file.read(n)
            file.readline()
        file.readline()
        return body

    def take(self):
        """What came since the last call."""
        seen, self.seen = self.seen, []
        return seen
