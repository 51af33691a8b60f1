"""Bodies in, answers out, with a vault that does what the cases want."""
import json
import re
import time
import urllib.parse

FORM = "application/x-www-form-urlencoded"
CASES = []


def case(function):
    CASES.append((function.__name__, function))
    return function


def same(a, b):
    assert a == b, "%r is not %r" % (a, b)


def post(scene, target, fields, cookie="", **more):
    return scene.ask(target, "POST", urllib.parse.urlencode(fields).encode(), FORM, cookie, **more)


def keep(scene, kind, text, person="v1.other"):
    return scene.vault.token(kind, text, person)


# ── in ──

@case
def a_form_reaches_the_application_with_tokens(scene):
    a = post(scene, "/form", [("name", "山田 太郎"), ("tel", "090-1234-5678"), ("other", "山田 花子"), ("name", "二郎 & co")])
    same(a.status, 200)
    headers, body = scene.got("/form")
    same(headers["content-length"], str(len(body)))
    fields = urllib.parse.parse_qsl(body.decode())
    same([f[0] for f in fields], ["name", "tel", "other", "name"])
    same(scene.vault.values[fields[0][1]][:2], ("name", "山田 太郎"))
    same(scene.vault.values[fields[1][1]][:2], ("phone", "090-1234-5678"))
    same(fields[2][1], "山田 花子")
    same(scene.vault.values[fields[3][1]][1], "二郎 & co")
    path, question, headers = scene.vault.asked[-1]
    same((path, question["earns"], "self" in question), ("/v1/exchange/in", "orders", False))
    assert headers["x-sekisho-ticket"].startswith("v1."), headers


@case
def a_multipart_body_keeps_its_file(scene):
    data = bytes(range(256)) * 9000  # longer than nginx keeps in memory
    body = (b'--XyZ\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + "山田".encode() + b"\r\n"
            b'--XyZ\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
            + data + b'\r\n--XyZ\r\nContent-Disposition: form-data; name="tel"\r\n\r\n03-1111-2222\r\n--XyZ--\r\n')
    for chunked in (False, True):
        same(scene.ask("/form", "POST", body, "multipart/form-data; boundary=XyZ", chunked=chunked).status, 200)
        headers, got = scene.got("/form")
        name, tel = list(scene.vault.values)[-2:]
        same(got, body.replace("山田".encode(), name.encode()).replace(b"03-1111-2222", tel.encode()))


@case
def a_server_that_is_asked_next_gets_no_more_than_the_first(scene):
    data = bytes(range(256)) * 9000
    body = (b'--XyZ\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + "山田".encode() + b"\r\n"
            b'--XyZ\r\nContent-Disposition: form-data; name="f"; filename="a.bin"\r\n\r\n' + data + b"\r\n--XyZ--\r\n")
    form = urllib.parse.urlencode([("name", "山田"), ("a", "x"), ("tel", "03-1111-2222"), ("b", "y")]).encode()
    for sent, kind in ((form, FORM), (body, "multipart/form-data; boundary=XyZ")):
        same(scene.ask("/form/again", "POST", sent, kind).status, 200)
        first, second = scene.drops.seen[-1][3], scene.got("/form/again")[1]
        assert first == second, "%r, then %r" % (first[:300], second[:300])
        assert "山田".encode() not in second and b"%E5%B1%B1" not in second and b"03-1111" not in second, second[:300]
    assert second.endswith(data + b"\r\n--XyZ--\r\n")


@case
def json_is_swapped_by_the_way_to_a_value(scene):
    body = {"customer": {"address": ["東京都", {"line": "千代田\n1"}], "x": "東京都"}, "tel": 9012345678, "birth": None}
    same(scene.ask("/form", "POST", json.dumps(body).encode(), "application/json").status, 200)
    got = json.loads(scene.got("/form")[1])
    same(scene.vault.values[got["customer"]["address"][0]][1], "東京都")
    same(scene.vault.values[got["customer"]["address"][1]["line"]][1], "千代田\n1")
    same(scene.vault.values[got["tel"]][1], "9012345678")
    same((got["customer"]["x"], got["birth"]), ("東京都", None))


@case
def it_is_swapped_where_no_rule_wants_the_body(scene):
    for size in (10, 100000):
        same(post(scene, "/form/off/x", {"pad": "x" * size, "tel": "03-1"}).status, 200)
        got = dict(urllib.parse.parse_qsl(scene.got("/form/off/x")[1].decode()))
        same((len(got["pad"]), scene.vault.values[got["tel"]][1]), (size, "03-1"))


