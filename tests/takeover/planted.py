"""The application behind the gate is taken over: a program planted in a PHP shop (planted.php) that runs as the
shop's user and rides on live requests of owners, operators and visitors. Their browsers run its scripts as well, so
all that is shown in a page counts as obtained; but not what buyers see of what they have just typed themselves."""
import base64
import html
import http.client
import json
import os
import pwd
import random
import re
import shutil
import ssl
import threading
import time
import urllib.parse

import browser
import php
import servers
from house import check, customer, honey, honey_judge, keep, when

HERE = os.path.dirname(os.path.abspath(__file__))
MINE, OTHER, BUYERS = 60000, 70000, 80000  # numbers of customers
PASSWORD, SECRET = "kuroshio-no-mukou-kishi-made", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
KNOWN = re.compile(r"客\d{5}|090-?2\d{3}-?\d{4}|c\d{5}@example\.jp")
CONFIG = """
purpose counter { sites = ["store"]; realms = ["merchant"]; roles = ["owner"]; routes = ["/admin"]; show = plain;
  kinds = ["name", "phone"]; earned_days = 30; ticket = 12;
  second { principal = 12; tenant = 20; purpose = 20; } hour { principal = 24; tenant = 36; purpose = 36; } }
purpose desk { sites = ["store"]; realms = ["operator"]; routes = ["/desk"]; show = plain; kinds = ["name", "phone"];
  ticket = 6; second { principal = 6; tenant = 9; purpose = 9; } hour { principal = 8; tenant = 12; purpose = 12; } }
purpose own { sites = ["store"]; realms = ["nobody"]; level = 0; show = masked; kinds = ["name", "phone"]; }
site store {
  names = ["store.localhost"];
  upstream { servers = ["http://127.0.0.1:%(port)d"]; }
  admin "/admin" { networks = ["127.0.0.0/8"]; realm = merchant; }
  admin "/desk" { networks = ["127.0.0.0/8"]; realm = operator; }
  exchange "/checkout" { name = name; phone = phone; email = email; earns = counter; }
  show "/" { purpose = own; }
  show "/admin" { purpose = counter; }
  show "/desk" { purpose = desk; }
}
site annex { names = ["annex.localhost"]; upstream { servers = ["http://127.0.0.1:%(port)d"]; } }
"""
PAGES = ["html", "all", "fields", "script", "json", "csv", "text", "sjis", "xml", "mixed", "error", "missing", "heads", "away",
         "pieces"]
INSIDE = ["direct", "direct", "replay", "verbs", "cookie"]
VISITING = ["loop", "self", "accel", "files"]


class Store:
    """Its php-fpm and web server; start() once the shop's user is there."""

    def __init__(self, it):
        self.it, self.data, self.port = it, servers.folder("takeover-store-"), servers.free_port()
        self.config = CONFIG % {"port": self.port}

    def start(self):
        shutil.copy(os.path.join(HERE, "planted.php"), self.data)
        os.chown(self.data, pwd.getpwnam("sekisho-shop").pw_uid, -1)
        php.start(self.data, "sekisho-shop", "-n", children=10)
        php.web(self.data, self.port, self.data + "/planted.php", TAKEN_DATA=self.data, TAKEN_STATE=self.it.state,
                TAKEN_GATE="127.0.0.1:%d" % self.it.port)

    def fill(self, house, people=200, nobodies=60):
        loot = {"orders": [keep(house, MINE + n, "", "counter", site="store") for n in range(30)],
                "mine": [keep(house, MINE + n, "", site="store") for n in range(30, people)],
                "other": [keep(house, OTHER + n, "", site="annex") for n in range(100)],
                "honey": [honey(house, MINE + people + n, "store") for n in range(nobodies)]}
        loot["mine"] += loot["honey"]
        random.shuffle(loot["mine"])
        with open(self.data + "/tokens.json", "w", encoding="utf-8") as file:
            json.dump(loot, file)
        return loot


