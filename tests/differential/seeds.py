"""The requests that are asked as they are and mutated: those of the Core Rule Set's regression tests,
a shop's, and Japanese forms. Written as a pack (benches/pack.h): of each its length, a newline, its
bytes."""
import base64
import glob
import os
import random
import sys
from urllib.parse import quote_plus

import yaml

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "benches"))
import workloads  # noqa: E402

LARGEST = 16 << 10  # bytes: longer ones are left out, they would take the time of many
SHOP = {"browse": 60, "checkout": 60, "json": 6, "tiny": 4, "attack": 150}
UTF8, SJIS, EUC = "utf-8", "shift_jis", "euc_jp"
JAPANESE = ("山田 太郎", "表示する能力", "ソフト十分", "ﾃｽﾄ 半角ｶﾅ", "千代田区丸の内１−２−３", "①㈱髙﨑", "のし：御歳暮",
            "お届け先は「別住所」です。", "select は選択、union は連合", "<b>太字</b>", "1=1 は真", "C:\\ソース\\表")


def bare(value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")


def crs_request(stage):
    """The bytes that the test sends, without what a client would add to them."""
    given = stage["input"]
    if given.get("encoded_request"):
        return base64.b64decode(given["encoded_request"])
    if given.get("raw_request"):
        return bare(given["raw_request"])
    data = given.get("data", "")
    data = "\r\n".join(map(str, data)) if isinstance(data, list) else str(data if data is not None else "")
    headers = dict(given.get("headers") or {})
    if data and not any(name.lower() == "content-length" for name in headers):
        headers["Content-Length"] = len(bare(data))
    lines = ["%s %s %s" % (given.get("method", "GET"), given.get("uri", "/"), given.get("version", "HTTP/1.1"))]
    lines += ["%s: %s" % (name, "" if value is None else value) for name, value in headers.items()]
    return bare("\r\n".join(lines)) + b"\r\n\r\n" + bare(data)


def crs(folder):
    """Every request of every test under the folder."""
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.yaml"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            document = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for test in document.get("tests") or ():
            for stage in test.get("stages") or ():
                yield crs_request(stage.get("stage", stage))


def multipart(fields):
    edge = "----edge"
    body = b"".join(b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (edge.encode(), name, value)
                    for name, value in fields)
    return edge, body + b"--%s--\r\n" % edge.encode()


def post(content_type, body):
    return (b"POST /order HTTP/1.1\r\nHost: shop.example.jp\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n"
            b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (content_type.encode(), len(body), body))


def japanese():
    """Forms as Japanese shops get them, in three charsets and all body types."""
    for charset in (UTF8, SJIS, EUC):
        texts = [text.encode(charset, "ignore") for text in JAPANESE]
        for text in texts:
            yield post("application/x-www-form-urlencoded", b"name=" + quote_plus(text).encode() + b"&ok=1")
        edge, body = multipart([(b"name", texts[0]), (texts[1].replace(b'"', b""), texts[2]), (b"note", b"\r\n".join(texts))])
        yield post("multipart/form-data; boundary=" + edge, body)
    for text in JAPANESE:
        text = text.replace("\\", "\\\\")
        yield post("application/json", ('{"name": "%s", "items": [{"n": 1, "%s": null}]}' % (text, text[:2])).encode())
        yield post("text/xml", ('<?xml version="1.0"?><o a="%s"><n>%s</n></o>' % (text[:3], text)).replace(
            "<b>", "").replace("</b>", "").encode())


def shop():
    for name, count in SHOP.items():
        yield from workloads.draw(name, count)


def unpackable(request):
    return len(request) > LARGEST or b" " not in request.split(b"\n", 1)[0]


def write(path, folders):
    """How many requests it wrote."""
    random.seed(0)
    distinct = {}
    for source in [crs(folder) for folder in folders] + [shop(), japanese()]:
        for request in source:
            if not unpackable(request):
                distinct[request] = None
    with open(path, "wb") as out:
        for request in distinct:
            out.write(b"%d\n%s" % (len(request), request))
    return len(distinct)


if __name__ == "__main__":
    print(write(sys.argv[1], sys.argv[2:]))
