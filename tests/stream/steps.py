"""What cases are made of."""
CASES = []
MB = 1 << 20
ATTACK = b"1 UNION SELECT password FROM users"


class Skipped(Exception):
    pass


def case(function):
    CASES.append((function.__name__, function))
    return function


def same(a, b):
    assert a == b, "%r is not %r" % (a, b)


def at_most(value, most, what):
    assert value <= most, "%s: %.2f, at most %.2f" % (what, value, most)


def grows_at_most(scene, before, most, what):
    """The worker's peak since peak_begin; shadow memory of a sanitizer is not ours."""
    grown = scene.worker_memory("VmHWM") - before
    print("        %s: %.1f MB more in the worker" % (what, grown / MB))
    if not scene.sanitized:
        at_most(grown / MB, most, "memory of the worker, MB")


# ── bodies: (content type, what is before the value, what is behind it) ──

FORM = ("application/x-www-form-urlencoded", b"a=1&b=", b"&c=2")
MULTIPART = ("multipart/form-data; boundary=b",
             b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n', b"\r\n--b--\r\n")
JSON = ("application/json", b'{"a":1,"b":[{"c":"', b'"}]}')
XML = ("text/xml", b"<a><b c='1'/><d>", b"</d></a>")
TEXT = ("text/plain", b"", b"")
KINDS = {"form": FORM, "multipart": MULTIPART, "json": JSON, "xml": XML, "text": TEXT}

# Many small values: how a body of any size goes on.
ITEMS = {"form": (b"", b"name=value+of+a+field&", b"last=1"),
         "json": (b"[", b'{"name":"value of a field","n":[1,2.5,true,null]},', b"{}]"),
         "xml": (b"<a>", b"<b c='attribute'>text of an element</b>", b"</a>"),
         "multipart": (b"", b"", b"")}


def body(kind, before, value, after=0):
    type, head, tail = KINDS[kind]
    return type, head + b"x" * before + value + b"x" * after + tail


FILE_HEAD = b'--b\r\nContent-Disposition: form-data; name="f"; filename="large.bin"\r\n' \
            b"Content-Type: application/octet-stream\r\n\r\n"


def upload(size, field=b"harmless"):
    """(length, pieces) of a multipart body with a file of `size` bytes and a field behind it."""
    tail = b'\r\n--b\r\nContent-Disposition: form-data; name="q"\r\n\r\n%s\r\n--b--\r\n' % field
    block = bytes(range(256)) * 4096

    def pieces():
        yield FILE_HEAD
        left = size
        while left:
            yield block[:left]
            left -= len(block[:left])
        yield tail
    return len(FILE_HEAD) + size + len(tail), pieces()


def items(kind, size, last=b""):
    """(type, length, pieces) of a body of some `size` bytes that is made of small values."""
    head, item, tail = ITEMS[kind]
    block = item * (MB // len(item))
    count = max(1, size // len(block))
    parts = [head] + [block] * count + [last + tail]
    return KINDS[kind][0], sum(map(len, parts)), iter(parts)
