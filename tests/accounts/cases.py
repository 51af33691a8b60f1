"""What people, thieves and guessers do at the doors of accounts. A case is a function named as a
sentence; it gets a Shop and a check(ok, what)."""
import base64
import hashlib
import hmac
import html
import json
import os
import re
import signal
import statistics
import time

from browser import Browser, encode, totp

PASSWORD, OTHER = "correct horse battery", "gull kettle window seven"
OPERATORS = "127.0.0.1"  # the network that operators sign in from
CASES = []
# What a case that finds something missing may end with.
BROKE_OFF = (OSError, AttributeError, KeyError, StopIteration, TypeError, ValueError)


def case(function):
    CASES.append(function)
    return function


def buyer(shop, name):
    email = "%s@example.jp" % name
    return shop.person("buyer", "shop", email, PASSWORD), email


def signed_in(shop, email, browser=None):
    browser = browser or Browser(shop)
    browser.sign_in("buyer", email, PASSWORD)
    return browser


def code_in(text):
    found = re.search(r"^(\d{6})$", text or "", re.M)
    return found.group(1) if found else ""


def another(code):
    return "%06d" % ((int(code or 0) + 1) % 1000000)


# --- signing in ---

@case
def sign_in_leads_back_and_writes_to_the_owner(shop, check):
    who, email = buyer(shop, "back")
    b = Browser(shop).get("/.sekisho/buyer/sign-in?to=%2Fs%2Fkamone%2F")
    check(b.status == 200 and "<script" in b.text, "the page is there")
    b.post("/.sekisho/buyer/sign-in", email=email, password=PASSWORD, to="/s/kamone/")
    check((b.status, b.location) == (303, "/s/kamone/"), "it leads back: %s %s" % (b.status, b.location))
    status, headers = shop.session("buyer", "shop", b.cookies)
    check(status == 204 and headers.get("x-sekisho-principal") == who, "the gate is told who it is")
    lines = [v for n, v in b.headers if n.lower() == "set-cookie" and "buyer" in v]
    check(all(all(w in line for w in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")) and "Domain" not in line
              for line in lines) and lines, "its cookie is for this host and no script")
    text = shop.mail(email, "accounts.sign_in_new")
    check(text and "Firefox, Linux" in text and "JST" in text and "/.sekisho/buyer/stop?link_token=" in text,
          "the owner is told of a new device, when, and what to do")
    check(b.get("/s/kamone/").status == 200, "the shop goes on")


@case
def sign_in_is_in_both_languages_and_without_scripts(shop, check):
    b = Browser(shop)
    b.ask("GET", "/.sekisho/buyer/sign-in?lang=ja")
    check('lang="ja"' in b.text and "パスワード" in b.text, "Japanese")
    check(b.get("/.sekisho/buyer/sign-in").hidden("token") and "メール" in b.text, "and it stays so")
    policy = dict((n.lower(), v) for n, v in b.headers).get("content-security-policy", "")
    check("unsafe" not in policy and "script-src 'self'" in policy, "nothing foreign runs: %s" % policy)
    check(not re.search(r"<(script|style)>|\son\w+=|style=", b.text), "nothing inline")


@case
def nobody_can_tell_who_exists(shop, check):
    _, email = buyer(shop, "aa")
    shop.person("buyer", "shop", "bb@example.jp", PASSWORD)
    shop.store("UPDATE account SET state = 'invited' WHERE id = (SELECT max(id) FROM account WHERE seen IS NULL)")

    def answer(address):
        b = Browser(shop).sign_in("buyer", address, "wrong")
        text = re.sub(r'value="\d+\.[0-9a-f]+"|<code.*?</code>', "", b.text).replace(address, "X")
        heads = sorted(n.lower() for n, _ in b.headers)
        return b.status, heads, text

    known, unknown = answer(email), answer("cc@example.jp")
    check(known == unknown and known[0] == 422, "a wrong password and an unknown address look alike")
    check(answer("bb@example.jp") == unknown, "so does one that may not sign in")

    def asked(path, address):
        b = Browser(shop).fill(path, email=address)
        return b.status, b.location, sorted(n.lower() for n, _ in b.headers), \
            re.sub(r'<code.*?</code>|value="\d+\.[0-9a-f]+"', "", b.text)

    for path in ("/.sekisho/buyer/code", "/.sekisho/buyer/forgot"):
        check(asked(path, email) == asked(path, "cc@example.jp"), "%s says the same to all" % path)


@case
def nobody_can_tell_by_the_clock(shop, check):
    _, email = buyer(shop, "clock")
    took = {email: [], "never@example.jp": []}
    for turn in range(16):
        for address in took:
            # five failures of one account lock it, and a lock must not be faster, either
            b = Browser(shop).get("/.sekisho/buyer/sign-in")
            begun = time.monotonic()
            b.post("/.sekisho/buyer/sign-in", email=address, password="wrong%d" % turn)
            took[address].append(time.monotonic() - begun)
    known, unknown = (statistics.median(t) for t in took.values())
    check(0.67 < known / unknown < 1.5, "median %.0f ms known, %.0f ms unknown (16 each)" % (known * 1e3, unknown * 1e3))


# --- locks ---

def lock_out(shop, email):
    for _ in range(6):
        Browser(shop).sign_in("buyer", email, "wrong")


@case
def the_lock_stops_guessers_and_not_the_owner(shop, check):
    who, email = buyer(shop, "owner")
    own = signed_in(shop, email)
    lock_out(shop, email)
    stranger = signed_in(shop, email)
    check(stranger.status == 422 and stranger.session("buyer") == 401, "the right password is no use to a stranger")
    own.fill("/.sekisho/buyer/sign-out")
    check(own.session("buyer") == 401, "the owner signs out")
    signed_in(shop, email, own)
    check(own.status == 303 and own.session("buyer") == 204, "and in again from the own device")
    locks = shop.question("/v1/locks/list", {})[1]["locks"]
    check([k["kind"] for k in locks if k["subject"] == who] == ["account"], "the operator sees the lock")
    path = shop.link(email, "accounts.locked")
    check(path, "the owner is written to")
    new = Browser(shop).get(path)
    check(new.status == 200 and stranger.get(path).status == 200, "opening the link changes nothing")
    new.post(path.partition("?")[0], link_token=path.partition("=")[2])
    check(new.status == 200, "the button does")
    check(signed_in(shop, email, new).status == 303, "this browser may sign in")
    check(signed_in(shop, email).status == 422, "others still may not")
    check(Browser(shop).get(path).status == 410, "the link works once")


@case
def the_lock_ends_by_time_and_by_an_operator(shop, check):
    who, email = buyer(shop, "time")
    lock_out(shop, email)
    check(signed_in(shop, email).status == 422, "locked")
    shop.store("UPDATE tally SET until = until - 1800001 WHERE account = ?", who)
    check(signed_in(shop, email).status == 303, "half an hour later it is open")
    who, email = buyer(shop, "lift")
    lock_out(shop, email)
    check(shop.question("/v1/locks/lift", {"account": who}) == (200, {"lifted": 1}), "an operator lifts it")
    check(signed_in(shop, email).status == 303, "and it is open")


@case
def a_source_that_fails_often_has_to_work_and_then_to_wait(shop, check):
    _, email = buyer(shop, "work")
    b = Browser(shop)
    for n in range(5):
        b.sign_in("buyer", "list%d@example.jp" % n, "x")
    b.get("/.sekisho/buyer/sign-in")
    check("data-puzzle" in b.text, "after five failures the form carries a puzzle")
    b.post("/.sekisho/buyer/sign-in", email=email, password=PASSWORD)
    check(b.status == 429, "without its solution nobody gets in")
    solution = solve(b.text)
    b.post("/.sekisho/buyer/sign-in", email=email, password=PASSWORD, solution=solution)
    check(b.status == 303, "with it the owner does: %d" % b.status)
    thief = Browser(shop, b.source).get("/.sekisho/buyer/sign-in")
    thief.post("/.sekisho/buyer/sign-in", email="x@example.jp", password="x", solution=solution)
    check(thief.status == 429, "a solution is good once")
    for n in range(15):
        thief.get("/.sekisho/buyer/sign-in")
        thief.post("/.sekisho/buyer/sign-in", email="more%d@example.jp" % n, password="x", solution=solve(thief.text))
    check(thief.status == 422, "fifteen more failures")
    thief.get("/.sekisho/buyer/sign-in")
    thief.post("/.sekisho/buyer/sign-in", email=email, password=PASSWORD, solution=solve(thief.text))
    check(thief.status == 429 and dict(thief.headers).get("Retry-After", dict(thief.headers).get("retry-after")),
          "the twentieth makes the source wait")
    check(Browser(shop).get("/.sekisho/buyer/sign-in").status == 200, "others do not notice")


def solve(text):
    """The solution of a page's puzzle; empty where it has none."""
    found = re.search(r'data-puzzle="([^"]*)"', text)
    if not found:
        return ""
    puzzle = json.loads(html.unescape(found.group(1)))
    for number in range(puzzle["maxnumber"] + 1):
        if hashlib.sha256((puzzle["salt"] + str(number)).encode()).hexdigest() == puzzle["challenge"]:
            puzzle["number"] = number
            return base64.b64encode(json.dumps(puzzle).encode()).decode()
    raise SystemExit("a puzzle without solution")


# --- sessions and cookies ---

@case
def a_session_is_ended_for_the_next_request(shop, check):
    _, email = buyer(shop, "ends")
    a, b, c = (signed_in(shop, email) for _ in range(3))
    a.get("/.sekisho/buyer/account")
    check(a.status == 200 and a.text.count('value="ses_') == 2 and "127." in a.text, "the list has the others")
    one = re.search(r'value="(ses_\w+)"', a.text).group(1)
    a.post("/.sekisho/buyer/account/end", what=one)
    check(sorted(x.session("buyer") for x in (b, c)) == [204, 401], "one is ended")
    a.get("/.sekisho/buyer/account").post("/.sekisho/buyer/account/end", what="others")
    check([x.session("buyer") for x in (a, b, c)] == [204, 401, 401], "the others are")
    check("history" in a.get("/.sekisho/buyer/account").text and a.text.count("signed in") >= 3, "the history has all")
    a.post("/.sekisho/buyer/account/end", what="all")
    check(a.session("buyer") == 401, "all are")


@case
def a_cookie_is_worth_nothing_where_it_does_not_belong(shop, check):
    who, email = buyer(shop, "cookie")
    b = signed_in(shop, email)
    name = "__Host-sekisho-buyer"
    cookie = b.cookies[name]

    def status(value, realm="buyer", site="shop", as_name=None):
        return shop.session(realm, site, {as_name or name: value})[0]

    check(status(cookie) == 204, "it works")
    check(status(cookie, site="console") == 401 and status(cookie, site="other") == 401, "not on another site")
    check(status(cookie, "operator", as_name="__Host-sekisho-operator") == 401, "not in another realm")
    check(all(status(cookie[:i] + ("0" if cookie[i] != "0" else "1") + cookie[i + 1:]) == 401 for i in range(64)),
          "not with any digit changed")
    check(status(cookie[:-1]) == 401 and status(cookie + "0") == 401 and status(cookie.upper()) == 401, "nor cut")
    shop.store("UPDATE session SET used = used - 2592000001 WHERE account = ?", who)
    check(status(cookie) == 401, "not after thirty days unused")
    b = signed_in(shop, email, Browser(shop))
    shop.store("UPDATE session SET ends = 1 WHERE account = ?", who)
    check(b.session("buyer") == 401, "not after its end")
    planted = Browser(shop)
    planted.cookies[name] = "ab" * 32
    signed_in(shop, email, planted)
    check(planted.cookies[name] != "ab" * 32 and status("ab" * 32) == 401, "a planted one is replaced")
    old = dict(planted.cookies)
    planted.fill("/.sekisho/buyer/sign-out")
    check(status(old[name]) == 401, "not after signing out")


@case
def a_new_password_ends_other_sessions(shop, check):
    _, email = buyer(shop, "change")
    a, b = signed_in(shop, email), signed_in(shop, email)
    a.fill("/.sekisho/buyer/password", old="wrong", new=OTHER)
    check(a.status == 422 and b.session("buyer") == 204, "not with a wrong old one")
    a.post("/.sekisho/buyer/password", old=PASSWORD, new="password")
    check(a.status == 422, "not with a poor new one")
    a.post("/.sekisho/buyer/password", old=PASSWORD, new=OTHER)
    check(a.status == 200 and a.session("buyer") == 204 and b.session("buyer") == 401, "others are ended, this is not")
    check(Browser(shop).sign_in("buyer", email, PASSWORD).status == 422, "the old one is nothing")
    check(shop.link(email, "accounts.password_changed"), "the owner is told")


@case
def an_operator_is_nobody_with_one_factor(shop, check):
    shop.person("operator", "", "one@example.jp", PASSWORD)
    b = Browser(shop, OPERATORS).sign_in("operator", "one@example.jp", PASSWORD, to="/admin")
    check(b.location == "/.sekisho/operator/factors?to=%2Fadmin", "the second factor comes first: %s" % b.location)
    check(b.session("operator") == 401, "and before it nothing is open")
    check(b.get("/.sekisho/operator/code").status == 404, "a mailed code is no factor of theirs")
    check(Browser(shop).get("/.sekisho/operator/sign-in").status == 403, "elsewhere they cannot even try")


@case
def an_operator_sets_up_an_app_and_opens_the_console(shop, check):
    who = shop.person("operator", "", "two@example.jp", PASSWORD)
    b = Browser(shop, OPERATORS).sign_in("operator", "two@example.jp", PASSWORD)
    check(b.get("/.sekisho/operator/factors").status == 200, "the way leads to the factors")
    b.get("/.sekisho/operator/factors/app")
    secret = re.search(r'class="id">([A-Z2-7 ]+)<', b.text).group(1)
    b.post("/.sekisho/operator/factors/app", code=another(totp(secret)), label="phone")
    check(b.session("operator") == 401, "a wrong code sets up nothing")
    b.get("/.sekisho/operator/factors/app").post("/.sekisho/operator/factors/app", code=totp(secret), label="phone")
    status, headers = shop.session("operator", "shop", b.cookies)
    check(status == 204 and headers.get("x-sekisho-level") == "2" and headers.get("x-sekisho-principal") == who,
          "the first right code signs in with two factors: %s" % status)
    check(shop.session("operator", "console", b.cookies)[0] == 401, "on this site only")
    used = totp(secret)
    shop.store("UPDATE factor SET counter = counter - 2 WHERE account = ?", who)  # time goes by
    b = Browser(shop, OPERATORS).sign_in("operator", "two@example.jp", PASSWORD)
    check(b.location and b.location.startswith("/.sekisho/operator/second"), "from now on it is asked for")
    half = b.cookies["__Host-sekisho-operator"]
    b.get(b.location).post("/.sekisho/operator/second", way="app", code=another(used))
    check(b.session("operator") == 401, "a wrong code is none")
    code = totp(secret)
    b.get("/.sekisho/operator/second").post("/.sekisho/operator/second", way="app", code=code)
    check(b.session("operator") == 204 and b.cookies["__Host-sekisho-operator"] != half, "a right one, a new cookie")
    check(shop.session("operator", "shop", {"__Host-sekisho-operator": half})[0] == 401, "and the old one is nothing")
    thief = Browser(shop, OPERATORS).sign_in("operator", "two@example.jp", PASSWORD)
    thief.get("/.sekisho/operator/second").post("/.sekisho/operator/second", way="app", code=code)
    check(thief.session("operator") == 401, "a code is good once")
    shop.store("UPDATE factor SET counter = counter - 2 WHERE account = ?", who)
    desk = Browser(shop, OPERATORS, shop.port + 2).get("/")
    check(desk.status in (302, 303) and "/.sekisho/operator/sign-in" in (desk.location or ""),
          "the console sends to sign in: %s %s" % (desk.status, desk.location))
    desk.sign_in("operator", "two@example.jp", PASSWORD)
    desk.get(desk.location).post("/.sekisho/operator/second", way="app", code=totp(secret), to="/")
    check(desk.get("/").status == 200, "with two factors it opens: %s" % desk.status)
    ended = shop.question("/v1/sessions/end", {"account": who, "all": True})[0]
    check(ended == 200 and desk.get("/").status in (302, 303), "and is shut for the next request once that is ended")


# --- links and codes ---

@case
def a_link_works_once_for_its_purpose_and_time(shop, check):
    who, email = buyer(shop, "link")
    b = Browser(shop).fill("/.sekisho/buyer/forgot", email=email)
    check(b.status == 200, "asked for")
    path = shop.link(email, "accounts.reset")
    token = path.partition("=")[2]
    check(Browser(shop, OPERATORS).get("/.sekisho/operator/reset?link_token=" + token).status == 410, "not in another realm")
    for wrong in ("/.sekisho/merchant/reset?link_token=" + token, "/.sekisho/buyer/unlock?link_token=" + token,
                  "/.sekisho/buyer/reset?link_token=" + token[:-1], "/.sekisho/buyer/reset?link_token=" + token[::-1],
                  "/.sekisho/buyer/reset"):
        check(b.get(wrong).status == 410, "not as %s" % wrong.partition("?")[0])
    thief = signed_in(shop, email)
    b.get(path)
    b.post("/.sekisho/buyer/reset", link_token=token, new=email + email)
    check(b.status == 422, "not with one's own address for a password")
    b.post("/.sekisho/buyer/reset", link_token=token, new=OTHER)
    check(b.status == 200 and thief.session("buyer") == 401, "a new password, and every session is ended")
    check(b.get(path).status == 410, "once")
    b.fill("/.sekisho/buyer/forgot", email=email)
    path = shop.link(email, "accounts.reset")
    shop.store("UPDATE link SET ends = 1 WHERE account = ?", who)
    check(b.get(path).status == 410, "not after half an hour")


@case
def that_was_not_me_stops_everything(shop, check):
    _, email = buyer(shop, "notme")
    thief = signed_in(shop, email)
    path = shop.link(email, "accounts.sign_in_new")
    b = Browser(shop).get(path)
    check(b.status == 200 and thief.session("buyer") == 204, "opening it changes nothing")
    b.post("/.sekisho/buyer/stop", link_token=path.partition("=")[2])
    check(b.status == 200 and thief.session("buyer") == 401, "the thief is out")
    check(signed_in(shop, email, thief).status == 403, "and stays out: the password is void")
    check(shop.link(email, "accounts.must_reset"), "the owner can set a new one")


@case
def a_link_leaves_no_trace(shop, check):
    """In requests that are refused, that no server answers, and in what other pages are told of it."""
    _, email = buyer(shop, "trace")
    Browser(shop).fill("/.sekisho/buyer/forgot", email=email)
    path = shop.link(email, "accounts.reset")
    secret, ids = path.partition("=")[2], []
    gone = {"Host": "gone.localhost:%d" % shop.port}
    for target, more in ((path + "&q=<script>alert(1)</script>".replace("<", "%3C"), {}),
                         ("/?q=%3Cscript%3Ealert(1)%3C/script%3E", {"Referer": "https://localhost" + path}),
                         ("/?to=" + path.replace("?", "%3F").replace("=", "%3D"), dict(gone, Referer="https://gone" + path)),
                         (path.replace("/.sekisho/buyer", "/shop"), gone)):
        b = Browser(shop).ask("GET", target, **more)
        check(b.status in (403, 502), "refused or away: %d" % b.status)
        ids.append(dict((n.lower(), v) for n, v in b.headers).get("x-request-id"))
    b = Browser(shop)
    b.cookies["a"] = "b"
    b.ask("POST", path.partition("?")[0], encode({"link_token": secret, "new": secret, "x": "<script>alert(1)</script>"}))
    ids.append(dict((n.lower(), v) for n, v in b.headers).get("x-request-id"))
    lines = [shop.instance.audit(i) for i in ids]
    check(all(lines) and "[masked 43]" in lines[0]["uri"] + lines[3]["uri"] and
          "[masked 43]" in lines[1]["request"]["Referer"], "they are recorded, masked: %r" % [x and x["uri"] for x in lines])
    check(not any(secret in json.dumps(x) for x in lines), "none with the token")
    shown = shop.instance.sekisho("log", "--id", ids[0])[1]
    check("[masked 43]" in shown and secret not in shown, "nor do explanations show it")


@case
def a_mailed_code_signs_in_once(shop, check):
    _, email = buyer(shop, "code")
    b = Browser(shop).fill("/.sekisho/buyer/code", email=email, to="/s/kamone/")
    code = code_in(shop.mail(email, "accounts.code"))
    check(len(code) == 6, "it comes")
    other = Browser(shop).fill("/.sekisho/buyer/code", email="nobody-at-all@example.jp")
    other.fill("/.sekisho/buyer/code/enter", code=code)
    check(other.status == 422, "it is nothing in another browser")
    b.fill("/.sekisho/buyer/code/enter", code=another(code))
    check(b.status == 422, "another code is none")
    b.post("/.sekisho/buyer/code/enter", code=code)
    check((b.status, b.location) == (303, "/s/kamone/") and b.session("buyer") == 204, "it signs in")
    b.fill("/.sekisho/buyer/sign-out")
    b.fill("/.sekisho/buyer/code/enter", code=code)
    check(b.status == 422, "once")
    b = Browser(shop).fill("/.sekisho/buyer/code", email=email)
    code = code_in(shop.mail(email, "accounts.code"))
    for _ in range(5):
        b.fill("/.sekisho/buyer/code/enter", code=another(code))
    b.fill("/.sekisho/buyer/code/enter", code=code)
    check(b.status == 422, "five mistakes end it")
    b = Browser(shop).fill("/.sekisho/buyer/code", email=email)
    code = code_in(shop.mail(email, "accounts.code"))
    shop.store("UPDATE code SET made = made - 600001")
    b.fill("/.sekisho/buyer/code/enter", code=code)
    check(b.status == 422, "ten minutes end it")


# --- who may see whom ---

@case
def only_the_approved_see_who_somebody_is(shop, check):
    who, email = buyer(shop, "private-person")
    operator = shop.person("operator", "", "desk@example.jp", PASSWORD)

    def seen(level):
        """What the console would be told, with the ticket that the gate would sign."""
        ticket = shop.ticket(operator, "operator", "operator", level)
        return shop.question("/v1/accounts/get", {"account": who}, **{"X-Sekisho-Ticket": ticket})

    status, told = seen(1)
    check(status == 403 and "private" not in json.dumps(told), "with one factor nothing is shown")
    status, told = seen(2)
    check(status == 200 and told["account"]["email"] == "p***@example.jp" and "name" not in told["account"],
          "an operator sees that there is somebody, not who: %s" % told)
    shop.store("INSERT OR REPLACE INTO held_right VALUES (?, 'privilege.personal', 'acc_approver', 1, ?)",
               operator, int(time.time() * 1000) + 60000)
    check(seen(2)[1]["account"].get("email") == email, "who was approved does")
    shop.store("UPDATE held_right SET ends = 2 WHERE account = ?", operator)
    check(seen(2)[1]["account"].get("email") == "p***@example.jp", "until it has run out")
    elsewhere = shop.ticket(operator, "operator", "operator", 2, site="shop")
    status, told = shop.question("/v1/accounts/get", {"account": who}, **{"X-Sekisho-Ticket": elsewhere})
    check(status == 403, "what an application was shown of an operator is good for nothing here: %s" % told)
    forged = shop.ticket(operator, "operator", "operator", 2)
    forged = forged[:-1] + ("A" if forged[-1] != "A" else "B")
    check(shop.question("/v1/accounts/get", {"account": who}, **{"X-Sekisho-Ticket": forged})[0] == 403,
          "a forged ticket is none")


# --- what is around ---

@case
def a_form_of_somebody_else_is_refused(shop, check):
    _, email = buyer(shop, "form")
    other = Browser(shop).get("/.sekisho/buyer/sign-in")
    b = Browser(shop).get("/.sekisho/buyer/sign-in")
    b.text = other.text
    b.post("/.sekisho/buyer/sign-in", email=email, password=PASSWORD)
    check(b.status == 403 and b.session("buyer") == 401, "a token of another browser")
    b.get("/.sekisho/buyer/sign-in")
    b.ask("POST", "/.sekisho/buyer/sign-in", "email=a&password=b&token=" + b.hidden("token"),
          **{"Sec-Fetch-Site": "cross-site"})
    check(b.status == 403, "a form on another site")
    b.ask("GET", "/.sekisho/buyer/sign-in", **{"X-Sekisho-Site": "console"})
    check(b.status == 200, "what a client says in the gate's name is not heard")
    for there in ("//evil.example", "https://evil.example", "/\\evil.example"):
        b = Browser(shop).get("/.sekisho/buyer/sign-in")
        b.post("/.sekisho/buyer/sign-in", email=email, password=PASSWORD, to=there)
        check(b.location == "/.sekisho/buyer/account", "it does not lead to %s" % there)


@case
def nobody_is_let_in_while_the_ledger_is_away(shop, check):
    _, email = buyer(shop, "ledger")
    own = signed_in(shop, email)
    pid = shop.part("ledger")
    os.kill(pid, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        right, wrong = signed_in(shop, email), Browser(shop).sign_in("buyer", email, "wrong")
        took = time.monotonic() - begun
        check(right.status in (500, 503) and "<html" in right.text, "a clear page: %d" % right.status)
        check(wrong.status == right.status, "the same for a wrong password")
        check(took < 10, "and no hang: %.1f s for both" % took)
        check(own.session("buyer") == 204, "who is signed in stays so")
        own.fill("/.sekisho/buyer/sign-out")
        check(own.session("buyer") == 401, "and can sign out")
    finally:
        os.kill(pid, signal.SIGCONT)
    end = time.monotonic() + 20
    while signed_in(shop, email).status != 303 and time.monotonic() < end:
        time.sleep(0.2)
    check(signed_in(shop, email).status == 303, "afterwards all is well")


@case
def a_session_survives_the_end_of_the_process(shop, check):
    _, email = buyer(shop, "kill")
    b = signed_in(shop, email)
    pid = shop.part("accounts")
    os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 20
    status = 0
    while status != 204 and time.monotonic() < end:
        try:
            status = b.session("buyer")
        except OSError:
            time.sleep(0.1)
    check(status == 204, "the cookie still works after kill -9")


@case
def the_store_the_log_and_the_ledger_know_no_address(shop, check):
    _, email = buyer(shop, "sealed")
    b = signed_in(shop, email)
    Browser(shop).sign_in("buyer", email, "wrong-password-in-clear")
    words = [email.encode(), b"sealed@", PASSWORD.encode(), b"wrong-password-in-clear",
             b.cookies["__Host-sekisho-buyer"].encode()]
    found = []
    for folder in ("accounts", "log", "ledger"):
        for root, _, names in os.walk(os.path.join(shop.state, folder)):
            for name in names:
                with open(os.path.join(root, name), "rb") as file:
                    data = file.read()
                found += ["%s in %s" % (w[:8], name) for w in words if w in data]
    check(not found, "no address, password or cookie: %s" % (found or "none"))


@case
def asking_for_a_session_is_cheap(shop, check):
    _, email = buyer(shop, "cheap")
    b = signed_in(shop, email)
    pid = shop.part("accounts")
    count = 3000
    conn = shop.socket("accounts-api.sock")
    headers = {"X-Sekisho-Realm": "buyer", "X-Sekisho-Site": "shop",
               "Cookie": "; ".join("%s=%s" % pair for pair in b.cookies.items())}
    before = cpu(pid)
    for _ in range(count):
        conn.request("GET", "/v1/session", None, headers)
        answer = conn.getresponse()
        answer.read()
    each = (cpu(pid) - before) / count * 1e6
    check(answer.status == 204 and each < 300, "%.0f us of CPU each (%d on one connection)" % (each, count))


def cpu(pid):
    total = 0
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/schedstat" % (pid, task), encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1e9


# --- what passwords are kept as, and the second factor ---

def expand(key, info):
    """HKDF-SHA-256 (RFC 5869), one block."""
    return hmac.new(key, info + b"\1", hashlib.sha256).digest()


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def keyed(shop, who, stored, password):
    """Whether it is that password's hash: password.h's description, by other code."""
    found = re.fullmatch(r"(\$pbkdf2-sha512\$k=(\d+),i=(\d+)\$([\w-]{22}))\$([\w-]{43})", stored or "")
    if not found:
        return False, 0
    head, number, rounds, salt, hashed = found.groups()
    with open(os.path.join(shop.state, "accounts", "key"), encoding="ascii") as file:
        roots = dict(line.split() for line in file)
    root = hmac.new(b"sekisho accounts key", bytes.fromhex(roots[number]), hashlib.sha256).digest()
    raw = hashlib.pbkdf2_hmac("sha512", password.encode(), unbase64(salt), int(rounds), 64)
    parts = (b"buyer", b"shop", who.encode(), head.encode(), raw)
    text = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    pepper = expand(root, b"sekisho accounts pepper 1")
    return hmac.new(pepper, text, hashlib.sha256).digest() == unbase64(hashed), int(rounds)


@case
def a_password_is_kept_as_a_slow_keyed_hash(shop, check):
    who, email = buyer(shop, "hash")
    b = signed_in(shop, email)
    b.fill("/.sekisho/buyer/password", old=PASSWORD, new=OTHER)
    check(b.status == 200, "a new password is set: %d %s" % (b.status, b.location))
    stored = shop.store("SELECT password FROM account WHERE id = ?", who)[0][0]
    right, rounds = keyed(shop, who, stored, OTHER)
    check(right, "its hash is PBKDF2-HMAC-SHA-512 under the key's HMAC")
    check(rounds >= 210000, "of %d rounds" % rounds)
    check(os.stat(os.path.join(shop.state, "accounts", "key")).st_mode & 0o77 == 0, "the key is nobody else's")


@case
def two_factors_are_offered_to_all_and_mandatory_for_operators(shop, check):
    email = "factor@example.jp"
    shop.person("operator", "", email, PASSWORD)
    b = Browser(shop, "127.0.0.1").sign_in("operator", email, PASSWORD)
    check(b.location == "/.sekisho/operator/factors", "first one is set up: %s" % b.location)
    check(b.session("operator") == 401, "until then it is no sign-in")
    b.get("/.sekisho/operator/account")
    check(b.status == 303, "and no page opens: %d" % b.status)
    b.get("/.sekisho/operator/factors/app")
    found = re.search(r"<code class=\"id\">([A-Z2-7 ]{39})</code>", b.text)
    secret = found.group(1)
    now = time.time()
    b.post("/.sekisho/operator/factors/app", code=totp(secret, now), label="")
    check(b.session("operator") == 204, "the app's code makes it one")
    b = Browser(shop, "127.0.0.1").sign_in("operator", email, PASSWORD)
    check(b.session("operator") == 401, "the password alone is none")
    b.fill("/.sekisho/operator/second", way="app", code=another(totp(secret, now + 30)))
    check(b.session("operator") == 401, "nor with a wrong code")
    b.post("/.sekisho/operator/second", way="app", code=totp(secret, now + 30))
    check(b.session("operator") == 204, "nor without the right one")
    _, other = buyer(shop, "offered")
    b = signed_in(shop, other).get("/.sekisho/buyer/factors")
    check("factors/app" in b.text and "factors/passkey" in b.text, "buyers are offered both")


# --- the controls broken on purpose: name -> (case that must fail then, how the store is broken) ---

BROKEN = {
    "nothing_locks": (the_lock_stops_guessers_and_not_the_owner, """
        CREATE TRIGGER broken AFTER UPDATE OF until ON tally WHEN new.until > 0
        BEGIN UPDATE tally SET until = 0 WHERE kind = new.kind AND subject = new.subject; END"""),
    "nobody_is_written_to": (sign_in_leads_back_and_writes_to_the_owner, """
        CREATE TRIGGER broken AFTER INSERT ON sign_in BEGIN UPDATE sign_in SET told = 1 WHERE id = new.id; END"""),
    "nothing_ends_a_session": (a_session_is_ended_for_the_next_request, """
        CREATE TRIGGER broken BEFORE DELETE ON session BEGIN SELECT RAISE(IGNORE); END"""),
    "codes_work_twice": (a_mailed_code_signs_in_once, """
        CREATE TRIGGER broken AFTER UPDATE OF used ON code
        BEGIN UPDATE code SET used = 0, tries = 0 WHERE flow = new.flow; END"""),
    "passwords_are_hashed_quickly": (a_password_is_kept_as_a_slow_keyed_hash, """
        CREATE TRIGGER broken AFTER UPDATE OF password ON account WHEN old.password IS NOT NULL
        BEGIN UPDATE account SET password = replace(new.password, 'i=210000', 'i=1000') WHERE id = new.id; END"""),
    "one_factor_is_enough": (two_factors_are_offered_to_all_and_mandatory_for_operators, """
        CREATE TRIGGER broken AFTER INSERT ON session WHEN new.wait <> ''
        BEGIN UPDATE session SET wait = '', level = 2 WHERE token = new.token; END"""),
    "everybody_is_approved": (only_the_approved_see_who_somebody_is, """
        CREATE TRIGGER broken AFTER INSERT ON session
        BEGIN INSERT OR IGNORE INTO held_right VALUES (new.account, 'privilege.personal', 'nobody', 1,
                                                       9000000000000); END"""),
}
