"""Starts Debian's nginx with the module, in a folder and on ports of its own; stops it by pid."""
import glob
import json
import os
import signal
import socket
import subprocess
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def is_sanitized(module):
    with open(module, "rb") as f:
        return b"__asan_init" in f.read()


def environment(module):
    env = dict(os.environ)
    if is_sanitized(module):
        libs = [subprocess.check_output(["gcc", "-print-file-name=" + lib], text=True).strip()
                for lib in ("libasan.so", "libubsan.so")]
        env["LD_PRELOAD"] = " ".join(libs)
        env["ASAN_OPTIONS"] = "detect_leaks=0"
        env["UBSAN_OPTIONS"] = "print_stacktrace=1"
    return env


class Nginx:
    def __init__(self, module, folder, config):
        self.module, self.folder = module, folder
        self.config = os.path.join(folder, "nginx.conf")
        self.env = environment(module)
        self.process = None
        for sub in ("logs", "tmp", "html/inside"):
            os.makedirs(os.path.join(folder, sub), exist_ok=True)
        os.chmod(folder, 0o755)
        self.write(config)

    def write(self, config):
        with open(self.config, "w") as f:
            f.write(config)

    def command(self, *more):
        return ["nginx", "-p", self.folder, "-c", self.config, "-e", os.path.join(self.folder, "logs/error.log"), *more]

    def check(self):
        """nginx -t: (ok, text)"""
        done = subprocess.run(self.command("-t"), env=self.env, capture_output=True, text=True)
        return done.returncode == 0, done.stdout + done.stderr

    def start(self, port):
        self.err = open(os.path.join(self.folder, "logs/stderr.log"), "ab")
        self.process = subprocess.Popen(self.command("-g", "daemon off;"), env=self.env, stderr=self.err, stdout=self.err)
        self.wait(port)

    def wait(self, port):
        for _ in range(200):
            if self.process.poll() is not None:
                raise RuntimeError("nginx ended: " + self.log("stderr.log") + self.log("error.log"))
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("nginx does not listen")

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if not self.process or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)

    def log(self, name):
        path = os.path.join(self.folder, "logs", name)
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def audit(self, name="audit.json"):
        # the last line may be half written
        return [json.loads(line) for line in self.log(name).split("\n")[:-1]]

    def workers(self):
        pids = []
        for stat in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(stat) as f:
                    fields = f.read().rsplit(")", 1)[1].split()
                if int(fields[1]) == self.process.pid:
                    pids.append(int(stat.split("/")[2]))
            except OSError:
                pass
        return pids
