"""A disk without room: each part's folder on a small disk of its own, filled at several moments of its work."""
import collections
import os
import shutil
import subprocess
import time

SIZE, PATIENCE = "24m", 20
LEAVE = (0, 4096, 20_000, 70_000, 200_000)  # bytes of room: so that it ends in another place each time
# Which verb surely needs the disk, and the word that it is refused by.
REFUSED = {"vault": ("put", "full"), "keeper": ("put", "full"), "ledger": ("read", "no_ledger")}


class Disk:
    """Laid over the part's folder, with all that was in it; taken away again at the end."""

    def __init__(self, parts, name):
        self.parts, self.path = parts, os.path.join(parts.state, name)
        self.aside, self.filler = self.path + ".aside", os.path.join(self.path, "filler")

    def __enter__(self):
        self.parts.stop()
        os.rename(self.path, self.aside)
        who = os.stat(self.aside)
        os.mkdir(self.path)
        self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%s,mode=%o,uid=%d,gid=%d" % (
            SIZE, who.st_mode & 0o777, who.st_uid, who.st_gid), "sekisho-full", self.path],
            capture_output=True, check=False).returncode == 0
        if self.mounted:
            copy(self.aside, self.path)
            self.parts.start()
            self.parts.wait()
        return self

    def __exit__(self, *_):
        self.parts.stop()
        if self.mounted:
            self.room()
            shutil.rmtree(self.aside)
            copy(self.path, self.aside)
            subprocess.run(["umount", "-l", self.path], check=True)
        os.rmdir(self.path)
        os.rename(self.aside, self.path)

    def fill(self, leave):
        with open(self.filler, "wb", buffering=0) as file:
            size = 0
            try:
                while True:
                    size += file.write(bytes(65536))
            except OSError:
                pass
            file.truncate(max(0, size - leave))

    def room(self):
        if os.path.exists(self.filler):
            os.unlink(self.filler)


def copy(one, other):
    subprocess.run(["cp", "-aT", one, other], check=True)


def until_refused(traffic, dice, words, refused):
    """Everything that people do, until that is refused; what was said goes to words."""
    acts = [traffic.put, traffic.put, traffic.read, traffic.read, traffic.more, traffic.erase, traffic.rotate]
    heard = traffic.ask

    def ask(verb, question, **fields):
        status, answer, request = heard(verb, question, **fields)
        words[verb, status, answer.get("error", "")] += 1
        return status, answer, request

    traffic.ask = ask
    before, end = count(words, refused), time.monotonic() + PATIENCE
    while count(words, refused) == before and time.monotonic() < end:
        dice.choice(acts)(dice)
    for act in acts:
        act(dice)
    del traffic.ask
    return count(words, refused) > before


def count(words, refused):
    return sum(n for (verb, _, word), n in words.items() if (verb, word) == refused)


def goes_on(parts, traffic, name):
    """By itself once there is room; a part that could not start is started by whoever started it."""
    end, people = time.monotonic() + PATIENCE, len(traffic.people)
    while len(traffic.people) == people and time.monotonic() < end:
        if parts.process[name].poll() is not None:
            parts.start(name)
        traffic.put(None)
        time.sleep(0.02)
    return len(traffic.people) > people


def round_of(parts, traffic, disk, name, dice, words):
    disk.fill(dice.choice(LEAVE))
    was_refused = until_refused(traffic, dice, words, REFUSED[name])
    is_there = parts.process[name].poll() is None
    if dice.random() < 0.5:
        parts.kill(name)
        parts.start(name)
        time.sleep(dice.random() * 0.3)
    disk.room()
    return was_refused and is_there and goes_on(parts, traffic, name)


def cases(parts, traffic, judge, dice, rounds):
    """How many were skipped."""
    for name in ("vault", "keeper", "ledger"):
        words = collections.Counter()
        with Disk(parts, name) as disk:
            if not disk.mounted:
                print("skip a full disk: this user may not mount one; `./test vault` limits the size of files", flush=True)
                parts.start()
                return 1
            went_on = [round_of(parts, traffic, disk, name, dice, words) for _ in range(rounds)]
        parts.start()
        parts.wait()
        said = {word for (_, status, word) in words if status not in (0, 200)} - {"erased", "missing"}
        judge(all(went_on), "%s: full %d times, refused, and goes on by itself with room again: %s" % (name, rounds, went_on))
        judge(said == {REFUSED[name][1]}, "%s: by the word %s and no other: %s" % (name, REFUSED[name][1], ", ".join(
            "%s %s %s %d" % (verb, status, word, n) for (verb, status, word), n in sorted(words.items()))))
        if name == "vault":
            judge(not any(verb == "read" and status != 200 for verb, status, _ in words),
                  "vault: what is there can be read meanwhile")
    return 0