@case
def whatever_reading_leads_there_is_swapped(scene):
    for target in ("/form/", "/FORM", "//form", "/x/../form", "/form;a", "/index.php/form", "/f%6frm"):
        same(post(scene, target, {"tel": "03-9999-0000"}).status, 200)
        assert not any(b"03-9999" in b for _, _, _, b in scene.app.seen), target


@case
def other_places_are_left_alone(scene):
    asked = len(scene.vault.asked)
    same(post(scene, "/elsewhere", {"tel": "03-1234-5678"}).status, 200)
    same(scene.got("/elsewhere")[1], b"tel=03-1234-5678")
    same(len(scene.vault.asked), asked)


@case
def a_value_that_does_not_fit_is_missing_to_the_application(scene):
    post(scene, "/form", [("birth", "昨日"), ("tel", "1")])
    got = urllib.parse.parse_qsl(scene.got("/form")[1].decode(), keep_blank_values=True)
    same(got[0], ("birth", ""))


@case
def a_token_that_comes_back_stays_the_same(scene):
    token = keep(scene, "name", "山田")
    post(scene, "/form", {"name": token})
    same(scene.got("/form")[1].decode(), "name=" + token)


@case
def a_phone_number_in_three_fields_is_one_value(scene):
    post(scene, "/form", [("t1", "03"), ("x", "1"), ("t2", "1234"), ("t3", "5678")])
    got = dict(urllib.parse.parse_qsl(scene.got("/form")[1].decode()))
    token = "-".join(got[k] for k in ("t1", "t2", "t3"))
    same((scene.vault.values[token][:2], got["x"]), (("phone", "03-1234-5678"), "1"))
    post(scene, "/form", [("t1", got["t1"]), ("t2", got["t2"]), ("t3", got["t3"])])  # as it comes back from a form
    same(scene.got("/form")[1].decode(), "t1=%(t1)s&t2=%(t2)s&t3=%(t3)s" % got)
    scene.app.page("/orders", "<td>%s-%s-%s<td>%s" % (got["t1"], got["t2"], got["t3"], token.replace("-", "")))
    same(scene.ask("/orders").text, "<td>03-1234-5678<td>03-1234-5678")
    asked = len(scene.vault.asked)
    same(post(scene, "/form", [("t1", "03"), ("t2", "1234"), ("t3", "")]).status, 200)
    same((scene.got("/form")[1], len(scene.vault.asked)), (b"t1=&t2=&t3=", asked))
    same(post(scene, "/form", [("t1", "03"), ("t2", "1"), ("t3", "2"), ("t1", "04")]).status, 400)


@case
def what_can_be_read_in_two_ways_is_refused(scene):
    seen = len(scene.app.seen)
    for body, kind in ((b'{"tel":"1","tel":"2"}', "application/json"), (b"tel=1;name=x", FORM), (b"tel=%zz", FORM), (b"tel=1", "text/plain"),
                       (b"tel=\x83\x65", FORM), (b"x", "multipart/form-data"), (b'{"tel":', "application/json")):
        a = scene.ask("/form", "POST", body, kind)
        same((body, a.status), (body, 400))
    same(scene.ask("/form", "POST", b"tel=1", FORM, Content_Encoding="gzip").status, 400)
    assert b"400" in scene.raw(b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
                               b"Connection: close\r\n\r\ntel=1" % FORM.encode())[:20]
    same(scene.ask("/form", "POST", b"tel=1&" * 65, FORM).status, 413)
    same(len(scene.app.seen), seen)


@case
def forms_and_lists_may_be_in_shift_jis(scene):
    body = urllib.parse.urlencode([("name", "表 太郎"), ("kana", "オモテ"), ("x", "能")], encoding="cp932").encode()
    same(scene.ask("/sjis", "POST", body, FORM).status, 200)
    got = urllib.parse.parse_qsl(scene.got("/sjis")[1].decode(), encoding="cp932")
    same([scene.vault.values[got[i][1]][1] for i in (0, 1)], ["表 太郎", "オモテ"])
    same(got[2], ("x", "能"))
    scene.app.page("/orders", ("表,%s\r\n" % got[0][1]).encode("cp932"), "text/csv; charset=Shift_JIS")
    same(scene.ask("/orders").body, "表,表 太郎\r\n".encode("cp932"))
    scene.app.page("/orders", ("<p>表 %s" % got[0][1]).encode("cp932"), "text/html; charset=Shift_JIS")
    same(scene.ask("/orders").body, "<p>表 &#34920; &#22826;&#37070;".encode("cp932"))


