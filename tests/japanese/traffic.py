"""Requests of a Japanese shop, as bytes: what visitors, customers and merchants send."""
import base64
import json
from urllib.parse import quote, quote_plus

import people
import places
import texts
import words

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0",
    "Mozilla/5.0 (Linux; Android 14; SO-51D) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36",
)
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
FORM = "application/x-www-form-urlencoded"
SITE = "https://shop.example.jp"


def escape(text):
    """JavaScript's old escape(), which cookies of old shops are written with."""
    units = text.encode("utf-16-be")
    made = []
    for i in range(0, len(units), 2):
        code = units[i] << 8 | units[i + 1]
        c = chr(code)
        made.append(c if code < 128 and (c.isalnum() or c in "@*_+-./") else
                    "%%%02X" % code if code < 256 else "%%u%04X" % code)
    return "".join(made)


def cookies(r):
    """A visitor's cookies, some with Japanese in them."""
    made = ["session=%032x" % r.getrandbits(128), "cart=%016X" % r.getrandbits(64)]
    if r.random() < 0.4:
        made.append("_ga=GA1.2.%d.%d" % (r.randint(1, 2 ** 31), r.randint(1600000000, 1800000000)))
    if r.random() < 0.5:
        made.append("last=" + quote(texts.search(r)))
    if r.random() < 0.15:
        made.append("town=" + quote(r.choice(places.MUNICIPALITIES)[3]))
    if r.random() < 0.1:
        made.append("name=" + escape(people.Person(r).name))
    if r.random() < 0.1:
        made.append("seen=" + quote(",".join(words.noun(r) for _ in range(3))))
    r.shuffle(made)
    return "; ".join(made)


def referer(r):
    """The page before."""
    return SITE + r.choice(("/", "/cart", "/search?q=" + quote_plus(texts.search(r)), "/c/" + quote(words.noun(r)),
                            "/item/%d" % r.randint(1, 9999)))


