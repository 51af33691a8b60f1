"""WordPress from Debian's packages in the house with the real vault: its comment and profile forms, whom its pages
show the values, and what that costs. The blog's owner signs in at the gate and then at WordPress, so does a
sub-administrator, who has another role; one page of the administration is the operators'."""
import base64
import glob
import html
import http.client
import os
import re
import ssl
import subprocess
import urllib.parse

import wordpress
from applications import PERSON
from browser import Browser, totp
from cases import same
from spellings import told, without

CASES = []
COMMENT = "冬山の小屋について、電話で相談したいです。田辺より"
PASSWORD, SECRET = "kuroshio-no-mukou-kishi-made", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PROFILE = {"first_name": "花子", "last_name": "熊野川", "nickname": "熊野の花茶", "display_name": "花子 熊野川",
           "description": "紀州で茶を作る。店の電話は0735-22-1111"}
TYPED = [COMMENT, PERSON["name"], PERSON["email"], *(v for k, v in PROFILE.items() if k != "first_name")]


def case(function):
    CASES.append((function.__name__, function))
    return function


class Guest(Browser):
    """Somebody's browser at the blog."""

    def __init__(self, house):
        super().__init__(house.people, "127.0.0.1", host="blog.localhost")

    def form(self, path, fields):
        return self.ask("POST", path, urllib.parse.urlencode(fields), Origin="https://" + self.host)

    def wordpress(self):
        """As its administrator, behind whatever the gate wants."""
        self.get("/wp-login.php")
        self.form("/wp-login.php", {"log": wordpress.NAME, "pwd": wordpress.PASSWORD, "wp-submit": "Log In",
                                    "redirect_to": "/wp-admin/", "testcookie": "1"})
        same(self.status, 302)
        return self

    def page(self, path):
        same((path, self.get(path).status), (path, 200))
        return self.text

    def profile(self, path="/wp-admin/profile.php"):
        """The profile form's fields, as it stands there: what the browser would send."""
        page = self.page(path)
        wanted = ("_wpnonce", "_wp_http_referer", "from", "checkuser_id", "user_id", "email", "action", "first_name", "last_name",
                  "nickname")
        fields = {m[0]: html.unescape(m[1]) for m in re.findall('<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)
                  if m[0] in wanted}
        fields["display_name"] = html.unescape(re.search(r"<option\s+selected='selected'>([^<]*)<", page.partition('id="display_name"')[2]).group(1))
        fields["description"] = html.unescape(re.search('<textarea name="description"[^>]*>([^<]*)<', page).group(1))
        return dict(fields, url="", submit="Update")


def staff(house, realm, email, role):
    """Signed in at the gate with two factors."""
    account = house.people.person(realm, "" if realm == "operator" else "blog", email, PASSWORD, "", base64.b32decode(SECRET).hex())
    house.people.store("UPDATE account SET role = ? WHERE id = ?", role, account)
    guest = Guest(house)
    guest.sign_in(realm, email, PASSWORD)
    guest.fill("/.sekisho/%s/second" % realm, way="app", code=totp(SECRET))
    same((email, house.people.session(realm, "blog", guest.cookies)[0]), (email, 204))
    return guest


def once(house, name, make):
    """Made by the first case that asks: WordPress takes no second comment so soon."""
    if not hasattr(house, name):
        setattr(house, name, make())
    return getattr(house, name)


def dump_of(site):
    """All of WordPress' database."""
    command = ["mariadb-dump", "--no-defaults", "--socket=%s/db.sock" % site.folder, "wordpress"]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid", site.user, "--regid", site.user, "--clear-groups", *command]
    return subprocess.run(command, capture_output=True, check=True).stdout


def commented(house):
    """Who wrote the comment, and where it is shown to whom."""
    def write():
        guest = Guest(house)
        guest.form("/wp-comments-post.php", {
            "comment": COMMENT, "author": PERSON["name"], "email": PERSON["email"], "url": "", "submit": "送信",
            "comment_post_ID": "1", "comment_parent": "0", "wp-comment-cookies-consent": "yes"})
        same(guest.status, 302)
        return guest, "/" + guest.location.split("://", 1)[1].split("/", 1)[1].split("#")[0]
    return once(house, "comment", write)


def owner(house):
    return once(house, "owner", lambda: staff(house, "merchant", "owner@example.jp", "owner").wordpress())


def sub(house):
    return once(house, "sub", lambda: staff(house, "merchant", "sub@example.jp", "sub").wordpress())


def operator(house):
    """Who needs WordPress' own cookies as well, and the gate's for the rest of its administration."""
    return once(house, "operator", lambda: staff(house, "operator", "operator@example.jp", "operator").wordpress())


def profiled(house):
    """Whose browser has filled in the profile, with the gate's owner behind it."""
    def fill():
        guest = staff(house, "merchant", "second-owner@example.jp", "owner").wordpress()
        fields = dict(guest.profile(), **PROFILE)
        guest.form("/wp-admin/profile.php", fields)
        same((guest.status, guest.text[:200]), (302, ""))
        return guest
    return once(house, "profile", fill)


@case
def wordpress_has_tokens_only(house):
    commented(house)
    profiled(house)
    dump = dump_of(house.blog)
    assert told(dump, [wordpress.MAIL]), "what was installed past the gate is not found: this finds nothing"
    without(dump, TYPED)
    for path in glob.glob(house.blog.folder + "/data/wordpress/*.ibd") + glob.glob(house.blog.folder + "/*.log"):
        with open(path, "rb") as file:
            without(file.read(), TYPED)


@case
def a_comment_is_shown_to_who_wrote_it_and_masked_to_visitors(house):
    writer, page = commented(house)
    mine = writer.page(page)
    assert COMMENT in mine and PERSON["name"] in mine, mine[-2000:]
    theirs = Guest(house).page(page)
    assert "Hello world!" in theirs
    without(theirs, TYPED)


@case
def its_owner_sees_comments_and_who_has_another_role_masks(house):
    commented(house)
    page = owner(house).page("/wp-admin/edit-comments.php")
    for word in (COMMENT, PERSON["name"], "mailto:" + PERSON["email"]):
        assert word in page, page[-3000:]
    page = sub(house).page("/wp-admin/edit-comments.php")
    assert "***" in page
    without(page, TYPED)


@case
def nobody_comes_there_by_wordpress_alone(house):
    guest = Guest(house).wordpress()
    same(guest.get("/wp-admin/edit-comments.php").status, 303)
    without(guest.text, TYPED)
    without(guest.get("/wp-admin/users.php").text, TYPED)


@case
def operators_see_the_page_that_is_theirs(house):
    profiled(house)
    page = operator(house).page("/wp-admin/users.php")
    assert "花子 熊野川" in page, page[-3000:]
    without(page, [PROFILE["description"], PERSON["email"]])
    same(owner(house).get("/wp-admin/users.php").status, 303)  # who is no operator is sent to sign in as one
    same(operator(house).get("/wp-admin/edit-comments.php").status, 303)


@case
def a_profile_is_shown_to_who_filled_it_in_and_to_the_owner(house):
    for who in (profiled(house), owner(house)):
        same({k: v for k, v in who.profile().items() if k in PROFILE}, PROFILE)


@case
def a_profile_that_may_not_be_seen_keeps_its_tokens_when_it_is_saved(house):
    profiled(house)
    before = sub(house).profile()
    without(sub(house).text, TYPED)
    assert not any("***" in v for v in before.values()), before
    sub(house).form("/wp-admin/profile.php", before)
    same(sub(house).status, 302)
    after = sub(house).profile()
    same({k: after[k] for k in PROFILE}, {k: before[k] for k in PROFILE})
    same({k: v for k, v in owner(house).profile().items() if k in PROFILE}, PROFILE)


# ── what it costs ──

class Kept:
    """A connection that is kept, so that no handshake is in the figures."""

    def __init__(self, house, host, cookies):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.connection = http.client.HTTPSConnection("127.0.0.1", house.gate.port, timeout=20, context=context)
        self.headers = {"Host": "%s:%d" % (host, house.gate.port), "User-Agent": "Mozilla/5.0 (X11; Linux x64) Firefox/128.0",
                        "Accept": "text/html", "Accept-Language": "en",
                        "Cookie": "; ".join("%s=%s" % pair for pair in cookies.items())}

    def get(self, target):
        self.connection.request("GET", target, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        same((target, answer.status), (target, 200))
        return text


def command_of(pid):
    with open("/proc/%s/cmdline" % pid, encoding="utf-8", errors="replace") as file:
        return file.read()


def part_of(house, pid):
    """Which of the house's parts a process is, or the applications behind it; None: neither."""
    with open("/proc/%s/status" % pid, encoding="utf-8") as file:
        parent = re.search(r"^PPid:\s*(\d+)", file.read(), re.M).group(1)
    command, above = command_of(pid), command_of(parent)
    if house.gate.state in command + above:
        words = command.split("\0")
        return next((name for name in ("vault", "keeper", "ledger") if name in words), "gate" if "nginx" in command else None)
    return "application" if any(f in command + above for f in (house.data, house.blog.folder)) else None


def cpu_of(house):
    """Microseconds that each part, and the applications, have used so far."""
    used = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            name = part_of(house, pid)
            for task in glob.glob("/proc/%s/task/*/schedstat" % pid) if name else ():
                with open(task, encoding="ascii") as file:
                    used[name] = used.get(name, 0) + int(file.read().split()[0]) / 1000
        except OSError:
            pass  # it has ended
    return used


def cost(house, pages, count, rounds=3):
    """Microseconds a page, by part: of each (host, target, cookies), asked in turns."""
    spent = [{} for _ in pages]
    for _ in range(rounds):
        for page, sums in zip(pages, spent):
            kept = Kept(house, page[0], page[2])
            kept.get(page[1])
            before = cpu_of(house)
            for _ in range(count):
                kept.get(page[1])
            for name, used in cpu_of(house).items():
                sums[name] = sums.get(name, 0) + (used - before.get(name, used)) / (count * rounds)
    return spent


@case
def what_an_exchanged_page_costs(house):
    writer, page = commented(house)
    for _ in range(20 - house.orders().count("\n")):
        house.order(PERSON)
    tokens = house.get("/admin/orders").count("<tr>")
    for what, count, pair in (("the PHP shop's list of %d orders, 3 values each" % tokens, 100, (
            ("bare.localhost", "/admin/orders", {}), ("localhost", "/admin/orders", {}))), (
            "WordPress' article with the comment, to who wrote it", 10, (
            ("bareblog.localhost", page, writer.cookies), ("blog.localhost", page, writer.cookies)))):
        off, on = cost(house, pair, count)
        vault = sum(on.get(name, 0) - off.get(name, 0) for name in ("vault", "keeper", "ledger"))
        whole = (on["gate"] + on["application"] + vault) / (off["gate"] + off["application"])
        print("        %s: CPU of the gate %.2f ms a page, %.2f without exchange: x%.2f; vault, keeper and ledger %.2f ms; with "
              "the application's %.2f ms all of it x%.2f" % (what, on["gate"] / 1000, off["gate"] / 1000, on["gate"] / off["gate"],
                                                         vault / 1000, off["application"] / 1000, whole))
        assert on["gate"] > 0 and off["gate"] > 0 and vault > 0, (off, on)
