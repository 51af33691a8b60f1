"""A name server that knows a few addresses, can be slow, and counts what it is asked. Standard
library only (RFC 1035: one question, one answer)."""
import socket
import struct
import threading
import time


class Dns:
    """names: {"1.0.0.127.list.example": "127.0.0.2"}; all else does not exist. A name in `silent`
    is never answered."""

    def __init__(self, names, silent=()):
        self.names, self.silent, self.asked = names, silent, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                query, client = self.socket.recvfrom(2048)
            except OSError:
                return
            name, kind, end = self.read(query)
            if kind == 1:
                self.asked.append(name)
            if name in self.silent:
                continue
            time.sleep(0.02)
            self.socket.sendto(self.answer(query, end, self.names.get(name), kind), client)

    @staticmethod
    def read(query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        return ".".join(labels), struct.unpack(">H", query[at + 1:at + 3])[0], at + 5

    @staticmethod
    def answer(query, end, address, kind):
        found = address is not None and kind == 1
        flags = 0x8180 if address is not None else 0x8183  # no such name
        head = query[:2] + struct.pack(">HHHHH", flags, 1, 1 if found else 0, 0, 0)
        record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(address) if found else b""
        return head + query[12:end] + record

    def stop(self):
        self.socket.close()
