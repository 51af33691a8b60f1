"""What a thief finds who has every file of the state folder, and all backups, but not the three key files that are
to be kept apart (APART). The people's texts are made of rare characters, so that a piece of six bytes in any
usual coding is theirs; of addresses ten letters are; what has digits only is looked for as a whole, since tokens
have digits as well."""
import base64
import hashlib
import hmac
import json
import math
import os
import random
import re
import sqlite3
import subprocess
import urllib.parse

import servers

APART = ("keeper/root.key", "accounts/key", "post/pace.key")
PEOPLE, ALIKE, PIECE = 300, 50, 6
LETTERS = 10  # of an address: fewer stand by chance in some id of 20
COMMON = {"name": "欅鵺 鸞蘭", "address": "〒150-8512 東京都渋谷区欅鵺町鸞蘭26-1", "note": "鸚鵡籠中記",
          "birthday": "1971-07-13"}
CODINGS = ("utf-8", "shift_jis", "euc_jp", "utf-16-le", "utf-16-be")
PASSWORDS = ("correct horse battery", "欅鵺鸞蘭 7", "gull kettle window seven", "tanuki-soba-3-hai")
SIGMAS = 5  # of the rank correlation of what has nothing to do with each other


def rare(dice, count):
    """Characters of JIS level 2: rare, and in all codings."""
    return "".join(bytes((dice.randrange(0xD1, 0xF3), dice.randrange(0xA1, 0xFE))).decode("euc_jp")
                   for _ in range(count))


def letters(dice):
    return "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=14))


