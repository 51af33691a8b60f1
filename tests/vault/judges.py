"""What must be true of a vault after its parts were killed: of its rows, of the ledger's records, and of what
people were told. Each judge returns a line, empty where all is well, so that it can be tried on what is not."""
import copy
import re
import time

from traffic import FEW, KINDS, texts

NAMES = ["", "name", "reading", "phone", "email", "address", "birthday", "bank", "note"]


def read(house, tokens):
    """As fast as the budget of a second lets us."""
    end = time.monotonic() + 20
    while True:
        status, answer = house.ask("read", {"purpose": "orders", "tokens": tokens})
        if status == 200:
            return answer["values"]
        if answer.get("error") != "budget_second" or time.monotonic() > end:
            return {}
        time.sleep(0.05)


class Found:
    """All that there is, read once."""

    def __init__(self, house, traffic):
        self.traffic = traffic
        self.rows = [dict(zip(("person", "part", "kind", "token", "sealed", "names"), row)) for row in house.values(
            "SELECT person, part, kind, token, length(sealed), hex(names) FROM value")]
        self.words = {name: entry for name, entry in house.values(
            "SELECT hex(name), entry = zeroblob(length(entry)) FROM word")}
        self.reads = house.records("vault.read")
        self.ends = house.records("vault.erased")
        self.texts = {}
        gone = {p.id for p in traffic.people if p.erasing}
        tokens = [r["token"] for r in self.rows if r["person"] not in gone]
        for at in range(0, len(tokens), 400):
            for token, value in read(house, tokens[at:at + 400]).items():
                self.texts[token] = value.get("text")
        self.after = {t: house.text(t) for p in traffic.people if p.erasing for t in p.tokens}
        self.proofs = {p.id: house.ask("erased", {"id": p.id})[1] for p in traffic.people if p.erased}

    def copy(self):
        """To be broken."""
        other = copy.copy(self)
        other.traffic = copy.copy(self.traffic)
        other.traffic.few = set(self.traffic.few)
        for name in ("rows", "words", "reads", "ends", "texts"):
            setattr(other, name, copy.copy(getattr(self, name)))
        return other


def lost(found):
    there = [(token, text) for p in found.traffic.people if not p.erasing for token, (_, text) in p.tokens.items()]
    gone = [(token, text, found.texts.get(token)) for token, text in there if found.texts.get(token) != text]
    return "%d of %d values that were acknowledged are gone: %s" % (len(gone), len(there), gone[:2]) if gone else ""


def half(found):
    """Acknowledged or not: all values of a putting, or none; they open, and say what belongs together."""
    groups, erased = {}, {p.id for p in found.traffic.people if p.erasing}
    for row in found.rows:
        if row["person"] not in erased:
            groups.setdefault((row["person"], row["part"]), {})[NAMES[row["kind"]]] = found.texts.get(row["token"])
    for where, group in groups.items():
        number = re.search(r"\d+$", group.get("note") or "")
        if tuple(group) not in (KINDS[0], KINDS[1]) and set(group) not in (set(KINDS[0]), set(KINDS[1])):
            return "%s has %s" % (where, sorted(group))
        if not number or any(texts(int(number.group()))[kind] != text for kind, text in group.items()):
            return "%s: %s do not belong together" % (where, group)
    return ""


def index(found):
    """Each value has its rows in the index, and no row is there that would name a value that is not."""
    named = {row["names"][at:at + 64] for row in found.rows for at in range(0, len(row["names"]), 64)}
    missing = [name for name in named if found.words.get(name) != 0]
    stray = [name for name, is_zero in found.words.items() if not is_zero and name not in named]
    return "%d rows of the index are missing, %d name nothing" % (len(missing), len(stray)) if missing or stray else ""


def unrecorded(found):
    told = {}
    for record in found.reads:
        for kinds, people in record["details"]["seen"].items():
            told.setdefault(record["request"], set()).update((p, kind) for p in people for kind in kinds.split("+"))
    for request, shown in found.traffic.shown.items():
        if not shown <= told.get(request, set()):
            return "%s was shown more than the ledger has: %s" % (request, list(shown - told.get(request, set()))[:2])
    return ""


def risen(found):
    shown = [t for t, text in found.after.items() if text not in ("erased", "unknown_token")]
    if shown:
        return "erased, and there: %s" % [(t, found.after[t]) for t in shown[:2]]
    records = {r["seq"]: r["object"] for r in found.ends}
    for p in found.traffic.people:
        if p.erased and not (records.get(p.record) == p.id and found.proofs[p.id].get("record") == p.record):
            return "%s: record %s is %s; the receipt says %s" % (p.id, p.record, records.get(p.record),
                                                               found.proofs[p.id])
    return ""


def spent_anew(found):
    few = len(found.traffic.few)
    return "%d people were shown of %d an hour" % (few, FEW) if few > FEW or not few else ""


JUDGES = [(lost, "no value that was acknowledged is lost"),
          (half, "no putting is there by half: whether acknowledged or not, all of its values or none"),
          (index, "each value has its rows in the index, and each row its value"),
          (unrecorded, "nothing was shown that the ledger has not recorded"),
          (risen, "whoever was erased is so, and each receipt's record is there"),
          (spent_anew, "killing fills no budget")]


# --- broken on purpose: each judge must notice ---

def break_lost(found):
    person = next(p for p in found.traffic.people if not p.erasing)
    found.texts.pop(next(iter(person.tokens)))


def break_half(found):
    gone = {p.id for p in found.traffic.people if p.erasing}
    found.rows.remove(next(r for r in found.rows if r["kind"] == 3 and r["person"] not in gone))


def break_index(found):
    found.words.pop(next(r["names"][:64] for r in found.rows if r["names"]))


def break_unrecorded(found):
    request = next(iter(found.traffic.shown))
    found.reads = [r for r in found.reads if r["request"] != request]


def break_risen(found):
    found.ends.remove(next(r for r in found.ends if r["object"] in found.proofs))


def break_spent_anew(found):
    found.traffic.few |= {"per_%020d" % i for i in range(FEW)}


BREAKS = [break_lost, break_half, break_index, break_unrecorded, break_risen, break_spent_anew]