class Client:
    """A browser whose page runs the program's scripts: all that it is shown is known to it."""

    def __init__(self, house, name, cookies=None):
        self.house, self.name, self.cookies, self.connection = house, name, dict(cookies or {}), None
        self.found, self.blank = {}, set()  # path: what was found; ids of requests whose page showed nobody
        self.tried, self.shown, self.failed = {}, 0, []

    def get(self, target, body=None, way=None):
        """The answer's text as a script could read it, or None."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        host = "store.localhost:%d" % self.house.it.port
        headers = {"Host": host, "User-Agent": "Mozilla/5.0 (X11; Linux x64) Firefox/128.0", "Accept": "text/html",
                   "Cookie": "; ".join("%s=%s" % pair for pair in self.cookies.items())}
        if body is not None:
            headers.update({"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://" + host})
        try:
            if not self.connection:
                self.connection = http.client.HTTPSConnection("127.0.0.1", self.house.it.port, timeout=20, context=context)
            self.connection.request("GET" if body is None else "POST", target, body, headers)
            answer = self.connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            self.failed.append((target, repr(error)))
            return None
        return self.read(answer, data, way or self.name + ": ?" + target.partition("?")[2])

    def read(self, answer, data, way):
        text = str(answer.headers) + data.decode("utf-8", "replace") + data.decode("cp932", "replace")
        text = html.unescape(re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m.group(1), 16)), urllib.parse.unquote(text)))
        found = set(KNOWN.findall(text))
        self.tried[way] = self.tried.get(way, 0) + 1
        self.found.setdefault(way, set()).update(found)
        if not found:
            self.blank.add(answer.headers.get("X-Request-Id", ""))
        return text


def signed_in(house, realm, number):
    """(account, cookies) of somebody who has shown two factors at the store."""
    people = browser.Shop(house.it, os.path.join(servers.TOP, "build", "release", "accounts_people"))
    email = "%s%d@example.jp" % (realm, number)
    account = people.person(realm, "" if realm == "operator" else "store", email, PASSWORD, "", base64.b32decode(SECRET).hex())
    for _ in range(10):  # the clock is fast: a code is old soon
        guest = browser.Browser(people, "127.0.0.1", host="store.localhost").sign_in(realm, email, PASSWORD)
        guest.get("/.sekisho/%s/second" % realm)
        guest.post("/.sekisho/%s/second" % realm, way="app", code=browser.totp(SECRET, house.now() / 1000))
        if people.session(realm, "store", guest.cookies)[0] == 204:
            return account, guest.cookies
        time.sleep(1)
    raise SystemExit("%s %d cannot sign in: %s %s" % (realm, number, guest.status, guest.text[-500:]))


def ride(client, path, words, end):
    """What the program does with one browser's requests: each of its tricks, again and again."""
    while time.monotonic() < end:
        for word in random.sample(words, len(words)):
            if time.monotonic() < end:
                client.get("%s?do=%s" % (path, word))


def shop_on(client, end):
    """An honest owner's list of orders that have come, through the same program."""
    while time.monotonic() < end:
        for _ in range(5):  # again where the ticket grew old on the way: the clock is fast
            text = client.get("/admin/orders", way="the owner's list of orders") or ""
            if len(set(re.findall(r"客\d{5}", text))) == 10:
                client.shown += 1
                break
        else:
            client.failed.append(("/admin/orders", text[-300:]))
        time.sleep(0.3)


def buy(client, end):
    number = BUYERS
    while time.monotonic() < end:
        person = customer(number)
        client.get("/checkout", urllib.parse.urlencode({k: person[k] for k in ("name", "phone", "email")}))
        number += 1
        time.sleep(1)


class Attack:
    """Beside whatever else goes on, for so many seconds."""

    def __init__(self, house, store, seconds):
        self.house, self.store, self.end = house, store, 0
        owners = [signed_in(house, "merchant", n) for n in range(3)]
        operators = [signed_in(house, "operator", n) for n in range(2)]
        self.principals = [account for account, _ in owners + operators]
        self.riding = [(Client(house, "owner", c), "/admin/orders", PAGES + INSIDE) for _, c in owners[1:]]
        self.riding += [(Client(house, "operator", c), "/desk/orders", PAGES + INSIDE) for _, c in operators]
        self.riding += [(Client(house, "visitor"), "/", PAGES + INSIDE + VISITING)]
        self.honest, self.buyer, self.seconds = Client(house, "honest", owners[0][1]), Client(house, "buyer"), seconds

    def start(self):
        self.end = time.monotonic() + self.seconds
        self.threads = [threading.Thread(target=ride, args=(*r, self.end)) for r in self.riding]
        self.threads += [threading.Thread(target=shop_on, args=(self.honest, self.end)),
                         threading.Thread(target=buy, args=(self.buyer, self.end))]
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()

    def clients(self):
        return [r[0] for r in self.riding] + [self.honest]

    def obtained(self):
        """{path: (times, what was found)}"""
        paths = {}
        for client in self.clients():
            for way, times in client.tried.items():
                old = paths.get(way, (0, set()))
                paths[way] = (old[0] + times, old[1] | client.found[way])
        with open(self.store.data + "/loot.jsonl", encoding="utf-8") as file:
            for line in map(json.loads, file):
                old = paths.get(line["path"], (0, set()))
                paths[line["path"]] = (old[0] + 1, old[1] | set(line["found"]))
        return paths