def message(r, method, target, body=b"", kind=None, more=()):
    """One request as a browser sends it."""
    lines = ["%s %s HTTP/1.1" % (method, target), "Host: shop.example.jp", "User-Agent: " + r.choice(AGENTS),
             "Accept: " + ("application/json" if kind == "application/json" else ACCEPT),
             "Accept-Language: ja,en-US;q=0.9,en;q=0.8", "Accept-Encoding: gzip, deflate, br",
             "Referer: " + referer(r), "Cookie: " + cookies(r), *more]
    if kind:
        lines += ["Origin: " + SITE, "Content-Type: " + kind, "Content-Length: %d" % len(body)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def encoded(pairs, charset="utf-8"):
    """A form's body as browsers make it: what the charset lacks becomes a reference to it."""
    return "&".join("%s=%s" % (quote_plus(name.encode(charset, "xmlcharrefreplace")),
                               quote_plus(value.encode(charset, "xmlcharrefreplace")))
                    for name, value in pairs).encode()


def multipart(r, parts):
    """parts: (name, text) or (name, file name, content type, bytes)."""
    edge = "----WebKitFormBoundary" + base64.b64encode(r.randbytes(12)).decode().replace("/", "a").replace("+", "b")
    body = b""
    for name, *rest in parts:
        body += ("--%s\r\nContent-Disposition: form-data; name=\"%s\"" % (edge, name)).encode()
        if len(rest) == 3:
            body += ("; filename=\"%s\"\r\nContent-Type: %s" % (rest[0], rest[1])).encode()
        body += b"\r\n\r\n" + (rest[2] if len(rest) == 3 else rest[0].encode()) + b"\r\n"
    return body + ("--%s--\r\n" % edge).encode(), "multipart/form-data; boundary=" + edge


def search(r):
    """A search, with its filters."""
    pairs = [(r.choice(("q", "keyword", "name", "s")), texts.search(r))]
    if r.random() < 0.5:
        pairs += [("category", r.choice(words.THINGS)), ("sort", r.choice(("new", "price_asc", "人気順", "おすすめ順")))]
    if r.random() < 0.3:
        pairs += [("色", r.choice(words.COLORS)), ("price", "%d-%d" % (r.randint(0, 9) * 100, r.randint(10, 99) * 100))]
    if r.random() < 0.3:
        pairs.append(("page", str(r.randint(1, 30))))
    return message(r, "GET", r.choice(("/search?", "/products/list?", "/?")) +
                   "&".join(quote_plus(n) + "=" + quote_plus(v) for n, v in pairs))


def page(r):
    """A page whose address has Japanese in it."""
    path = r.choice(("/c/%s", "/tag/%s/", "/blog/2026/11/%s.html", "/item/%s-123", "/%s")) % quote(words.noun(r))
    query = "?utm_source=mail&utm_campaign=" + quote(words.noun(r)) if r.random() < 0.3 else ""
    return message(r, "GET", path + query)


def address_pairs(r):
    """The fields of an address form."""
    person, a = people.Person(r), places.Address(r)
    if r.random() < 0.5:
        name = [("name", person.name), ("kana", person.kana)]
    else:
        name = [("order[name][name01]", person.family), ("order[name][name02]", person.given), ("order[kana]", person.kana)]
    if r.random() < 0.6:
        where = [("postal", a.postal), ("prefecture", a.prefecture), ("city", a.city), ("address1", a.street), ("address2", a.building)]
    else:
        where = [("zip", a.postal), ("住所", a.line(r))]
    return name + [("company", person.company)] + where + [
        ("phone", a.telephone(r)), ("email", person.mail), ("delivery", texts.day(r)), ("note", texts.note(r) if r.random() < 0.5 else "")]


def address(r):
    """A customer's address, or a checkout with it."""
    pairs = [("_token", "%040x" % r.getrandbits(160))] + address_pairs(r)
    if r.random() < 0.4:
        pairs += [("items[%d][name]" % i, words.noun(r)) for i in range(r.randint(1, 4))]
    kind = FORM if r.random() < 0.8 else FORM + "; charset=UTF-8"
    return message(r, "POST", r.choice(("/checkout", "/mypage/address", "/entry")), encoded(pairs), kind)


def review(r):
    """A review of a product."""
    pairs = [("product", str(r.randint(1, 9999))), ("nickname", r.choice((people.Person(r).given, "名無し", "匿名希望", "ｈａｎａ♪", "たっくんママ(^^)"))),
             ("title", r.choice((words.noun(r) + "最高", texts.quoted(r, words.noun(r)), "良い買い物でした！", "★★★", "リピート%d回目" % r.randint(2, 9)))),
             ("stars", str(r.randint(1, 5))), ("comment", texts.review(r))]
    return message(r, "POST", "/review", encoded(pairs), FORM)


def inquiry(r):
    """The contact form."""
    person = people.Person(r)
    pairs = [("name", person.name), ("kana", person.kana), ("email", person.mail), ("subject", r.choice(words.ABSTRACTS) + "について"),
             ("message", texts.inquiry(r, person)), ("_charset_", "utf-8")]
    return message(r, "POST", "/contact", encoded(pairs), FORM)


def gift(r):
    """Words on wrappers and wishes beside an order."""
    pairs = [("gift[message]", texts.note(r)), ("gift[noshi]", r.choice(words.OCCASIONS)), ("gift[from]", people.Person(r).name), ("備考", texts.note(r))]
    return message(r, "POST", "/cart/gift", encoded(pairs), FORM)


def json_value(r):
    """A cart, an address or a review as a script sends it."""
    person, a = people.Person(r), places.Address(r)
    return r.choice((
        lambda: {"items": [{"id": r.randint(1, 9999), "name": words.noun(r), "price": r.randint(100, 9999), "options": {"色": r.choice(words.COLORS), "サイズ": r.choice("SML")}}
                           for _ in range(r.randint(1, 6))], "note": texts.note(r), "coupon": None, "gift": True},
        lambda: {"name": person.name, "kana": person.kana, "email": person.mail, "address": {"postal": a.postal, "prefecture": a.prefecture, "city": a.city, "line": a.street, "building": a.building},
                 "phone": a.telephone(r)},
        lambda: {"review": {"title": words.noun(r), "body": texts.review(r), "stars": 5}, "tags": [words.noun(r) for _ in range(3)]},
        lambda: {"query": texts.search(r), "filters": [{"key": "産地", "value": r.choice(places.MUNICIPALITIES)[0]}], "page": 1},
        lambda: {"chat": [{"from": person.name, "text": texts.inquiry(r, person)}]},
    ))()


def json_call(r):
    """JSON, with characters as they are or as \\uHHHH."""
    body = json.dumps(json_value(r), ensure_ascii=r.random() < 0.4).encode()
    return message(r, "POST", r.choice(("/api/cart", "/api/address", "/api/review")), body, "application/json", ["X-Requested-With: XMLHttpRequest"])


def picture(r):
    """Bytes like those of a picture."""
    return b"\x89PNG\r\n\x1a\n" + r.randbytes(r.randint(200, 2000))


def upload(r):
    """A file with a Japanese name."""
    person = people.Person(r)
    name = r.choice(("%s.png" % words.noun(r), "スクリーンショット 2026-11-%02d 12.34.56.png" % r.randint(1, 28), "%s（%d）.jpg" % (words.noun(r), r.randint(1, 9)), "%s様_請求書.pdf" % person.family,
                     "【%s】%s.jpg" % (words.noun(r), person.given), "写真 %d.jpeg" % r.randint(1, 99), "%s～%s.png" % (words.rare(r), words.rare(r)), "IMG_%04d のコピー.JPG" % r.randint(1, 9999)))
    parts = [("title", words.noun(r)), ("comment", texts.review(r)), ("picture", name, "image/png", picture(r))]
    body, kind = multipart(r, parts)
    return message(r, "POST", r.choice(("/review/picture", "/contact/file")), body, kind)


def merchant(r):
    """A merchant's product page: HTML in the one field whose route allows it."""
    rows = "".join("<tr><th>%s</th><td>%s</td></tr>" % (r.choice(words.ABSTRACTS), words.noun(r)) for _ in range(3))
    html = ("<h2 class=\"midashi\" style=\"color:#%06x;font-size:120%%\">%s</h2>\r\n<p>%s</p>\r\n<img src=\"https://shop.example.jp/img/%s.jpg\" alt=\"%s\" width=\"640\">\r\n"
            "<ul><li>%s</li><li>%s</li></ul><table border=\"1\">%s</table>\r\n<p>%s<br />\r\n<a href=\"/c/%s\" target=\"_blank\">%s</a></p><!-- %s -->"
            % (r.getrandbits(24), words.noun(r), texts.sentences(r, 2, 6), quote(words.noun(r)), words.noun(r), words.noun(r), texts.money(r), rows, texts.sentences(r, 1, 3),
               quote(words.noun(r)), words.noun(r), words.noun(r)))
    pairs = [("name", words.noun(r)), ("price", str(r.randint(100, 99999))), ("stock", str(r.randint(0, 999))), ("description", html), ("category", r.choice(words.THINGS)),
             ("keywords", ",".join(words.noun(r) for _ in range(4)))]
    if r.random() < 0.5:
        return message(r, "POST", "/desk/product", encoded(pairs), FORM)
    body, kind = multipart(r, pairs + [("picture", words.noun(r) + ".png", "image/png", picture(r))])
    return message(r, "POST", "/desk/product", body, kind)


def xml_feed(r):
    """An order as XML."""
    person, a = people.Person(r), places.Address(r)
    body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><注文 番号=\"%d\" 宛先=\"%s\"><氏名>%s</氏名><住所>%s</住所><品名>%s</品名></注文>"
            % (r.randint(1, 99999), a.prefecture, person.name, a.line(r), words.noun(r)))
    return message(r, "POST", "/api/orders", body.encode(), "application/xml; charset=UTF-8")


