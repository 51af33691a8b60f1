"""A shop in PHP that knows nothing of tokens."""
import csv
import io
import json
import os
import pwd
import re
import urllib.parse

import php
import servers
from cases import FORM, same, self_cookie
from scene import Scene
from spellings import without

HERE = os.path.dirname(os.path.abspath(__file__))
SHOP = []
PERSON = {"name": "熊野 花子", "kana": "クマノ ハナコ", "tel": "090-1234-5678", "email": "hanako@example.jp",
          "birth": "1980-02-29", "address": "〒647-0081 和歌山県新宮市新宮1番地"}


def case_of(cases):
    def add(function):
        cases.append((function.__name__, function))
        return function
    return add


# ── a shop in PHP ──

SHOP_SERVER = """
        sekisho_site shop;
        sekisho_exchange /shop/order earns=orders field=name:name field=reading:kana field=phone:tel field=email:email
            field=birthday:birth field=address:address;
        sekisho_show /admin purpose=orders;
        client_max_body_size 10m;
        location / { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME %(script)s; fastcgi_param SHOP_DATA %(data)s;
                     fastcgi_param HTTP_COOKIE $sekisho_cookie; fastcgi_pass unix:%(data)s/fpm.sock; }
"""


class Shop(Scene):
    @staticmethod
    def missing():
        return php.missing()

    def __init__(self, module, folder):
        self.data = servers.folder("sekisho-shop-")
        super().__init__(module, folder, SHOP_SERVER, data=self.data, script=os.path.join(HERE, "shop.php"))

    @staticmethod
    def fpm(data):
        """php-fpm listens at DATA/fpm.sock; what the shop keeps lies in DATA."""
        root = os.geteuid() == 0
        user = "www-data" if root else pwd.getpwuid(os.geteuid()).pw_name
        if root:
            os.chown(data, pwd.getpwnam(user).pw_uid, -1)
        php.start(data, user)

    def start(self):
        self.fpm(self.data)
        super().start()

    def orders(self):
        with open(self.data + "/orders.jsonl", encoding="utf-8") as file:
            return file.read()


def order(scene, fields, cookie="", photo=None):
    if photo is None:
        body, kind = urllib.parse.urlencode(fields).encode(), FORM
    else:
        kind = "multipart/form-data; boundary=pHoTo"
        body = b"".join(b'--pHoTo\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (k.encode(), v.encode()) for k, v in fields.items())
        body += b'--pHoTo\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' + photo + b"\r\n--pHoTo--\r\n"
    return scene.ask("/shop/order", "POST", body, kind, cookie)


@case_of(SHOP)
def a_php_shop_takes_tokens_for_what_they_look_like(scene):
    a = order(scene, PERSON)
    same((a.status, a.headers["Location"]), (303, "/shop/thanks?n=0"))
    without(scene.orders(), PERSON.values())
    photo = os.urandom(300000)
    same(order(scene, PERSON, photo=photo).status, 303)
    without(scene.orders(), PERSON.values())
    import hashlib
    same(json.loads(scene.orders().splitlines()[1])["photo"], hashlib.sha256(photo).hexdigest())


@case_of(SHOP)
def its_own_checks_speak_of_what_does_not_fit(scene):
    a = order(scene, dict(PERSON, birth="昨日"))
    same((a.status, a.text), (422, "<p>check: birth</p>"))


@case_of(SHOP)
def its_thanks_page_shows_the_buyer_what_was_typed_and_nobody_else(scene):
    a = order(scene, PERSON)
    cookie, page = self_cookie(a), a.headers["Location"]
    mine = scene.ask(page, cookie=cookie).text
    for word in ("<p>熊野 花子（クマノ ハナコ）様</p>", 'value="090-1234-5678"', "和歌山県新宮市新宮1番地"):
        assert word in mine, mine
    script = json.loads(re.search("var order = (.*?);<", mine).group(1))
    same({k: script[k] for k in PERSON}, PERSON)
    for other in (scene.ask(page), scene.ask(page, cookie="__Host-sekisho-self=v1.nobody")):
        without(other.text, PERSON.values())
        assert "***" in other.text, other


@case_of(SHOP)
def its_orders_are_shown_to_who_may_see_them(scene):
    order(scene, PERSON)
    page = scene.ask("/admin/orders").text
    assert '<td>熊野 花子<td>090-1234-5678<td><a href="mailto:hanako@example.jp">hanako@example.jp</a>' in page, page
    rows = list(csv.reader(io.StringIO(scene.ask("/admin/orders.csv").text)))
    same(rows[-1], [PERSON[k] for k in ("name", "tel", "address", "birth")])
    rows = json.loads(scene.ask("/admin/orders.json").body)
    same({k: rows[-1][k] for k in PERSON}, PERSON)
    scene.vault.mode = "refuses"
    without(scene.ask("/admin/orders").text + scene.ask("/admin/orders.json").text, PERSON.values())
    scene.vault.mode = ""


@case_of(SHOP)
def a_vault_that_dies_in_the_middle_masks_the_rest(scene):
    for _ in range(30):
        order(scene, PERSON)
    scene.vault.stop()
    page = scene.ask("/admin/orders").text
    without(page, PERSON.values())
    same(order(scene, PERSON).status, 503)
    scene.vault.start()
    assert "熊野 花子" in scene.ask("/admin/orders").text
