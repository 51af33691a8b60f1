"""Coming, rights, leaving, and everybody at once: invitations, sign-ups, privileges, removals, resets; each
tried with what is expired, used, changed or somebody else's, too."""
import base64
import hashlib
import hmac
import json
import os
import re
import signal
import sqlite3
import subprocess
import time

import servers
from browser import Browser

PASSWORD = "nine otters carry lanterns"
CASES = []


def case(function):
    CASES.append(function)
    return function


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    return None


def invited(shop, *words):
    """`sekisho accounts invite`: (exit code, account, path of the link)."""
    code, said = shop.instance.sekisho("accounts", "invite", *words)
    account, path = re.search(r"acc_\w{20}", said), re.search(r"(/\.sekisho/\S+)", said)
    return code, account and account.group(0), path and path.group(1)


def post_store(shop, sql):
    with sqlite3.connect("file:%s?mode=ro" % os.path.join(shop.state, "post", "post.db"), uri=True) as db:
        return db.execute(sql).fetchall()


def token(path):
    return path.partition("?link_token=")[2]


def accept(shop, path, browser=None):
    browser = browser or Browser(shop)
    return browser.get(path).post(path.partition("?")[0], link_token=token(path), new=PASSWORD)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def ticket(shop, account, session, role="operator", realm="operator", tenant="", level=2, age=0, key=None):
    """As the gate would sign it for a request of this person."""
    if key is None:
        with open(os.path.join(shop.state, "keys", "ticket.key"), "rb") as file:
            key = file.read()
    fields = {"id": "01TEST", "site": "console" if realm == "operator" else "shop", "realm": realm,
              "principal": account, "role": role, "session": session, "level": level, "route": "/",
              "at": int(time.time() * 1000) - age}
    if tenant:
        fields["tenant"] = tenant
    payload = base64url(json.dumps(fields).encode())
    text = "v1." + payload
    return text + "." + base64url(hmac.new(key, text.encode(), hashlib.sha256).digest())


def person_in(shop, realm, tenant, email, role, level=2):
    """Somebody active, with a session in the store: (account, ticket maker)."""
    account = shop.person(realm, tenant, email, PASSWORD)
    session = "ses_" + account[4:]
    now = int(time.time() * 1000)
    shop.store("UPDATE account SET role = ? WHERE id = ?", role, account)
    shop.store("INSERT INTO session (token, id, account, realm, site, level, wait, made, used, ends, device, place)"
               " VALUES (?, ?, ?, ?, 'shop', ?, '', ?, ?, ?, '', '')", hashlib.sha256(session.encode()).digest(),
               session, account, realm, level, now, now, now + 3600000)
    return account, lambda **more: ticket(shop, account, session, role, realm, tenant, **dict(dict(level=level), **more))


def asks(shop, signed, path, **body):
    return shop.question("/v1/" + path, body, **{"X-Sekisho-Ticket": signed})


# --- invitations ---

@case
def an_invitation_works_once_and_leads_on(shop, check):
    code, account, path = invited(shop, "--realm", "worker", "--tenant", "shop", "life-w1@example.jp")
    check(code == 0 and account and path, "the command line prints account and link")
    check(token(path) in (shop.mail("life-w1@example.jp", "accounts.invite") or ""), "and it was mailed")
    check(shop.question("/v1/accounts/get", {"account": account})[1]["account"]["state"] == "invited", "invited")
    check(Browser(shop).sign_in("worker", "life-w1@example.jp", PASSWORD).status == 422, "no way in before")
    for _ in range(2):
        check("life-w1@example.jp" in Browser(shop).get(path).text, "opening it changes nothing")
    b = accept(shop, path)
    check(b.status == 303 and b.session("worker") == 204, "its password is set and one is in")
    check(Browser(shop).get(path).status == 410 and accept(shop, path).status == 410, "a second time it is nothing")
    check(Browser(shop).sign_in("worker", "life-w1@example.jp", PASSWORD).status == 303, "the password signs in")


