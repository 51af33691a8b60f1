"""Bodies on their way in."""
import json
import os
import shutil
import subprocess
import threading
import time

from scene import answered, read_all, status_of
from steps import (ATTACK, KINDS, MB, MULTIPART, Skipped, at_most, body, case, grows_at_most, items, same,
                   upload)


@case
def a_large_upload_passes_in_constant_memory(scene):
    size = 1024 * MB if scene.large else 256 * MB
    length, pieces = upload(size)
    before, begun = scene.peak_begin(), time.monotonic()
    status, answer, _ = scene.send("/upload", MULTIPART[0], pieces, length=length)
    same((status, scene.reached("/upload")), (200, [length]))
    print("        %d MB in %.1f s" % (size >> 20, time.monotonic() - begun))
    grows_at_most(scene, before, 8, "upload")


@case
def what_follows_a_large_file_is_judged(scene):
    length, pieces = upload(64 * MB, ATTACK)
    status, _, _ = scene.send("/after-file", MULTIPART[0], pieces, length=length)
    same((status, scene.reached("/after-file")), (403, []))


@case
def large_bodies_of_values_pass_in_constant_memory(scene):
    for kind in ("form", "json", "xml"):
        size = 200 * MB if scene.large else 16 * MB
        type, length, pieces = items(kind, size)
        before, begun = scene.peak_begin(), time.monotonic()
        status, answer, _ = scene.send("/values-" + kind, type, pieces, length=length, seconds=300)
        same((kind, status, scene.reached("/values-" + kind)), (kind, 200, [length]))
        print("        %s: %d MB in %.1f s" % (kind, size >> 20, time.monotonic() - begun))
        grows_at_most(scene, before, 16, kind)


@case
def an_attack_at_the_end_of_many_values_is_found(scene):
    for kind, last in (("form", b"q=%s&" % ATTACK.replace(b" ", b"+")), ("json", b'{"q":"%s"},' % ATTACK),
                       ("xml", b"<q>%s</q>" % ATTACK)):
        type, length, pieces = items(kind, 8 * MB, last)
        status, _, _ = scene.send("/values-end", type, pieces, length=length)
        same((kind, status, scene.reached("/values-end")), (kind, 403, []))


@case
def padding_hides_nothing(scene):
    for kind in KINDS:
        type, text = body(kind, 10 * MB, ATTACK, 100)
        same((kind, scene.post("/padded", type, text)[0]), (kind, 403))
        type, text = body(kind, 10 * MB, b"harmless", 100)
        same((kind, scene.post("/harmless-" + kind, type, text)[0]), (kind, 200))
        same(scene.reached("/harmless-" + kind), [len(text)])
    same(scene.reached("/padded"), [])


@case
def padding_is_refused_where_the_policy_refuses(scene):
    for kind in KINDS:
        type, text = body(kind, 2 * MB, b"harmless")
        status, answer, _ = scene.post("/refuse/late", type, text)
        same((kind, status), (kind, 413))
        assert b"X-Request-Id" in answer, answer[:300]
    same(scene.reached("/late"), [])


@case
def an_attack_across_an_edge_is_found(scene):
    for kind in KINDS:
        for at in range(65536 - 40, 65536 + 8, 8):
            type, text = body(kind, at, ATTACK, 2 * MB)
            same((kind, at, scene.post("/edge", type, text)[0]), (kind, at, 403))
    same(scene.reached("/edge"), [])


@case
def scores_add_up_over_windows(scene):
    for times, wanted in ((2, 200), (3, 403)):
        text = b"p=%s&q=twopoints&" % (b"x" * 200000) * times + b"p=" + b"x" * MB
        same(scene.post("/spread", "application/x-www-form-urlencoded", text)[0], wanted)


@case
def an_attack_is_refused_before_the_rest_has_come(scene):
    type, head = body("form", 200000, b"&q=1+union+select+2&z=")
    status, answer, sent = scene.send("/early", type, (piece for piece in [head] + [b"y" * MB] * 200),
                                      length=len(head) + 200 * MB)
    same(status, 403)
    assert b"<html" in answer and b"X-Request-Id" in answer, answer[:500]
    at_most(sent / MB, 50, "MB sent before the refusal")
    same(scene.reached("/early"), [])


@case
def a_refusal_in_the_middle_is_what_the_rules_and_the_operator_say(scene):
    def answer(target, word):
        text = b"a=" + b"x" * 200000 + b"&q=" + word + b"&b=" + b"x" * (2 * MB)
        return scene.post(target, KINDS["form"][0], text)[1]

    own = answer("/own-page/a", b"1+union+select+2")
    assert own.startswith(b"HTTP/1.1 403 ") and own.endswith(b"the operator's page"), own[:500]
    away = answer("/away/a", b"goaway")
    assert away.startswith(b"HTTP/1.1 302 ") and b"\r\nLocation: https://example.org/away\r\n" in away, away[:500]
    same(answer("/drop/a", b"dropme"), b"")
    same(scene.reached("/a"), [])


@case
def detection_only_tells_and_passes(scene):
    type, text = body("form", 300000, ATTACK, 2 * MB)
    same(scene.post("/detect/told", type, text)[0], 200)
    same(scene.reached("/told"), [len(text)])
    matches = scene.events("/detect/told")[0]["matches"]  # in ARGS:b and in REQUEST_BODY
    same({(m["rule"], m["variable"]) for m in matches}, {(6, "ARGS:b"), (6, "REQUEST_BODY")})


