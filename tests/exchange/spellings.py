"""A known text in whatever an application, its database or its log may have made of it."""
import base64
import html
import json
import re
import urllib.parse


def base64_cores(data):
    """What stands in base 64 of the bytes wherever they begin, without what their neighbours decide."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + data)
        first, last = (before * 8 + 5) // 6, (before + len(data)) * 8 // 6
        yield text[first:last]


def encoded(value):
    for charset in ("utf-8", "cp932", "euc_jp", "utf-16-le", "utf-16-be"):
        try:
            yield value.encode(charset)
        except UnicodeEncodeError:
            pass


def spellings(value):
    """Bytes, each of which tells the value."""
    found = set()
    for text in {value, re.sub(r"[-() ]", "", value)}:
        for data in encoded(text):
            found.update((data, urllib.parse.quote_from_bytes(data).encode(), urllib.parse.quote_plus(data).encode(),
                          data.hex().encode(), data.hex().upper().encode()))
            found.update(base64_cores(data))
        found.add(urllib.parse.quote(text).lower().encode())
        found.add(html.escape(text).encode())
        found.add("".join("&#%d;" % ord(c) for c in text).encode())
        found.add("".join("&#x%x;" % ord(c) for c in text).encode())
        found.add("".join("&#x%X;" % ord(c) for c in text).encode())
        escaped = json.dumps(text)[1:-1]
        found.update((escaped.encode(), escaped.replace("\\", "\\\\").encode(), re.sub(
            r"\\u[0-9a-f]{4}", lambda m: m.group(0).upper().replace("U", "u"), escaped).encode()))
    return sorted(s for s in found if len(s) > 3)


def told(data, values):
    """(value, spelling) of each value that stands in the data, which is text or bytes."""
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return [(value, s) for value in values for s in spellings(value) if s in data]


def without(data, values):
    found = told(data, values)
    assert not found, "it stands there: %r" % found[:3]
