"""What customers and merchants write: searches, reviews, inquiries, notes, descriptions."""
import places
import words

# Faces may hold a space: a tab stands between them.
KAOMOJI = """(^^)	(^_^)	(^^;	(^_^;	m(_ _)m	<(_ _)>	m(__)m	(´・ω・｀)	(´；ω；｀)	(｀・ω・´)	( ´∀｀)	(*´∀｀*)	(≧▽≦)	(＾＾)	（＾▽＾）	(>_<)
(T_T)	(;_;)	(-_-;)	(*^_^*)	(^o^)/	ヽ(´ー｀)ノ	＼(^o^)／	orz	ｗｗｗ	www	笑	（笑）	(笑)	泣	（汗）	♪	★	☆	♡	❤	😊	😂	🙏	✨	👍	🎉	😭	🍵	💦	‼	⁉
！！	？？	～♪	…	……	(・∀・)	(ﾟДﾟ)	Σ(ﾟДﾟ)	┐(´д｀)┌	(￣▽￣)	(^_-)-☆	ヾ(＠⌒ー⌒＠)ノ	d(^_^o)	(o^-^o)	(#^.^#)	＞＜	＞_＜	>_<""".replace("\n", "\t").split("\t")
GREETINGS = """はじめまして。 お世話になっております。 いつもお世話になっております。 突然のご連絡失礼いたします。 お忙しいところ恐れ入ります。 先日はありがとうございました。 こんにちは。 夜分遅くに失礼します。""".split()
CLOSINGS = """よろしくお願いいたします。 宜しくお願い致します。 何卒よろしくお願い申し上げます。 ご返信お待ちしております。 ご確認のほどお願いいたします。 お手数をおかけしますが、よろしくお願いします。 以上、よろしくお願いいたします。 メールします。 また連絡します。 失礼いたします。""".split()
REQUESTS = """教えていただけますでしょうか。 ご教示ください。 お知らせください。 変更していただけますか？ 可能でしょうか？ いつ頃になりますか。 キャンセルできますか？ まだ届いておりません。 確認をお願いします。 対応をお願いできますか。 送っていただけると助かります。 領収書を発行してください。 別送は可能ですか。 在庫はありますでしょうか。""".split()
BRACKETS = (("「", "」"), ("『", "』"), ("【", "】"), ("（", "）"), ("(", ")"), ("〈", "〉"), ("《", "》"), ("［", "］"), ("[", "]"), ("“", "”"), ("‘", "’"), ("＜", "＞"), ("〔", "〕"), ("≪", "≫"))
OTHER = """异常 百度 明细 公司 大阪城 我想买这个商品 请问什么时候发货？ 谢谢！ 發貨時間 繁體中文 臺灣 台北市信義區信義路五段7號 北京市朝阳区建国路88号 上海市浦东新区世纪大道100号
안녕하세요 상품 문의 드립니다. 서울특별시강남구테헤란로152 감사합니다^^ 배송은언제되나요? 한국어리뷰 부산광역시해운대구 Привет Здравствуйте! Спасибо Москва Санкт-Петербург ул.Ленина,д.5,кв.12 Когда_будет_доставка? абвгдеёжзийклмнопрстуфхцчшщъыэюя
Größe Straße München Çelik Señor niño café naïve Łódź Đà_Nẵng Hà_Nội สวัสดีครับ ขอบคุณ ยี่ห้อ Ελλάδα ευχαριστώ مرحبا שלום नमस्ते""".split()


def money(r):
    """A price, as people write it."""
    n = r.randint(1, 3000) * 10
    return r.choice(("¥%s-" % format(n, ","), "￥%s" % format(n, ","), "%d円" % n, "%s円（税込）" % format(n, ","),
                     places.wide(str(n)) + "円", "税込%d円" % n, "\\%s" % format(n, ","), "%d円+送料" % n, "＠%d" % n,
                     "@%d円" % n, "%d円×%d" % (n, r.randint(2, 9)), "約%d円" % n, "%d円〜" % n, "%d円/個" % n, "5%オフ", "20％引き", "3割引"))


