"""Whose a value is, asked by the command line."""
import json

from cases import case, customer


@case
def an_operator_finds_whose_a_value_is_and_sees_nothing_of_it(house, check):
    kept, same = house.put(customer(671)), house.put([("name", "別 人子"), ("phone", customer(671)[1][1])])
    words = ("vault", "find", "phone", "--tenant", "tea", "--purpose", "disclosure")
    code, text = house.it.sekisho(*words, text=customer(671)[1][1] + "\n")
    found = json.loads(text) if code == 0 else {}
    check(set(found.get("people", [])) == {kept["person"], same["person"]} and
          set(found["tokens"]) == {kept["tokens"][1], same["tokens"][1]}, "both of whom it is: %s" % text)
    check("1671-5678" not in text and "16715678" not in text and "関" not in text, "tokens and ids, no text")
    code, text = house.it.sekisho(*words[:3], "prefix", *words[3:], text="0901671")
    check(code == 0 and kept["person"] in text, "by its beginning: %s" % text)
    record = house.records("vault.found")[-1]
    check(record["principal"].startswith("local:") and record["details"]["purpose"] == "disclosure" and
          kept["person"] in json.dumps(record["details"]["seen"]), "recorded, with who asked: %s" % record)
    for bad, word in ((words[:2] + ("shoe",) + words[3:], "unknown_kind"), (words[:-1] + ("orders",), "ticket_foreign"),
                      (words[:3] + words[5:], "--tenant"), (words[:-2], "--purpose")):
        code, text = house.it.sekisho(*bad, text="090-1671-5678")
        check(code != 0 and word in text, "%s: %s" % (word, text))
    code, text = house.it.sekisho(*words, text="なし")
    check(code != 0 and "unfit_value" in text, "no value of its kind: %s" % text)
