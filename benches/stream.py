#!/usr/bin/python3
"""How fast and in how much memory bodies of any size are judged: one body through one transaction in
process, in windows, by the Core Rule Set with thresholds that nothing reaches.

MB/s is the body's size by CPU time of one core; `kept` is what the transaction holds at the end,
`peak` how much larger the process was at most while it ran. Closes with `stream KIND MB/s`."""
import argparse
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "lib"))
import inputs  # noqa: E402
import servers  # noqa: E402
import workloads  # noqa: E402

KINDS = ("answer", "form", "json", "xml", "file", "field")


def body_of(request):
    return request.partition(b"\r\n\r\n")[2]


def blocks():
    """What each kind repeats: pages, checkout forms, shopping carts, prose."""
    prose = b"".join(body_of(r) for r in workloads.draw("checkout"))
    return {"answer": b"".join(workloads.pages()),
            "form": b"&".join(body_of(r) for r in workloads.draw("checkout")) + b"&",
            "json": b",".join(body_of(r) for r in workloads.draw("json")) + b",",
            "xml": b"".join(b"<item id='%d'><n>%s</n></item>" % (i, prose[i * 200:i * 200 + 200]
                                                                 .replace(b"&", b" ").replace(b"%", b" "))
                            for i in range(len(prose) // 200)),
            "file": os.urandom(4 << 20),
            "field": prose}


def main():
    servers.prepare()
    run = servers.folder("sekisho-bench-")
    rules = inputs.rules(run, ARGS.level, "page", crs=ARGS.crs)
    program = os.path.join(servers.TOP, "build", "release", "benches", "sekisho_bench_stream")
    made, found = blocks(), []
    print(inputs.machine())
    print("level %d, bodies of %d MB\n\n%-8s %9s %9s %12s %9s" % (ARGS.level, ARGS.size, "kind", "MB/s",
                                                                  "ns/byte", "kept, KB", "peak, MB"))
    for kind in ARGS.kinds.split(","):
        path = os.path.join(run, kind)
        with open(path, "wb") as file:
            file.write(made[kind])
        text = subprocess.run([program, rules, kind, str(ARGS.size), path], check=True, text=True,
                              capture_output=True).stdout
        row = json.loads(text)
        if row["refused"]:
            sys.exit("bench: the body of kind %s was refused" % kind)
        print("%-8s %9.1f %9.2f %12.1f %9.1f" % (kind, row["mb_s"], row["ns_byte"], row["kept"] / 1024,
                                               row["peak_mb"]))
        found.append((kind, row["mb_s"]))
    print()
    for row in found:
        print("stream %s %.1f" % row)


def arguments():
    parser = argparse.ArgumentParser(prog="./bench stream", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--level", type=int, default=1, help="paranoia level (1)")
    parser.add_argument("--size", type=int, default=64, metavar="MB", help="of each body (64)")
    parser.add_argument("--kinds", default=",".join(KINDS), metavar="A,B", help="of " + ",".join(KINDS))
    parser.add_argument("--crs", metavar="DIR", help="a Core Rule Set other than Debian's")
    return parser.parse_args()


ARGS = arguments()
main()