def person(i, dice):
    """Values of a kind are in the order of i; the first ones are alike but for how they are reached."""
    typed = {"name": chr(0x4E10 + i * 60) + rare(dice, dice.randrange(2, 6)),
             "phone": "090-1%03d-%04d" % (i, dice.randrange(10000)),
             "email": "%03d%s@himitsu-bako.example" % (i, letters(dice)),
             "address": "〒%03d-%04d 東京都渋谷区%s%d-%d" % (100 + i, dice.randrange(10000), rare(dice, 6), 1 + i, 9),
             "birthday": "%d-%02d-%02d" % (1940 + i // 5, 1 + i % 5 * 2, dice.randrange(1, 29)),
             "note": "%s%s" % (chr(0x4E10 + i * 60), rare(dice, 12))}
    return {**typed, **COMMON} if i < ALIKE else typed


class Copy:
    """Everything that was taken, who is in it, and what only we know."""

    def __init__(self, house, count=PEOPLE):
        self.dice = random.Random(count)
        self.people = {}
        order = list(range(count))
        self.dice.shuffle(order)
        for i in order:  # not in the order of their values
            typed = person(i, self.dice)
            kept = house.put(list(typed.items()), case="new" if i % 2 else None)
            self.people[i] = {"typed": typed, "person": kept["person"], "tokens": dict(zip(typed, kept["tokens"]))}
        self.come = [self.people[i]["person"] for i in order]
        self.accounts = accounts(house)
        life(house, self.people)
        self.files = taken(house)
        self.apart = {name: read(os.path.join(house.state, name)) for name in APART}
        self.values = rows(self.files, "vault/values.db", "SELECT person, kind, id, token, sealed, names, day FROM value")
        self.keys = rows(self.files, "keeper/keys.db", "SELECT person, file, number, made, wrapped FROM key")
        self.words = rows(self.files, "vault/values.db", "SELECT name, entry FROM word WHERE entry <> zeroblob(76)")


def accounts(house):
    """People with passwords: how they sign in, and their ids."""
    people = os.path.join(servers.TOP, "build", "release", "accounts_people")
    made = []
    for password in PASSWORDS:
        email = "%s@himitsu-bako.example" % letters(random.SystemRandom())
        done = subprocess.run([people, house.state, servers.TOP, "buyer", "shop", email, password, "欅鵺 鸞蘭"],
                              capture_output=True, text=True, check=True)
        made.append((done.stdout.strip(), email, password))
    return made


def life(house, people):
    """What happens before the theft: reading, finding, writing, a refused attack, erasing, rotating, backups."""
    some = list(people.values())
    for at in range(0, 60, 20):
        house.ask("read", {"purpose": "orders", "tokens": [p["tokens"]["name"] for p in some[at:at + 20]]})
    house.ask("find", {"purpose": "orders", "kind": "phone", "text": some[0]["typed"]["phone"]})
    house.it.ask("GET", "/search?q=%27%20OR%201%3D1--%20x")
    house.it.ask("POST", "/s/kamone/cart", urllib.parse.urlencode(some[0]["typed"]).encode(),
                 Content_Type="application/x-www-form-urlencoded")
    for p in some[-5:]:
        house.ask("erase", {"person": p["person"], "purpose": "closing"})
    house.it.sekisho("vault", "backup-keys")
    house.ask("rotate", {"level": "tenant", "tenant": "tea"}, ticket=house.console())
    house.ask("rotate", {"level": "person", "person": some[3]["person"]}, ticket=house.console())


def read(path):
    with open(path, "rb") as file:
        return file.read()


def taken(house):
    """Every file but those apart, and a data backup beside them."""
    files = {}
    for folder, _, names in os.walk(house.state):
        for name in names:
            path = os.path.join(folder, name)
            below = os.path.relpath(path, house.state)
            if os.path.isfile(path) and below not in APART:
                files[below] = read(path)
    with Backup(house) as backup:
        files["backup/values.db"] = read(backup)
    return files


class Backup:
    """Of the data, as SQLite makes it while all goes on."""

    def __init__(self, house):
        self.source = os.path.join(house.state, "vault", "values.db")
        self.path = os.path.join(servers.folder("vault-backup-"), "values.db")

    def __enter__(self):
        subprocess.run(["python3", "-c", "import sqlite3,sys;sqlite3.connect(sys.argv[1]).backup(sqlite3.connect("
                        "sys.argv[2]))", self.source, self.path], check=True)
        return self.path

    def __exit__(self, *_):
        os.unlink(self.path)


def rows(files, name, sql):
    """Of a database as it was taken, with its log."""
    folder = servers.folder("vault-thief-")
    for end in ("", "-wal"):
        if name + end in files:
            with open(os.path.join(folder, "db" + end), "wb") as file:
                file.write(files[name + end])
    with sqlite3.connect(os.path.join(folder, "db")) as store:
        return store.execute(sql).fetchall()


# --- values ---

def spelled(text):
    """A piece in everything that a file may have it in."""
    found = {text.encode(coding, "ignore") for coding in CODINGS}
    utf8 = text.encode()
    for shift in range(3):  # whatever stands before it in the same base 64
        for alphabet in (b"+/", b"-_"):
            code = base64.b64encode(bytes(shift) + utf8, alphabet)
            found.add(code[(shift * 8 + 5) // 6:(shift + len(utf8)) * 8 // 6])
    found |= {utf8.hex().encode(), utf8.hex().upper().encode(), json.dumps(text)[1:-1].encode(),
              json.dumps(text)[1:-1].upper().replace("\\U", "\\u").encode(),
              "".join("%%%02X" % b for b in utf8).encode(), "".join("%%%02x" % b for b in utf8).encode(),
              "".join("&#%d;" % ord(c) for c in text).encode(), "".join("&#x%x;" % ord(c) for c in text).encode()}
    return found


def pieces(text):
    """Of six bytes in some coding: two or three rare characters, or ten of an address; of digits the whole, with
    and without signs."""
    if not re.search(r"[^\x00-\x7f]", text):
        digits = re.sub(r"\D", "", text)
        if "@" in text:
            name = text.split("@")[0]
            return {text} | {name[at:at + LETTERS] for at in range(len(name) - LETTERS + 1)}
        return {text, digits} | ({"+81" + digits[1:]} if digits.startswith("0") else set())
    rare_ones = re.findall(r"[^\x00-\x7f東京都渋谷区町〒]{2,}", text)
    return {text} | {part[at:at + n] for part in rare_ones for n in (2, 3) for at in range(len(part) - n + 1)}


def needles(copy):
    """By their first bytes, so that one walk over a file finds them all."""
    texts = {text for p in copy.people.values() for text in p["typed"].values()}
    texts |= {text for _, email, password in copy.accounts for text in (email, password)}
    found = {}
    for text in texts:
        for piece in pieces(text):
            for needle in spelled(piece):
                if len(needle) >= PIECE:
                    found.setdefault(needle[:PIECE], set()).add(needle)
    return found


def hits(files, wanted, most=3):
    """The first ones: name of the file, where, and what."""
    found = []
    for name, data in files.items():
        for at in range(len(data) - PIECE + 1):
            if data[at:at + PIECE] not in wanted:
                continue
            found += [(name, at, needle) for needle in wanted[data[at:at + PIECE]] if data.startswith(needle, at)]
            if len(found) >= most:
                return found
    return found


def a_stolen_copy_shows_no_value_in_any_spelling(house, check):
    copy = house.copy = house.copy or Copy(house)
    wanted = needles(copy)
    size, count = sum(len(data) for data in copy.files.values()), sum(len(n) for n in wanted.values())
    found = hits(copy.files, wanted)
    check(not found, "found: %s" % found)
    planted = "住所: " + copy.people[ALIKE]["typed"]["note"][3:7]
    for coding in CODINGS:
        check(hits({"x": planted.encode(coding, "ignore")}, wanted), "a piece in %s would be found" % coding)
    check(hits({"x": base64.b64encode(planted.encode())}, wanted) and hits({"x": json.dumps(planted).encode()}, wanted),
          "nor would base 64 or JSON hide it")
    stores = {"vault/values.db", "keeper/keys.db", "accounts/accounts.db", "shop/shop.db", "post/post.db",
              "backup/values.db", "log/gate-audit.json"}
    check(stores <= set(copy.files) and any(name.startswith("keeper/backup/") for name in copy.files),
          "all stores are among them: %s" % (stores - set(copy.files)))
    print("  %d spellings of pieces of %d people looked for in %d files, %.1f MB" % (
        count, len(copy.people), len(copy.files), size / 1e6))


def keys_apart_lie_nowhere_else(house, check):
    copy = house.copy = house.copy or Copy(house)
    for name, key in copy.apart.items():
        words = re.findall(rb"[0-9a-f]{64}", key)
        raw = [bytes.fromhex(word.decode()) for word in words] or [key]
        for one in raw:
            wanted = {}
            for at in range(0, len(one) - 7):
                for needle in (one[at:at + 8], one[at:at + 8].hex().encode(), base64.b64encode(one[at:at + 9])):
                    wanted.setdefault(needle[:PIECE], set()).add(needle)
            found = hits(copy.files, wanted)
            check(len(one) == 32 and not found, "%s: %s" % (name, found))


# --- which are equal ---

def repeated(blobs, size=8):
    """Pieces that two of them have in common."""
    seen, twice = {}, 0
    for i, blob in enumerate(blobs):
        for at in range(len(blob) - size + 1):
            twice += seen.setdefault(blob[at:at + size], i) != i
    return twice


def a_stolen_copy_shows_not_which_are_equal(house, check):
    copy = house.copy = house.copy or Copy(house)
    mine = {p["person"] for p in copy.people.values()}
    values = [row for row in copy.values if row[0] in mine]
    sealed = [row[4] for row in values]
    check(len(sealed) > ALIKE * 6 and not repeated(sealed), "%d pieces of ciphertexts come twice" % repeated(sealed))
    check(not repeated([row[4] for row in copy.keys]), "nor of wrapped keys")
    names = [row[5][at:at + 32] for row in values for at in range(0, len(row[5]), 32)]
    check(len(set(names)) == len(names) and not repeated(names), "each name of an index row is its own")
    entries = [entry for _, entry in copy.words]
    check(not repeated(entries) and {len(e) for e in entries} == {76}, "and so is each index row, of one size")
    tokens = {}
    for row in values:
        tokens.setdefault((row[1], row[3]), set()).add(row[0])
    check(all(len(people) == 1 for people in tokens.values()), "nobody shares a token")
    lengths = {kind: len({len(row[4]) for row in values if row[1] == kind}) for kind in {row[1] for row in values}}
    check(repeated([b"equal pieces", b"have equal pieces"]), "what is equal would be seen")
    print("  %d ciphertexts, %d index rows, %d of %d people alike in 4 kinds; of lengths each kind has %s" % (
        len(sealed), len(entries), ALIKE, len(mine), lengths))


# --- their order ---

def ranks(values):
    place = {value: i for i, value in enumerate(sorted(set(values)))}
    return [place[value] for value in values]


def correlation(one, other):
    """Of ranks (Spearman's); 0 where one of them is all the same."""
    a, b = ranks(one), ranks(other)
    ma, mb = sum(a) / len(a), sum(b) / len(b)
    above = sum((x - ma) * (y - mb) for x, y in zip(a, b))
    below = math.sqrt(sum((x - ma) ** 2 for x in a) * sum((y - mb) ** 2 for y in b))
    return above / below if below else 0


def seen_of(copy):
    """By person and kind: all that could tell an order."""
    store, mine = copy.files["backup/values.db"], {}
    for who, kind, value, token, sealed, names, day in copy.values:
        mine[who, kind] = {"id": value, "token": token, "ciphertext": sealed[4:], "day": day,
                           "key number": sealed[:4], "index": names[:8], "place": store.find(sealed), "person": who}
    keys = {}
    for who, file, number, made, wrapped in sorted(copy.keys, key=lambda row: row[3]):
        keys.setdefault(who.decode(), {"key": number, "key's time": made, "wrapped": wrapped})
    for (who, _), seen in mine.items():
        seen.update(keys[who])
    return mine


def a_stolen_copy_shows_no_order(house, check):
    copy = house.copy = house.copy or Copy(house)
    seen, kinds = seen_of(copy), {"name": 1, "phone": 3, "email": 4, "address": 5, "birthday": 6, "note": 8}
    bound, most = SIGMAS / math.sqrt(len(copy.people) - ALIKE - 6), (0, "")
    for kind, number in kinds.items():
        rest = [i for i, p in copy.people.items() if i >= ALIKE and (p["person"], number) in seen]
        for sign in seen[copy.people[rest[0]]["person"], number]:
            r = correlation(rest, [seen[copy.people[i]["person"], number][sign] for i in rest])
            most = max(most, (abs(r), "%s of %s" % (sign, kind)))
            check(abs(r) < bound, "%s of %s goes with its value: %.2f" % (sign, kind, r))
    check(correlation(range(250), [i * i for i in range(250)]) > 0.99, "an order would be seen")
    come = [(who, row) for who in copy.come for row in [seen.get((who, 1))] if row]
    for sign in ("id", "token", "ciphertext", "place", "person", "day", "index"):
        r = correlation(range(len(come)), [row[sign] for _, row in come])
        most = max(most, (abs(r), "%s, and who came first" % sign))
        check(abs(r) < bound, "%s goes with who came first: %.2f" % (sign, r))
    print("  largest rank correlation %.2f (%s); bound %.2f, %d standard deviations of chance" % (*most, bound, SIGMAS))


# --- passwords ---

def attack(stored, dictionary, account, peppers):
    """Whose hash it is: by the description of password.h, with every key that the thief may have."""
    head, hashed = stored.rsplit("$", 1)
    rounds, salt = int(re.search(r",i=(\d+)\$", head).group(1)), unbase64(head.rsplit("$", 1)[1])
    for password in dictionary:
        raw = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 64)
        parts = (b"buyer", b"shop", account.encode(), head.encode(), raw)
        text = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        tried = [raw[:32], hashlib.sha256(raw).digest(), hashlib.sha256(text).digest()]
        for root in peppers:
            key = hmac.new(b"sekisho accounts key", root, hashlib.sha256).digest()
            key = hmac.new(key, b"sekisho accounts pepper 1\1", hashlib.sha256).digest()
            tried += [hmac.new(key, text, hashlib.sha256).digest(), hmac.new(root, text, hashlib.sha256).digest()]
        if unbase64(hashed) in tried:
            return password
    return None


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def keys_in(files):
    """All that may be a key: small files, and 64 hexadecimal digits anywhere."""
    found = {bytes(32)} | {data for data in files.values() if len(data) == 32}
    for data in files.values():
        found |= {bytes.fromhex(word.decode()) for word in re.findall(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", data)}
    return found


def a_stolen_password_is_worth_nothing_without_its_key(house, check):
    copy = house.copy = house.copy or Copy(house)
    stored = dict(rows(copy.files, "accounts/accounts.db", "SELECT id, password FROM account"))
    stolen, right = keys_in(copy.files), keys_in({"key": copy.apart["accounts/key"]})
    for account, _, password in copy.accounts:
        dictionary = ["password", "123456", password]
        check(stored[account].startswith("$pbkdf2-sha512$"), "it is stretched")
        check(attack(stored[account], dictionary, account, stolen) is None, "not guessed with the copy alone")
        check(attack(stored[account], dictionary, account, right) == password, "with the key it would be")
    account, _, password = copy.accounts[0]
    head = stored[account].rsplit("$", 1)[0]
    rounds, salt = int(re.search(r",i=(\d+)\$", head).group(1)), unbase64(head.rsplit("$", 1)[1])
    raw = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 64)[:32]
    plain = head + "$" + base64.urlsafe_b64encode(raw).decode().rstrip("=")
    check(attack(plain, [password], account, stolen) == password, "one without a key would be guessed")
    print("  %d rows, %d keys of the copy tried with the right password" % (len(copy.accounts), len(stolen)))


CASES = [a_stolen_copy_shows_no_value_in_any_spelling, keys_apart_lie_nowhere_else,
         a_stolen_copy_shows_not_which_are_equal, a_stolen_copy_shows_no_order,
         a_stolen_password_is_worth_nothing_without_its_key]

# Triggers in values.db, and the case that must notice. The last one leaves texts behind.
BROKEN = {
    "equal_values_look_equal":
        (a_stolen_copy_shows_not_which_are_equal,
         "CREATE TRIGGER broken AFTER INSERT ON value BEGIN"
         " UPDATE value SET sealed = zeroblob(length(sealed)) WHERE id = NEW.id; END"),
    "rows_are_numbered_as_they_come":
        (a_stolen_copy_shows_no_order,
         "CREATE TRIGGER broken AFTER INSERT ON value BEGIN"
         " UPDATE value SET day = (SELECT count(*) FROM value) WHERE id = NEW.id; END"),
    "texts_lie_beside_the_ciphertexts":
        (a_stolen_copy_shows_no_value_in_any_spelling,
         "CREATE TRIGGER broken AFTER INSERT ON value BEGIN"
         " INSERT OR IGNORE INTO answered (name, day) VALUES ('欅鵺 鸞蘭' || NEW.id, 1); END"),
}