@case
def a_link_that_does_not_hold_is_one_clear_page(shop, check):
    _, account, path = invited(shop, "--realm", "worker", "--tenant", "shop", "life-w2@example.jp")
    pages = []
    changed = path[:-1] + ("A" if path[-1] != "A" else "B")
    for wrong in (changed, path.replace("/worker/", "/buyer/"), path.replace("/invite", "/reset"),
                  path[:-5], "/.sekisho/worker/invite"):
        b = Browser(shop).get(wrong)
        pages.append(re.sub(r"<code.*?</code>|/\.sekisho/\w+/\S*|lang=\w+", "", b.text))
        check(b.status == 410 and "life-w2@example" not in b.text, "%s: %d" % (wrong[:40], b.status))
    shop.store("UPDATE link SET ends = 1 WHERE account = ?", account)
    b = Browser(shop).get(path)
    check(b.status == 410 and "life-w2@example" not in b.text, "an expired one, too")


@case
def an_operator_comes_in_by_two_factors_only(shop, check):
    _, _, path = invited(shop, "--realm", "operator", "life-op-life@example.jp")
    b = accept(shop, path, Browser(shop, "127.0.0.1"))  # operators come from their networks alone
    check((b.status, b.location) == (303, "/.sekisho/operator/factors"), "%d %s" % (b.status, b.location))
    check(b.session("operator") != 204, "one factor opens nothing")


# --- rights ---

@case
def a_sub_administrator_has_the_screens_that_were_named(shop, check):
    owner, as_owner = person_in(shop, "merchant", "shop", "life-owner@example.jp", "owner")
    sub, as_sub = person_in(shop, "merchant", "shop", "life-sub@example.jp", "sub")
    shop.store("INSERT OR IGNORE INTO tenant (id, site, made) VALUES ('rival-shop', 'shop', 1)")
    _, as_rival = person_in(shop, "merchant", "rival-shop", "life-rival@example.jp", "owner")
    check(asks(shop, as_owner(), "screens/set", account=sub, screens=["orders", "products"])[0] == 200, "given")
    rights = asks(shop, as_owner(), "rights/list", account=sub)[1]["held"]
    check(sorted(r["name"] for r in rights) == ["orders", "products"], "and listed")
    check(asks(shop, as_sub(), "screens/set", account=sub, screens=["staff"])[0] == 403, "not by oneself")
    check(asks(shop, as_sub(), "accounts/list")[0] == 403, "who lacks the screen is refused")
    check(asks(shop, as_sub(), "accounts/invite", realm="merchant", role="sub", email="life-x1@example.jp")[0] == 403,
          "and invites nobody")
    check(asks(shop, as_owner(), "accounts/invite", realm="operator", email="life-x2@example.jp")[0] in (403, 404),
          "an owner makes no operators")
    check(asks(shop, as_owner(), "screens/set", account=sub, screens=[])[0] == 200, "taken")
    check(asks(shop, as_owner(), "rights/list", account=sub)[1]["held"] == [], "gone for the next request")
    check(asks(shop, as_rival(), "screens/set", account=sub, screens=["orders"])[0] == 404, "not by another shop")
    check(asks(shop, as_rival(), "accounts/remove", account=sub)[0] == 404, "nor removed by it")
    check(asks(shop, as_rival(), "rights/list", account=sub)[0] == 404, "nor seen")


@case
def a_privilege_is_approved_by_somebody_else_and_ends(shop, check):
    one, as_one = person_in(shop, "operator", "", "life-one@example.jp", "operator")
    two, as_two = person_in(shop, "operator", "", "life-two@example.jp", "operator")
    buyer = shop.person("buyer", "shop", "life-seen@example.jp", PASSWORD)

    def email():
        return asks(shop, as_one(), "accounts/get", account=buyer)[1]["account"]["email"]
    check(email() == "l***@example.jp", "an operator sees no whole address: %s" % email())
    status, answer = asks(shop, as_one(), "rights/ask", name="privilege.personal", hours=2, reason="問い合わせ 12")
    check(status == 200, "asked for")
    request = answer["request"]
    check(asks(shop, as_one(), "rights/decide", request=request, approve=True)[0] == 403, "not decided by oneself")
    check(email() == "l***@example.jp", "nothing seen yet")
    check(asks(shop, as_two(), "rights/decide", request=request, approve=True)[0] == 200, "approved by another")
    check(email() == "life-seen@example.jp", "now it is seen")
    check(asks(shop, as_two(), "rights/decide", request=request, approve=True)[0] == 404, "a request is used once")
    shop.store("UPDATE held_right SET ends = 1 WHERE account = ?", one)
    check(email() == "l***@example.jp", "and no more when its hours are over")
    request = asks(shop, as_one(), "rights/ask", name="privilege.personal", hours=2, reason="x")[1]["request"]
    check(shop.instance.sekisho("accounts", "rights", "approve", request)[0] == 0, "root approves, too")
    check(email() == "life-seen@example.jp", "seen")
    check(asks(shop, as_two(), "rights/take", account=one, name="privilege.personal")[0] == 200, "taken away")
    check(email() == "l***@example.jp", "at once")


