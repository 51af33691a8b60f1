#!/usr/bin/python3
"""./bench accounts [--people N]: how long a mass reset takes (ACC-13). A whole instance with N buyers
(100,000), each with a password and a session; mail goes to a server that is away, so that each notice
really waits in post's queue. Told are the seconds until every password is void and every session ended,
until every notice is queued, and the CPU time of the two parts."""
import argparse
import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "tests", "lib"))
import instance  # noqa: E402
import servers  # noqa: E402

CONF = """site shop { names = ["localhost"]; }
shop { instances = 1; }
post { smtp = "smtp://127.0.0.1:%d"; from = "no-reply@example.jp"; tls = off; }
"""


def pid_of(state, part):
    done = subprocess.run(["pgrep", "-f", "part %s --state %s" % (part, state)], text=True,
                          stdout=subprocess.PIPE, check=False)
    return int(done.stdout.split()[0])


def cpu(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def own(folder, user):
    for name in os.listdir(folder):
        shutil.chown(os.path.join(folder, name), user, user)


def fill(state, people):
    """Into a stopped instance; the files go back to whom they belonged to."""
    folder = os.path.join(state, "accounts")
    user = os.stat(folder).st_uid
    begun = time.monotonic()
    subprocess.run([os.path.join(TOP, "build/release/benches/sekisho_bench_people"), state, TOP, "shop", "0",
                    str(people)], check=True)
    own(folder, pwd.getpwuid(user).pw_name)
    return time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100000)
    options = parser.parse_args()
    servers.prepare()
    shop = instance.Instance()
    with open(os.path.join(shop.state, "sekisho.conf"), "w", encoding="utf-8") as file:
        file.write(CONF % servers.free_port())
    with shop:
        shop.stop()
        print("filled in %.1f s" % fill(shop.state, options.people))
        shop.__enter__()
        pids = {part: pid_of(shop.state, part) for part in ("accounts", "post")}
        before = {part: cpu(pid) for part, pid in pids.items()}
        begun, reset = time.monotonic(), None
        code, said = shop.sekisho("accounts", "reset", "--realm", "buyer", "--reason", "bench", "--json")
        if code:
            sys.exit(said)
        while True:
            job = json.loads(shop.sekisho("accounts", "reset", "list", "--json")[1])["jobs"][0]
            if reset is None and job["done"] >= job["total"]:
                reset = time.monotonic() - begun
            if job["state"] != "running":
                break
            time.sleep(0.05)
        took = time.monotonic() - begun
        used = {part: cpu(pid) - before[part] for part, pid in pids.items()}
        db = sqlite3.connect("file:%s?mode=ro" % os.path.join(shop.state, "accounts/accounts.db"), uri=True)
        left = db.execute("SELECT (SELECT count(*) FROM session),"
                          " (SELECT count(*) FROM account WHERE must_reset = 0)").fetchone()
        queued = sqlite3.connect("file:%s?mode=ro" % os.path.join(shop.state, "post/post.db"), uri=True).execute(
            "SELECT count(*) FROM message WHERE state = 0 AND purpose = 'accounts.mass_reset'").fetchone()[0]
    print("%d accounts: all void and signed out after %.1f s, all notices queued after %.1f s" %
          (job["total"], reset, took))
    print("left: %d sessions, %d passwords; queued: %d notices" % (*left, queued))
    print("CPU: accounts %.1f s, post %.1f s" % (used["accounts"], used["post"]))
    good = left == (0, 0) and queued == options.people and took < 600
    print("%d passed, %d failed, 0 skipped" % (good, not good))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
