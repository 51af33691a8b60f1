"""Applications that know nothing of tokens: a shop in PHP, and WordPress from Debian's packages."""
import csv
import glob
import html
import http.cookies
import io
import json
import os
import pwd
import re
import subprocess
import time
import urllib.parse

import servers
import wordpress
from cases import FORM, same, self_cookie
from scene import Scene

HERE = os.path.dirname(os.path.abspath(__file__))
SHOP, BLOG = [], []
PERSON = {"name": "熊野 花子", "kana": "クマノ ハナコ", "tel": "090-1234-5678", "email": "hanako@example.jp",
          "birth": "1980-02-29", "address": "〒647-0081 和歌山県新宮市新宮1番地"}


def case_of(cases):
    def add(function):
        cases.append((function.__name__, function))
        return function
    return add


def without(text, values):
    """None of the values is anywhere in what an application keeps."""
    for value in values:
        for form in (value, json.dumps(value)[1:-1], urllib.parse.quote(value), html.escape(value)):
            assert form not in text, "the application has %r" % form


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
FPM = """[global]
error_log = %(data)s/fpm.log
daemonize = no
[www]
user = %(user)s
listen = %(data)s/fpm.sock
listen.mode = 0666
pm = static
pm.max_children = 2
"""


class Shop(Scene):
    @staticmethod
    def missing():
        return None if glob.glob("/usr/sbin/php-fpm*") else "/usr/sbin/php-fpm"

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
        with open(data + "/fpm.conf", "w", encoding="utf-8") as file:
            file.write(FPM % {"data": data, "user": user})
        with open(data + "/said", "wb") as said:
            process = servers.start([sorted(glob.glob("/usr/sbin/php-fpm*"))[-1], "-y", data + "/fpm.conf"], stdout=said, stderr=said)
        end = time.monotonic() + 20
        while not os.path.exists(data + "/fpm.sock"):
            assert process.poll() is None and time.monotonic() < end, "php-fpm does not start"
            time.sleep(0.05)

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


# ── WordPress ──

BLOG_SERVER = """
        sekisho_site blog;
        sekisho_exchange /wp-comments-post.php field=name:author field=email:email field=note:comment;
        sekisho_exchange /wp-admin/profile.php field=name:first_name field=name:last_name field=note:description;
        sekisho_show /wp-admin purpose=orders;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Proto https;
        proxy_set_header Cookie $sekisho_cookie;
        location / { proxy_pass http://127.0.0.1:%(blog)d; }
"""


class Blog(Scene):
    missing = staticmethod(wordpress.missing)

    def __init__(self, module, folder):
        self.site, self.written = wordpress.WordPress(), None
        super().__init__(module, folder, BLOG_SERVER, blog=self.site.port)

    def start(self):
        self.site.__enter__()
        super().start()

    def stop(self):
        super().stop()
        self.site.__exit__()

    def dump(self):
        return dump_of(self.site)


def dump_of(site):
    """All of WordPress' database."""
    command = ["mariadb-dump", "--no-defaults", "--socket=%s/db.sock" % site.folder, "wordpress"]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid", site.user, "--regid", site.user, "--clear-groups", *command]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class Visitor:
    """Keeps cookies, as a browser does."""

    def __init__(self, scene):
        self.scene, self.cookies = scene, {}

    def ask(self, target, fields=None):
        cookie = "; ".join("%s=%s" % pair for pair in self.cookies.items())
        if fields is None:
            answer = self.scene.ask(target, cookie=cookie)
        else:
            answer = self.scene.ask(target, "POST", urllib.parse.urlencode(fields).encode(), FORM, cookie)
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def sign_in(self):
        self.ask("/wp-login.php")
        return self.ask("/wp-login.php", {"log": wordpress.NAME, "pwd": wordpress.PASSWORD, "wp-submit": "Log In",
                                          "redirect_to": "/wp-admin/", "testcookie": "1"})


def path_of(location):
    return "/" + location.split("://", 1)[1].split("/", 1)[1]


COMMENT = "冬山の小屋について、電話で相談したいです。田辺より"


def comment(scene):
    """Writes one, once: WordPress takes no second one so soon. The writer, and where it is shown to whom."""
    if not scene.written:
        visitor = Visitor(scene)
        a = visitor.ask("/wp-comments-post.php", {"comment": COMMENT, "author": PERSON["name"], "email": PERSON["email"], "url": "",
                                                  "submit": "送信", "comment_post_ID": "1", "comment_parent": "0",
                                                  "wp-comment-cookies-consent": "yes"})
        same(a.status, 302)
        scene.written = visitor, path_of(a.headers["Location"]).split("#")[0]
    return scene.written


@case_of(BLOG)
def wordpress_keeps_tokens_of_a_comment_and_shows_it_to_who_wrote_it(scene):
    visitor, page = comment(scene)
    without(scene.dump(), [COMMENT, PERSON["name"], PERSON["email"]])
    mine = visitor.ask(page).text
    assert COMMENT in mine and PERSON["name"] in mine, mine[-3000:]
    without(scene.ask(page).text, [COMMENT, PERSON["name"], PERSON["email"]])


@case_of(BLOG)
def its_administrator_sees_the_comment(scene):
    comment(scene)
    visitor = Visitor(scene)
    same(visitor.sign_in().status, 302)
    page = visitor.ask("/wp-admin/edit-comments.php").text
    for word in (COMMENT, PERSON["name"], "mailto:" + PERSON["email"]):
        assert word in page, page[-3000:]
    scene.vault.allowed.clear()
    without(visitor.ask("/wp-admin/edit-comments.php").text, [COMMENT, PERSON["name"], PERSON["email"]])
    scene.vault.allowed.add("orders")


@case_of(BLOG)
def its_profile_form_keeps_tokens(scene):
    visitor = Visitor(scene)
    visitor.sign_in()
    form = visitor.ask("/wp-admin/profile.php").text
    fields = {m[0]: html.unescape(m[1]) for m in re.findall('<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)}
    fields = {k: v for k, v in fields.items() if k in ("_wpnonce", "_wp_http_referer", "from", "checkuser_id", "user_id", "email", "action", "nickname")}
    fields.update({"first_name": "花子", "last_name": "熊野川", "description": "紀州で茶を作る", "display_name": "tencho", "url": "",
                   "nickname": "tencho", "submit": "Update"})
    a = visitor.ask("/wp-admin/profile.php", fields)
    same(a.status, 302)
    without(scene.dump(), ["熊野川", "紀州で茶を作る"])
    form = visitor.ask("/wp-admin/profile.php").text
    assert 'value="熊野川"' in form and "紀州で茶を作る" in form, form[-2000:]
    scene.vault.allowed.clear()
    visitor.cookies.pop("__Host-sekisho-self", None)
    masked = visitor.ask("/wp-admin/profile.php").text
    without(masked, ["熊野川", "紀州で茶を作る"])
    token = re.search('name="last_name"[^>]*value="([^"]*)"', masked).group(1)
    same(scene.vault.values[token][1], "熊野川")  # a mask would be stored by the next update
    scene.vault.allowed.add("orders")
