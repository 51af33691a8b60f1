"""The house that is broken into, and those whose data is in its vault."""
import json
import os
import subprocess
import sys
import time

import servers
import vault

counts = {"passed": 0, "failed": 0}


def check(ok, what):
    counts["passed" if ok else "failed"] += 1
    print("%s %s" % ("ok    " if ok else "FAIL  ", what), flush=True)


class House:
    def __init__(self, it, speed):
        self.it, self.speed, self.base = it, speed, 0
        self.socket = it.state + "/run/vault.sock"
        self.count, self.killed, self.kills = 0, 0, 0

    def now(self):
        """ms by the instance's clock."""
        now = time.time_ns()
        return (self.base + (now - self.base) * self.speed) // 1000000

    def ticket(self, **fields):
        """As the gate makes it for a request that comes by."""
        with open(self.it.state + "/keys/ticket.key", "rb") as file:
            key = file.read()
        self.count += 1
        payload = {"id": "REQ%09d" % self.count, "site": "shop", "tenant": "shop/tea", "realm": "merchant",
                   "principal": "acc_00000000000000000001", "role": "owner", "session": "ses_00000000000000000001",
                   "route": "/admin", "level": 2, "at": self.now()}
        payload.update(fields)
        return vault.sign(key, {k: v for k, v in payload.items() if v != ""})

    def ask(self, verb, question, **fields):
        """Again where the ticket grew old on the way: the clock is fast."""
        for _ in range(20):
            status, text = vault.ask(self.socket, "/v1/" + verb, question, self.ticket(**fields))
            if "ticket_expired" not in text:
                break
        return status, json.loads(text) if text.startswith("{") else {"error": text}

    def wait(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status, text = vault.ask(self.socket, "/v1/status", None, method="GET", raw=b"")
            if status == 200 and json.loads(text).get("keeper") == "ok":
                return
            time.sleep(0.05)
        sys.exit("the vault does not answer:\n" + self.it.logs()[-3000:])

    def records(self):
        """All of the ledger's."""
        found, folder = [], self.it.state + "/ledger/segment"
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                found += [json.loads(line) for line in file if line.endswith("\n")]
        return found


def customer(n):
    return {"name": "客%05d 太郎" % n, "phone": "090-2%03d-%04d" % (n // 10000, n % 10000),
            "email": "c%05d@example.jp" % n, "address": "〒150-8512 東京都渋谷区桜丘町26-%d" % (n + 1)}


def keep(house, n, tenant, earns="", site="shop", **more):
    values = customer(n)
    question = {"values": [{"kind": k, "text": t} for k, t in values.items()], **more}
    if earns:
        question["earns"] = earns
    status, answer = house.ask("put", question, tenant=tenant, site=site)
    if status != 200:
        sys.exit("put: %s %s" % (status, answer))
    return {"n": n, "person": answer["person"], **dict(zip(values, answer["tokens"]))}


def honey(house, n, tenant):
    program = os.path.join(servers.TOP, "build", "release", "sekisho")
    text = json.dumps([{"kind": k, "text": t} for k, t in customer(n).items()], ensure_ascii=False)
    done = subprocess.run([program, "vault", "honey", "--tenant", tenant, "--state", house.it.state],
                          input=text, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit("honey: " + done.stdout + done.stderr)
    answer = json.loads(done.stdout)
    return {"n": n, "person": answer["person"], **dict(zip(customer(n), answer["tokens"]))}


def exposure(house):
    code, text = house.it.sekisho("vault", "exposure", "--json")
    if code:
        sys.exit("exposure: " + text)
    return json.loads(text)


def when(record):
    return time.mktime(time.strptime(record["time"][:19], "%Y-%m-%dT%H:%M:%S")) + float(record["time"][19:23])


def honey_judge(house, loot, records, found):
    """Reading somebody who is nobody is an alarm, within a second of its record."""
    alarms = [r for r in records if r["action"] == "vault.alarm" and r["details"].get("why") == "honey"]
    read = {p["person"] for p in loot["honey"]} & found
    late = 0
    for person in read:
        seen = [when(r) for r in records if r["action"] == "vault.read" and person in json.dumps(r["details"])]
        told = [when(r) for r in alarms if person in json.dumps(r["details"])]
        late = max(late, (min(told, default=1e12) - min(seen)) / house.speed)
    check(read and late <= 1, "everybody who is nobody and was read (%d) raised an alarm within a second: %.3f s" %
          (len(read), late))
