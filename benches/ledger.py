#!/usr/bin/python3
"""Durable appends: what clients that wait for each acknowledgement get out of the ledger, beside what
the disk gives by itself, in one folder and one run.

    benches/ledger.py [--seconds S] [--folder DIR] [--clients 1,16,64] [--records N] [--json FILE]
    benches/ledger.py --filters 10000000 [--folder DIR]

sync     fdatasync a second: 8 KB appended and made durable, before and behind the rest
append   1, 16, 64 clients on one writer, one question waiting each: acknowledged a second, latency
tree     Merkle leaves a second of one core: a 330-byte record hashed and taken into the tree
verify   `sekisho log verify` over all that was written
search   `sekisho log records --object ...` over the same: one record found among all
filter   with --filters N only, and nothing else: N records of 30 days, written by the writer's own store,
         then `sekisho log records` by request, person, tenant, action and time: seconds and memory
"""
import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests", "ledger"))
from writer import SEKISHO, Writer  # noqa: E402

PROGRAM = os.path.join(TOP, "build/release/benches/sekisho_bench_ledger")


def measure(*words):
    r = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    if r.returncode:
        raise SystemExit("%s: %s" % (" ".join(map(str, words)), r.stderr.strip()))
    return json.loads(r.stdout)


def timed(*words):
    begun = time.monotonic()
    r = subprocess.run([SEKISHO, "log", *words], capture_output=True, text=True, check=False)
    if r.returncode:
        raise SystemExit("%s: %s%s" % (" ".join(words), r.stdout, r.stderr))
    return time.monotonic() - begun, r.stdout


def fill(writer, records, clients):
    """More records, so that verify and search have something to read."""
    have = writer.ask({"do": "status"})["records"]
    while have < records:
        measure("append", os.path.join(writer.state, "run/ledger.sock"), max(clients), 2)
        have = writer.ask({"do": "status"})["records"]
    return have


def read_rates(writer):
    _, out = timed("verify", "--json", "--state", writer.state)
    v = json.loads(out)
    seconds, out = timed("records", "--object", "ord_%016d" % 77, "--json", "--state", writer.state)
    return {"verify": {"records": v["records"], "mb": v["bytes"] / 1e6,
                       "per_second": v["records"] / max(v["ms"] / 1000, 1e-3)},
            "search": {"records": v["records"], "found": out.count("\n"), "seconds": seconds,
                       "mb_per_second": v["bytes"] / 1e6 / seconds}}


FILTERS = (
    ("a request", ("--id", "01KAT0P5Z7Q8W9X2%010d")),
    ("a person", ("--principal", "acc_5Z7Q8W9X2Y%010d")),
    ("a tenant", ("--tenant", "shop-07")),
    ("an action", ("--action", "accounts.invite")),
    ("a tenant's action", ("--tenant", "shop-07", "--action", "accounts.invite")),
    ("a day", ("--since", "15d", "--until", "14d")),
    ("a person on a day", ("--principal", "acc_5Z7Q8W9X2Y%010d", "--since", "15d", "--until", "14d")),
)


def found(words):
    """Records that pass, seconds, and the most memory that any run had so far in MB."""
    begun = time.monotonic()
    with subprocess.Popen([SEKISHO, "log", "records", *words, "--json"], stdout=subprocess.PIPE) as p:
        count = sum(chunk.count(b"\n") for chunk in iter(lambda: p.stdout.read(1 << 20), b""))
    if p.returncode:
        raise SystemExit("%s: %d" % (" ".join(words), p.returncode))
    return count, time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def filters(records, folder, rounds=3):
    state = os.path.join(folder, "s")
    os.mkdir(state)
    made = measure("fill", state, records, 30)
    print("fill          %8.0f records a second (%d of them)" % (made["per_second"], made["records"]))
    for name, words in FILTERS:
        words = [w % 777 if "%" in w else w for w in words] + ["--state", state]
        runs = [found(words) for _ in range(rounds)]
        print("filter        %7.2f s (best of %d; first %.2f)  %9d found  %4.0f MB  %s" %
              (min(r[1] for r in runs), rounds, runs[0][1], runs[0][0], runs[-1][2], name), flush=True)
    print("load of the machine: %.2f; %d cores" % (os.getloadavg()[0], os.cpu_count()))


def say(result):
    for name in ("sync_before", "sync_behind"):
        print("%-13s %8.0f a second (8 KB appended each)" % (name, result[name]["per_second"]))
    for row in result["append"]:
        print("append x %-4d %8.0f a second   p50 %6.2f ms   p99 %6.2f ms   longest %6.2f ms" %
              (row["clients"], row["per_second"], row["p50_us"] / 1e3, row["p99_us"] / 1e3,
               row["max_us"] / 1e3))
    print("tree          %8.0f leaves a second (%d bytes each)" %
          (result["tree"]["per_second"], result["tree"]["bytes_each"]))
    print("verify        %8.0f records a second (%d records, %.0f MB)" %
          (result["verify"]["per_second"], result["verify"]["records"], result["verify"]["mb"]))
    print("search        %8.0f MB a second (%d found, %.2f s)" %
          (result["search"]["mb_per_second"], result["search"]["found"], result["search"]["seconds"]))
    print("load of the machine before and behind: %.2f, %.2f; %d cores" %
          (*result["load"], os.cpu_count()))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ap.add_argument("--seconds", type=float, default=5)
    ap.add_argument("--folder", default=os.path.join(TOP, "build"),
                    help="the disk to measure (default: build/)")
    ap.add_argument("--clients", default="1,16,64")
    ap.add_argument("--records", type=int, default=500_000, help="for verify and search, at least")
    ap.add_argument("--filters", type=int, default=0, metavar="N", help="measure filters over N records")
    ap.add_argument("--json")
    o = ap.parse_args()
    clients = [int(c) for c in o.clients.split(",")]
    folder = tempfile.mkdtemp(prefix="ledger-", dir=o.folder)
    if o.filters:
        try:
            filters(o.filters, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return 0
    writer = Writer(os.path.join(folder, "s"))
    try:
        load = os.getloadavg()[0]
        result = {"sync_before": measure("sync", folder, 2, 8192)}
        writer.start()
        result["append"] = [measure("append", os.path.join(writer.state, "run/ledger.sock"), c,
                                    o.seconds) for c in clients]
        fill(writer, o.records, clients)
        writer.stop()
        result["sync_behind"] = measure("sync", folder, 2, 8192)
        result["tree"] = measure("tree", 2)
        result.update(read_rates(writer))
        result["load"] = (load, os.getloadavg()[0])
    finally:
        writer.stop()
        shutil.rmtree(folder, ignore_errors=True)
    say(result)
    if o.json:
        with open(o.json, "w", encoding="utf-8") as f:
            json.dump(result, f, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
