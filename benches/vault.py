"""./bench vault: questions to the vault, each recorded on disk before any text leaves; and the same with the ledger
played by something that says yes at once and keeps nothing, so that what the recording costs can be seen.

    ./bench vault [--seconds S] [--people N] [--clients C]

A question's latency counts from when it was due. `us of CPU` is for a question, of each process; the client's is
taken from the same processors. Two cores that others use as well measure the others: mind the load average.
"""
import argparse
import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../tests/lib"), os.path.join(HERE, "../tests/vault")]
import house  # noqa: E402
import servers  # noqa: E402

LOAD = os.path.join(servers.TOP, "build", "release", "benches", "sekisho_bench_vault")
# Limits that nothing here reaches: what is measured is the counting, not its end.
CONFIG = house.CONFIG.replace("= 5000;", "= 1000000;").replace("= 50000;", "= 1000000;")
FEW = 1000  # people of the smaller store
AIM = 20000  # people a second


def load(h, what, clients, seconds, batch=None, tokens=(), pace=0):
    command = [LOAD, what, h.socket, os.path.join(h.state, "keys", "ticket.key"), str(clients), str(seconds)]
    done = subprocess.run(command + ([str(batch), str(pace)] if batch else []), input="\n".join(tokens), text=True,
                          capture_output=True, check=True)
    return json.loads(done.stdout)


def cpu(pids):
    """Seconds of CPU time that each process has used."""
    tick, used = os.sysconf("SC_CLK_TCK"), {}
    for name, pid in pids.items():
        with open("/proc/%d/stat" % pid, encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        used[name] = (int(fields[11]) + int(fields[12])) / tick
    return used


def machine():
    done = subprocess.run(["openssl", "speed", "-seconds", "1", "-bytes", "1024", "-evp", "aes-256-gcm"],
                          capture_output=True, text=True, check=False)
    found = re.search(r"([\d.]+)k\s*$", done.stdout.strip(), re.M)
    begun = time.process_time()
    hashlib.pbkdf2_hmac("sha512", b"x", b"y" * 16, 210000)
    print("this machine: AES-256-GCM %s MB/s of a core (1 KB), PBKDF2-HMAC-SHA-512 of 210,000 turns %.0f ms; load "
          "average %.1f" % (round(float(found.group(1)) / 1000) if found else "?",
                            (time.process_time() - begun) * 1000, os.getloadavg()[0]))


class Bench:
    def __init__(self, h, args):
        self.h, self.args = h, args
        self.played = None  # the process that plays the ledger

    def pids(self):
        return {"vault": self.h.part("vault"), "keeper": self.h.part("keeper"),
                "ledger": self.played.pid if self.played else self.h.part("ledger")}

    def row(self, name, what, clients=None, batch=None, tokens=(), pace=0):
        pids = self.pids()
        before = cpu(pids)
        got = load(self.h, what, clients or self.args.clients, self.args.seconds, batch, tokens, pace)
        used = {part: (after - before[part]) / got["questions"] * 1e6 for part, after in cpu(pids).items()}
        used["client"] = got["client_us"]
        print("%-42s %6d/s %8d values/s  p50 %7.2f ms  p99 %7.2f ms  us of CPU: %s%s"
              % (name, got["per_second"], got["values_per_second"], got["p50_ms"], got["p99_ms"],
                 ", ".join("%s %.0f" % pair for pair in used.items()),
                 "  REFUSED %d" % got["refused"] if got["refused"] else ""), flush=True)
        return got

    def fill(self, people):
        while self.h.values("SELECT count(*) FROM value WHERE kind = 1")[0][0] < people:
            load(self.h, "put", self.args.clients, 1)

    def names(self, people):
        return [r[0] for r in self.h.values("SELECT token FROM value WHERE kind = 1 LIMIT ?", people)]

    def customers(self, people):
        """Name, phone and address of each, together."""
        return [r[0] for r in self.h.values("SELECT token FROM value WHERE kind IN (1, 3, 5) ORDER BY person LIMIT ?",
                                            3 * people)]

    def reads(self, people):
        names = self.names(people)
        for batch in (1, 20, 100, 500):
            self.row("read, %d people" % batch, "read", batch=batch, tokens=names)
        self.row("read, 20 people, three values of each", "read", batch=60, tokens=self.customers(people))
        self.row("read, 20 people, one client", "read", clients=1, batch=20, tokens=names)
        self.row("read, 20 people, %d people/s" % AIM, "read", batch=20, tokens=names, pace=AIM // 20)

    @contextlib.contextmanager
    def unrecorded(self):
        """The ledger's socket is another's: the program's own configuration has no such thing."""
        path = os.path.join(self.h.state, "run", "ledger.sock")
        os.rename(path, path + ".aside")
        self.played = servers.start([LOAD, "ledger", path])
        try:
            end = time.monotonic() + 10
            while not os.path.exists(path) and time.monotonic() < end:
                time.sleep(0.01)
            self.keeper_anew()
            yield
        finally:
            servers.stop(self.played)
            self.played = None
            os.rename(path + ".aside", path)
            self.keeper_anew()

    def keeper_anew(self):
        """So that it talks to whoever has the socket now."""
        before = self.h.part("keeper")
        os.kill(before, 9)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            with contextlib.suppress(AttributeError):
                if self.h.part("keeper") != before:
                    break
            time.sleep(0.05)
        self.h.wait()


def main():
    words = argparse.ArgumentParser(prog="./bench vault")
    words.add_argument("--seconds", type=float, default=5)
    words.add_argument("--people", type=int, default=20000)
    words.add_argument("--clients", type=int, default=16)
    args = words.parse_args()
    servers.prepare()
    machine()
    it = house.started(CONFIG)
    with it:
        h = house.House(it)
        h.wait()
        bench = Bench(h, args)
        bench.row("put, a customer of 4 values", "put")
        bench.fill(FEW)
        bench.row("read, 20 people, of a store of %d" % FEW, "read", batch=20, tokens=bench.names(FEW))
        bench.fill(args.people)
        bench.row("put, into a store of %d people" % args.people, "put")
        print("\n%d people in the store; each reading is on disk in the ledger first" % args.people)
        bench.reads(args.people)
        records = len(h.records("vault.read"))
        with bench.unrecorded():
            print("\nthe same without a ledger: a stand-in says yes at once, and keeps nothing")
            bench.reads(args.people)
        if len(h.records("vault.read")) != records:
            sys.exit("the ledger was not out of the way: nothing of this can be compared")
        print("\nload average %.1f" % os.getloadavg()[0])


if __name__ == "__main__":
    main()
