"""What a vault promises, tried from outside. A case is a function named as a sentence; it gets a House and
a check(ok, what)."""
import base64
import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time

import protocol
import servers

CASES = []
BROKE_OFF = (OSError, AttributeError, KeyError, IndexError, StopIteration, TypeError, ValueError,
             subprocess.SubprocessError)


def case(function):
    CASES.append(function)
    return function


def customer(i):
    return [("name", "関 所子%03d" % i), ("phone", "090-1%03d-5678" % i), ("email", "customer%03d@example.jp" % i),
            ("address", "〒150-%04d 東京都渋谷区桜丘町26-%d" % (i, i))]


@case
def protocol_as_documented(house, check):
    kept = house.put([("name", "関 所子"), ("phone", "090-1234-5678"), ("email", "hanako@example.jp"),
                      ("address", "〒150-8512 東京都渋谷区桜丘町26-1")], case="new")
    other = house.put([("birthday", "1980-01-31")])
    two = house.put([("name", "二 番"), ("note", "x")], case="new")
    names = dict(zip(("name", "phone", "email", "address"), kept["tokens"]))
    names.update(case=two["case"], person=other["person"])
    house.values("DELETE FROM value WHERE token NOT IN (SELECT value FROM json_each(?))",
                 json.dumps(kept["tokens"] + other["tokens"] + two["tokens"]))
    protocol.replay(house, names, check)


# --- who may what ---

@case
def a_ticket_that_is_used_again_counts_its_people_once_more_and_no_further(house, check):
    tokens = [house.put([("name", "一人 %d" % i)])["tokens"][0] for i in range(5)]
    ticket = house.ticket()
    got = house.ask("read", {"purpose": "few", "tokens": tokens[:3]}, ticket=ticket)
    check(got[0] == 200, "three are within the ticket's limit: %s" % (got,))
    got = house.ask("read", {"purpose": "few", "tokens": tokens[3:]}, ticket=ticket)
    check(got[0] == 429 and got[1]["error"].startswith("budget_"), "two more are not: %s" % (got,))


@case
def purposes_are_listed_as_configured(house, check):
    code, text = house.it.sekisho("vault", "purposes", "--json")
    names = [p["name"] for p in json.loads(text)]
    check(code == 0 and {"orders", "few"} <= set(names) and names[-1] == "sekisho.probe", "all of them: %s" % names)
    code, text = house.it.sekisho("vault", "purposes")
    check(code == 0 and "\nfew: " in text and "\nsekisho.probe: " in text, "in words: %s" % text[:200])


