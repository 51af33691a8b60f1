#!/usr/bin/python3
"""What hostile input costs: is there any that makes the cost of a byte grow?

Every pattern of the rules is given input derived from its syntax (see hostile_inputs.py), first
alone, then its worst inputs in whole requests where its rule looks; then structures that parsers
are known to suffer from. Cost is CPU time in process per byte of value (what the request costs
beyond the same request with a short value), at two sizes; growth is how much more a byte costs in
the large one (1: linear). The ratio compares with the cost per byte of harmless checkout forms.

Closes with `worst NAME RATIO` and, for each rule whose match limit was reached, `limit RULE
refused` or `limit RULE PASSED`. Exit 1 when something passed that could not be judged."""
import argparse
import base64
import json
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "lib"))
import answers  # noqa: E402
import hostile_inputs  # noqa: E402
import inputs  # noqa: E402
import servers  # noqa: E402
import shoppers  # noqa: E402
import workloads  # noqa: E402

SCREEN = (250, 1000, 8000)  # bytes: of all inputs of a pattern
SIZES = (16000, 64000)  # then of its worst ones
WORST = 5            # inputs of a pattern that are looked at more closely
SHOWN = 20           # rows of the table
SLOW_US = 300000     # no larger size is tried above this
OPERATORS = ("rx", "rxglobal", "pm", "pmf", "pmfromfile", "detectsqli", "detectxss", "validatebyterange", "validateurlencoding",
             "validateutf8encoding", "within", "contains", "verifycc", "verifyssn", "verifycpf", "verifysvnr", "containsword")