@case
def a_ticket_that_is_changed_old_or_nobodys_is_refused(shop, check):
    one, as_one = person_in(shop, "operator", "", "life-ticket@example.jp", "operator")
    buyer, as_buyer = person_in(shop, "buyer", "shop", "life-ticket-b@example.jp", "buyer", 1)
    good = as_one()
    check(asks(shop, good, "rights/list")[0] == 200, "a good one")
    head, payload, mac = good.split(".")
    for what, wrong in (("changed", ".".join((head, payload, mac[:-2] + "AA"))), ("old", as_one(age=11000)),
                        ("of tomorrow", as_one(age=-86400000)), ("of another key", as_one(key=b"x" * 32)),
                        ("without second factor", as_one(level=1)), ("of an ended session", None)):
        if wrong is None:
            shop.store("DELETE FROM session WHERE account = ?", one)
            wrong = as_one()
        status = asks(shop, wrong, "rights/list")[0]
        check(status == 403, "%s: %d" % (what, status))
    for path in ("rights/list", "rights/ask", "reset/start", "reset/list", "accounts/invite", "accounts/list"):
        body = {"realm": "buyer", "reason": "x", "email": "life-y@example.jp", "name": "privilege.personal"}
        check(asks(shop, as_buyer(), path, **body)[0] == 403, "a buyer asks %s" % path)
    check(asks(shop, as_buyer(), "accounts/remove", account=one)[0] in (403, 404), "or removes an operator")


# --- leaving ---

@case
def who_leaves_is_gone_from_every_file(shop, check):
    account = shop.person("buyer", "shop", "life-leaver@example.jp", PASSWORD)
    sealed = shop.store("SELECT email, email_index FROM account WHERE id = ?", account)
    b = Browser(shop).sign_in("buyer", "life-leaver@example.jp", PASSWORD)
    b.fill("/.sekisho/buyer/leave", email="life-leaver@example.jp", password="wrong")
    check(b.status == 422, "not with a wrong password")
    b.fill("/.sekisho/buyer/leave", email="life-leaver@example.jp", password=PASSWORD)
    check(b.status == 200 and b.session("buyer") == 401, "gone, and signed out")
    check(shop.mail("life-leaver@example.jp", "accounts.removed"), "a mail confirms")
    # by another process: closing a file that SQLite has open here would drop this process's locks
    words = [word for text in (account, *sealed[0]) for word in ("-e", text)]
    left = subprocess.run(["grep", "-rlaF", *words, os.path.join(shop.state, "accounts")], capture_output=True,
                          text=True, check=False).stdout.split()
    check(not left, "bytes in %s" % left)
    check(Browser(shop).sign_in("buyer", "life-leaver@example.jp", PASSWORD).status == 422, "nobody signs in")


# --- signing up ---

def open_sign_up(shop):
    """The instance's configuration may say nothing of it: then it is closed."""
    path = os.path.join(shop.state, "sekisho.conf")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if "sign_up" not in text:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + 'accounts { sign_up = ["buyer", "merchant"]; }\n')
        shop.instance.sekisho("reload")
    until(lambda: Browser(shop).get("/.sekisho/merchant/sign-up").status == 200)


@case
def a_merchant_opens_a_shop_by_phone_and_mail(shop, check):
    open_sign_up(shop)
    b, name = Browser(shop), "tea-" + os.urandom(4).hex()
    b.fill("/.sekisho/merchant/sign-up", phone="０９０−９８７６−５４３２", way="voice")
    check((b.status, b.location) == (303, "/.sekisho/merchant/sign-up/code"), "%d %s" % (b.status, b.location))
    spoken = shop.mail("+819098765432", "accounts.phone") or ""
    code = "".join(re.findall(r"\d", spoken))[:6]
    b.fill("/.sekisho/merchant/sign-up/code", code="%06d" % ((int(code) + 1) % 1000000))
    check(b.status == 422, "a wrong code")
    b.fill("/.sekisho/merchant/sign-up/code", code=code)
    check(b.status == 303 and "p=prf_" in (b.location or ""), "the right one")
    proof = b.location.partition("p=")[2]
    b.get(b.location).post("/.sekisho/merchant/sign-up", p=proof, email="life-m1@example.jp", id=name)
    path = shop.link("life-m1@example.jp", "accounts.sign_up")
    check(b.status == 200 and path, "then the address")
    accept(shop, path, b)
    check(b.status == 303 and b.location.endswith("/merchant/factors"), "then the second factor: %s" % b.location)
    check(Browser(shop).get(path).status == 410, "the link works once")
    again = Browser(shop).get("/.sekisho/merchant/sign-up?p=" + proof)
    again.post("/.sekisho/merchant/sign-up", p=proof, email="life-m2@example.jp", id=name + "-2")
    check(again.status == 410, "so does the proof: %d" % again.status)


