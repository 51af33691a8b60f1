"""What people write into the forms and searches of a shop, made from a grammar: sentences with the
words of SQL in them, names with apostrophes, quotations, measures, mathematics, kaomoji, text about
web pages that is no page. None of it is an attack. The same seed gives the same sentences."""
import random

ITEMS = ("shirt", "teapot", "lamp", "notebook", "ring", "table runner", "dress", "mug", "drop earrings",
         "union suit", "select cut steak", "order book", "index cards", "table", "view camera",
         "char siu", "exec chair", "cast iron pan", "left glove", "limit switch", "join bracket")
COLOURS = ("red", "blue", "black", "white", "navy", "olive", "gold", "silver", "rose", "off-white")
NAMES = ("O'Neil", "O'Brien", "D'Angelo", "L'Oréal", "Ta'u", "N'Golo", "M'Bappe", "Rock 'n' Roll",
         "Levi's", "McDonald's", "Hershey's", "Dunkin'", "Xi'an", "Qur'an", "Hawai'i")
PLACES = ("London", "St. John's", "Coeur d'Alene", "King's Lynn", "Kyoto", "Land's End")
VERBS = ("select", "order", "drop", "update", "insert", "delete", "create", "join", "group", "set",
         "show", "use", "call", "exec", "like", "match", "replace", "grant", "revoke", "load", "merge")

ENGLISH = (
    "I'd like to order {n} {item}s in {colour} or {colour2}, please.",
    "Do you have the {item} in {colour} and size {n}?",
    "Please select a {colour} {item} from the list and update my order",
    "select the {colour} {item} where it says 'choose'",
    "Can I {verb} a {item} from my order #{big}?",
    "{name} said: \"It's the best {item} -- or at least the {colour} one.\"",
    "My name is {name} and I live in {place}.",
    "{name} & {name2}",
    "{name} and {name2}'s {item}",
    "the {colour} '{item}' or the {colour2} '{item2}'",
    "\"{item}\" and \"{item2}\"",
    "\"{colour}\" or '{colour2}'",
    "{n} or {n2} {item}s",
    "{n} and {n2}",
    "between {n} and {n2} inches",
    "{n}\" x {n2}\" {item}",
    "{n}' by {n2}' rug -- {colour}",
    "It's {n}% cotton and {n2}% wool; isn't that great?",
    "I wasn't able to {verb} the {item}, it's not there; where is it?",
    "where is my {item}? it's {n} days late!",
    "{item} -- {colour} -- size {n}",
    "{item} # {n}",
    "#{n} {item} / #{n2} {item2}",
    "({n} + {n2}) = {sum}",
    "{n} < {n2} and {n2} > {n}",
    "a < b or b < a",
    "is it true that {n} = {n}.0?",
    "Having the {item} in a group by itself is not like it was before",
    "The student union selects all from the best of {place}",
    "European Union and all {item}s from {place}",
    "union jack {item}",
    "select all {item}s; drop the {colour} one",
    "order by phone: 03-{big}-{n}",
    "order by {n} June or {n2} June",
    "if (and only if) you have {n} or more, call me",
    "I like '{item}' but not '{item2}'",
    "as of {n}/{n2}/2026, there's no limit",
    "limit {n} per customer; limit {n2} per order",
    "not null and void",
    "true or false: {item}s are {colour}?",
    "count me in (and {name} too)",
    "user(s) and password(s) don't work",
    "can't log in as user '{name}' with the password you sent",
    "the {item}(s) I ordered (see {big}) didn't arrive",
    "{name}'s {item} isn't {name2}'s",
    "the dogs' and cats' {item}",
    "the girls' {item}s, the boys' {item2}s and {name}'s",
    "'tis the season -- 'twas the {item}",
    "rock 'n' roll and rhythm 'n' blues",
    "the '90s and '80s",
    "5 o'clock or 6 o'clock",
    "drop table {item}s at {place}",
    "drop-leaf table; insert tray included",
    "create a view from the table",
    "insert into the slot, then turn left or right",
    "delete from my list: {item}, {item2}",
    "update: set the {item} to {colour}",
    "Gift box (select one) + ribbon",
    "C++ or C#; Java and JavaScript: The Good Parts",
    "JavaScript: an introduction",
    "use {item}; then wait for delivery",
    "exec summary: {n} {item}s sold",
    "We've got {n}+ {item}s, {n2}- {item2}s",
    "it's 'a' or 'b', isn't it?",
    "$5 or $10 or 100%",
    "50% off -- today only!",
    "email me at {mail} or {mail2}",
    "{name} <{mail}>",
    "Fwd: Re: order {big} <{mail}>",
    "https://example.com/?q={item}&order=by&limit={n}#top",
    "see http://example.jp/{item}?a=1&b=2",
    "<3 this {item}",
    "I <3 {place} and {item}s >_<",
    "x<y, y>z",
    "if a<b then b>a",
    "the <b> key; the <enter> key; press <ctrl>+<c>",
    "->{item}<-  =>{item2}<=",
    "<<{item}>> <{colour}>",
    "size: <{n}cm, weight: >{n2}g",
    "<!-- no comment",
    "width={n} height={n2} style=modern",
    "colour={colour} size={n}",
    "<{item}> or <{item2}>",
    "onsen=hot spring; once=one time; only=1",
    "action=buy href=no src=none",
    "data: {n}, {n2}; to: {name}; from: {place}",
    "[{item}] ({colour}) {{{n}}}",
    "{{\"item\": \"{item}\", \"n\": {n}}}",
    "{item}: `{colour}` or `{colour2}`",
    "--{item}--",
    "/* {item} */",
    "{n}/{n2}/2026",
    "+81-3-{big}",
    "{n}*{n2}={prod}",
    "@{item} #{colour} $ {n}",
    "A&B, R&B, Q&A and S&P",
    "Ben & Jerry's || Häagen-Dazs",
    "a/b/c and \\\\server\\{colour}",
    "~{n} {item}s!!",
    "{n}e{n2}", "0x{n}{n2} or 0x{n2}",
    "N'Djamena and E'ville",
    "q'eqchi' and x'ian",
)

