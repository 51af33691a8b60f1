"""What lies in a Japanese shop's tables and logs, by sort, made up with a seed: numbers that are nobody's
personal data and look like it, and personal data in the forms in which it is written."""
import datetime
import uuid


def digits(r, n):
    return "".join(r.choice("0123456789") for _ in range(n))


def luhn(body):
    total = 0
    for i, c in enumerate(reversed(body)):
        d = int(c) * (2 if i % 2 == 0 else 1)
        total += d - 9 if d > 9 else d
    return body + str(-total % 10)


def jan(r):
    body = r.choice(("45", "49")) + digits(r, 10)
    return body + str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(body)) % 10)


def isbn(r):
    body = r.choice(("9784", "9791")) + digits(r, 8)
    return body + str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(body)) % 10)


def tracking(r):
    """Yamato's and Sagawa's: 11 digits and what is left of them by 7."""
    body = digits(r, 11)
    whole = body + str(int(body) % 7)
    return r.choice((whole, "%s-%s-%s" % (whole[:4], whole[4:8], whole[8:])))


def post_tracking(r):
    """Japan Post: AA123456789JP, and 11 to 13 digits."""
    return r.choice((digits(r, 11), digits(r, 12), digits(r, 13), "EN%sJP" % digits(r, 9)))


def corporate(r):
    """Of a company, and behind a T of an invoice's issuer: 13 digits."""
    body = digits(r, 12)
    check = 9 - sum(int(c) * (2 if i % 2 else 1) for i, c in enumerate(reversed(body))) % 9
    return r.choice(("", "T")) + str(check) + body


def moment(r):
    return datetime.datetime(2020, 1, 1) + datetime.timedelta(seconds=r.randrange(200000000))


NOTHING = {
    "order of 6 to 9 digits": lambda r: digits(r, r.randint(6, 9)),
    "order of 10 digits": lambda r: digits(r, 10),
    "order of 11 digits": lambda r: digits(r, 11),
    "order by date": lambda r: moment(r).strftime("%Y%m%d") + "-" + digits(r, 6),
    "order by second": lambda r: moment(r).strftime("%Y%m%d%H%M%S") + digits(r, 2),
    "order like Amazon's": lambda r: "%s-%s-%s" % (digits(r, 3), digits(r, 7), digits(r, 7)),
    "order like Rakuten's": lambda r: "%s-%s-%s" % (digits(r, 6), moment(r).strftime("%Y%m%d"), digits(r, 10)),
    "payment of 14 digits": lambda r: digits(r, 14),
    "payment of 16 digits": lambda r: digits(r, 16),
    "payment of 18 digits": lambda r: digits(r, 18),
    "JAN code": jan,
    "ISBN": isbn,
    "tracking number": tracking,
    "Japan Post's": post_tracking,
    "company's number": corporate,
    "time in ms": lambda r: str(int(moment(r).timestamp() * 1000)),
    "time": lambda r: moment(r).strftime(r.choice(("%Y-%m-%d %H:%M:%S", "%Y/%m/%d", "%Y年%m月%d日", "%d/%b/%Y:%H:%M:%S +0900"))),
    "price": lambda r: r.choice(("¥%s", "%s円", "%s")) % format(r.randrange(10, 3000000), ","),
    "UUID": lambda r: str(uuid.UUID(int=r.getrandbits(128))),
    "digest": lambda r: "%064x" % r.getrandbits(256),
    "stock keeping unit": lambda r: "%s-%s-%s" % (r.choice(("TEA", "SKU", "A", "cup")), digits(r, 5), digits(r, 4)),
    "network address": lambda r: ".".join(str(r.randrange(256)) for _ in range(4)),
    "request": lambda r: 'GET /products/%s?page=%s&t=%d HTTP/1.1" 200 %s' % (digits(r, 6), digits(r, 2), int(moment(r).timestamp()), digits(r, 5)),
    "decimal": lambda r: "%.10f" % (r.random() * 200),
    "picture": lambda r: "img_%s@2x.png" % digits(r, 8),
    "sentence": lambda r: "%s（税込%d円）を東京都と大阪府で%d個販売しました。市区町村別の集計は%d件です。" % (
        r.choice(("煎茶", "湯呑み", "急須")), r.randrange(100, 9999), r.randrange(9), r.randrange(99)),
}


def wide(text):
    return "".join(chr(ord(c) + 0xfee0) if 0x21 <= ord(c) <= 0x7e else c for c in text)


def in_some_width(r, text):
    return wide(text) if r.random() < 0.2 else text


def mobile(r):
    a, b, c = "0%d0" % r.randint(6, 9), str(r.randint(1, 9)) + digits(r, 3), digits(r, 4)
    return in_some_width(r, r.choice(("%s-%s-%s", "%s%s%s", "%s %s %s")) % (a, b, c))


def landline(r):
    area, exchange = r.choice((("03", 4), ("06", 4), ("045", 3), ("0463", 2), ("04992", 1)))
    return in_some_width(r, "%s-%s-%s" % (area, str(r.randint(2, 9)) + digits(r, exchange - 1), digits(r, 4)))


def card(r):
    start, n = r.choice((("4", 16), ("5%d" % r.randint(1, 5), 16), ("35%d" % r.randint(30, 89), 16), ("37", 15),
                         ("36", 14), ("2%d" % r.randint(221, 720), 16)))
    whole = luhn(start + digits(r, n - 1 - len(start)))
    sign = r.choice(("", "-", " "))
    steps = (4, 4, 4, 4) if n == 16 else (4, 6, 5)
    groups, at = [], 0
    for step in steps:
        groups.append(whole[at:at + step])
        at += step
    return in_some_width(r, sign.join(groups))


def mail(r):
    local = "".join(r.choice("abcdefghijklmnopqrstuvwxyz0123456789._-") for _ in range(r.randint(1, 12)))
    return "a%s@%s" % (local, r.choice(("example.jp", "mail.example.co.jp", "docomo.ne.jp", "gmail.com", "日本語.jp")))


def address(r):
    return in_some_width(r, "%s%s%s%d-%d-%d" % (
        r.choice(("", "〒150-0001 ")), r.choice(("東京都渋谷区", "神奈川県平塚市", "京都府京都市東山区", "北海道上川郡東川町")),
        r.choice(("神宮前", "代官町", "本町")), r.randint(1, 9), r.randint(1, 30), r.randint(1, 20)))


# sort: (how it is made, the kind that must be found)
PERSONAL = {
    "mobile": (mobile, "phone"),
    "landline": (landline, "phone"),
    "card": (card, "card"),
    "e-mail": (mail, "email"),
    "address": (address, "address"),
}
