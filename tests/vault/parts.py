"""The parts of a house one by one: the real program with its users and sandbox, started, killed and started
again by the test, which holds the sockets as the parent does. (The parent waits longer after each kill.)"""
import os
import signal
import socket
import subprocess

import house
import servers

SEKISHO = os.path.join(servers.TOP, "build", "release", "sekisho")
NAMES = ("ledger", "keeper", "vault")


class Parts:
    def __init__(self, config):
        """A state folder that a house has made and left."""
        it = house.started(config)
        with it:
            self.house = house.House(it)
            self.house.wait()
        self.state, self.process, self.socket = it.state, {}, {}
        self.log = os.path.join(it.state, "log", "parts.log")
        for name in NAMES:
            path = os.path.join(it.state, "run", name + ".sock")
            if os.path.exists(path):
                os.unlink(path)
            self.socket[name] = listening(path)

    def start(self, *names):
        for name in names or NAMES:
            fd = self.socket[name].fileno()
            with open(self.log, "ab") as log:
                self.process[name] = servers.start(
                    ["bash", "-c", 'exec "$@" 3<&%d' % fd, "part", SEKISHO, "part", name, "--state", self.state,
                     "--share", servers.TOP], pass_fds=(fd,), stdout=log, stderr=log)

    def kill(self, *names):
        """At once, so that none sees another's end."""
        for name in names:
            self.process[name].send_signal(signal.SIGKILL)
        for name in names:
            self.process[name].wait()

    def stop(self):
        for process in reversed(list(self.process.values())):
            servers.stop(process)
        self.process = {}

    def wait(self):
        return self.house.wait()

    def sekisho(self, *words):
        return self.house.it.sekisho(*words)

    def said(self, lines=20):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])


def listening(path):
    s = socket.socket(socket.AF_UNIX)
    s.bind(path)
    os.chmod(path, 0o666)
    s.listen(512)
    return s