@case
def what_a_later_window_says_is_recorded_without_its_secrets(scene):
    text = b"a=" + b"x" * 200000 + b"&password=SuperSecret99&q=SuperSecret99+union+select+1&b=" + b"x" * MB
    same(scene.post("/recorded", KINDS["form"][0], text)[0], 403)
    event = scene.events("/recorded")[0]
    same([(m["rule"], m["variable"]) for m in event["matches"]], [(6, "ARGS:q")])
    assert "union select" in event["matches"][0]["value"], event
    assert "SuperSecret99" not in json.dumps(event), event
    with open(scene.nginx.log, encoding="utf-8", errors="replace") as file:
        assert "SuperSecret99" not in file.read()


@case
def the_rest_of_a_refused_body_is_no_request(scene):
    sock = scene.connect()
    head = b"q=1+union+select+2&" + b"x" * (2 * MB) + b"&"
    rest = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n" * 1000
    try:
        sock.sendall(b"POST /first HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                     b"Content-Length: %d\r\n\r\n" % (len(head) + len(rest)) + head)
        for _ in range(100):
            if answered(sock):
                break
            time.sleep(0.05)
        sock.sendall(rest)
    except (BrokenPipeError, ConnectionResetError):
        pass
    same(status_of(read_all(sock, 3)), 403)
    assert not [t for t, _, _ in scene.upstream.seen if "smuggled" in t]


@case
def bodies_of_unknown_length_are_judged(scene):
    for kind in KINDS:
        for value, wanted in ((ATTACK, 403), (b"harmless", 200)):
            type, text = body(kind, 3 * MB, value)
            pieces = [text[i:i + 50000] for i in range(0, len(text), 50000)]
            same((kind, scene.send("/chunked", type, pieces, chunked=True)[0]), (kind, wanted))
    status, answer, _ = scene.send("/refuse/chunked", type, pieces, chunked=True)
    same(status, 413)


@case
def http2_bodies_are_judged(scene):
    if not shutil.which("curl"):
        raise Skipped("no curl on this machine")
    for kind in KINDS:
        for value, wanted in ((ATTACK, b"403"), (b"harmless", b"200")):
            type, text = body(kind, 5 * MB, value)
            path = os.path.join(scene.dir, "h2-body")
            with open(path, "wb") as file:
                file.write(text)
            for more in ([], ["-H", "Content-Length:"]):
                done = subprocess.run(["curl", "-s", "--http2-prior-knowledge", "-o", "/dev/null", "-w",
                                       "%{http_code} %{http_version}", "-H", "Content-Type: " + type,
                                       "-H", "Expect:", "--data-binary", "@" + path, *more,
                                       "http://127.0.0.1:%d/h2" % scene.h2],
                                      capture_output=True, timeout=60, check=False)
                same((kind, done.stdout), (kind, wanted + b" 2"))


@case
def bodies_are_judged_whole_before_an_unbuffered_application_sees_them(scene):
    for kind in KINDS:
        for value, wanted in ((ATTACK, 403), (b"harmless", 200)):
            type, text = body(kind, 2 * MB, value)
            same((kind, scene.post("/unbuffered/b-%d" % wanted, type, text)[0]), (kind, wanted))
    same(len(scene.reached("/b-200")), len(KINDS))
    assert not [t for t, _, _ in scene.upstream.seen if "b-403" in t]


@case
def expect_continue_is_answered_and_the_body_judged(scene):
    for value, wanted in ((ATTACK, 403), (b"harmless", 200)):
        type, text = body("json", 2 * MB, value)
        sock = scene.connect()
        sock.sendall(b"POST /expect HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: %s\r\nExpect: "
                     b"100-continue\r\nContent-Length: %d\r\n\r\n" % (type.encode(), len(text)))
        sock.settimeout(5)
        assert sock.recv(100).startswith(b"HTTP/1.1 100 ")
        try:
            sock.sendall(text)
        except (BrokenPipeError, ConnectionResetError):
            pass
        same(status_of(read_all(sock, 20)), wanted)


@case
def clients_that_stop_in_the_middle_leave_nothing(scene):
    def stop_early(kind, n):
        type, text = body(kind, 2 * MB, b"harmless")
        sock = scene.connect()
        sock.sendall(b"POST /stopped HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                     % (type.encode(), len(text)) + text[:n])
        time.sleep(0.01)
        sock.close()

    def settle():
        for _ in range(100):
            if scene.connections() <= open_before:
                return
            time.sleep(0.05)
        raise AssertionError("%d descriptors, before %d" % (scene.connections(), open_before))

    time.sleep(0.3)
    open_before = scene.connections()
    for kind in KINDS:
        stop_early(kind, 400000)
    settle()
    before = scene.worker_memory("VmRSS")
    for i in range(200):
        stop_early(list(KINDS)[i % len(KINDS)], 10 + i * 5000)
    settle()
    grown = scene.worker_memory("VmRSS") - before
    if not scene.sanitized:
        at_most(grown / MB, 4, "MB left by 200 clients that stopped")
    same(scene.reached("/stopped"), [])


@case
def slow_bodies_hang_nobody(scene):
    def drip():
        type, text = body("form", 10, b"harmless")

        def pieces():
            for i in range(len(text)):
                time.sleep(0.03)
                yield text[i:i + 1]
        results.append(scene.send("/slow", type, pieces(), length=len(text))[0])

    results = []
    threads = [threading.Thread(target=drip) for _ in range(20)]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    for _ in range(20):
        same(scene.post("/meanwhile", *body("form", 10, b"harmless"))[0], 200)
    at_most(time.monotonic() - begun, 2, "seconds for 20 quick requests meanwhile")
    for thread in threads:
        thread.join()
    same(results, [200] * 20)