SHOP = ("会社", "明細", "百度", "鹿沼市御成橋", "大津市浜大津", "大阪市北区梅田", "東京都千代田区丸の内", "抹茶", "湯呑み",
        "シャツ", "かばん", "クッキー", "日本酒", "味噌", "异常", "株式会社アット", "御中", "第2ビル", "京都府宇治市")
PEOPLE = ("山田太郎", "佐藤花子", "鈴木 一郎", "高橋", "Ｏ'Neil様", "田中さん", "渡邉", "髙木", "スミス・ジョン")
FACES = ("(^_^)", "<(_ _)>", "m(_ _)m", "(>_<)", "(T_T)", "orz", "(´・ω・`)", "(*'▽'*)", "ヽ(^o^)丿", "(；'∀')",
         "＼(^o^)／", "(･_･;)", "(-_-;)", "(*´ω`*)", "(ﾟДﾟ)", "(^^;;", "(--;)", "(=^・^=)", "<`～´>", "('ω')",
         "(≧▽≦)", "(@_@)", "(#^.^#)", "d(^_^o)", "(>'-'<)", "ｷﾀ━(ﾟ∀ﾟ)━!!", "(/ω＼)", "(　･ω･)y-~")
JAPANESE = (
    "{shop}の{shop2}を{n}個お願いします{face}",
    "{shop}で購入した「{shop2}」が届きません。注文番号は{big}です。",
    "「{shop}」または「{shop2}」で、\"{colour}\"の在庫はありますか?",
    "{person}と申します。{shop}の件でご連絡しました。",
    "サイズはM or Lで迷っています{face}",
    "{n}-{n2}-{n}  {shop} 第{n2}ビル {n}F",
    "〒{n}00-{n2}{n}01 {shop}{n}-{n2}",
    "返品は可能ですか?（{n}日以内 or {n2}日以内）",
    "セット内容: {shop}×{n}; {shop2}×{n2}",
    "{shop}'{n}{shop2}",
    "{shop} & {shop2} (select shop)",
    "{shop}--{shop2}--{n}円",
    "{face}ありがとうございます{face2}",
    "{person}<{mail}>",
    "{shop}<{n}円、{shop2}>{n2}円",
    "#{shop} #{shop2} @{n}",
    "「It's {item}」を{n}点、'{shop}'を{n2}点",
    "union squareの{shop}、table & chairの{shop2}",
    "{n}月{n2}日 or {n}月{n2}日の午前中にお願いします",
    "領収書の宛名は「{shop}」、但し書きは\"お品代として\"で",
    "☆{shop}★ *{n}* =={shop2}==",
    "電話 0{n}-{big}-{n2}{n} / FAX 同じ",
    "{shop}；{shop2}；{n}",
    "・{shop}\n・{shop2}\n※{n}個まで",
    "A社'{shop}' or B社'{shop2}'",
    "<{shop}> {shop2}",
    "≪{shop}≫ <<{shop2}>>",
    "{shop}(税込){n},{n}00円 / (税抜){n2},{n}00円",
    "{shop}!={shop2}",
    "{shop}=良い、{shop2}=普通",
    "(1){shop} (2){shop2} (3)その他",
    "もう{n}ヶ月以上…{face} {shop}って--本当に--来るの?",
)


def filler(rnd):
    n, n2 = rnd.randint(1, 99), rnd.randint(1, 99)
    people = rnd.sample(NAMES, 2)
    items = rnd.sample(ITEMS, 2)
    colours = rnd.sample(COLOURS, 2)
    shops = rnd.sample(SHOP, 2)
    faces = rnd.sample(FACES, 2)
    return {
        "n": n, "n2": n2, "sum": n + n2, "prod": n * n2, "big": rnd.randint(1000, 9999),
        "name": people[0], "name2": people[1], "item": items[0], "item2": items[1],
        "colour": colours[0], "colour2": colours[1], "place": rnd.choice(PLACES),
        "verb": rnd.choice(VERBS), "mail": "%s.%d@example.jp" % (rnd.choice(("a", "info", "t-yamada")), n),
        "mail2": "shop+%d@example.com" % n2, "shop": shops[0], "shop2": shops[1],
        "person": rnd.choice(PEOPLE), "face": faces[0], "face2": faces[1],
    }


def sentences(count, seed=1):
    """Distinct sentences, every pattern about equally often; some joined to longer texts."""
    rnd = random.Random(seed)
    patterns = ENGLISH + JAPANESE
    seen = set()
    for i in range(count * 4):
        text = patterns[i % len(patterns)].format(**filler(rnd))
        if rnd.random() < 0.15:
            text += rnd.choice((" ", "\n", "; ", " -- ")) + rnd.choice(patterns).format(**filler(rnd))
        if rnd.random() < 0.1:
            text = text.upper()
        if text not in seen:
            seen.add(text)
            yield text
        if len(seen) == count:
            return


if __name__ == "__main__":
    import sys
    import urllib.parse
    for sentence in sentences(int(sys.argv[1]) if len(sys.argv) > 1 else 100):
        print(urllib.parse.quote(sentence))
