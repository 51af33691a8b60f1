"""Bad input, end to end: a stable word, one sentence, a record in the ledger, nothing half-written."""
import os
import time

from cases import case, customer

NAME = [{"kind": "name", "text": "関"}]
ORDERS, WHO = {"purpose": "orders"}, {"values": NAME}


def two(value):
    return {"values": NAME + [value]}


def rows(house, kept):
    """(what, verb, question, how it is asked, status, word). {"ticket": None}: without one."""
    token, read = kept["tokens"][0], dict(ORDERS, tokens=kept["tokens"][:1])
    forged, another = {"ticket": house.ticket(key=bytes(32))}, "per_" + "0" * 20
    long = {"values": [{"kind": "name", "text": "x" * (1 << 19)}]}
    megabyte = {"values": [{"kind": "name", "text": "x" * (1 << 20)}]}
    label = {"purpose": "shipping", "what": "label", "code": "SK-1"}
    mail = {"purpose": "notices", "what": "mail", "to": kept["tokens"][2], "subject": "s", "text": "t", "key": "k"}
    return [
        ("an unknown kind", "put", two({"kind": "shoe", "text": "24"}), {}, 400, "unknown_kind"),
        ("a value that does not fit its kind", "put", two({"kind": "phone", "text": "なし"}), {}, 400, "unfit_value"),
        ("a birthday that is none", "put", two({"kind": "birthday", "text": "2024-02-30"}), {}, 400, "unfit_value"),
        ("a bank account that is none", "put", two({"kind": "bank", "text": "1"}), {}, 400, "unfit_value"),
        ("a text that is none", "put", two({"kind": "name", "text": 7}), {}, 400, "bad"),
        ("an empty text", "put", two({"kind": "name", "text": ""}), {}, 400, "unfit_value"),
        ("no values", "put", {"values": []}, {}, 400, "bad"),
        ("a name of a megabyte", "put", megabyte, {}, 413, "too_long"),
        ("a name of half a megabyte", "put", long, {}, 400, "too_long"),
        ("65 values", "put", {"values": NAME * 65}, {}, 400, "too_long"),
        ("501 tokens", "read", dict(ORDERS, tokens=["skn%016d" % i for i in range(501)]), {}, 400, "too_long"),
        ("a forged ticket", "put", WHO, forged, 403, "ticket_forged"),
        ("a forged ticket", "read", read, forged, 403, "ticket_forged"),
        ("a forged ticket", "find", dict(ORDERS, kind="name", text="関"), forged, 403, "ticket_forged"),
        ("a ticket that is none", "read", read, {"ticket": "x" * 3000}, 403, "ticket_forged"),
        ("no ticket", "read", read, {"ticket": None}, 403, "ticket_missing"),
        ("an expired ticket", "read", read, {"age": 11000}, 403, "ticket_expired"),
        ("an expired ticket", "put", WHO, {"age": 11000}, 403, "ticket_expired"),
        ("a replayed ticket of yesterday", "receipt", dict(ORDERS, token=token), {"age": 86400000}, 403,
         "ticket_expired"),
        ("a ticket of another site", "read", read, {"site": "club"}, 403, "ticket_foreign"),
        ("another realm", "read", read, {"realm": "buyer"}, 403, "role_denied"),
        ("another role", "read", read, {"role": "sub"}, 403, "role_denied"),
        ("one factor", "read", read, {"level": 1}, 403, "role_denied"),
        ("another route", "read", dict(read, purpose="names"), {"route": "/shop"}, 403, "route_denied"),
        ("a purpose that is not declared", "read", dict(read, purpose="fun"), {}, 403, "purpose_unknown"),
        ("a purpose without a name", "read", {"tokens": [token]}, {}, 400, "bad"),
        ("wrong tenant", "put", dict(WHO, person=kept["person"]), {"tenant": "cloth"}, 403, "wrong_tenant"),
        ("wrong tenant", "receipt", dict(ORDERS, person=kept["person"]), {"tenant": "cloth"}, 403, "wrong_tenant"),
        ("wrong tenant", "read", dict(read, tenant="cloth"), {"tenant": ""}, 403, "wrong_tenant"),
        ("a person who is nobody's", "put", dict(WHO, person=another), {}, 404, "missing"),
        ("an address for somebody else", "put", {"person": kept["person"], "values": [{"kind": "email",
         "text": "thief@example.com"}]}, {}, 403, "contact_denied"),
        ("a label of nobody", "render", dict(label, name="skn0000000000000000"), {}, 404, "unknown_token"),
        ("a label that needs what the purpose lacks", "render", dict(label, name=token, address=kept["tokens"][3],
         purpose="names"), {}, 403, "kind_denied"),
        ("a letter about somebody else", "render", dict(mail, fill={"a": house.put([("name", "他人")])["tokens"][0]},
         text="{a}"), {}, 403, "several_people"),
        ("a copy of what is masked", "export", {"purpose": "pages", "person": kept["person"]}, {}, 403, "kind_denied"),
        ("no JSON", "read", None, {"raw": b"{"}, 400, "bad"),
        ("no UTF-8", "read", None, {"raw": b'{"purpose":"\xff"}'}, 400, "bad"),
        ("JSON 2000 deep", "read", None, {"raw": b"[" * 2000 + b"]" * 2000}, 400, "bad"),
        ("the same member twice", "read", None, {"raw": b'{"purpose":"orders","purpose":"fun"}'}, 400, "bad"),
        ("a verb that is none", "dance", {}, {}, 400, "bad"),
        ("a page that is none", "a/b/c", {}, {}, 404, "bad"),
    ]


