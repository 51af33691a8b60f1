"""Cases that need a house of their own: its root key lies in a token, or its keys are lost; memory that is locked."""
import glob
import os
import pwd
import re
import shutil
import subprocess
import time

import house
import servers

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
ALONE = []


def alone(function):
    ALONE.append(function)
    return function


def until(right, seconds=30):
    """Asks until the answer is right; the last one."""
    end = time.monotonic() + seconds
    while not right() and time.monotonic() < end:
        time.sleep(0.05)
    return right()


# --- a token ---

def token_made():
    """A SoftHSM of its own, for the keeper's user: FOLDER/token has its library, settings and store."""
    folder = servers.folder("vault-token-")
    token = os.path.join(folder, "token")
    os.makedirs(os.path.join(token, "store"), 0o700)
    os.chmod(token, 0o755)
    shutil.copy(MODULE, os.path.join(token, "module.so"))
    with open(os.path.join(token, "softhsm2.conf"), "w", encoding="utf-8") as file:
        file.write("directories.tokendir = %s/store\nlog.level = ERROR\n" % token)
    with open(os.path.join(folder, "pin"), "w", encoding="utf-8") as file:
        file.write("2468\n")
    os.chmod(os.path.join(folder, "pin"), 0o600)
    os.environ["SOFTHSM2_CONF"] = os.path.join(token, "softhsm2.conf")
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "sekisho", "--pin", "2468", "--so-pin",
                    "13572468"], check=True, capture_output=True)
    try:
        user = pwd.getpwnam("sekisho-keeper")
    except KeyError:
        return folder
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", "%d:%d" % (user.pw_uid, user.pw_gid), os.path.join(token, "store")], check=True)
    return folder


def token_conf(folder, paths, module="F/token/module.so"):
    return house.CONFIG + """
keeper { root_key = pkcs11; pkcs11_module = "MODULE"; pkcs11_token = "sekisho"; pkcs11_pin = "F/pin";
  pkcs11_paths = [PATHS]; }
""".replace("MODULE", module).replace("PATHS", ", ".join('"%s"' % path for path in paths)).replace("F/", folder + "/")


def sealed_says(h, words):
    """Sealed, the status says why and what helps, and nothing is shown."""
    code, text = h.it.sekisho("vault", "status")
    return code == 0 and "sealed" in text and words in text


@alone
def a_root_key_in_a_token_opens_the_house_and_seals_it_while_it_is_away(check):
    folder = token_made()
    it = house.started(token_conf(folder, ["F/token"]))
    with it:
        h = house.House(it)
        h.wait()
        token = h.put([("name", "関 所子")])["tokens"][0]
        check(h.text(token) == "関 所子", "it is kept and read: %s" % h.text(token))
        code, text = it.sekisho("vault", "status")
        check(code == 0 and "pkcs11" in text and "sealed" not in text, "status: %s" % text)
        left = [f for f in os.listdir(os.path.join(h.state, "keeper")) if f.startswith("root")]
        check(not left, "no root key lies in the state folder: %s" % left)
        it.stop()
        it.__enter__()
        h.wait()
        check(h.text(token) == "関 所子", "after a restart too")
        for what, words in (("store", "bring the token back"), ("module.so", "module.so")):
            os.rename(os.path.join(folder, "token", what), os.path.join(folder, "token", "away"))
            h.kill("keeper")
            check(until(lambda words=words: sealed_says(h, words)), "%s away: %s" % (what, it.sekisho("vault", "status")))
            check(until(lambda: h.text(token) == "sealed"), "nothing is shown: %s" % h.text(token))
            status, answer = h.ask("put", {"values": [{"kind": "name", "text": "関"}]})
            check(status == 503 and answer["error"] == "sealed", "nothing is taken: %s %s" % (status, answer))
            os.rename(os.path.join(folder, "token", "away"), os.path.join(folder, "token", what))
            h.wait()
            check(h.text(token) == "関 所子", "%s back: it opens by itself" % what)
        code, text = it.sekisho("vault", "rotate", "root")
        check(code == 0 and h.text(token) == "関 所子", "another root key within the token: %s" % text)


@alone
def a_token_that_the_configuration_does_not_name_stays_out_of_reach(check):
    folder = token_made()
    it = house.started(token_conf(folder, [], MODULE))
    with it:
        h = house.House(it)
        check(until(lambda: sealed_says(h, "bring the token back")), "closed: %s" % (it.sekisho("vault", "status"),))
        with open(os.path.join(it.state, "sekisho.conf"), "w", encoding="utf-8") as file:
            file.write(token_conf(folder, ["F/token"]))
        code, text = it.sekisho("reload")
        check(code == 0, "reload: %s" % text)
        h.wait()
        token = h.put([("name", "関 所子")])["tokens"][0]
        check(h.text(token) == "関 所子", "open once it is named")