def foreign(r):
    """Other languages: Chinese, Korean, Cyrillic, accents."""
    text = " ".join(r.choice(texts.OTHER).replace("_", " ") for _ in range(r.randint(1, 8)))
    pairs = [("name", r.choice(texts.OTHER).replace("_", " ")), ("message", text + texts.mood(r)), (r.choice(("номер", "주소", "地址", "straße")), text)]
    return message(r, "POST", "/contact", encoded(pairs), FORM)


def legacy(charset, names, silent=False):
    """Forms of shops that are not sent in UTF-8; where `silent`, some do not say so."""
    def make(r):
        pairs = address_pairs(r) if r.random() < 0.6 else [("name", people.Person(r).name), ("comment", texts.review(r)), ("題名", words.noun(r))]
        name = r.choice(names)
        if silent and r.random() < 0.3:
            return message(r, "POST", "/contact", encoded(pairs, charset), FORM)
        if r.random() < 0.2:
            return message(r, "POST", "/contact", encoded([("_charset_", name)] + pairs, charset), FORM)
        return message(r, "POST", "/contact", encoded(pairs, charset), FORM + "; charset=" + name)
    return make


# Of a thousand requests, so many of each kind.
KINDS = (
    ("search", 210, search), ("page", 70, page), ("address", 190, address), ("review", 100, review), ("inquiry", 90, inquiry),
    ("gift", 50, gift), ("json", 90, json_call), ("upload", 50, upload), ("merchant", 30, merchant), ("xml", 10, xml_feed),
    ("foreign", 30, foreign), ("shift_jis", 50, legacy("cp932", ("Shift_JIS", "shift_jis", "Windows-31J", "x-sjis"), True)),
    ("euc_jp", 25, legacy("euc_jp", ("EUC-JP", "euc-jp"))), ("iso_2022_jp", 5, legacy("iso2022_jp", ("ISO-2022-JP",))),
)
assert sum(share for _, share, _ in KINDS) == 1000


def corpus(r, count):
    """(kind, request) `count` times, each kind by its share."""
    made = []
    for name, share, make in KINDS:
        made += [(name, make) for _ in range(-(-count * share // 1000))]
    r.shuffle(made)
    return ((name, make(r)) for name, make in made[:count])