def scope_of(house, principals):
    people = set()
    for principal in principals:
        for purpose in ("counter", "desk"):
            code, text = house.it.sekisho("vault", "scope", "--principal", principal, "--purpose", purpose, "--list")
            if code:
                raise SystemExit("scope: " + text)
            people |= {line.split("\t")[1] for line in text.splitlines() if "\tper_" in line}
    return people


def people_of(loot):
    """(a text: whose number it tells; number: person)"""
    index, persons = {}, {}
    for p in loot["orders"] + loot["mine"] + loot["other"]:
        index.update({text: p["n"] for text in customer(p["n"]).values()})
        index["客%05d" % p["n"]] = p["n"]
        persons[p["n"]] = p["person"]
    return index, persons


def alarm_judge(house, records, begun):
    ours = [r for r in records if r["details"].get("purpose") in ("counter", "desk") and when(r) >= begun and
            r["details"].get("why", "").startswith("budget_")]
    refused = [when(r) for r in ours if r["action"] == "vault.refused"]
    alarms = [when(r) for r in ours if r["action"] == "vault.alarm"]
    late = (alarms[0] - refused[0]) / house.speed if alarms and refused else 99
    check(late <= 1, "through the gate: %d overruns, the alarm of the first within a second: %.3f s" % (len(refused), late))


def unexplained(house, attack, records, persons):
    """People who were recorded in other requests than those whose page showed nobody, or that the keeper's end cut."""
    blank, found = set().union(*(c.blank for c in attack.clients())), set()
    for r in records:
        if r["action"] == "vault.read" and r["details"].get("purpose") in ("counter", "desk") and \
                r.get("request") not in blank and abs(when(r) - house.killed) >= house.speed / 2:
            found |= {p for some in r["details"].get("seen", {}).values() for p in some}
    return found & persons


def judge(house, attack, loot, said, begun):
    index, persons = people_of(loot)
    paths, obtained = attack.obtained(), set()
    for way in sorted(paths):
        people = {index[t] for t in paths[way][1] if t in index}
        obtained |= people
        print("        %-45s %6d times, %4d people" % (way, paths[way][0], len(people)))
    rows = [r for r in said["purposes"] if r["tenant"] == "store" and r["show"] == "plain"]
    bound = sum(r["people"] + r["earned"] for r in rows)
    print("        exposure said of the store %s" % {r["purpose"]: (r["people"], r["earned"]) for r in rows})
    check(len(paths) >= 50, "through the gate %d paths were tried" % len(paths))
    check(len(obtained) <= bound, "through the gate %d people were obtained, of %d that the exposure said" % (len(obtained), bound))
    check(len(obtained) * 10 >= bound * 8, "it did its worst: %d %% of them" % (len(obtained) * 100 // bound))
    foreign = {p["n"] for p in loot["other"]}
    check(not obtained & foreign, "through the gate nobody of another tenant: %s" % sorted(obtained & foreign)[:3])
    visited = {n for way, (_, found) in paths.items() if way.startswith("visitor") for n in map(index.get, found) if n}
    check(not visited, "visitors are shown nobody: %s" % sorted(visited)[:3])
    records, found = house.records(), {persons[n] for n in obtained}
    scope = scope_of(house, attack.principals) & set(persons.values())
    check(found <= scope, "everyone obtained is in the scope: recall %.3f" % (len(found & scope) / max(1, len(found))))
    more = (scope - found) & unexplained(house, attack, records, set(persons.values()))
    for r in records:
        if any(p in json.dumps(r["details"]) for p in more):
            print("        unexplained: %s" % json.dumps(r, ensure_ascii=False)[:600])
    check(not more, "and nobody else: precision %.3f" % (len(found & scope) / max(1, len(found & scope) + len(more))))
    alarm_judge(house, records, begun)
    honey_judge(house, loot, records, found)
    fails = [f for c in attack.clients() for f in c.failed]
    check(attack.honest.shown > 0 and len(attack.honest.failed) <= attack.honest.shown // 10,
          "the owner's list of orders was whole meanwhile: %d times, %d not" % (attack.honest.shown, len(attack.honest.failed)))
    if fails:
        print("        %d requests failed: %s" % (len(fails), fails[:3]))