# --- lost keys ---

def keys_lose(h, tombstones):
    h.it.stop()
    for path in glob.glob(os.path.join(h.state, "keeper", "keys.db*")):
        os.unlink(path)
    if tombstones:
        os.unlink(os.path.join(h.state, "keeper", "tombstones"))
    h.it.__enter__()
    h.wait()


def taken_back(text):
    found = re.search(r"(\d+) keys were taken back; (\d+) stay away", text)
    return tuple(map(int, found.groups())) if found else text


def found(h, phone):
    return h.ask("find", {"purpose": "orders", "kind": "phone", "text": phone})[1].get("tokens")


@alone
def keys_that_are_lost_come_back_from_a_backup_without_who_was_erased(check):
    it = house.started()
    with it:
        h = house.House(it)
        h.wait()
        stays, gone, later = ([("name", "残 る"), ("phone", "090-1111-2222")], [("name", "消 える")], [("name", "後 で")])
        stays, gone, later = h.put(stays), h.put(gone), h.put(later)
        code, text = it.sekisho("vault", "backup-keys")
        backup = text.strip()
        check(code == 0 and os.path.exists(backup), "a backup: %s" % text)
        since = h.put([("name", "新 規")])
        check(it.sekisho("vault", "erase", gone["person"])[0] == 0, "one is erased")
        keys_lose(h, tombstones=False)
        check(h.text(stays["tokens"][0]) == "missing", "without keys: %s" % h.text(stays["tokens"][0]))
        code, text = it.sekisho("vault", "status")
        check("restore-keys" in text, "the status says what helps: %s" % text)
        between = h.put([("name", "間 の人"), ("phone", "090-3333-4444")])
        for wrong, words in (("/nowhere/keys.db", "/nowhere/keys.db"), ("/etc/passwd", "no copy of keys")):
            code, text = it.sekisho("vault", "restore-keys", wrong)
            check(code != 0 and words in text, "%s: %s %s" % (wrong, code, text))
        code, text = it.sekisho("vault", "restore-keys", backup)
        check(code == 0 and taken_back(text) == (2, 1), "taken back: %s" % text)
        check(h.text(stays["tokens"][0]) == "残 る" and h.text(later["tokens"][0]) == "後 で", "they can be read again")
        check(h.text(gone["tokens"][0]) in ("erased", "unknown_token"), "but not who was erased")
        check(h.text(since["tokens"][0]) == "missing", "nor who came after the backup")
        check(h.text(between["tokens"][0]) == "間 の人", "who came meanwhile is there")
        check(found(h, "090-1111-2222") == [stays["tokens"][1]], "and can be found: %s" % found(h, "090-1111-2222"))
        code, text = it.sekisho("vault", "restore-keys", backup)
        check(code == 0 and taken_back(text)[0] == 0, "a second time there is nothing to take: %s" % text)
        check("restore-keys" not in it.sekisho("vault", "status")[1], "the status is content")
        check(it.sekisho("vault", "erase", later["person"])[0] == 0, "another is erased")
        keys_lose(h, tombstones=True)
        code, text = it.sekisho("vault", "restore-keys", backup)
        check(code == 0 and taken_back(text) == (1, 2), "by the ledger alone: %s" % text)
        check(h.text(stays["tokens"][0]) == "残 る", "the one can be read")
        for kept in (gone, later):
            check(h.text(kept["tokens"][0]) in ("erased", "unknown_token", "missing"), "the erased cannot")
        h.kill("keeper")
        h.wait()
        left = glob.glob(os.path.join(h.state, "keeper", "restore*"))
        check(not left, "nothing of the copy is left: %s" % left)


# --- memory ---

@alone
def memory_is_locked_where_the_system_allows_it(check):
    it = house.started()
    with it:
        h = house.House(it)
        h.wait()
        process = h.part("keeper")
        with open("/proc/%d/limits" % process, encoding="ascii") as file:
            may = re.search(r"^Max locked memory +(\S+)", file.read(), re.M).group(1) == "unlimited"
        with open("/proc/%d/status" % process, encoding="ascii") as file:
            locked = int(re.search(r"^VmLck:\s+(\d+)", file.read(), re.M).group(1))
        said = it.sekisho("vault", "status")[1]
        check(("NOT locked" in said) == (not may), "the status says so: %s" % said)
        check(locked > (4096 if may else 0), "%d kB are locked%s" % (locked, "" if may else ": keys alone"))
        print("  the system %s; %d kB are locked" % ("allows it" if may else "allows some of it", locked))
