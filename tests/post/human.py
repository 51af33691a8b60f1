"""Whether somebody is a person, as a company says: through the gate over HTTPS, and as post is asked."""
import hashlib
import base64
import html
import json
import os
import re
import ssl
import subprocess
import threading
import time
import urllib.parse

import provider
from others import certificate, until

CONF = """human {
    provider = %(name)s; site_key = "%(key)s"; secret = "%(folder)s/human";
    verify = "%(verify)s"; script = "%(script)s";
}
"""


def conf(world, name="turnstile", **other):
    """The block; to be put in front of sekisho.conf."""
    values = {"name": name, "key": provider.SITE_KEY, "folder": world.folder,
              "verify": world.provider.url("/siteverify"), "script": world.provider.url("/api.js")}
    return CONF % {**values, **other}


def use(world, name, **other):
    """The running instance asks this company from now on."""
    world.conf({}, conf(world, name, **other))
    code, said = world.instance.sekisho("reload")
    assert code == 0, said
    until(lambda: status(world).get("provider") == name and sum(status(world)[k] for k in ("yes", "no", "away")) == 0, 30)


def status(world):
    try:
        return world.http("GET", "/v1/status")[1].get("human", {})
    except OSError:  # it starts again
        return {}


def ask(world, token, site="shop"):
    """What post says, asked without the gate: (status, why)."""
    code, answer = world.http("POST", "/v1/human", json.dumps({"token": token, "site": site}), "human.sock")
    return code, (answer or {}).get("why", "")


def hand_in(world, **fields):
    """As the page's form does it."""
    return world.instance.ask("POST", "/.sekisho/challenge", urllib.parse.urlencode({"to": "/", **fields}).encode(),
                              Content_Type="application/x-www-form-urlencoded")


def puzzle_of(answer):
    found = re.search(r'data-puzzle="([^"]*)"', answer.text())
    return json.loads(html.unescape(found.group(1))) if found else None


def is_puzzle(answer):
    assert answer.status == 403 and "set-cookie" not in answer.headers and puzzle_of(answer), (answer.status, answer.lines)


def solved(puzzle):
    number = next(n for n in range(puzzle["maxnumber"] + 1)
                  if hashlib.sha256((puzzle["salt"] + str(n)).encode()).hexdigest() == puzzle["challenge"])
    return base64.b64encode(json.dumps({"number": number, **puzzle}).encode()).decode()


def token(world, **other):
    made = world.provider.token(**other)
    world.said.append(made)
    return made


# ── through the gate ──

def person_passes_the_gate(world):
    page = world.instance.ask("GET", "/.sekisho/challenge?to=/").text()
    assert 'class="cf-turnstile" data-sitekey="%s"' % provider.SITE_KEY in page, page
    assert world.provider.url("/api.js") in page and "Cloudflare, Inc." in page
    good = token(world)
    answer = hand_in(world, human=good)
    assert answer.status == 303 and answer.headers["location"] == "/", (answer.status, answer.lines)
    assert answer.headers["set-cookie"].startswith("__Host-sekisho-pass=p1."), answer.lines
    headers, said = world.provider.asked[-1]
    assert said == {"secret": provider.SECRET, "response": good}, said.keys()
    assert headers["Content-Type"] == "application/x-www-form-urlencoded", headers


def made_up_replayed_and_foreign_tokens_do_not_pass(world):
    good = token(world)
    assert hand_in(world, human=good).status == 303
    for wrong in (good, "made-up", token(world, hostname="evil.example"), token(world, hostname=None),
                  token(world, action="newsletter"), token(world, action=None), "x" * 8000):
        is_puzzle(hand_in(world, human=wrong))
    assert status(world)["no"] >= 6, status(world)
    assert "cf-turnstile" in world.instance.ask("GET", "/.sekisho/challenge").text()


def secret_lies_with_post_alone(world):
    def holds(path):
        with open(path, "rb") as file:
            return provider.SECRET.encode() in file.read()
    found = [os.path.relpath(os.path.join(folder, name), world.instance.state)
             for folder, _, names in os.walk(world.instance.state) for name in names
             if os.path.isfile(os.path.join(folder, name)) and holds(os.path.join(folder, name))]
    assert found == ["conf/post/human_secret"], found
    info = os.stat(world.path("conf", "post", "human_secret"))
    assert info.st_mode & 0o777 == 0o400, oct(info.st_mode)


# ── as post is asked ──

def each_provider_is_asked_in_its_own_way(world):
    use(world, "recaptcha-score")
    assert ask(world, token(world, score=0.5))[0] == 204
    assert ask(world, token(world, score=0.4)) == (403, "the score is too low")
    assert ask(world, token(world, action="newsletter"))[0] == 403
    use(world, "recaptcha")
    assert ask(world, token(world, action=None, score=None))[0] == 204
    use(world, "hcaptcha")
    assert ask(world, token(world, action=None))[0] == 204
    assert world.provider.asked[-1][1]["sitekey"] == provider.SITE_KEY
    code, why = ask(world, token(world, key="another site's"))
    assert code == 500 and "not a pair" in why, (code, why)
    use(world, "turnstile")
    assert ask(world, token(world))[0] == 204
    assert ask(world, token(world), site="elsewhere")[0] == 403
    code, _ = world.http("POST", "/v1/human", "{", "human.sock")
    assert code == 400, code