def day(r):
    """A date, or a time of day."""
    m, d, h = r.randint(1, 12), r.randint(1, 28), r.randint(8, 21)
    return r.choice(("%d月%d日" % (m, d), "%d/%d" % (m, d), "2026年%d月%d日" % (m, d), "令和8年%d月%d日" % (m, d), "%d日(%s)" % (d, r.choice("月火水木金土日")),
                     "%d月%d日（%s）" % (m, d, r.choice("月火水木金土日")), "2026/%02d/%02d" % (m, d), "2026-%02d-%02d" % (m, d), "%d時～%d時" % (h, h + 2), "%d:00-%d:00" % (h, h + 2),
                     places.wide("%d時%d分" % (h, d)), "午前中", "%d:%02d頃" % (h, d), "R8.%d.%d" % (m, d), "来週の%s曜日" % r.choice("月火水木金土日"), "%d時以降" % h))


def order_number(r):
    """The number of an order."""
    n = r.randint(10000, 999999)
    return r.choice(("注文番号：%d" % n, "注文番号 #%d" % n, "No.%d" % n, "№%d" % n, "受注番号【%d】" % n, "ORDER-%d" % n, "注文ID=%d" % n, "(注文番号%d)" % n, "＃%d" % n, "A%d-%d" % (n, n % 9)))


def quoted(r, text):
    """In brackets of some kind."""
    left, right = r.choice(BRACKETS)
    return left + text + right


def amount(r):
    """So many of something."""
    n = r.randint(1, 50)
    return "%s%s" % (r.choice((str(n), places.wide(str(n)), places.kanji_number(n))), r.choice(words.UNITS))


def mood(r):
    """A face, a laugh, or nothing."""
    return r.choice(KAOMOJI) if r.random() < 0.3 else ""


SENTENCES = (
    lambda r: "%sが%s。" % (words.noun(r), r.choice(words.VERBS)),
    lambda r: "%s%sを%sで%s%s" % (r.choice(words.QUALITIES), words.noun(r), r.choice(words.PLACES), r.choice(words.VERBS), r.choice("。！!♪")),
    lambda r: "%sへの%sに%sを選びました。" % (r.choice(words.RELATIVES), r.choice(words.OCCASIONS), words.noun(r)),
    lambda r: "%sの%sについて、%s" % (words.noun(r), r.choice(words.ABSTRACTS), r.choice(REQUESTS)),
    lambda r: "%sに届く予定の%sですが、%s" % (day(r), words.noun(r), r.choice(REQUESTS)),
    lambda r: "%sで%s、%sなら安いと思います%s" % (money(r), words.noun(r), amount(r), mood(r)),
    lambda r: "%sは%sですが、%sは%sでした%s。" % (words.noun(r), r.choice(words.STATES), r.choice(words.RELATIVES), r.choice(("不評", "好評", "微妙", "大満足")), mood(r)),
    lambda r: "%s→%sに変更、%s＋%s＝%s。" % (amount(r), amount(r), money(r), money(r), money(r)),
    lambda r: "%sと書いてありましたが、%s。" % (quoted(r, words.noun(r)), r.choice(words.VERBS)),
    lambda r: "色は%s・%s・%sの3色、サイズはS/M/L。" % tuple(r.sample(words.COLORS, 3)),
    lambda r: "★★★★%s 満足度%d％%s" % (r.choice("★☆"), r.randint(10, 100), mood(r)),
    lambda r: "%s%s%s" % (r.choice(words.RELATIVES), r.choice(("も喜んでいます", "が気に入ってくれました", "に贈ります")), mood(r) or "。"),
    lambda r: "※%sは%sできません。" % (words.noun(r), r.choice(("返品", "交換", "同梱", "予約"))),
    lambda r: "%s様、%sの件、ありがとうございました。" % (r.choice(("佐藤", "大西", "店長", "ご担当者", "表", "能登")), words.noun(r)),
    lambda r: "AとBの違いは何ですか？%sのほうが%s？" % (words.noun(r), r.choice(words.QUALITIES)),
    lambda r: "%s、%s、%sの3点です。" % (words.noun(r), words.noun(r), words.noun(r)),
    lambda r: "%s%s" % (order_number(r), r.choice(("です。", "の件です。", "について", "／", "、"))),
    lambda r: "%scm×%scmの%sは置けますか？" % (r.randint(5, 200), r.randint(5, 200), words.noun(r)),
    lambda r: "Q:%sは？ A:%s。" % (r.choice(words.ABSTRACTS), r.choice(words.VERBS)),
    lambda r: "ｻｲｽﾞ%s ｶﾗｰ:%s ﾒｰﾙ便%s" % (r.choice("SML"), r.choice(words.COLORS), r.choice(("可", "不可", "OK"))),
    lambda r: "商品URL https://shop.example.jp/item/%d を見ました。" % r.randint(1, 9999),
    lambda r: "電話（%s）に%sまでに連絡ください。" % (places.Address(r).telephone(r), day(r)),
    lambda r: "%s & %s のセットは%s" % (words.noun(r), words.noun(r), r.choice(REQUESTS)),
    lambda r: "%s or %s、どちらでもOKです%s" % (words.noun(r), words.noun(r), mood(r)),
    lambda r: "%sと%s（%s）を%s。" % (words.rare(r), words.rare(r), words.rare(r), r.choice(words.VERBS)),
)


