"""Answers on their way out."""
import socket
import time

from scene import read_all, status_of
from steps import MB, at_most, case, grows_at_most, same
from upstream import BLOCK, LEAK


def data_of(seen):
    return b"".join(data for _, data in seen)


def first(seen, mark):
    """When `mark` had come, in seconds."""
    text = b""
    for when, data in seen:
        text += data
        if mark in text:
            return when
    raise AssertionError("%r did not come: %r" % (mark, text[-300:]))


@case
def events_arrive_one_by_one(scene):
    for target in ("/events/5", "/now/events/5", "/seen/events/5"):
        seen = list(scene.watch(target))
        at_most(first(seen, b"data: 0"), 0.2, "seconds to the first event")
        for i in range(5):
            at_most(first(seen, b"data: %d\n" % i), 0.25 * i + 0.2, "seconds to event %d" % i)
        assert data_of(seen).endswith(b"0\r\n\r\n")


@case
def events_are_judged_where_their_type_is_listed(scene):
    seen = list(scene.watch("/seen/events/4/leak"))
    at_most(first(seen, b"data: 0"), 0.2, "seconds to the first event")
    assert b"data: 2" in data_of(seen) and LEAK not in data_of(seen)
    assert LEAK in data_of(list(scene.watch("/events/4/leak"))), "their type is not listed there"


@case
def a_websocket_speaks_both_ways(scene):
    sock = scene.connect()
    sock.settimeout(5)
    sock.sendall(b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    text, begun = b"", time.monotonic()
    while b"hello" not in text:
        text += sock.recv(1000)
    at_most(time.monotonic() - begun, 1, "seconds to the first frame")
    assert text.startswith(b"HTTP/1.1 101 ") and b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in text, text
    for word in (b"first", b"union select", b"third"):
        mask = b"\x01\x02\x03\x04"
        sock.sendall(b"\x81%c%s" % (128 | len(word), mask) + bytes(c ^ mask[i % 4] for i, c in enumerate(word)))
        same(sock.recv(100), b"\x81%c%s" % (len(word), word.upper()))
        time.sleep(0.2)
    sock.close()


@case
def long_polling_is_waited_for(scene):
    seconds = 20 if scene.large else 3
    begun = time.monotonic()
    answer = scene.ask("/poll/%d" % seconds)
    assert answer.endswith(b"at last\n"), answer
    at_most(abs(time.monotonic() - begun - seconds), 1, "seconds beside the answer's own time")


@case
def streams_of_json_lines_flow(scene):
    seen = list(scene.watch("/now/lines/8/0.4"))
    at_most(first(seen, b'{"line":0}'), 1.3, "seconds to the first line")
    at_most(first(seen, b'{"line":4}'), 3.0, "seconds to the fifth line")
    assert data_of(seen).endswith(b"0\r\n\r\n")


@case
def a_page_in_slow_parts_flows_and_is_judged_to_its_end(scene):
    seen = list(scene.watch("/now/parts/8/0.4/none"))
    at_most(first(seen, b"part 0"), 1.3, "seconds to the first part")
    assert b"part 7" in data_of(seen) and data_of(seen).endswith(b"0\r\n\r\n")
    seen = data_of(list(scene.watch("/now/parts/8/0.4/leak")))
    assert b"part 0" in seen and LEAK not in seen and not seen.endswith(b"0\r\n\r\n"), seen[-200:]


@case
def a_leak_that_comes_in_slow_halves_is_cut_off(scene):
    """Its first half has left when it is found: that is the price of not holding pages for ever."""
    seen = data_of(list(scene.watch("/now/parts/2/1.3/split")))
    assert LEAK not in seen.replace(b"\r\n", b"") and LEAK[8:] not in seen, seen[-200:]
    same(status_of(data_of(list(scene.watch("/held/parts/2/1.3/split")))), 403)


@case
def quick_pages_are_refused_with_a_page(scene):
    same(status_of(scene.ask("/parts/3/0.1/leak")), 403)
    same(status_of(scene.ask("/now/parts/3/0.1/split")), 403)


@case
def large_downloads_flow(scene):
    size = 1024 if scene.large else 256
    before, begun, count, head = scene.peak_begin(), time.monotonic(), 0, None
    for when, data in scene.watch("/download/%d" % size):
        head = head or (when, data)
        count += len(data)
    at_most(head[0], 0.5, "seconds to the first byte")
    same(count - head[1].index(b"\r\n\r\n") - 4, size * MB)
    print("        %d MB in %.1f s" % (size, time.monotonic() - begun))
    grows_at_most(scene, before, 4, "download")


@case
def ranges_are_served(scene):
    answer = scene.ask("/download/64", "Range: bytes=1000000-1000999\r\n")
    head, _, data = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 206 ") and b"bytes 1000000-1000999/67108864" in head, head
    same(data, (bytes(range(256)) * 8)[1000000 % 256:][:1000])


@case
def large_pages_are_judged_in_constant_memory(scene):
    size = 256 if scene.large else 64
    before, begun, count = scene.peak_begin(), time.monotonic(), 0
    for when, data in scene.watch("/page/%d" % size):
        count += len(data)
    assert count > size * 16 * len(BLOCK), count
    print("        %d MB in %.1f s" % (size, time.monotonic() - begun))
    grows_at_most(scene, before, 16, "page")


@case
def a_leak_anywhere_in_a_large_page_is_cut_off(scene):
    edge = 64 * len(BLOCK) % 65536  # from the end: where the last window begins
    for at in [20, 1000, 8200, 30000] + list(range(edge - 3, edge + 30, 3)):
        answer = scene.ask("/page/4/%d" % at)
        assert LEAK not in answer, at
        assert 3 * MB < len(answer) < 4 * 16 * len(BLOCK), (at, len(answer))


@case
def packed_pages_are_judged_too(scene):
    assert len(scene.ask("/packed/8")) > 10000
    answer = scene.ask("/packed/8/leak")
    whole = scene.ask("/packed/8")
    assert len(answer) < len(whole), (len(answer), len(whole))


@case
def a_slow_client_makes_the_source_wait(scene):
    before = scene.peak_begin()
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    sock.connect(("127.0.0.1", scene.port))
    sock.sendall(b"GET /now/page/48 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    time.sleep(2)
    grows_at_most(scene, before, 6, "a client that does not read")
    count = len(read_all(sock, 20))
    assert count > 48 * 16 * len(BLOCK), count


@case
def ordinary_requests_are_quick_afterwards(scene):
    begun = time.monotonic()
    for _ in range(50):
        assert scene.ask("/poll/0").endswith(b"at last\n")
    at_most(time.monotonic() - begun, 3, "seconds for 50 requests")