def nothing_but_a_clear_yes_is_a_yes(world):
    for mode, wanted in (("closed", 503), ("long", 500), ("garbage", 500), ("list", 500), ("busy", 503), ("both", 500), ("internal", 503)):
        world.provider.mode = mode
        code, why = ask(world, token(world))
        assert code == wanted and why, (mode, code, why)
    world.provider.mode = "right"
    assert status(world)["fault"] == "it says that it cannot tell now", status(world)
    assert ask(world, token(world))[0] == 204
    assert "fault" not in status(world), status(world)


def provider_that_is_slow_or_down_is_given_up_in_time(world):
    world.provider.mode = "slow"
    begun = time.monotonic()
    assert ask(world, token(world)) == (503, "it does not answer in time")
    assert time.monotonic() - begun < 6
    world.provider.mode = "right"
    world.provider.stop()
    assert ask(world, token(world)) == (503, "it cannot be reached")
    world.provider.start()
    assert ask(world, token(world))[0] == 204


def mail_does_not_wait_for_a_slow_provider(world):
    world.provider.mode = "slow"
    asking = [threading.Thread(target=ask, args=(world, token(world))) for _ in range(20)]
    for thread in asking:
        thread.start()
    until(lambda: world.provider.waiting >= 10)
    begun = time.monotonic()
    message = world.message()
    world.send(message)
    until(lambda: world.smtp.to(message["to"]), 3)
    assert time.monotonic() - begun < 3 and world.provider.waiting >= 10
    for thread in asking:
        thread.join()
    world.provider.mode = "right"


def provider_that_is_not_who_it_should_be_hears_nothing(world):
    certificate(world.folder, "impostor")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(world.folder, "impostor.pem"), os.path.join(world.folder, "impostor.key"))
    impostor = provider.Provider(context)
    use(world, "turnstile", verify="https://127.0.0.1:%d/siteverify" % impostor.port)
    assert ask(world, token(world)) == (503, "its certificate is not trusted")
    assert not impostor.asked
    impostor.stop()


def secret_that_the_provider_does_not_know_is_our_fault_and_told_once(world):
    with open(os.path.join(world.folder, "human"), "w", encoding="utf-8") as file:
        file.write("another\n")
    use(world, "turnstile")
    before = away_lines(world)
    for _ in range(5):
        code, why = ask(world, token(world))
        assert code == 500 and "does not know our secret" in why, (code, why)
    until(lambda: away_lines(world) > before)
    assert away_lines(world) == before + 1, away_lines(world) - before
    with open(os.path.join(world.folder, "human"), "w", encoding="utf-8") as file:
        file.write(provider.SECRET + "\n")
    use(world, "turnstile")
    assert ask(world, token(world))[0] == 204


def away_lines(world):
    with open(world.path("log", "sekisho.log"), encoding="utf-8") as file:
        return sum("human: turnstile: away" in line for line in file)


def another_user_may_not_ask(world):
    for user in ("nobody", "sekisho-shop", "sekisho-accounts"):
        done = subprocess.run(
            ["setpriv", "--reuid=" + user, "--clear-groups", "--regid=65534", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}",
             "-H", "Content-Type: application/json", "-d", json.dumps({"token": token(world), "site": "shop"}),
             "--unix-socket", world.path("run", "human.sock"), "http://post/v1/human"],
            stdout=subprocess.PIPE, text=True, check=False)
        assert done.stdout in ("403", "000"), (user, done.stdout)


def what_is_missing_is_said_with_its_place_and_cure(world):
    for text, wanted in ((conf(world, "captcha"), ":2:16: provider: expected one of proof-of-work|turnstile"),
                         (conf(world, "turnstile", key=""), ":2:27: human: site_key: missing: the public key"),
                         (conf(world, "turnstile", folder="/nowhere"), ":2:57: human: secret: /nowhere/human: "),
                         (conf(world, "turnstile", verify="http://example.jp/"), ":3:5: human: verify: expected https://"),
                         (conf(world, "turnstile", script="https://a.jp/;x"), ": human: script: expected https://")):
        world.conf({}, text)
        code, said = world.instance.sekisho("check")
        assert code != 0 and wanted in said, (wanted, said)
    world.conf({}, conf(world))


# ── and through the gate once more ──

def visitor_meets_the_puzzle_while_the_provider_is_down(world):
    world.provider.stop()
    answer = hand_in(world, human=token(world))
    is_puzzle(answer)
    begun = time.monotonic()
    for _ in range(5):
        page = world.instance.ask("GET", "/.sekisho/challenge?to=/")
        assert page.status == 200 and puzzle_of(page), page.status
    assert time.monotonic() - begun < 2
    answer = hand_in(world, altcha=solved(puzzle_of(answer)))
    assert answer.status == 303 and "__Host-sekisho-pass" in answer.headers["set-cookie"], answer.lines
    with open(world.path("log", "gate-error.log"), encoding="utf-8") as file:
        assert file.read().count("turnstile cannot be asked who is a person") == 1
    world.provider.start()


CASES = [case for name, case in list(globals().items())
         if callable(case) and getattr(case, "__module__", "") == __name__ and name[0].islower()
         and name not in ("conf", "use", "status", "ask", "hand_in", "puzzle_of", "is_puzzle", "solved", "token", "away_lines")]
