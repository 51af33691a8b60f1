"""Tries the examples of docs/protocol/vault.md: `POST PATH BODY` and below it `STATUS ANSWER`. The answer
must have the example's members with values of its kind; texts must be equal unless they are ids or
tokens, of which the example has the beginning (in tokens of phones, n for a digit)."""
import json
import os
import re

EXAMPLE = re.compile(r"^    POST (\S+) (\{.*\})\n    (\d{3}) (\{.*\})$", re.M)
DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/protocol/vault.md")
BEGINNING = re.compile(r"(per|cas)_$|sk[nabt]$|ske$|20$|JVBERi0$|v1\.$")
PHONE = re.compile(r"0n0-0$")


def differs(example, got, where="answer"):
    """Why the answer is not of the example's form, or None."""
    if type(example) is not type(got):
        return "%s: %r in place of %r" % (where, got, example)
    if isinstance(example, dict):
        if set(example) != set(got):
            return "%s: members %s in place of %s" % (where, sorted(got), sorted(example))
        return next((d for k in example if (d := differs(example[k], got[k], k))), None)
    if isinstance(example, list):
        if where == "receipt":
            return None  # whatever has happened before
        if len(example) != len(got):
            return "%s: %d entries in place of %d" % (where, len(got), len(example))
        return next((d for e, g in zip(example, got) if (d := differs(e, g, where))), None)
    if isinstance(example, str) and PHONE.match(example):
        return None if re.match(r"0[789]0-?0", got) else "%s: %r is no phone token" % (where, got)
    if isinstance(example, str) and BEGINNING.match(example):
        return None if got.startswith(example) else "%s: %r is no %s..." % (where, got, example)
    if isinstance(example, (str, bool)):
        return None if example == got else "%s: %r in place of %r" % (where, got, example)
    return None


def replay(house, names, check):
    with open(DOCUMENT, encoding="utf-8") as file:
        examples = EXAMPLE.findall(file.read())
    for path, body, status, answer in examples:
        for name, value in names.items():
            body, answer = body.replace("{%s}" % name, value), answer.replace("{%s}" % name, value)
        verb = path[len("/v1/"):]
        ticket = None if verb in ("hold", "release", "holds") else house.console() if verb == "rotate" else ""
        got = house.ask(verb, json.loads(body), ticket=ticket)
        why = differs(json.loads(answer), got[1])
        check(got[0] == int(status) and not why,
              "POST %s %s: %s %s" % (path, body[:60], got[0], why or got[1] if got[0] != int(status) else why))
    check(len(examples) >= 20, "%d examples" % len(examples))
