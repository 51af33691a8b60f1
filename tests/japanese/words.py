"""Vocabulary of shops. Real words, what they are put together to, and words of every character of
JIS X 0208's first level, with those whose low byte is ASCII punctuation more often than others: 大
(U+5927) is an apostrophe to whoever keeps the low byte."""

MATERIALS = """木綿 麻 絹 羊毛 ウール カシミヤ リネン コットン シルク デニム 本革 牛革 合皮 ナイロン ポリエステル ステンレス 真鍮 銅 錫 鉄 鋳物 南部鉄器 アルミ チタン 杉 檜 欅 桜 竹 籐 桐 漆 陶器 磁器
有田焼 九谷焼 信楽焼 備前焼 萩焼 益子焼 瀬戸焼 美濃焼 京焼 清水焼 切子 ガラス 和紙 越前和紙 手漉き和紙 珪藻土 シリコン 樹脂 琺瑯 ホーロー 御影石 大理石 珊瑚 真珠 琥珀 翡翠 天然石 べっ甲 螺鈿 銀 純銀 金 プラチナ""".split()
THINGS = """便箋 封筒 手帳 万年筆 ボールペン 鉛筆 消しゴム 定規 はさみ のり 付箋 筆 墨 硯 半紙 画用紙 絵の具 クレヨン 名刺入れ 財布 長財布 小銭入れ 鞄 かばん リュックサック トートバッグ 手提げ 風呂敷 手ぬぐい タオル ハンカチ
靴下 靴 スニーカー サンダル 下駄 草履 ブーツ 帽子 手袋 マフラー ストール ネクタイ ベルト 傘 日傘 雨傘 浴衣 着物 帯 帯締め 羽織 袴 作務衣 シャツ ブラウス カーディガン セーター パーカー コート ダウンジャケット ズボン スカート ワンピース 下着
パジャマ エプロン 割烹着 布団 枕 毛布 シーツ 座布団 カーテン 絨毯 畳 障子紙 襖紙 暖簾 鍋 土鍋 フライパン やかん 急須 湯呑 茶碗 茶筅 茶杓 棗 汁椀 皿 小鉢 丼 箸 箸置き スプーン フォーク 包丁 砥石 まな板 しゃもじ おたま 弁当箱 水筒 魔法瓶
徳利 お猪口 グラス 花瓶 香炉 線香 蝋燭 数珠 仏壇 神棚 雛人形 五月人形 鯉のぼり 風鈴 扇子 団扇 置物 招き猫 だるま こけし 人形 ぬいぐるみ 積み木 パズル 将棋盤 碁石 花札 かるた 独楽 凧 時計 腕時計 目覚まし時計 眼鏡 指輪 首飾り 耳飾り 簪
掃除機 洗濯機 冷蔵庫 電子レンジ 炊飯器 扇風機 空気清浄機 加湿器 除湿機 照明 電球 電池 延長コード イヤホン ヘッドホン スピーカー キーボード マウス 充電器 ケーブル スマートフォンケース カメラ レンズ 三脚 双眼鏡 望遠鏡 体温計 血圧計 体重計
自転車 ヘルメット 空気入れ テント 寝袋 焚き火台 ランタン 釣竿 ルアー ゴルフクラブ 野球グローブ サッカーボール ヨガマット ダンベル 水着 浮き輪 虫かご 植木鉢 培養土 肥料 種 苗 じょうろ 剪定鋏 脚立 工具箱 ドライバー 金槌 のこぎり 釘 ねじ ペンキ 刷毛""".split()
FOODS = """煎茶 玉露 抹茶 ほうじ茶 玄米茶 番茶 麦茶 紅茶 烏龍茶 珈琲 ココア 米 新米 コシヒカリ あきたこまち もち米 玄米 雑穀 味噌 白味噌 八丁味噌 醤油 酢 みりん 料理酒 塩 砂糖 黒糖 和三盆 蜂蜜 胡麻 胡麻油 菜種油 鰹節 昆布 利尻昆布 煮干し 干し椎茸 海苔 わかめ ひじき
梅干し 漬物 奈良漬 千枚漬 たくあん 納豆 豆腐 湯葉 麩 蒟蒻 うどん 蕎麦 素麺 冷麦 ラーメン 餅 羊羹 最中 饅頭 大福 どら焼き カステラ 煎餅 おかき あられ 落雁 金平糖 飴 団子 生八つ橋 ういろう きんつば 葛餅 わらび餅 栗きんとん 水ようかん ゼリー プリン チーズケーキ
林檎 蜜柑 苺 葡萄 シャインマスカット 梨 洋梨 柿 桃 さくらんぼ メロン 西瓜 栗 柚子 酢橘 檸檬 無花果 干し柿 薩摩芋 じゃが芋 玉葱 人参 大根 蓮根 牛蒡 筍 茄子 胡瓜 南瓜 白菜 水菜 壬生菜 九条葱 明太子 数の子 いくら 鮭 鮪 鰤 鯛 鰻 鯵 鯖 秋刀魚 蟹 海老 牡蠣 帆立 雲丹
和牛 松阪牛 近江牛 米沢牛 豚肉 鶏肉 馬刺し ハム ソーセージ ベーコン 干物 佃煮 塩辛 燻製 日本酒 純米大吟醸 焼酎 泡盛 梅酒 麦酒 ワイン ウイスキー 甘酒 牛乳 ヨーグルト 乾酪 バター 卵""".split()
QUALITIES = """新しい 古い 大きい 小さい 軽い 重い 丈夫な 柔らかい 硬い 上品な 可愛い 美しい 素敵な 珍しい 懐かしい 香ばしい 甘い 渋い 爽やかな 濃厚な まろやかな 手頃な 高級な 本格的な 伝統的な 現代的な 使いやすい 持ちやすい 洗いやすい 肌触りの良い
季節限定の 数量限定の 送料無料の 国産の 無農薬の 有機栽培の 手作りの 職人が作った 老舗の 話題の 人気の 定番の 訳ありの 業務用の 家庭用の 贈答用の 子供用の 男性用の 女性用の 左利き用の 新品の 中古の""".split()
STATES = "丈夫 上品 手頃 高級 濃厚 爽やか 便利 本格的 国産 手作り 小ぶり 大きめ 軽め 期待以上 写真通り 説明通り イメージ通り".split()
OCCASIONS = """御祝 内祝 寿 御礼 御中元 御歳暮 御年賀 快気祝 出産祝 結婚祝 新築祝 入学祝 卒業祝 就職祝 還暦祝 古希 喜寿 米寿 白寿 敬老の日 母の日 父の日 クリスマス お誕生日 お正月 節分 雛祭り 端午の節句 七夕 お盆 お彼岸 七五三 志 粗供養 満中陰志 御仏前 御供 引出物""".split()
COLORS = "赤 青 黄 緑 紫 白 黒 灰 茶 桃 橙 紺 藍 朱 紅 若草 山吹 鶯 桜 藤 菫 群青 浅葱 鼠 生成り 銀鼠 深緑 ネイビー ベージュ オフホワイト ワインレッド".split()
UNITS = "個 本 枚 箱 袋 缶 瓶 束 組 セット 膳 足 着 台 冊 客 丁 斤 升 合 kg g ml L cm mm インチ 号 人前 杯".split()
VERBS = """届きました 使っています 購入しました 気に入りました 壊れました 探しています 注文しました 返品したいです 交換してください 満足しています 驚きました 迷っています 待っています 贈りました 喜ばれました 使いやすいです 助かりました 失敗しました
重宝しています リピートします お薦めします 残念でした 期待しています 似合います 飽きません 長持ちします 色落ちしました 縮みました 破れていました 欠けていました 香りが良いです 味が濃いです 量が多いです サイズが合いません""".split()
PLACES = "玄関 台所 居間 寝室 書斎 庭 職場 学校 会社 病院 旅先 実家 駅 公園 海 山 車 部屋 風呂場 食卓".split()
RELATIVES = "母 父 祖母 祖父 姉 妹 兄 弟 娘 息子 夫 妻 主人 家内 友人 同僚 上司 先生 孫 姪 甥 親戚 恋人 義母 義父 甥っ子".split()
ABSTRACTS = """会社 明細 在庫 納期 品質 価格 送料 包装 熨斗 領収書 請求書 見積書 納品書 保証書 説明書 型番 品番 寸法 重量 容量 素材 産地 賞味期限 消費期限 原材料 栄養成分 アレルギー 添加物 保存方法 使用方法 洗濯表示 注意事項 特定商取引法 個人情報 会員登録 退会 再入荷 予約
取り置き 代金引換 銀行振込 後払い 分割払い 返金 返品 交換 修理 保証 問い合わせ 配送 配達 日時指定 置き配 宅配便 営業所止め 離島 沖縄 北海道 海外発送 ポイント クーポン 割引 半額 定価 税込 税抜 消費税 値上げ 値下げ 福袋 抽選 当選 応募 締切 異常 状態 状況 設定 変更 確認 連絡""".split()

