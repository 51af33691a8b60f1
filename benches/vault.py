"""./bench vault: questions to the vault, each recorded on disk before any text leaves.

    ./bench vault [--seconds S] [--people N] [--clients C]
"""
import argparse
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


def load(h, what, clients, seconds, batch=None, tokens=(), pace=0):
    command = [LOAD, what, h.socket, os.path.join(h.state, "keys", "ticket.key"), str(clients), str(seconds)]
    done = subprocess.run(command + ([str(batch), str(pace)] if batch else []), input="\n".join(tokens), text=True,
                          capture_output=True, check=True)
    return json.loads(done.stdout)


def cpu(h):
    """Seconds of CPU time that vault, keeper and ledger have used."""
    tick, used = os.sysconf("SC_CLK_TCK"), {}
    for name in ("vault", "keeper", "ledger"):
        with open("/proc/%d/stat" % h.part(name), encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        used[name] = (int(fields[11]) + int(fields[12])) / tick
    return used


def row(what, got, more=""):
    print("%-34s %7d/s %9d values/s   p50 %6.2f ms   p99 %6.2f ms   refused %d%s"
          % (what, got["per_second"], got["values_per_second"], got["p50_ms"], got["p99_ms"], got["refused"], more),
          flush=True)


def machine():
    done = subprocess.run(["openssl", "speed", "-seconds", "1", "-bytes", "1024", "-evp", "aes-256-gcm"],
                          capture_output=True, text=True, check=False)
    found = re.search(r"([\d.]+)k\s*$", done.stdout.strip(), re.M)
    begun = time.perf_counter()
    hashlib.pbkdf2_hmac("sha512", b"x", b"y" * 16, 210000)
    print("this machine: AES-256-GCM %s MB/s of a core (1 KB), PBKDF2-HMAC-SHA-512 of 210,000 turns %.0f ms"
          % (round(float(found.group(1)) / 1000) if found else "?", (time.perf_counter() - begun) * 1000))


def main():
    words = argparse.ArgumentParser(prog="./bench vault")
    words.add_argument("--seconds", type=float, default=10)
    words.add_argument("--people", type=int, default=5000)
    words.add_argument("--clients", type=int, default=16)
    args = words.parse_args()
    servers.prepare()
    machine()
    it = house.started(CONFIG)
    with it:
        h = house.House(it)
        h.wait()
        put = load(h, "put", args.clients, args.seconds)
        row("put, a customer of 4 values", put)
        while h.values("SELECT count(*) FROM value WHERE kind = 1")[0][0] < args.people:
            load(h, "put", args.clients, 2)
        names = [r[0] for r in h.values("SELECT token FROM value WHERE kind = 1 LIMIT ?", args.people)]
        for batch in (1, 20, 100):
            before = cpu(h)
            got = load(h, "read", args.clients, args.seconds, batch, names)
            used = {name: (after - before[name]) / got["questions"] * 1e6 for name, after in cpu(h).items()}
            row("read, %d people a question" % batch, got,
                "   us of CPU: " + ", ".join("%s %.0f" % pair for pair in used.items()))
        row("read, 20 people, 1000 questions/s", load(h, "read", args.clients, args.seconds, 20, names, 1000))
        row("read, 20 people, one client", load(h, "read", 1, args.seconds, 20, names))


if __name__ == "__main__":
    main()
