"""A ledger by itself (build/release/src/ledger/ledger_alone) and clients of it, for tests."""
import json
import os
import signal
import socket
import subprocess
import time

import tlog

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ALONE = os.path.join(TOP, "build/release/src/ledger/ledger_alone")
SEKISHO = os.path.join(TOP, "build/release/sekisho")
START_SECONDS, ANSWER_SECONDS = 20, 20


class Writer:
    def __init__(self, state):
        self.state, self.process = state, None
        self.log = os.path.join(state, "writer.log")
        os.makedirs(os.path.join(state, "run"), exist_ok=True)

    def path(self, *below):
        return os.path.join(self.state, "ledger", *below)

    def start(self, file_bytes=None):
        words = [ALONE, self.state] + ([str(file_bytes)] if file_bytes else [])
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                return self.ask({"do": "status"})
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.005)
        raise SystemExit("the ledger does not start: see %s" % self.log)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        return self.process.returncode if self.process else 0

    def client(self):
        return Client(os.path.join(self.state, "run/ledger.sock"))

    def ask(self, question):
        with self.client() as client:
            return client.ask(question)

    def sekisho(self, *words):
        return subprocess.run([SEKISHO, "log", *words, "--state", self.state], capture_output=True,
                              text=True, timeout=120, env={**os.environ, "LANG": "C.UTF-8"})


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(ANSWER_SECONDS)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.left = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, *questions):
        self.socket.sendall(b"".join(json.dumps(q, ensure_ascii=False).encode() + b"\n"
                                     for q in questions))

    def hear(self):
        """One answer, or None when the writer is gone."""
        while b"\n" not in self.left:
            more = self.socket.recv(65536)
            if not more:
                return None
            self.left += more
        line, self.left = self.left.split(b"\n", 1)
        return json.loads(line)

    def ask(self, question):
        self.say(question)
        return self.hear()


def event(tenant, number, **more):
    return {"do": "append", "tenant": tenant, "site": "shop", "principal": "acc_%d" % (number % 7),
            "action": "orders.show", "object": "ord_%d" % number, "outcome": "ok",
            "details": {"理由": "配送", "n": number}, **more}


def records_of(writer):
    lines = []
    for name in sorted(os.listdir(writer.path("segment"))):
        with open(writer.path("segment", name), "rb") as f:
            lines += f.read().split(b"\n")[:-1]
    return lines


def head(writer, key):
    with open(writer.path("checkpoint"), "rb") as f:
        return tlog.checkpoint(f.read(), key)
