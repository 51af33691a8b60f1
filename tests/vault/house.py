"""A house with a vault, and how it is asked."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import time

import instance
import servers

WIDE = """ticket = 500; second { principal = 5000; tenant = 5000; purpose = 5000; }
  hour { principal = 50000; tenant = 50000; purpose = 50000; }
  day { principal = 50000; tenant = 50000; purpose = 50000; }"""
ALL = '["name", "reading", "phone", "email", "address", "birthday", "bank", "note"]'
CONFIG = """
site shop { names = ["localhost", "127.0.0.1", "[::1]"]; }
site club { names = ["club.localhost"]; upstream { servers = ["unix:nobody.sock"]; }; }

purpose orders { sites = ["shop"]; realms = ["merchant"]; roles = ["owner"]; show = plain; kinds = ALL; WIDE }
purpose shipping { sites = ["shop"]; realms = ["merchant"]; show = render; kinds = ["name", "phone", "address"]; WIDE }
purpose notices { sites = ["shop"]; realms = ["merchant"]; show = render; kinds = ["name", "email", "phone"]; WIDE }
purpose pages { sites = ["shop"]; realms = ["merchant", "buyer", "nobody"]; show = masked;
  kinds = ["name", "phone", "email", "address"]; WIDE }
purpose names { sites = ["shop"]; realms = ["merchant"]; routes = ["/admin"]; show = plain; kinds = ["name"]; WIDE }
purpose few { sites = ["shop"]; realms = ["merchant"]; show = plain; kinds = ["name"]; ticket = 3;
  second { principal = 3; tenant = 3; purpose = 3; } hour { principal = 5; tenant = 5; purpose = 5; }
  day { principal = 5; tenant = 5; purpose = 5; } }
purpose closing { sites = ["shop"]; realms = ["merchant"]; roles = ["owner"]; show = erase; WIDE }
purpose leaving { sites = ["shop"]; realms = ["buyer"]; level = 1; show = erase; ticket = 1;
  second { principal = 1; tenant = 2; purpose = 2; } hour { principal = 1; tenant = 2; purpose = 2; }
  day { principal = 1; tenant = 2; purpose = 2; } on_overrun = freeze; }
purpose club { sites = ["club"]; realms = ["merchant"]; show = plain; kinds = ALL; WIDE }
purpose disclosure { sites = ["console"]; realms = ["operator"]; show = plain; kinds = ALL; WIDE }
""".replace("ALL", ALL).replace("WIDE", WIDE)


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("vault", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class House:
    def __init__(self, it):
        self.it, self.state = it, it.state
        self.socket = os.path.join(self.state, "run", "vault.sock")
        self.requests = 0
        self.copy = None  # stolen.py's

    # --- tickets ---

    def ticket(self, age=0, key=None, **fields):
        """As the gate makes them: an owner's of the tenant tea, at the shop."""
        self.requests += 1
        payload = {"id": "REQ%08d" % self.requests, "site": "shop", "tenant": "tea", "realm": "merchant",
                   "principal": "acc_00000000000000000001", "role": "owner",
                   "session": "ses_00000000000000000001", "route": "/admin", "level": 2,
                   "at": int(time.time() * 1000) - age}
        payload.update(fields)
        payload = {name: value for name, value in payload.items() if value != ""}
        if key is None:
            with open(os.path.join(self.state, "keys", "ticket.key"), "rb") as file:
                key = file.read()
        text = "v1." + base64url(json.dumps(payload, separators=(",", ":")).encode())
        return text + "." + base64url(hmac.new(key, text.encode(), hashlib.sha256).digest())

    def console(self):
        """As the command line makes them, who can read the key."""
        return self.ticket(site="console", tenant="", realm="operator", principal="local:0", role="local", session="",
                           route="")

    # --- asking ---

    def ask(self, verb, question=None, ticket="", raw=None, **fields):
        """(status, answer). ticket None: none; left out: an owner's."""
        connection = Connection(self.socket)
        body = raw if raw is not None else json.dumps(question, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        if ticket is not None:
            headers["X-Sekisho-Ticket"] = ticket or self.ticket(**fields)
        try:
            try:
                connection.request("POST", "/v1/" + verb, body, headers)
            except BrokenPipeError:
                pass  # it was too long for it, and the answer is there
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, {"error": text[:80].decode("latin-1")}

    def local(self, verb, question):
        return self.ask(verb, question, ticket=None)

    def put(self, values, **more):
        """values: pairs of kind and text. The answer."""
        question = dict({"values": [{"kind": k, "text": t} for k, t in values]}, **more)
        status, answer = self.ask("put", question)
        if status != 200:
            raise ValueError("put: %s %s" % (status, answer))
        return answer

    def text(self, token, purpose="orders", **fields):
        """What the token shows, or why it does not."""
        status, answer = self.ask("read", {"purpose": purpose, "tokens": [token]}, **fields)
        if status != 200:
            return answer["error"]
        value = answer["values"][token]
        return value.get("text", value.get("why"))

    # --- its parts ---

    def part(self, name):
        """Its process, as of now."""
        text = self.it.sekisho("status")[1]
        return int(re.search(r"^%s +(\d+) " % name, text, re.M).group(1))

    def part_or_none(self, name):
        try:
            return self.part(name)
        except AttributeError:
            return None

    def kill(self, name):
        os.kill(self.part(name), 9)

    def wait(self, seconds=30):
        """Until the vault answers, and its keeper is open."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                connection = Connection(self.socket)
                connection.request("GET", "/v1/status")
                status = json.loads(connection.getresponse().read())
                connection.close()
                if status.get("keeper") == "ok" and not status.get("sealed", True):
                    return status
            except (OSError, ValueError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise ValueError("the vault does not answer: %s" % self.it.logs()[-2000:])

    def values(self, sql, *args):
        """Rows of values.db, as another process reads it."""
        program = "import sqlite3,sys,json;c=sqlite3.connect(sys.argv[1],timeout=20);" \
            "r=c.execute(sys.argv[2],json.loads(sys.argv[3])).fetchall();c.commit();" \
            "print(json.dumps([[x.hex() if isinstance(x,bytes) else x for x in y] for y in r]))"
        path = os.path.join(self.state, "vault", "values.db")
        done = subprocess.run(["python3", "-c", program, path, sql, json.dumps(args)], check=True,
                              capture_output=True, text=True)
        return json.loads(done.stdout)

    def records(self, action):
        """The ledger's records of that action, in order."""
        records, folder = [], os.path.join(self.state, "ledger", "segment")
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                records += [json.loads(line) for line in file if line.endswith("\n") and action in line]
        return [r for r in records if r["action"] == action]


def started(config=CONFIG):
    it = instance.Instance()
    with open(os.path.join(it.state, "sekisho.conf"), "w", encoding="utf-8") as file:
        file.write(config)
    return it
