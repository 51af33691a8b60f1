"""Areas: for listed networks, and for those who have signed in; tickets; what a client may not say."""
import base64
import hashlib
import hmac
import json
import shutil
import subprocess
import time

from scene import Skipped
from steps import blocked, case, event, same

OFFICE, STREET = "10.1.2.3", "192.0.2.7"
TWO = "__Host-sekisho-operator=two"


def enter(scene, target, cookie="", at=OFFICE, method="GET", headers=None, **more):
    return scene.ask(target, method, headers={"X-From": at, "Cookie": cookie, **(headers or {})}, port=scene.entrance, **more)


def last(scene, target):
    """What the application got last for the target: its headers."""
    found = [h for _, t, h, _ in scene.backend.seen if t == target]
    assert found, "the application has not seen " + target
    return found[-1]


def opened(scene, ticket):
    """The payload of a ticket, checked by other means than ours."""
    front, _, seal = ticket.rpartition(".")
    version, _, payload = front.partition(".")
    same(version, "v1")
    mac = hmac.new(scene.ticket_key, front.encode(), hashlib.sha256).digest()
    same(base64.urlsafe_b64encode(mac).rstrip(b"=").decode(), seal)
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


# ── tickets ──

@case
def each_request_reaches_the_application_with_a_ticket(scene):
    same(enter(scene, "/plain-ticket").status, 200)
    headers = last(scene, "/plain-ticket")
    ticket = opened(scene, headers["x-sekisho-ticket"])
    assert abs(ticket.pop("at") - time.time() * 1000) < 5000, ticket
    same(len(ticket.pop("id")), 26)
    same(ticket, {"site": "shop", "level": 0})
    assert "x-sekisho-principal" not in headers, headers


@case
def a_client_cannot_speak_in_the_gates_name(scene):
    names = ["X-Sekisho-Ticket", "x-sekisho-principal", "X_Sekisho_Role", "X-SEKISHO-NEW", "X.Sekisho.Principal", "X-Sekisho_Level"]
    for target in ("/forged", "/off/forged"):
        enter(scene, target, headers={n: "forged" for n in names})
        seen = {k: v for k, v in last(scene, target).items() if "forged" in v}
        same(seen, {})


@case
def the_application_never_sees_our_sessions(scene):
    enter(scene, "/cookies", "a=1; %s; b=2; __host-Sekisho-x=3" % TWO)
    same(last(scene, "/cookies")["cookie"], "a=1; b=2")
    enter(scene, "/only-ours", TWO)
    assert "cookie" not in last(scene, "/only-ours")


@case
def the_application_cannot_hand_out_our_sessions(scene):
    a = enter(scene, "/sets-cookies")
    same(a.headers.get_all("Set-Cookie"), ["mine=1", "also=2"])


# ── who enters ──

@case
def other_networks_do_not_enter(scene):
    a = blocked(enter(scene, "/wp-admin/netmark", TWO, STREET))
    assert "ネットワーク" in a.body.decode(), a
    assert not scene.seen("netmark")
    e = event(scene, a.headers["X-Request-Id"])
    same((e["rule"], e["status"], e["client"]), (9903001, 403, STREET))
    same([m["data"] for m in e["matches"]], ["/wp-admin"])
    blocked(enter(scene, "/office", at=STREET))
    same(enter(scene, "/office").status, 200)


@case
def networks_of_ipv6_enter(scene):
    same(enter(scene, "/wp-admin/six", TWO, "2001:db8::7").status, 200)
    blocked(enter(scene, "/wp-admin/six", TWO, "2001:db9::7"))


@case
def who_has_not_signed_in_is_led_to_it(scene):
    for cookie in ("", "__Host-sekisho-operator=stale", "__Host-sekisho-merchant=two"):
        a = enter(scene, "/wp-admin/in?a=1&b=%20x", cookie)
        same((a.status, a.headers["Location"]), (303, "/.sekisho/operator/sign-in?to=/wp-admin/in%3Fa%3D1%26b%3D%2520x"))
        same(a.headers["Cache-Control"], "no-store")
    a = enter(scene, "/wp-admin/in", method="POST", body=b"a=1", form=True)
    same((a.status, a.headers["Location"]), (303, "/.sekisho/operator/sign-in?to=/wp-admin"))
    same(enter(scene, "/wp-admin/in", headers={"Accept": "application/json"}).status, 401)
    assert not scene.seen("/wp-admin/in")


