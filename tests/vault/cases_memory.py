"""What is left in memory when an answer has been given."""
import json
import os
import random
import socket
import time

import house as vault
import memory
from cases import case


def marks(kinds):
    """Texts of these kinds, each with a part that stands nowhere else: {kind: (text, part)}."""
    letters = ["".join(random.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(20)) for _ in kinds]
    digits = "%08d" % random.randrange(10 ** 8)
    made = {"name": "関 %s", "email": "%s@example.jp", "address": "〒150-8512 東京都渋谷区%s1-1", "note": "x %s"}
    return {kind: ("090-%s-%s" % (digits[:4], digits[4:]), digits[:4] + "-" + digits[4:]) if kind == "phone" else
            (made[kind] % mark, mark) for kind, mark in zip(kinds, letters)}


def lies(house, part, texts, wanted, seconds=10):
    """Waits until some of the texts lie in the part's memory, or none: where they are."""
    texts = [t for text in texts for t in {text, text.lower(), text.replace("-", "")}]
    end = time.monotonic() + seconds
    while True:
        found = memory.places(house.part(part), texts)
        if bool(found) == wanted or time.monotonic() > end:
            return found
        time.sleep(0.05)


def half_asked(path, before, text, behind):
    """A question of which the end does not come: (socket, how it ends)."""
    asked = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    asked.settimeout(20)
    asked.connect(path)
    asked.sendall(before + text)

    def end():
        asked.sendall(behind)
        asked.recv(65536)
        asked.close()
    return end


@case
def nothing_that_was_answered_is_left_in_memory(house, check):
    kinds = ("name", "phone", "email", "address", "note")
    made = marks(kinds)
    parts = [part for _, part in made.values()]
    kept = house.put([(kind, made[kind][0]) for kind in kinds])
    name, phone, email, address, _ = kept["tokens"]
    steps = (
        ("read", {"purpose": "orders", "tokens": kept["tokens"]}),
        ("read", {"purpose": "pages", "tokens": kept["tokens"]}),
        ("find", {"purpose": "orders", "kind": "name", "text": made["name"][0]}),
        ("find", {"purpose": "orders", "kind": "email", "text": made["email"][0]}),
        ("render", {"purpose": "shipping", "what": "label", "name": name, "address": address, "phone": phone,
                    "code": "SK-1"}),
        ("render", {"purpose": "notices", "what": "mail", "to": email, "subject": "{who}", "text": "{who} 様",
                    "fill": {"who": name}, "key": "m%d" % time.time_ns()}),
        ("exchange/in", {"fields": [{"name": "x", "kind": kind, "text": made[kind][0]} for kind in kinds]}),
        ("exchange/out", {"purpose": "orders", "tokens": kept["tokens"]}),
        ("export", {"purpose": "orders", "person": kept["person"]}),
        ("put", {"values": [{"kind": "phone", "text": made["name"][0]}]}),
        ("put", {"values": [{"kind": "name", "text": made["name"][0] * 300}]}),
    )
    stays = vault.Connection(house.socket)
    for verb, question in steps:
        body = json.dumps(question, ensure_ascii=False).encode()
        stays.request("POST", "/v1/" + verb, body, {"Content-Type": "application/json", "X-Sekisho-Ticket": house.ticket()})
        answer = stays.getresponse()
        text = answer.read()
        check(answer.status == 200 or verb == "put", "%s: %s %s" % (verb, answer.status, text[:200]))
        for part in ("vault", "keeper"):
            left = lies(house, part, parts, False)
            check(not left, "%s: after %s %s is left" % (part, verb, left))
    stays.close()
    check(house.text(name) == made["name"][0], "it was there")


@case
def memory_is_looked_through_where_texts_do_lie(house, check):
    text = marks(["note"])["note"][1]
    body = b'{"values":[{"kind":"note","text":"%s"}]}' % text.encode()
    head = b"POST /v1/put HTTP/1.1\r\nHost: vault\r\nContent-Type: application/json\r\nX-Sekisho-Ticket: %s\r\n" \
        b"Content-Length: %d\r\n\r\n" % (house.ticket().encode(), len(body))
    end = half_asked(house.socket, head, body[:-2], body[-2:])
    check(lies(house, "vault", [text], True), "the vault has what is being asked")
    end()
    check(not lies(house, "vault", [text], False), "and no longer when it has answered")
    end = half_asked(os.path.join(house.state, "run", "keeper.sock"), b"\x00\x00\x00\x40", text.encode(), b"x" * 44)
    check(lies(house, "keeper", [text], True), "so has the keeper")
    end()
    check(not lies(house, "keeper", [text], False), "and no longer")
