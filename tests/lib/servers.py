"""Processes for tests and measurements: free ports, Debian's nginx in a folder of its own, and an
end for everything that was started, also on Ctrl-C. Standard library only."""
import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_started = []
_folders = []
_given = set()


def _end_all():
    for process in reversed(_started):
        stop(process)
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


def _signalled(number, _frame):
    sys.exit(128 + number)  # runs atexit


def prepare():
    """To be called first: a signal then ends what was started before it ends us."""
    atexit.register(_end_all)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _signalled)


def start(command, **options):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    _started.append(process)
    return process


def stop(process, seconds=10):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def folder(prefix):
    """A temporary folder that nginx's workers, who may be another user, can enter."""
    path = tempfile.mkdtemp(prefix=prefix)
    os.chmod(path, 0o755)
    _folders.append(path)
    return path


def keep(path):
    if path in _folders:
        _folders.remove(path)


def _first_port_of_clients():
    try:
        with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
            return int(file.read().split()[0])
    except OSError:
        return 32768


def _is_free(port):
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return port not in _given


def free_port(row=1):
    """A port of 127.0.0.1, with the next ones where a row is wanted. Below those that the system gives
    to clients: else a connection of another test may take it before its server does."""
    until = _first_port_of_clients() - row
    for _ in range(1000):
        port = random.randrange(min(10000, until - 1000), until)
        if all(_is_free(port + i) for i in range(row)):
            _given.update(range(port, port + row))
            return port
    sys.exit("no free port")


def wait_port(port, process=None, seconds=20):
    """Waits until somebody listens. False when the process ended or time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as s:
            s.settimeout(1)
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return True
        if process is not None and process.poll() is not None:
            return False
        time.sleep(0.05)
    return False


def sanitizer_environment(reports):
    """What Debian's nginx needs to load a module built with the sanitizers. Reports of errors go
    to files reports.PID; nginx itself leaks by design at its end."""
    env = dict(os.environ)
    libraries = [subprocess.run(["gcc", "-print-file-name=" + name], capture_output=True,
                                text=True, check=True).stdout.strip()
                 for name in ("libasan.so", "libubsan.so")]
    env["LD_PRELOAD"] = ":".join(libraries)
    env["ASAN_OPTIONS"] = "detect_leaks=0:log_path=" + reports
    env["UBSAN_OPTIONS"] = "print_stacktrace=1:log_path=" + reports
    return env


NGINX = """{main}
user root;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/error.log {level};
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    access_log off;
    {http}
}}
"""


class Nginx:
    """Debian's nginx with a configuration of its own, in the foreground."""

    def __init__(self, path, http, main="", level="warn", environment=None):
        self.dir = path
        self.conf = os.path.join(path, "nginx.conf")
        self.log = os.path.join(path, "error.log")
        self.environment = environment
        text = NGINX.format(dir=path, main=main, http=http, level=level)
        if os.geteuid() != 0:
            text = text.replace("user root;\n", "")
        with open(self.conf, "w", encoding="utf-8") as file:
            file.write(text)
        self.process = None

    def start(self, port):
        output = open(os.path.join(self.dir, "output"), "wb")
        self.process = start(["nginx", "-p", self.dir, "-c", self.conf, "-e", self.log],
                             env=self.environment, stdout=output, stderr=output)
        output.close()
        if not wait_port(port, self.process, 60) or not self.wait_worker(60):
            sys.exit("nginx did not start:\n" + self.said())
        return self

    def wait_worker(self, seconds):
        """The master listens before it has a worker."""
        end = time.monotonic() + seconds
        while not self.workers():
            if self.process.poll() is not None or time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def said(self):
        text = ""
        for name in (os.path.join(self.dir, "output"), self.log):
            if os.path.exists(name):
                with open(name, encoding="utf-8", errors="replace") as file:
                    text += "".join(file.readlines()[-20:])
        return text

    def workers(self):
        """The process ids of the workers."""
        children = "/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)
        with open(children, encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]


def start_pipe(command):
    """A program that takes lines on its standard input and answers with lines."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    _started.append(process)
    return process


def start_shell(environment):
    """A shell that takes commands on its standard input, for examples that build on each other."""
    process = subprocess.Popen(["bash"], cwd=TOP, env=environment, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    _started.append(process)
    return process