@case
def tenants_do_not_reach_each_other(house, check):
    kept = house.put(customer(7), case="new")
    for i, token in enumerate(kept["tokens"]):
        check(house.text(token, tenant="cloth") == "unknown_token", "value %d" % i)
    got = house.ask("find", {"purpose": "orders", "kind": "phone", "text": "090-1007-5678"}, tenant="cloth")
    check(got == (200, {"tokens": []}), "nobody is found: %s" % (got,))
    for verb, question in (("erase", {"person": kept["person"]}), ("event", {"event": "trade_completed",
                           "case": kept["case"]}), ("put", {"person": kept["person"],
                           "values": [{"kind": "name", "text": "関"}]})):
        got = house.ask(verb, question, tenant="cloth")
        check(got[0] == 403 and got[1]["error"] == "wrong_tenant", "%s: %s" % (verb, got))
    for value in ({"kind": "email", "text": "thief@example.com"}, {"kind": "phone", "text": "090-9999-8888"}):
        for whose in ({"person": kept["person"]}, {"case": kept["case"]}, {"person": kept["person"], "case": "new"}):
            got = house.ask("put", dict(whose, values=[value]))
            check(got[0] == 403 and got[1]["error"] == "contact_denied", "%s: %s" % (value["kind"], got))
    # a ticket of tea whose bytes name cloth is no ticket
    head, payload, mac = house.ticket().split(".")
    body = json.loads(base64.urlsafe_b64decode(payload + "=="))
    body["tenant"] = "cloth"
    forged = ".".join([head, base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=").decode(), mac])
    check(house.ask("read", {"purpose": "orders", "tokens": []}, ticket=forged)[1].get("error") == "ticket_forged",
          "nor does a changed ticket")


# --- what a thief finds (more in stolen.py) ---

@case
def short_and_long_values_of_a_kind_have_ciphertexts_of_one_length(house, check):
    short = [("name", "林 一"), ("phone", "03-1234-5678"), ("email", "a@b.jp"), ("address", "〒100-0001 東京都千代田区")]
    long = [("name", "勅使河原 権左衛門"), ("phone", "090-1234-5678"), ("email", "a.long.name.of.somebody@mail.example.jp"),
            ("address", "〒604-8151 京都府京都市中京区蛸薬師通烏丸西入橋弁慶町222 ながい名の家 1501 号室")]
    people = [house.put(values)["person"] for values in (short, long)]
    sizes = house.values("SELECT kind, count(DISTINCT length(sealed)), count(*) FROM value WHERE person IN"
                         " (SELECT value FROM json_each(?)) GROUP BY kind", json.dumps(people))
    check(sizes == [[kind, 1, 2] for kind in (1, 3, 4, 5)], "one length for each kind: %s" % sizes)


# --- ends ---

@case
def what_is_erased_stays_so_from_an_older_backup_and_the_rest_is_whole(house, check):
    gone, stays = house.put(customer(301), case="new"), house.put(customer(302), case="new")
    both = house.put([("name", "残る")])
    more = house.ask("put", {"person": both["person"], "case": "new", "values": [{"kind": "note", "text": "消える"}]})[1]
    backup = tempfile.mkdtemp(prefix="vault-backup-")
    path = os.path.join(house.state, "vault", "values.db")
    subprocess.run(["python3", "-c", "import sqlite3,sys;sqlite3.connect(sys.argv[1]).backup(sqlite3.connect("
                    "sys.argv[2]))", path, backup + "/values.db"], check=True)
    status, receipt = house.ask("erase", {"person": gone["person"], "purpose": "closing"})
    check(status == 200 and receipt["values"] == 4, "erased: %s" % receipt)
    status, other = house.ask("erase", {"case": more["case"], "purpose": "closing"})
    check(status == 200, "a case is erased: %s" % other)
    check(house.text(gone["tokens"][0]) == "unknown_token", "gone")
    house.it.stop()
    for name in os.listdir(os.path.dirname(path)):
        if name.startswith("values.db"):
            os.unlink(os.path.join(os.path.dirname(path), name))
    owner = os.stat(os.path.dirname(path))
    shutil.copy(backup + "/values.db", path)
    os.chown(path, owner.st_uid, owner.st_gid)
    shutil.rmtree(backup)
    with open(path, "rb") as file:
        check(gone["person"].encode() in file.read(), "the older data has the row again")
    house.it.__enter__()
    house.wait()
    for token in gone["tokens"] + more["tokens"]:
        check(house.text(token) in ("erased", "unknown_token"), "still gone: %s" % house.text(token))
    check([house.text(t) for t in stays["tokens"]] == [t for _, t in customer(302)], "the other is whole")
    check(house.text(both["tokens"][0]) == "残る", "and so is the rest of whom lost a case")
    status, again = house.ask("erased", {"id": gone["person"]})
    check(status == 200 and again["record"] == receipt["record"], "the receipt is there: %s" % again)


@case
def retention_erases_what_is_due_and_a_hold_stops_it(house, check):
    due, held = house.put(customer(401), case="new"), house.put(customer(402), case="new")
    paid, name = house.put([("bank", "0001-001-1-1234567 ﾔﾏﾀﾞ ﾀﾛｳ")], case="new"), "case-%d" % time.time_ns()
    for kept, event in ((due, "trade_completed"), (held, "trade_completed"), (paid, "transfer_completed")):
        status, told = house.ask("event", {"event": event, "case": kept["case"]})
        check(status == 200 and told["erases"] > time.strftime("%Y-%m-%d"), "it is told when: %s" % told)
    code, text = house.it.sekisho("vault", "hold", "add", name, held["person"])
    check(code == 0 and held["person"] in text, "a hold: %s" % text)
    house.values("UPDATE due SET at = 1")
    house.kill("vault")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        house.wait()
        if all(house.ask("erased", {"id": kept["case"]})[0] == 200 for kept in (due, paid)):
            break
        time.sleep(0.1)
    check(house.text(due["tokens"][0]) == "unknown_token", "what was due is gone at the start")
    check(house.text(paid["tokens"][0]) == "unknown_token", "so is what a transfer needed")
    check(house.text(held["tokens"][0]) == customer(402)[0][1], "what is held is not")
    got = house.ask("erase", {"case": held["case"], "purpose": "closing"})
    check(got[0] == 403 and got[1]["error"] == "held", "nor by hand: %s" % (got,))
    code, _ = house.it.sekisho("vault", "hold", "release", name)
    check(code == 0 and house.ask("erase", {"case": held["case"], "purpose": "closing"})[0] == 200, "once released it is")
    told = [r["action"] for r in house.records("vault.held") + house.records("vault.released")
            if r["object"] == held["person"]]
    check(told == ["vault.held", "vault.released"], "both are in the ledger: %s" % told)


@case
def a_planted_program_destroys_no_more_people_than_a_purpose_says(house, check):
    people = [house.put(customer(450 + i)) for i in range(5)]
    alive = lambda kept: house.text(kept["tokens"][0]).startswith("関")  # noqa: E731
    for purpose in (None, "orders", "pages", "nonsense"):
        question = {"person": people[0]["person"]}
        if purpose:
            question["purpose"] = purpose
        got = house.ask("erase", question)
        check(got[0] == 403 and got[1]["error"] == "purpose_unknown", "by %s: %s" % (purpose, got))
        got = house.ask("event", dict(question, event="account_closed"))
        check(got[0] == 403 and got[1]["error"] == "purpose_unknown", "closed by %s: %s" % (purpose, got))
    buyer = {"realm": "buyer", "role": "", "level": 1}
    got = house.ask("erase", {"person": people[0]["person"], "purpose": "closing"}, **buyer)
    check(got[0] == 403 and got[1]["error"] == "role_denied", "the purpose is not for buyers: %s" % (got,))
    answers = []
    for i, kept in enumerate(people):
        verb, more = ("event", {"event": "account_closed"}) if i == 1 else ("erase", {})
        answers.append(house.ask(verb, dict(more, person=kept["person"], purpose="leaving"),
                                 principal="acc_%020d" % i, **buyer)[0])
    check(answers[:2] == [200, 200] and all(code != 200 for code in answers[2:]), "two, not five: %s" % answers)
    check(not alive(people[0]) and all(alive(kept) for kept in people[2:]), "the others are whole")
    told = [r for r in house.records("vault.alarm") if r["details"].get("purpose") == "leaving"]
    check(told, "an alarm")
    due = [r["object"] for r in house.records("vault.due") if r["object"] in [kept["person"] for kept in people]]
    check(due == [people[1]["person"]], "what was noted for later is recorded: %s" % due)


@case
def erasure_is_proven_from_a_folder_alone(house, check):
    kept = house.put(customer(501))
    code, text = house.it.sekisho("vault", "erase", kept["person"])
    check(code == 0 and json.loads(text)["values"] == 4, "erased by the command line: %s" % text)
    out = tempfile.mkdtemp(prefix="vault-proof-")
    code, text = house.it.sekisho("vault", "erased", kept["person"], "--out", out + "/p")
    record = json.loads(text)["record"] if code == 0 else 0
    with open(out + "/p/records.jsonl", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    check([r["object"] for r in lines if r["seq"] == record] == [kept["person"]], "record %s says so" % record)
    check(house.it.sekisho("log", "verify", out + "/p")[0] == 0, "and the proofs hold")
    shutil.rmtree(out)


# --- who has been seen ---

@case
def scope_and_receipt_say_exactly_who_was_seen(house, check):
    people = [house.put(customer(i)) for i in range(600, 620)]
    principal = "acc_%020d" % (time.time_ns() % 10 ** 20)
    for kept in people[:12]:
        house.ask("read", {"purpose": "orders", "tokens": kept["tokens"][:2]}, principal=principal)
    house.ask("read", {"purpose": "orders", "tokens": [k["tokens"][2] for k in people[8:16]]}, principal=principal)
    house.ask("read", {"purpose": "pages", "tokens": [people[19]["tokens"][0]]}, principal=principal)
    code, text = house.it.sekisho("vault", "scope", "--principal", principal, "--json")
    table = json.loads(text)
    rows = {(r["show"], r["kinds"]): (r["people"], r["showings"]) for r in table["tenants"][0]["rows"]}
    check(code == 0 and rows == {("plain", "name+phone"): (8, 8), ("plain", "name+phone+email"): (4, 8),
                                 ("plain", "email"): (4, 4), ("masked", "name"): (1, 1)}, "tables: %s" % rows)
    check((table["people"], table["values"], table["records"]) == (17, 33, 14), "sums: %s" % text[:120])
    code, text = house.it.sekisho("vault", "scope", "--principal", principal, "--list")
    named = {line.split("\t")[1] for line in text.splitlines()[1:]}
    check(named == {k["person"] for k in people[:16] + people[19:]}, "the list has these and no others")
    out = tempfile.mkdtemp(prefix="vault-scope-")
    code, _ = house.it.sekisho("vault", "scope", "--principal", principal, "--out", out + "/s")
    check(code == 0 and house.it.sekisho("log", "verify", out + "/s/proof-tea")[0] == 0, "with proofs that hold")
    shutil.rmtree(out)
    code, text = house.it.sekisho("vault", "receipt", people[8]["person"], "--json")
    lines = [json.loads(line) for line in text.splitlines()]
    check([(r["principal"], r["purpose"], r["kinds"]) for r in lines] ==
          [(principal, "orders", "name+phone"), (principal, "orders", "email")], "the receipt: %s" % lines)


@case
def one_person_at_the_command_line_does_not_open_a_reserve(house, check):
    code, text = house.it.sekisho("vault", "reserve", "ask", "few", "5", "60")
    check(code != 0 and "--reason" in text, "a reason is asked for: %s" % text)
    code, text = house.it.sekisho("vault", "reserve", "ask", "few", "5", "60", "--reason", "年末の注文")
    check(code == 0 and text.startswith("rsv_"), "asked for: %s" % text)
    reserve = text.split()[0].rstrip(":")
    code, text = house.it.sekisho("vault", "reserve", "open", reserve)
    check(code != 0, "not opened by the same: %s" % text)
    code, text = house.it.sekisho("vault", "reserve", "list")
    check(code == 0 and reserve in text and "年末の注文" in text, "listed with its reason: %s" % text)
    asked = [r for r in house.records("vault.reserve_asked") if r["object"] == reserve]
    opened = [r for r in house.records("vault.reserve_opened") if r["object"] == reserve]
    check(len(asked) == 1 and asked[0]["details"]["reason"] == "年末の注文", "recorded with its reason: %s" % asked)
    check([r["outcome"] for r in opened] == ["denied"], "and the refusal: %s" % opened)


@case
def what_is_exported_is_signed_and_for_an_authority_only_once(house, check):
    kept = house.put(customer(701), case="new")
    out = tempfile.mkdtemp(prefix="vault-export-")
    name = "court-%d" % time.time_ns()
    words = ("vault", "export", kept["person"], "--purpose", "disclosure", "--authority", name, "--out")
    code, text = house.it.sekisho(*words, out + "/x")
    check(code == 0, "handed out: %s" % text)
    with open(out + "/x/export.json", encoding="utf-8") as file:
        export = json.load(file)
    check([v["text"] for v in sorted(export["values"], key=lambda v: v["kind"])] ==
          [t for _, t in sorted(customer(701))] and export["authority"] == name, "whole: %s" % export)
    key = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"
    with open(out + "/x/key", "rb") as file:
        key += base64.b64decode(file.read())
    with open(out + "/x/signature", "rb") as file:
        signature = base64.b64decode(file.read())
    with open(out + "/key.der", "wb") as file:
        file.write(key)
    with open(out + "/signature", "wb") as file:
        file.write(signature)
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", out + "/key.der", "-keyform", "DER",
                           "-rawin", "-in", out + "/x/export.json", "-sigfile", out + "/signature"],
                          capture_output=True, check=False)
    check(done.returncode == 0, "the signature is good: %s" % done.stderr[:200])
    code, text = house.it.sekisho(*words, out + "/y")
    check(code != 0 and "answered" in text, "not a second time: %s" % text)
    check([r["object"] for r in house.records("vault.exported")].count(kept["person"]) == 1, "one record")
    shutil.rmtree(out)


# --- labels, mails, other languages ---

@case
def labels_and_mails_are_made_without_showing_anything(house, check):
    name, phone, email, address = house.put([("name", "送り 先子"), ("phone", "03-1234-5678"),
                                             ("email", "saki@example.jp"), ("address", "〒100-0001 東京都千代田区")])["tokens"]
    status, made = house.ask("render", {"purpose": "shipping", "what": "label", "name": name, "address": address,
                                        "phone": phone, "code": "SK-77", "from": "茶の店"})
    check(status == 200 and base64.b64decode(made["pdf"]).startswith(b"%PDF-1.4"), "a label: %s" % str(made)[:80])
    mail = {"purpose": "notices", "what": "mail", "to": email, "subject": "発送しました", "key": "k%d" % time.time_ns(),
            "text": "{who} 様\n\n発送しました。\n", "fill": {"who": name}}
    check(house.ask("render", mail) == (200, {"sent": True}), "a mail")
    end, box = time.monotonic() + 10, ""
    while "saki@" not in box and time.monotonic() < end:
        box = outbox(house)
        time.sleep(0.1)
    check("saki@example.jp" in box and "送り 先子 様" in box, "it is in the outbox: %s" % box[:200])
    own = house.put([("email", "thief@example.com"), ("name", "盗人")])["tokens"]
    theft = dict(mail, to=own[0], key="t%d" % time.time_ns())
    check(house.ask("render", theft)[1].get("error") == "several_people", "no letter about somebody else")
    again = house.put([("email", "saki@example.jp"), ("name", "同居 人子")])["tokens"]
    check(again[0] == email, "two people have one address, and one token")
    for who in (name, again[1]):
        shared = dict(mail, fill={"who": who}, key="s%d" % time.time_ns())
        check(house.ask("render", shared) == (200, {"sent": True}), "each of them is written to")
    got = house.ask("read", {"purpose": "notices", "tokens": [name]})
    check(got[0] != 200 or "text" not in got[1]["values"][name], "the purpose shows nothing: %s" % (got,))


def outbox(house):
    import house as module
    connection = module.Connection(os.path.join(house.state, "run", "post.sock"))
    connection.request("GET", "/v1/outbox")
    text = connection.getresponse().read().decode()
    connection.close()
    return text


@case
def examples_in_other_languages_work_as_they_stand(house, check):
    env = dict(os.environ, SEKISHO_VAULT=house.socket, SEKISHO_PURPOSE="pages")
    for program, *words in (("node", "examples/node/vault.js"), ("ruby", "examples/ruby/vault.rb"),
                            ("build/release/examples/vault_example", house.state, "pages")):
        done = subprocess.run([program, *words], cwd=servers.TOP, capture_output=True, text=True, check=False,
                              env=dict(env, SEKISHO_TICKET=house.ticket()))
        check(done.returncode == 0 and re.match(r"ska\w{16} .", done.stdout) and
              "桜丘町26" not in done.stdout, "%s: %s%s" % (program, done.stdout, done.stderr[:300]))
    php_page(house, check, env)


def php_page(house, check, env):
    folder, port = tempfile.mkdtemp(prefix="vault-php-"), servers.free_port()
    server = servers.start(["php", "-S", "127.0.0.1:%d" % port, "examples/php/index.php"], cwd=servers.TOP,
                           env=dict(env, SHOP_FILE=folder + "/orders.json"), stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    servers.wait_port(port, server)
    done = page(port, house.ticket(), "name=%E9%96%A2+%E6%89%80%E5%AD%90&address=%E6%9D%B1%E4%BA%AC%E9%83%BD%E6%B8%8B%E8%B0%B7%E5%8C%BA%E6%A1%9C%E4%B8%98%E7%94%BA26-1")
    check(done[0] == 303, "php: an order is taken: %s" % (done,))
    masked, whole = page(port, house.ticket())[1], page(port, house.ticket(), path="/?as=staff")[1]
    check("桜丘町26-1" not in masked and "関 所子" not in masked and "<li>" in masked, "masked for visitors: %s" % masked)
    check("桜丘町26-1" in whole and "関 所子" in whole, "whole for staff: %s" % whole)
    told = page(port, house.ticket(), path="/?receipt=0")[1].split("</ol>")[0]
    check(told.count("<li>") >= 2 and "店舗責任者 表示（お名前・ご住所 全体） 目的: orders" in told and
          time.strftime("%Y-%m-", time.gmtime(time.time() + 9 * 3600)) in told, "who read it is told: %s" % told)
    with open(folder + "/orders.json", encoding="utf-8") as file:
        kept = file.read()
    check("桜丘町" not in kept and "skn" in kept, "the application has tokens: %s" % kept)
    servers.stop(server)
    shutil.rmtree(folder)


def page(port, ticket, form=None, path="/"):
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST" if form else "GET", path, form, {"X-Sekisho-Ticket": ticket, "Content-Type":
                       "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


# --- killed, full, alone ---

@case
def nothing_is_shown_while_the_ledger_is_away(house, check):
    kept = house.put(customer(801))
    ledger = house.part("ledger")
    os.kill(ledger, 19)
    try:
        got = house.ask("read", {"purpose": "orders", "tokens": kept["tokens"]})
    finally:
        os.kill(ledger, 18)
    check(got[0] == 503 and got[1]["error"] == "no_ledger", "stopped: %s" % (got,))
    house.kill("ledger")
    end = time.monotonic() + 20
    while house.text(kept["tokens"][0]) != customer(801)[0][1] and time.monotonic() < end:
        time.sleep(0.1)
    check(house.text(kept["tokens"][0]) == customer(801)[0][1], "once it is back, so are values")


def files_end_at(process, size):
    """No file of the process grows beyond that: as its own user, who alone may say so without more rights."""
    who = os.stat("/proc/%d" % process)
    with open("/proc/%d/status" % process, encoding="ascii") as file:
        uid = int(re.search(r"^Uid:\t(\d+)", file.read(), re.M).group(1))
    subprocess.run(["prlimit", "--pid", str(process), "--fsize=%s:unlimited" % size], check=True, user=uid,
                   group=who.st_gid if who.st_uid == uid else pwd.getpwuid(uid).pw_gid, extra_groups=[])


@case
def a_full_disk_refuses_and_leaves_nothing_half_written(house, check):
    kept = house.put(customer(811))
    for part, files in (("vault", "vault/values.db-wal"), ("keeper", "keeper")):
        process = house.part(part)
        before = house.values("SELECT (SELECT count(*) FROM value), (SELECT count(*) FROM word)")
        files_end_at(process, "1")
        got = house.ask("put", {"values": [{"kind": k, "text": t} for k, t in customer(812)]})
        shown = house.ask("read", {"purpose": "orders", "tokens": kept["tokens"]})
        files_end_at(process, "unlimited")
        check(got[0] == 507 and got[1]["error"] == "full", "%s full: refused: %s" % (part, got))
        check(part != "vault" or shown[0] == 200, "what is there can be read: %s" % (shown,))
        check(house.part(part) == process, "%s goes on" % part)
        check(house.values("SELECT (SELECT count(*) FROM value), (SELECT count(*) FROM word)") == before,
              "nothing half-written (%s)" % files)
        check(house.ask("put", {"values": [{"kind": k, "text": t} for k, t in customer(813)]})[0] == 200,
              "with room again it takes")


# --- broken on purpose: a trigger in values.db, and the case that must notice ---

BROKEN = {
    "values_lie_with_another_tenant_too":
        (tenants_do_not_reach_each_other,
         "CREATE TRIGGER broken AFTER INSERT ON value WHEN NEW.tenant = 'tea' BEGIN"
         " INSERT OR IGNORE INTO value SELECT substr(NEW.id, 1, 20) || 'zzzz', 'cloth', NEW.person, NEW.part, NEW.kind,"
         " NEW.version, NEW.token, NEW.sealed, NEW.names, NEW.day; END"),
    "what_is_due_is_forgotten":
        (retention_erases_what_is_due_and_a_hold_stops_it,
         "CREATE TRIGGER broken AFTER INSERT ON due BEGIN DELETE FROM due; END"),
    "holds_hold_nothing":
        (retention_erases_what_is_due_and_a_hold_stops_it,
         "CREATE TRIGGER broken AFTER INSERT ON held BEGIN DELETE FROM held; END"),
    "no_receipt_is_left":
        (erasure_is_proven_from_a_folder_alone,
         "CREATE TRIGGER broken BEFORE INSERT ON gone BEGIN SELECT RAISE(IGNORE); END"),
    "authorities_are_answered_again":
        (what_is_exported_is_signed_and_for_an_authority_only_once,
         "CREATE TRIGGER broken BEFORE INSERT ON answered BEGIN SELECT RAISE(IGNORE); END"),
}
