"""The built-in shop of the house that ./run starts when nothing is configured: the same path as for others'."""
import html
import json
import os
import re
import time
import urllib.parse

import browser
import instance
from cases import same
from spellings import told, without

CASES = []
TYPED = {"name": "熊野 花子", "email": "hanako@example.jp", "phone": "075-123-4567", "subject": "贈りものの包み方について",
         "message": "母へ贈ります。\r\n届け先は和歌山県新宮市新宮1番地です。"}
WORDS = [v for text in TYPED.values() for v in text.split("\r\n")]


def case(function):
    CASES.append((function.__name__, function))
    return function


class Nobody:
    mode = ""


class House:
    def __init__(self, _module, _folder):
        self.vault, self.it = Nobody(), instance.Instance()  # without a sekisho.conf: the first one is written

    def start(self):
        self.it.__enter__()
        self.people = browser.Shop(self.it, None)
        end = time.monotonic() + 20
        while self.write(self.guest(), TYPED).status != 303:
            assert time.monotonic() < end, "the vault takes nothing: " + self.it.logs()[-3000:]
            time.sleep(0.2)

    def stop(self):
        self.it.stop()

    def guest(self):
        return browser.Browser(self.people, "127.0.0.1")

    @staticmethod
    def write(guest, fields, shop="kamone"):
        path = "/s/%s/contact" % shop
        guest.get(path)
        body = urllib.parse.urlencode(dict(fields, token=guest.hidden("token"), website=""))
        return guest.ask("POST", path, body, Origin="https://" + guest.host)

    def stored(self):
        """The bytes of all that the shop keeps."""
        folder, data = os.path.join(self.it.state, "shop"), b""
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                data += file.read()
        return data


@case
def the_built_in_shop_stores_tokens_only(house):
    same(house.write(house.guest(), TYPED).status, 303)
    data = house.stored()
    assert told(data, ["sekisho.invalid"]) and told(data, ["kamone"]), "this finds nothing"
    without(data, WORDS)


@case
def its_page_shows_who_wrote_what_was_typed_and_others_masks(house):
    guest = house.write(house.guest(), TYPED)
    page = guest.location
    mine = html.unescape(guest.get(page).text)
    assert TYPED["name"] in mine and TYPED["email"] in mine, mine[-2000:]
    for other in (house.guest(), house.write(house.guest(), dict(TYPED, name="川田 次郎", email="jiro@example.jp"))):
        text = other.get(page).text
        same(other.status, 200)
        assert "***" in text
        without(text, WORDS)


@case
def a_form_that_is_wrong_comes_back_with_what_was_typed(house):
    guest = house.write(house.guest(), dict(TYPED, name=""))
    same(guest.status, 422)
    values = {m[0]: html.unescape(m[1]) for m in re.findall(r'<input id="[^"]*" name="([^"]+)"[^>]* value="([^"]*)"', guest.text)}
    same({k: values[k] for k in ("name", "email", "phone", "subject")}, dict(name="", **{k: TYPED[k] for k in ("email", "phone", "subject")}))
    assert "新宮市新宮1番地" in html.unescape(guest.text)
    without(house.stored(), WORDS)


@case
def a_message_is_as_long_as_the_vault_takes(house):
    same(house.write(house.guest(), dict(TYPED, message="届" * 1000)).status, 303)
    same(house.write(house.guest(), dict(TYPED, message="届" * 1001)).status, 422)


@case
def its_shops_are_tenants_of_their_own(house):
    guest = house.write(house.write(house.guest(), TYPED), TYPED, "ashibune")
    same(guest.status, 303)
    assert TYPED["name"] in html.unescape(guest.get(guest.location).text)
    status, records = house.it.sekisho("log", "records", "--action", "vault.read", "--json")
    same(status, 0)
    tenants = {json.loads(line)["tenant"] for line in records.splitlines()}
    same(tenants, {"shop/kamone", "shop/ashibune"})
    without(records, WORDS)


@case
def cookies_of_the_gates_own_are_no_attack_whatever_letters_they_have(house):
    random = "3--sQGM_xxnEUU6FNg0_Yz4pevhVS-4b__jdOY1srHM"  # to the rule set it is SQL: a number, then a comment
    for name, status in (("__Host-sekisho-buyer", 200), ("__Host-sekisho-self", 200), ("basket", 403), ("x__Host-sekisho-self", 403)):
        guest = house.guest()
        guest.cookies[name] = random
        same((name, guest.get("/s/kamone/").status), (name, status))