# The low bytes that mean something to SQL, HTML, shells and paths.
MEANING = "'\"`;<>()=|&$\\%#*/-{}[].,:!?+@^~\n\r\t "


def first_level():
    """The 2,965 characters of JIS X 0208's first level, in its order."""
    made = []
    for row in range(0xB0, 0xD0):
        for cell in range(0xA1, 0xFF):
            try:
                made.append(bytes((row, cell)).decode("euc_jp"))
            except UnicodeDecodeError:
                continue
    return made


CHARACTERS = first_level()
CUT_TO = {sign: [c for c in CHARACTERS if chr(ord(c) & 0xFF) == sign] for sign in MEANING}
DANGEROUS = [c for sign in MEANING for c in CUT_TO[sign]]
# Last byte in UTF-8 0xBC or 0xBE (US-ASCII's < and > with the eighth bit), or blanks in between.
SPLIT = [c for c in CHARACTERS if set(c.encode()) & {0xBC, 0xBE, 0xA0, 0x85}]
# Second byte in Shift_JIS that is ASCII punctuation: 表, ソ, 能 end in a backslash.
SJIS_SIGNS = [c for c in CHARACTERS if len(c.encode("cp932")) == 2 and c.encode("cp932")[1] < 0x80
              and not chr(c.encode("cp932")[1]).isalnum()]


def rare(r):
    """A word of characters, two to four of them."""
    sources = (CHARACTERS, DANGEROUS, SPLIT, SJIS_SIGNS)
    return "".join(r.choice(r.choice(sources)) for _ in range(r.randint(2, 4)))


def noun(r):
    """A word for something that is sold or spoken of."""
    pick = r.random()
    if pick < 0.3:
        return r.choice(MATERIALS) + r.choice(("", "の", "製")) + r.choice(THINGS)
    if pick < 0.5:
        return r.choice(THINGS)
    if pick < 0.75:
        return r.choice(FOODS)
    if pick < 0.85:
        return r.choice(COLORS) + "色の" + r.choice(THINGS)
    if pick < 0.95:
        return r.choice(ABSTRACTS)
    return rare(r)