@case
def an_operator_registers_and_removes_people(shop, check):
    _, as_operator = person_in(shop, "operator", "", "life-admin@example.jp", "operator")
    status, answer = asks(shop, as_operator(), "accounts/invite", realm="merchant", tenant="shop", role="sub",
                          email="life-new@example.jp", screens=["orders"])
    check(status == 200 and answer["mailed"] and "link" not in answer, "invited by mail; the link is the invited's alone")
    path = shop.link("life-new@example.jp", "accounts.invite")
    check(path and accept(shop, path).status == 303, "who was invited comes in")
    account = answer["account"]
    check([r["name"] for r in asks(shop, as_operator(), "rights/list", account=account)[1]["held"]] == ["orders"],
          "with the screens that were named")
    check(asks(shop, as_operator(), "accounts/remove", account=account)[0] == 200, "and is removed")
    check(asks(shop, as_operator(), "accounts/get", account=account)[0] == 404, "and is not there")
    check(asks(shop, as_operator(), "accounts/invite", realm="merchant", tenant="nowhere", email="life-n@example.jp")[0]
          == 404, "nobody is invited to a shop that is none")


# --- everybody at once ---

@case
def a_mass_reset_survives_kill_9_and_writes_to_everybody(shop, check):
    tool = os.path.join(servers.TOP, "build", "release", "benches", "sekisho_bench_people")
    done = subprocess.run([tool, shop.state, servers.TOP, "shop", "0", "6000"], capture_output=True, text=True,
                          check=False)
    check(done.returncode == 0, "people: %s" % done.stderr)
    for name in os.listdir(os.path.join(shop.state, "accounts")):
        path, folder = os.path.join(shop.state, "accounts", name), os.stat(os.path.join(shop.state, "accounts"))
        os.chown(path, folder.st_uid, folder.st_gid)
    b = Browser(shop)
    shop.person("buyer", "shop", "life-reset@example.jp", PASSWORD)
    b.sign_in("buyer", "life-reset@example.jp", PASSWORD)
    total = shop.store("SELECT count(*) FROM account WHERE realm = 'buyer'"
                       " AND (state = 'active' OR password IS NOT NULL)")[0][0]
    code, said = shop.instance.sekisho("accounts", "reset", "--realm", "buyer", "--reason", "漏えい", "--detach")
    check(code == 0, said)
    kills = 0
    for _ in range(3):
        until(lambda: shop.store("SELECT done + told FROM job ORDER BY made DESC LIMIT 1")[0][0] > 2000 * kills, 30)
        if shop.store("SELECT state FROM job ORDER BY made DESC LIMIT 1")[0][0] != "running":
            break
        os.kill(shop.part("accounts"), signal.SIGKILL)
        kills += 1
        until(lambda: shop.instance.sekisho("accounts", "reset", "list")[0] == 0, 30)
    check(kills > 0, "killed %d times" % kills)
    state = until(lambda: [r for r in shop.store("SELECT done, told, state FROM job ORDER BY made DESC LIMIT 1")
                           if r[2] == "done"], 60)
    check(state == [(total, total, "done")], "%s of %d" % (state, total))
    left = shop.store("SELECT count(*) FROM account WHERE realm = 'buyer' AND must_reset = 0"
                      " AND password IS NOT NULL"
                      )[0][0]
    check(left == 0 and b.session("buyer") == 401, "%d passwords left; the session has ended" % left)
    check(shop.store("SELECT count(*) FROM session WHERE realm = 'buyer'")[0][0] == 0, "no session left")
    queued = post_store(shop, "SELECT count(*), count(DISTINCT key) FROM message WHERE purpose = 'accounts.mass_reset'")
    check(queued == [(total, total)], "one notice each: %s" % queued)