@case
def signing_in_leads_to_no_other_host(scene):
    for target in ("//wp-admin", "//evil.example/../wp-admin", "/\\evil.example/..\\wp-admin", "/x\\..\\wp-admin"):
        same(enter(scene, target).headers["Location"], "/.sekisho/operator/sign-in?to=/wp-admin")


@case
def who_has_signed_in_enters_and_the_application_is_told(scene):
    same(enter(scene, "/wp-admin/welcome", TWO).status, 200)
    headers = last(scene, "/wp-admin/welcome")
    ticket = opened(scene, headers["x-sekisho-ticket"])
    for k in ("id", "at"):
        ticket.pop(k)
    same(ticket, {"site": "shop", "tenant": "ten_1", "realm": "operator", "principal": "acc_two", "role": "管理",
                  "session": "ses_1", "route": "/wp-admin", "level": 2})
    same((headers["x-sekisho-principal"], headers["x-sekisho-role"].encode("latin-1").decode()), ("acc_two", "管理"))


@case
def a_body_arrives_whole_behind_the_question(scene):
    for size in (10, 200000):
        body = b"a=" + b"x" * size
        same(enter(scene, "/wp-admin/body", TWO, method="POST", body=body, form=True).body, b"ok %d\n" % len(body))


@case
def a_body_that_is_there_already_arrives_as_well(scene):
    """It lies in the socket when the head has filled nginx's buffer to the last byte: reading never waits."""
    body = b"a=1"
    head = ("POST /wp-admin/at-once HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-From: %s\r\nCookie: %s\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nX-Pad: " % (OFFICE, TWO, len(body))).encode()
    head += b"x" * (1024 - len(head) - 4) + b"\r\n\r\n"
    same(scene.raw(head + body, scene.entrance).split(b"\r\n")[0], b"HTTP/1.1 200 OK")


@case
def one_factor_is_not_enough_where_two_are_asked_for(scene):
    a = blocked(enter(scene, "/wp-admin/onemark", "__Host-sekisho-operator=one"))
    same(event(scene, a.headers["X-Request-Id"])["rule"], 9903003)
    same(enter(scene, "/wp-admin/worker/x", "__Host-sekisho-worker=one").status, 200)
    blocked(enter(scene, "/wp-admin/onemark", "__Host-sekisho-operator=refused"))
    assert not scene.seen("onemark")


@case
def an_inner_area_has_its_own_realm(scene):
    same(enter(scene, "/wp-admin/worker/x", TWO).headers["Location"], "/.sekisho/worker/sign-in?to=/wp-admin/worker/x")


@case
def a_sub_administrator_enters_by_name_of_screen(scene):
    for screens, wanted in (("orders", 200), ("items, sales", 200), ("items", 403), ("order", 403), ("", 403), ("*", 200)):
        same((screens, enter(scene, "/wp-admin/orders/1", "__Host-sekisho-operator=sub-" + screens).status), (screens, wanted))
    same(enter(scene, "/wp-admin/orders/1", TWO).status, 200)
    same(enter(scene, "/wp-admin/items", "__Host-sekisho-operator=sub-items").status, 200)
    blocked(enter(scene, "/wp-admin/orders/..;/x", "__Host-sekisho-operator=sub-items"))


@case
def an_inner_area_is_no_way_into_the_outer_one(scene):
    same(enter(scene, "/wp-admin/open/x?y=/..").status, 200)
    for target in ("/wp-admin/open/../by0", "/wp-admin/open/%2e%2e/by0", "/wp-admin/open/..;/by0", "/wp-admin/open;/../by0",
                   "/wp-admin/OPEN/by0", "/wp-admin/open/..%5cby0", "/wp-admin/open%2f..%2fby0", "/wp-admin//open/by0"):
        a = enter(scene, target)
        assert a.status in (303, 403), (target, a)
    assert not scene.seen("by0")


@case
def nobody_enters_while_accounts_is_away_or_says_nonsense(scene):
    for name in ("gone", "broken", "page", "nobody"):
        a = enter(scene, "/wp-admin/awaymark", "__Host-sekisho-operator=" + name)
        same(a.status, 403 if name == "nobody" else 503)
        same(event(scene, a.headers["X-Request-Id"])["rule"], 9903003 if name == "nobody" else 9903005)
    assert not scene.seen("awaymark")


