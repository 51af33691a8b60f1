"""Input that is made to be slow.

For a pattern it is derived from its syntax: what leads to each repeated part is repeated itself
(many places to begin), the repeated part is repeated without the end that it waits for (much to
give back), whole matches lack their last byte, and every class of bytes is tried alone and in
pairs. For the parsers there is a list of structures. Everything is (prefix, unit, suffix): any
size can be made of it."""
import json
import random
import re
import warnings
from re import _constants as sre
from re import _parser as sre_parser

REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
MANY = 16  # a repetition up to here is as good as one without end
BREAK = b"\x01"  # what few patterns wait for; it stands before what must be there
CATEGORIES = {sre.CATEGORY_DIGIT: b"0", sre.CATEGORY_SPACE: b" \n", sre.CATEGORY_WORD: b"a0_",
              sre.CATEGORY_NOT_DIGIT: b"a-", sre.CATEGORY_NOT_SPACE: b"a0", sre.CATEGORY_NOT_WORD: b" -("}
# Of PCRE2, which Python does not know: good enough to derive input from.
REWRITES = ((rb"\(\?i\)", b""), (rb"\[\[:(\w+):\]\]", b"[a ]"), (rb"\[:alpha:\]|\[:alnum:\]", b"a-z"),
            (rb"\[:space:\]|\[:blank:\]", b" \\\\t"), (rb"\\h", b"[ \\\\t]"), (rb"\\z", b"\\\\Z"), (rb"\\[KGR]", b""))
GENERIC = [b"a", b"A1", b" ", b"\t\n", b"%", b"%25", b"&#", b"&lt;", b"<", b"<a ", b"</", b"'", b'"', b"`", b"' ", b"\\", b"\\x",
           b"\\u0041", b"/", b"../", b"/./", b"(", b"()", b"((", b"{", b"$(", b"${", b"[", b"-", b"--", b"/*", b"*/", b"#", b";",
           b",", b"=", b"a=", b"0", b"1 ", b"0x", b".", b"a.", b"@", b"|", b"||", b"!", b"~", b"^", b":", b"://", b"?", b"\r\n",
           b"\0", b"\xff", b"\xe6\x97\xa5", b"select ", b"union ", b"or 1=", b"<script", b"on", b"onx=", b"style=", b"javascript:",
           b"<!--", b"<![CDATA[", b"cat ", b"a'b\"", b"a(b)", b"'+'", b"1;", b"+", b"\xe5\xa4\xa7"]


