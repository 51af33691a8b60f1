#!/usr/bin/python3
"""CPU time of the gate for a page whose tokens are shown, and for a form whose fields are swapped.

    benches/exchange.py [--seconds S] [--rounds R] [--json FILE]

One nginx with the Core Rule Set's place left empty: what is measured is the exchange, not the rules. Two
of its servers differ in nothing but the exchange; they are asked in turns, and what counts is the CPU time
of the worker (/proc/PID/schedstat) divided by the answers. The vault is the tests' own (tests/exchange/
vault.py) and answers at once; its CPU time, and that of the real one, is not in the figures.

Closes with lines `exchange WORKLOAD OFF ON DIFFERENCE` in microseconds, the median of the rounds."""
import argparse
import json
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(TOP, "tests/exchange"), os.path.join(TOP, "tests/lib")]
sys.dont_write_bytecode = True
from scene import Scene  # noqa: E402

SERVER = """
        sekisho_exchange /form person=self field=name:name field=phone:tel field=email:email field=address:address;
        sekisho_show /page purpose=orders;
        location / { proxy_pass http://127.0.0.1:%(back)d; proxy_http_version 1.1; proxy_set_header Connection ""; }
    }
    server {
        listen 127.0.0.1:%(off)d;
        location / { proxy_pass http://127.0.0.1:%(back)d; proxy_http_version 1.1; proxy_set_header Connection ""; }
"""
FILLER = "<tr><td>茶の湯の道具と茶葉の店</td><td class=\"n\">%d</td></tr>\n"
FORM = b"name=%E5%B1%B1%E7%94%B0&tel=090-1234-5678&email=taro%40example.jp&address=%E6%9D%B1%E4%BA%AC&q=" + b"1" * 200


def request(target, body=None):
    if body is None:
        return b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % target.encode()
    return (b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"
            % (target.encode(), len(body)) + body)


def answer_read(f):
    """Reads one answer; False: it was no 200."""
    head = {}
    status = f.readline()
    for line in iter(lambda: f.readline().strip(), b""):
        name, _, value = line.partition(b":")
        head[name.lower()] = value.strip()
    if b"content-length" in head:
        f.read(int(head[b"content-length"]))
    else:
        while True:
            n = int(f.readline(), 16)
            f.read(n + 2)
            if n == 0:
                break
    return status.split()[1] == b"200"


def ask(port, data, seconds):
    """How many answers came."""
    with socket.create_connection(("127.0.0.1", port)) as s, s.makefile("rb") as f:
        count, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            s.sendall(data)
            if not answer_read(f):
                sys.exit("bench: an answer was refused")
            count += 1
            if count % 900 == 0:  # nginx closes a connection after a thousand
                return count
    return count


def cpu(scene):
    with open("/proc/%d/schedstat" % scene.nginx.workers()[0], encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e3


def slice_of(scene, port, data, seconds):
    """Microseconds of the worker for an answer."""
    begun, count, end = cpu(scene), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        count += ask(port, data, end - time.monotonic())
    return (cpu(scene) - begun) / count


def pages(scene):
    """name: what is asked"""
    tokens = [scene.vault.token(kind, text % i, "v1.x") for i in range(160)
              for kind, text in (("name", "山田 %d郎"), ("phone", "090-1234-%04d"), ("email", "taro%d@example.jp"))]
    made = {}
    for name, count, lines in (("20-KB-no-token", 0, 240), ("20-KB-10-tokens", 10, 240), ("20-KB-40-tokens", 40, 240),
                               ("200-KB-no-token", 0, 2400), ("200-KB-400-tokens", 400, 2400)):
        text = ""
        for i in range(lines):
            text += FILLER % i
            if count and i % (lines // count) == 0:
                text += "<tr><td>%s</td></tr>\n" % tokens[i // (lines // count)]
        scene.app.page("/page/" + name, text)
        made[name] = request("/page/" + name)
    made["form-4-fields"] = request("/form", FORM)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.5, help="of a slice")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json")
    args = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="sekisho-bench-exchange-")
    import servers
    servers.prepare()
    off = servers.free_port()
    scene = Scene(os.path.join(TOP, "build/release/ngx_http_sekisho_module.so"), folder, SERVER, off=off)
    result = {}
    try:
        with open(os.path.join(folder, "base.rules"), "w", encoding="utf-8") as file:
            file.write("SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On\nSecResponseBodyMimeType text/html\n"
                       "SecResponseBodyLimit 1048576\nSecRule RESPONSE_BODY \"@contains nothing-of-this\" \"id:1,phase:4,deny\"\n"
                       "SecRule ARGS \"@contains nothing-of-this\" \"id:2,phase:2,deny\"\n")
        scene.start()
        for name, data in pages(scene).items():
            pairs = [(slice_of(scene, off, data, args.seconds), slice_of(scene, scene.port, data, args.seconds)) for _ in range(args.rounds)]
            result[name] = [statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs),
                            statistics.median(p[1] - p[0] for p in pairs)]
            print("exchange %-18s %7.1f %7.1f %7.1f" % (name, *result[name]), flush=True)
    finally:
        scene.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(result, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