def written(house):
    return house.values("SELECT (SELECT count(*) FROM value), (SELECT count(*) FROM word), (SELECT count(*) FROM due),"
                        " (SELECT count(*) FROM held)")


@case
def bad_input_is_refused_by_a_stable_word_recorded_and_nothing_is_half_written(house, check):
    kept = house.put(customer(1))
    table = rows(house, kept)
    before, shown = written(house), len(house.records("vault.read"))
    for what, verb, question, how, status, word in table:
        told = len(house.records("vault.refused"))
        got = house.ask(verb, question, **how)
        check(got[0] == status and got[1].get("error") == word, "%s: %s %s" % (what, got[0], got[1]))
        check(10 < len(got[1].get("why", "")) < 120, "%s: one sentence: %s" % (what, got[1]))
        new = house.records("vault.refused")[told:]
        check([r["details"].get("why") for r in new] == [word] and new[0]["outcome"] == "denied",
              "%s: one record that says so: %s" % (what, new))
    check(written(house) == before, "nothing was written")
    check(len(house.records("vault.read")) == shown, "and nothing recorded as read")


@case
def what_is_away_or_full_has_a_word_of_its_own(house, check):
    kept = house.put(customer(2))
    read, put = dict(ORDERS, tokens=kept["tokens"]), {"values": NAME}
    before = written(house)
    unfit = two({"kind": "shoe", "text": "x"})
    for part, word, kept_out in (("ledger", "no_ledger", unfit), ("keeper", "no_keeper", put)):
        process = house.part(part)
        os.kill(process, 19)
        try:
            for verb, question in (("read", read), ("put", kept_out)):
                got = house.ask(verb, question)
                check(got[0] == 503 and got[1]["error"] == word and len(got[1]["why"]) > 10,
                      "%s stopped: %s: %s" % (part, verb, got))
        finally:
            os.kill(process, 18)
        house.kill(part)
        end = time.monotonic() + 30
        while house.part_or_none(part) in (None, process) and time.monotonic() < end:
            time.sleep(0.05)
        house.wait()
        end = time.monotonic() + 30
        while house.text(kept["tokens"][0]) != customer(2)[0][1] and time.monotonic() < end:
            time.sleep(0.05)
        check(house.text(kept["tokens"][0]) == customer(2)[0][1], "%s is back" % part)
    check(written(house) == before, "nothing was written")
    check(house.ask("put", put)[0] == 200, "and all goes on")
