"""A vault as the gate sees it: docs/protocol/vault.md, exchange/in and exchange/out, and nothing else. Keeps
what it is given, in clear, and can be made slow, wrong, or gone."""
import hashlib
import json
import os
import socket
import threading
import time

SHAPES = {"name": "skn%s", "address": "ska%s", "bank": "skb%s", "note": "skt%s", "email": "ske%s@sekisho.invalid"}
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
KANA = "アイウエオカキクケコサス"


class Vault:
    def __init__(self, path):
        self.path, self.values, self.asked = path, {}, []
        self.mode, self.lock, self.connections, self.allowed = "", threading.Lock(), 0, {"orders"}
        self.sock, self.open = None, set()
        self.start()

    def start(self):
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.bind(self.path)
        os.chmod(self.path, 0o666)
        self.sock.listen(64)
        threading.Thread(target=self._accept, args=(self.sock,), daemon=True).start()

    def stop(self):
        sock, self.sock = self.sock, None
        if sock:
            sock.shutdown(socket.SHUT_RDWR)
            sock.close()
            os.unlink(self.path)
            for conn in list(self.open):
                conn.shutdown(socket.SHUT_RDWR)

    def _accept(self, sock):
        while True:
            try:
                conn, _ = sock.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(conn,), daemon=True).start()

    def _serve(self, conn):
        with conn, conn.makefile("rb") as f:
            self.open.add(conn)
            try:
                while self._one(conn, f):
                    pass
            except OSError:
                pass
            self.open.discard(conn)

    def _one(self, conn, f):
        line = f.readline()
        if not line:
            return False
        headers = {}
        for h in iter(lambda: f.readline().strip(), b""):
            name, _, value = h.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        question = json.loads(f.read(int(headers["content-length"])))
        path = line.split()[1].decode()
        self.asked.append((path, question, headers))
        if self.mode == "silent":
            time.sleep(5)
            return False
        if self.mode == "drops":
            return False
        if self.mode == "garbage":
            conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":[[")
            return True
        if self.mode == "refuses":
            return self._send(conn, 503, {"error": "no_ledger", "why": "the ledger is away"})
        if question.get("purpose") == "denied":
            return self._send(conn, 403, {"error": "role_denied", "why": "the purpose is not for this role, realm or level"})
        answer = self.into(question) if path == "/v1/exchange/in" else self.out(question)
        more = self._send(conn, 200, answer)
        return more and self.mode != "closes"

    @staticmethod
    def _send(conn, status, answer):
        body = json.dumps(answer, ensure_ascii=False).encode()
        conn.sendall(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
        return True

    def token(self, kind, text, person):
        with self.lock:
            seed = hashlib.sha256(("%s %d" % (text, len(self.values))).encode()).digest()
            letters = "".join(LETTERS[b % 32] for b in seed[:16])
            digits = "".join(str(b % 10) for b in seed)
            if kind in SHAPES:
                token = SHAPES[kind] % letters
            elif kind == "phone":
                token = "090-0%s-%s" % (digits[:3], digits[3:7])
            elif kind == "birthday":
                token = "17%s-0%d-1%s" % (digits[:2], 1 + seed[9] % 9, digits[2])
            else:
                token = "ヲヲ" + "".join(KANA[b % 12] for b in seed[:12])
            self.values[token] = (kind, text, person)
        return token

    def into(self, question):
        person = question.get("self") or "v1.%d" % len(self.values)
        fields = []
        for field in question["fields"]:
            if field["text"] in self.values:
                fields.append({"token": field["text"]})
            elif field["kind"] == "birthday" and "-" not in field["text"]:
                fields.append({"why": "unfit_value"})
            else:
                fields.append({"token": self.token(field["kind"], field["text"], person)})
        return {"fields": fields, "self": person, "age": 3600}

    def out(self, question):
        values = {}
        assert len(set(question["tokens"])) == len(question["tokens"]) <= 500
        for token in question["tokens"]:
            known = self.values.get(token)
            if not known:
                values[token] = {"why": "unknown_token"}
            elif question.get("self") == known[2]:
                values[token] = {"text": known[1], "show": "self"}
            elif question.get("purpose") in self.allowed:
                values[token] = {"text": known[1], "show": "plain"}
            elif question.get("purpose") == "half":
                values[token] = {"text": "山**", "show": "masked"}
            else:
                values[token] = {"why": "purpose_unknown"}
        return {"values": values}
