"""Tries the examples of docs/protocol/accounts.md: `POST PATH BODY` and below it `STATUS ANSWER`. The
answer must have the example's members with values of its kind; texts must be equal unless they are
ids."""
import json
import os
import re

EXAMPLE = re.compile(r"^    POST (\S+) (\{.*\})\n    (\d{3}) (\{.*\})$", re.M)
DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/protocol/accounts.md")


def differs(example, got, where="answer"):
    """Why the answer is not of the example's form, or None."""
    if type(example) is not type(got):
        return "%s: %r in place of %r" % (where, got, example)
    if isinstance(example, dict):
        if set(example) != set(got):
            return "%s: members %s in place of %s" % (where, sorted(got), sorted(example))
        return next((d for k in example if (d := differs(example[k], got[k], k))), None)
    if isinstance(example, list):
        if bool(example) != bool(got):
            return "%s: %d entries in place of %d" % (where, len(got), len(example))
        return next((d for g in got if (d := differs(example[0], g, where))), None)
    if isinstance(example, str) and re.match(r"(acc|ses|req)_$|https://$", example):
        return None if got.startswith(example) else "%s: %r is no %s..." % (where, got, example)
    if isinstance(example, (str, bool)):
        return None if example == got else "%s: %r in place of %r" % (where, got, example)
    return None


def replay(shop, ids, check):
    with open(DOCUMENT, encoding="utf-8") as file:
        examples = EXAMPLE.findall(file.read())
    for path, body, status, answer in examples:
        for name, value in ids.items():
            body = body.replace("{%s}" % name, value)
        got = shop.question(path, json.loads(body))
        why = differs(json.loads(answer), got[1])
        check(got[0] == int(status) and not why, "POST %s %s: %s %s" % (path, body[:60], got[0], why or ""))
    check(len(examples) >= 12, "%d examples" % len(examples))
