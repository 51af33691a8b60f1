"""Sign-ins of applications: failures recognised and limited; challenges. Each case comes from
addresses of its own, and tries accounts of its own."""
import base64
import hashlib
import html
import json
import re
import threading
from urllib.parse import urlencode

from steps import blocked, case, event, reload, same


def sign_in(scene, path, who, password="wrong", at="192.0.2.100", cookie="", body=None, **headers):
    body = urlencode({"log": who, "pwd": password}).encode() if body is None else body
    headers = {"X-From": at, "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, **headers}
    return scene.ask(path, "POST", headers=headers, body=body, port=scene.login)


def tries(scene, path, count, wanted, **more):
    for i in range(count):
        same((i, sign_in(scene, path, **more).status), (i, wanted))


# ── limits ──

@case
def an_account_is_limited_from_wherever_it_is_tried(scene):
    for i in range(4):
        same(sign_in(scene, "/login/plain", "hanako", at="192.0.%d.1" % (10 + i)).status, 401)
    for who in ("hanako", " HANAKO ", "Hanako"):
        a = blocked(sign_in(scene, "/login/plain", who, "right", at="192.0.20.1"), 429)
    assert "多すぎます" in a.body.decode(), a
    same(a.headers["Retry-After"], "900")
    e = event(scene, a.headers["X-Request-Id"])
    same((e["rule"], [m["data"] for m in e["matches"]]), (9903011, ["account"]))
    assert "anako" not in json.dumps(e["matches"]), e["matches"]
    same(sign_in(scene, "/login/plain", "taro", "right", at="192.0.20.1").status, 302)


@case
def a_source_and_a_network_are_limited_whichever_accounts_they_try(scene):
    for i in range(6):
        same(sign_in(scene, "/login/plain", "s%d" % i, at="192.0.30.1").status, 401)
    blocked(sign_in(scene, "/login/plain", "s7", at="192.0.30.1"), 429)
    for i in range(3):
        same(sign_in(scene, "/login/plain", "t%d" % i, at="192.0.30.2").status, 401)
    a = blocked(sign_in(scene, "/login/plain", "t9", at="192.0.30.3"), 429)
    same([m["data"] for m in event(scene, a.headers["X-Request-Id"])["matches"]], ["network"])
    same(sign_in(scene, "/login/plain", "t9", at="192.0.31.3").status, 401)


@case
def sources_of_ipv6_are_counted_by_64_and_48(scene):
    for i in range(6):
        same(sign_in(scene, "/login/plain", "v%d" % i, at="2001:db8:7:1::%d" % i).status, 401)
    blocked(sign_in(scene, "/login/plain", "v7", at="2001:db8:7:1:ffff::1"), 429)
    same(sign_in(scene, "/login/plain", "v8", at="2001:db8:7:2::1").status, 401)


@case
def a_site_is_limited_in_all(scene):
    for i in range(5):
        same(sign_in(scene, "/login/crowd", "x", at="192.%d.0.1" % (100 + i)).status, 401)
    blocked(sign_in(scene, "/login/crowd", "x", at="192.200.0.1"), 429)


@case
def the_refused_are_not_asked_about(scene):
    tries(scene, "/login/plain", 4, 401, who="jiro", at="192.0.40.1")
    seen = len(scene.backend.seen)
    blocked(sign_in(scene, "/login/plain", "jiro", at="192.0.40.1"), 429)
    same(len(scene.backend.seen), seen)


@case
def who_signs_in_rightly_is_not_counted(scene):
    tries(scene, "/login/plain", 12, 302, who="saburo", password="right", at="192.0.41.1")
    tries(scene, "/login/led", 12, 302, who="saburo", password="right", at="192.0.41.1")


@case
def a_failure_is_known_by_where_it_leads(scene):
    tries(scene, "/login/led", 3, 302, who="shiro", at="192.0.42.1")
    blocked(sign_in(scene, "/login/led", "shiro", at="192.0.42.1"), 429)


@case
def a_thousand_at_once_are_not_all_the_first(scene):
    answers = []

    def one():
        answers.append(sign_in(scene, "/login/plain", "goro", "slow", at="192.0.43.1").status)

    threads = [threading.Thread(target=one) for _ in range(20)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(sorted(answers), [401] * 4 + [429] * 16)


@case
def json_and_repeated_fields_name_accounts_too(scene):
    body = json.dumps({"who": "rokuro", "pwd": "x"}).encode()
    for i in range(3):
        same(sign_in(scene, "/login/json", "", at="192.0.%d.1" % (50 + i), body=body, **{"Content-Type": "application/json"}).status, 401)
    blocked(sign_in(scene, "/login/json", "", at="192.0.60.1", body=body, **{"Content-Type": "application/json"}), 429)
    for i in range(4):
        same(sign_in(scene, "/login/plain", "", at="192.0.%d.1" % (70 + i), body=b"log=decoy%d&LOG=shichiro&pwd=x" % i).status, 401)
    blocked(sign_in(scene, "/login/plain", "shichiro", at="192.0.80.1"), 429)
    many = "&".join("log=m%d" % i for i in range(5)).encode()
    blocked(sign_in(scene, "/login/many", "", at="192.0.81.1", body=many), 429)


@case
def no_spelling_of_the_path_leads_around_the_limit(scene):
    paths = ["//login/plain", "/x/../login/plain", "/login/plain/", "/LOGIN/plain", "/login/pl%61in", "/login/plain;x"]
    for i in range(4):
        same(sign_in(scene, "/login/plain", "hachiro", at="192.1.%d.1" % i).status, 401)
    for path in paths + ["/login/plain"]:
        same((path, sign_in(scene, path, "hachiro", at="192.1.9.1").status), (path, 429))


@case
def a_reload_forgets_no_failure(scene):
    tries(scene, "/login/plain", 4, 401, who="kuro", at="192.0.90.1")
    reload(scene)
    blocked(sign_in(scene, "/login/plain", "kuro", at="192.0.91.1"), 429)


# ── challenges ──

def puzzle_of(scene, at, to="/login/always"):
    a = scene.ask("/.sekisho/challenge?to=" + to, headers={"X-From": at}, port=scene.login)
    same(a.status, 200)
    found = re.search(r'data-puzzle="([^"]*)"', a.body.decode())
    return a, json.loads(html.unescape(found.group(1)))


def solved(puzzle, **other):
    for number in range(puzzle["maxnumber"] + 1):
        if hashlib.sha256((puzzle["salt"] + str(number)).encode()).hexdigest() == puzzle["challenge"]:
            break
    answer = {"number": number, **{k: puzzle[k] for k in ("algorithm", "challenge", "salt", "signature")}, **other}
    return base64.b64encode(json.dumps(answer).encode()).decode()


def hand_in(scene, at, solution, to="/login/always"):
    return scene.ask("/.sekisho/challenge", "POST", headers={"X-From": at}, port=scene.login, form=True,
                     body=urlencode({"altcha": solution, "to": to}).encode())


def pass_of(scene, at):
    a = hand_in(scene, at, solved(puzzle_of(scene, at)[1]))
    same((a.status, a.headers["Location"]), (303, "/login/always"))
    cookie = a.headers["Set-Cookie"]
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie, cookie
    return cookie.split(";")[0]


@case
def a_challenge_comes_before_signing_in_and_is_good_for_some_attempts(scene):
    a = sign_in(scene, "/login/always", "ichiko", "right", at="198.18.0.1")
    same((a.status, a.headers["Location"]), (303, "/.sekisho/challenge?to=/login/always"))
    same(sign_in(scene, "/login/always", "ichiko", "right", at="198.18.0.1", Accept="application/json").status, 403)
    cookie = pass_of(scene, "198.18.0.1")
    for _ in range(10):
        same(sign_in(scene, "/login/always", "ichiko", "right", at="198.18.0.1", cookie="a=b; " + cookie).status, 302)
    same(sign_in(scene, "/login/always", "ichiko", "right", at="198.18.0.1", cookie=cookie).status, 303)


@case
def a_pass_is_for_its_network_and_cannot_be_made_up(scene):
    cookie = pass_of(scene, "198.18.1.1")
    same(sign_in(scene, "/login/always", "x", at="198.18.1.77", cookie=cookie).status, 401)
    same(sign_in(scene, "/login/always", "x", at="198.18.2.1", cookie=cookie).status, 303)
    for forged in (cookie[:-1] + ("A" if cookie[-1] != "A" else "B"), cookie.replace("p1.", "v1."), "__Host-sekisho-pass=", "x=" + cookie):
        same(sign_in(scene, "/login/always", "x", at="198.18.1.1", cookie=forged).status, 303)


@case
def a_puzzle_is_solved_once_here_and_now(scene):
    puzzle = puzzle_of(scene, "198.18.3.1")[1]
    right = solved(puzzle)
    same(hand_in(scene, "198.18.4.1", right).status, 403)
    same(hand_in(scene, "198.18.3.1", solved(puzzle, number=-1)).status, 403)
    same(hand_in(scene, "198.18.3.1", solved(puzzle, salt=puzzle["salt"].replace("expires=", "expires=9"))).status, 403)
    for nonsense in ("", "x", "e30=", "A" * 3000):
        same(hand_in(scene, "198.18.3.1", nonsense).status, 403)
    same(hand_in(scene, "198.18.3.1", "A" * 9000).status, 405)
    same(hand_in(scene, "198.18.3.1", right).status, 303)
    same(hand_in(scene, "198.18.3.1", right).status, 403)


@case
def the_challenge_leads_to_no_other_place(scene):
    for to in ("https://evil.example/", "//evil.example", "/\\evil.example", "/a b", "", "/x\"><script>"):
        a = hand_in(scene, "198.18.5.1", solved(puzzle_of(scene, "198.18.5.1", "/x")[1]), to)
        same((to, a.headers["Location"]), (to, "/"))
    a = scene.ask("/.sekisho/challenge?to=/%22%3E%3Cscript%3E", headers={"X-From": "198.18.5.1"}, port=scene.login)
    assert b"<script>" not in a.body, a


@case
def the_challenges_page_speaks_both_languages_and_trusts_nobody_else(scene):
    a, _ = puzzle_of(scene, "198.18.6.1")
    assert "サインインの前に" in a.body.decode() and "<noscript>" in a.body.decode(), a
    policy = a.headers["Content-Security-Policy"]
    for word in ("default-src 'none'", "script-src 'self'", "worker-src 'self'", "form-action 'self'", "frame-ancestors 'none'"):
        assert word in policy, policy
    assert "unsafe" not in policy and a.headers["Cache-Control"] == "no-store", a.headers
    en = scene.ask("/.sekisho/challenge", headers={"X-From": "198.18.6.1", "Accept-Language": "en"}, port=scene.login)
    assert b"A short check" in en.body, en
    js = scene.ask("/.sekisho/challenge.js", port=scene.login)
    same((js.status, js.headers["Content-Type"]), (200, "text/javascript; charset=utf-8"))
    same(scene.ask("/.sekisho/challenge", "PUT", port=scene.login).status, 405)


@case
def adaptive_asks_only_who_fails_and_lets_an_attacked_owner_in(scene):
    same(sign_in(scene, "/login/adaptive", "niko", at="198.18.7.1").status, 401)
    same(sign_in(scene, "/login/adaptive", "niko", at="198.18.8.1").status, 401)
    same(sign_in(scene, "/login/adaptive", "niko", at="198.18.9.1").status, 303)  # half of the account's limit
    same(sign_in(scene, "/login/adaptive", "other", at="198.18.9.1").status, 401)
    attacker = pass_of(scene, "198.18.7.1")
    for _ in range(6):
        same(sign_in(scene, "/login/adaptive", "niko", at="198.18.7.1", cookie=attacker).status, 401)
    owner = pass_of(scene, "198.18.20.1")
    same(sign_in(scene, "/login/adaptive", "niko", "right", at="198.18.20.1", cookie=owner).status, 302)


@case
def a_source_that_fails_thrice_is_asked(scene):
    for i in range(3):
        same(sign_in(scene, "/login/adaptive", "w%d" % i, at="198.18.30.1").status, 401)
    same(sign_in(scene, "/login/adaptive", "w9", at="198.18.30.1").status, 303)
