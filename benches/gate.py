#!/usr/bin/python3
"""CPU time per request of this gate, beside plain nginx and nginx with ModSecurity 3.

All are Debian's nginx as a reverse proxy in front of the same upstream, with the same rules: the
recommended settings and Debian's Core Rule Set. All run at the same time; a round visits every one
of them with every workload, in an order that rotates, so that a noisy minute hits all alike. The
servers have one CPU, load generator and upstream another. What counts is the CPU time of the
server's workers (user and system, from /proc) divided by the answers given; the generator waits
for every answer. Printed is the median of the rounds."""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "lib"))
import inputs  # noqa: E402
import servers  # noqa: E402

UPSTREAM = """
    server {{
        listen 127.0.0.1:{port};
        location / {{ default_type text/html; return 200 "<!doctype html><title>ok</title>ok"; }}
    }}
"""
PROXY = """
    underscores_in_headers on;
    ignore_invalid_headers off;
    client_max_body_size 13m;
    client_body_buffer_size 128k;
    keepalive_requests 1000000000;
    upstream shop {{ server 127.0.0.1:{upstream}; keepalive 16; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            {engine}
            proxy_pass http://shop;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Accept-Encoding "";
            proxy_set_header Host $host;
        }}
    }}
"""
MODSECURITY = "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so"
CONNECTIONS = 8


