"""Who attacks over several requests is shut out. Each case comes from addresses of its own."""
import base64
import hashlib
import hmac
import json
import time

from steps import blocked, case, event, reload, same, until

ATTACK = {"X-Attack": "phase1"}


def come(scene, at, target="/shunned", **headers):
    return scene.ask(target, headers={"X-From": at, **headers}, port=scene.shun)


def attack_until_out(scene, at, target="/shunned", headers=ATTACK, seconds=12):
    """Attacks twice a second; the number on the page that shuts the source out."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        blocked(come(scene, at, target, **headers))
        answer = come(scene, at, "/shunned-yet")
        if answer.status == 403:
            return answer
        time.sleep(0.3)
    raise AssertionError("%s was never shut out" % at)


def listed(scene, who):
    return [x for x in json.loads(scene.ask("/shun").body)["shut_out"] if x["who"] == who]


@case
def who_attacks_several_times_is_shut_out_and_told_why(scene):
    a = blocked(attack_until_out(scene, "192.0.2.50"))
    assert "接続を止めています" in a.body.decode(), a
    assert 1 <= int(a.headers["Retry-After"]) <= 60, a.headers
    same([m["rule"] for m in event(scene, a.headers["X-Request-Id"])["matches"]], [101])
    seen = len(scene.backend.seen)
    for target in ("/", "/off/x", "/page/x"):
        same(come(scene, "192.0.2.50", target).status, 403)
    same(len(scene.backend.seen), seen)
    same(come(scene, "192.0.2.51").status, 200)
    entry = listed(scene, "192.0.2.50")[0]
    same((entry["why"], entry["times"], entry["id"]), ("rules", 1, a.headers["X-Request-Id"]))
    assert entry["turned_away"] >= 4 and entry["since"] < entry["until"], entry


@case
def a_source_of_ipv6_is_its_64(scene):
    attack_until_out(scene, "2001:db8:1:2::3")
    same(come(scene, "2001:db8:1:2:ffff::4").status, 403)
    same(come(scene, "2001:db8:1:3::3").status, 200)
    same(len(listed(scene, "2001:db8:1:2::/64")), 1)


@case
def forbidden_tries_at_an_area_count(scene):
    attack_until_out(scene, "192.0.2.60", "/office", headers={})
    same(listed(scene, "192.0.2.60")[0]["why"], "admin")


@case
def operators_and_this_machine_are_never_shut_out(scene):
    for at in ("203.0.113.9", "2001:db8:5:1::1", "127.0.0.9", "::1"):
        for _ in range(6):
            for _ in range(2):
                blocked(come(scene, at, **ATTACK))
            time.sleep(0.05)
        same(come(scene, at).status, 200)
    entries = json.loads(scene.ask("/shun").body)["shut_out"]
    assert not [x for x in entries if x["who"].startswith(("203.", "127.", "2001:db8:5", "::1"))], entries


@case
def one_of_many_behind_an_address_does_not_shut_them_out(scene):
    for _ in range(8):
        blocked(come(scene, "192.0.2.70", **ATTACK))
        for _ in range(7):
            same(come(scene, "192.0.2.70").status, 200)
        time.sleep(0.3)


@case
def mistakes_do_not_count(scene):
    for _ in range(8):
        same(come(scene, "192.0.2.71", **{"X-Attack": "malformed"}).status, 422)
        time.sleep(0.2)
    same(come(scene, "192.0.2.71").status, 200)


def changing(scene, **other):
    """The list's address with a ticket that may change it."""
    claims = dict({"id": "local", "site": "console", "realm": "operator", "principal": "local:0", "role": "local",
                   "level": 2, "at": int(time.time() * 1000)}, **other)
    front = "v1." + base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    mac = hmac.new(scene.ticket_key, front.encode(), hashlib.sha256).digest()
    return "/shun?ticket=%s.%s&" % (front, base64.urlsafe_b64encode(mac).rstrip(b"=").decode())


@case
def nobody_else_releases_or_shuts_out(scene):
    attack_until_out(scene, "192.0.2.81")
    good = changing(scene)
    for target in ("/shun?", good.replace("v1.e", "v1.f"), changing(scene, site="shop"), changing(scene, level=1),
                   changing(scene, realm="merchant"), changing(scene, at=int(time.time() * 1000) - 11000)):
        a = scene.ask(target + "release=192.0.2.81", "POST")
        same((a.status, "error" in json.loads(a.body)), (403, True))
    same(come(scene, "192.0.2.81").status, 403)
    same(json.loads(scene.ask(good + "release=192.0.2.81", "POST").body)["changed"], 1)


@case
def the_owner_releases_and_shuts_out(scene):
    attack_until_out(scene, "192.0.2.80")
    same(json.loads(scene.ask(changing(scene) + "release=192.0.2.80", "POST").body)["changed"], 1)
    same(come(scene, "192.0.2.80").status, 200)
    same(listed(scene, "192.0.2.80"), [])
    same(json.loads(scene.ask(changing(scene) + "add=198.51.100.0/24&seconds=60", "POST").body)["changed"], 1)
    same(come(scene, "198.51.100.77").status, 403)
    events = json.loads(scene.ask("/shun").body)["events"]
    same([(e["what"], e["who"]) for e in events[-3:]],
         [("shut_out", "192.0.2.80"), ("released", "192.0.2.80"), ("added", "198.51.100.0/24")])
    same([e["number"] for e in json.loads(scene.ask("/shun?after=%d" % events[-2]["number"]).body)["events"]],
         [events[-1]["number"]])
    same(json.loads(scene.ask(changing(scene) + "release=0.0.0.0/0", "POST").body)["changed"] >= 1, True)
    same(come(scene, "198.51.100.77").status, 200)


@case
def the_list_takes_no_nonsense(scene):
    for query in ("", "release=me", "add=", "add=10.0.0.1/8", "add=10.0.0.1&seconds=0", "add=10.0.0.1&seconds=x"):
        a = scene.ask(changing(scene) + query, "POST")
        same((a.status, "error" in json.loads(a.body)), (400, True))
    same(scene.ask("/shun?add=10.0.0.1", "PUT").status, 405)
    scene.ask("/shun?add=192.0.2.99")  # a question changes nothing
    same(listed(scene, "192.0.2.99"), [])


@case
def a_reload_forgets_nobody(scene):
    attack_until_out(scene, "192.0.2.90")
    reload(scene)
    same(come(scene, "192.0.2.90").status, 403)
    assert until(lambda: listed(scene, "192.0.2.90")), "gone from the list"