@case
def the_engine_judges_what_was_typed(scene):
    asked = len(scene.vault.asked)
    same(post(scene, "/form", {"name": "an attack"}).status, 403)
    same(len(scene.vault.asked), asked)


@case
def a_vault_that_is_away_lets_nothing_pass(scene):
    seen = len(scene.app.seen)
    for mode in ("silent", "drops", "garbage", "refuses"):
        scene.vault.mode = mode
        begun = time.monotonic()
        a = post(scene, "/form", {"tel": "03-1234-5678"})
        same((mode, a.status), (mode, 503))
        assert "個人情報" in a.text and time.monotonic() - begun < 3, a
    scene.vault.mode = ""
    scene.vault.stop()
    same(post(scene, "/form", {"tel": "03-1234-5678"}).status, 503)
    scene.vault.start()
    same(post(scene, "/form", {"tel": "03-1234-5678"}).status, 200)
    same(len(scene.app.seen), seen + 1)


@case
def a_connection_is_kept_and_replaced(scene):
    post(scene, "/form", {"tel": "1"})
    before = scene.vault.connections
    for _ in range(5):
        same(post(scene, "/form", {"tel": "1"}).status, 200)
    same(scene.vault.connections, before)
    scene.vault.mode = "closes"
    for _ in range(5):
        same(post(scene, "/form", {"tel": "1"}).status, 200)
    scene.vault.mode = ""


