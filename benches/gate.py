#!/usr/bin/python3
"""CPU time per request of this gate, beside plain nginx and nginx with ModSecurity 3.

All are Debian's nginx as a reverse proxy in front of the same upstream, with the same rules: the
recommended settings and Debian's Core Rule Set. All run at the same time; a round visits every one
of them with every workload, in an order that rotates, so that a noisy minute hits all alike. The
servers have one CPU, load generator and upstream another. What counts is the CPU time of the
server's workers (user and system, from /proc) divided by the answers given; the generator waits
for every answer. Every request is another visitor's (see shoppers.py), and each slice goes on where
the last one stopped. Closes with lines `ratio LEVEL WORKLOAD N.N`: the whole request through this
gate over plain proxying, the median of the rounds."""
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
import workloads  # noqa: E402

UPSTREAM = """
    server {{
        listen 127.0.0.1:{port};
        location / {{ default_type text/html; return 200 "<!doctype html><title>ok</title>ok"; }}
        location /page/ {{ default_type text/html; root {run}; }}
    }}
"""
PROXY = """
    underscores_in_headers on;
    ignore_invalid_headers off;
    client_max_body_size 13m;
    client_body_buffer_size 128k;
    keepalive_requests 1000000000;
    {http}
    upstream shop {{ server 127.0.0.1:{upstream}; keepalive 16; }}
    {servers}
"""
# One for each variant of the rules (see inputs.py).
SERVER = """
    server {{
        listen 127.0.0.1:{port};
        {server}
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
# What the rendered nginx.conf does besides judging: tickets, who is shut out, an area, a login.
WHOLE = """sekisho on; sekisho_rules_file {rules};
            proxy_set_header Cookie $sekisho_cookie;
            proxy_set_header X-Sekisho-Ticket $sekisho_ticket;
            proxy_set_header X-Sekisho-Principal $sekisho_principal;
            proxy_set_header X-Sekisho-Role $sekisho_role;"""
WHOLE_HTTP = """sekisho_ticket_key {run}/ticket.key; sekisho_shun on;"""
WHOLE_SERVER = """sekisho_site shop; sekisho_area /wp-admin realm=operator from=10.0.0.0/8;
        sekisho_login /wp-login.php account=log failed=status:200;"""
CONNECTIONS = 8


class Mode:
    """One server under test: an engine (or none) at one level."""

    def __init__(self, name, label, level=0, module=None, engine="", http="", server=""):
        self.name, self.label, self.level, self.http, self.server = name, label, level, http, server
        self.module, self.engine = module, engine
        self.port, self.turn = {}, {}

    def start(self, run, upstream, cpu, kinds):
        path = os.path.join(run, "%s-%d" % (self.name, self.level))
        os.mkdir(path)
        self.port = {kind: servers.free_port() for kind in kinds}
        with open(os.path.join(path, "ticket.key"), "wb") as file:
            file.write(os.urandom(32))
        blocks = "".join(SERVER.format(port=self.port[kind], server=self.server, engine=self.engine.format(
            rules=inputs.rules(run, self.level, kind))) for kind in kinds)
        main = "load_module %s;" % self.module if self.module else ""
        self.nginx = servers.Nginx(path, PROXY.format(upstream=upstream, servers=blocks,
                                                        http=self.http.format(run=path)), main=main,
                                   level=ARGS.log).start(self.port[kinds[0]])
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

    def load(self, name, pack, seconds, connections, cpu):
        """The generator's counts; its next slice of this workload goes on from there."""
        command = [ARGS.load, str(self.port[inputs.variant(name)]), pack, str(seconds),
                   str(connections), str(self.turn.get(name, 0))]
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              preexec_fn=lambda: os.sched_setaffinity(0, cpu))
        if done.returncode:
            sys.exit("bench: answers were lost: %s %s" % (done.stdout, done.stderr))
        counts = json.loads(done.stdout)
        self.turn[name] = counts["turn"]
        return counts


def cpus():
    """(servers', generator's): apart where there are two."""
    have = sorted(os.sched_getaffinity(0))
    return ({have[0]}, set(have[1:])) if len(have) > 1 else (set(have), set(have))


def modes(levels):
    found = [Mode("plain", "nginx alone")]
    kinds = [("modsecurity", "nginx + ModSecurity 3", MODSECURITY,
              "modsecurity on; modsecurity_rules_file {rules};", "apt-get install libnginx-mod-http-modsecurity"),
             ("sekisho", "nginx + Sekisho", ARGS.module, "sekisho on; sekisho_rules_file {rules};",
              "it is not built")]
    for name, label, module, engine, cure in kinds:
        if os.path.exists(module):
            found += [Mode(name, label, level, module, engine) for level in levels]
        else:
            print("not measured, not installed: %s (%s)" % (label, cure))
    if ARGS.whole:
        found += [Mode("whole", "the same, tickets and areas", level, ARGS.module, WHOLE, WHOLE_HTTP, WHOLE_SERVER)
                  for level in levels]
    return found


def check_answers(running, made, cpu):
    """Some requests at every server: harmless ones must pass, attacks must be refused."""
    wrong = 0
    for mode in running:
        for name, (pack, _, _) in made.items():
            counts = mode.load(name, pack, 0.3, 1, cpu)
            good = counts["4xx"] if name == "attack" and mode.module else counts["2xx"]
            if good != counts["served"]:
                wrong += 1
                print("finding: %s, level %d, %s: %d of %d answers are not as expected" % (
                    mode.label, mode.level, name, counts["served"] - good, counts["served"]))
    return wrong


