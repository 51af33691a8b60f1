"""A company's widget in place of the puzzle (sekisho_human). Each case comes from a network of its own;
what a company being away changes is tried with a company that no other case uses."""
import base64
import html
import json
import re
from urllib.parse import urlencode

from cases_login import solved
from steps import case, reload, same, until

COUNT = [0]


def token(kind):
    """One that the part answers so; never the same twice."""
    COUNT[0] += 1
    return "%s.%d" % (kind, COUNT[0])


def page(scene, company, at, query="to=/login/always", **headers):
    return scene.ask("/.sekisho/challenge?" + query, headers={"X-From": at, **headers}, port=scene.human[company])


def hand_in(scene, company, at, token, to="/login/always", **more):
    return scene.ask("/.sekisho/challenge", "POST", headers={"X-From": at}, port=scene.human[company], form=True,
                     body=urlencode({"human": token, "to": to, **more}).encode())


def puzzle_of(answer):
    found = re.search(r'data-puzzle="([^"]*)"', answer.body.decode())
    return json.loads(html.unescape(found.group(1))) if found else None


def is_puzzle(answer, status=403):
    """The way that is left: a puzzle, and no pass."""
    same((answer.status, answer.headers["Set-Cookie"]), (status, None))
    puzzle = puzzle_of(answer)
    assert puzzle, answer
    same(puzzle["maxnumber"], 400000)
    return puzzle


# ── the page ──

@case
def the_widgets_page_names_the_company_and_trusts_it_alone(scene):
    for company, wanted in (("turnstile", ("Cloudflare Turnstile", "Cloudflare, Inc.", "cf-turnstile", "https://challenges.cloudflare.com")),
                            ("hcaptcha", ("hCaptcha", "Intuition Machines", "h-captcha", "https://*.hcaptcha.com")),
                            ("recaptcha", ("Google reCAPTCHA", "Google LLC", "g-recaptcha", "https://www.google.com/recaptcha/")),
                            ("recaptcha-score", ("Google reCAPTCHA", "policies.google.com", "render=0x4-site_key", "https://www.gstatic.com/recaptcha/"))):
        a = page(scene, company, "198.51.100.1", **{"Accept-Language": "ja"})
        text = html.unescape(a.body.decode())
        same(a.status, 200)
        for word in wanted[:3] + ("プライバシーポリシー", "送られます", "way=work&to=/login/always", "<noscript>"):
            assert word in text, (company, word)
        policy = dict(p.strip().partition(" ")[::2] for p in a.headers["Content-Security-Policy"].split(";"))
        same((policy["default-src"], policy["form-action"], policy["frame-ancestors"]), ("'none'", "'self'", "'none'"))
        assert wanted[3] in policy["script-src"], policy
        assert "'unsafe-inline'" not in policy["script-src"] + policy["style-src"], policy
        same("style-src-attr" in policy, company.startswith("recaptcha"))
        same((a.headers["Cache-Control"], a.headers["Referrer-Policy"]), ("no-store", "strict-origin"))
        english = page(scene, company, "198.51.100.1", **{"Accept-Language": "en"}).body.decode()
        assert "privacy policy" in english and "Your browser sends your address" in english, english


@case
def another_address_of_the_script_is_put_into_page_and_policy(scene):
    a = page(scene, "recaptcha", "198.51.100.2")
    assert b'data-script="http://127.0.0.1:9/recaptcha/api.js?hl=' in a.body, a.body
    for name in ("script-src", "frame-src", "connect-src"):
        found = re.search(name + r" ([^;]*)", a.headers["Content-Security-Policy"])
        assert "http://127.0.0.1:9" in found.group(1).split(), a.headers


@case
def the_widgets_script_is_ours_and_the_page_holds_nothing_foreign(scene):
    js = scene.ask("/.sekisho/human.js", port=scene.human["turnstile"])
    same((js.status, js.headers["Content-Type"]), (200, "text/javascript; charset=utf-8"))
    a = page(scene, "turnstile", "198.51.100.3", 'to=/%22%3E%3Cscript%3E')
    assert b'"><script>' not in a.body and b'name="to" value="/"' in a.body, a
    same(scene.ask("/.sekisho/human", "POST", body=b"x", port=scene.human["turnstile"]).status, 404)


# ── tokens ──

@case
def a_token_that_the_company_knows_gives_a_pass_and_leads_back(scene):
    good = token("person")
    a = hand_in(scene, "turnstile", "198.51.101.1", good)
    same((a.status, a.headers["Location"]), (303, "/login/always"))
    cookie = a.headers["Set-Cookie"]
    for word in ("__Host-sekisho-pass=p1.", "Secure", "HttpOnly", "SameSite=Lax"):
        assert word in cookie, cookie
    method, target, headers, question = scene.asker.asked[-1]
    same((method, target, question), ("POST", "/v1/human", {"token": good, "site": "shop"}))
    assert not {"cookie", "x-from", "user-agent", "x-forwarded-for"} & set(headers), headers
    for at, wanted in (("198.51.101.9", 401), ("198.51.102.9", 303)):
        a = scene.ask("/login/always", "POST", port=scene.human["turnstile"], form=True, body=b"log=x&pwd=wrong",
                      headers={"X-From": at, "Cookie": cookie.split(";")[0]})
        same((at, a.status), (at, wanted))


