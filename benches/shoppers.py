"""Visitors of a shop, drawn by a seeded generator: who they are, what they carry, what they write.
No two are alike, so that an engine that remembers values finds none of them again."""
KANA = ("ア イ ウ エ オ カ キ ク ケ コ サ シ ス セ ソ タ チ ツ テ ト ナ ニ ヌ ネ ノ ハ ヒ フ ヘ ホ マ ミ ム メ モ ヤ ユ ヨ "
        "ラ リ ル レ ロ ワ").split()
FAMILY = ("佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 松本 井上 木村 清水 山崎 森 池田 橋本 阿部 石川 前田 "
          "藤田 小川 岡田 後藤 長谷川 村上 近藤 石井 斎藤 坂本 遠藤 青木 藤井 西村 福田 太田 三浦 藤原 岡本 松田 中川 中野 原田 小野 "
          "田村 竹内 金子 和田 中山 石田 上田 森田 原 柴田 酒井 工藤").split()
GIVEN = ("太郎 花子 一郎 美咲 健太 陽菜 大輔 結衣 翔太 葵 拓也 さくら 直樹 七海 亮 愛 誠 優子 浩 真由美 隆 由美子 修 恵 学 香織 "
         "剛 智子 豊 久美子 勇気 遥 悠斗 凛 蓮 結菜 湊 芽依 樹 莉子").split()
CITY = ("札幌市中央区北一条西 仙台市青葉区一番町 さいたま市大宮区桜木町 千葉市中央区富士見 千代田区丸の内 新宿区西新宿 世田谷区三軒茶屋 "
        "横浜市中区山下町 川崎市幸区大宮町 新潟市中央区万代 金沢市香林坊 長野市南千歳 静岡市葵区呉服町 名古屋市中村区名駅 岐阜市橋本町 "
        "京都市中京区寺町通御池上る 大津市梅林 大阪市北区梅田 堺市堺区南瓦町 神戸市中央区三宮町 奈良市三条本町 和歌山市美園町 鳥取市栄町 "
        "松江市朝日町 岡山市北区駅元町 広島市南区松原町 高松市浜ノ町 松山市大手町 福岡市博多区博多駅前 熊本市中央区手取本町 那覇市泉崎").split()
PREFECTURE = ("北海道 宮城県 埼玉県 千葉県 東京都 東京都 東京都 神奈川県 神奈川県 新潟県 石川県 長野県 静岡県 愛知県 岐阜県 京都府 滋賀県 "
              "大阪府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 香川県 愛媛県 福岡県 熊本県 沖縄県").split()
HOUSE = "コーポ ハイツ メゾン パークサイド グランド シティ ロイヤル サンライズ 第一 第二".split()
QUALITY = "手漉き 南部 有田焼 備前焼 無添加 国産 京風 ステンレス 檜の 越前 江戸切子 特選 軽量 耐熱 つや消し 限定".split()
THING = ("急須 湯呑み 土鍋 包丁 まな板 弁当箱 和紙便箋 風呂敷 煎茶 玉露 抹茶椀 箸置き フライパン やかん 蒸籠 一輪挿し 手ぬぐい 箸 "
         "飯椀 徳利 ぐい呑み 茶筒").split()
COLOUR = "藍 朱 白 黒 若草 桜 琥珀 生成り 紺 鼠".split()
WHEN = "平日の夜 土曜の午前中 来週の水曜日 年末 祝日以外 午後二時ごろ 今月中 退院の前の日".split()
WISH = ("に届けていただけると助かります。|は留守にしておりますので宅配ボックスにお願いします。|までに必要なのですが、間に合いますか？|"
        "なら受け取れます。|の配達を希望します。|に引っ越すため、届け先が変わります。").split("|")
REMARK = ("包装は簡易でかまいません。|箱の角がつぶれていたので、緩衝材を多めに入れてください。|のしは「御祝」でお願いします。|"
          "領収書の宛名は会社名にしてください。|インターホンが鳴らないことがあります。|とても気に入って、二つ目を買いました♪|"
          "色が写真と少し違うように見えました。|説明書（取扱いの紙）が入っていませんでした。|またお店にも伺います！").split("|")
