"""Erasure, after disks were lost: data of before, keys of before, or nothing of the keeper's own left. Whoever was
erased stays so, and it can be proven; all others are whole. docs/erasure-drill.md is the same for operators."""
import glob
import json
import os
import shutil
import time

import cases
import servers
from stolen import Backup


def crowd(house):
    """People who stay, who go, and one of whom a case goes; each with data in a case."""
    stays, goes = house.put(cases.customer(901), case="new"), house.put(cases.customer(902), case="new")
    both = house.put([("name", "残る")])
    case = house.ask("put", {"person": both["person"], "case": "new", "values": [{"kind": "note", "text": "消える"}]})[1]
    return {"stays": stays, "goes": goes, "both": both, "case": case}


def backups(house):
    """Paths of a copy of the data and one of the keys, as of now."""
    folder = servers.folder("vault-drill-")
    with Backup(house) as path:
        shutil.copy(path, folder + "/values.db")
    code, text = house.it.sekisho("vault", "backup-keys")
    if code:
        raise ValueError(text)
    shutil.copy(text.strip(), folder + "/keys.db")
    return folder + "/values.db", folder + "/keys.db"


def erased(house, people):
    """The receipts."""
    return [house.it.sekisho("vault", "erase", who) for who in (people["goes"]["person"], people["case"]["case"])]


def lost(house, part, names):
    folder = os.path.join(house.state, part)
    for name in names:
        for path in glob.glob(os.path.join(folder, name)):
            os.unlink(path)


def taken_back(house, data):
    """While all is stopped: the older data."""
    lost(house, "vault", ["values.db*"])
    folder = os.path.join(house.state, "vault")
    owner = os.stat(folder)
    shutil.copy(data, folder + "/values.db")
    os.chown(folder + "/values.db", owner.st_uid, owner.st_gid)


def started(house):
    house.it.__enter__()
    house.wait()


def until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()


def as_promised(house, check, people, receipts, when):
    for token in people["goes"]["tokens"] + people["case"]["tokens"]:
        check(house.text(token) in ("erased", "unknown_token", "missing"), "%s: gone: %s" % (when, house.text(token)))
    check([house.text(t) for t in people["stays"]["tokens"]] == [t for _, t in cases.customer(901)],
          "%s: the others are whole" % when)
    check(house.text(people["both"]["tokens"][0]) == "残る", "%s: so is the rest of whom lost a case" % when)
    for who, (_, receipt) in zip((people["goes"]["person"], people["case"]["case"]), receipts):
        code, text = house.it.sekisho("vault", "erased", who)
        check(code == 0 and json.loads(text)["record"] == json.loads(receipt)["record"],
              "%s: the proof names the same record: %s %s" % (when, receipt.strip(), text.strip()))
    got = house.it.sekisho("vault", "erase", people["goes"]["person"])
    check(got[0] == 0 and json.loads(got[1])["record"] == json.loads(receipts[0][1])["record"],
          "%s: it is not erased a second time: %s" % (when, got))


def rows_of(house, people):
    return house.values("SELECT count(*) FROM value WHERE person = ? OR part = ?", people["goes"]["person"],
                        people["case"]["case"])[0][0]


def what_is_erased_stays_so_from_older_data_and_older_keys(house, check):
    people = crowd(house)
    data, keys = backups(house)
    receipts = erased(house, people)
    check([code for code, _ in receipts] == [0, 0], "erased: %s" % receipts)
    house.it.stop()
    taken_back(house, data)
    started(house)
    check(until(lambda: rows_of(house, people) == 0), "the rows that came back with the data go by themselves")
    as_promised(house, check, people, receipts, "older data")
    code, text = house.it.sekisho("vault", "restore-keys", keys)
    check(code == 0 and " 0 keys were taken back" in " " + text, "nothing was lacking: %s" % text)
    as_promised(house, check, people, receipts, "older data and keys")


def what_is_erased_stays_so_when_the_keeper_has_lost_everything(house, check):
    people = crowd(house)
    data, keys = backups(house)
    receipts = erased(house, people)
    house.it.stop()
    taken_back(house, data)
    lost(house, "keeper", ["keys.db*", "tombstones", "spent*", "earned*", "backup/*"])
    started(house)
    check(house.text(people["stays"]["tokens"][0]) != cases.customer(901)[0][1], "without its keys nothing is read")
    code, text = house.it.sekisho("vault", "restore-keys", keys)
    check(code == 0, "the keys of before: %s" % text)
    code, text = house.it.sekisho("restart", "vault")
    check(code == 0 and until(lambda: rows_of(house, people) == 0), "their rows go once the vault is started again: %s" % text)
    house.wait()
    as_promised(house, check, people, receipts, "all lost")
    got = house.ask("put", {"person": people["goes"]["person"], "values": [{"kind": "note", "text": "x"}]})
    check(got[0] in (404, 410), "nothing new is kept of whom was erased: %s" % (got,))


def backups_of_keys_end_by_themselves(house, check):
    folder = os.path.join(house.state, "keeper", "backup")
    code, text = house.it.sekisho("vault", "backup-keys")
    check(code == 0, "a backup: %s" % text)
    names = {}
    for days in (1, 5, 6, 7, 8, 30):
        day = time.strftime("keys-%Y%m%d.db", time.gmtime(time.time() + 9 * 3600 - days * 86400))
        names[days] = os.path.join(folder, day)
        shutil.copy(text.strip(), names[days])
        owner = os.stat(folder)
        os.chown(names[days], owner.st_uid, owner.st_gid)
    house.kill("keeper")
    gone = lambda: not any(os.path.exists(names[days]) for days in (7, 8, 30))  # noqa: E731
    check(until(gone), "those of seven days and more are gone: %s" % os.listdir(folder))
    check(all(os.path.exists(names[days]) for days in (1, 5, 6)), "the newer ones are there")
    house.wait()


CASES = [what_is_erased_stays_so_from_older_data_and_older_keys,
         what_is_erased_stays_so_when_the_keeper_has_lost_everything, backups_of_keys_end_by_themselves]

# A trigger in values.db, and the case that must notice.
BROKEN = {
    "older_data_keeps_whom_was_erased":
        (what_is_erased_stays_so_from_older_data_and_older_keys,
         "CREATE TRIGGER broken BEFORE DELETE ON value BEGIN SELECT RAISE(IGNORE); END"),
}
