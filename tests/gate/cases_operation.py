"""Running it: modes, logs, counters, mistakes, reloads, deaths. In this order, the last one last."""
import hashlib
import json
import os
import re
import signal
import threading
import time

from scene import RULES
from steps import blocked, case, event, events_with, reload, same, status, until, wait_audit, wait_audit_text, wait_log


# ── modes, sites, logs ──

@case
def detection_only_tells_and_passes(scene):
    a = scene.ask("/detect/leak?det", "POST", body=b"a=phase2attack", form=True, headers={"X-Attack": "phase1"})
    same(a.status, 200)
    assert b"leaked-secret-in-page" in a.body
    line = [x for x in wait_audit(scene, "/detect/leak?det")][0]
    same([m["rule"] for m in line["matches"]], [101, 102, 104])


@case
def off_is_off(scene):
    same(scene.ask("/off/leak", headers={"X-Attack": "phase1"}).status, 200)


@case
def the_audit_line_is_complete(scene):
    a = blocked(scene.ask("/audited?q=%E6%97%A5", headers={"X-Attack": "phase1"}))
    line = event(scene, a.headers["X-Request-Id"])
    same((line["site"], line["status"]), ("shop", 403))
    same([m["rule"] for m in line["matches"]], [101])
    assert "--" in scene.nginx.log("audit.serial") and "-Z--" in scene.nginx.log("audit.serial")
    blocked(scene.ask("/site-b/", headers={"X-Attack": "phase1"}))
    same(wait_audit(scene, "/site-b/")[0]["site"], "別館")


@case
def harmless_requests_leave_no_audit_line(scene):
    scene.ask("/quiet-one")
    scene.ask("/", headers={"X-Attack": "phase1"})
    time.sleep(0.1)
    assert not [x for x in scene.nginx.audit() if "quiet-one" in x["uri"]]


@case
def the_error_log_has_matches_before_the_answer(scene):
    a = blocked(scene.ask("/logged", headers={"X-Attack": "phase1"}))
    lines = [x for x in scene.nginx.log("error.log").splitlines() if a.headers["X-Request-Id"] in x]
    assert lines and "[error]" in lines[0] and '[id "101"]' in lines[0] and "Access denied" in lines[0], lines


@case
def the_error_log_keeps_no_secret_of_an_address(scene):
    for path in ("/closed/", "/gone/"):
        target = "%s?link_token=hush-hush&find=%s" % (path, path[1:4])
        scene.ask(target, headers={"Referer": "https://shop.example/a?b=c&token=hush-hush"})
        assert wait_log(scene, "find=%s" % path[1:4], "error.log"), path
    lines = [x for x in scene.nginx.log("error.log").splitlines() if "find=clo" in x or "find=gon" in x]
    assert not [x for x in lines if "hush" in x], lines
    assert all(x.count("[masked 9]") >= 2 and "b=c" in x for x in lines), lines
    assert any("upstream:" in x and x.count("[masked 9]") == 3 for x in lines), lines


@case
def the_access_log_can_show_the_verdict(scene):
    a = blocked(scene.ask("/in-access-log", headers={"X-Attack": "phase1"}))
    assert wait_log(scene, "%s deny 101 403 /in-access-log" % a.headers["X-Request-Id"], "access.log")


@case
def concurrent_events_get_a_file_each_and_a_line_of_the_index(scene):
    count = 0
    for name in ("one", "two", "two", "..%2F..%2Fthree"):
        headers = {"X-Attack": "phase1", "User-Agent": "agent"}
        same(scene.ask("/concurrent/a?id=" + name, headers=headers, port=scene.ms).status, 403)
        # an event is written a moment after its answer: the next would pass it in another worker
        count += 1
        assert until(lambda: len(scene.nginx.log("index").splitlines()) == count), name
    lines = scene.nginx.log("index").splitlines()
    names = [re.search(r' (/\d{8}/\d{8}-\d{4}/\d{8}-\d{6}-(\S+)) 0 (\d+) md5:([0-9a-f]{32})$', x) for x in lines]
    assert [n.group(2) for n in names][:2] == ["one", "two"], lines
    assert names[2].group(2) in ("two", "two-1"), lines  # the second may come in another second
    assert "/" not in names[3].group(2) and "three" in names[3].group(2), lines
    for line, name in zip(lines, names):
        path = scene.folder + "/events" + name.group(1)
        with open(path, "rb") as f:
            text = f.read()
        same((len(text), hashlib.md5(text).hexdigest()), (int(name.group(3)), name.group(4)))
        assert b"-A--" in text and b"-Z--" in text, text
        assert ' "GET /concurrent/a' in line and ' 403 - "-" "agent" ' in line, line
        same((os.stat(path).st_mode & 0o7777, os.stat(os.path.dirname(path)).st_mode & 0o7777), (0o640, 0o750))


