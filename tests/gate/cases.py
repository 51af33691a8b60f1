"""Requests and answers: every way through the gate. `scene` is described in scene.py."""
import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time

from scene import Skipped
from steps import blocked, case, event, same, status, until, wait_log


# ── passing ──

@case
def a_harmless_request_passes_with_its_id(scene):
    a = scene.ask("/hello?a=1")
    same((a.status, a.body), (200, b"ok 0\n"))
    headers = [h for _, t, h, _ in scene.backend.seen if t == "/hello?a=1"][0]
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", headers["x-request-id"])


@case
def a_client_cannot_choose_the_id(scene):
    scene.ask("/chosen", headers={"X-Request-Id": "mine"})
    headers = [h for _, t, h, _ in scene.backend.seen if t == "/chosen"][0]
    same(len(headers["x-request-id"]), 26)


@case
def bodies_reach_the_application_whole(scene):
    for size in (0, 1, 8000, 20000, 300000):
        for chunked in (False, True):
            body = b"a=" + b"x" * size
            a = scene.ask("/whole", "POST", body=body, form=True, chunked=chunked)
            same((a.status, a.body), (200, b"ok %d\n" % len(body)))
            same(scene.backend.seen[-1][3], body)


# ── every phase refuses ──

@case
def phase_1_refuses_before_the_application_is_asked(scene):
    blocked(scene.ask("/p1-mark", headers={"X-Attack": "phase1"}))
    assert not scene.seen("p1-mark")


@case
def phase_1_covers_what_nginx_answers_itself(scene):
    same(scene.ask("/return").body, b"from nginx\n")
    blocked(scene.ask("/return", headers={"X-Attack": "phase1"}))


@case
def phase_2_refuses_bodies_in_memory_in_files_and_in_chunks(scene):
    for size in (10, 5000, 300000):
        for chunked in (False, True):
            body = b"mark2=1&a=" + b"x" * size + b"phase2attack"
            blocked(scene.ask("/p2", "POST", body=body, form=True, chunked=chunked))
    assert not scene.seen("mark2")


@case
def phase_2_refuses_a_body_that_comes_byte_by_byte(scene):
    body = b"mark2b=phase2attack"
    s = socket.create_connection(("127.0.0.1", scene.port), 5)
    s.sendall(b"POST /p2 HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
              b"Content-Length: %d\r\n\r\n" % len(body))
    for i in range(len(body)):
        s.sendall(body[i:i + 1])
        time.sleep(0.005)
    assert s.recv(1000).startswith(b"HTTP/1.1 403 ")
    s.close()
    assert not scene.seen("mark2b")


@case
def phase_3_refuses_by_the_answers_headers(scene):
    for place in ("/", "/unbuffered/"):
        blocked(scene.ask(place + "leak-header"))


@case
def phase_4_holds_the_page_back(scene):
    for target in ("/leak", "/leak-chunked", "/unbuffered/leak", "/unbuffered/leak-chunked", "/long/60000/59900",
                   "/gzip/leak", "/static/late.html", "/static/inside/leak.html"):
        blocked(scene.ask(target))


@case
def held_pages_that_are_harmless_arrive_whole(scene):
    for target in ("/long/60000", "/unbuffered/long/60000", "/static/long.html"):
        a = scene.ask(target)
        same((a.status, len(a.body)), (200, 60000))
    a = scene.ask("/static/long.html", headers={"Range": "bytes=100-199"})
    same((a.status, len(a.body)), (206, 100))


@case
def phase_5_writes_to_the_error_log(scene):
    scene.ask("/", headers={"X-Attack": "phase5"})
    assert wait_log(scene, '[id "107"]')


@case
def an_unlisted_type_is_not_held(scene):
    same(scene.ask("/leak-binary").body, b"leaked-secret-in-page")


# ── answers to the refused ──

@case
def the_block_page_speaks_the_clients_language(scene):
    ja = blocked(scene.ask("/", headers={"X-Attack": "phase1"}))
    assert "受付番号" in ja.body.decode(), ja
    en = blocked(scene.ask("/", headers={"X-Attack": "phase1", "Accept-Language": "en-US,en;q=0.9,ja;q=0.1"}))
    assert "Reference number" in en.body.decode()
    for a in (ja, en):
        assert a.headers["X-Request-Id"] in a.body.decode()
        same(a.headers["Cache-Control"], "no-store")
        assert "style-src 'sha256-" in a.headers["Content-Security-Policy"]
        same(a.headers["Content-Type"], "text/html; charset=utf-8")