def sentences(r, least, most):
    """Some sentences in a row, now and then with a line's end."""
    made = []
    for _ in range(r.randint(least, most)):
        made.append(r.choice(SENTENCES)(r))
        if r.random() < 0.25:
            made.append(r.choice(("\r\n", "\r\n\r\n", "　", " ", "\r\n・", "\r\n- ", "\r\n１．", "\r\n---\r\n")))
    return "".join(made)


def review(r):
    """A review: some people write one word."""
    if r.random() < 0.1:
        return r.choice(("最高！", "◎", "良かったです", "普通", "イマイチ…", "リピ確定♪", "(^^)v", "可もなく不可もなく", "ﾘﾋﾟです", "とても良い！！！！！", "👍👍👍", "美味しかったです(*^^*)"))
    return sentences(r, 1, 8) + mood(r)


def inquiry(r, person):
    """A polite letter with a signature."""
    address = places.Address(r)
    sign = r.choice(("", "\r\n-----\r\n%s\r\n%s" % (person.name, person.mail),
                     "\r\n＝＝＝＝＝＝＝＝\r\n%s %s\r\nTEL:%s\r\n%s" % (person.company, person.name, address.telephone(r), address.line(r)),
                     "\r\n**********\r\n%s\r\n〒%s %s\r\n" % (person.name, address.postal, address.line(r)),
                     "\r\n%s拝" % person.family))
    quote = "\r\n> %s\r\n> %s\r\n" % (r.choice(SENTENCES)(r), r.choice(SENTENCES)(r)) if r.random() < 0.1 else ""
    return r.choice(GREETINGS) + r.choice(("", "\r\n", person.name + "と申します。")) + quote + sentences(r, 1, 6) + \
        r.choice(("", "\r\n")) + r.choice(CLOSINGS) + mood(r) + sign


def note(r):
    """A wish beside an order, or the words on a wrapper."""
    occasion = r.choice(words.OCCASIONS)
    return r.choice((
        lambda: "のし：%s　名入れ：%s" % (occasion, r.choice(("山田", "佐藤", "大西", "表", "能勢"))),
        lambda: "%sでお願いします。%s" % (occasion, mood(r)),
        lambda: "不在の場合は宅配ボックスへ。%s希望です。" % day(r),
        lambda: "%s、外のしで%s" % (quoted(r, occasion), r.choice(REQUESTS)),
        lambda: "メッセージカード：%sおめでとう！%s" % (occasion, mood(r)),
        lambda: "包装は簡易で可。領収書の宛名は%s、但し書きは「%s代として」" % (r.choice(("上様", "㈱大和", "株式会社表")), words.noun(r)),
        lambda: sentences(r, 1, 3)))()


def search(r):
    """What is typed into a search box."""
    gap = r.choice((" ", "　", "　", "・", "、", "+", " & "))
    pick = r.random()
    if pick < 0.45:
        return gap.join(words.noun(r) for _ in range(r.randint(1, 3)))
    if pick < 0.6:
        return words.noun(r) + gap + amount(r)
    if pick < 0.7:
        return r.choice(words.QUALITIES) + words.noun(r)
    if pick < 0.78:
        return words.noun(r) + gap + r.choice(("通販", "おすすめ", "ランキング", "送料無料", "口コミ", "とは", "値段", "1000円以下", "-中古", "A4サイズ", "10%OFF", "(新品)", "#ギフト"))
    if pick < 0.84:
        return r.choice(OTHER)
    if pick < 0.9:
        return quoted(r, words.noun(r)) + r.choice(("", gap + words.noun(r)))
    if pick < 0.95:
        city = r.choice(places.MUNICIPALITIES)
        return r.choice((city[3], city[0] + city[3], city[3] + gap + words.noun(r)))
    return words.rare(r)