def measure(running, made, load_cpu):
    """{(workload, mode, level): [one measurement a round]}"""
    found = {}
    for turn in range(ARGS.rounds):
        for name, (pack, _, _) in made.items():
            for mode in running[turn % len(running):] + running[:turn % len(running)]:
                before = mode.cpu()
                counts = mode.load(name, pack, ARGS.seconds, CONNECTIONS, load_cpu)
                counts["cpu_us"] = (mode.cpu() - before) * 1e6 / counts["served"]
                counts["rate"] = counts["served"] / counts["seconds"]
                found.setdefault((name, mode.name, mode.level), []).append(counts)
        print("round %d of %d" % (turn + 1, ARGS.rounds), file=sys.stderr, flush=True)
    return found


def middle(rows, what):
    return statistics.median(row[what] for row in rows)


def ratio(found, name, one, other):
    """Median over the rounds: CPU time of `one` over that of `other`; both are (mode, level)."""
    return statistics.median(a["cpu_us"] / b["cpu_us"] for a, b in zip(found[(name, *one)], found[(name, *other)]))


def print_level(found, running, made, level):
    shown = [mode for mode in running if mode.level in (0, level)]
    names = [mode.name for mode in shown]
    both = "modsecurity" in names and "sekisho" in names
    print("\nLevel %d: CPU time of the server per request, µs: median (least) of %d rounds of %g s\n"
          % (level, ARGS.rounds, ARGS.seconds))
    head = ["workload"] + [mode.label for mode in shown]
    head += ["Sekisho over plain"] if "sekisho" in names else []
    head += ["ModSecurity : Sekisho"] if both else []
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for name in made:
        row = [name]
        for mode in shown:
            rows = found[name, mode.name, mode.level]
            row.append("%.0f (%.0f)" % (middle(rows, "cpu_us"), min(r["cpu_us"] for r in rows)))
        if "sekisho" in names:
            row.append("%.1f" % ratio(found, name, ("sekisho", level), ("plain", 0)))
        if both:
            row.append("%.1f" % ratio(found, name, ("modsecurity", level), ("sekisho", level)))
        print("| " + " | ".join(row) + " |")
    print("\n| requests per second, 99th percentile (ms) | " + " | ".join(mode.label for mode in shown)
          + " |\n|" + "---|" * (1 + len(shown)))
    for name in made:
        print("| %s | " % name + " | ".join("%.0f, %.1f" % (
            middle(found[name, mode.name, mode.level], "rate"),
            middle(found[name, mode.name, mode.level], "p99_us") / 1000) for mode in shown) + " |")
    print("| memory of the worker, MB | " + " | ".join("%.0f" % mode.memory() for mode in shown) + " |")


def start_upstream(run, cpu):
    """Its port. /page/N.html are pages of a shop, everything else is a line."""
    port = servers.free_port()
    for folder in ("upstream", "page"):
        os.mkdir(os.path.join(run, folder))
        os.chmod(os.path.join(run, folder), 0o755)
    for n, page in enumerate(workloads.pages()):
        with open(os.path.join(run, "page", "%d.html" % n), "wb") as file:
            file.write(page)
    upstream = servers.Nginx(os.path.join(run, "upstream"), UPSTREAM.format(port=port, run=run),
                             level="crit").start(port)
    for pid in [upstream.process.pid] + upstream.workers():
        os.sched_setaffinity(pid, cpu)
    return port


def main():
    servers.prepare()
    run = servers.folder("sekisho-bench-")
    server_cpu, load_cpu = cpus()
    names, levels = inputs.names(ARGS.workloads), [int(n) for n in ARGS.levels.split(",")]
    made = inputs.requests(run, names)
    upstream = start_upstream(run, load_cpu)
    running = modes(levels)
    for mode in running:
        mode.start(run, upstream, server_cpu, list(dict.fromkeys(map(inputs.variant, names))))
    wrong = check_answers(running, made, load_cpu)
    found = measure(running, made, load_cpu)
    print("\n" + inputs.machine())
    for level in levels:
        print_level(found, running, made, level)
    print()
    for level in levels:
        for name in names if any(mode.name == "sekisho" for mode in running) else ():
            print("ratio %d %s %.1f" % (level, name, ratio(found, name, ("sekisho", level), ("plain", 0))))
    if ARGS.json:
        with open(ARGS.json, "w", encoding="utf-8") as file:
            json.dump({"%s/%s/%d" % key: rows for key, rows in found.items()}, file, indent=1)
    return 1 if wrong else 0


def arguments():
    build = os.path.join(servers.TOP, "build", "release")
    parser = argparse.ArgumentParser(prog="./bench gate", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1, help="of each slice (1)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--levels", default="1,4", help="paranoia levels (1,4)")
    parser.add_argument("--workloads", default=",".join(workloads.WORKLOADS), metavar="A,B",
                        help="of " + ",".join(workloads.WORKLOADS))
    parser.add_argument("--module", default=os.path.join(build, "ngx_http_sekisho_module.so"))
    parser.add_argument("--load", default=os.path.join(build, "benches", "sekisho_load"))
    parser.add_argument("--whole", action="store_true",
                        help="also with tickets, areas, logins and the shun list, as sekisho.conf is rendered")
    parser.add_argument("--log", default="crit", metavar="LEVEL",
                        help="of the servers' error logs (crit: matches are not written)")
    parser.add_argument("--json", metavar="FILE", help="write every measurement")
    return parser.parse_args()


ARGS = arguments()
sys.exit(main())
