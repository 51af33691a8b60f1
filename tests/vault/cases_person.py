"""A person's own side: who has read their data, and all of it in their hands."""
import json
import re

from cases import case, customer


@case
def a_person_is_told_who_read_their_data_and_nobody_elses(house, check):
    kept, other = house.put(customer(651), case="new"), house.put(customer(652))
    both = [kept["tokens"][0], kept["tokens"][1], other["tokens"][0]]
    check(house.ask("read", {"purpose": "orders", "tokens": both})[0] == 200, "an owner reads two people at once")
    house.ask("read", {"purpose": "pages", "tokens": [kept["tokens"][3]]}, realm="", principal="", role="",
              session="", level=0)
    house.ask("find", {"purpose": "orders", "kind": "phone", "text": customer(651)[1][1]})
    house.ask("read", {"purpose": "orders", "tokens": kept["tokens"][:1]}, tenant="cloth")
    told = []
    for whose in ({"person": kept["person"]}, {"token": kept["tokens"][0]}, {"case": kept["case"]}):
        status, answer = house.ask("receipt", dict(whose, purpose="pages"), realm="buyer", role="")
        lines = [(r["who"], r["what"], r["purpose"], r["show"], "+".join(r["kinds"])) for r in answer.get("receipt", [])]
        check(status == 200 and answer["complete"] and lines == [
            ("owner", "found", "orders", "found", "phone"), ("nobody", "read", "pages", "masked", "address"),
            ("owner", "read", "orders", "plain", "name+phone")], "three showings: %s %s" % (status, answer))
        check(other["person"] not in json.dumps(answer) and "acc_" not in json.dumps(answer), "nobody else is named")
        told = answer["receipt"]
    by_sequence = {r["seq"]: r["action"] for r in house.records("vault.read") + house.records("vault.found")}
    check(all(by_sequence.get(r["record"]) == "vault." + r["what"] for r in told), "each names its record: %s" % told)
    check(all(re.match(r"20..-..-.. ..:..:..\.\d{3} \+09:00$", r["when"]) for r in told), "in JST")
    check([r["object"] for r in house.records("vault.receipt")].count(kept["person"]) == 3, "each answer is recorded")
    older = house.ask("receipt", {"purpose": "pages", "person": kept["person"], "before": told[1]["record"]})
    check([r["record"] for r in older[1]["receipt"]] == [told[2]["record"]], "it goes on where it is told: %s" % (older,))
    for question, fields, word in (({"purpose": "few"}, {"realm": "buyer"}, "role_denied"),
                                   ({"purpose": "pages"}, {"tenant": "cloth"}, "wrong_tenant"),
                                   ({"purpose": "pages"}, {"age": 11000}, "ticket_expired"),
                                   ({"purpose": "pages"}, {"site": "club"}, "ticket_foreign")):
        got = house.ask("receipt", dict(question, person=kept["person"]), **fields)
        check(got[1].get("error") == word, "%s: %s" % (word, got))
    got = [house.ask("receipt", {"purpose": "pages", "person": kept["person"]}) for _ in range(14)][-1]
    check(got[0] == 429 and got[1]["error"] == "too_often", "not without end: %s" % (got,))
    house.ask("erase", {"person": other["person"]})
    got = house.ask("receipt", {"purpose": "pages", "person": other["person"]})
    check(got[0] == 200 and [r["what"] for r in got[1]["receipt"]] == ["read"], "who was erased is told, too: %s" % (got,))


@case
def a_shop_hands_a_person_all_of_their_data(house, check):
    kept = house.put(customer(661), case="new")
    status, answer = house.ask("export", {"purpose": "orders", "person": kept["person"]})
    export = json.loads(answer.get("text", "{}"))
    check(status == 200 and sorted(v["text"] for v in export["values"]) == sorted(t for _, t in customer(661)) and
          export["person"] == kept["person"] and "authority" not in export, "whole: %s %s" % (status, answer))
    record = [r for r in house.records("vault.exported") if r["object"] == kept["person"]]
    check(len(record) == 1 and record[0]["principal"] == "acc_00000000000000000001" and record[0]["role"] == "owner",
          "one record, of whoever it was: %s" % record)
    seen = [r for r in house.records("vault.read") if kept["person"] in json.dumps(r["details"]["seen"])]
    check(seen and "name+phone+email+address" in seen[0]["details"]["seen"], "and one of the reading")
    for question, fields, word in (({"purpose": "pages"}, {}, "kind_denied"), ({"purpose": "orders"}, {"tenant": "cloth"},
                                   "wrong_tenant"), ({"purpose": "orders"}, {"realm": "buyer"}, "role_denied"),
                                   ({"purpose": "orders", "authority": "court-9"}, {}, "role_denied")):
        got = house.ask("export", dict(question, person=kept["person"]), **fields)
        check(got[1].get("error") == word and "text" not in got[1], "%s: %s" % (word, got))
    told = house.ask("receipt", {"purpose": "pages", "person": kept["person"]})[1]["receipt"]
    check(("exported", "person") in [(r["what"], r["purpose"]) for r in told], "it stands in the receipt: %s" % told)
