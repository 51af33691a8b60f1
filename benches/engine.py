#!/usr/bin/python3
"""CPU time per transaction in process, without a server: this engine and libmodsecurity 3 with the
same rules in the same run.

Each engine is a program of its own that has loaded everything before anything is measured. A round
visits every workload at every level; the engines take turns at each, in an order that rotates.
Every request is another visitor's (see shoppers.py) and a slice goes on where the last one stopped.
Closes with lines `ratio LEVEL WORKLOAD N.N`: how many times less CPU time than libmodsecurity, the
median of the rounds; and `response LEVEL KIND SIZE N.NN GB/s`: what inspecting an answer adds, per core
(see answers.py for the kinds; all are declared as HTML, so that they are inspected)."""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "lib"))
import answers  # noqa: E402
import inputs  # noqa: E402
import servers  # noqa: E402
import workloads  # noqa: E402

# Answers to one and the same request: (kind, bytes). What `none` costs is taken from the others.
ANSWERS = {"none": None}
ANSWERS.update({"page 32K": ("page", 32 << 10), "page 1M": ("page", 1 << 20)})
ANSWERS.update({kind + " 256K": (kind, 256 << 10) for kind in answers.KINDS})


class Driver:
    """A program that drives one engine with one rules file (see drive.h)."""

    def __init__(self, program, rules, packs):
        self.index = {name: n for n, name in enumerate(packs)}
        self.process = servers.start_pipe([program, rules] + list(packs.values()))
        self.loaded = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("bench: an engine ended: " + " ".join(self.process.args[:2]))
        return json.loads(line)

    def slice(self, name, seconds):
        self.process.stdin.write("%d %g\n" % (self.index[name], seconds))
        self.process.stdin.flush()
        return self.read()


def drivers(run, engines, levels, packs):
    """{(engine, level, variant): Driver}, for the variants that the packs need."""
    made = {}
    for level in levels:
        for kind in dict.fromkeys(map(variant, packs)):
            rules = inputs.rules(run, level, kind, crs=ARGS.crs)
            mine = {name: path for name, path in packs.items() if variant(name) == kind}
            for engine, program in engines.items():
                made[engine, level, kind] = Driver(program, rules, mine)
    return made


def variant(name):
    return "page" if name in ANSWERS else inputs.variant(name)