@case
def a_principal_too_long_for_a_ticket_goes_without_one(scene):
    same(enter(scene, "/wp-admin/long", "__Host-sekisho-operator=long").status, 200)
    assert "x-sekisho-ticket" not in last(scene, "/wp-admin/long")


# ── ways around ──

SPELLINGS = [
    "//wp-admin/by1", "/./wp-admin/by1", "/x/../wp-admin/by1", "/wp-admin/../by1", "/wp-admin;x/../by1", "/wp%2dadmin/by1",
    "/%2577p-admin/by1", "/%252577p-admin/by1", "/WP-ADMIN/by1", "/wp-admin%2fby1", "/%2e%2e/wp-admin/by1", "/;a/wp-admin/by1",
    "/wp-admin;jsessionid=1/by1", "/wp-admin./by1", "/wp-admin%20/by1", "/wp-admin%2e/by1", "/wp-admin%3fby1", "/wp-admin%23by1",
    "/\\wp-admin/by1", "/x\\..\\wp-admin/by1", "/%5cwp-admin/by1", "/index.php/wp-admin/by1", "/a/b.PHP/wp-admin/by1",
    "/%uff57p-admin/by1", "/%ef%bd%97p-admin/by1", "/off/../wp-admin/by1", "/off/%2e%2e/wp-admin/by1", "/off/..;/wp-admin/by1",
    "http://other.example/wp-admin/by1", "/moved/by1",
]


@case
def no_spelling_of_the_path_leads_around_the_area(scene):
    for target in SPELLINGS:
        a = enter(scene, target, at=STREET)
        assert a.status in (400, 403), (target, a)
        a = enter(scene, target)
        assert a.status in (303, 400), (target, a)
    assert not scene.seen("by1")


@case
def no_method_and_no_protocol_leads_around_the_area(scene):
    for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "PATCH", "GETX"):
        assert enter(scene, "/wp-admin/by2", method=method).status in (303, 405), method
        assert enter(scene, "/wp-admin/by2", method=method, at=STREET).status in (403, 405), method
    upgrade = {"Connection": "upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    same(enter(scene, "/wp-admin/by2", headers=upgrade).status, 401)
    for line in (b"GET /wp-admin/by2 HTTP/1.0\r\n\r\n", b"GET /wp-admin/by2\r\n"):
        assert b"ok" not in scene.raw(line, port=scene.entrance), line
    assert not scene.seen("by2")


@case
def http2_does_not_lead_around_the_area(scene):
    if not shutil.which("curl"):
        raise Skipped("no curl")
    for target in ("/wp-admin/by3", "//wp-admin/by3", "/x/../wp-admin/by3", "/index.php/wp-admin/by3"):
        for at, wanted in ((STREET, "403"), (OFFICE, "303")):
            done = subprocess.run(["curl", "-s", "--path-as-is", "--http2-prior-knowledge", "-o", "/dev/null", "-w", "%{http_code}",
                                   "-H", "X-From: " + at, "http://127.0.0.1:%d%s" % (scene.entrance_h2, target)],
                                  capture_output=True, text=True, timeout=20)
            same((target, done.stdout), (target, wanted))
    assert not scene.seen("by3")


@case
def headers_that_rename_the_request_mean_nothing_to_the_area(scene):
    names = ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-For", "X-Real-IP", "X-HTTP-Method-Override", "Host"]
    for name in names:
        same(enter(scene, "/wp-admin/by4", at=STREET, headers={name: "10.1.2.3" if "-" in name else "x"}).status, 403)
    assert not scene.seen("by4")


@case
def an_internal_redirect_leads_into_the_area_only_by_its_door(scene):
    blocked(enter(scene, "/inside", at=STREET))
    same(enter(scene, "/inside").status, 303)
    same(enter(scene, "/inside", TWO).status, 200)


@case
def the_operators_own_page_is_served_to_the_refused(scene):
    same(enter(scene, "/own-page").body, b"<p>the operator's page</p>")


@case
def a_question_to_accounts_tells_it_the_realm_and_no_body(scene):
    enter(scene, "/wp-admin/asked", TWO, method="POST", body=b"a=secretbody", form=True)
    method, target, headers, body = scene.accounts.seen[-1]
    same((method, target, headers["x-sekisho-realm"], body), ("GET", "/v1/session", "operator", b""))
    assert "x-sekisho-ticket" not in headers, headers