@case
def what_nginx_refuses_is_judged_from_the_bytes_that_came(scene):
    head = b"Host: a\r\nX-Behind: brokenbehind\r\n\r\n"
    for line, answer in ((b"GET ?q=brokenargument HTTP/1.1", 400), (b"|GET /?q=brokenargument HTTP/1.0", 400),
                         (b"GET /?q=brokenargument HTTP/4.0", 505), (b"CONNECT a:80?q=brokenargument HTTP/1.1", 400),
                         (b"GET /%zz?q=brokenargument HTTP/1.1", 400)):
        before = len([x for x in scene.nginx.audit() if 113 in [m["rule"] for m in x["matches"]]])
        got = scene.raw(line + b"\r\n" + head, timeout=1)
        assert got.startswith(b"HTTP/1.1 %d " % answer), (line, got[:40])
        event = events_with(scene, 113, before + 1)[-1]
        same((event["status"], [m["rule"] for m in event["matches"]]), (answer, [114, 113]))
    assert not scene.seen("brokenargument")


@case
def a_header_that_nginx_cannot_read_is_left_out_and_those_behind_it_are_not(scene):
    scene.raw(b"GET /?q=brokenargument-2 HTTP/1.1\r\nHost: a\r\nX-A: brokenheader\rX: y\r\n"
              b"X-Behind: brokenbehind\r\n\r\n", timeout=1)
    events = wait_audit_text(scene, "brokenargument-2")
    same([[m["rule"] for m in x["matches"]] for x in events], [[114, 113]])


@case
def two_lengths_are_judged_by_their_headers_alone(scene):
    got = scene.raw(b"POST /?q=brokenargument-3 HTTP/1.1\r\nHost: a\r\nX-Behind: brokenbehind-3\r\nContent-Length: 3\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", timeout=1)
    assert got.startswith(b"HTTP/1.1 400 "), got[:40]
    events = wait_audit_text(scene, "brokenbehind-3")
    same([[m["rule"] for m in x["matches"]] for x in events], [[114]])


@case
def what_a_rule_sets_in_the_environment_nginx_can_use(scene):
    same(scene.ask("/env/a", headers={"X-Attack": "named"}).headers["X-Bot"], "named")
    same(scene.ask("/env/a").headers["X-Bot"], None)


@case
def broken_requests_reach_the_record(scene):
    before = status(scene)["requests"]["refused_by_nginx"]
    for data in (b"GET /brokenline HTTP/9.1\r\n\r\n", b"G\x01T /brokenline HTTP/1.1\r\n\r\n", b"\r\n\r\n \r\n",
                 b"GET /brokenline HTTP/1.1\r\nHost: a\r\nBad\x00Header: x\r\n\r\n", b"TRACE /brokenline HTTP/1.1\r\nHost: a\r\n\r\n",
                 b"GET /brokenline" + b"x" * 40000 + b" HTTP/1.1\r\n\r\n", b"GET /brokenline HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 40000 + b"\r\n\r\n",
                 b"GET /brokenline HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", b"GET /brokenline\r\n", b"PRI * HTTP/2.0\r\n\r\n",
                 b"GET /brokenline HTTP/1.1\r\n\r\n", b"POST /brokenline HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                 b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"):
        scene.raw(data, timeout=0.5)
    wanted = {505, 400, 405, 414}
    assert until(lambda: wanted <= {x["status"] for x in events_with(scene, 109, 8)}), events_with(scene, 109, 8)
    assert until(lambda: status(scene)["requests"]["refused_by_nginx"] >= before + 6), status(scene)
    now = status(scene)
    same(now["workers"]["restarts"], 0)


def quiet_status(scene):
    """Counted a moment after the client has its answer: the status once it says the same twice."""
    def twice_the_same():
        before = status(scene)
        time.sleep(0.3)
        now = status(scene)
        return now if now["requests"] == before["requests"] else None

    found = until(twice_the_same)
    assert found, "the counters do not come to rest"
    return found


@case
def the_status_location_counts(scene):
    before = quiet_status(scene)
    scene.ask("/count-me")
    scene.ask("/count-me", headers={"X-Attack": "phase1"})
    scene.ask("/detect/", headers={"X-Attack": "phase1"})
    now = quiet_status(scene)
    for key, more in (("total", 3), ("refused", 1), ("detected", 1), ("inspected", 2)):
        same((key, now["requests"][key] - before["requests"][key]), (key, more))
    same([s["name"] for s in now["sites"]], ["shop", "別館"])
    assert now["rules"][0]["rules"] >= 9 and now["rules"][0]["ready"]


@case
def collections_are_shared_by_all_workers(scene):
    # a collection is stored when its request ends, a moment after the client has its answer
    statuses = []
    for _ in range(24):
        statuses.append(scene.ask("/", headers={"X-Attack": "counted"}).status)
        time.sleep(0.02)
    same(statuses, [200] * 20 + [403] * 4)


# ── the directives of the ModSecurity connector ──

