"""A Sekisho of our own: ./run with its own state folder and port, stopped at the end."""
import json
import os
import socket
import ssl
import subprocess
import sys
import time

import servers


class Answer:
    """One HTTP answer: status, headers (names in lower case, last one wins), body."""

    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ", 2)
        self.status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.strip().lower()] = value.strip()
        self.lines = lines[1:]

    def all(self, name):
        """The values of every header of that name (lower case)."""
        pairs = (line.partition(":") for line in self.lines)
        return [value.strip() for key, _, value in pairs if key.strip().lower() == name]

    def text(self):
        return self.body.decode("utf-8", "replace")


class Instance:
    def __init__(self, *options):
        self.state = servers.folder("sekisho-state-")
        self.port = free_ports()
        self.options = list(options)

    def __enter__(self):
        import atexit
        atexit.register(self.stop)
        command = ["./run", "--detach", "--state", self.state, "--port", str(self.port)]
        done = subprocess.run(command + self.options, cwd=servers.TOP, text=True, timeout=600,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            sys.exit("the instance did not start:\n" + done.stdout[-4000:] + self.logs())
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if os.path.exists(os.path.join(self.state, "run")):
            subprocess.run(["./run", "--stop", "--state", self.state], cwd=servers.TOP,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)

    def logs(self):
        text, folder = "", os.path.join(self.state, "log")
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                text += "── %s ──\n%s" % (name, "".join(file.readlines()[-15:]))
        return text

    def send(self, request, seconds=10):
        """Sends raw bytes over TLS and reads until the server closes or falls silent."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        data = b""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as tls:
                tls.sendall(request)
                try:
                    while chunk := tls.recv(65536):
                        data += chunk
                except (ssl.SSLError, OSError):
                    pass
        return Answer(data)

    def ask(self, method, target, body=b"", **headers):
        """One request in the manner of a browser; headers by name with _ for -."""
        fields = {"Host": "localhost:%d" % self.port, "Connection": "close",
                  "User-Agent": "Mozilla/5.0 (X11; Linux x64; rv:120.0) Gecko/20100101 Firefox/120.0",
                  "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
                  "Accept-Language": "en"}
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        if body:
            fields["Content-Length"] = str(len(body))
        head = "%s %s HTTP/1.1\r\n" % (method, target)
        head += "".join("%s: %s\r\n" % pair for pair in fields.items() if pair[1] is not None)
        return self.send(head.encode("utf-8") + b"\r\n" + body)

    def sekisho(self, *words, text=""):
        """Runs the command line against this instance, with `text` as its input: (exit status, what it printed)."""
        program = os.path.join(servers.TOP, "build", "release", "sekisho")
        done = subprocess.run([program, *words, "--state", self.state], text=True,
                              input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              env=dict(os.environ, LANG="C.UTF-8"))
        return done.returncode, done.stdout

    def audit(self, wanted, seconds=5):
        """The audit line with this request id, or None."""
        path = os.path.join(self.state, "log", "gate-audit.json")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    for line in file:
                        if wanted in line and json.loads(line).get("id") == wanted:
                            return json.loads(line)
            time.sleep(0.1)
        return None


def free_ports():
    """The first of three: HTTPS, the redirect to it, the console."""
    return servers.free_port(3)