@case
def programs_get_json(scene):
    a = blocked(scene.ask("/", headers={"X-Attack": "phase1", "Accept": "application/json"}))
    same(a.headers["Content-Type"], "application/json")
    same(json.loads(a.body)["error"]["id"], a.headers["X-Request-Id"])


@case
def a_page_of_the_operators_own_takes_its_place(scene):
    a = blocked(scene.ask("/page/", headers={"X-Attack": "phase1", "Accept-Language": "en"}))
    same(a.body.decode(), "<p>own %s 403 English</p>" % a.headers["X-Request-Id"])


@case
def an_error_page_of_the_operator_is_served(scene):
    for target, headers in (("/own-page/", {"X-Attack": "phase1"}), ("/own-page/leak", {}), ("/own-page/leak-header", {})):
        a = scene.ask(target, headers=headers)
        same((a.status, a.body), (403, b"<p>the operator's page</p>"))


@case
def head_has_headers_and_no_body(scene):
    for target, headers in (("/", {"X-Attack": "phase1"}), ("/leak-header", {})):
        a = blocked(scene.ask(target, "HEAD", headers=headers))
        same(a.body, b"")
        assert int(a.headers["Content-Length"]) > 1000
    same(scene.ask("/leak", "HEAD").status, 200)


@case
def a_redirect_verdict_redirects(scene):
    a = scene.ask("/", headers={"X-Attack": "goaway"})
    same((a.status, a.headers["Location"]), (302, "https://example.org/away"))


@case
def a_drop_verdict_says_nothing(scene):
    same(scene.raw(b"GET / HTTP/1.1\r\nHost: a\r\nX-Attack: dropme\r\n\r\n"), b"")


@case
def other_statuses_have_other_words(scene):
    a = blocked(scene.ask("/", headers={"X-Attack": "malformed"}), 422)
    assert "読み取れません" in a.body.decode()


# ── connections ──

@case
def a_connection_outlives_a_refusal(scene):
    get = b"GET /%s HTTP/1.1\r\nHost: a\r\nX-Attack: %s\r\n%s\r\n"
    out = scene.raw(get % (b"a", b"no", b"") + get % (b"b", b"phase1", b"") + get % (b"leak", b"no", b"") +
                    get % (b"c", b"no", b"Connection: close\r\n"))
    same(re.findall(rb"HTTP/1.1 (\d+)", out), [b"200", b"403", b"403", b"200"])