SYSTEM = ("Windows NT 10.0; Win64; x64|Macintosh; Intel Mac OS X 10_15_7|X11; Linux x86_64|X11; CrOS x86_64 14541.0.0|"
          "Linux; Android 10; K|Linux; Android 13; SO-51C|Linux; Android 14; SH-54D").split("|")


def agent(rng):
    """A browser as it names itself: five families, their versions, their machines."""
    version, build = rng.randrange(96, 132), rng.randrange(1000, 7000)
    kind = rng.randrange(5)
    if kind == 0:
        return ("Mozilla/5.0 (iPhone; CPU iPhone OS %d_%d_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                "Version/%d.%d Mobile/15E%d Safari/604.1" % (rng.randrange(14, 19), rng.randrange(8), rng.randrange(5),
                                                             rng.randrange(14, 19), rng.randrange(7), rng.randrange(100, 400)))
    if kind == 1:
        return "Mozilla/5.0 (%s; rv:%d.0) Gecko/20100101 Firefox/%d.%d" % (
            rng.choice(SYSTEM[:3]), version, version, rng.randrange(5))
    tail = ["", " Edg/%d.0.%d.%d" % (version, build, rng.randrange(150)),
            " OPR/%d.0.%d.%d" % (version - 14, build, rng.randrange(150))][kind - 2]
    return ("Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.%d.%d Safari/537.36%s"
            % (rng.choice(SYSTEM), version, build, rng.randrange(200), tail))


def word(rng, letters, length):
    return "".join(rng.choice(letters) for _ in range(length))


def token(rng, length=40):
    return word(rng, "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", length)


def cookies(rng):
    return "; ".join(["sid=%032x" % rng.getrandbits(128), "cart=%d" % rng.randrange(10**7, 10**8),
                      "_ga=GA1.2.%d.%d" % (rng.randrange(10**9), rng.randrange(17 * 10**8)),
                      "lang=" + rng.choice(["ja", "en", "zh-tw"]), "seen=tea-%03d.cup-%03d" % (
                          rng.randrange(1000), rng.randrange(1000)), "csrftoken=" + token(rng)])


def person(rng):
    """(family name, given name, both in kana, address of two parts, postal code, telephone, mail)"""
    place = rng.randrange(len(CITY))
    house = "%s%s %d号室" % (rng.choice(HOUSE), rng.choice(FAMILY), rng.randrange(101, 1500))
    number = rng.choice(["%d丁目%d番%d号", "%d-%d-%d", "%d－%d－%d"]) % (
        rng.randrange(1, 9), rng.randrange(1, 60), rng.randrange(1, 40))
    return {"family": rng.choice(FAMILY), "given": rng.choice(GIVEN),
            "family_kana": word(rng, KANA, rng.randrange(2, 5)), "given_kana": word(rng, KANA, rng.randrange(2, 4)),
            "prefecture": PREFECTURE[place], "address": CITY[place] + number, "house": house,
            "zip": "%03d-%04d" % (rng.randrange(1000), rng.randrange(10**4)),
            "tel": "0%d%08d" % (rng.choice([3, 6, 90, 80, 70]), rng.randrange(10**8)),
            "mail": "%s.%s%d@mail.example" % (word(rng, "abcdefghikmnorstuy", rng.randrange(4, 9)),
                                             word(rng, "aiueokst", 4), rng.randrange(1000))}


def product(rng):
    return "%s%s %s %d号" % (rng.choice(QUALITY), rng.choice(THING), rng.choice(COLOUR), rng.randrange(1, 99))


def prose(rng, sentences):
    """What people write into a free field."""
    out = []
    for _ in range(sentences):
        kind = rng.randrange(3)
        if kind == 0:
            out.append(rng.choice(WHEN) + rng.choice(WISH))
        elif kind == 1:
            out.append(rng.choice(REMARK))
        else:
            out.append("%sを%d個、%sさんへの贈り物にします。" % (product(rng), rng.randrange(1, 9), rng.choice(FAMILY)))
    return "".join(out)