@case
def modsecurity_directives_mean_the_same(scene):
    a = scene.ask("/", headers={"X-Attack": "phase1"}, port=scene.ms)
    same(a.status, 403)
    assert a.headers["X-Request-Id"].startswith("own-"), a.headers
    same(scene.ask("/", port=scene.ms).status, 200)
    assert a.headers["X-Request-Id"] not in scene.nginx.log("error.log")
    assert wait_log(scene, a.headers["X-Request-Id"], "ms-audit.log")
    same(scene.ask("/no-engine/", headers={"X-Attack": "phase1"}, port=scene.ms).status, 200)


@case
def mistakes_are_told_with_their_place(scene):
    good = scene.config()
    cases = (
        ("sekisho on;", "sekisho perhaps;", "expected on, off or detect"),
        ("sekisho on;", "sekisho on; modsecurity_rules_remote key https://example.org/;", "not fetched over the network"),
        ("sekisho on;", "sekisho on; modsecurity on;", "one switch"),
        ("sekisho_zone 2m;", "sekisho_zone 2k;", "at least 1m"),
        ("sekisho on;", "sekisho on; sekisho_rules 'SecRulle ARGS x';", "nginx.conf:"),
        ("sekisho on;", "sekisho on; sekisho_rules_file none-such.rules;", "none-such.rules"),
        ("sekisho on;", "sekisho on; sekisho_block_page none-such.html;", "none-such.html"),
        ("sekisho_audit_log logs/audit.json;", "sekisho_audit_log logs/audit.json xml;", "expected json or serial"),
    )
    try:
        for old, new, told in cases:
            scene.nginx.write(good.replace(old, new, 1))
            ok, text = scene.nginx.check()
            assert not ok and told in text, (new, text)
    finally:
        scene.nginx.write(good)


@case
def a_broken_rule_file_keeps_the_old_rules(scene):
    generation = status(scene)["workers"]["generation"]
    scene.file("base.rules", RULES + '\nSecRule REQUEST_URI "@contains newrule" "id:120,phase:1,deny\n')
    try:
        scene.nginx.signal(signal.SIGHUP)
        time.sleep(1)
        assert wait_log(scene, "base.rules:")
        blocked(scene.ask("/", headers={"X-Attack": "phase1"}))
        same(scene.ask("/newrule").status, 200)
        same(status(scene)["workers"]["generation"], generation)
    finally:
        scene.file("base.rules", RULES)


@case
def a_new_rule_comes_with_a_reload(scene):
    scene.file("base.rules", RULES + '\nSecRule REQUEST_URI "@contains newrule" "id:120,phase:1,deny,status:403,log"\n')
    reload(scene)
    try:
        blocked(scene.ask("/newrule"))
    finally:
        scene.file("base.rules", RULES)
        reload(scene)
    same(scene.ask("/newrule").status, 200)


@case
def rotated_logs_are_opened_again(scene):
    logs = os.path.join(scene.folder, "logs")
    os.rename(os.path.join(logs, "audit.json"), os.path.join(logs, "audit.json.1"))
    scene.nginx.signal(signal.SIGUSR1)
    assert until(lambda: os.path.exists(os.path.join(logs, "audit.json")))
    time.sleep(0.3)
    a = blocked(scene.ask("/", headers={"X-Attack": "phase1"}))
    event(scene, a.headers["X-Request-Id"])


@case
def twenty_reloads_lose_no_request(scene):
    stop, bad, done = threading.Event(), [], [0]

    def load():
        while not stop.is_set():
            try:
                a = scene.ask("/load", "POST", body=b"a=1", form=True)
                b = scene.ask("/load", headers={"X-Attack": "phase1"})
                if (a.status, b.status) != (200, 403):
                    bad.append((a.status, b.status))
                done[0] += 2
            except OSError as e:
                bad.append(repr(e))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for t in threads:
        t.start()
    try:
        for _ in range(20):
            reload(scene)
    finally:
        stop.set()
        for t in threads:
            t.join()
    same(bad, [])
    assert done[0] > 40, done
    same(status(scene)["workers"]["restarts"], 0)


@case
def a_dead_worker_is_counted_and_replaced(scene):
    before = status(scene)["workers"]["restarts"]
    victim = scene.nginx.workers()[0]
    os.kill(victim, signal.SIGKILL)
    assert until(lambda: len(scene.nginx.workers()) == 2 and victim not in scene.nginx.workers())
    same(scene.ask("/").status, 200)
    until(lambda: status(scene)["workers"]["restarts"] > before)
    same(status(scene)["workers"]["restarts"], before + 1)


@case
def nothing_was_spoiled_on_the_way(scene):
    """No sanitizer report, no alert: what nginx says when a module breaks its rules."""
    text = scene.nginx.log("stderr.log") + scene.nginx.log("error.log")
    assert "ERROR: AddressSanitizer" not in text and "runtime error:" not in text, text[:3000]
    alerts = [x for x in text.splitlines() if "[alert]" in x and "exited on signal 9" not in x]
    same(alerts, [])