@case
def a_client_that_goes_away_while_the_vault_thinks_harms_nobody(scene):
    scene.vault.mode = "silent"
    for _ in range(5):
        scene.raw(b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 5\r\n\r\ntel=1" % FORM.encode(), timeout=0.05)
    scene.vault.mode = ""
    same(post(scene, "/form", {"tel": "1"}).status, 200)


# ── the browser's own ──

def self_cookie(answer):
    lines = [c for c in answer.headers.get_all("Set-Cookie") or [] if c.startswith("__Host-sekisho-self=")]
    same(len(lines), 1)
    for word in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=3600"):
        assert word in lines[0], lines
    return lines[0].split(";")[0]


@case
def who_typed_a_value_sees_it_again(scene):
    scene.app.pages["/form"] = lambda conn, headers: scene.app.send(conn, "POST", b"", "303 See Other", more=[("Location", "/done")])
    a = post(scene, "/form", {"name": "山田 太郎"})
    del scene.app.pages["/form"]
    cookie = self_cookie(a)
    token = scene.got("/form")[1].decode().split("=")[1]
    scene.app.page("/done", "<p>%s</p>" % token)
    same(scene.ask("/done", cookie=cookie + "; a=1").text, "<p>山田 太郎</p>")
    same(scene.got("/done")[0]["cookie"], "a=1")
    same(scene.ask("/done").text, "<p>***</p>")
    same(scene.ask("/done", cookie="__Host-sekisho-self=v1.999").text, "<p>***</p>")
    same(scene.ask("/orders").status, 200)
    post(scene, "/form", {"name": "次"}, cookie)
    same(scene.vault.asked[-1][1]["self"], cookie.split("=", 1)[1])


@case
def who_types_for_others_does_not_become_them(scene):
    a = post(scene, "/office/new", {"name": "山田"}, "__Host-sekisho-self=v1.7")
    same(a.headers.get_all("Set-Cookie"), None)
    question = scene.vault.asked[-1][1]
    same(("self" in question, question["tenant"]), (False, "shop/new"))


# ── out ──

@case
def an_order_page_shows_values_and_the_rest_stays(scene):
    name, tel, mail = keep(scene, "name", "山田 <太郎>"), keep(scene, "phone", "090-1234-5678"), keep(scene, "email", "taro@example.jp")
    page = "<h1>注文 1600-10-21</h1><td>%s<td>%s<input value='%s'><a href='mailto:%s'>✉</a>" % (name, tel, tel, mail)
    scene.app.page("/orders", page, more=[("ETag", '"x"'), ("Cache-Control", "public, max-age=600"), ("Last-Modified", "Thu, 26 Nov 2026 00:00:00 GMT")])
    a = scene.ask("/orders", Range="bytes=0-10")
    same(a.text, "<h1>注文 1600-10-21</h1><td>山田 &#60;太郎&#62;<td>090-1234-5678<input value='090-1234-5678'><a href='mailto:taro@example.jp'>✉</a>")
    same((a.status, a.headers["Cache-Control"], a.headers["ETag"], a.headers["Last-Modified"], a.headers["Accept-Ranges"]),
         (200, "no-store", None, None, None))
    same(scene.vault.asked[-1][1]["purpose"], "orders")


@case
def pictures_keep_their_ranges_and_validators(scene):
    scene.app.page("/orders/a.png", bytes(range(100)), "image/png", more=[("ETag", '"p"'), ("Cache-Control", "max-age=600")])
    a = scene.ask("/orders/a.png", Range="bytes=10-19", If_None_Match='"q"')
    same((a.headers["ETag"], a.headers["Cache-Control"]), ('"p"', "max-age=600"))
    same([scene.got("/orders/a.png")[0].get(h) for h in ("range", "if-none-match")], ["bytes=10-19", '"q"'])
    name = keep(scene, "name", "山田")
    part = ("<p>" + name).encode()
    scene.app.pages["/orders/part"] = lambda conn, h: scene.app.send(
        conn, "GET", part, "206 Partial Content", more=[("Content-Range", "bytes 0-%d/999" % (len(part) - 1))])
    same(scene.ask("/orders/part").body, part)


@case
def elsewhere_it_is_masked_but_in_form_fields(scene):
    name = keep(scene, "name", "山田")
    scene.app.page("/members", "<p>%s<input value=\"%s\">" % (name, name))
    same(scene.ask("/members").text, "<p>***<input value=\"%s\">" % name)
    scene.app.page("/half", "<p>%s" % name)
    same(scene.ask("/half").text, "<p>山**")
    tel = keep(scene, "phone", "03-1111-2222")
    scene.app.page("/phones", "<p>%s %s" % (name, tel))
    same(scene.ask("/phones").text, "<p>*** 03-1111-2222")


@case
def a_purpose_that_is_refused_leaves_the_browsers_own(scene):
    mine, other = keep(scene, "name", "山田", "v1.me"), keep(scene, "name", "川田")
    scene.app.page("/denied", ("%s %s " % (mine, other)) * 5000)
    asked = len(scene.vault.asked)
    same(scene.ask("/denied", cookie="__Host-sekisho-self=v1.me").text, "山田 *** " * 5000)
    purposes = [q.get("purpose") for _, q, _ in scene.vault.asked[asked:]]
    same((purposes[0], set(purposes[1:])), ("denied", {None}))


@case
def a_path_that_can_be_read_in_two_ways_shows_nothing(scene):
    name = keep(scene, "name", "山田")
    for target in ("/x/../orders", "//orders", "/orders;x", "/%6frders"):
        scene.app.page(target, name)
        same(scene.ask(target).text, "***")


@case
def json_csv_and_text_are_written_in_their_ways(scene):
    name, note = keep(scene, "name", "山\"田"), keep(scene, "note", "=1+1,\n2")
    scene.app.page("/orders", json.dumps({"n": name, "a": [note]}), "application/json")
    same(json.loads(scene.ask("/orders").body), {"n": "山\"田", "a": ["=1+1,\n2"]})
    scene.app.page("/orders", "%s,%s\r\n" % (name, note), "text/csv; charset=utf-8")
    same(scene.ask("/orders").text, "\"山\"\"田\",\"'=1+1,\n2\"\r\n")
    scene.app.page("/orders", "%s/%s" % (name, note), "text/plain; charset=utf-8")
    same(scene.ask("/orders").text, "山\"田/=1+1,\n2")
    scene.app.page("/orders", name, "image/svg+xml")
    same(scene.ask("/orders").text, name)


@case
def a_rule_against_leaks_does_not_trip_over_what_may_be_shown(scene):
    name = keep(scene, "name", "山田 太郎")
    scene.app.page("/orders", "<p>" + name)
    same(scene.ask("/orders").text, "<p>山田 太郎")
    scene.app.page("/orders", "<p>山田 太郎")
    same(scene.ask("/orders").status, 403)


@case
def a_vault_that_is_away_masks(scene):
    name = keep(scene, "name", "山田")
    scene.app.page("/orders", "<p>%s</p>" % name * 3000)
    for mode in ("silent", "drops", "garbage", "refuses"):
        scene.vault.mode = mode
        begun = time.monotonic()
        same((mode, scene.ask("/orders").text == "<p>***</p>" * 3000), (mode, True))
        assert time.monotonic() - begun < 3, "it waited more than once"
    scene.vault.mode = ""
    scene.vault.stop()
    same(scene.ask("/orders").text, "<p>***</p>" * 3000)
    scene.vault.start()
    same(scene.ask("/orders").text, "<p>山田</p>" * 3000)
    assert "山田" not in scene.nginx.log("error.log") and name not in scene.nginx.log("error.log")


@case
def compressed_answers_are_unpacked(scene):
    name = keep(scene, "name", "山田")
    text = "".join("%d <p>%s</p>" % (i, name) for i in range(20000))
    scene.app.page("/orders", text, packed=True)
    a = scene.ask("/orders", Accept_Encoding="gzip")
    same((a.headers["Content-Encoding"], a.text == text.replace(name, "山田")), (None, True))
    scene.app.page("/orders", text, more=[("Content-Encoding", "br")])
    assert scene.ask("/orders").status in (200, 502)


@case
def a_bomb_takes_no_memory(scene):
    scene.app.page("/orders", bytes(60 << 20), "text/plain", packed=True)
    before = scene.memory()
    same(len(scene.ask("/orders").body), 60 << 20)
    assert scene.memory() - before < 8000, (before, scene.memory())


@case
def nginx_may_compress_what_was_swapped(scene):
    import gzip
    name = keep(scene, "name", "山田", "v1.me")
    scene.app.page("/gzip/x", name * 100)
    a = scene.ask("/gzip/x", cookie="__Host-sekisho-self=v1.me", Accept_Encoding="gzip")
    same(a.headers["Content-Encoding"], "gzip")
    same(gzip.decompress(a.body).decode(), "山田" * 100)


@case
def a_hundred_megabytes_stream_through_in_bounded_memory(scene):
    tel = keep(scene, "phone", "090-1234-5678")
    line = ("<tr><td>%s</td><td>%s</td></tr>\n" % (tel, "x" * 200)).encode()
    count = (100 << 20) // len(line)

    def stream(conn, headers):
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
        block = line * 200
        for _ in range(count // 200):
            conn.sendall(block)
        return False

    scene.app.pages["/orders/all"] = stream
    asked, begun = len(scene.vault.asked), time.monotonic()
    before = scene.memory()
    import http.client
    conn = http.client.HTTPConnection("127.0.0.1", scene.port, timeout=60)
    conn.request("GET", "/orders/all")
    r, total, most, shown = conn.getresponse(), 0, 0, 0
    while True:
        part = r.read(1 << 20)
        if not part:
            break
        total += len(part)
        shown += part.count(b"090-1234")
        most = max(most, scene.memory())
    same(total, count // 200 * 200 * len(line))
    assert shown >= count // 200 * 200 - 200, shown
    assert most - before < 8000, "%d KB more" % (most - before)
    print("        100 MB: %.1f s, %d questions, %d KB more" % (time.monotonic() - begun, len(scene.vault.asked) - asked, most - before))


@case
def a_slow_client_makes_the_source_wait(scene):
    tel = keep(scene, "phone", "090-1234-5678")
    sent = [0]

    def stream(conn, headers):
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
        block = (tel + " " * 100).encode() * 500
        for _ in range(600):
            conn.sendall(block)
            sent[0] += len(block)
        return False

    import socket
    for target in ("/orders/slow", "/unbuffered/slow"):
        scene.app.pages[target], sent[0] = stream, 0
        before = scene.memory()
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.connect(("127.0.0.1", scene.port))
        s.sendall(b"GET %s HTTP/1.0\r\nCookie: __Host-sekisho-self=v1.other\r\n\r\n" % target.encode())
        time.sleep(1.5)
        assert scene.memory() - before < 8000, "%d KB more" % (scene.memory() - before)
        total = 0
        while True:
            part = s.recv(1 << 20)
            if not part:
                break
            total += len(part)
        assert total > 600 * 500 * (len(tel) + 100), total


@case
def what_comes_slowly_leaves_before_the_end(scene):
    tel = keep(scene, "phone", "090-1234-5678")

    def stream(conn, headers):
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" + tel.encode() + b" and\n" + b" " * 300)
        time.sleep(1)
        conn.sendall(b"later " + tel.encode()[:7])
        time.sleep(0.2)
        conn.sendall(tel.encode()[7:])
        return False

    import socket
    scene.app.pages["/unbuffered/late"] = stream
    s = socket.create_connection(("127.0.0.1", scene.port))
    s.sendall(b"GET /unbuffered/late HTTP/1.0\r\nCookie: __Host-sekisho-self=v1.other\r\n\r\n")
    begun, out = time.monotonic(), b""
    while b"5678" not in out and time.monotonic() - begun < 3:
        out += s.recv(65536)
    assert time.monotonic() - begun < 0.8, out
    while True:
        part = s.recv(65536)
        if not part:
            break
        out += part
    assert out.endswith(b"later 090-1234-5678"), out[-60:]


@case
def head_and_empty_answers_pass(scene):
    scene.app.page("/orders", "<p>x")
    a = scene.ask("/orders", "HEAD")
    same((a.status, a.headers["Content-Length"], a.body), (200, None, b""))
    scene.app.pages["/orders/none"] = lambda conn, h: conn.sendall(b"HTTP/1.1 204 No Content\r\n\r\n") or True
    same(scene.ask("/orders/none").status, 204)
    scene.app.pages["/orders/same"] = lambda conn, h: conn.sendall(b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n") or True
    same(scene.ask("/orders/same").status, 304)
    scene.app.page("/orders", "")
    same(scene.ask("/orders").body, b"")


@case
def clients_and_sources_may_break_off(scene):
    tel = keep(scene, "phone", "090-1234-5678")
    scene.app.page("/orders", (tel + " ") * 30000)
    scene.vault.mode = "silent"
    for _ in range(5):
        scene.raw(b"GET /orders HTTP/1.1\r\nHost: x\r\n\r\n", timeout=0.05)
    scene.vault.mode = ""
    for _ in range(20):
        scene.raw(b"GET /orders HTTP/1.1\r\nHost: x\r\n\r\n", read=20000)
    scene.app.pages["/orders/cut"] = lambda conn, h: conn.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n" + tel.encode() + b" half") and False
    out = scene.raw(b"GET /orders/cut HTTP/1.1\r\nHost: x\r\n\r\n")
    assert tel.encode() not in out, out
    same(scene.ask("/orders").text, "090-1234-5678 " * 30000)
    assert "segfault" not in scene.nginx.log("error.log") and "exited on signal" not in scene.nginx.log("error.log")


@case
def many_at_once_are_not_mixed_up(scene):
    import concurrent.futures
    tokens = [keep(scene, "name", "人%d" % i) for i in range(40)]
    for i, token in enumerate(tokens):
        scene.app.page("/orders/%d" % i, "<p>%s</p>" % token * 500)

    def one(n):
        i = n % 40
        return scene.ask("/orders/%d" % i).text == "<p>人%d</p>" % i * 500

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(200)))


@case
def http_2_is_served_as_well(scene):
    import subprocess
    name = keep(scene, "name", "山田")
    scene.app.page("/orders", "<p>%s" % name * 20000)
    done = subprocess.run(["curl", "-s", "--http2-prior-knowledge", "http://127.0.0.1:%d/orders" % scene.h2], capture_output=True, check=True)
    same(done.stdout.decode() == "<p>山田" * 20000, True)
    done = subprocess.run(["curl", "-s", "--http2-prior-knowledge", "-d", "name=山田&tel=1", "http://127.0.0.1:%d/form" % scene.h2],
                          capture_output=True, check=True)
    got = dict(urllib.parse.parse_qsl(scene.got("/form")[1].decode()))
    same(scene.vault.values[got["name"]][1], "山田")


@case
def our_own_pages_are_left_alone(scene):
    name = keep(scene, "name", "山田")
    scene.app.page("/.sekisho/x", name)
    same(scene.ask("/.sekisho/x").text, name)


@case
def nothing_is_left_of_errors(scene):
    log = scene.nginx.log("error.log") + scene.nginx.log("stderr.log")
    log = "\n".join(line for line in log.split("\n") if "connect() to the vault failed" not in line)
    assert not re.search(r"\[(alert|emerg|crit)\]|AddressSanitizer|runtime error", log), log[-2000:]