def with_answers(run, packs):
    """Workloads with an answer: the pages of `page`, and answers of all kinds to one request."""
    if "page" in packs:
        packs["page"] += "=" + inputs.pack(os.path.join(run, "pages"), workloads.pages())
    one = inputs.pack(os.path.join(run, "one.pack"), workloads.draw("page", 1))
    for name, answer in ANSWERS.items() if ARGS.response else ():
        packs[name] = one
        if answer:
            kind, size = answer
            drawn = answers.draw(kind, size, max(4, (4 << 20) // size))
            packs[name] += "=" + inputs.pack(os.path.join(run, name.replace(" ", "-")), drawn)
    return packs


def measure(made, engines, levels, packs):
    """{(engine, level, workload): [a slice a round]}"""
    found = {}
    for turn in range(ARGS.rounds):
        order = list(engines)[turn % len(engines):] + list(engines)[:turn % len(engines)]
        for level in levels:
            for name in packs:
                for engine in order:
                    row = made[engine, level, variant(name)].slice(name, ARGS.seconds)
                    found.setdefault((engine, level, name), []).append(row)
        print("round %d of %d" % (turn + 1, ARGS.rounds), file=sys.stderr, flush=True)
    return found


def times(found, engine, level, name):
    return [row["us"] for row in found[engine, level, name]]


def cell(values):
    return "%.0f (%.0f)" % (statistics.median(values), min(values))


def ratios(found, level, name):
    """Of each round: how many times less CPU time we use than the peer."""
    return [theirs / ours for theirs, ours in zip(times(found, "modsecurity", level, name),
                                                  times(found, "sekisho", level, name))]


def refused(rows):
    return "%.0f %%" % (100 * sum(row["refused"] for row in rows) / sum(row["tx"] for row in rows))


def print_level(found, engines, level, sizes):
    print("\nLevel %d: µs of CPU per transaction, median (least disturbed) of %d rounds of %g s\n"
          % (level, ARGS.rounds, ARGS.seconds))
    head = ["workload", "distinct requests", "mean bytes"]
    head += ["%s, refused" % LABELS[engine] for engine in engines] + ["times less"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for name, (count, mean) in sizes.items():
        row = [name, "%d" % count, "%.0f" % mean]
        row += ["%s, %s" % (cell(times(found, engine, level, name)), refused(found[engine, level, name]))
                for engine in engines]
        row += ["%.1f" % statistics.median(ratios(found, level, name)) if "modsecurity" in engines else "–"]
        print("| " + " | ".join(row) + " |")


def print_loading(made):
    print("\n| rules | loaded in, ms of CPU | memory of the rules, MB |\n|---|---|---|")
    for (engine, level, kind), driver in made.items():
        if kind == "run":
            print("| %s, level %d | %.0f | %.1f |" % (
                LABELS[engine], level, driver.loaded["load_ms"], driver.loaded["rules_mb"]))


def print_ratios(found, levels, names, engines):
    print()
    for level in levels:
        for name in names if "modsecurity" in engines else ():
            print("ratio %d %s %.1f" % (level, name, statistics.median(ratios(found, level, name))))
    for level in levels:
        for name, answer in ANSWERS.items() if ARGS.response else ():
            more = [us - least for us, least in zip(times(found, "sekisho", level, name),
                                                   times(found, "sekisho", level, "none"))]
            if answer:
                print("response %d %s %.2f GB/s" % (level, name, answer[1] / 1e3 / statistics.median(more)))


def engines_here():
    build = os.path.join(servers.TOP, "build", "release", "benches")
    found = {"sekisho": os.path.join(build, "sekisho_bench_engine")}
    peer = os.path.join(build, "sekisho_bench_modsecurity")
    if os.path.exists(peer):
        found["modsecurity"] = peer
    else:
        print("libmodsecurity is not installed: no ratios (apt-get install libmodsecurity-dev)")
    return found


def main():
    servers.prepare()
    run = servers.folder("sekisho-bench-")
    names, levels = inputs.names(ARGS.workloads), [int(n) for n in ARGS.levels.split(",")]
    drawn = inputs.requests(run, names)
    packs = with_answers(run, {name: path for name, (path, _, _) in drawn.items()})
    engines = engines_here()
    made = drivers(run, engines, levels, packs)
    found = measure(made, engines, levels, packs)
    print(inputs.machine())
    for level in levels:
        print_level(found, engines, level, {name: row[1:] for name, row in drawn.items()})
    print_loading(made)
    print_ratios(found, levels, names, engines)
    if ARGS.json:
        with open(ARGS.json, "w", encoding="utf-8") as file:
            json.dump({"%s/%d/%s" % key: rows for key, rows in found.items()}, file, indent=1)


def arguments():
    parser = argparse.ArgumentParser(prog="./bench engine", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=.4, help="of CPU time, of each slice (0.4)")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--levels", default="1,4", help="paranoia levels (1,4)")
    parser.add_argument("--workloads", default=",".join(workloads.WORKLOADS), metavar="A,B",
                        help="of " + ",".join(workloads.WORKLOADS))
    parser.add_argument("--crs", metavar="DIR", help="a release of the Core Rule Set instead of Debian's")
    parser.add_argument("--no-response", dest="response", action="store_false",
                        help="leave out the throughput of response bodies")
    parser.add_argument("--json", metavar="FILE", help="write every measurement")
    return parser.parse_args()


LABELS = {"sekisho": "Sekisho", "modsecurity": "libmodsecurity 3"}
ARGS = arguments()
main()
