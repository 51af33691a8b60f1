#!/usr/bin/python3
"""Plants a signed-in account into an instance's accounts.db and prints its session's cookie. How one
signs in is tried by the suite of accounts; here it is enough to be somebody.

    plant.py STATE REALM[.ROLE] EMAIL [LEVEL [SITE [factor]]]

With `factor` there is a second one, which nobody has any more.
"""
import hashlib
import json
import os
import secrets
import socket
import sqlite3
import sys
import time

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ask(state, verb, **body):
    """POST /v1/VERB as root, over the Unix socket."""
    text = json.dumps(body).encode()
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(10)
        s.connect(os.path.join(state, "run", "accounts-api.sock"))
        s.sendall(b"POST /v1/%s HTTP/1.0\r\nContent-Type: application/json\r\n"
                  b"Content-Length: %d\r\n\r\n%s" % (verb.encode(), len(text), text))
        data = b""
        while chunk := s.recv(65536):
            data += chunk
    return json.loads(data.partition(b"\r\n\r\n")[2])


def plant(state, realm, email, level, site, factor):
    realm, _, role = realm.partition(".")
    more = {} if realm == "operator" else {"tenant": "shop", "role": role}
    answer = ask(state, "accounts/invite", realm=realm, email=email, **more)
    account = answer["account"]
    cookie = secrets.token_hex(32)
    session = "ses_" + "".join(secrets.choice(DIGITS) for _ in range(20))
    now = int(time.time() * 1000)
    with sqlite3.connect(os.path.join(state, "accounts", "accounts.db"), timeout=10) as db:
        db.execute("UPDATE account SET state = 'active', seen = ? WHERE id = ?", (now, account))
        db.execute("INSERT INTO session (token, id, account, realm, site, level, wait, made, used,"
                   " ends, device, place) VALUES (?, ?, ?, ?, ?, ?, '', ?, ?, ?, 'Chromium, Linux',"
                   " '127.0.0.0/24')",
                   (hashlib.sha256(cookie.encode()).digest(), session, account, realm, site, level,
                    now, now, now + 3600 * 1000))
        if factor:
            db.execute("INSERT INTO factor (id, account, kind, state, secret, made)"
                       " VALUES (?, ?, 'totp', 'active', 'lost', ?)", ("fac_" + session[4:], account, now))
    return {"account": account, "session": session, "cookie": cookie}


if __name__ == "__main__":
    words = sys.argv[1:] + ["2", "console", ""][len(sys.argv) - 4:]
    print(json.dumps(plant(words[0], words[1], words[2], int(words[3]), words[4], words[5] == "factor")))