@case
def expect_is_answered_only_where_the_body_is_wanted(scene):
    head = (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n")
    s = socket.create_connection(("127.0.0.1", scene.port), 5)
    s.sendall(head + b"\r\n")
    assert s.recv(1000).startswith(b"HTTP/1.1 100 ")
    s.sendall(b"a=bc")
    assert s.recv(1000).startswith(b"HTTP/1.1 200 ")
    s.close()
    out = scene.raw(head + b"X-Attack: phase1\r\n\r\n", timeout=1)
    assert out.startswith(b"HTTP/1.1 403 "), out[:100]


@case
def a_client_that_goes_away_harms_nobody(scene):
    for data in (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc", b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n",
                 b"GET /long/60000 HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HT", b""):
        s = socket.create_connection(("127.0.0.1", scene.port), 5)
        s.sendall(data)
        s.close()
    time.sleep(0.7)
    same(scene.ask("/").status, 200)
    same(status(scene)["workers"]["restarts"], 0)


def curl(scene, *args):
    if not shutil.which("curl"):
        raise Skipped("no curl")
    if "HTTP2" not in subprocess.run(["curl", "-V"], capture_output=True, text=True).stdout:
        raise Skipped("curl without HTTP/2")
    return subprocess.run(["curl", "-s", "--http2-prior-knowledge", "-m", "20", "-w", "\n%{http_code} %{http_version}", *args],
                          capture_output=True).stdout


@case
def http2_is_judged_like_http1(scene):
    base = "http://127.0.0.1:%d" % scene.h2
    same(curl(scene, base + "/h2").splitlines(), [b"ok 0", b"", b"200 2"])
    assert curl(scene, base + "/", "-H", "X-Attack: phase1").endswith(b"\n403 2")
    assert curl(scene, base + "/leak").endswith(b"\n403 2")
    assert curl(scene, base + "/leak-header").endswith(b"\n403 2")
    for size in (10, 300000):
        for more, wanted in (("", b"\n200 2"), ("phase2attack", b"\n403 2")):
            scene.file("post", "a=" + "x" * size + more)
            out = curl(scene, base + "/", "--data", "@" + os.path.join(scene.folder, "post"))
            assert out.endswith(wanted), out[-100:]
    assert curl(scene, base + "/long/60000").endswith(b"\n200 2")


@case
def an_upgraded_connection_flows(scene):
    s = socket.create_connection(("127.0.0.1", scene.port), 5)
    s.sendall(b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    assert s.recv(1000).startswith(b"HTTP/1.1 101 ")
    s.sendall(b"hello")
    same(s.recv(100), b"HELLO")
    s.close()


@case
def an_event_stream_is_not_held(scene):
    s = socket.create_connection(("127.0.0.1", scene.port), 5)
    s.settimeout(5)
    s.sendall(b"GET /unbuffered/sse HTTP/1.1\r\nHost: a\r\n\r\n")
    out = b""
    while b"data: 1" not in out:
        out += s.recv(1000)
    assert b"data: 2" not in out, "the first event came with the second"
    s.close()


@case
def an_endless_refused_answer_is_left(scene):
    # 190 MB would follow: the gate stops reading after its allowance, long before
    a = scene.raw(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n", timeout=10)
    assert a.startswith(b"HTTP/1.1 500 ") and b"leaked-secret" not in a, a[:300]
    until(lambda: scene.backend.endless_sent)
    assert 0 < scene.backend.endless_sent < 64 << 20, scene.backend.endless_sent


# ── ways inside nginx ──

@case
def internal_redirects_keep_request_and_verdict(scene):
    blocked(scene.ask("/accel"))
    same(scene.ask("/accel-ok").body, b"<p>fine</p>")
    a = blocked(scene.ask("/accel", headers={"X-Attack": "phase5"}))
    same([m["rule"] for m in event(scene, a.headers["X-Request-Id"])["matches"]], [104, 107])


@case
def fallbacks_are_judged_once(scene):
    for place in ("/fallback/x", "/try/x"):
        same(scene.ask(place).status, 200)
        blocked(scene.ask(place, headers={"X-Attack": "phase1"}))
        blocked(scene.ask(place, "POST", body=b"a=phase2attack", form=True))


@case
def answers_without_a_body_pass(scene):
    same(scene.ask("/no-content").status, 204)
    same(scene.ask("/not-modified", headers={"If-None-Match": '"a"'}).status, 304)


@case
def a_refusal_by_nginx_keeps_its_status(scene):
    same(scene.ask("/closed/").status, 403)
    same(scene.ask("/x", "POST", body=b"a=" + b"x" * 5000000, form=True).status, 413)


@case
def a_cut_answer_is_a_bad_gateway(scene):
    for place in ("/", "/unbuffered/"):
        a = scene.ask(place + "cut")
        same((a.status, b"short" in a.body), (502, False))


# ── compressed answers ──

@case
def the_application_is_asked_for_plain_text(scene):
    scene.ask("/plain-ask", headers={"Accept-Encoding": "gzip, br"})
    same([h for _, t, h, _ in scene.backend.seen if t == "/plain-ask"][0]["accept-encoding"], "identity")


@case
def compressed_answers_are_unpacked_to_look_at(scene):
    blocked(scene.ask("/leak-gzip"))
    blocked(scene.ask("/leak-deflate"))
    a = scene.ask("/packed")
    same((a.headers["Content-Encoding"], gzip.decompress(a.body)), ("gzip", b"harmless " * 500))


@case
def what_cannot_be_unpacked_does_not_pass(scene):
    blocked(scene.ask("/leak-br"), 502)
    blocked(scene.ask("/broken-gzip"), 502)
    blocked(scene.ask("/bomb"), 500)
    same(scene.ask("/unseen/leak-br").status, 200)
    same(scene.ask("/detect/leak-br").status, 200)


@case
def nginx_compresses_towards_the_client_as_before(scene):
    a = scene.ask("/gzip/long/2000", headers={"Accept-Encoding": "gzip"})
    same((a.headers["Content-Encoding"], gzip.decompress(a.body)), ("gzip", b"a" * 2000))


# ── limits ──

@case
def a_request_past_the_limit_is_refused(scene):
    a = blocked(scene.ask("/", "POST", body=b"marklimit=" + b"x" * 1100000, form=True), 413)
    assert "大きさ" in a.body.decode()
    assert not scene.seen("marklimit")


@case
def an_answer_past_the_limit_is_refused(scene):
    blocked(scene.ask("/long/70000"), 500)
    blocked(scene.ask("/refuse/long/70000"), 500)


@case
def partial_inspection_passes_the_rest(scene):
    same(len(scene.ask("/partial/long/500000").body), 500000)
    blocked(scene.ask("/partial/long/500000/60000"))
    same(scene.ask("/partial/long/500000/400000").status, 200)


@case
def windows_judge_what_lies_past_the_limit(scene):
    a = scene.ask("/windows/long/900000")
    same((a.status, len(a.body)), (200, 900000))
    blocked(scene.ask("/windows/long/900000/60000"))
    for at in (70000, 196600, 400000, 899000):
        out = scene.raw(b"GET /windows/long/900000/%d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % at)
        assert b"leaked-secret" not in out, at


@case
def windows_judge_long_forms(scene):
    body = b"a=" + b"x" * 1500000
    same(scene.ask("/windows/", "POST", body=body, form=True).status, 200)
    for at in (1000000, 1048570, 1300000):
        bad = b"markwin=" + b"x" * at + b"phase2attack" + b"x" * 100000
        blocked(scene.ask("/windows/", "POST", body=bad, form=True))
    assert not scene.seen("markwin")


# ── lists in the DNS ──

@case
def a_listed_client_is_refused_and_asked_about_once_a_worker(scene):
    listed = {"X-Ask": "listed"}
    for _ in range(6):
        blocked(scene.ask("/rbl/a", headers=listed))
        same(scene.ask("/rbl/a").status, 200)
    asked = scene.dns.asked.count("1.0.0.127.list.example")
    assert 1 <= asked <= 2, asked
    assert "1.0.0.127.gone.example" in scene.dns.asked


@case
def a_request_with_a_body_waits_for_the_list_too(scene):
    body = b"a=" + b"x" * 100000 + b"phase2attack"
    blocked(scene.ask("/rbl/b", "POST", body=body, form=True))
    same(scene.ask("/rbl/b", "POST", body=b"a=1", form=True, chunked=True).status, 200)


@case
def a_list_that_does_not_answer_costs_a_second_and_nobody_else_waits(scene):
    begun, others = time.monotonic(), []
    waiting = threading.Thread(target=lambda: others.append(scene.ask("/rbl-silent/a").status))
    waiting.start()
    time.sleep(0.1)
    for _ in range(5):
        same(scene.ask("/hello").status, 200)
    same(others, [])  # they were answered while the other waits
    waiting.join()
    same(others, [200])
    assert 0.8 < time.monotonic() - begun < 4


@case
def a_client_that_leaves_while_its_address_is_looked_up_harms_nobody(scene):
    restarts = status(scene)["workers"]["restarts"]
    for _ in range(5):
        s = socket.create_connection(("127.0.0.1", scene.port), 5)
        s.sendall(b"GET /rbl-silent/leave HTTP/1.1\r\nHost: a\r\n\r\n")
        s.close()
    time.sleep(1.2)
    same(scene.ask("/hello").status, 200)
    same(status(scene)["workers"]["restarts"], restarts)


@case
def without_a_resolver_lists_match_nothing_and_the_log_says_so(scene):
    same(scene.ask("/rbl-alone/a").status, 200)
    assert "1.0.0.127.alone.example" not in scene.dns.asked
    assert "no \"resolver\": they match nothing" in scene.nginx.check()[1]