@case
def a_token_is_asked_about_once(scene):
    good = token("person")
    same(hand_in(scene, "turnstile", "198.51.103.1", good).status, 303)
    asked = len(scene.asker.asked)
    is_puzzle(hand_in(scene, "turnstile", "198.51.103.1", good))
    is_puzzle(hand_in(scene, "turnstile", "198.51.104.1", good))
    same(len(scene.asker.asked), asked)


@case
def whoever_is_not_said_to_be_a_person_gets_the_puzzle(scene):
    a = hand_in(scene, "turnstile", "198.51.105.1", token("no"))
    puzzle = is_puzzle(a)
    assert "計算" in a.body.decode() or "calculation" in a.body.decode(), a
    same(page(scene, "turnstile", "198.51.105.1").body.count(b"cf-turnstile"), 1)  # a no is not an absence
    a = scene.ask("/.sekisho/challenge", "POST", headers={"X-From": "198.51.105.1"}, port=scene.human["turnstile"], form=True,
                  body=urlencode({"altcha": solved(puzzle), "to": "/login/always"}).encode())
    same((a.status, a.headers["Location"]), (303, "/login/always"))


@case
def what_is_no_token_is_not_asked_about(scene):
    asked = len(scene.asker.asked)
    for wrong in ("", "a b", "a\r\nb", "トークン", "x" * 8193):
        is_puzzle(hand_in(scene, "turnstile", "198.51.106.1", wrong))
    same(len(scene.asker.asked), asked)
    same(hand_in(scene, "turnstile", "198.51.106.1", "x" * 20000).status, 405)
    same(hand_in(scene, "turnstile", "198.51.106.1", token("person") + "." + "x" * 8000).status, 303)


@case
def the_pass_leads_to_no_other_place(scene):
    for to in ("https://evil.example/", "//evil.example", "/\\evil.example", ""):
        a = hand_in(scene, "turnstile", "198.51.107.1", token("person"), to)
        same((to, a.status, a.headers["Location"]), (to, 303, "/"))


@case
def a_network_may_ask_the_company_so_often_and_no_more(scene):
    for _ in range(60):
        is_puzzle(hand_in(scene, "turnstile", "198.51.108.1", token("no")))
    asked = len(scene.asker.asked)
    is_puzzle(hand_in(scene, "turnstile", "198.51.108.77", token("person")))
    same(len(scene.asker.asked), asked)
    same(hand_in(scene, "turnstile", "198.51.109.1", token("person")).status, 303)


@case
def the_puzzle_is_there_for_who_does_not_want_the_company(scene):
    a = page(scene, "hcaptcha", "198.51.110.1", "way=work&to=/login/always")
    puzzle = is_puzzle(a, 200)
    assert "worker-src 'self'" in a.headers["Content-Security-Policy"] and "hcaptcha" not in a.headers["Content-Security-Policy"], a.headers
    asked = len(scene.asker.asked)
    a = scene.ask("/.sekisho/challenge", "POST", headers={"X-From": "198.51.110.1"}, port=scene.human["hcaptcha"], form=True,
                  body=urlencode({"altcha": solved(puzzle), "to": "/login/always"}).encode())
    same((a.status, len(scene.asker.asked)), (303, asked))
    forged = base64.b64encode(json.dumps({**puzzle, "number": -1}).encode()).decode()
    a = scene.ask("/.sekisho/challenge", "POST", headers={"X-From": "198.51.110.1"}, port=scene.human["hcaptcha"], form=True,
                  body=urlencode({"altcha": forged}).encode())
    is_puzzle(a)


# ── away ──

def away(scene, company, kind, at):
    before = scene.nginx.log("error.log").count("cannot be asked who is a person")
    is_puzzle(hand_in(scene, company, at, token(kind)))
    asked = len(scene.asker.asked)
    assert until(lambda: scene.nginx.log("error.log").count("cannot be asked who is a person") == before + 1), scene.nginx.log("error.log")[-500:]
    for _ in range(3):  # everybody else is spared the wait, and the log the lines
        is_puzzle(page(scene, company, "198.51.120.1"), 200)
        is_puzzle(hand_in(scene, company, "198.51.120.1", token("person")))
    same(len(scene.asker.asked), asked)
    same(scene.nginx.log("error.log").count("cannot be asked who is a person"), before + 1)


@case
def a_part_that_fails_is_no_yes_and_is_left_alone_for_a_while(scene):
    away(scene, "hcaptcha", "broken", "198.51.121.1")
    reload(scene)
    is_puzzle(page(scene, "hcaptcha", "198.51.121.1"), 200)


@case
def a_part_that_does_not_answer_in_time_is_no_yes(scene):
    away(scene, "recaptcha-score", "slow", "198.51.122.1")


@case
def a_page_with_200_or_a_closed_connection_is_no_yes(scene):
    away(scene, "recaptcha", "page", "198.51.123.1")
    away(scene, "turnstile", "gone", "198.51.124.1")