class Engine:
    """The measuring program (see hostile.c)."""

    def __init__(self, run, rules):
        program = os.path.join(servers.TOP, "build", "release", "benches", "sekisho_bench_hostile")
        self.run, self.process = run, servers.start_pipe([program, rules])

    def ask(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return self.line()

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("bench: the engine ended")
        return line.split()

    def rules(self):
        row, found = self.ask("rules"), []
        while row:
            index, rule, phase, operator, argument, targets = row
            if operator in OPERATORS:
                found.append({"index": int(index), "id": rule, "phase": int(phase), "op": operator,
                              "argument": b"" if argument == "-" else bytes.fromhex(argument), "targets": targets.split(",")})
            row = self.line()
        return found

    def operate(self, rule, size, one):
        """(microseconds, limit reached)"""
        us, _, limit = self.ask("op %d %d %s" % (rule["index"], size, " ".join(part.hex() or "-" for part in one)))
        return float(us), limit == "1"

    def judge(self, request, response=None):
        """{us, status (0: passed), limit: the rule whose match limit was reached, or None}"""
        paths = []
        for name, content in (("request", request), ("response", response)):
            paths.append(os.path.join(self.run, name) if content is not None else "-")
            if content is not None:
                with open(paths[-1], "wb") as file:
                    file.write(content)
        us, status, limit = self.ask("tx " + " ".join(paths))
        return {"us": float(us), "status": int(status), "limit": None if limit == "0" else limit}


def screened(engine, rule, until):
    """How many inputs were tried on a pattern, and its worst: [{ns, growth, limit, input}]"""
    if rule["op"].startswith("rx"):
        candidates = hostile_inputs.of_pattern(rule["argument"], ARGS.draws)
    else:
        candidates = hostile_inputs.of_words(rule["argument"] if rule["op"] == "pm" else b"")
    rows = []
    for one in candidates:
        rows.append(alone(engine, rule, one, SCREEN, {}))
        if time.monotonic() > until:
            break
    chosen = sorted(rows, key=lambda row: -row["ns"])[:WORST] + sorted(rows, key=lambda row: -row["growth"])[:2]
    chosen += [row for row in rows if row["limit"]][:1]
    return len(rows), [alone(engine, rule, row["input"], SIZES, row) for row in chosen]


def alone(engine, rule, one, sizes, before):
    """The operator on one input of several sizes; what smaller sizes gave is in `before`."""
    first, limit, worst = before.get("first"), before.get("limit", False), before.get("ns", 0)
    for size in sizes:
        us, reached = engine.operate(rule, size, one)
        limit |= reached
        cost = max(us * 1000 / size, .01)
        first, worst = first or cost, max(worst, cost)
        if us > SLOW_US:
            break
    return {"ns": worst, "first": first, "growth": cost / first, "limit": limit, "input": one}


def marginal(engine, make, most):
    """A row of the table: what a byte costs, and how much more in a large input than in a small."""
    def judged(size):
        made = make(size)
        request, response = made if isinstance(made, tuple) else (made, None)
        return engine.judge(request, response), len(request) + len(response or b"")
    base, least = judged(16)
    costs, limit = [], None
    for size in (most // 16, most // 4, most):
        row, n = judged(size)
        limit = limit or row["limit"]
        costs.append(max(0, row["us"] - base["us"]) * 1000 / max(most // 64, n - least))  # some are trimmed to nothing
        if row["us"] > SLOW_US:
            break
    return dict(row, ns=max(costs), growth=costs[-1] / costs[0] if costs[0] > 0 else 1, size=n, limit=limit)


def in_requests(engine, rule, inputs_of_it):
    """Rows: inputs where the rule looks."""
    for place in hostile_inputs.places(rule["targets"])[:ARGS.places]:
        make, most = hostile_inputs.PLACES[place]
        for one in dict.fromkeys(inputs_of_it):
            def value(size, one=one, make=make, place=place):
                text = hostile_inputs.build(size, *one)
                return (make(text), text) if place == "response" else make(text)
            yield dict(marginal(engine, value, most), name=rule["id"], place=place, input=one)


def long_texts(rng, size):
    """What people and their scripts put into one field."""
    lines = size // 60
    yield shoppers.prose(rng, size // 50).encode()
    yield answers.one(rng, "page", size)
    yield b"The quick fox's jumped over - and then (again) it said \"hello\": 12,300 yen, 50% off!\r\n" * lines
    yield json.dumps([workloads.cart_line(rng) for _ in range(size // 200)], ensure_ascii=False).encode()
    yield "".join('%d,%d,"%s",2026-01-02\r\n' % (rng.randrange(10**6), rng.randrange(100), shoppers.product(rng))
                  for _ in range(lines)).encode()
    yield base64.b64encode(rng.randbytes(size * 3 // 4))
    yield b"# Title\n\n* one\n* two `code`\n\n| a | b |\n|---|---|\n" * lines


def long_harmless(engine):
    """(how many long harmless texts, how many of them reached a match limit)"""
    rng, rows = random.Random("long texts"), []
    make, _ = hostile_inputs.PLACES["argument"]
    for size in (1000, 4000, 16000, 60000):
        for _ in range(6):
            rows += [engine.judge(make(text)) for text in long_texts(rng, size)]
    return len(rows), sum(bool(row["limit"]) for row in rows)


def shown(one):
    text = "".join(chr(c) if 32 < c < 127 and chr(c) not in "|`" else "·" if c == 32 else "\\x%02x" % c for c in one[1][:24])
    return (repr(one[0][:16])[2:-1].replace("|", "¦") + " + " if one[0] else "") + "(" + text + ")…"


def patterns(engine, found):
    """Every pattern alone, then in requests; a share of the time for each."""
    rules = engine.rules()
    end = time.monotonic() + ARGS.seconds
    for n, rule in enumerate(rules):
        left = (end - time.monotonic()) / (len(rules) - n)
        count, worst = screened(engine, rule, time.monotonic() + max(.05, left * .6))
        worst.sort(key=lambda row: -row["ns"])
        chosen = [row["input"] for row in worst[:ARGS.inputs]] + [row["input"] for row in worst if row["limit"]][:1]
        steepest = max(row["growth"] for row in worst)
        for row in in_requests(engine, rule, chosen):
            found.append(dict(row, alone=worst[0]["ns"], steepest=steepest, tried=count, limited=any(w["limit"] for w in worst)))
        if n % 50 == 49:
            print("pattern %d of %d" % (n + 1, len(rules)), file=sys.stderr, flush=True)
    return len(rules)


def structures(engine, found):
    for name, (make, most) in hostile_inputs.STRUCTURES.items():
        found.append(dict(marginal(engine, make, most), name=name, place="–", input=None))


def harmless(run, rules):
    """ns per byte of checkout forms, none of which comes twice before all others have come."""
    program = os.path.join(servers.TOP, "build", "release", "benches", "sekisho_bench_engine")
    driver = servers.start_pipe([program, rules, inputs.requests(run, ["checkout"])["checkout"][0]])
    driver.stdout.readline()
    driver.stdin.write("0 2\n")
    driver.stdin.flush()
    row = json.loads(driver.stdout.readline())
    driver.stdin.close()
    return row["us"] * row["tx"] * 1000 / row["bytes"]


def print_table(found, benign):
    print("| rule or structure | where | input | bytes | ns per byte | times harmless | growth | answer |\n|" + "---|" * 8)
    for row in found[:SHOWN]:
        print("| %s | %s | %s | %d | %.0f | %.1f | %.1f | %s |" % (
            row["name"], row["place"], shown(row["input"]) if row["input"] else "", row["size"], row["ns"], row["ns"] / benign,
            row["growth"], ("limit of %s, " % row["limit"] if row["limit"] else "") + ("passed" if row["status"] == 0 else "refused")))


def print_alone(found):
    """Patterns by what they cost by themselves, with their transformations."""
    best = {}
    for row in found:
        if "alone" in row:
            best[row["name"]] = row
    rows = sorted(best.values(), key=lambda row: -row["alone"])[:SHOWN]
    print("\n| pattern alone | inputs tried | worst, ns per byte | steepest growth | match limit |\n|" + "---|" * 5)
    for row in rows:
        print("| %s | %d | %.1f | %.1f | %s |" % (row["name"], row["tried"], row["alone"], row["steepest"],
                                               "reached" if row["limited"] else ""))


def print_limits(found):
    """True: something passed that was not judged."""
    passed = {row["limit"] for row in found if row["limit"] and row["status"] == 0}
    for rule in sorted({row["limit"] for row in found if row["limit"]}):
        print("limit %s %s" % (rule, "PASSED" if rule in passed else "refused"))
    return bool(passed)


def main():
    servers.prepare()
    run = servers.folder("sekisho-bench-")
    rules, found = inputs.rules(run, ARGS.level, "page", arguments=10000, crs=ARGS.crs), []
    benign = harmless(run, rules)
    engine = Engine(run, rules)
    texts, refused = long_harmless(engine)
    structures(engine, found)
    count = patterns(engine, found)
    found.sort(key=lambda row: -row["ns"])
    print(inputs.machine())
    print("\n%d patterns and %d structures at level %d; harmless forms cost %.0f ns per byte"
          % (count, len(hostile_inputs.STRUCTURES), ARGS.level, benign))
    print("%d of %d harmless texts of 1 to 60 KB in one argument reached a match limit\n" % (refused, texts))
    print_table(found, benign)
    print_alone(found)
    over = {row["name"] for row in found if row["ns"] > 20 * benign}
    grown = {row["name"] for row in found if row["growth"] > 2 and row["ns"] > benign}
    print("\n%d of %d cost more than 20 times as much as a harmless byte; in %d a byte costs more than twice as much in the "
          "larger input\n" % (len(over), len({row["name"] for row in found}), len(grown)))
    for row in found[:1]:
        print("worst %s %.1f" % (row["name"].replace(" ", "_"), row["ns"] / benign))
    passed = print_limits(found)
    if ARGS.json:
        with open(ARGS.json, "w", encoding="utf-8") as file:
            json.dump([dict(row, input=[part.hex() for part in row["input"] or ()]) for row in found], file, indent=1)
    return 1 if passed else 0


def arguments():
    parser = argparse.ArgumentParser(prog="./bench hostile", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, help="for all patterns together (200; with --all 3600)")
    parser.add_argument("--level", type=int, default=4, help="paranoia level (4)")
    parser.add_argument("--crs", metavar="DIR", help="a release of the Core Rule Set instead of Debian's")
    parser.add_argument("--all", action="store_true", help="more inputs of every pattern")
    parser.add_argument("--json", metavar="FILE", help="write every measurement")
    args = parser.parse_args()
    args.draws, args.inputs, args.places = (8, 4, 3) if args.all else (1, 1, 2)
    args.seconds = args.seconds or (3600 if args.all else 200)
    return args


ARGS = arguments()
if __name__ == "__main__":
    sys.exit(main())