class Mode:
    """One server under test."""

    def __init__(self, name, label, module=None, engine=""):
        self.name, self.label, self.module, self.engine = name, label, module, engine
        self.port = servers.free_port()

    def start(self, run, upstream, cpu):
        path = os.path.join(run, self.name)
        os.mkdir(path)
        main = "load_module %s;" % self.module if self.module else ""
        http = PROXY.format(port=self.port, upstream=upstream, engine=self.engine)
        self.nginx = servers.Nginx(path, http, main=main, level=ARGS.log).start(self.port)
        for pid in [self.nginx.process.pid] + self.nginx.workers():
            os.sched_setaffinity(pid, cpu)

    def cpu(self):
        """Seconds on a CPU, all workers: schedstat counts what stat's utime + stime count, in
        nanoseconds instead of hundredths."""
        total = 0
        for pid in self.nginx.workers():
            with open("/proc/%d/schedstat" % pid, encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def memory(self):
        """Resident megabytes of the workers."""
        total = 0
        for pid in self.nginx.workers():
            with open("/proc/%d/status" % pid, encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        return total / 1024


def cpus():
    """(servers', generator's): apart where there are two."""
    have = sorted(os.sched_getaffinity(0))
    return ({have[0]}, set(have[1:])) if len(have) > 1 else (set(have), set(have))


def load(port, listing, seconds, connections, cpu):
    command = [ARGS.load, str(port), listing, str(seconds), str(connections)]
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          preexec_fn=lambda: os.sched_setaffinity(0, cpu))
    if done.returncode:
        sys.exit("bench: answers were lost: %s %s" % (done.stdout, done.stderr))
    return json.loads(done.stdout)


def modes(rules):
    found = [Mode("plain", "nginx alone")]
    if os.path.exists(MODSECURITY):
        found.append(Mode("modsecurity", "nginx + ModSecurity 3", MODSECURITY,
                          "modsecurity on; modsecurity_rules_file %s;" % rules))
    else:
        print("ModSecurity is left out: apt-get install libnginx-mod-http-modsecurity")
    if os.path.exists(ARGS.module):
        found.append(Mode("sekisho", "nginx + Sekisho", ARGS.module,
                          "sekisho on; sekisho_rules_file %s;" % rules))
    else:
        print("Sekisho is left out: %s is not built" % ARGS.module)
    return found


def check_answers(running, made, cpu):
    """Every request once at every server: harmless ones must pass, attacks must be refused."""
    wrong = 0
    for mode in running:
        for name, (listing, _) in made.items():
            counts = load(mode.port, listing, 0.3, 1, cpu)
            refuses = name == "attack" and mode.module
            good = counts["4xx"] if refuses else counts["2xx"]
            if good != counts["served"]:
                wrong += 1
                print("finding: %s, %s: %d of %d answers are not as expected" % (
                    mode.label, name, counts["served"] - good, counts["served"]))
    return wrong


def measure(running, made, server_cpu, load_cpu):
    """{(workload, mode): [one measurement a round]}"""
    found = {}
    for turn in range(ARGS.rounds):
        for name, (listing, _) in made.items():
            order = running[turn % len(running):] + running[:turn % len(running)]
            for mode in order:
                before = mode.cpu()
                counts = load(mode.port, listing, ARGS.seconds, CONNECTIONS, load_cpu)
                counts["cpu_us"] = (mode.cpu() - before) * 1e6 / counts["served"]
                counts["rate"] = counts["served"] / counts["seconds"]
                found.setdefault((name, mode.name), []).append(counts)
        print("round %d of %d" % (turn + 1, ARGS.rounds), file=sys.stderr, flush=True)
    return found


def middle(found, key, what):
    return statistics.median(row[what] for row in found[key])


def spread(found, key):
    values = [row["cpu_us"] for row in found[key]]
    return "%.0f (%.0f–%.0f)" % (statistics.median(values), min(values), max(values))


def print_tables(found, running, made):
    names = [mode.name for mode in running]
    both = "modsecurity" in names and "sekisho" in names
    print("\nCPU time of the server per request, µs: median (least–most) of %d rounds of %g s; "
          "paranoia level %d, response bodies %s\n"
          % (ARGS.rounds, ARGS.seconds, ARGS.paranoia, "on" if ARGS.response else "off"))
    head = ["workload"] + [mode.label for mode in running]
    head += ["ModSecurity : Sekisho", "the same without nginx's share"] if both else []
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for name in made:
        row = [name] + [spread(found, (name, mode)) for mode in names]
        if both:
            plain, other, ours = (middle(found, (name, mode), "cpu_us")
                                  for mode in ("plain", "modsecurity", "sekisho"))
            # A refused request never reaches the upstream: nginx's share is not known there.
            alone = "–" if name == "attack" or ours <= plain else "%.0f : 1" % (
                (other - plain) / (ours - plain))
            row += ["%.1f : 1" % (other / ours), alone]
        print("| " + " | ".join(row) + " |")
    print("\n| requests per second, 99th percentile (ms) | "
          + " | ".join(mode.label for mode in running) + " |\n|" + "---|" * (1 + len(running)))
    for name in made:
        print("| %s | " % name + " | ".join("%.0f, %.1f" % (
            middle(found, (name, mode), "rate"), middle(found, (name, mode), "p99_us") / 1000)
            for mode in names) + " |")
    print("| memory of the worker, MB | "
          + " | ".join("%.0f" % mode.memory() for mode in running) + " |")


def machine():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        model = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return "%d × %s" % (len(model), model[0] if model else "unknown CPU")


def main():
    servers.prepare()
    run = servers.folder("sekisho-bench-")
    server_cpu, load_cpu = cpus()
    made = inputs.requests(run, ARGS.workloads.split(","))
    upstream_port = servers.free_port()
    os.mkdir(os.path.join(run, "upstream"))
    upstream = servers.Nginx(os.path.join(run, "upstream"), UPSTREAM.format(port=upstream_port),
                             level="crit").start(upstream_port)
    for pid in [upstream.process.pid] + upstream.workers():
        os.sched_setaffinity(pid, load_cpu)
    running = modes(inputs.rules(run, ARGS.paranoia, ARGS.response))
    for mode in running:
        mode.start(run, upstream_port, server_cpu)
    wrong = check_answers(running, made, load_cpu)
    found = measure(running, made, server_cpu, load_cpu)
    print("\n" + machine())
    print_tables(found, running, made)
    if ARGS.json:
        with open(ARGS.json, "w", encoding="utf-8") as file:
            json.dump({"%s/%s" % key: rows for key, rows in found.items()}, file, indent=1)
    return 1 if wrong else 0


def arguments():
    build = os.path.join(servers.TOP, "build", "release")
    parser = argparse.ArgumentParser(prog="./bench gate", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, help="of each slice (2)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--paranoia", type=int, default=1, help="paranoia level (1)")
    parser.add_argument("--response", action="store_true", help="inspect response bodies as well")
    parser.add_argument("--workloads", default=",".join(inputs.WORKLOADS), metavar="A,B",
                        help="of " + ",".join(inputs.WORKLOADS))
    parser.add_argument("--module", default=os.path.join(build, "ngx_http_sekisho_module.so"))
    parser.add_argument("--load", default=os.path.join(build, "benches", "sekisho_load"))
    parser.add_argument("--log", default="crit", metavar="LEVEL",
                        help="of the servers' error logs (crit: matches are not written)")
    parser.add_argument("--json", metavar="FILE", help="write every measurement")
    return parser.parse_args()


ARGS = arguments()
sys.exit(main())