# --- the controls broken on purpose: as in cases.py ---

def ignored(what):
    return "CREATE TRIGGER broken BEFORE %s BEGIN SELECT RAISE(IGNORE); END" % what


@case
def the_key_is_changed_while_people_come_and_the_part_is_killed(shop, check):
    email = "rekey@example.jp"
    shop.person("buyer", "shop", email, PASSWORD)
    with open(os.path.join(shop.state, "accounts", "key"), encoding="ascii") as file:
        before = file.read().split()
    code, said = shop.instance.sekisho("accounts", "rotate-key", "--detach")
    check(code == 0 and "job_" in said, "asked for: %s" % said.strip())
    was = shop.part("accounts")
    os.kill(was, signal.SIGKILL)
    job = said.split()[-1]

    def told():
        """Every part's process, as run/instance.json has it for those who look."""
        with open(os.path.join(shop.state, "run", "instance.json"), encoding="utf-8") as file:
            return {p["name"]: p["pid"] for p in json.load(file)["parts"]}
    check(until(lambda: told()["accounts"] not in (0, was), 20), "the new process is told to all who look")

    def over():
        return shop.store("SELECT state FROM job WHERE id = ? AND state = 'done'", job)
    b = until(lambda: (lambda x: x if x.status == 303 else None)(Browser(shop).sign_in("buyer", email, PASSWORD)), 30)
    check(b and b.session("buyer") == 204, "people sign in all the while")
    shop.store("UPDATE job SET made = made - 40000 WHERE id = ?", job)
    check(until(over, 30), "it goes on and ends")
    newest = int(before[-2]) + 1
    check(not shop.store("SELECT 1 FROM account WHERE email_index NOT GLOB ?", "%d.*" % newest), "all are found by the new key")
    stored = shop.store("SELECT password FROM account WHERE email_index GLOB ? AND seen > 0 ORDER BY seen DESC",
                        "%d.*" % newest)[0][0]
    check("$k=%d," % newest in stored, "the password was hashed anew by signing in")
    shop.store("DELETE FROM account WHERE instr(password, ?)", "$k=%s," % before[-2])
    for table in ("link", "code", "phone_proof"):
        shop.store("DELETE FROM " + table)
    shop.store("DELETE FROM factor WHERE kind = 'recovery'")
    os.kill(shop.part("accounts"), signal.SIGKILL)  # it looks at its start, else within a minute
    path = os.path.join(shop.state, "accounts", "key")
    check(until(lambda: before[-1] not in open(path, encoding="ascii").read(), 30),
          "the older key is destroyed when nothing needs it")
    code, said = shop.instance.sekisho("status", "--json")
    seen = json.loads(said)
    check(code == 0 and seen["ledger"]["state"] == "well" and seen["post"]["mode"] == "outbox" and
          seen["scribe"] == {"backlog": 0, "lost": 0} and
          any(r["realm"] == "buyer" and r["people"] > 0 for r in seen["accounts"]["realms"]),
          "all parts tell how they are: %s" % said[-400:])
    said = shop.instance.sekisho("status")[1].partition("\nledger\n")[2]
    check("does not answer" not in said and "signed in" in said, "and for people: %s" % said[-700:])
    said = shop.instance.sekisho("accounts", "keys")[1]
    check("key %d: the newest" % newest in said, "the keys are told: %s" % said.strip())


BROKEN = {
    "rights_are_never_taken": (a_sub_administrator_has_the_screens_that_were_named, ignored("DELETE ON held_right")),
    "proofs_work_twice": (a_merchant_opens_a_shop_by_phone_and_mail, """
        CREATE TRIGGER broken AFTER UPDATE OF account ON phone_proof
        BEGIN UPDATE phone_proof SET account = NULL WHERE id = new.id; END"""),
    "links_never_expire": (a_link_that_does_not_hold_is_one_clear_page, ignored("UPDATE OF ends ON link")),
    "nobody_is_removed": (an_operator_registers_and_removes_people, ignored("DELETE ON account")),
    "privileges_never_end": (a_privilege_is_approved_by_somebody_else_and_ends, ignored("UPDATE OF ends ON held_right")),
    "passwords_stay": (a_mass_reset_survives_kill_9_and_writes_to_everybody,
                       ignored("UPDATE OF must_reset ON account WHEN new.must_reset = 1")),
    "who_leaves_stays": (who_leaves_is_gone_from_every_file, ignored("DELETE ON account")),
}