def parse(pattern):
    """The syntax tree; None where Python cannot read it."""
    for old, new in REWRITES:
        pattern = re.sub(old, new, pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(sre_parser.parse(pattern, re.DOTALL))
    except (re.error, RecursionError, OverflowError, ValueError):
        return None


def members(items):
    """Some bytes that a class takes, the telling ones first."""
    taken, negate = bytearray(), False
    for op, value in items:
        if op == sre.NEGATE:
            negate = True
        elif op == sre.LITERAL:
            taken.append(value & 0xFF)
        elif op == sre.RANGE:
            taken += bytes([value[0] & 0xFF, value[1] & 0xFF])
        elif op == sre.CATEGORY:
            taken += CATEGORIES.get(value, b"a")
    if not negate:
        return bytes(taken[:6])
    full = re.compile(b"[^" + b"".join(re.escape(bytes([c])) for c in taken) + b"]", re.DOTALL)
    return bytes(c for c in b"a 0<-\"'(/\n\x01" if full.match(bytes([c])))[:4] or b"z"


def sample(tree, rng):
    """A short text that the tree matches (assertions aside)."""
    out = b""
    for op, value in tree:
        if op == sre.LITERAL:
            out += bytes([value & 0xFF])
        elif op == sre.NOT_LITERAL:
            out += b"a" if value != 97 else b"b"
        elif op == sre.ANY:
            out += b"a"
        elif op == sre.IN:
            out += bytes([rng.choice(members(value) or b"a")])
        elif op == sre.BRANCH:
            out += sample(rng.choice(value[1]), rng)
        elif op == sre.SUBPATTERN:
            out += sample(value[3], rng)
        elif op == sre.ATOMIC_GROUP:
            out += sample(value, rng)
        elif op in REPEATS:
            out += b"".join(sample(value[2], rng) for _ in range(max(value[0], rng.randrange(2) and value[1] > 0)))
    return out


def parts(op, value):
    """The trees inside of a node."""
    if op == sre.BRANCH:
        return value[1]
    if op == sre.SUBPATTERN:
        return [value[3]]
    if op == sre.ATOMIC_GROUP:
        return [value]
    if op in REPEATS:
        return [value[2]]
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        return [value[1]]
    return []


def repeats(tree, before, rng):
    """(what leads to it, its tree) of each repetition without end, the outer ones first."""
    lead = before
    for op, value in tree:
        if op in REPEATS and (value[1] == sre.MAXREPEAT or value[1] >= MANY):
            yield lead, value[2]
        for inner in parts(op, value):
            yield from repeats(inner, lead, rng)
        lead += sample([(op, value)], rng)


def classes(tree):
    for op, value in tree:
        if op == sre.IN:
            yield from (bytes([c]) for c in members(value))
        elif op == sre.LITERAL:
            yield bytes([value & 0xFF])
        for inner in parts(op, value):
            yield from classes(inner)


def of_repeats(tree, rng, end):
    for lead, body in repeats(tree, b"", rng):
        once = sample(body, rng) or b"a"
        yield b"", lead + once, end
        yield lead, once, end
        yield b"", lead + once * 8, end
        yield b"", lead or once, end
        yield lead, once + (sample(body, rng) or b" "), end


def of_matches(tree, rng, end):
    for _ in range(6):
        text = sample(tree, rng)
        if len(text) > 1:
            yield b"", text[:-1], b""
            yield b"", text[:-1] + BREAK, end
            yield text[:-1], text[len(text) // 2:-1] or b"a", end
            yield b"", text[:max(1, len(text) // 2)], end


def of_classes(tree, _, end):
    alphabet = list(dict.fromkeys(classes(tree)))
    for byte in alphabet[:24]:
        yield b"", byte, end
    for one in alphabet[:5]:
        for other in alphabet[:5]:
            yield b"", one + other, end


def of_pattern(pattern, rounds=1):
    """[(prefix, unit, suffix)], each once. More rounds draw other members of the same classes. The
    suffix is a match turned round: all bytes that a match must have are there, so nobody can say
    at a glance that there is none."""
    tree, found = parse(pattern), {}
    if tree is None:
        tree = [(sre.LITERAL, byte) for byte in pattern]
    for turn in range(rounds):
        rng = random.Random(turn)
        end = BREAK + sample(tree, rng)[::-1][:40]
        for source in (of_repeats, of_matches, of_classes):
            for one in source(tree, rng, end):
                found[one] = None
    return list(found) + [(b"", unit, end) for unit in GENERIC if (b"", unit, end) not in found]


def of_words(argument):
    """For lists of words: the words themselves and all but their last byte."""
    found = [(b"", unit, b"") for word in argument.split()[:40] for unit in (word, word[:-1] or word)]
    return found + [(b"", unit, b"") for unit in GENERIC]


def build(size, prefix, unit, suffix):
    body = size - len(prefix) - len(suffix)
    return (prefix + (unit * (body // max(1, len(unit)) + 1))[:max(0, body)] + suffix)[:size]


# ── where a value stands in a request ──

HEAD = (b"%s %s HTTP/1.1\r\nHost: shop.example.jp\r\nUser-Agent: %s\r\nAccept: */*\r\nReferer: %s\r\nCookie: %s\r\n%s\r\n%s")
FORM = b"application/x-www-form-urlencoded"
EDGE = b"----edge7MA4YWxk"


def message(method=b"GET", target=b"/", agent=b"Mozilla/5.0", referer=b"https://shop.example.jp/", cookie=b"a=1", kind=None,
            body=b"", more=b""):
    if kind:
        method = b"POST"
        more += b"Content-Type: %s\r\nContent-Length: %d\r\n" % (kind, len(body))
    return HEAD % (method, target, agent, referer, cookie, more, body)


def escaped(value, which):
    return re.sub(b"[" + re.escape(which) + b"]", lambda m: b"%%%02X" % m.group()[0], value)


def line(value):
    """As a header can carry it."""
    return re.sub(rb"[\r\n\0]", b" ", value).strip() or b"a"


def multipart(value):
    body = (b'--%s\r\nContent-Disposition: form-data; name="f"; filename="%s"\r\nContent-Type: text/plain\r\n\r\nx\r\n'
            b"--%s--\r\n" % (EDGE, re.sub(rb'["\r\n\0\\]', b"_", value), EDGE))
    return message(kind=b"multipart/form-data; boundary=" + EDGE, body=body)


def xml(value):
    return message(kind=b"text/xml", body=b"<a>" + value.replace(b"&", b"&amp;").replace(b"<", b"&lt;") + b"</a>")


def json_text(value):
    return message(kind=b"application/json", body=json.dumps({"q": value.decode("latin1")}).encode())


# name: (how, the most bytes that nginx or the engine let in)
LARGE, SMALL = 64 << 10, 8000
PLACES = {
    "argument": (lambda v: message(kind=FORM, body=b"q=" + escaped(v, b"%&+\0")), LARGE),
    "name": (lambda v: message(kind=FORM, body=escaped(v, b"%&+=\0") + b"=1"), LARGE),
    "body": (lambda v: message(kind=FORM, body=v), LARGE),
    "json": (json_text, LARGE), "xml": (xml, LARGE),
    "query": (lambda v: message(target=b"/?q=" + escaped(v, b" %&+#\r\n\0")), SMALL),
    "path": (lambda v: message(target=b"/" + escaped(v, b" %?#\r\n\0")), SMALL),
    "agent": (lambda v: message(agent=line(v)), SMALL), "referer": (lambda v: message(referer=line(v)), SMALL),
    "cookie": (lambda v: message(cookie=b"a=" + line(v.replace(b";", b","))), SMALL),
    "cookie name": (lambda v: message(cookie=line(re.sub(b"[;=]", b",", v)) + b"=1"), SMALL),
    "header": (lambda v: message(more=b"X-Forwarded-For: " + line(v) + b"\r\n"), SMALL),
    "file name": (multipart, SMALL), "response": (lambda v: message(), 1 << 20),
}
BY_TARGET = {"ARGS": "argument", "ARGS_POST": "argument", "ARGS_GET": "query", "ARGS_NAMES": "name", "REQUEST_BODY": "body",
             "XML": "xml", "REQUEST_COOKIES": "cookie", "REQUEST_COOKIES_NAMES": "cookie name", "REQUEST_URI": "path",
             "REQUEST_URI_RAW": "path", "REQUEST_LINE": "path", "REQUEST_FILENAME": "path", "REQUEST_BASENAME": "path",
             "QUERY_STRING": "query", "FILES": "file name", "FILES_NAMES": "file name", "RESPONSE_BODY": "response"}
BY_HEADER = ("agent", "referer", "header")


def places(targets):
    """Where a rule that looks at these variables can be reached, the largest first; at most three."""
    found = list(dict.fromkeys(BY_TARGET[t] for t in targets if t in BY_TARGET))
    if "REQUEST_HEADERS" in targets:
        found += BY_HEADER
    found.sort(key=lambda name: -PLACES[name][1])
    return found[:3]


# ── structures ──

def names_alike(size):
    """Argument names that differ in case alone, and such that only their last byte differs."""
    out = b"&".join(b"%s%d=1" % (b"nAmE" if n % 2 else b"NaMe", n) for n in range(size // 11))
    return message(kind=FORM, body=out)


def arguments(one, most=10000):
    """As many arguments as fit and the limit lets in."""
    def make(size):
        count = min(most, size // (len(one.replace(b"%d", b"")) + (5 if b"%d" in one else 0) + 1))
        return message(kind=FORM, body=b"&".join(one.replace(b"%d", b"%05d" % n) for n in range(count)))
    return make


def form(prefix, unit, suffix=b""):
    return lambda size: message(kind=FORM, body=build(size, prefix, unit, suffix))


def as_json(make):
    return lambda size: message(kind=b"application/json", body=make(size))


def as_xml(make):
    return lambda size: message(kind=b"text/xml", body=make(size))


def deep_names(size):
    """Long names inside of each other, then many values: each would have a name as long as all."""
    depth = min(400, size // 200)
    inner = b"[" + b"1," * max(1, (size - depth * 106) // 2) + b"1]"
    return (b'{"' + b"k" * 100 + b'":') * depth + inner + b"}" * depth


def nested(opening, closing, depth):
    def make(size):
        n = min(depth, size // (len(opening) + len(closing)))
        body = opening * n + b"1" + closing * n
        return b"[" + b",".join([body] * max(1, size // (len(body) + 1))) + b"]"
    return make


def parts_of(one, edge=EDGE):
    def make(size):
        part = b"--%s\r\n%s\r\n" % (edge, one)
        body = part * (size // len(part)) + b"--%s--\r\n" % edge
        return message(kind=b"multipart/form-data; boundary=" + edge, body=body)
    return make


def near_boundary(size):
    near = b"\r\n--" + EDGE[:-1] + b"x"
    body = (b'--%s\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n' % EDGE
            + build(size, b"", near, b"") + b"\r\n--%s--\r\n" % EDGE)
    return message(kind=b"multipart/form-data; boundary=" + EDGE, body=body)


def headers(one, most=180):
    def make(size):
        count = min(most, size // 16)
        value = b"v" * max(1, size // count - 14)
        return message(more=b"".join(one.replace(b"%d", b"%05d" % n) + b": " + value + b"\r\n" for n in range(count)))
    return make


def crumbs(size):
    return message(cookie=b"; ".join(b"c%04d=v" % n for n in range(min(1000, size // 9))))


def page(unit, prefix=b"", suffix=b""):
    return lambda size: (message(), build(size, prefix, unit, suffix))


TEXTS = {
    "percent in percent": (b"q=%", b"25", b"41"), "entity in entity": (b"q=%26", b"amp;", b"lt;"), "%u": (b"q=", b"%25u0041", b""),
    "\\u": (b"q=", b"\\u0041", b""), "\\x": (b"q=", b"\\x41", b""), "octal": (b"q=", b"\\101", b""),
    "entities": (b"q=", b"%26%23x3c;", b""), "entity without end": (b"q=", b"%26%23", b""), "long entity": (b"q=%26%23", b"0", b"60;"),
    "base64": (b"q=", b"PHNjcmlwdD4", b""), "comments": (b"q=", b"/**/", b""), "comments that open": (b"q=", b"/*", b""),
    "paths": (b"q=", b"/a/..", b""), "paths up": (b"q=", b"../", b""), "dots": (b"q=", b"/.", b""), "blanks": (b"q=", b"+%09", b""),
    "zeros": (b"q=", b"%00", b""), "UTF-8 too long": (b"q=", b"%c0%af", b""), "quotes": (b"q=", b"'", b""),
    "SQL": (b"q=1'+", b"or+1=1+", b""), "SQL brackets": (b"q=1+", b"((1),", b""), "SQL strings": (b"q=", b"'a'||", b""),
    "SQL comments": (b"q=1+", b"--+%0a", b""), "SQL variables": (b"q=", b"@a,", b""), "SQL words": (b"q=", b"union+select+a+from+b+", b""),
    "tags": (b"q=", b"<a+", b""), "attributes": (b"q=<a+", b"b=c+", b""), "tags that close": (b"q=", b"</", b""),
    "comment tags": (b"q=", b"<!--", b""), "Japanese": (b"q=", "関所の大阪".encode(), b""),
}
STRUCTURES = {"text: " + name: (form(*one), 64 << 10) for name, one in TEXTS.items()}
STRUCTURES.update({
    "10,000 arguments": (arguments(b"a%d=1"), 90 << 10), "10,000 empty arguments": (arguments(b""), 64 << 10),
    "10,000 of one name": (arguments(b"a=%d"), 90 << 10), "arguments that match": (arguments(b"a=<script>"), 64 << 10),
    "arguments of quotes": (arguments(b"a%d=%27or+1%3d1"), 64 << 10),
    "arguments of brackets": (arguments(b"a=" + b"<" * 240 + b"%d"), 64 << 10),
    "names alike": (names_alike, 64 << 10), "long names": (arguments(b"n" * 500 + b"%d=1"), 64 << 10),
    "cookies": (crumbs, 8000), "headers": (headers(b"X-H%d"), 16 << 10), "headers of one name": (headers(b"X-Same"), 16 << 10),
    "JSON arrays, 400 deep": (as_json(nested(b"[", b"]", 400)), 64 << 10),
    "JSON objects, 400 deep": (as_json(nested(b'{"a":', b"}", 400)), 64 << 10),
    "JSON numbers": (as_json(lambda size: b"[" + b"1," * (min(size, 19000) // 2 - 1) + b"1]"), 19000),
    "JSON one name": (as_json(lambda size: b"{" + b'"a":1,' * (min(size, 56000) // 6) + b'"b":1}'), 56000),
    "JSON long names, deep": (as_json(deep_names), 64 << 10), "JSON escapes": (as_json(lambda size: b'{"a":"' + b"\\u0041" * (size // 6) + b'"}'), 64 << 10),
    "JSON open": (as_json(lambda size: b"[" * size), 64 << 10),
    "XML deep": (as_xml(lambda size: b"<a>" * (size // 7) + b"</a>" * (size // 7)), 64 << 10),
    "XML wide": (as_xml(lambda size: b"<r>" + b"<a/>" * (size // 4) + b"</r>"), 64 << 10),
    "XML attributes": (as_xml(lambda size: b"<r " + b" ".join(b'a%d="1"' % n for n in range(size // 11)) + b"/>"), 64 << 10),
    "XML entities": (as_xml(lambda size: b"<r>" + b"&lt;" * (size // 4) + b"</r>"), 64 << 10),
    "XML never closed": (as_xml(lambda size: b"<a " * (size // 3)), 64 << 10),
    "multipart parts": (parts_of(b'Content-Disposition: form-data; name="a"\r\n\r\n1'), 64 << 10),
    "multipart files": (parts_of(b'Content-Disposition: form-data; name="a"; filename="b"\r\n\r\n1'), 1 << 20),
    "multipart headers": (parts_of(b'Content-Disposition: form-data; name="a"\r\n' + b"X-A: b\r\n" * 30 + b"\r\n1"), 64 << 10),
    "multipart near boundaries": (near_boundary, 1 << 20),
    "page: half-open tags": (page(b"<script"), 1 << 20), "page: <": (page(b"<"), 1 << 20), "page: blanks": (page(b" "), 1 << 20),
    "page: SQL errors": (page(b"ORA-1 mysql_ SQL "), 1 << 20), "page: &#": (page(b"&#x"), 1 << 20), "page: <?": (page(b"<?"), 1 << 20),
    "page: <%": (page(b"<% "), 1 << 20), "page: quotes": (page(b"\"'"), 1 << 20),
})
